/*
 * HTML in strings. Most fragments need no change, so they are scanned once, tag
 * by tag, and copied only where a reference has to be rewritten. The rules of
 * what is a tag are those of the HTML standard's tokenizer, 13.2.5.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/text.h"
#include "base/url.h"
#include "feed/format.h"

#define MAX_FRAGMENT ((size_t)64 << 20)

struct tag {
	struct nw_str name;
	size_t start, end; /* offsets of '<' and of what follows '>' */
	size_t attrs;      /* offset of what follows the name */
	bool closing;
};

struct attr {
	struct nw_str name, value;
	size_t start, end; /* of the value with its quotes */
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c | 0x20);
	return c;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* The next attribute before end; false where there is none, *at then past them. */
static bool next_attr(struct nw_str s, size_t *at, struct attr *attr)
{
	size_t i = *at;
	char quote;

	while (i < s.n && (is_space(s.p[i]) || s.p[i] == '/'))
		i++;
	*attr = (struct attr){.name = {s.p + i, 0}};
	if (i >= s.n || s.p[i] == '>') {
		*at = i;
		return false;
	}
	do
		attr->name.n++, i++;
	while (i < s.n && !is_space(s.p[i]) && s.p[i] != '/' && s.p[i] != '>' && s.p[i] != '=');
	while (i < s.n && is_space(s.p[i]))
		i++;
	*at = i;
	if (i >= s.n || s.p[i] != '=')
		return true;
	i++;
	while (i < s.n && is_space(s.p[i]))
		i++;
	attr->start = i;
	quote = '\0';
	if (i < s.n && (s.p[i] == '"' || s.p[i] == '\''))
		quote = s.p[i];
	attr->value = (struct nw_str){s.p + i + (quote != 0), 0};
	i += quote != 0;
	while (i < s.n && (quote ? s.p[i] != quote : !is_space(s.p[i]) && s.p[i] != '>'))
		attr->value.n++, i++;
	if (quote && i < s.n)
		i++;
	attr->end = *at = i;
	return true;
}

/* Past a comment or declaration at '<'; the end where it is not closed. */
static size_t skip_markup(struct nw_str s, size_t at)
{
	const bool comment = nw_str_starts(nw_str_from(s, at), NW_STR("<!--"));
	const struct nw_str end = comment ? NW_STR("-->") : NW_STR(">");
	const size_t inside = at + (comment ? 4 : 2);

	return inside + nw_str_find(nw_str_from(s, inside), end) + end.n;
}

/*
 * The next tag at or after *at; false where there is none. A tag that is not
 * closed ends the search, as it ends a page: what looks for it again would make
 * the search quadratic.
 */
static bool next_tag(struct nw_str s, size_t *at, struct tag *tag)
{
	struct attr attr;
	size_t i = *at;

	while (i < s.n) {
		const char *p = memchr(s.p + i, '<', s.n - i);

		if (!p || p + 1 >= s.p + s.n)
			return false;
		i = (size_t)(p - s.p);
		*tag = (struct tag){.start = i, .closing = p[1] == '/'};
		if (p[1] == '!' || p[1] == '?') {
			i = skip_markup(s, i);
			continue;
		}
		i += 1 + tag->closing;
		if (i >= s.n || !is_letter(s.p[i]))
			continue;
		tag->name.p = s.p + i;
		while (i < s.n && !is_space(s.p[i]) && s.p[i] != '/' && s.p[i] != '>')
			tag->name.n++, i++;
		tag->attrs = i;
		while (next_attr(s, &i, &attr))
			;
		if (i >= s.n)
			return false;
		tag->end = *at = i + 1;
		return true;
	}
	return false;
}

/* Script and style hold no tags but their own end. */
static size_t skip_raw_text(struct nw_str s, const struct tag *tag)
{
	const struct nw_str rest = nw_str_from(s, tag->end);
	struct nw_str end;

	if (!tag->closing && nw_str_eq_nocase(tag->name, NW_STR("script")))
		end = NW_STR("</script");
	else if (!tag->closing && nw_str_eq_nocase(tag->name, NW_STR("style")))
		end = NW_STR("</style");
	else
		return tag->end;
	return tag->end + nw_str_find_nocase(rest, end);
}

