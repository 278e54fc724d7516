#include "markup/charset.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "base/utf8.h"
#include "markup/guess.h"
#include "markup/names.h"

#define HEAD ((size_t)4096) /* where a declaration may be */

uint32_t nw_charset_1252(unsigned char byte)
{
	static const uint16_t high[32] = {0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020,
		0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f, 0x90, 0x2018,
		0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
		0x0153, 0x9d, 0x017e, 0x0178};

	return byte >= 0x80 && byte < 0xa0 ? high[byte - 0x80] : byte;
}

struct nw_str nw_charset_repair(struct nw_arena *a, struct nw_str s)
{
	size_t good = nw_utf8_valid(s), n = 0;
	char *copy;

	if (good == s.n)
		return s;
	copy = nw_arena_alloc(a, 3 * s.n + 1);
	for (;;) {
		memcpy(copy + n, s.p, good);
		n += good;
		s = nw_str_from(s, good);
		if (s.n == 0)
			return (struct nw_str){copy, n};
		n += nw_utf8_put(nw_charset_1252((unsigned char)s.p[0]), copy + n);
		s = nw_str_from(s, 1);
		good = nw_utf8_valid(s);
	}
}

/* Marks at the start of a document, the longer first: a BOM, or how its first '<' is written. */
static const struct {
	const char *bytes;
	size_t n;
	const char *charset;
	bool is_bom;
} marks[] = {
	{"\0\0\xfe\xff", 4, "utf-32be", true},
	{"\xff\xfe\0\0", 4, "utf-32le", true},
	{"\0\0\0<", 4, "utf-32be", false},
	{"<\0\0\0", 4, "utf-32le", false},
	{"\xef\xbb\xbf", 3, "utf-8", true},
	{"\xfe\xff", 2, "utf-16be", true},
	{"\xff\xfe", 2, "utf-16le", true},
	{"\0<", 2, "utf-16be", false},
	{"<\0", 2, "utf-16le", false},
};

static struct nw_str from_mark(struct nw_str *bytes, bool *is_bom)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (!nw_str_starts(*bytes, (struct nw_str){marks[i].bytes, marks[i].n}))
			continue;
		*is_bom = marks[i].is_bom;
		if (marks[i].is_bom)
			*bytes = nw_str_from(*bytes, marks[i].n);
		return nw_str(marks[i].charset);
	}
	return (struct nw_str){0};
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_label(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '-' || c == '_' || c == '.' || c == ':' || c == '+';
}

/* The label after KEY = in "charset=utf-8" and 'encoding="utf-8"'; empty where there is none. */
static struct nw_str value_after(struct nw_str s, struct nw_str key)
{
	size_t n = 0;

	for (;;) {
		s = nw_str_from(s, nw_str_find_nocase(s, key));
		if (s.n == 0)
			return s;
		s = nw_str_from(s, key.n);
		while (s.n && is_space(s.p[0]))
			s = nw_str_from(s, 1);
		if (s.n && s.p[0] == '=')
			break;
	}
	do
		s = nw_str_from(s, 1);
	while (s.n && (is_space(s.p[0]) || s.p[0] == '"' || s.p[0] == '\''));
	while (n < s.n && is_label(s.p[n]))
		n++;
	return nw_str_head(s, n);
}

static struct nw_str declared_in_xml(struct nw_str head)
{
	head = nw_str_from(head, nw_str_find(head, NW_STR("<?xml")));
	head = nw_str_head(head, nw_str_find(head, NW_STR("?>")));
	return value_after(head, NW_STR("encoding"));
}

static struct nw_str declared_in_html(struct nw_str head)
{
	struct nw_str found = {0};

	while (found.n == 0) {
		size_t end;

		head = nw_str_from(head, nw_str_find_nocase(head, NW_STR("<meta")));
		if (head.n == 0)
			break;
		end = nw_str_find(head, NW_STR(">"));
		found = value_after(nw_str_head(head, end), NW_STR("charset"));
		head = nw_str_from(head, end);
	}
	return found;
}

static struct nw_str lower(struct nw_arena *a, struct nw_str s)
{
	char *copy = nw_arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		copy[i] = nw_tag_lower(s.p[i]);
	return (struct nw_str){copy, s.n};
}

/* What pages in a language were written in before UTF-8, when nothing says so. */
static struct nw_str from_language(struct nw_str head)
{
	static const struct {
		const char *languages, *charset;
	} usual[] = {
		{"ar fa ur ps", "windows-1256"},
		{"ru uk bg be sr mk", "windows-1251"},
		{"pl cs sk hu ro hr sl sq", "windows-1250"},
		{"el", "windows-1253"},
		{"tr az", "windows-1254"},
		{"he iw", "windows-1255"},
		{"lt lv et", "windows-1257"},
		{"vi", "windows-1258"},
		{"th", "windows-874"},
		{"ja", "shift_jis"},
		{"zh", "gb18030"},
		{"ko", "euc-kr"},
	};
	struct nw_str language;

