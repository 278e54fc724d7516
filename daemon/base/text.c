#include "base/text.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/utf8.h"

/* Unseen by a reader: controls, zero-width and soft-hyphen, bidi controls, tags. */
static const struct range {
	uint32_t first, last;
} unseen[] = {
	{0x0000, 0x0008}, {0x000e, 0x001f}, {0x007f, 0x0084}, {0x0086, 0x009f},
	{0x00ad, 0x00ad},   /* soft hyphen */
	{0x034f, 0x034f},   /* combining grapheme joiner */
	{0x061c, 0x061c},   /* Arabic letter mark */
	{0x180e, 0x180e},   /* Mongolian vowel separator */
	{0x200b, 0x200f},   /* zero-width space and joiners, direction marks */
	{0x202a, 0x202e},   /* embeddings and overrides */
	{0x2060, 0x206f},   /* word joiner, invisible operators, isolates */
	{0xfeff, 0xfeff},   /* byte order mark */
	{0xfff9, 0xfffb},   /* interlinear annotation */
	{0x1d173, 0x1d17a}, /* musical beams and slurs */
	{0xe0000, 0xe007f}, /* tags: an invisible copy of ASCII */
};

/* Most of what is written outside ASCII, told without the tables. */
static bool is_ordinary(uint32_t c)
{
	return (c > 0xad && c < 0x34f) || (c > 0x34f && c < 0x1680 && c != 0x61c) ||
		(c > 0x3000 && c < 0xfeff);
}

static bool is_unseen(uint32_t c)
{
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
		if (c < unseen[i].first)
			return false;
		if (c <= unseen[i].last)
			return true;
	}
	return false;
}

#define EACH(byte) ((byte)*0x0101010101010101U)

/* Eight bytes of printing ASCII without two spaces side by side; may say no to some others. */
static bool is_plain_word(const char *p, bool spaced)
{
	uint64_t word, letters;

	memcpy(&word, p, 8);
	if ((word | (word + EACH(0x01U)) | (word - EACH(0x20U))) & EACH(0x80U))
		return false;
	word ^= EACH(0x20U); /* a space is a zero byte now, and keeps its top bit clear below */
	letters = (word + EACH(0x7fU)) & EACH(0x80U);
	word = letters ^ EACH(0x80U);
	return !(word & word << 8) && !(spaced && p[0] == ' ');
}

/* Bytes at the front that stand in a line as they are: printing ASCII, one space at a time. */
static size_t plain_run(struct nw_str s, bool spaced)
{
	size_t i = 0;

	for (;;) {
		unsigned char c;

		while (i + 8 <= s.n && is_plain_word(s.p + i, spaced)) {
			i += 8;
			spaced = s.p[i - 1] == ' ';
		}
		if (i == s.n)
			return i;
		c = (unsigned char)s.p[i];
		if (c < ' ' || c >= 0x7f || (c == ' ' && spaced))
			return i;
		spaced = c == ' ';
		i++;
	}
}

/* All the rules but NFC. */
static bool is_line(struct nw_str s)
{
	bool spaced = true;

	while (s.n) {
		const size_t run = plain_run(s, spaced);

		if (run)
			spaced = s.p[run - 1] == ' ';
		s = nw_str_from(s, run);
		if (s.n && (unsigned char)s.p[0] < 0x80)
			return false;
		while (s.n && (unsigned char)s.p[0] >= 0x80) {
			const uint32_t c = nw_utf8_next(&s);

			if (!is_ordinary(c) && (nw_utf8_is_space(c) || is_unseen(c)))
				return false;
			spaced = false;
		}
	}
	return !spaced;
}

/* Never grows: every kind of space has at least one byte. */
static struct nw_str squeeze(struct nw_arena *a, struct nw_str s)
{
	char *out = nw_arena_alloc(a, s.n + 1);
	bool spaced = true;
	size_t n = 0;

	while (s.n) {
		const struct nw_str before = s;
		const size_t run = plain_run(s, spaced);
		uint32_t c;

		memcpy(out + n, s.p, run);
		n += run;
		if (run)
			spaced = s.p[run - 1] == ' ';
		s = nw_str_from(before, run);
		if (s.n == 0)
			break;
		c = nw_utf8_next(&s);
		if (nw_utf8_is_space(c)) {
			if (!spaced)
				out[n++] = ' ';
			spaced = true;
		} else if (!is_unseen(c)) {
			n += nw_utf8_put(c, out + n);
			spaced = false;
		}
	}
	return (struct nw_str){out, n && spaced ? n - 1 : n};
}

