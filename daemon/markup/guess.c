#include "markup/guess.h"

#include <stdbool.h>

#include "base/str.h"

#define SAMPLE ((size_t)64 << 10)
#define ENOUGH 6 /* bytes outside ASCII; fewer say nothing */

static unsigned char byte_at(struct nw_str s, size_t i)
{
	return i < s.n ? (unsigned char)s.p[i] : 0;
}

static bool is_in(unsigned char c, unsigned char low, unsigned char high)
{
	return c >= low && c <= high;
}

/* Western text has its accents one at a time; what has them in rows is another script. */
static bool is_dense(struct nw_str s)
{
	size_t high = 0, runs = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (byte_at(s, i) < 0x80)
			continue;
		high++;
		runs += i == 0 || byte_at(s, i - 1) < 0x80;
	}
	return high >= ENOUGH && 2 * high >= 3 * runs;
}

/* --- two bytes a character ----------------------------------------------------- */

struct wide {
	const char *charset;
	unsigned char leads[2][2];  /* ranges of the first byte */
	unsigned char trails[2][2]; /* of the second */
	unsigned char common[2];    /* of the first byte in usual text */
	unsigned char share;        /* per cent of the characters that are then common */
};

/* In the order asked: where two fit, the first has the narrower range. */
static const struct wide wides[] = {
	{"shift_jis", {{0x81, 0x9f}, {0xe0, 0xef}}, {{0x40, 0x7e}, {0x80, 0xfc}}, {0x82, 0x83}, 20},
	{"euc-jp", {{0xa1, 0xfe}, {0xa1, 0xfe}}, {{0xa1, 0xfe}, {0xa1, 0xfe}}, {0xa4, 0xa5}, 20},
	{"euc-kr", {{0xa1, 0xfe}, {0xa1, 0xfe}}, {{0xa1, 0xfe}, {0xa1, 0xfe}}, {0xb0, 0xc8}, 85},
	{"gb2312", {{0xa1, 0xfe}, {0xa1, 0xfe}}, {{0xa1, 0xfe}, {0xa1, 0xfe}}, {0xb0, 0xd7}, 70},
	{"big5", {{0xa1, 0xf9}, {0xa1, 0xf9}}, {{0x40, 0x7e}, {0xa1, 0xfe}}, {0xa4, 0xc6}, 60},
};

static bool fits_ranges(unsigned char c, const unsigned char ranges[2][2])
{
	return is_in(c, ranges[0][0], ranges[0][1]) || is_in(c, ranges[1][0], ranges[1][1]);
}

static bool fits_wide(struct nw_str s, const struct wide *w)
{
	size_t n = 0, common = 0, bad = 0;

	for (size_t i = 0; i < s.n; i++) {
		const unsigned char c = byte_at(s, i);

		if (c < 0x80)
			continue;
		if (!fits_ranges(c, w->leads) || !fits_ranges(byte_at(s, i + 1), w->trails)) {
			bad++;
			continue;
		}
		n++;
		common += is_in(c, w->common[0], w->common[1]);
		i++;
	}
	return n && 50 * bad <= n && 100 * common >= w->share * n;
}

/* --- one byte a character ------------------------------------------------------ */

/* The ten letters that the languages of a set use most, from which two thirds of a text are made. */
static const struct {
	const char *charset, *letters;
} narrows[] = {
	{"windows-1251", "\xee\xe5\xe0\xe8\xed\xf2\xf1\xf0\xe2\xeb"},
	{"koi8-r", "\xcf\xc5\xc1\xc9\xce\xd4\xd3\xd2\xd7\xcc"},
	{"windows-1256", "\xc7\xe1\xed\xe3\xe6\xe4\xd1\xc9\xe5\xca"},
	{"iso-8859-6", "\xc7\xe4\xea\xe5\xe8\xe6\xd1\xc9\xe7\xca"},
	{"windows-1253", "\xe1\xef\xe9\xe5\xf4\xf3\xed\xe7\xf5\xf1"},
	{"windows-1255", "\xe9\xe5\xe4\xec\xe0\xf8\xfa\xe1\xee\xf9"},
	{"windows-874", "\xc3\xb9\xd2\xa1\xcd\xc7\xe0\xe8\xe9\xc5"},
};

static struct nw_str guess_narrow(struct nw_str s)
{
	size_t counts[256] = {0}, high = 0, best = 0;
	struct nw_str charset = {0};

	for (size_t i = 0; i < s.n; i++)
		counts[byte_at(s, i)]++;
	for (size_t c = 0x80; c < 256; c++)
		high += counts[c];
	for (size_t i = 0; i < sizeof(narrows) / sizeof(*narrows); i++) {
		size_t n = 0;

		for (const char *c = narrows[i].letters; *c; c++)
			n += counts[(unsigned char)*c];
		if (n > best && 2 * n >= high) {
			best = n;
			charset = nw_str(narrows[i].charset);
		}
	}
	return charset;
}

struct nw_str nw_guess_charset(struct nw_str bytes)
{
	const struct nw_str sample = nw_str_head(bytes, SAMPLE);

	if (!is_dense(sample))
		return (struct nw_str){0};
	for (size_t i = 0; i < sizeof(wides) / sizeof(*wides); i++)
		if (fits_wide(sample, &wides[i]))
			return nw_str(wides[i].charset);
	return guess_narrow(sample);
}
