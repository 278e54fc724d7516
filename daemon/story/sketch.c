#include "story/sketch.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/str.h"
#include "story/common.h"
#include "story/words.h"

#define RUN_WORDS 4
#define COUNTS 4096     /* slots for different terms of a text */
#define COUNTS_MAX 3000 /* of them used; terms that come after are not looked at */
#define LEAD_WORDS 60   /* the lead: words of the body up to here */
#define GUESS_WORDS 400
#define TITLE_MAX ((size_t)1024)

/* A term while the text is read. */
struct count {
	uint32_t stem; /* 0: empty */
	uint32_t n;
	uint16_t capitals; /* times it stood capital inside a sentence */
	uint16_t smalls;
	bool in_title, in_lead, is_number, is_acronym;
};

struct reading {
	struct nw_sketch *sketch;
	struct nw_story_common common;
	uint16_t language; /* its bit; 0: none of those we know */
	struct count *counts;
	size_t n_counts;
	uint32_t last[RUN_WORDS]; /* hashes of the words before, a ring */
	size_t n_body, n_words;
	bool is_title, titled_case;
};

/* --- language --- */

static size_t row_of(struct nw_str language)
{
	const struct nw_str code = nw_str_head(language, 2);

	for (size_t i = 0; i < nw_story_n_languages; i++) {
		if (nw_str_eq_nocase(code, nw_str(nw_story_languages[i].code)) &&
			(language.n == 2 || language.p[2] == '-' || language.p[2] == '_'))
			return i;
	}
	return nw_story_n_languages;
}

static void count_common(const struct nw_story_common *common, struct nw_str text, unsigned *hits)
{
	struct nw_story_words words;
	struct nw_story_word word;

	nw_story_words_init(&words, text);
	for (size_t n = 0; n < GUESS_WORDS && nw_story_words_next(&words, &word); n++) {
		const unsigned in = nw_story_common_in(common, word.hash);

		for (size_t i = 0; in && i < nw_story_n_languages; i++)
			hits[i] += in >> i & 1;
	}
}

/* Feeds declare what their software came with; the words know better, where there are enough. */
static void find_language(struct reading *r, const struct nw_sketch_text *text)
{
	unsigned hits[16] = {0};
	const size_t declared = row_of(text->language);
	size_t best = 0;

	count_common(&r->common, text->title, hits);
	count_common(&r->common, nw_str_head(text->body, 4096), hits);
	for (size_t i = 1; i < nw_story_n_languages; i++)
		best = hits[i] > hits[best] ? i : best;
	if (declared < nw_story_n_languages && hits[declared] * 3 >= hits[best] * 2)
		best = declared;
	if (hits[best] || best == declared) {
		r->language = (uint16_t)(1U << best);
		memcpy(r->sketch->language, nw_story_languages[best].code, 3);
		return;
	}
	for (size_t i = 0; i < 2 && text->language.n >= 2; i++)
		r->sketch->language[i] = (char)(text->language.p[i] | 0x20);
}

/* --- runs of words --- */

static uint32_t mix(uint32_t a, uint32_t b)
{
	uint64_t h = ((uint64_t)a << 32 | b) * 0x9e3779b97f4a7c15U;

	h = (h ^ h >> 29) * 0xbf58476d1ce4e5b9U;
	return (uint32_t)(h >> 32);
}

/* Keeps the smallest, in order. Few get past the first test. */
static void add_run(struct nw_sketch *sketch, uint32_t run)
{
	size_t i = sketch->n_runs;

	if (i == NW_SKETCH_RUNS && run >= sketch->runs[i - 1])
		return;
	while (i > 0 && sketch->runs[i - 1] > run)
		i--;
	if (i > 0 && sketch->runs[i - 1] == run)
		return;
	if (sketch->n_runs < NW_SKETCH_RUNS)
		sketch->n_runs++;
	memmove(sketch->runs + i + 1, sketch->runs + i,
		(sketch->n_runs - 1 - i) * sizeof(*sketch->runs));
	sketch->runs[i] = run;
}

static void read_run(struct reading *r, uint32_t hash)
{
	uint32_t run = 0;

	r->last[r->n_body++ % RUN_WORDS] = hash;
	if (r->n_body < RUN_WORDS)
		return;
	for (size_t i = 0; i < RUN_WORDS; i++)
		run = mix(run, r->last[(r->n_body + i) % RUN_WORDS]);
	add_run(r->sketch, run);
}

/* --- terms --- */

static struct count *find_count(struct reading *r, uint32_t stem)
{
	size_t i;

	stem = stem ? stem : 1;
	for (i = stem % COUNTS; r->counts[i].stem; i = (i + 1) % COUNTS) {
		if (r->counts[i].stem == stem)
			return &r->counts[i];
	}
	if (r->n_counts == COUNTS_MAX)
		return NULL;
	r->n_counts++;
	r->counts[i].stem = stem;
	return &r->counts[i];
}

