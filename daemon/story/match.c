#include "story/match.h"

#include <math.h>
#include <stdlib.h>

#include "base/str.h"

#define COPY 0.68       /* of the shorter text is in the other: a copy, */
#define COPY_TERMS 0.3  /* unless its terms say that it is only what both have at the end */
#define SAME 0.40       /* as alike: the same news */
#define LATER 0.20      /* more for every day between them */
#define SOON 0.5        /* days that make no difference */
#define ONE_TERM 0.17   /* at most, of what one term in common adds */
#define SHARED_RUNS 1.6 /* times what sentences in common, as quotes are, add, */
#define SHARED_MOST 0.2 /* up to this */
#define STRANGE 0.2     /* taken when no name in either title is anywhere in the other */
#define BEARS_OUT 0.33  /* as alike: another article of the story bears a likeness out */
#define ENOUGH 3        /* that bear it out, or of which some should */
#define SUPPORT 0.10    /* what all of them together add, or take when none does */

/* --- terms --- */

struct weighed {
	uint32_t term;
	float rarity;
};

static float tell(const struct weighed *w)
{
	return (float)nw_term_weight(w->term) * w->rarity;
}

static int by_telling(const void *a, const void *b)
{
	const struct weighed *x = a, *y = b;

	if (tell(x) != tell(y))
		return tell(x) > tell(y) ? -1 : 1;
	return x->term < y->term ? -1 : x->term > y->term;
}

void nw_story_weigh(const struct nw_story_rarity *rarity, struct nw_recent_entry *entry,
	float rarities[NW_SKETCH_TERMS])
{
	struct nw_sketch *sketch = &entry->sketch;
	struct weighed all[NW_SKETCH_TERMS];
	double sum = 0;

	for (size_t i = 0; i < sketch->n_terms; i++) {
		all[i].term = sketch->terms[i];
		all[i].rarity = (float)nw_story_rarity_of(rarity, nw_term_hash(all[i].term));
	}
	qsort(all, sketch->n_terms, sizeof(*all), by_telling);
	for (size_t i = 0; i < sketch->n_terms; i++) {
		sketch->terms[i] = all[i].term;
		rarities[i] = all[i].rarity;
		sum += (double)tell(&all[i]) * (double)tell(&all[i]);
	}
	entry->norm = (float)sqrt(sum);
	entry->n_keyed = sketch->n_terms < NW_RECENT_TERMS ? sketch->n_terms : NW_RECENT_TERMS;
}

#define PLACES 128

/* The terms of the article that is asked about, by hash. */
struct asked {
	const struct nw_recent_entry *entry;
	const struct nw_story_rarity *rarity;
	const float *rarities;
	float runs[NW_SKETCH_RUNS]; /* what each tells */
	uint8_t places[PLACES];     /* index and 1; 0: empty */
};

static void place_terms(struct asked *asked)
{
	const struct nw_sketch *sketch = &asked->entry->sketch;

	for (size_t i = 0; i < sketch->n_terms; i++) {
		size_t at = nw_term_hash(sketch->terms[i]) % PLACES;

		while (asked->places[at])
			at = (at + 1) % PLACES;
		asked->places[at] = (uint8_t)(i + 1);
	}
}

static size_t find_term(const struct asked *asked, uint32_t hash)
{
	for (size_t at = hash % PLACES; asked->places[at]; at = (at + 1) % PLACES) {
		const size_t i = asked->places[at] - 1U;

		if (nw_term_hash(asked->entry->sketch.terms[i]) == hash)
			return i;
	}
	return NW_SKETCH_TERMS;
}

/*
 * The cosine of the two, each term weighed by what it tells; but one term in common, as the
 * name of a town is, tells only so much.
 */
static double compare_terms(const struct asked *asked, const struct nw_recent_entry *other)
{
	const struct nw_sketch *own = &asked->entry->sketch;
	const double norms = (double)asked->entry->norm * (double)other->norm;
	double sum = 0;

	for (size_t k = 0; k < other->sketch.n_terms && norms > 0; k++) {
		const uint32_t term = other->sketch.terms[k];
		const size_t i = find_term(asked, nw_term_hash(term));
		double part;

		if (i == NW_SKETCH_TERMS)
			continue;
		part = (double)nw_term_weight(term) * nw_term_weight(own->terms[i]) *
			(double)asked->rarities[i] * (double)asked->rarities[i] / norms;
		sum += part < ONE_TERM ? part : ONE_TERM;
	}
	return sum < 1 ? sum : 1;
}

/* --- articles --- */

static bool is_comparable(
	const struct nw_recent_entry *a, const struct nw_recent_entry *b, int64_t window_s)
{
	const int64_t apart = (int64_t)a->time_s - b->time_s;

	return apart <= window_s && -apart <= window_s &&
		memcmp(a->sketch.language, b->sketch.language, sizeof(a->sketch.language)) == 0;
}

/* As nw_sketch_containment, with each run for what it tells: a paragraph of background tells nothing. */
static double compare_runs(
	const struct asked *asked, const struct nw_recent_entry *other, double contained)
{
	const struct nw_sketch *a = &asked->entry->sketch, *b = &other->sketch;
	double all = 0, told = 0;

	for (size_t i = 0, j = 0; i < a->n_runs && j < b->n_runs;) {
		const uint32_t x = a->runs[i], y = b->runs[j];

		all += x == y;
		told += x == y ? (double)asked->runs[i] : 0;
		i += x <= y;
		j += y <= x;
	}
	return all > 0 ? contained * told / all : 0;
}

