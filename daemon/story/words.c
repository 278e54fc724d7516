#include "story/words.h"

#include <utf8proc.h>

#include "base/hash.h"
#include "base/str.h"
#include "base/utf8.h"

#define STEM_LETTERS 6 /* of a longer word: endings of European languages are after that */
#define PARTS_MAX 18   /* code points one may become */

/* --- letters --- */

static bool is_solo(uint32_t c)
{
	return c >= 0xe00 &&
		(c <= 0xeff || (c >= 0x1000 && c <= 0x109f) || (c >= 0x1780 && c <= 0x17ff) ||
			(c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) ||
			(c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff));
}

static bool is_upper(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z';
	return utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LU;
}

static bool is_lower(uint32_t c)
{
	if (c < 0x80)
		return c >= 'a' && c <= 'z';
	return utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LL;
}

static bool is_digit(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 0x660 && c <= 0x669) || (c >= 0x6f0 && c <= 0x6f9);
}

/* What writers of one language leave apart and compatibility forms do not join. */
static uint32_t same_letter(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} alike[] = {
		{0x131, 'i'},
		{0x629, 0x647},
		{0x649, 0x64a},
		{0x671, 0x627},
		{0x6a9, 0x643},
		{0x6c1, 0x647},
		{0x6cc, 0x64a},
		{0x640, 0},
		{0x2bb, 0},
		{0x2bc, 0},
		{0x2be, 0},
		{0x2bf, 0},
	};

	if (c >= 0x660 && c <= 0x669)
		return '0' + (c - 0x660);
	if (c >= 0x6f0 && c <= 0x6f9)
		return '0' + (c - 0x6f0);
	for (size_t i = 0; c > 0x130 && i < sizeof(alike) / sizeof(*alike); i++) {
		if (alike[i].from == c)
			return alike[i].to;
	}
	return c;
}

static void put(struct nw_story_words *words, uint32_t c)
{
	if (words->n + 4 <= NW_STORY_WORD_MAX)
		words->n += nw_utf8_put(c, words->folded + words->n);
}

/* Marks go, but for those that are letters (vowels of Indic scripts). */
static void put_part(struct nw_story_words *words, uint32_t part)
{
	const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)part);
	const uint32_t c = same_letter(part);
	const bool is_mark =
		(p->combining_class >= 10 && p->combining_class <= 36) || p->combining_class >= 200;

	if (c && !is_mark && nw_utf8_is_word(c))
		put(words, c);
}

static void fold(struct nw_story_words *words, uint32_t c)
{
	const utf8proc_option_t how = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD;
	utf8proc_int32_t parts[PARTS_MAX];
	utf8proc_ssize_t n;
	int last = 0;

	if (c < 0x80) {
		put(words, c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
		return;
	}
	n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, PARTS_MAX, how, &last);
	for (utf8proc_ssize_t i = 0; i < n && i < PARTS_MAX; i++)
		put_part(words, (uint32_t)parts[i]);
}

/* --- stems --- */

static bool strip_front(struct nw_str *s, struct nw_str part, size_t least)
{
	if (!nw_str_starts(*s, part) || s->n < part.n + least)
		return false;
	*s = nw_str_from(*s, part.n);
	return true;
}

/* Light stemming (Larkey, Ballesteros, Connell 2002): the article with what is joined to it, then endings. */
static struct nw_str stem_arabic(struct nw_str s)
{
	static const char *const fronts[] = {"وال", "بال", "كال", "فال", "ال", "لل"};
	static const char *const ends[] = {"ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"};
	bool stripped = false;

	for (size_t i = 0; i < sizeof(fronts) / sizeof(*fronts) && !stripped; i++)
		stripped = strip_front(&s, nw_str(fronts[i]), 4);
	if (!stripped)
		(void)strip_front(&s, NW_STR("و"), 6);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		const struct nw_str end = nw_str(ends[i]);

		if (nw_str_ends(s, end) && s.n >= end.n + 6)
			s.n -= end.n;
	}
	return s;
}

static struct nw_str stem_other(struct nw_str s)
{
	struct nw_str rest = s;
	size_t letters = 0;

	while (rest.n && letters < STEM_LETTERS) {
		(void)nw_utf8_next(&rest);
		letters++;
	}
	if (rest.n)
		s.n -= rest.n;
	else if (letters > 3 && s.p[s.n - 1] == 's')
		s.n--;
	return s;
}

static uint32_t hash_of(struct nw_str s)
{
	return (uint32_t)(nw_hash64(s) >> 32);
}

