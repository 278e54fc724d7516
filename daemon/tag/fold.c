#include "tag/fold.h"

#include <utf8proc.h>

#define TATWEEL 0x640

/* One letter for what compatibility and case folding leave apart. */
static const struct {
	uint32_t from, to;
} alike[] = {
	{0x131, 'i'},   /* Turkish dotless i */
	{0x629, 0x647}, /* teh marbuta: heh */
	{0x649, 0x64a}, /* alef maksura: yeh */
	{0x671, 0x627}, /* alef wasla: alef */
	{0x6a9, 0x643}, /* keheh: kaf */
	{0x6c1, 0x647}, /* heh goal: heh */
	{0x6cc, 0x64a}, /* Farsi yeh: yeh */
	{0x2bb, 0},     /* letters for ayn and hamza in romanisations */
	{0x2bd, 0},
	{0x2be, 0},
	{0x2bf, 0},
	{TATWEEL, 0},
};

static uint32_t same_letter(uint32_t c)
{
	if (c >= 0x660 && c <= 0x669)
		return '0' + (c - 0x660);
	if (c >= 0x6f0 && c <= 0x6f9)
		return '0' + (c - 0x6f0);
	for (size_t i = 0; i < sizeof(alike) / sizeof(*alike); i++) {
		if (alike[i].from == c)
			return alike[i].to;
	}
	return c;
}

/*
 * Marks above, below and through a letter, and the vowel points of Arabic and
 * Hebrew, which are written or not as the writer likes (classes of UAX #44).
 */
static bool is_loose_mark(const utf8proc_property_t *p)
{
	return (p->combining_class >= 10 && p->combining_class <= 36) || p->combining_class >= 200;
}

static bool is_ignored(const utf8proc_property_t *p, uint32_t c)
{
	return p->ignorable || c == 0xad || (c >= 0x200c && c <= 0x200f);
}

static bool is_word(const utf8proc_property_t *p)
{
	switch ((int)p->category) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
		return true;
	default:
		return false;
	}
}

size_t nw_fold_point(uint32_t c, uint32_t out[NW_FOLD_MAX])
{
	const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)c);
	const utf8proc_option_t how = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD;
	utf8proc_int32_t parts[NW_FOLD_MAX];
	utf8proc_ssize_t n;
	int last = 0;
	size_t kept = 0;

	if (is_ignored(p, c) || !is_word(p) || nw_fold_is_apostrophe(c))
		return 0;
	n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, NW_FOLD_MAX, how, &last);
	for (utf8proc_ssize_t i = 0; i < n && i < NW_FOLD_MAX; i++) {
		const utf8proc_property_t *part = utf8proc_get_property(parts[i]);
		const uint32_t letter = same_letter((uint32_t)parts[i]);

		if (letter && is_word(part) && !is_loose_mark(part))
			out[kept++] = letter;
	}
	return kept;
}

static uint32_t kind_of(uint32_t c)
{
	const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)c);
	uint32_t out[NW_FOLD_MAX];
	size_t n;

	if (is_ignored(p, c))
		return NW_FOLD_DROP;
	if (!is_word(p) || nw_fold_is_apostrophe(c))
		return NW_FOLD_BREAK;
	n = nw_fold_point(c, out);
	if (n == 0)
		return NW_FOLD_DROP;
	return n == 1 && out[0] <= UINT16_MAX ? out[0] : NW_FOLD_MANY;
}

void nw_fold_init(struct nw_fold *fold)
{
	for (uint32_t c = 0; c < NW_FOLD_TABLE; c++)
		fold->to[c] = (uint16_t)kind_of(c);
}

uint32_t nw_fold_kind(const struct nw_fold *fold, uint32_t c)
{
	return c < NW_FOLD_TABLE ? fold->to[c] : kind_of(c);
}

bool nw_fold_is_solo(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0xe00, 0xeff},   /* Thai, Lao */
		{0x1000, 0x109f}, /* Myanmar */
		{0x1780, 0x17ff}, /* Khmer */
		{0x3040, 0x30ff}, /* kana */
		{0x31f0, 0x31ff},
		{0x3400, 0x4dbf},
		{0x4e00, 0x9fff}, /* Han */
		{0xf900, 0xfaff},
		{0x20000, 0x3ffff},
	};

	if (c < ranges[0].first)
		return false;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	}
	return false;
}

bool nw_fold_is_apostrophe(uint32_t c)
{
	return c == '\'' || c == 0x2019 || c == 0x2018 || c == 0x2bc || c == 0xb4 || c == 0xff07;
}

bool nw_fold_is_hyphen(uint32_t c)
{
	return c == '-' || c == 0x2010 || c == 0x2011;
}