/* A capital is a name's inside a sentence, unless all words have one, as titles may. */
static void read_term(struct reading *r, const struct nw_story_word *word)
{
	struct count *count;

	if (nw_story_common_in(&r->common, word->hash) & r->language && !word->is_acronym)
		return;
	count = find_count(r, word->stem);
	if (!count)
		return;
	count->n++;
	count->in_title = count->in_title || r->is_title;
	count->in_lead = count->in_lead || (!r->is_title && r->n_body <= LEAD_WORDS);
	count->is_number = word->is_number;
	count->is_acronym = count->is_acronym || word->is_acronym;
	if (!word->is_capital)
		count->smalls =
			count->smalls < UINT16_MAX ? (uint16_t)(count->smalls + 1) : UINT16_MAX;
	else if (!word->begins && !(r->is_title && r->titled_case))
		count->capitals =
			count->capitals < UINT16_MAX ? (uint16_t)(count->capitals + 1) : UINT16_MAX;
}

static void read_words(struct reading *r, struct nw_str text)
{
	struct nw_story_words words;
	struct nw_story_word word;

	nw_story_words_init(&words, text);
	while (nw_story_words_next(&words, &word)) {
		r->n_words++;
		if (!r->is_title)
			read_run(r, word.hash);
		read_term(r, &word);
	}
}

/* --- weights --- */

static enum nw_term_kind kind_of(const struct count *count)
{
	if (count->is_number)
		return NW_TERM_NUMBER;
	if (count->is_acronym || (count->capitals > 0 && count->capitals >= count->smalls))
		return NW_TERM_NAME;
	return NW_TERM_WORD;
}

/* In 31 steps: where it stands, how often, and what it is. */
static unsigned weigh(const struct count *count, enum nw_term_kind kind)
{
	double weight = 1.0 + log2(count->n);

	weight = weight < 4 ? weight : 4;
	weight += (count->in_title ? 3 : 0) + (count->in_lead ? 1.5 : 0);
	weight *= kind == NW_TERM_NAME ? 1.8 : kind == NW_TERM_NUMBER ? 1.3 : 1.0;
	weight *= 1.9;
	return weight < 31 ? (unsigned)weight : 31;
}

static int by_weight(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (nw_term_weight(x) != nw_term_weight(y))
		return nw_term_weight(x) > nw_term_weight(y) ? -1 : 1;
	return x < y ? -1 : x > y;
}

static bool has_term(const struct nw_sketch *sketch, uint32_t hash)
{
	for (size_t i = 0; i < sketch->n_terms; i++) {
		if (nw_term_hash(sketch->terms[i]) == hash)
			return true;
	}
	return false;
}

static void choose_terms(struct reading *r, struct nw_arena *arena)
{
	uint32_t *terms = NW_ARENA_ARRAY(arena, uint32_t, COUNTS_MAX);
	uint32_t language;
	size_t n = 0;

	memcpy(&language, r->sketch->language, sizeof(language));
	for (size_t i = 0; i < COUNTS; i++) {
		const struct count *count = &r->counts[i];
		const enum nw_term_kind kind = kind_of(count);

		if (count->stem)
			terms[n++] = (mix(count->stem, language) & 0xffffff00U) |
				(uint32_t)kind << 6 | (count->in_title ? 32U : 0) |
				weigh(count, kind);
	}
	qsort(terms, n, sizeof(*terms), by_weight);
	for (size_t i = 0; i < n && r->sketch->n_terms < NW_SKETCH_TERMS; i++) {
		if (!has_term(r->sketch, nw_term_hash(terms[i])))
			r->sketch->terms[r->sketch->n_terms++] = terms[i];
	}
}

void nw_sketch_of(const struct nw_sketch_text *text, struct nw_sketch *sketch)
{
	struct nw_arena *arena = nw_arena_new();
	struct reading r = {.sketch = sketch};
	const struct nw_str title = nw_str_head(text->title, TITLE_MAX);

	memset(sketch, 0, sizeof(*sketch));
	nw_story_common_init(&r.common, arena);
	find_language(&r, text);
	r.counts = NW_ARENA_ARRAY(arena, struct count, COUNTS);
	r.is_title = true;
	r.titled_case = nw_story_is_titled(title);
	read_words(&r, title);
	r.is_title = false;
	read_words(&r, nw_str_head(text->body, NW_SKETCH_TEXT_MAX));
	sketch->n_words = r.n_words < UINT16_MAX ? (uint16_t)r.n_words : UINT16_MAX;
	choose_terms(&r, arena);
	nw_arena_free(arena);
}

/* --- comparing --- */

#define RUNS_MIN 6 /* fewer say nothing */

/* Up to here the sketch has every run of its text. */
static uint32_t reach_of(const struct nw_sketch *sketch)
{
	return sketch->n_runs == NW_SKETCH_RUNS ? sketch->runs[NW_SKETCH_RUNS - 1] : UINT32_MAX;
}

static size_t count_within(const struct nw_sketch *sketch, uint32_t reach)
{
	size_t n = 0;

	while (n < sketch->n_runs && sketch->runs[n] <= reach)
		n++;
	return n;
}

/* As far as both sketches reach they are fair samples of their texts. */
double nw_sketch_containment(const struct nw_sketch *a, const struct nw_sketch *b)
{
	const uint32_t reach = reach_of(a) < reach_of(b) ? reach_of(a) : reach_of(b);
	const size_t n_a = count_within(a, reach), n_b = count_within(b, reach);
	const size_t least = n_a < n_b ? n_a : n_b;
	size_t both = 0;

	for (size_t i = 0, j = 0; i < n_a && j < n_b;) {
		const uint32_t x = a->runs[i], y = b->runs[j];

		both += x == y;
		i += x <= y;
		j += y <= x;
	}
	return least < RUNS_MIN ? 0 : (double)both / (double)least;
}
