#include "tag/words.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/str.h"
#include "base/utf8.h"

#define BLOCK 64
#define LOWER 0x2020202020202020U /* makes ASCII letters small and leaves digits alone */

static bool is_ascii_word(unsigned char c)
{
	const unsigned char small = c | 0x20U;

	return (c >= '0' && c <= '9') || (small >= 'a' && small <= 'z');
}

#ifdef __SSE2__
static void classify(const char *p, uint64_t *word, uint64_t *high)
{
	*word = *high = 0;
	for (size_t i = 0; i < BLOCK / 16; i++) {
		const __m128i c = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
		const __m128i small = _mm_or_si128(c, _mm_set1_epi8(0x20));
		const __m128i letter = _mm_and_si128(_mm_cmpgt_epi8(small, _mm_set1_epi8('a' - 1)),
			_mm_cmplt_epi8(small, _mm_set1_epi8('z' + 1)));
		const __m128i digit = _mm_and_si128(_mm_cmpgt_epi8(c, _mm_set1_epi8('0' - 1)),
			_mm_cmplt_epi8(c, _mm_set1_epi8('9' + 1)));
		const unsigned is_high = (unsigned)_mm_movemask_epi8(c);
		const unsigned is_word = (unsigned)_mm_movemask_epi8(_mm_or_si128(letter, digit));

		*high |= (uint64_t)is_high << (16 * i);
		*word |= (uint64_t)(is_word | is_high) << (16 * i);
	}
}
#else
static void classify(const char *p, uint64_t *word, uint64_t *high)
{
	*word = *high = 0;
	for (unsigned i = 0; i < BLOCK; i++) {
		const unsigned char c = (unsigned char)p[i];

		*high |= (uint64_t)(c >> 7) << i;
		*word |= (uint64_t)(c >= 0x80 || is_ascii_word(c)) << i;
	}
}
#endif

static void load_block(struct nw_words *w, size_t at)
{
	char last[BLOCK] = {0};

	w->block = at - at % BLOCK;
	if (w->text.n - w->block >= BLOCK) {
		classify(w->text.p + w->block, &w->word, &w->high);
		return;
	}
	memcpy(last, w->text.p + w->block, w->text.n - w->block);
	classify(last, &w->word, &w->high);
}

/* Moves at to the next byte that may be of a word; false at the end. */
static bool find_start(struct nw_words *w)
{
	while (w->at < w->text.n) {
		uint64_t rest;

		if (w->at - w->block >= BLOCK)
			load_block(w, w->at);
		rest = w->word >> (w->at % BLOCK);
		if (rest) {
			w->at += (size_t)__builtin_ctzll(rest);
			return true;
		}
		w->at = w->block + BLOCK;
	}
	return false;
}

/* The end of the run that begins at `at`, and whether all of it is ASCII. */
static size_t find_end(struct nw_words *w, size_t at, bool *ascii)
{
	uint64_t high = 0;

	for (;;) {
		const unsigned shift = (unsigned)(at % BLOCK);
		uint64_t gap;

		if (at >= w->text.n) {
			at = w->text.n;
			break;
		}
		if (at - w->block >= BLOCK)
			load_block(w, at);
		gap = ~w->word >> shift;
		if (gap) {
			const unsigned n = (unsigned)__builtin_ctzll(gap);

			high |= n ? (w->high >> shift) << (BLOCK - n) : 0;
			at += n;
			break;
		}
		high |= w->high >> shift;
		at = w->block + BLOCK;
	}
	*ascii = high == 0;
	return at;
}

static uint64_t load_part(const char *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n);
	return v;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15U;
	return h ^ (h >> 32);
}

uint64_t nw_word_head(struct nw_str folded)
{
	return load_part(folded.p, folded.n < 8 ? folded.n : 8);
}

uint64_t nw_word_hash(struct nw_str folded)
{
	uint64_t h = folded.n;

	for (size_t i = 0; i < folded.n; i += 8)
		h = mix(h, nw_word_head(nw_str_from(folded, i)));
	return h;
}

/* Eight bytes made small; those past n are zero. Reads past n only within the text. */
static uint64_t load_small(const struct nw_words *w, const char *p, size_t n)
{
	uint64_t v, mask;

	if (n >= 8) {
		memcpy(&v, p, 8);
		return v | LOWER;
	}
	mask = (UINT64_C(1) << (8 * n)) - 1;
	if ((size_t)(w->text.p + w->text.n - p) >= 8)
		memcpy(&v, p, 8);
	else
		v = load_part(p, n);
	return (v | LOWER) & mask;
}

static void read_ascii(const struct nw_words *w, struct nw_word *word)
{
	const size_t n = word->end - word->start;
	const char *p = w->text.p + word->start;
	uint64_t h = n;

	word->ascii = true;
	word->folded = (struct nw_str){NULL, n};
	word->head = load_small(w, p, n);
	h = mix(h, word->head);
	for (size_t i = 8; i < n && n <= NW_WORD_MAX; i += 8)
		h = mix(h, load_small(w, p + i, n - i));
	word->hash = h;
}

