#include "pipeline/stories.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/url.h"
#include "rt/metrics.h"

#define SITE_BYTES ((size_t)255)
#define TAGS_MAX ((size_t)1 << 20)
#define THOUSAND 1000

/* --- in the POOL --- */

/*
 * Who published it: the host of its page in the end, which stays when a site renames
 * itself; else the name that it gives itself, else the feed.
 */
static struct nw_str site_of(struct nw_arena *arena, const struct nw_article *article)
{
	struct nw_str site = article->external_url.n ? article->external_url : article->url;
	struct nw_url url;

	if (nw_url_parse(nw_url_canonical(arena, site), &url) && url.host.n) {
		site = url.host;
		if (nw_str_starts(site, NW_STR("www.")))
			site = nw_str_from(site, 4);
	} else {
		site = article->source.n ? article->source : article->feed;
	}
	return nw_str_head(site, SITE_BYTES);
}

static void list_tags(struct nw_arena *arena, const struct nw_tag *tags, struct nw_storied *s)
{
	struct nw_buf names;
	size_t n = 0;

	for (const struct nw_tag *t = tags; t; t = t->next)
		n++;
	s->tags = NW_ARENA_ARRAY(arena, struct nw_str, n + 1);
	nw_buf_init(&names, TAGS_MAX);
	for (const struct nw_tag *t = tags; t; t = t->next) {
		s->tags[s->n_tags++] = t->name;
		nw_buf_printf(&names, "%s%.*s", names.n ? " " : "", NW_ARG(t->name));
	}
	s->kept.tags = nw_arena_str(arena, nw_buf_str(&names));
	nw_buf_clear(&names);
}

void nw_storied_sketch(struct nw_article_work *a)
{
	const struct nw_article *article = &a->article;
	const struct nw_sketch_text text = {article->title, article->body, article->language};
	struct nw_storied *s = NW_ARENA_NEW(a->arena, struct nw_storied);
	struct nw_buf encoded;

	nw_sketch_of(&text, &s->sketch);
	nw_buf_init(&encoded, NW_SKETCH_ENCODED_MAX);
	nw_sketch_encode(&s->sketch, &encoded);
	s->kept.article = a->mark.article;
	s->kept.sketch = nw_arena_str(a->arena, nw_buf_str(&encoded));
	s->kept.title = article->title;
	s->kept.site = site_of(a->arena, article);
	if (article->published.precision != NW_WHEN_UNKNOWN)
		s->kept.published_s = article->published.unix_s;
	list_tags(a->arena, article->tags, s);
	nw_buf_clear(&encoded);
	a->storied = s;
}

/* --- on the LOOP --- */

static struct nw_story_article article_of(const struct nw_storied *s)
{
	return (struct nw_story_article){.id = s->kept.article,
		.sketch = &s->sketch,
		.title = s->kept.title,
		.site = s->kept.site,
		.published_s = s->kept.published_s,
		.seen_s = s->kept.seen_s,
		.tags = s->tags,
		.n_tags = s->n_tags};
}

/*
 * A version that stands changes nothing before it is kept: most of those that turn out to
 * be none would otherwise have woken a story for nothing.
 */
static void join(struct nw_stories *stories, struct nw_storied *s, struct nw_story *story)
{
	const struct nw_story_article article = article_of(s);

	if (nw_stories_stands(stories, article.id)) {
		s->joined.is_version = true;
		(void)nw_stories_of(stories, article.id, &s->joined.story);
	} else {
		nw_stories_join(stories, &article, &s->joined);
		s->is_joined = true;
	}
	(void)nw_stories_get(stories, s->joined.story, story);
	if (!s->is_joined)
		s->joined.reopened = story->state == NW_STORY_CLOSED;
}

static const char *change_of(const struct nw_joined *joined)
{
	if (joined->opened)
		return "opened";
	if (joined->reopened)
		return "reopened";
	if (joined->is_version)
		return "corrected";
	return joined->new_source ? "grew" : NULL;
}

static void describe(struct nw_article_work *a, const struct nw_story *story)
{
	const struct nw_joined *joined = &a->storied->joined;
	char id[NW_HASH_HEX + 1];

	nw_hash_hex(story->id, id);
	a->article.story = (struct nw_article_story){.id = nw_arena_str(a->arena, nw_str(id)),
		.title = nw_arena_str(a->arena, story->title),
		.articles = story->articles,
		.sources = story->sources,
		.first_s = story->opened_s,
		.is_new = joined->opened,
		.is_copy = joined->is_copy,
		.alike = joined->opened || joined->is_version ? 100
							      : (unsigned)(joined->score * 100)};
}

