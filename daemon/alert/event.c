#include "alert/event.h"

#include "article/encode.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "base/str.h"
#include "base/text.h"
#include "base/url.h"
#include "base/when.h"

#define JSON_MAX (NW_RECORD_MAX + 64)
#define TAGS_MAX 256
#define MATCHES_MAX 64 /* of one tag: more say nothing new to a reader */
#define AUTHORS_MAX 32

static struct nw_str line(struct nw_arena *arena, const json_t *object, const char *key)
{
	return nw_text_line(arena, nw_json_get_str(object, key));
}

/* Kept in the arena: what json_t holds goes with it. */
static struct nw_str kept_line(struct nw_arena *arena, const json_t *object, const char *key)
{
	return nw_arena_str(arena, line(arena, object, key));
}

static struct nw_str kept_url(struct nw_arena *arena, const json_t *object, const char *key)
{
	const struct nw_str url = line(arena, object, key);

	return nw_url_is_web(url) ? nw_arena_str(arena, url) : (struct nw_str){0};
}

static struct nw_match *read_match(struct nw_arena *arena, const json_t *o)
{
	struct nw_match *m = NW_ARENA_NEW(arena, struct nw_match);
	const int64_t paragraph = nw_json_get_int(o, "paragraph", 0);
	const int64_t start = nw_json_get_int(o, "start", 0), end = nw_json_get_int(o, "end", 0);

	m->rule = kept_line(arena, o, "rule");
	m->points = json_number_value(json_object_get(o, "points"));
	m->quote = kept_line(arena, o, "quote");
	m->field = kept_line(arena, o, "field");
	m->paragraph = paragraph > 0 && paragraph < INT32_MAX ? (unsigned)paragraph : 0;
	if (start >= 0 && end >= start) {
		m->start = (size_t)start;
		m->end = (size_t)end;
	}
	return m;
}

static struct nw_tag *read_tag(struct nw_arena *arena, const json_t *o)
{
	struct nw_tag *tag = NW_ARENA_NEW(arena, struct nw_tag);
	struct nw_match **tail = &tag->matches;
	const json_t *matches = json_object_get(o, "matches");

	tag->name = kept_line(arena, o, "tag");
	tag->score = json_number_value(json_object_get(o, "score"));
	tag->threshold = json_number_value(json_object_get(o, "threshold"));
	tag->hash = kept_line(arena, o, "topic");
	for (size_t i = 0; i < json_array_size(matches) && i < MATCHES_MAX; i++) {
		*tail = read_match(arena, json_array_get(matches, i));
		tail = &(*tail)->next;
	}
	return tag;
}

static struct nw_tag *read_tags(struct nw_arena *arena, const json_t *list)
{
	struct nw_tag *first = NULL, **tail = &first;

	for (size_t i = 0; i < json_array_size(list) && i < TAGS_MAX; i++) {
		*tail = read_tag(arena, json_array_get(list, i));
		tail = &(*tail)->next;
	}
	return first;
}

static struct nw_author *read_authors(struct nw_arena *arena, const json_t *list)
{
	struct nw_author *first = NULL, **tail = &first;

	for (size_t i = 0; i < json_array_size(list) && i < AUTHORS_MAX; i++) {
		*tail = NW_ARENA_NEW(arena, struct nw_author);
		(*tail)->name = kept_line(arena, json_array_get(list, i), "name");
		tail = &(*tail)->next;
	}
	return first;
}

static unsigned read_count(const json_t *o, const char *key)
{
	const int64_t n = nw_json_get_int(o, key, 0);

	return n > 0 && n < INT32_MAX ? (unsigned)n : 0;
}

static bool is_id(struct nw_str id)
{
	struct nw_hash hash;

	return nw_hash_parse(id, &hash);
}

static struct nw_event_story read_story(struct nw_arena *arena, const json_t *o)
{
	const int64_t alike = nw_json_get_int(o, "alike", 100);
	struct nw_event_story story = {0};
	struct nw_when first;

