#include "article/encode.h"

#include <inttypes.h>
#include <math.h>

#include "base/str.h"
#include "base/when.h"

static json_t *number(double value)
{
	const double whole = nearbyint(value);

	if (whole == value && fabs(value) < 1e15)
		return json_integer((json_int_t)value);
	return json_real(value);
}

static json_t *match_json(const struct nw_match *m)
{
	json_t *o = json_object();

	nw_json_set_str(o, "rule", m->rule);
	nw_json_set(o, "points", number(m->points));
	nw_json_set_str(o, "quote", m->quote);
	nw_json_set_str(o, "field", m->field);
	nw_json_set_int(o, "paragraph", m->paragraph);
	nw_json_set_int(o, "start", (int64_t)m->start);
	nw_json_set_int(o, "end", (int64_t)m->end);
	if (m->distance)
		nw_json_set_int(o, "distance", m->distance);
	return o;
}

static json_t *tag_json(const struct nw_tag *tag)
{
	json_t *o = json_object(), *matches = json_array();

	nw_json_set_str(o, "tag", tag->name);
	nw_json_set(o, "score", number(tag->score));
	nw_json_set(o, "threshold", number(tag->threshold));
	nw_json_set_str(o, "topic", tag->hash);
	for (const struct nw_match *m = tag->matches; m; m = m->next)
		nw_json_append(matches, match_json(m));
	nw_json_set(o, "matches", matches);
	return o;
}

json_t *nw_article_tags_json(const struct nw_tag *tags)
{
	json_t *list = json_array();

	for (const struct nw_tag *t = tags; t; t = t->next)
		nw_json_append(list, tag_json(t));
	return list;
}

static void set_when(json_t *o, const char *key, struct nw_when when)
{
	char text[NW_WHEN_TEXT];

	if (when.precision == NW_WHEN_DAY)
		nw_json_set_str(o, key, nw_str(nw_when_day(when, text)));
	else if (when.precision == NW_WHEN_SECOND)
		nw_json_set_str(o, key, nw_str(nw_when_local(when, text)));
}

/* JSON Feed asks for RFC 3339 moments: a day alone is its first second. */
static void set_feed_when(json_t *o, const char *key, struct nw_when when)
{
	if (when.precision != NW_WHEN_UNKNOWN)
		when.precision = NW_WHEN_SECOND;
	set_when(o, key, when);
}

static json_t *date_json(const struct nw_article *a)
{
	json_t *o = json_object(), *conflicts = json_array();
	char text[NW_WHEN_TEXT], won[NW_WHEN_TEXT];

	set_when(o, "value", a->published);
	nw_json_set_str(o, "from", nw_str(a->date_from));
	(void)nw_when_day(a->published, won);
	for (const struct nw_date_candidate *d = a->dates; d; d = d->next) {
		json_t *c;

		if (strcmp(nw_when_day(d->when, text), won) == 0)
			continue;
		c = json_object();
		set_when(c, "value", d->when);
		nw_json_set_str(c, "from", nw_str(d->from));
		nw_json_append(conflicts, c);
	}
	nw_json_set(o, "conflicts", conflicts);
	return o;
}

static json_t *clean_json(const struct nw_article *a)
{
	json_t *o = json_object(), *flags = json_array();

	nw_json_set_int(o, "version", a->clean_version);
	nw_json_set_int(o, "quality", a->quality);
	if (a->clean_flags.n)
		nw_json_append(flags, nw_json_str(a->clean_flags));
	nw_json_set(o, "flags", flags);
	return o;
}

static json_t *extension_json(const struct nw_article *a)
{
	json_t *o = json_object();
	char text[NW_WHEN_TEXT];

	nw_json_set_str(o, "feed", a->feed);
	nw_json_set_str(o, "feed_title", a->feed_title);
	nw_json_set_str(o, "source", a->source);
	nw_json_set_str(o, "country", a->feed_country);
	nw_json_set_str(o, "ownership", a->feed_ownership);
	nw_json_set_str(o, "section", a->section);
	nw_json_set_str(o, "wire", a->wire);
	nw_json_set_str(o, "fetched", nw_str(nw_when_rfc3339(a->fetched_ms / 1000, text)));
	nw_json_set_str(o, "via", a->from_page ? NW_STR("page") : NW_STR("feed"));
	nw_json_set(o, "date", date_json(a));
	nw_json_set(o, "clean", clean_json(a));
	nw_json_set(o, "tags", nw_article_tags_json(a->tags));
	nw_json_set(o, "backfill", json_boolean(a->backfill));
	return o;
}

static json_t *authors_json(const struct nw_author *authors)
{
	json_t *list = json_array();

	for (const struct nw_author *author = authors; author; author = author->next) {
		json_t *o = json_object();

		nw_json_set_str(o, "name", author->name);
		nw_json_append(list, o);
	}
	return list;
}

static json_t *item_json(const struct nw_article *a)
{
	json_t *o = json_object(), *tags = json_array();

	nw_json_set_str(o, "id", a->id);
	nw_json_set_str(o, "url", a->url);
	nw_json_set_str(o, "external_url", a->external_url);
	nw_json_set_str(o, "title", a->title);
	nw_json_set_str(o, "summary", a->summary);
	nw_json_set_str(o, "image", a->image);
	set_feed_when(o, "date_published", a->published);
	set_feed_when(o, "date_modified", a->modified);
	if (a->authors)
		nw_json_set(o, "authors", authors_json(a->authors));
	for (const struct nw_tag *t = a->tags; t; t = t->next)
		nw_json_append(tags, nw_json_str(t->name));
	nw_json_set(o, "tags", tags);
	nw_json_set_str(o, "language", a->language);
	return o;
}

