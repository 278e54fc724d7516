#include "clean/measure.h"

#include <utf8proc.h>

#include "base/utf8.h"

enum { WORD = 1, HAN = 2, UNSPACED = 3 };

static bool is_han(uint32_t c)
{
	return (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) ||
		(c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}

static bool is_unspaced(uint32_t c)
{
	return (c >= 0x0e00 && c <= 0x0eff) || (c >= 0x1000 && c <= 0x109f) ||
		(c >= 0x1780 && c <= 0x17ff);
}

/* 0 for what is no part of a word. Alphabets of news in common use are decided without a table. */
static int kind_of(uint32_t c)
{
	if ((c >= 0xc0 && c < 0x2c0) || (c >= 0x400 && c < 0x482) || (c >= 0x620 && c < 0x66a))
		return c == 0xd7 || c == 0xf7 ? 0 : WORD;
	if (c >= 0x2000 && c < 0x2070)
		return 0;
	if (is_han(c))
		return HAN;
	if (!nw_utf8_is_word(c))
		return 0;
	return is_unspaced(c) ? UNSPACED : WORD;
}

static bool is_ascii_word(unsigned char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)(c - '0') < 10 || c == '_';
}

uint32_t nw_measure(struct nw_str text)
{
	uint32_t words = 0, han = 0, unspaced = 0;
	bool inside = false;

	for (size_t i = 0; i < text.n;) {
		const unsigned char c = (unsigned char)text.p[i];
		bool word;

		if (c < 0x80) {
			word = is_ascii_word(c);
			i++;
		} else {
			struct nw_str rest = {text.p + i, text.n - i};
			const int kind = kind_of(nw_utf8_next(&rest));

			i = text.n - rest.n;
			han += kind == HAN;
			unspaced += kind == UNSPACED;
			word = kind == WORD;
		}
		words += word && !inside;
		inside = word;
	}
	return words + (han + 1) / 2 + (unspaced + 3) / 4;
}

/* Takes the last code point off *s. */
static uint32_t take_last(struct nw_str *s)
{
	struct nw_str last;
	size_t i = s->n - 1;

	while (i > 0 && s->n - i < 4 && ((unsigned char)s->p[i] & 0xc0) == 0x80)
		i--;
	last = (struct nw_str){s->p + i, s->n - i};
	s->n = i;
	return nw_utf8_next(&last);
}

static bool is_end(uint32_t c)
{
	switch (c) {
	case '.':
	case '!':
	case '?':
	case ':':
	case ';':
	case '"':
	case ')':
	case 0xbb:   /* » */
	case 0x061f: /* Arabic question mark */
	case 0x06d4: /* Arabic full stop */
	case 0x0964: /* danda */
	case 0x2019:
	case 0x201c: /* closes in German */
	case 0x201d:
	case 0x2026:
	case 0x3002:
	case 0x300d:
	case 0x300f:
	case 0xff01:
	case 0xff09:
	case 0xff1f:
	case 0x104b: /* Burmese */
	case 0x17d4: /* Khmer */
	case 0x1362: /* Ethiopic */
	case 0x589:  /* Armenian */
		return true;
	default:
		return false;
	}
}

bool nw_ends_sentence(struct nw_str text)
{
	for (int i = 0; i < 8 && text.n; i++) {
		const uint32_t c = take_last(&text);

		if (is_end(c))
			return true;
		if (c < 0x80 ? is_ascii_word((unsigned char)c) : nw_utf8_is_word(c))
			return false;
	}
	return false;
}

static size_t put_lower(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
		return 1;
	}
	return nw_utf8_put((uint32_t)utf8proc_tolower((utf8proc_int32_t)c), out);
}

size_t nw_fold(struct nw_str text, char *out, size_t cap, bool keep_colon)
{
	size_t n = 0, whole = 0;
	bool inside = false, near = false; /* in a word; after one and its spaces */

	while (text.n) {
		const uint32_t c = nw_utf8_next(&text);
		const bool word = c < 0x80 ? is_ascii_word((unsigned char)c) : nw_utf8_is_word(c);

		if (n + 6 > cap)
			return whole;
		if (word) {
			if (!inside && n)
				out[n++] = ' ';
			n += put_lower(c, out + n);
		} else {
			if (inside)
				whole = n;
			near = near && (c == ':' || c == 0xff1a || c == ' ' || c == 0xa0);
			if (near && keep_colon && (c == ':' || c == 0xff1a)) {
				out[n++] = ':';
				near = false;
			}
		}
		near = near || word;
		inside = word;
	}
	return n;
}
