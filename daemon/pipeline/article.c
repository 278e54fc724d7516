#include "pipeline/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "article/encode.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "base/text.h"
#include "base/url.h"
#include "pipeline/stories.h"
#include "rt/metrics.h"
#include <newswire/clean.h>

/* A headline, an extract and a list of names are short, whatever a feed says. */
#define TITLE_BYTES ((size_t)2000)
#define SUMMARY_BYTES ((size_t)8000)
#define AUTHORS 50

static struct nw_article_work *article_of(struct nw_work *w)
{
	return (struct nw_article_work *)w;
}

static void on_page_body(void *arg, struct nw_http_response *r)
{
	struct nw_article_work *a = arg;

	nw_count(NW_C_PAGES, 1);
	nw_time_took(NW_T_FETCH_PAGE, r->elapsed_ms * 1000000);
	a->page = *r;
	a->page.url = nw_arena_str(a->arena, r->url);
	a->page.content_type = nw_arena_str(a->arena, r->content_type);
	a->has_page = r->result == NW_HTTP_DONE && r->status == 200 && r->body.n > 0;
	r->body = (struct nw_buf){0};
	if (!a->has_page) {
		nw_count(NW_C_PAGES_FAILED, 1);
		nw_log(NW_LOG_DEBUG, "page not had", NW_KV("url", a->page.url),
			NW_KV("result", nw_str(nw_http_result_name(r->result))),
			NW_KVI("status", r->status));
	}
	nw_steps_resume(&a->work);
}

static enum nw_verdict fetch_page(struct nw_work *w)
{
	struct nw_article_work *a = article_of(w);
	struct nw_visit *v = a->visit;

	a->arena = nw_arena_new();
	a->fetched_ms = nw_loop_unix_ms(v->pipeline->loop);
	if (!v->config.pages || !nw_url_is_web(a->link))
		return NW_NEXT;
	nw_fetch_page(
		v->pipeline->fetch, a->item->link.n ? a->item->link : a->item->id, on_page_body, a);
	return NW_WAIT;
}

static struct nw_when feed_date(const struct nw_item *item)
{
	if (item->published.when.precision != NW_WHEN_UNKNOWN)
		return item->published.when;
	return item->updated.when;
}

/* At most so many bytes, and no character cut in two. */
static struct nw_str shorten(struct nw_str s, size_t most)
{
	if (s.n <= most)
		return s;
	while (most && ((unsigned char)s.p[most] & 0xc0) == 0x80)
		most--;
	return nw_str_trim(nw_str_head(s, most));
}

static const struct nw_author *feed_authors(
	struct nw_arena *arena, const struct nw_feed_person *people)
{
	const struct nw_author *first = NULL;
	struct nw_author **last = NULL;

	for (int n = 0; people && n < AUTHORS; people = people->next, n++) {
		const struct nw_str name = shorten(nw_text_line(arena, people->name), TITLE_BYTES);
		struct nw_author *author;

		if (!name.n)
			continue;
		author = NW_ARENA_NEW(arena, struct nw_author);
		author->name = name;
		if (last)
			*last = author;
		else
			first = author;
		last = &author->next;
	}
	return first;
}

static struct nw_str either(struct nw_str a, struct nw_str b)
{
	return a.n ? a : b;
}

/* Addresses that are handed on lead to the web, never to a script or a file. */
static struct nw_str web_only(struct nw_str url)
{
	return nw_url_is_web(url) ? url : (struct nw_str){0};
}