/* The attributes that HTML 4 and 5 give a URL to. */
static bool holds_url(struct nw_str tag, struct nw_str attr)
{
	static const char *const names[] = {"href", "src", "cite", "action", "background",
		"classid", "codebase", "longdesc", "poster", "profile", "usemap", "formaction"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (nw_str_eq_nocase(attr, nw_str(names[i])))
			return true;
	return nw_str_eq_nocase(attr, NW_STR("data")) && nw_str_eq_nocase(tag, NW_STR("object"));
}

static bool has_scheme(struct nw_str url)
{
	url = nw_str_trim(url);
	if (!url.n || !is_letter(url.p[0]))
		return false;
	for (size_t i = 1; i < url.n; i++) {
		const char c = url.p[i];

		if (c == ':')
			return true;
		if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.')
			return false;
	}
	return false;
}

static void add_escaped(struct nw_buf *buf, struct nw_str text)
{
	size_t done = 0;

	for (size_t i = 0; i < text.n; i++) {
		const char c = text.p[i];
		const struct nw_str reference = c == '&' ? NW_STR("&amp;")
			: c == '<'                       ? NW_STR("&lt;")
			: c == '>'                       ? NW_STR("&gt;")
			: c == '"'                       ? NW_STR("&quot;")
							 : (struct nw_str){0};

		if (!reference.n)
			continue;
		nw_buf_add(buf, (struct nw_str){text.p + done, i - done});
		nw_buf_add(buf, reference);
		done = i + 1;
	}
	nw_buf_add(buf, nw_str_from(text, done));
}

struct rewrite {
	struct nw_arena *arena;
	struct nw_buf buf;
	struct nw_str html, base;
	size_t done; /* what of html is in buf, changed or not */
};

static void rewrite_tag(struct rewrite *w, const struct tag *tag)
{
	const struct nw_str inside = nw_str_head(w->html, tag->end);
	size_t at = tag->attrs;
	struct attr attr;

	while (next_attr(inside, &at, &attr)) {
		struct nw_str url;

		if (!attr.value.n || !holds_url(tag->name, attr.name) || has_scheme(attr.value))
			continue;
		url = nw_str_trim(nw_text_unescape(w->arena, attr.value));
		if (!url.n || has_scheme(url))
			continue;
		nw_buf_add(&w->buf, (struct nw_str){w->html.p + w->done, attr.start - w->done});
		nw_buf_add_c(&w->buf, '"');
		add_escaped(&w->buf, nw_url_resolve(w->arena, w->base, url));
		nw_buf_add_c(&w->buf, '"');
		w->done = attr.end;
	}
}

struct nw_str nw_fragment_absolute(struct nw_arena *a, struct nw_str html, struct nw_str base)
{
	struct rewrite w = {.arena = a, .html = html, .base = base};
	struct tag tag;
	size_t at = 0;

	if (!base.n)
		return html;
	nw_buf_init(&w.buf, MAX_FRAGMENT);
	while (next_tag(html, &at, &tag)) {
		if (!tag.closing)
			rewrite_tag(&w, &tag);
		at = skip_raw_text(html, &tag);
	}
	if (w.done) {
		nw_buf_add(&w.buf, nw_str_from(html, w.done));
		if (!w.buf.failed)
			html = nw_arena_str(a, nw_buf_str(&w.buf));
	}
	nw_buf_clear(&w.buf);
	return html;
}

struct nw_str nw_fragment_escape(struct nw_arena *a, struct nw_str plain)
{
	struct nw_buf buf;
	size_t i = 0;

	while (i < plain.n && plain.p[i] != '&' && plain.p[i] != '<' && plain.p[i] != '>')
		i++;
	if (i == plain.n)
		return plain;
	nw_buf_init(&buf, plain.n * 6);
	add_escaped(&buf, plain);
	plain = nw_arena_str(a, nw_buf_str(&buf));
	nw_buf_clear(&buf);
	return plain;
}

struct nw_str nw_fragment_strip(struct nw_arena *a, struct nw_str html)
{
	struct nw_buf buf;
	struct nw_str text;
	size_t at = 0, done = 0;
	struct tag tag;

	nw_buf_init(&buf, html.n + 1);
	while (next_tag(html, &at, &tag)) {
		nw_buf_add(&buf, (struct nw_str){html.p + done, tag.start - done});
		if (nw_str_eq_nocase(tag.name, NW_STR("br")))
			nw_buf_add_c(&buf, ' ');
		at = done = skip_raw_text(html, &tag);
	}
	nw_buf_add(&buf, nw_str_from(html, done));
	text = nw_text_unescape(a, nw_arena_str(a, nw_buf_str(&buf)));
	nw_buf_clear(&buf);
	return text;
}

/* Elements that text in feeds is marked up with; anything else in angle brackets is just text. */
static bool is_html_name(struct nw_str name)
{
	static const char *const names[] = {"a", "abbr", "acronym", "address", "article", "aside",
		"audio", "b", "big", "blockquote", "br", "center", "cite", "code", "dd", "del",
		"dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1",
		"h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "iframe", "img", "ins", "kbd",
		"li", "mark", "nobr", "ol", "p", "picture", "pre", "q", "s", "samp", "script",
		"section", "small", "source", "span", "strike", "strong", "style", "sub", "sup",
		"table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul",
		"var", "video", "wbr"};
	size_t low = 0, high = sizeof(names) / sizeof(*names);
	char folded[12];

	if (name.n >= sizeof(folded))
		return false;
	for (size_t i = 0; i < name.n; i++)
		folded[i] = lower(name.p[i]);
	folded[name.n] = '\0';
	while (low < high) {
		const size_t middle = (low + high) / 2;
		const int order = strcmp(folded, names[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

bool nw_fragment_is_html(struct nw_str text)
{
	bool sure = false;
	struct tag tag;
	size_t at = 0;

	while (next_tag(text, &at, &tag)) {
		if (!is_html_name(tag.name))
			return false;
		sure |= tag.closing || nw_str_eq_nocase(tag.name, NW_STR("br")) ||
			nw_str_eq_nocase(tag.name, NW_STR("img")) ||
			nw_str_eq_nocase(tag.name, NW_STR("hr"));
		at = skip_raw_text(text, &tag);
	}
	return sure;
}