static void give(struct nw_story_words *words, struct nw_story_word *word)
{
	const struct nw_str folded = {words->folded, words->n};
	struct nw_str stem = folded;

	word->hash = hash_of(folded);
	if (word->is_acronym) {
		word->stem = ~word->hash; /* "US" is not "us" */
		return;
	}
	if (!word->is_number && folded.n)
		stem = (unsigned char)folded.p[0] >= 0xd8 && (unsigned char)folded.p[0] <= 0xdb
			? stem_arabic(folded)
			: stem_other(folded);
	word->stem = hash_of(stem);
}

/* --- words --- */

void nw_story_words_init(struct nw_story_words *words, struct nw_str text)
{
	struct nw_str rest = nw_str_head(text, 1000);

	*words = (struct nw_story_words){.rest = text, .begins = true};
	words->is_loud = true;
	while (rest.n && words->is_loud)
		words->is_loud = !is_lower(nw_utf8_next(&rest));
}

/* "1,000" and "1.000": the mark is a word's inside when digits follow; three of them, and it goes. */
static bool goes_on_as_number(struct nw_str rest, uint32_t mark, bool *is_group)
{
	size_t digits = 0;

	if (mark != ',' && mark != '.' && mark != 0x66b && mark != 0x66c)
		return false;
	while (rest.n && digits < 4 && is_digit(nw_utf8_next(&rest)))
		digits++;
	*is_group = digits == 3;
	return digits > 0;
}

/* ".S" of "U.S.", before anything but another letter. */
static bool goes_on_as_letters(struct nw_str rest, uint32_t mark)
{
	if (mark != '.' || !rest.n || !is_upper(nw_utf8_next(&rest)))
		return false;
	return !rest.n || !nw_utf8_is_word(nw_utf8_next(&rest));
}

/* Reads on while it is one word; how many letters it had. */
static size_t read_word(struct nw_story_words *words, struct nw_story_word *word, uint32_t c)
{
	size_t letters = 0, capitals = 0;

	word->is_number = is_digit(c);
	for (;;) {
		struct nw_str before = words->rest;
		bool is_group = false;
		uint32_t next;

		fold(words, c);
		letters++;
		capitals += is_upper(c);
		word->is_number = word->is_number && is_digit(c);
		word->text.n = (size_t)(words->rest.p - word->text.p);
		if (!words->rest.n)
			break;
		next = nw_utf8_next(&words->rest);
		if (word->is_number && goes_on_as_number(words->rest, next, &is_group)) {
			if (!is_group)
				put(words, '.');
			next = nw_utf8_next(&words->rest);
		} else if (letters == capitals && goes_on_as_letters(words->rest, next)) {
			next = nw_utf8_next(&words->rest);
		}
		if (!nw_utf8_is_word(next) || is_solo(next) || next == 0x2bc) {
			words->rest = before;
			break;
		}
		c = next;
	}
	word->is_acronym = letters > 1 && letters == capitals && !words->is_loud;
	return letters;
}

static bool ends_sentence(uint32_t c)
{
	return c == '.' || c == '!' || c == '?' || c == '\n' || c == ':' || c == '"' ||
		c == 0x61f || c == 0x201c || c == 0x201e || c == 0xab || c == 0x2026 || c == 0x3002;
}

static void read_solo(struct nw_story_words *words, struct nw_story_word *word, uint32_t c)
{
	if (words->solo)
		put(words, words->solo);
	put(words, c);
	words->solo = c;
	word->text.n = (size_t)(words->rest.p - word->text.p);
}

bool nw_story_words_next(struct nw_story_words *words, struct nw_story_word *word)
{
	while (words->rest.n) {
		const char *start = words->rest.p;
		const uint32_t c = nw_utf8_next(&words->rest);

		if (!nw_utf8_is_word(c)) {
			words->begins = words->begins || ends_sentence(c);
			words->solo = 0;
			continue;
		}
		*word = (struct nw_story_word){.text = {start, 0}, .begins = words->begins};
		words->n = 0;
		word->is_capital = is_upper(c) && !words->is_loud;
		if (is_solo(c))
			read_solo(words, word, c);
		else if (read_word(words, word, c) == 1 && !word->is_number)
			continue;
		words->begins = false;
		give(words, word);
		return true;
	}
	return false;
}

struct nw_str nw_story_words_folded(const struct nw_story_words *words)
{
	return (struct nw_str){words->folded, words->n};
}

/* Short words stay small in such titles. */
bool nw_story_is_titled(struct nw_str title)
{
	struct nw_story_words words;
	struct nw_story_word word;
	size_t n = 0, capitals = 0;

	nw_story_words_init(&words, title);
	while (nw_story_words_next(&words, &word)) {
		if (word.text.n < 5 || word.is_number)
			continue;
		n++;
		capitals += word.is_capital;
	}
	return capitals * 4 > n * 3;
}
