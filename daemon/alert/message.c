#include "alert/message.h"

#include "alert/extract.h"
#include "alert/render.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/text.h"
#include "base/url.h"
#include "base/utf8.h"
#include "base/when.h"

#define SUBJECT_BYTES 190
#define BRIEF_CHARACTERS 240
#define CHANGE_CHARACTERS 50 /* of the old words, and of the new ones */
#define NOTICE_BYTES 1500    /* ntfy makes more than 4,096 a file that somebody has to open */

/* --- plain strings --- */

static json_t *plain(struct nw_arena *arena, json_t *value);

static json_t *plain_object(struct nw_arena *arena, json_t *object)
{
	json_t *copy = json_object(), *member;
	const char *key;

	json_object_foreach(object, key, member) nw_json_set(copy,
		nw_arena_str(arena, nw_text_line(arena, nw_str(key))).p, plain(arena, member));
	return copy;
}

/* A copy without anything that a terminal or a header would obey. As deep as JSON may be here. */
static json_t *plain(struct nw_arena *arena, json_t *value)
{
	json_t *copy;

	if (json_is_object(value))
		return plain_object(arena, value);
	if (json_is_string(value))
		return nw_json_str(nw_extract_piece(arena,
			(struct nw_str){json_string_value(value), json_string_length(value)}));
	if (!json_is_array(value))
		return json_deep_copy(value);
	copy = json_array();
	for (size_t i = 0; i < json_array_size(value); i++)
		nw_json_append(copy, plain(arena, json_array_get(value, i)));
	return copy;
}

/* --- parts --- */

static const struct {
	const char *transition; /* up to its number or time */
	const char *label;
} labels[] = {
	{"first", "First report"},
	{"update", "Updated"},
	{"correction", "Corrected"},
	{"withdrawn", "Withdrawn"},
	{"reopened", "In the news again"},
	{"escalation", "Not acknowledged"},
	{"digest", "Digest"},
	{"test", "Test"},
};

struct nw_str nw_render_label(const struct nw_render *r, struct nw_str transition, int64_t sources)
{
	const struct nw_str name = nw_str_head(transition, nw_str_find(transition, NW_STR("-")));

	if (nw_str_eq(name, NW_STR("grew")))
		return nw_arena_printf(r->arena, "Now %lld sources", (long long)sources);
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (nw_str_eq(name, nw_str(labels[i].transition)))
			return nw_str(labels[i].label);
	}
	return NW_STR("Alert");
}

struct nw_str nw_render_url(const json_t *o, const char *key)
{
	const struct nw_str url = nw_json_get_str(o, key);

	return nw_url_is_web(url) ? url : (struct nw_str){0};
}

struct nw_str nw_render_when(struct nw_arena *arena, struct nw_str rfc3339)
{
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct nw_when when;
	struct nw_civil c;
	int32_t offset;

	if (!nw_when_parse(rfc3339, &when))
		return (struct nw_str){0};
	c = nw_when_civil(when.unix_s + (int64_t)when.offset_min * 60);
	if (when.precision == NW_WHEN_DAY)
		return nw_arena_printf(arena, "%d %s %d", c.day, months[c.month - 1], c.year);
	offset = when.offset_min < 0 ? -when.offset_min : when.offset_min;
	if (!offset)
		return nw_arena_printf(arena, "%d %s %d %02d:%02d UTC", c.day, months[c.month - 1],
			c.year, c.hour, c.minute);
	return nw_arena_printf(arena, "%d %s %d %02d:%02d (%c%02d:%02d)", c.day,
		months[c.month - 1], c.year, c.hour, c.minute, when.offset_min < 0 ? '-' : '+',
		(int)(offset / 60), (int)(offset % 60));
}

/* "14:05" where the rest of it is what another moment has. */
static struct nw_str time_beside(struct nw_str when, struct nw_str other)
{
	const size_t at = nw_str_find(when, NW_STR(":"));

	if (at < 3 || at == when.n || other.n != when.n ||
		!nw_str_eq(nw_str_head(when, at - 2), nw_str_head(other, at - 2)) ||
		!nw_str_eq(nw_str_from(when, at + 3), nw_str_from(other, at + 3)))
		return when;
	return nw_str_head(nw_str_from(when, at - 2), 5);
}