static bool is_titled_name(uint32_t term)
{
	return nw_term_kind(term) == NW_TERM_NAME && nw_term_in_title(term);
}

static bool has_term(const struct nw_sketch *sketch, uint32_t hash)
{
	size_t i = 0;

	while (i < sketch->n_terms && nw_term_hash(sketch->terms[i]) != hash)
		i++;
	return i < sketch->n_terms;
}

static double share(unsigned part, unsigned all)
{
	return all ? (double)part / all : 0;
}

/*
 * The least share, of the two, of the names in a title that the other does not speak of: who
 * tells the same news in other words may leave out a name, but seldom do both.
 */
static double find_strange(const struct asked *asked, const struct nw_sketch *other)
{
	const struct nw_sketch *own = &asked->entry->sketch;
	unsigned names[2] = {0}, strange[2] = {0};
	double a, b;

	for (size_t i = 0; i < other->n_terms; i++) {
		if (!is_titled_name(other->terms[i]))
			continue;
		names[0]++;
		strange[0] += find_term(asked, nw_term_hash(other->terms[i])) == NW_SKETCH_TERMS;
	}
	for (size_t i = 0; i < own->n_terms && strange[0]; i++) {
		if (!is_titled_name(own->terms[i]))
			continue;
		names[1]++;
		strange[1] += !has_term(other, nw_term_hash(own->terms[i]));
	}
	a = share(strange[0], names[0]);
	b = share(strange[1], names[1]);
	return a < b ? a : b;
}

static void judge(const struct asked *asked, const struct nw_recent_entry *other,
	struct nw_story_match *match)
{
	const double days =
		fmax(fabs((double)asked->entry->time_s - other->time_s) / 86400 - SOON, 0);
	const double terms = compare_terms(asked, other);
	const double shared = nw_sketch_containment(&asked->entry->sketch, &other->sketch);
	const double telling = compare_runs(asked, other, shared);

	match->score = terms + SHARED_RUNS * (telling < SHARED_MOST ? telling : SHARED_MOST) -
		LATER * days - STRANGE * find_strange(asked, &other->sketch);
	match->is_copy = shared >= COPY && terms >= COPY_TERMS;
	if (match->is_copy && match->score < shared)
		match->score = shared;
	match->score = fmin(fmax(match->score, 0), 1);
}

/* A copy goes before what is only alike; then the score; then who was first. */
static bool is_better(const struct nw_story_match *a, const struct nw_story_match *b)
{
	if (a->is_copy != b->is_copy)
		return a->is_copy;
	return a->score > b->score || (a->score == b->score && a->number < b->number);
}

/* What an article was laid beside. */
struct judged {
	struct nw_story_match match;
	uint32_t story;
};

/*
 * A report of the same news is somewhat like many that there are of it. One that is like one of
 * them alone, and like none of the others that share words with it, has most likely a name or a
 * turn of phrase in common with that one.
 */
static void hear_others(struct nw_story_match *match, const struct judged *all, size_t n, size_t at)
{
	size_t others = 0, bear_out = 0;

	for (size_t i = 0; i < n; i++) {
		if (i == at || all[i].story != all[at].story)
			continue;
		others++;
		bear_out += all[i].match.score >= BEARS_OUT;
	}
	if (bear_out > 1)
		match->score += SUPPORT * (bear_out < ENOUGH ? (double)bear_out / ENOUGH : 1);
	if (others >= ENOUGH)
		match->score -= SUPPORT * (1 - (double)bear_out / (double)others);
	match->score = match->score > 1 ? 1 : match->score;
}

static size_t judge_all(const struct asked *asked, struct nw_recent *recent, int64_t window_s,
	struct judged all[NW_RECENT_FOUND])
{
	uint32_t numbers[NW_RECENT_FOUND];
	const size_t n = nw_recent_like(recent, asked->entry, asked->rarities, numbers);
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		const struct nw_recent_entry *other = nw_recent_get(recent, numbers[i]);

		recent->steps++;
		if (!is_comparable(asked->entry, other, window_s))
			continue;
		all[kept] = (struct judged){{.number = numbers[i]}, other->story};
		judge(asked, other, &all[kept].match);
		kept++;
	}
	return kept;
}

void nw_story_find(struct nw_recent *recent, const struct nw_story_rarity *rarity,
	const struct nw_recent_entry *entry, const float rarities[NW_SKETCH_TERMS],
	int64_t window_s, struct nw_story_match *match)
{
	struct asked asked = {.entry = entry, .rarity = rarity, .rarities = rarities};
	struct judged all[NW_RECENT_FOUND];
	size_t n;

	*match = (struct nw_story_match){0};
	place_terms(&asked);
	for (size_t i = 0; i < entry->sketch.n_runs; i++)
		asked.runs[i] = (float)nw_story_run_tells(rarity, entry->sketch.runs[i]);
	n = judge_all(&asked, recent, window_s, all);
	for (size_t i = 0; i < n; i++) {
		struct nw_story_match one = all[i].match;

		if (!one.is_copy)
			hear_others(&one, all, n, i);
		if ((one.is_copy || one.score >= SAME) &&
			(!match->number || is_better(&one, match)))
			*match = one;
	}
}