struct nw_str nw_text_line(struct nw_arena *a, struct nw_str s)
{
	if (s.n == 0)
		return s;
	s = nw_utf8_repair(a, s);
	if (!is_line(s))
		s = squeeze(a, s);
	return nw_utf8_nfc(a, s);
}

static size_t find_line_end(struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n' || s.p[i] == '\r')
			return i;
	}
	return s.n;
}

struct nw_str nw_text_paragraphs(struct nw_arena *a, struct nw_str s)
{
	struct nw_buf text;
	struct nw_str result;

	nw_buf_init(&text, SIZE_MAX / 2);
	while (s.n) {
		const size_t end = find_line_end(s);
		const struct nw_str line = nw_text_line(a, nw_str_head(s, end));

		if (line.n && text.n)
			nw_buf_add(&text, NW_STR("\n\n"));
		nw_buf_add(&text, line);
		s = nw_str_from(s, end + 1);
	}
	result = nw_arena_str(a, nw_buf_str(&text));
	nw_buf_clear(&text);
	return result;
}

/* The longest name that may be looked for: "CounterClockwise..." is not in the table. */
#define NAME_MAX_BYTES 24

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A name after "&"; its bytes (with a semicolon) in *used. Without one, the longest legacy name. */
static uint32_t read_name(struct nw_str s, size_t *used)
{
	size_t n = 0;
	bool is_legacy;
	uint32_t c;

	while (n < s.n && n < NAME_MAX_BYTES && is_alnum(s.p[n]))
		n++;
	if (n < s.n && s.p[n] == ';') {
		c = nw_text_entity(nw_str_head(s, n), NULL);
		*used = n + 1;
		if (c)
			return c;
	}
	for (n = n < 6 ? n : 6; n >= 2; n--) { /* "Aacute" is among the longest of them */
		c = nw_text_entity(nw_str_head(s, n), &is_legacy);
		*used = n;
		if (c && is_legacy)
			return c;
	}
	return 0;
}

uint32_t nw_text_numbered(uint32_t number)
{
	static const uint16_t windows_1252[32] = {
		0x20ac,
		0x81,
		0x201a,
		0x0192,
		0x201e,
		0x2026,
		0x2020,
		0x2021,
		0x02c6,
		0x2030,
		0x0160,
		0x2039,
		0x0152,
		0x8d,
		0x017d,
		0x8f,
		0x90,
		0x2018,
		0x2019,
		0x201c,
		0x201d,
		0x2022,
		0x2013,
		0x2014,
		0x02dc,
		0x2122,
		0x0161,
		0x203a,
		0x0153,
		0x9d,
		0x017e,
		0x0178,
	};

	if (number >= 0x80 && number <= 0x9f)
		return windows_1252[number - 0x80];
	if (number == 0 || number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff))
		return 0xfffd;
	return number;
}

static unsigned digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

/* A number after "&#"; false where there is no digit. */
static bool read_number(struct nw_str s, uint32_t *c, size_t *used)
{
	const unsigned radix = s.n && (s.p[0] == 'x' || s.p[0] == 'X') ? 16 : 10;
	const size_t from = radix == 16;
	uint32_t number = 0;
	size_t n = from;

	for (; n < s.n && digit_of(s.p[n]) < radix; n++) {
		if (number <= 0x10ffff)
			number = number * radix + digit_of(s.p[n]);
	}
	if (n == from)
		return false;
	*used = n + (n < s.n && s.p[n] == ';');
	*c = nw_text_numbered(number);
	return true;
}

static bool read_reference(struct nw_str s, uint32_t *c, size_t *used)
{
	if (s.n && s.p[0] == '#') {
		const bool ok = read_number(nw_str_from(s, 1), c, used);

		*used += 1;
		return ok;
	}
	*c = read_name(s, used);
	return *c != 0;
}

/* Never grows: no reference is shorter than the bytes of its character. */
struct nw_str nw_text_unescape(struct nw_arena *a, struct nw_str s)
{
	char *out;
	size_t n = 0;

	if (!s.n || !memchr(s.p, '&', s.n))
		return s;
	out = nw_arena_alloc(a, s.n + 1);
	while (s.n) {
		const char *at = memchr(s.p, '&', s.n);
		const size_t before = at ? (size_t)(at - s.p) : s.n;
		size_t used = 0;
		uint32_t c;

		memcpy(out + n, s.p, before);
		n += before;
		s = nw_str_from(s, before);
		if (!s.n)
			break;
		if (read_reference(nw_str_from(s, 1), &c, &used)) {
			n += nw_utf8_put(c, out + n);
			s = nw_str_from(s, used + 1);
		} else {
			out[n++] = '&';
			s = nw_str_from(s, 1);
		}
	}
	return (struct nw_str){out, n};
}