void nw_storied_join(struct nw_article_work *a)
{
	struct nw_pipeline *p = a->visit->pipeline;
	struct nw_storied *s = a->storied;
	struct nw_story_change change = {
		.title = a->article.title, .article = a->mark.article, .backfill = a->backfill};
	struct nw_story story;

	s->kept.seen_s = nw_loop_unix_ms(p->loop) / 1000;
	join(p->stories, s, &story);
	s->kept.story = story.id;
	s->kept.like = s->joined.like;
	s->kept.alike = (int64_t)(s->joined.score * THOUSAND);
	s->kept.is_copy = s->joined.is_copy;
	describe(a, &story);
	change.name = change_of(&s->joined);
	if (change.name)
		nw_story_tell(a->arena, &story, &change, &s->record);
}

static void count_joined(const struct nw_joined *joined)
{
	if (joined->is_version)
		return;
	nw_count(joined->opened ? NW_C_STORIES_OPENED : NW_C_STORIES_JOINED, 1);
	if (joined->is_copy)
		nw_count(NW_C_COPIES, 1);
}

void nw_storied_settle(struct nw_article_work *a, bool is_kept)
{
	struct nw_stories *stories = a->visit->pipeline->stories;
	struct nw_storied *s = a->storied;
	const struct nw_story_article article = article_of(s);
	struct nw_hash story;

	if (is_kept && !s->is_joined)
		nw_stories_join(stories, &article, &s->joined);
	else if (!is_kept && s->is_joined)
		(void)nw_stories_cancel(stories, article.id, &story);
	if (is_kept)
		count_joined(&s->joined);
}

/* --- on the STORE thread --- */

enum nw_err nw_storied_write(
	struct nw_article_work *a, struct nw_journal *journal, struct nw_error *error)
{
	struct nw_storied *s = a->storied;
	bool is_new;
	enum nw_err err;

	s->kept.seq = a->record.seq;
	s->kept.kind = a->record.kind;
	err = nw_journal_save_sketch(journal, &s->kept, error);
	if (err || !s->record.n_keys)
		return err;
	s->record.unix_ms = a->record.unix_ms;
	return nw_journal_append(journal, &s->record, &is_new, error);
}

/* --- at the start --- */

static void restore(struct nw_stories *stories, const struct nw_kept_sketch *kept)
{
	struct nw_str tags[NW_STORY_TAGS], rest = kept->tags;
	struct nw_sketch sketch;
	const struct nw_joined then = {.story = kept->story,
		.like = kept->like,
		.is_copy = kept->is_copy,
		.score = (double)kept->alike / THOUSAND};
	struct nw_story_article article = {.id = kept->article,
		.title = kept->title,
		.site = kept->site,
		.published_s = kept->published_s,
		.seen_s = kept->seen_s,
		.tags = tags};

	while (rest.n && article.n_tags < NW_STORY_TAGS &&
		nw_str_cut(&rest, ' ', &tags[article.n_tags]))
		article.n_tags++;
	if (nw_sketch_decode(kept->sketch, &sketch) == NW_OK)
		article.sketch = &sketch;
	nw_stories_restore(stories, &article, &then, kept->alike == NW_ALIKE_UNKNOWN);
}

static void tell_nobody(void *arg, const struct nw_story *story)
{
	(void)arg;
	(void)story;
}

/* A story that was told to be closed is closed before what follows, so that it is not told again. */
static void on_sketch(void *arg, const struct nw_kept_sketch *kept)
{
	struct nw_pipeline *p = arg;
	struct nw_stories *stories = p->stories;
	struct nw_hash story;

	if (kept->kind == NW_KIND_STORY)
		nw_stories_tick(stories, kept->seen_s, tell_nobody, NULL);
	else if (kept->kind == NW_KIND_CANCEL)
		(void)nw_stories_cancel(stories, kept->article, &story);
	else
		restore(stories, kept);
	if (kept->kind == NW_KIND_ITEM || kept->kind == NW_KIND_UPDATE)
		nw_today_add(&p->today, kept->seen_s, nw_loop_unix_ms(p->loop) / 1000);
}

enum nw_err nw_pipeline_recall_stories(
	struct nw_pipeline *p, struct nw_journal_reader *reader, struct nw_error *error)
{
	return nw_journal_each_sketch(
		reader, (size_t)p->snapshot->config->stories, on_sketch, p, error);
}
