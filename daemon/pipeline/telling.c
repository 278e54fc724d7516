#include <inttypes.h>

#include "article/encode.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "base/when.h"
#include "pipeline/stories.h"
#include "store/errand.h"

#define RECORD_MAX ((size_t)64 << 10)
#define AGE_EVERY_MS 60000

/* --- the record --- */

static json_t *change_json(const struct nw_story *story, const struct nw_story_change *change)
{
	const struct nw_hash none = {0};
	json_t *o = json_object(), *tags = json_array();
	char id[NW_HASH_HEX + 1], when[NW_WHEN_TEXT];

	nw_hash_hex(story->id, id);
	nw_json_set_str(o, "id", nw_str(id));
	nw_json_set_str(o, "change", nw_str(change->name));
	nw_json_set_int(o, "articles", story->articles);
	nw_json_set_int(o, "sources", story->sources);
	nw_json_set_str(o, "opened", nw_str(nw_when_rfc3339(story->opened_s, when)));
	nw_json_set_str(o, "last", nw_str(nw_when_rfc3339(story->last_s, when)));
	for (size_t i = 0; i < story->n_tags; i++)
		nw_json_append(tags, nw_json_str(story->tags[i]));
	nw_json_set(o, "tags", tags);
	nw_json_set_str(o, "language", nw_str(story->language));
	if (!nw_hash_eq(change->article, none)) {
		nw_hash_hex(change->article, id);
		nw_json_set_str(o, "article", nw_str(id));
		nw_json_set(o, "backfill", json_boolean(change->backfill));
	}
	return o;
}

void nw_story_tell(struct nw_arena *arena, const struct nw_story *story,
	const struct nw_story_change *change, struct nw_record *record)
{
	const struct nw_str title = story->title.n ? story->title : change->title;
	json_t *extension = json_object();
	char id[NW_HASH_HEX + 1];
	struct nw_buf json;

	nw_hash_hex(story->id, id);
	nw_json_set(extension, "story", change_json(story, change));
	nw_buf_init(&json, RECORD_MAX);
	nw_notice_encode(&json, extension, title);
	*record = (struct nw_record){.kind = NW_KIND_STORY,
		.version = 1,
		.id = nw_arena_str(arena, nw_str(id)),
		.json = nw_arena_str(arena, nw_buf_str(&json)),
		.text = nw_arena_printf(arena,
			"%.*s\n\n%" PRIu32 " article%s, %" PRIu32 " source%s\n", NW_ARG(title),
			story->articles, story->articles == 1 ? "" : "s", story->sources,
			story->sources == 1 ? "" : "s"),
		.keys = NW_ARENA_ARRAY(arena, struct nw_journal_key, story->n_tags + 1)};
	for (size_t i = 0; !json.failed && i < story->n_tags; i++)
		record->keys[record->n_keys++].key =
			nw_arena_printf(arena, "story/%.*s/", NW_ARG(story->tags[i]));
	nw_buf_clear(&json);
}

/* --- what is closed --- */

struct closed {
	struct closed *next;
	struct nw_hash story;
	struct nw_record record;
};

struct aging {
	struct nw_errand errand; /* first, so that a job is one */
	struct closed *first, *last;
	int64_t now_s;
};

static enum nw_err write_closed(
	struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error)
{
	const struct aging *aging = (struct aging *)job;
	enum nw_err err = NW_OK;
	bool is_new;

	for (struct closed *c = aging->first; !err && c; c = c->next) {
		struct nw_kept_sketch kept = {
			.kind = NW_KIND_STORY, .story = c->story, .seen_s = aging->now_s};

		c->record.unix_ms = nw_unix_ms();
		err = nw_journal_append(journal, &c->record, &is_new, error);
		kept.seq = c->record.seq;
		if (!err)
			err = nw_journal_save_sketch(journal, &kept, error);
	}
	return err;
}

/* They are told after the next start instead. */
static void on_written(struct nw_errand *errand, const struct nw_error *error)
{
	(void)errand;
	if (error)
		nw_log_error(NW_LOG_ERROR, "closed stories not told", error);
}

/* That one report was all there was is no news. */
static void on_change(void *arg, const struct nw_story *story)
{
	const struct nw_story_change change = {.name = "closed"};
	struct aging *aging = arg;
	struct closed *c;

	if (story->state != NW_STORY_CLOSED || story->articles < 2)
		return;
	c = NW_ARENA_NEW(aging->errand.arena, struct closed);
	c->story = story->id;
	nw_story_tell(aging->errand.arena, story, &change, &c->record);
	if (!c->record.n_keys)
		return;
	if (aging->last)
		aging->last->next = c;
	else
		aging->first = c;
	aging->last = c;
}

void nw_pipeline_age_stories(void *pipeline)
{
	struct nw_pipeline *p = pipeline;
	struct aging *aging = nw_errand_new(sizeof(*aging), write_closed, on_written);

	aging->now_s = nw_loop_unix_ms(p->loop) / 1000;
	nw_stories_tick(p->stories, aging->now_s, on_change, aging);
	if (aging->first)
		nw_errand_post(&aging->errand, p->visit_steps.box[NW_STORE]);
	else
		nw_errand_drop(&aging->errand);
	nw_timer_set(p->aging, AGE_EVERY_MS);
}