/* What the feed itself says: all there is when there is no page, and what stands in for its gaps. */
static void fill_from_feed(struct nw_article_work *a)
{
	const struct nw_item *item = a->item;
	const struct nw_config_feed *config = &a->visit->config;
	struct nw_article *out = &a->article;
	struct nw_arena *arena = a->arena;

	out->url = web_only(a->link);
	out->title = item->title_text;
	out->summary = nw_text_line(arena, nw_clean_fragment(arena, item->summary));
	out->body = nw_clean_fragment(arena, either(item->content, item->summary));
	out->published = feed_date(item);
	out->date_from = out->published.precision == NW_WHEN_UNKNOWN ? NULL : "feed";
	if (item->published.when.precision != NW_WHEN_UNKNOWN)
		out->modified = item->updated.when;
	out->authors = feed_authors(arena, item->authors);
	out->image = web_only(either(item->image, item->thumbnail));
	out->language = either(item->language, either(a->visit->parsed.language, config->language));
	out->feed = config->id;
	out->feed_title = nw_text_line(arena, either(config->title, a->visit->parsed.title_text));
	out->feed_country = config->country;
	out->feed_ownership = config->ownership;
	out->source = either(nw_text_line(arena, item->source.title), out->feed_title);
	out->fetched_ms = a->fetched_ms;
	out->backfill = a->backfill;
	out->clean_version = NW_CLEAN_VERSION;
}

/* The page's own words where it is the article; what it says of itself in any case. */
static void fill_from_page(struct nw_article_work *a, const struct nw_cleaned *page)
{
	struct nw_article *out = &a->article;

	if (page->state != NW_PAGE_OK)
		out->clean_flags = nw_str(nw_page_state_name(page->state));
	if (page->state != NW_PAGE_OK && page->state != NW_PAGE_PAYWALL &&
		page->state != NW_PAGE_TOO_SHORT)
		return; /* not the article's page at all: nothing on it is the article's */
	out->title = either(page->title, out->title);
	out->summary = either(page->summary, out->summary);
	out->published = page->date;
	out->date_from = page->date_from;
	out->dates = page->dates;
	out->date_conflict = page->date_conflict;
	out->authors = page->authors ? page->authors : out->authors;
	out->image = either(web_only(page->image), out->image);
	out->language = either(page->language, out->language);
	out->section = page->section;
	out->wire = page->wire;
	out->source = either(page->site, out->source);
	if (page->state == NW_PAGE_OK || page->body.n > out->body.n) {
		out->body = page->body;
		out->quality = page->quality;
		out->from_page = true;
	}
}

static void clean_page(struct nw_article_work *a)
{
	const struct nw_clean_input input = {.body = nw_buf_str(&a->page.body),
		.url = a->page.url,
		.content_type = a->page.content_type,
		.feed_title = a->article.title,
		.feed_date = a->article.published,
		.now_s = a->fetched_ms / 1000};
	struct nw_cleaned page;

	if (nw_clean_html(a->arena, &input, &page, NULL)) {
		a->article.clean_flags = NW_STR("not-html");
		return;
	}
	a->article.external_url =
		nw_str_eq(a->page.url, a->link) ? (struct nw_str){0} : a->page.url;
	fill_from_page(a, &page);
}

static enum nw_verdict clean_text(struct nw_work *w)
{
	struct nw_article_work *a = article_of(w);
	const bool asked = a->visit->config.pages && a->link.n;

	fill_from_feed(a);
	if (a->has_page)
		clean_page(a);
	else if (asked)
		a->article.clean_flags = NW_STR("no-page");
	a->article.title = shorten(a->article.title, TITLE_BYTES);
	a->article.summary = shorten(a->article.summary, SUMMARY_BYTES);
	nw_buf_clear(&a->page.body);
	return NW_NEXT;
}

static enum nw_verdict tag_topics(struct nw_work *w)
{
	struct nw_article_work *a = article_of(w);

	a->article.tags = nw_topics_match(a->visit->snapshot->topics, &a->article, a->arena);
	return NW_NEXT;
}

/* What makes a new version: title, link or text changed; dates alone do not. */
static struct nw_hash content_of(struct nw_article_work *a)
{
	return nw_hash128(nw_arena_printf(a->arena, "%.*s\n%.*s\n%.*s", NW_ARG(a->article.title),
		NW_ARG(a->article.url), NW_ARG(a->article.body)));
}

