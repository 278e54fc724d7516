#include "base/utf8.h"

#include <utf8proc.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#define REPLACEMENT 0xfffdU
#define HIGH_BITS 0x8080808080808080U

/* Bytes of ASCII at the front, eight at a time while there are eight. */
static size_t skip_ascii(const char *p, size_t n)
{
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		uint64_t word;

		memcpy(&word, p + i, 8);
		if (word & HIGH_BITS)
			break;
	}
	while (i < n && (unsigned char)p[i] < 0x80)
		i++;
	return i;
}

/* Length of the sequence at the front, its code point in *c; 0 when there is none. */
static size_t decode(const char *text, size_t n, uint32_t *c)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t length;
	uint32_t least;

	*c = p[0];
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	if (p[0] < 0xe0) {
		if (n < 2 || (p[1] & 0xc0) != 0x80)
			return 0;
		*c = (p[0] & 0x1fU) << 6 | (p[1] & 0x3fU);
		return 2;
	}
	length = p[0] < 0xf0 ? 3 : 4;
	least = length == 3 ? 0x800 : 0x10000;
	if (n < length)
		return 0;
	*c = p[0] & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3f);
	}
	if (*c < least || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return length;
}

size_t nw_utf8_valid(struct nw_str s)
{
	size_t i = 0;

	while (i < s.n) {
		uint32_t c;
		size_t length;

		i += skip_ascii(s.p + i, s.n - i);
		if (i == s.n)
			break;
		length = decode(s.p + i, s.n - i, &c);
		if (length == 0)
			return i;
		i += length;
	}
	return s.n;
}

uint32_t nw_utf8_next(struct nw_str *rest)
{
	uint32_t c = REPLACEMENT;
	size_t length;

	if (rest->n == 0)
		return REPLACEMENT;
	length = decode(rest->p, rest->n, &c);
	if (length == 0) {
		c = REPLACEMENT;
		length = 1;
	}
	rest->p += length;
	rest->n -= length;
	return c;
}

size_t nw_utf8_put(uint32_t c, char out[4])
{
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = REPLACEMENT;
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

struct nw_str nw_utf8_repair(struct nw_arena *a, struct nw_str s)
{
	struct nw_str rest = s;
	size_t stray = 0, n = 0, valid;
	char *out;

	if (nw_utf8_valid(s) == s.n)
		return s;
	while ((valid = nw_utf8_valid(rest)) < rest.n) {
		stray++;
		rest = nw_str_from(rest, valid + 1);
	}
	out = nw_arena_alloc(a, s.n + stray * 2 + 1);
	for (rest = s; rest.n; rest = nw_str_from(rest, valid + 1)) {
		valid = nw_utf8_valid(rest);
		memcpy(out + n, rest.p, valid);
		n += valid;
		if (valid < rest.n)
			n += nw_utf8_put(REPLACEMENT, out + n);
	}
	return (struct nw_str){out, n};
}

/*
 * Normalisation. utf8proc has the tables; the walk over a text is done here,
 * because utf8proc_decompose orders marks by swapping neighbours, which takes
 * quadratic time on a long run of them.
 */

#define DECOMPOSE ((utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE))
#define COMPOSE ((utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE))

/* NFC_Quick_Check is yes for all of these; the common scripts, so that they need no tables. */
static const struct range {
	uint32_t first, last;
} settled[] = {
	{0x0000, 0x02ff}, /* Latin */
	{0x0390, 0x0482}, /* Greek, Cyrillic */
	{0x05d0, 0x05ea}, /* Hebrew letters */
	{0x0620, 0x064a}, /* Arabic letters */
	{0x0671, 0x06d3}, /* Arabic letters of other languages */
	{0x1e00, 0x1eff}, /* Vietnamese */
	{0x2010, 0x205e}, /* punctuation */
	{0x20a0, 0x20c0}, /* currencies */
	{0x3041, 0x3098}, /* Hiragana */
	{0x30a0, 0x30ff}, /* Katakana */
	{0x4e00, 0x9fff}, /* Han */
	{0xac00, 0xd7a3}, /* Hangul syllables */
};

static bool is_settled(uint32_t c)
{
	for (size_t i = 0; i < sizeof(settled) / sizeof(settled[0]); i++) {
		if (c <= settled[i].last)
			return c >= settled[i].first;
	}
	return false;
}

/* NFC_Quick_Check: the code point neither joins what is before it nor changes by itself. */
static bool is_stable(uint32_t c, const utf8proc_property_t *property)
{
	utf8proc_int32_t parts[8];
	utf8proc_ssize_t n;

	if (property->comb_index >= 0x8000 && property->comb_index != UINT16_MAX)
		return false;
	if ((c >= 0x1161 && c <= 0x1175) || (c >= 0x11a8 && c <= 0x11c2))
		return false; /* Hangul vowels and finals join by rule, not by table */
	if (property->decomp_seqindex == UINT16_MAX || property->decomp_type != 0)
		return true;
	n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, 8, DECOMPOSE, NULL);
	return n > 0 && n <= 8 && utf8proc_normalize_utf32(parts, n, COMPOSE) == 1 &&
		parts[0] == (utf8proc_int32_t)c;
}

static unsigned combining_class(utf8proc_int32_t c)
{
	return (unsigned)utf8proc_get_property(c)->combining_class & 0xff;
}

