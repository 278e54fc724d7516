#include "markup/squeeze.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "markup/guard.h"
#include "markup/refs.h"

#define MARK "\xee\x80\x80" /* U+E000, of private use, and a number */
#define WORTH 32            /* bytes: shorter ones cost more than they save */

static void add_mark(struct nw_buf *out, size_t number)
{
	char digits[24];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	nw_buf_add(out, NW_STR(MARK));
	nw_buf_add(out, (struct nw_str){digits + at, sizeof(digits) - at});
}

/* [from, to) of the document becomes a mark. */
static void squeeze(struct nw_squeeze *s, const char *from, const char *to)
{
	if (s->n_raws == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->raws = nw_must_realloc(s->raws, s->cap * sizeof(*s->raws));
	}
	s->raws[s->n_raws] = (struct nw_str){from, (size_t)(to - from)};
	nw_buf_add(&s->out, (struct nw_str){s->done, (size_t)(from - s->done)});
	add_mark(&s->out, s->n_raws++);
	s->done = to;
}

/* False where the document has our mark in it already, and can therefore have no other. */
static bool begin(struct nw_squeeze *s, struct nw_str utf8)
{
	const char *p = utf8.p, *end = utf8.p + utf8.n;

	*s = (struct nw_squeeze){.done = utf8.p};
	nw_buf_init(&s->out, utf8.n + 64);
	while (p < end && (p = memchr(p, MARK[0], (size_t)(end - p))))
		if (nw_str_starts((struct nw_str){p, (size_t)(end - p)}, NW_STR(MARK)))
			return false;
		else
			p++;
	return true;
}

static struct nw_str finish(struct nw_squeeze *s, struct nw_str utf8)
{
	if (s->n_raws == 0)
		return utf8;
	nw_buf_add(&s->out, (struct nw_str){s->done, (size_t)(utf8.p + utf8.n - s->done)});
	return nw_buf_str(&s->out);
}

void nw_squeeze_clear(struct nw_squeeze *s)
{
	nw_buf_clear(&s->out);
	free(s->raws);
	*s = (struct nw_squeeze){0};
}