static void set_keys(struct nw_article_work *a)
{
	struct nw_record *r = &a->record;
	size_t n = 1;

	for (const struct nw_tag *t = a->article.tags; t; t = t->next)
		n++;
	r->keys = NW_ARENA_ARRAY(a->arena, struct nw_journal_key, n);
	r->keys[r->n_keys++].key = NW_STR("all/");
	for (const struct nw_tag *t = a->article.tags; t; t = t->next)
		r->keys[r->n_keys++].key =
			nw_arena_printf(a->arena, "topic/%.*s/", NW_ARG(t->name));
}

static enum nw_verdict encode_article(struct nw_work *w)
{
	struct nw_article_work *a = article_of(w);
	char id[NW_HASH_HEX + 1];

	nw_hash_hex(a->mark.article, id);
	a->article.id = nw_arena_str(a->arena, nw_str(id));
	nw_buf_init(&a->json, NW_RECORD_MAX);
	nw_article_encode(&a->json, &a->article);
	a->record.id = a->article.id;
	a->record.text = nw_text_write(a->arena, &a->article);
	a->record.content = content_of(a);
	a->record.whole = a->article.from_page;
	set_keys(a);
	return NW_NEXT;
}

static enum nw_verdict sketch_text(struct nw_work *w)
{
	nw_storied_sketch(article_of(w));
	return NW_NEXT;
}

/*
 * From here the STORE is next, so that what joined first is first in the journal too, and
 * a restart finds the same stories. What was encoded only lacks the story.
 */
static enum nw_verdict join_story(struct nw_work *w)
{
	struct nw_article_work *a = article_of(w);
	struct nw_buf json;

	nw_storied_join(a);
	nw_buf_init(&json, NW_RECORD_MAX);
	nw_article_encode_story(&json, &a->article.story);
	nw_buf_add(&json, nw_buf_str(&a->json));
	json.failed = json.failed || a->json.failed;
	nw_buf_clear(&a->json);
	a->json = json;
	a->record.json = nw_buf_str(&a->json);
	return NW_NEXT;
}

/* A version says how old the article is, whatever date it has itself. */
static enum nw_err remember_first(
	struct nw_article_work *a, struct nw_journal *journal, struct nw_error *error)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_record last;
	struct nw_buf json;
	const enum nw_err err =
		nw_journal_newest_record(journal, a->record.id, arena, &last, error);

	nw_buf_init(&json, NW_RECORD_MAX);
	if (!err)
		nw_article_encode_first(&json, last.json);
	nw_buf_add(&json, nw_buf_str(&a->json));
	if (!json.failed)
		a->record.json = nw_arena_str(a->arena, nw_buf_str(&json));
	nw_buf_clear(&json);
	nw_arena_free(arena);
	return err;
}

/*
 * The version, and whether there is one at all, are decided here, where nothing else
 * writes. A feed's teaser never replaces a page's text: it is met again instead.
 */
static enum nw_err append(
	struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error)
{
	struct nw_article_work *a = (struct nw_article_work *)job;
	const struct nw_hash none = {0};
	const struct nw_identity identities[] = {
		{a->mark.by_guid, a->mark.article, a->mark.content},
		{a->mark.by_url, a->mark.article, none},
	};
	const size_t n = nw_hash_eq(a->mark.by_url, none) ? 1 : 2;
	struct nw_newest newest;
	bool is_new;
	enum nw_err err;

	if (a->json.failed)
		return nw_fail(error, NW_E_LIMIT, "too large to encode");
	a->record.seq = 0;
	err = nw_journal_newest(journal, a->record.id, &newest, error);
	a->deferred = newest.whole && !a->record.whole;
	if (err || a->deferred)
		return err;
	if (newest.version == 0 || !nw_hash_eq(newest.content, a->record.content)) {
		a->record.kind = newest.version ? NW_KIND_UPDATE : NW_KIND_ITEM;
		a->record.version = newest.version + 1;
		a->record.unix_ms = nw_unix_ms();
		if (newest.version)
			err = remember_first(a, journal, error);
		if (!err)
			err = nw_journal_append(journal, &a->record, &is_new, error);
		if (!err)
			err = nw_storied_write(a, journal, error);
	}
	if (!err)
		err = nw_journal_identify(journal, identities, n, a->fetched_ms / 1000, error);
	return err;
}