static void add_part(struct nw_buf *out, const char *word, struct nw_str part)
{
	if (!part.n)
		return;
	if (out->n)
		nw_buf_add(out, NW_STR(", "));
	nw_buf_add(out, nw_str(word));
	nw_buf_add(out, part);
}

static struct nw_str taken(struct nw_arena *arena, struct nw_buf *out)
{
	const struct nw_str s = nw_arena_str(arena, nw_buf_str(out));

	nw_buf_clear(out);
	return s;
}

struct nw_str nw_render_byline(const struct nw_render *r, const json_t *article)
{
	const struct nw_str published =
		nw_render_when(r->arena, nw_json_get_str(article, "published"));
	const struct nw_str seen = nw_render_when(r->arena, nw_json_get_str(article, "seen"));
	struct nw_str source = nw_json_get_str(article, "source");
	struct nw_buf out;

	nw_buf_init(&out, NW_RENDER_MAX);
	if (!source.n)
		source = nw_json_get_str(article, "feed");
	add_part(&out, "", source);
	add_part(&out, "", nw_json_get_str(article, "country"));
	add_part(&out, "published ", published);
	add_part(&out, "seen ", time_beside(seen, published));
	return taken(r->arena, &out);
}

struct nw_str nw_render_why(const struct nw_render *r, const json_t *why)
{
	const json_t *quotes = json_object_get(why, "quotes");
	const json_t *score = json_object_get(why, "score");
	struct nw_buf out;

	nw_buf_init(&out, NW_RENDER_MAX);
	nw_buf_add(&out, nw_json_get_str(why, "topic"));
	if (json_is_number(score))
		nw_buf_printf(&out, " (%g of %g)", json_number_value(score),
			json_number_value(json_object_get(why, "threshold")));
	for (size_t i = 0; i < json_array_size(quotes); i++) {
		const json_t *q = json_array_get(quotes, i);

		nw_buf_add(&out, i ? NW_STR(", ") : NW_STR(": "));
		nw_buf_add(&out, (struct nw_str){json_string_value(q), json_string_length(q)});
	}
	return taken(r->arena, &out);
}

struct nw_str nw_render_counts(const struct nw_render *r)
{
	const json_t *story = json_object_get(r->payload, "story");
	const int64_t sources = nw_json_get_int(story, "sources", 0);
	const int64_t articles = nw_json_get_int(story, "articles", 0);

	if (!sources && !articles)
		return (struct nw_str){0};
	return nw_arena_printf(r->arena, "%lld source%s, %lld article%s", (long long)sources,
		sources == 1 ? "" : "s", (long long)articles, articles == 1 ? "" : "s");
}

/* --- the whole --- */

static struct nw_str title_of(struct nw_arena *arena, const json_t *payload)
{
	const json_t *items = json_object_get(payload, "items");
	const size_t n = json_array_size(items) + (size_t)nw_json_get_int(payload, "more_items", 0);
	const struct nw_str title = nw_json_get_str(json_object_get(payload, "article"), "title");

	if (items)
		return nw_arena_printf(arena, "%zu stor%s", n, n == 1 ? "y" : "ies");
	return title.n ? title : NW_STR("(no title)");
}

/* At most so many characters, the last of them "…" when something was cut. */
static struct nw_str cut_characters(struct nw_arena *arena, struct nw_str s, size_t max)
{
	struct nw_str rest = s;
	size_t n = 0, at = 0;

	while (rest.n) {
		if (++n == max)
			at = s.n - rest.n;
		(void)nw_utf8_next(&rest);
	}
	return n <= max ? s
			: nw_arena_printf(arena, "%.*s\xe2\x80\xa6", NW_ARG(nw_str_head(s, at)));
}

static size_t count_characters(struct nw_str s)
{
	size_t n = 0;

	for (; s.n; n++)
		(void)nw_utf8_next(&s);
	return n;
}

