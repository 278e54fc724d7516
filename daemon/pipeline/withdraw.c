#include "pipeline/withdraw.h"

#include "article/encode.h"
#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "base/when.h"
#include "pipeline/stories.h"

#define REASON_MAX 512 /* bytes */

/*
 * A deletion is remembered as an item is, by an id that no item of an XML feed can have:
 * XML knows no such character. JSON Feed does, but takes nothing back; one that was Atom
 * before could at most have its own items taken for deletions of its own.
 */
static void admit(struct nw_visit *v, const struct nw_feed_deletion *deletion)
{
	struct nw_seen *seen = v->pipeline->seen;
	struct nw_withdrawal *w = &v->withdrawn[v->n_withdrawn];
	const struct nw_seen_item what = {.feed = v->config.id,
		.guid = nw_arena_printf(v->arena, "\1deleted %.*s", NW_ARG(deletion->id)),
		.title = deletion->when.raw,
		.content = deletion->comment};

	*w = (struct nw_withdrawal){.deletion = deletion};
	if (!nw_seen_find(seen, v->config.id, deletion->id, &w->article) ||
		nw_seen_add(seen, &what, &w->mark) == NW_SEEN_SAME)
		return;
	nw_buf_init(&w->json, NW_RECORD_MAX);
	v->n_withdrawn++;
}

void nw_withdraw_admit(struct nw_visit *v)
{
	v->withdrawn = NW_ARENA_ARRAY(v->arena, struct nw_withdrawal, v->parsed.n_deletions);
	for (const struct nw_feed_deletion *d = v->parsed.deletions; d; d = d->next)
		admit(v, d);
}

/* --- on the LOOP, before --- */

static void describe(struct nw_visit *v, struct nw_withdrawal *w, struct nw_hash id)
{
	const struct nw_story_change change = {.name = "cancelled", .article = w->article};
	struct nw_story story;
	char hex[NW_HASH_HEX + 1];

	if (!nw_stories_get(v->pipeline->stories, id, &story))
		return;
	nw_hash_hex(id, hex);
	w->story = (struct nw_article_story){.id = nw_arena_str(v->arena, nw_str(hex)),
		.title = nw_arena_str(v->arena, story.title),
		.articles = story.articles,
		.sources = story.sources,
		.first_s = story.opened_s};
	nw_story_tell(v->arena, &story, &change, &w->told);
}

void nw_withdraw_count_out(struct nw_visit *v)
{
	struct nw_stories *stories = v->pipeline->stories;
	struct nw_hash story;

	for (size_t i = 0; i < v->n_withdrawn; i++) {
		struct nw_withdrawal *w = &v->withdrawn[i];

		if (!nw_stories_stands(stories, w->article))
			continue;
		w->is_counted_out = nw_stories_cancel(stories, w->article, &story);
		describe(v, w, story);
	}
}

/* --- on the STORE thread --- */

/* When its publisher says that it was, else when we heard of it. */
static struct nw_str moment_of(
	const struct nw_visit *v, const struct nw_withdrawal *w, char text[NW_WHEN_TEXT])
{
	const struct nw_when when = w->deletion->when.when;

	return nw_str(
		nw_when_rfc3339(when.precision == NW_WHEN_UNKNOWN ? v->now_s : when.unix_s, text));
}

static enum nw_err keep_withdrawal(const struct nw_visit *v, struct nw_withdrawal *w,
	struct nw_journal *journal, const struct nw_record *record, struct nw_error *error)
{
	const struct nw_kept_sketch kept = {.seq = record->seq,
		.kind = NW_KIND_CANCEL,
		.article = w->article,
		.seen_s = v->now_s};
	const enum nw_err err = nw_journal_save_sketch(journal, &kept, error);
	bool is_new;

	if (err || !w->told.n_keys)
		return err;
	w->told.unix_ms = record->unix_ms;
	return nw_journal_append(journal, &w->told, &is_new, error);
}

/* Nothing where there is no such article any more, or it is taken back already. */
static enum nw_err cancel(struct nw_visit *v, struct nw_withdrawal *w, struct nw_journal *journal,
	struct nw_error *error)
{
	char id[NW_HASH_HEX + 1], when[NW_WHEN_TEXT];
	struct nw_arena *arena = nw_arena_new();
	struct nw_record record;
	bool is_new;
	enum nw_err err;

	w->is_written = false;
	nw_hash_hex(w->article, id);
	err = nw_journal_newest_record(journal, nw_str(id), arena, &record, error);
	if (!err && record.seq && record.kind != NW_KIND_CANCEL) {
		nw_buf_empty(&w->json);
		nw_cancel_encode(&w->json,
			&(struct nw_cancelled){.last = record.json,
				.when = moment_of(v, w, when),
				.reason = nw_text_line(
					arena, nw_str_head(w->deletion->comment, REASON_MAX)),
				.story = &w->story});
		record.kind = NW_KIND_CANCEL;
		record.version++;
		record.unix_ms = nw_unix_ms();
		record.json = nw_buf_str(&w->json);
		err = nw_journal_append(journal, &record, &is_new, error);
		w->is_written = !err;
		if (!err)
			err = keep_withdrawal(v, w, journal, &record, error);
	}
	nw_arena_free(arena);
	return err;
}

enum nw_err nw_withdraw_write(
	struct nw_visit *v, struct nw_journal *journal, struct nw_error *error)
{
	enum nw_err err = NW_OK;

	for (size_t i = 0; !err && i < v->n_withdrawn; i++) {
		struct nw_withdrawal *w = &v->withdrawn[i];
		const struct nw_identity identity = {
			w->mark.by_guid, w->mark.article, w->mark.content};

		err = cancel(v, w, journal, error);
		if (!err)
			err = nw_journal_identify(journal, &identity, 1, v->now_s, error);
	}
	return err;
}

/* --- on the LOOP, afterwards --- */

static void count_in(const struct nw_visit *v, const struct nw_withdrawal *w)
{
	if (w->is_counted_out)
		nw_stories_stand(v->pipeline->stories, w->article);
}

void nw_withdraw_settle(struct nw_visit *v)
{
	for (size_t i = 0; i < v->n_withdrawn; i++) {
		if (!v->withdrawn[i].is_written)
			count_in(v, &v->withdrawn[i]);
	}
}

void nw_withdraw_forget(struct nw_visit *v)
{
	for (size_t i = 0; i < v->n_withdrawn; i++) {
		nw_seen_forget(v->pipeline->seen, &v->withdrawn[i].mark);
		count_in(v, &v->withdrawn[i]);
	}
}

void nw_withdraw_free(struct nw_visit *v)
{
	for (size_t i = 0; i < v->n_withdrawn; i++)
		nw_buf_clear(&v->withdrawn[i].json);
}
