#include "story/rarity.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"

#define TERM_CELLS ((size_t)1 << 20)
#define RUN_CELLS ((size_t)1 << 21)
#define FADE 32768  /* documents until every cell was halved once */
#define PRIOR 500.0 /* so much is a term rare before anything was learned */

/* --- tables --- */

static void init_table(struct nw_story_table *table, size_t n)
{
	*table = (struct nw_story_table){.cells = nw_must_calloc(n, sizeof(uint16_t)), .n = n};
}

static void find_cells(const struct nw_story_table *table, uint32_t hash, uint16_t *cells[2])
{
	const uint64_t h = (hash + (uint64_t)1) * 0x9e3779b97f4a7c15U;

	cells[0] = &table->cells[h >> 36 & (table->n - 1)];
	cells[1] = &table->cells[h >> 12 & (table->n - 1)];
}

static unsigned count_of(const struct nw_story_table *table, uint32_t hash)
{
	uint16_t *cells[2];

	find_cells(table, hash, cells);
	return *cells[0] < *cells[1] ? *cells[0] : *cells[1];
}

/* Only the smaller cell grows: the other has counted something else too. */
static void count_one(struct nw_story_table *table, uint32_t hash)
{
	uint16_t *cells[2];
	unsigned least;

	find_cells(table, hash, cells);
	least = *cells[0] < *cells[1] ? *cells[0] : *cells[1];
	for (size_t i = 0; i < 2 && least < UINT16_MAX; i++) {
		if (*cells[i] == least)
			*cells[i] = (uint16_t)(least + 1);
	}
}

static void fade(struct nw_story_table *table)
{
	const size_t n = table->n / FADE;

	for (size_t i = 0; i < n; i++)
		table->cells[table->sweep + i] /= 2;
	table->sweep = (table->sweep + n) % table->n;
}

/* --- both --- */

void nw_story_rarity_init(struct nw_story_rarity *rarity)
{
	*rarity = (struct nw_story_rarity){0};
	init_table(&rarity->terms, TERM_CELLS);
	init_table(&rarity->runs, RUN_CELLS);
}

void nw_story_rarity_clear(struct nw_story_rarity *rarity)
{
	free(rarity->terms.cells);
	free(rarity->runs.cells);
	*rarity = (struct nw_story_rarity){0};
}

void nw_story_rarity_learn(
	struct nw_story_rarity *rarity, const struct nw_sketch *sketch, bool opens)
{
	for (size_t i = 0; i < sketch->n_terms; i++)
		count_one(&rarity->terms, nw_term_hash(sketch->terms[i]));
	for (size_t i = 0; i < sketch->n_runs && opens; i++)
		count_one(&rarity->runs, sketch->runs[i]);
	fade(&rarity->terms);
	fade(&rarity->runs);
	rarity->documents += 1.0 - rarity->documents / (2.0 * FADE);
}

double nw_story_rarity_of(const struct nw_story_rarity *rarity, uint32_t term_hash)
{
	const double n = count_of(&rarity->terms, term_hash);
	const double idf = log((rarity->documents + PRIOR) / (n + 0.5));

	return idf > 0 ? pow(idf, 1.25) : 0;
}

double nw_story_run_tells(const struct nw_story_rarity *rarity, uint32_t run)
{
	const unsigned n = count_of(&rarity->runs, run);

	return n <= 1 ? 1.0 : 1.0 / (n * n);
}