static enum nw_verdict finish(struct nw_work *w)
{
	struct nw_article_work *a = article_of(w);
	struct nw_pipeline *p = a->visit->pipeline;
	const int64_t now_s = nw_loop_unix_ms(p->loop) / 1000;

	if (w->abandoned)
		nw_log(NW_LOG_ERROR, "article not kept", NW_KV("url", a->article.url),
			NW_KV("feed", a->article.feed), NW_KV("error", nw_str(w->error.text)));
	nw_storied_settle(a, !w->abandoned && !a->deferred && a->record.seq);
	if (w->abandoned || a->deferred) {
		nw_article_forget(a);
		a->visit->incomplete = true;
		return NW_NEXT;
	}
	if (!a->record.seq)
		return NW_NEXT; /* nothing new in it after all */
	nw_count(NW_C_ARTICLES, 1);
	nw_today_add(&p->today, now_s, now_s);
	if (a->article.tags)
		nw_count(NW_C_ARTICLES_TAGGED, 1);
	nw_pipeline_count_topics(p, a->article.tags);
	return NW_NEXT;
}

#define TIMED(what) .is_timed = true, .timing = NW_T_##what

const struct nw_step nw_article_step[] = {
	{.name = "fetch", .place = NW_LOOP, .run = fetch_page},
	{.name = "clean", .place = NW_POOL, .run = clean_text, TIMED(CLEAN)},
	{.name = "tag", .place = NW_POOL, .run = tag_topics, TIMED(TAG)},
	{.name = "sketch", .place = NW_POOL, .run = sketch_text, TIMED(SKETCH)},
	{.name = "encode", .place = NW_POOL, .run = encode_article, TIMED(ENCODE)},
	{.name = "join", .place = NW_LOOP, .run = join_story, TIMED(JOIN)},
	{.name = "append", .place = NW_STORE, .write = append, TIMED(APPEND)},
	{.name = "finish", .place = NW_LOOP, .run = finish},
};

const size_t nw_article_n_steps = sizeof(nw_article_step) / sizeof(nw_article_step[0]);

void nw_article_begin(struct nw_visit *v, const struct nw_admitted *admitted)
{
	struct nw_article_work *a = nw_must_calloc(1, sizeof(*a));

	a->visit = v;
	a->item = admitted->sighting->item;
	a->link = admitted->sighting->link;
	a->mark = admitted->mark;
	a->backfill = admitted->backfill;
	a->next = v->articles;
	if (a->next)
		a->next->prev = a;
	v->articles = a;
	v->pipeline->in_flight++;
	nw_steps_begin(&a->work, &v->pipeline->article_steps);
}

void nw_article_forget(struct nw_article_work *a)
{
	if (!a->forgotten)
		nw_seen_forget(a->visit->pipeline->seen, &a->mark);
	a->forgotten = true;
}

void nw_article_free(struct nw_article_work *a)
{
	if (a->prev)
		a->prev->next = a->next;
	else
		a->visit->articles = a->next;
	if (a->next)
		a->next->prev = a->prev;
	nw_buf_clear(&a->page.body);
	nw_buf_clear(&a->json);
	nw_arena_free(a->arena);
	free(a);
}

void nw_article_end(struct nw_work *w)
{
	struct nw_article_work *a = article_of(w);
	struct nw_visit *v = a->visit;
	struct nw_pipeline *p = v->pipeline;

	nw_article_free(a);
	p->in_flight--;
	nw_visit_article_ended(v);
	nw_visits_go_on(p);
}