/* Adds what one code point becomes; false when there is no room for it. */
static bool add_folded(struct nw_words *w, size_t *n, uint32_t kind, uint32_t c)
{
	uint32_t points[NW_FOLD_MAX] = {kind};
	const size_t count = kind == NW_FOLD_MANY ? nw_fold_point(c, points) : 1;

	for (size_t i = 0; i < count; i++) {
		char bytes[4];
		const size_t size = nw_utf8_put(points[i], bytes);

		if (*n + size > NW_WORD_MAX)
			return false;
		memcpy(w->bytes + *n, bytes, size);
		*n += size;
	}
	return true;
}

/*
 * Takes the first word of a run that is not all ASCII; false when it holds none,
 * and then `at` is past what was looked at.
 */
static bool read_mixed(struct nw_words *w, size_t end, struct nw_word *word)
{
	struct nw_str rest = {w->text.p + w->at, end - w->at};
	bool fits = true, solo = false;
	size_t n = 0;

	word->start = word->end = w->at;
	while (rest.n && !solo) {
		struct nw_str next = rest;
		const uint32_t c = nw_utf8_next(&next);
		const uint32_t kind = nw_fold_kind(w->fold, c);

		solo = nw_fold_is_solo(c);
		if (kind == NW_FOLD_BREAK || (solo && n))
			break;
		if (kind != NW_FOLD_DROP)
			fits = fits && add_folded(w, &n, kind, c);
		rest = next;
	}
	word->end = (size_t)(rest.p - w->text.p);
	w->at = word->end;
	if (n == 0) {
		if (rest.n && word->end == word->start)
			(void)nw_utf8_next(&rest);
		w->at = (size_t)(rest.p - w->text.p);
		return false;
	}
	word->ascii = false;
	word->folded = (struct nw_str){w->bytes, fits ? n : NW_WORD_MAX + 1};
	word->hash = fits ? nw_word_hash(word->folded) : 0;
	word->head = fits ? nw_word_head(word->folded) : 0;
	return true;
}

static size_t apostrophe_before(struct nw_str text, size_t at)
{
	static const char *const forms[] = {"'", "\xe2\x80\x99", "\xe2\x80\x98", "\xca\xbc"};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		const struct nw_str form = nw_str(forms[i]);

		if (nw_str_ends(nw_str_head(text, at), form))
			return form.n;
	}
	return 0;
}

/* One letter after an apostrophe that follows a word: "'s". */
static bool is_tail(struct nw_str text, const struct nw_word *word)
{
	const size_t mark = apostrophe_before(text, word->start);
	unsigned char before;

	if (mark == 0 || mark == word->start || text.p[word->start] <= '9')
		return false;
	before = (unsigned char)text.p[word->start - mark - 1];
	return before >= 0x80 || is_ascii_word(before);
}

void nw_words_init(struct nw_words *w, const struct nw_fold *fold, struct nw_str text)
{
	w->fold = fold;
	w->text = text;
	w->at = 0;
	w->block = SIZE_MAX - BLOCK; /* no offset is within it */
}

bool nw_words_next(struct nw_words *w, struct nw_word *word)
{
	while (find_start(w)) {
		bool ascii;
		const size_t end = find_end(w, w->at, &ascii);

		if (!ascii) {
			if (!read_mixed(w, end, word))
				continue;
		} else {
			word->start = w->at;
			word->end = w->at = end;
			read_ascii(w, word);
		}
		if (word->end - word->start > 1 || !is_tail(w->text, word))
			return true;
	}
	return false;
}

struct nw_str nw_words_fold(struct nw_words *w, struct nw_word *word)
{
	if (word->folded.n > NW_WORD_MAX)
		return NW_STR("");
	if (word->ascii && !word->folded.p) {
		const char *p = w->text.p + word->start;

		for (size_t i = 0; i < word->folded.n; i++)
			w->bytes[i] = (char)(p[i] | 0x20);
		word->folded.p = w->bytes;
	}
	return word->folded;
}

/* A code point that begins a word at `at`. */
static bool word_at(const struct nw_words *w, size_t at, uint32_t *c)
{
	struct nw_str rest = nw_str_from(w->text, at);

	*c = rest.n ? nw_utf8_next(&rest) : 0;
	return nw_fold_kind(w->fold, *c) > NW_FOLD_DROP;
}

static bool is_initial(const struct nw_words *w, size_t at)
{
	struct nw_str rest = nw_str_from(w->text, at);
	uint32_t c;

	if (!word_at(w, at, &c) || (c >= '0' && c <= '9'))
		return false;
	(void)nw_utf8_next(&rest);
	return !word_at(w, w->text.n - rest.n, &c);
}

enum nw_tie nw_words_tie(const struct nw_words *w, const struct nw_word *word)
{
	struct nw_str rest = nw_str_from(w->text, word->end);
	uint32_t mark, next;

	if (rest.n < 2 || (rest.p[0] != '-' && rest.p[0] != '.' && rest.p[0] != '\xe2'))
		return NW_TIE_NONE;
	mark = nw_utf8_next(&rest);
	if (nw_fold_is_hyphen(mark) && word_at(w, w->text.n - rest.n, &next))
		return NW_TIE_HYPHEN;
	if (mark == '.' && is_initial(w, word->start) && is_initial(w, w->text.n - rest.n))
		return NW_TIE_DOT;
	return NW_TIE_NONE;
}