static uint32_t count_lines(struct nw_str s)
{
	uint32_t n = 0;

	for (const char *p = s.p, *end = s.p + s.n; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		n++;
	return n;
}

struct nw_str nw_squeeze_find(const struct nw_squeeze *s, struct nw_str text, uint32_t *lines)
{
	const struct nw_str mark = NW_STR(MARK);
	int64_t at;

	if (s->n_raws == 0 || !nw_str_starts(text, mark) ||
		!nw_str_int(nw_str_from(text, mark.n), 0, (int64_t)s->n_raws - 1, &at))
		return text;
	*lines += count_lines(s->raws[at]);
	return s->raws[at];
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

/* Past the next terminator at or after p; end where there is none. */
static const char *past(const char *p, const char *end, struct nw_str terminator)
{
	const struct nw_str rest = {p, (size_t)(end - p)};
	const size_t at = nw_str_find(rest, terminator);

	return at < rest.n ? p + at + terminator.n : end;
}

/* Past a comment, declaration, instruction or end tag that begins at p. */
static const char *skip_other(const char *p, const char *end)
{
	const struct nw_str rest = {p, (size_t)(end - p)};

	if (nw_str_starts(rest, NW_STR("<!--")))
		return past(p + 4, end, NW_STR("-->"));
	if (rest.n > 1 && (p[1] == '!' || p[1] == '?' || p[1] == '/'))
		return past(p, end, NW_STR(">"));
	return p + 1;
}

/* --- pages -------------------------------------------------------------------- */

static struct nw_str raw_name(const char *p, const char *end)
{
	static const struct nw_str names[] = {{"script", 6}, {"style", 5}};
	const struct nw_str rest = {p, (size_t)(end - p)};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (rest.n > names[i].n && nw_str_starts_nocase(rest, names[i]) &&
			strchr(" \t\r\n\f/>", p[names[i].n]) && p[names[i].n])
			return names[i];
	return (struct nw_str){0};
}

/* Where the end tag of a raw element begins; the end of the page where there is none. */
static const char *find_end_tag(const char *p, const char *end, struct nw_str name)
{
	for (; (p = memchr(p, '<', (size_t)(end - p))); p++) {
		const struct nw_str rest = {p + 1, (size_t)(end - p - 1)};

		if (rest.n && rest.p[0] == '/' && nw_str_starts_nocase(nw_str_from(rest, 1), name))
			return p;
	}
	return end;
}

struct nw_str nw_squeeze_html(struct nw_squeeze *s, struct nw_str utf8)
{
	const char *p = utf8.p, *end = utf8.p + utf8.n;
	struct nw_str name;
	unsigned n_attrs;

	if (!begin(s, utf8))
		return utf8;
	while (p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
		if (p + 1 == end || !is_letter(p[1])) {
			p = skip_other(p, end);
			continue;
		}
		name = raw_name(p + 1, end);
		p = nw_guard_tag(p + 1, end, &n_attrs);
		if (name.n && p < end && *p == '>') {
			const char *from = p + 1;

			p = find_end_tag(from, end, name);
			if (p - from >= WORTH)
				squeeze(s, from, p);
		}
	}
	return finish(s, utf8);
}

/* --- feeds -------------------------------------------------------------------- */

/* The number of a character that is plain: its length with the semicolon; 0 for any other. */
static size_t plain_number(struct nw_str s)
{
	unsigned number = 0;
	size_t n = 2;

	while (n < s.n && n < 7 && s.p[n] >= '0' && s.p[n] <= '9')
		number = number * 10 + (unsigned)(s.p[n++] - '0');
	if (n >= s.n || s.p[n] != ';' || number < 0x20 || number > 0xd7ff)
		return 0;
	return number < 0x7f || number >= 0xa0 ? n + 1 : 0;
}

/* "&amp;" and its kin, and the numbers of plain characters: how long; 0 for any other. */
static size_t plain_reference(struct nw_str s)
{
	char c;

	return s.n > 1 && s.p[1] == '#' ? plain_number(s) : nw_refs_own(s, &c);
}

/* What is looked at twice: controls, '&', ']' and the first byte of U+FFFE and U+FFFF. */
static const bool is_odd[256] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ['&'] = 1, [']'] = 1, [0xef] = 1};

/* At an odd byte: how much of the text is sound all the same; 0: it is not. */
static size_t sound_part(struct nw_str s, bool has_references)
{
	const unsigned char c = (unsigned char)s.p[0];

	if (c == '&')
		return has_references ? plain_reference(s) : 1;
	if (c == ']')
		return !has_references || !nw_str_starts(s, NW_STR("]]>"));
	return c == 0xef && !nw_str_starts(s, NW_STR("\xef\xbf"));
}

/* Nothing in it that makes a document not well-formed, and no CR, which libxml2 turns into LF. */
static bool is_sound(struct nw_str s, bool has_references)
{
	if (nw_str_trim(s).n == 0)
		return false; /* white space is also legal where no text is */
	for (size_t i = 0, n; i < s.n; i += n) {
		n = 1;
		if (is_odd[(unsigned char)s.p[i]])
			n = sound_part(nw_str_from(s, i), has_references);
		if (n == 0)
			return false;
	}
	return true;
}

/* Past the CDATA section that begins at p. */
static const char *squeeze_cdata(struct nw_squeeze *s, const char *p, const char *end)
{
	const char *from = p + 9, *after = past(from, end, NW_STR("]]>"));
	const struct nw_str text = {from, (size_t)(after - from)};

	if (text.n < WORTH + 3 || !nw_str_ends(text, NW_STR("]]>")))
		return after;
	if (is_sound(nw_str_head(text, text.n - 3), false))
		squeeze(s, from, after - 3);
	return after;
}

static const char *squeeze_text(struct nw_squeeze *s, const char *p, const char *end)
{
	const char *next = memchr(p, '<', (size_t)(end - p));
	const struct nw_str text = {p, (size_t)((next ? next : end) - p)};

	if (text.n >= WORTH && is_sound(text, true))
		squeeze(s, p, p + text.n);
	return p + text.n;
}

struct nw_str nw_squeeze_xml(struct nw_squeeze *s, struct nw_str utf8)
{
	const char *p = utf8.p, *end = utf8.p + utf8.n;
	unsigned n_attrs;

	if (!begin(s, utf8))
		return utf8;
	while (p < end && *p == '<') {
		const struct nw_str rest = {p, (size_t)(end - p)};

		if (nw_str_starts(rest, NW_STR("<![CDATA["))) {
			p = squeeze_cdata(s, p, end);
		} else if (nw_str_starts(rest, NW_STR("<?"))) {
			p = past(p, end, NW_STR("?>"));
		} else if (rest.n < 2 || (!is_letter(p[1]) && (unsigned char)p[1] < 0x80)) {
			p = skip_other(p, end);
		} else {
			p = nw_guard_tag(p + 1, end, &n_attrs);
			p = past(p, end, NW_STR(">"));
		}
		p = squeeze_text(s, p, end);
	}
	return finish(s, utf8);
}