static bool is_nfc_surely(struct nw_str s)
{
	unsigned last = 0;

	while (s.n) {
		const utf8proc_property_t *property;
		unsigned class;
		uint32_t c;

		if ((unsigned char)s.p[0] < 0x80) {
			const size_t run = skip_ascii(s.p, s.n);

			s = (struct nw_str){s.p + run, s.n - run};
			last = 0;
			continue;
		}
		c = nw_utf8_next(&s);
		if (is_settled(c)) {
			last = 0;
			continue;
		}
		property = utf8proc_get_property((utf8proc_int32_t)c);
		class = (unsigned)property->combining_class & 0xff;
		if (!is_stable(c, property) || (class && class < last))
			return false;
		last = class;
	}
	return true;
}

/* A stable counting sort: linear, however many marks somebody piled up. */
static void sort_marks(struct nw_arena *a, utf8proc_int32_t *marks, size_t n)
{
	size_t begin[257] = {0};
	utf8proc_int32_t *sorted;

	if (n < 2)
		return;
	sorted = NW_ARENA_ARRAY(a, utf8proc_int32_t, n);
	for (size_t i = 0; i < n; i++)
		begin[combining_class(marks[i]) + 1]++;
	for (size_t i = 1; i < 257; i++)
		begin[i] += begin[i - 1];
	for (size_t i = 0; i < n; i++)
		sorted[begin[combining_class(marks[i])]++] = marks[i];
	memcpy(marks, sorted, n * sizeof(*marks));
}

static void order_marks(struct nw_arena *a, utf8proc_int32_t *c, size_t n)
{
	size_t first = 0; /* of the run of marks that is being passed */

	for (size_t i = 0; i <= n; i++) {
		if (i < n && combining_class(c[i]) != 0)
			continue;
		sort_marks(a, c + first, i - first);
		first = i + 1;
	}
}

/*
 * utf8proc takes U+11A7 for a final consonant with nothing in it, and drops it
 * after a syllable; it joins nothing, so each begins a stretch of its own.
 */
static size_t compose(utf8proc_int32_t *c, size_t n)
{
	size_t done = 0;

	for (size_t from = 0, to; from < n; from = to) {
		utf8proc_ssize_t left;

		for (to = from + 1; to < n && c[to] != 0x11a7; to++) {}
		left = utf8proc_normalize_utf32(c + from, (utf8proc_ssize_t)(to - from), COMPOSE);
		if (left <= 0)
			continue;
		memmove(c + done, c + from, (size_t)left * sizeof(*c));
		done += (size_t)left;
	}
	return done;
}

/* A canonical decomposition has at most four code points. */
static void add_composed(struct nw_buf *out, struct nw_str part)
{
	struct nw_arena *a = nw_arena_new();
	struct nw_str rest = part;
	size_t count = 0, n = 0;
	utf8proc_int32_t *c;

	for (; rest.n; count++)
		(void)nw_utf8_next(&rest);
	c = NW_ARENA_ARRAY(a, utf8proc_int32_t, count * 4);
	for (rest = part; rest.n;) {
		const uint32_t next = nw_utf8_next(&rest);
		const utf8proc_ssize_t parts = utf8proc_decompose_char((utf8proc_int32_t)next,
			c + n, (utf8proc_ssize_t)(count * 4 - n), DECOMPOSE, NULL);

		n += parts > 0 ? (size_t)parts : 0;
	}
	order_marks(a, c, n);
	n = compose(c, n);
	for (size_t i = 0; i < n; i++) {
		char bytes[4];

		nw_buf_add(out, (struct nw_str){bytes, nw_utf8_put((uint32_t)c[i], bytes)});
	}
	nw_arena_free(a);
}

#define PART_BYTES 4096

/* Where a text may be cut so that the parts are normalised as the whole would be. */
static size_t find_seam(struct nw_str s)
{
	struct nw_str rest = nw_str_from(s, PART_BYTES);

	while (rest.n && ((unsigned char)rest.p[0] & 0xc0) == 0x80)
		rest = nw_str_from(rest, 1);
	while (rest.n) {
		const struct nw_str before = rest;

		if (is_settled(nw_utf8_next(&rest)))
			return s.n - before.n;
	}
	return s.n;
}

struct nw_str nw_utf8_nfc(struct nw_arena *a, struct nw_str s)
{
	struct nw_str rest = s, result;
	struct nw_buf out;

	if (is_nfc_surely(s))
		return s;
	nw_buf_init(&out, SIZE_MAX / 2);
	while (rest.n) {
		const struct nw_str part = nw_str_head(rest, find_seam(rest));

		if (is_nfc_surely(part))
			nw_buf_add(&out, part);
		else
			add_composed(&out, part);
		rest = nw_str_from(rest, part.n);
	}
	result = nw_str_eq(s, nw_buf_str(&out)) ? s : nw_arena_str(a, nw_buf_str(&out));
	nw_buf_clear(&out);
	return result;
}

bool nw_utf8_is_space(uint32_t c)
{
	if (c < 0x80)
		return c == ' ' || (c >= '\t' && c <= '\r');
	return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
		c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool nw_utf8_is_word(uint32_t c)
{
	utf8proc_category_t category;

	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			c == '_';
	category = utf8proc_category((utf8proc_int32_t)c);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

size_t nw_utf8_count_words(struct nw_str s)
{
	bool inside = false;
	size_t n = 0;

	while (s.n) {
		const bool word = nw_utf8_is_word(nw_utf8_next(&s));

		n += word && !inside;
		inside = word;
	}
	return n;
}

size_t nw_utf8_columns(struct nw_str s)
{
	size_t n = 0;

	while (s.n) {
		const int width = utf8proc_charwidth((utf8proc_int32_t)nw_utf8_next(&s));

		n += width > 0 ? (size_t)width : 0;
	}
	return n;
}
