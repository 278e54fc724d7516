/* Text as feeds carry it: plain, escaped HTML, inline XHTML, or any of them in base64. */
#include <sodium.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/text.h"
#include "base/utf8.h"
#include "feed/format.h"
#include "markup/charset.h"

#define MAX_TEXT ((size_t)64 << 20) /* of one text, once escaped; a document is smaller */

struct nw_str nw_feed_read_word(const struct nw_feed_reader *r, const struct nw_node *n)
{
	return nw_str_trim(nw_node_text(r->arena, n));
}

static bool is_atom(const struct nw_node *n)
{
	return n->ns == NW_NS_ATOM10 || n->ns == NW_NS_ATOM03 || n->ns == NW_NS_ATOM_DRAFT;
}

static const struct nw_node *first_element(const struct nw_node *n)
{
	const struct nw_node *c = n->children;

	while (c && c->kind != NW_ELEMENT)
		c = c->next;
	return c;
}

/* The words of RFC 4287 as the media types they stand for; empty where nothing is said. */
static struct nw_str media_type(const struct nw_node *n)
{
	static const struct {
		const char *word, *type;
	} words[] = {
		{"text", "text/plain"},
		{"plain", "text/plain"},
		{"html", "text/html"},
		{"xhtml", "application/xhtml+xml"},
		{"text/html", "text/html"},
		{"text/plain", "text/plain"},
		{"application/xhtml+xml", "application/xhtml+xml"},
	};
	struct nw_str type = nw_str_trim(nw_node_attr(n, "type"));

	type = nw_str_trim(nw_str_head(type, nw_str_find(type, NW_STR(";"))));
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (nw_str_eq_nocase(type, nw_str(words[i].word)))
			return nw_str(words[i].type);
	return type;
}

static bool is_html_type(struct nw_str type)
{
	return nw_str_eq(type, NW_STR("text/html")) ||
		nw_str_eq(type, NW_STR("application/xhtml+xml"));
}

static bool is_xml_type(struct nw_str type)
{
	return nw_str_ends(type, NW_STR("+xml")) || nw_str_ends(type, NW_STR("/xml"));
}

/* RFC 4287, 4.1.3.3: what is neither text nor XML comes in base64. */
static bool is_base64(const struct nw_node *n, struct nw_str type)
{
	if (nw_str_eq_nocase(nw_str_trim(nw_node_attr(n, "mode")), NW_STR("base64")))
		return true;
	return is_atom(n) && nw_str_find(type, NW_STR("/")) < type.n &&
		!nw_str_starts_nocase(type, NW_STR("text/")) && !is_xml_type(type) &&
		!nw_str_ends(type, NW_STR("/json"));
}

/* False where it is not base64, of either alphabet, or not text inside. */
static bool decode_base64(struct nw_arena *a, struct nw_str text, struct nw_str *decoded)
{
	static const int variants[] = {sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING};
	const struct nw_str digits = nw_str_head(text, nw_str_find(text, NW_STR("=")));
	const size_t room = text.n / 4 * 3 + 4;
	char *out = nw_arena_alloc(a, room);
	size_t n;

	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		if (sodium_base642bin((unsigned char *)out, room, digits.p, digits.n, " \t\r\n", &n,
			    NULL, variants[i]))
			continue;
		*decoded = (struct nw_str){out, n};
		return nw_utf8_valid(*decoded) == n && !memchr(out, 0, n);
	}
	return false;
}

static struct nw_str write_inside(struct nw_feed_reader *r, const struct nw_node *n)
{
	struct nw_buf buf;
	struct nw_str inside;

	nw_buf_init(&buf, MAX_TEXT);
	nw_node_write_inside(&buf, n);
	if (buf.failed)
		r->feed->cut = true;
	inside = nw_arena_str(r->arena, nw_str_trim(nw_buf_str(&buf)));
	nw_buf_clear(&buf);
	return inside;
}

/* The div that RFC 4287 wants around XHTML is no part of it. */
static const struct nw_node *inside_wrapper(const struct nw_node *n)
{
	const struct nw_node *only = first_element(n);

	if (!only || only->tag != NW_TAG_DIV || only->attrs)
		return n;
	for (const struct nw_node *c = n->children; c; c = c->next)
		if (c != only && (c->kind == NW_ELEMENT || nw_str_trim(c->text).n))
			return n;
	return only;
}