	head = nw_str_from(head, nw_str_find_nocase(head, NW_STR("<html")));
	head = nw_str_head(head, nw_str_find(head, NW_STR(">")));
	language = nw_str_head(value_after(head, NW_STR("lang")), 2);
	for (size_t i = 0; language.n == 2 && i < sizeof(usual) / sizeof(*usual); i++)
		if (nw_str_find_nocase(nw_str(usual[i].languages), language) <
			strlen(usual[i].languages))
			return nw_str(usual[i].charset);
	return NW_STR("windows-1252");
}

/* Sets that every text is "in", so that being valid UTF-8 says more than naming them does. */
static bool is_latin(struct nw_str name)
{
	static const char *const latin[] = {"us-ascii", "ascii", "iso-8859-1", "iso8859-1",
		"iso_8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "iso-8859-15"};

	for (size_t i = 0; i < sizeof(latin) / sizeof(*latin); i++)
		if (nw_str_eq_nocase(name, nw_str(latin[i])))
			return true;
	return false;
}

static bool is_utf8(struct nw_str name)
{
	return nw_str_eq_nocase(name, NW_STR("utf-8")) || nw_str_eq_nocase(name, NW_STR("utf8"));
}

/* A declaration that could be read byte by byte is in no set of two bytes a character. */
static bool is_wide(struct nw_str name)
{
	return nw_str_starts_nocase(name, NW_STR("utf-16")) ||
		nw_str_starts_nocase(name, NW_STR("utf-32")) ||
		nw_str_starts_nocase(name, NW_STR("utf16")) ||
		nw_str_starts_nocase(name, NW_STR("ucs-")) ||
		nw_str_starts_nocase(name, NW_STR("iso-10646-ucs"));
}

static bool is_ascii(struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* More bytes that are no UTF-8 than characters that are: it is something else altogether. */
static bool is_hopeless(struct nw_str s)
{
	size_t good = 0, bad = 0;

	for (size_t valid; s.n; s = nw_str_from(s, valid + 1)) {
		valid = nw_utf8_valid(s);
		for (size_t i = 0; i < valid; i++)
			good += (unsigned char)s.p[i] >= 0xc0;
		bad += valid < s.n;
	}
	return bad > good;
}

static void take_utf8(
	struct nw_arena *a, struct nw_str bytes, bool repaired, struct nw_charset *out)
{
	const bool is_valid = nw_utf8_valid(bytes) == bytes.n;
	struct nw_str guess = {0};

	out->repaired = repaired || !is_valid;
	if (!is_valid && is_hopeless(bytes))
		guess = nw_guess_charset(bytes);
	if (guess.n && nw_text_decode(a, bytes, guess, &out->utf8) == NW_OK) {
		out->utf8 = nw_charset_repair(a, out->utf8);
		out->name = guess;
		return;
	}
	out->utf8 = is_valid ? bytes : nw_charset_repair(a, bytes);
	out->name = NW_STR("utf-8");
}

/* True where bytes could be read as the set named. */
static bool take_named(
	struct nw_arena *a, struct nw_str bytes, struct nw_str name, struct nw_charset *out)
{
	if (is_utf8(name)) {
		take_utf8(a, bytes, false, out);
		return true;
	}
	if (is_latin(name) && !is_ascii(bytes) && nw_utf8_valid(bytes) == bytes.n) {
		take_utf8(a, bytes, true, out);
		return true;
	}
	if (is_latin(name) && is_ascii(bytes)) {
		out->utf8 = bytes;
		out->name = lower(a, name);
		return true;
	}
	if (nw_text_decode(a, bytes, name, &out->utf8) != NW_OK)
		return false;
	out->utf8 = nw_charset_repair(a, out->utf8);
	if (nw_str_starts(out->utf8, NW_STR("\xef\xbb\xbf")))
		out->utf8 = nw_str_from(out->utf8, 3);
	out->name = lower(a, name);
	return true;
}

void nw_charset_read(struct nw_arena *a, struct nw_str bytes, struct nw_str content_type,
	bool is_html, struct nw_charset *out)
{
	bool is_bom = false;
	const struct nw_str mark = from_mark(&bytes, &is_bom);
	const struct nw_str head = nw_str_head(bytes, HEAD);
	const struct nw_str http = value_after(content_type, NW_STR("charset"));
	const struct nw_str xml = declared_in_xml(head);
	const struct nw_str html = is_html ? declared_in_html(head) : (struct nw_str){0};
	struct nw_str guess;

	*out = (struct nw_charset){0};
	if (mark.n && (is_bom || http.n == 0 || is_wide(mark)) && take_named(a, bytes, mark, out))
		return;
	if (http.n && !is_wide(http) && take_named(a, bytes, http, out))
		return;
	if (html.n && !is_wide(html) && take_named(a, bytes, html, out))
		return;
	if (xml.n && !is_wide(xml) && take_named(a, bytes, xml, out))
		return;
	out->repaired = http.n || html.n || xml.n;
	if (!is_html || nw_utf8_valid(bytes) == bytes.n) {
		take_utf8(a, bytes, out->repaired, out);
		return;
	}
	guess = nw_guess_charset(bytes);
	if (!take_named(a, bytes, guess.n ? guess : from_language(head), out))
		take_utf8(a, bytes, true, out);
}