/* What follows the title: the words of a correction, what a digest begins with, or who said it. */
static struct nw_str tail_of(const struct nw_render *r)
{
	const json_t *article = json_object_get(r->payload, "article");
	const json_t *item = json_array_get(json_object_get(r->payload, "items"), 0);
	const json_t *change = json_array_get(json_object_get(r->payload, "changes"), 0);
	const struct nw_str source = nw_json_get_str(article, "source");
	const struct nw_str old = nw_json_get_str(change, "old");
	const struct nw_str counts = nw_render_counts(r);

	if (item)
		return nw_arena_printf(
			r->arena, ": %.*s ...", NW_ARG(nw_json_get_str(item, "title")));
	if (old.n)
		return nw_arena_printf(r->arena, " [was %.*s, now %.*s]",
			NW_ARG(cut_characters(r->arena, old, CHANGE_CHARACTERS)),
			NW_ARG(cut_characters(
				r->arena, nw_json_get_str(change, "new"), CHANGE_CHARACTERS)));
	if (source.n)
		return nw_arena_printf(r->arena, " (%.*s%s%.*s)", NW_ARG(source),
			counts.n ? ", " : "", NW_ARG(counts));
	return (struct nw_str){0};
}

static struct nw_str brief_of(const struct nw_render *r)
{
	const struct nw_str tail = cut_characters(r->arena, tail_of(r), BRIEF_CHARACTERS / 2);
	const struct nw_str whole =
		nw_arena_printf(r->arena, "%.*s: %.*s", NW_ARG(r->label), NW_ARG(r->title));
	const struct nw_str head =
		cut_characters(r->arena, whole, BRIEF_CHARACTERS - count_characters(tail));

	return nw_arena_printf(r->arena, "%.*s%.*s", NW_ARG(head), NW_ARG(tail));
}

static struct nw_str written(
	const struct nw_render *r, void (*write)(const struct nw_render *, struct nw_buf *))
{
	struct nw_buf out;

	nw_buf_init(&out, NW_RENDER_MAX);
	write(r, &out);
	return taken(r->arena, &out);
}

static struct nw_str json_of(
	const struct nw_render *r, json_t *payload, const struct nw_alert_message *m)
{
	struct nw_buf out;

	nw_json_set(payload, "subject", nw_json_str(m->subject));
	nw_json_set(payload, "brief", nw_json_str(m->brief));
	nw_json_set(payload, "text", nw_json_str(m->text));
	nw_buf_init(&out, NW_RENDER_MAX);
	nw_json_write(&out, payload);
	return taken(r->arena, &out);
}

enum nw_err nw_alert_message(struct nw_arena *arena, struct nw_str payload,
	struct nw_alert_message *message, struct nw_error *error)
{
	json_t *given = NULL, *o;
	struct nw_render r = {.arena = arena};
	enum nw_err err = nw_json_parse(payload, &given, error);

	*message = (struct nw_alert_message){0};
	if (!err && !json_is_object(given))
		err = nw_fail(error, NW_E_SYNTAX, "payload is no JSON object");
	if (err) {
		json_decref(given);
		return err;
	}
	o = plain(arena, given);
	json_decref(given);
	r.payload = o;
	r.rule = nw_json_get_str(o, "rule");
	r.title = title_of(arena, o);
	r.link = nw_render_url(json_object_get(o, "article"), "url");
	r.label = nw_render_label(&r, nw_json_get_str(o, "transition"),
		nw_json_get_int(json_object_get(o, "story"), "sources", 0));
	r.subject = nw_extract_cut(arena,
		nw_arena_printf(arena, "[%.*s] %.*s: %.*s", NW_ARG(r.rule), NW_ARG(r.label),
			NW_ARG(r.title)),
		SUBJECT_BYTES);
	message->subject = nw_text_line(arena, r.subject);
	message->link = nw_arena_str(arena, r.link);
	message->text = written(&r, nw_render_text);
	message->html = written(&r, nw_render_html);
	message->brief = nw_text_line(arena, brief_of(&r));
	message->notice = nw_extract_cut(arena, written(&r, nw_render_notice), NOTICE_BYTES);
	message->json = json_of(&r, o, message);
	json_decref(o);
	return NW_OK;
}