	story.id = kept_line(arena, o, "id");
	if (!is_id(story.id))
		return (struct nw_event_story){0};
	story.articles = read_count(o, "articles");
	story.sources = read_count(o, "sources");
	story.is_new = json_is_true(json_object_get(o, "new"));
	story.is_copy = json_is_true(json_object_get(o, "copy"));
	story.title = kept_line(arena, o, "title");
	story.alike = alike < 0 || alike > 100 ? 100 : (unsigned)alike;
	if (nw_when_parse(nw_json_get_str(o, "first"), &first))
		story.first_s = first.unix_s;
	return story;
}

/* As the bus says it: a day alone is in _newswire, date_published would be its first second. */
static struct nw_when read_published(const json_t *item, const json_t *extension)
{
	const struct nw_str value = nw_json_get_str(json_object_get(extension, "date"), "value");
	struct nw_when when;

	if (nw_when_parse(value, &when))
		return when;
	if (nw_when_parse(nw_json_get_str(item, "date_published"), &when))
		return when;
	return (struct nw_when){0};
}

static void read_item(struct nw_arena *arena, const json_t *item, struct nw_event *e)
{
	const json_t *x = json_object_get(item, "_newswire"), *first = json_object_get(x, "first");

	e->url = kept_url(arena, item, "url");
	e->title = kept_line(arena, item, "title");
	e->summary = kept_line(arena, item, "summary");
	e->language = kept_line(arena, item, "language");
	e->authors = read_authors(arena, json_object_get(item, "authors"));
	e->source = kept_line(arena, x, "source");
	if (!e->source.n)
		e->source = kept_line(arena, x, "feed_title");
	e->feed = kept_line(arena, x, "feed");
	e->country = kept_line(arena, x, "country");
	e->section = kept_line(arena, x, "section");
	e->published = read_published(item, x);
	(void)nw_when_parse(nw_json_get_str(first, "date"), &e->first_published);
	e->backfill = json_is_true(json_object_get(x, "backfill")) ||
		json_is_true(json_object_get(first, "backfill"));
	e->tags = read_tags(arena, json_object_get(x, "tags"));
	e->story = read_story(arena, json_object_get(x, "story"));
}

static bool is_looked_at(enum nw_kind kind)
{
	return kind == NW_KIND_ITEM || kind == NW_KIND_UPDATE || kind == NW_KIND_CANCEL;
}

enum nw_err nw_event_read(struct nw_arena *arena, const struct nw_record *record,
	struct nw_event *event, struct nw_error *error)
{
	struct nw_article text = {0};
	struct nw_buf whole;
	json_t *item = NULL;
	enum nw_err err;

	*event = (struct nw_event){0};
	if (!is_looked_at(record->kind))
		return nw_fail(error, NW_E_UNKNOWN, "no rule looks at records of this kind");
	if (!is_id(record->id))
		return nw_fail(error, NW_E_SYNTAX, "bad id of an article '%.*s'",
			NW_ARG(nw_str_head(record->id, 64)));
	nw_buf_init(&whole, JSON_MAX);
	nw_article_join(&whole, record->seq, record->json);
	err = whole.failed ? nw_fail(error, NW_E_LIMIT, "larger than a record can be")
			   : nw_json_parse(nw_buf_str(&whole), &item, error);
	nw_buf_clear(&whole);
	if (!err && !json_is_object(item))
		err = nw_fail(error, NW_E_SYNTAX, "not a JSON object");
	if (!err && record->text.n)
		err = nw_text_read(arena, record->text, &text, error);
	if (!err) {
		event->kind = record->kind;
		event->seq = record->seq;
		event->version = record->version;
		event->unix_ms = record->unix_ms;
		event->id = nw_arena_str(arena, record->id);
		event->body = text.body;
		read_item(arena, item, event);
	}
	json_decref(item);
	return err;
}