/* An element with no elements in it. */
static struct nw_feed_text text_inside(
	struct nw_feed_reader *r, const struct nw_node *n, struct nw_str type)
{
	struct nw_feed_text text = {.type = type};

	text.value = nw_feed_read_word(r, n);
	if (is_base64(n, type)) {
		struct nw_str decoded;

		if (decode_base64(r->arena, text.value, &decoded))
			text.value = nw_str_trim(decoded);
		else if (type.n && nw_str_find(type, NW_STR("/")) < type.n)
			text.value = (struct nw_str){0}; /* a picture, say */
		text.is_html = is_html_type(type) || nw_fragment_is_html(text.value);
		return text;
	}
	/* RSS never says and means HTML; Atom says, except for 0.3 where mode tells as much. */
	if (type.n)
		text.is_html = is_html_type(type);
	else if (is_atom(n))
		text.is_html = nw_str_eq_nocase(nw_node_attr(n, "mode"), NW_STR("escaped")) &&
			nw_fragment_is_html(text.value);
	else
		text.is_html = n->tag != NW_TAG_TITLE || nw_fragment_is_html(text.value);
	return text;
}

/*
 * U+0080 to U+009F are never meant: they are windows-1252 that somebody took for
 * latin-1 on the way to UTF-8. Most texts have none and are not copied.
 */
static struct nw_str mend_controls(struct nw_arena *a, struct nw_str s)
{
	size_t n = 0, done = 0;
	char *out = NULL;

	for (size_t at = 0; at < s.n; at++) {
		const char *p = memchr(s.p + at, '\xc2', s.n - at);

		if (!p || p + 1 >= s.p + s.n)
			break;
		at = (size_t)(p - s.p) + 1;
		if ((unsigned char)p[1] >= 0xa0)
			continue;
		if (!out)
			out = nw_arena_alloc(a, s.n / 2 * 3 + 1);
		memcpy(out + n, s.p + done, at - 1 - done);
		n += at - 1 - done;
		n += nw_utf8_put(nw_charset_1252((unsigned char)p[1]), out + n);
		done = at + 1;
	}
	if (!out)
		return s;
	memcpy(out + n, s.p + done, s.n - done);
	return (struct nw_str){out, n + s.n - done};
}

struct nw_feed_text nw_feed_read_text(struct nw_feed_reader *r, const struct nw_node *n)
{
	const struct nw_str type = media_type(n);
	struct nw_feed_text text;

	if (first_element(n)) {
		text = (struct nw_feed_text){
			.value = write_inside(r, inside_wrapper(n)), .type = type, .is_html = true};
	} else {
		text = text_inside(r, n, type);
		if (is_xml_type(type) && text.value.n)
			text = (struct nw_feed_text){write_inside(r, n), type, true};
	}
	text.value = mend_controls(r->arena, text.value);
	if (text.is_html)
		text.value =
			nw_fragment_absolute(r->arena, text.value, nw_feed_scope_of(r, n).base);
	if (!text.type.n)
		text.type = is_atom(n) ? NW_STR("text/plain") : NW_STR("text/html");
	return text;
}

struct nw_str nw_feed_read_fragment(struct nw_feed_reader *r, const struct nw_node *n)
{
	const struct nw_feed_text text = nw_feed_read_text(r, n);

	return text.is_html ? text.value : nw_fragment_escape(r->arena, text.value);
}

void nw_feed_set_title(struct nw_feed_reader *r, struct nw_feed_text text, struct nw_str *title,
	struct nw_str *line)
{
	const bool has_tags = text.is_html && memchr(text.value.p, '<', text.value.n);
	struct nw_str plain = text.value;

	if (!text.value.n)
		return;
	if (has_tags)
		plain = nw_fragment_strip(r->arena, plain);
	else if (text.is_html || !nw_str_eq(text.type, NW_STR("text/plain")))
		plain = nw_text_unescape(r->arena, plain);
	*line = nw_text_line(r->arena, plain);
	*title = has_tags ? text.value : plain;
}