/* The members of an object, without its opening brace. */
static void write_members(struct nw_buf *tail, json_t *object)
{
	const size_t at = tail->n;

	nw_json_write(tail, object);
	if (!tail->failed)
		tail->p[at] = ',';
	json_decref(object);
}

static json_t *story_json(const struct nw_article_story *story)
{
	json_t *o = json_object();
	char text[NW_WHEN_TEXT];

	nw_json_set_str(o, "id", story->id);
	nw_json_set_int(o, "articles", story->articles);
	nw_json_set_int(o, "sources", story->sources);
	nw_json_set_str(o, "first", nw_str(nw_when_rfc3339(story->first_s, text)));
	nw_json_set(o, "new", json_boolean(story->is_new));
	nw_json_set(o, "copy", json_boolean(story->is_copy));
	nw_json_set_int(o, "alike", story->alike);
	nw_json_set_str(o, "title", story->title);
	return o;
}

void nw_article_encode_story(struct nw_buf *head, const struct nw_article_story *story)
{
	json_t *o;

	if (!story->id.n)
		return;
	o = story_json(story);
	nw_buf_add(head, NW_STR(",\"story\":"));
	nw_json_write(head, o);
	json_decref(o);
}

void nw_article_encode(struct nw_buf *tail, const struct nw_article *article)
{
	nw_article_encode_story(tail, &article->story);
	write_members(tail, extension_json(article));
	write_members(tail, item_json(article));
}

/* The members of the object, of those that are there, in the order of the names. */
static void copy_members(json_t *to, const json_t *from, const char *const *names)
{
	for (; *names; names++)
		nw_json_set_str(to, *names, nw_json_get_str(from, *names));
}

/* How the article came to be in it stays as it was. */
static json_t *left_story_json(const struct nw_article_story *story, const json_t *extension)
{
	static const char *const own[] = {"new", "copy", "alike", NULL};
	const json_t *before = json_object_get(extension, "story");
	json_t *o = story_json(story), *member;

	for (size_t i = 0; own[i]; i++) {
		member = json_object_get(before, own[i]);
		if (member)
			nw_json_set(o, own[i], json_incref(member));
	}
	return o;
}

/* What was encoded, whole again; the caller's. An empty object for what cannot be read. */
static json_t *read_tail(struct nw_str tail)
{
	json_t *o = NULL;
	struct nw_buf joined;

	nw_buf_init(&joined, tail.n + 64);
	nw_article_join(&joined, 0, tail);
	if (nw_json_parse(nw_buf_str(&joined), &o, NULL))
		o = json_object();
	nw_buf_clear(&joined);
	return o;
}

/* Handed on from version to version; the first one has none. NULL where it is not known. */
static json_t *first_json(const json_t *last)
{
	json_t *first = json_object_get(last, "first"),
	       *backfill = json_object_get(last, "backfill");

	if (first)
		return json_incref(first);
	if (!backfill)
		return NULL;
	first = json_object();
	nw_json_set_str(first, "date", nw_json_get_str(json_object_get(last, "date"), "value"));
	nw_json_set(first, "backfill", json_incref(backfill));
	return first;
}

void nw_article_encode_first(struct nw_buf *head, struct nw_str last)
{
	json_t *old = read_tail(last), *first = first_json(json_object_get(old, "_newswire"));

	if (first) {
		nw_buf_add(head, NW_STR(",\"first\":"));
		nw_json_write(head, first);
	}
	json_decref(first);
	json_decref(old);
}

void nw_cancel_encode(struct nw_buf *tail, const struct nw_cancelled *cancelled)
{
	static const char *const own[] = {"feed", "feed_title", "source", "fetched", "via", NULL};
	static const char *const outer[] = {"id", "url", "external_url", "title", "language", NULL};
	json_t *old = read_tail(cancelled->last), *extension = json_object();
	json_t *item = json_object(), *first = first_json(json_object_get(old, "_newswire")), *tags;

	copy_members(extension, json_object_get(old, "_newswire"), own);
	nw_json_set_str(extension, "cancelled", cancelled->when);
	nw_json_set_str(extension, "reason", cancelled->reason);
	if (first)
		nw_json_set(extension, "first", first);
	if (cancelled->story->id.n)
		nw_json_set(extension, "story",
			left_story_json(cancelled->story, json_object_get(old, "_newswire")));
	copy_members(item, old, outer);
	tags = json_object_get(old, "tags");
	nw_json_set(item, "tags", tags ? json_incref(tags) : json_array());
	write_members(tail, extension);
	write_members(tail, item);
	json_decref(old);
}

void nw_notice_encode(struct nw_buf *tail, json_t *extension, struct nw_str title)
{
	json_t *object = json_object();

	nw_json_set(object, "title", nw_json_str(title));
	write_members(tail, extension);
	write_members(tail, object);
}

void nw_article_join(struct nw_buf *json, int64_t seq, struct nw_str tail)
{
	nw_buf_printf(json, "{\"_newswire\":{\"seq\":%" PRId64, seq);
	nw_buf_add(json, tail);
}
