#ifndef NW_STORY_RARITY_H
#define NW_STORY_RARITY_H

#include "story/sketch.h"

/*
 * How rare terms and runs of words are, learned from the articles that came lately (the last
 * 30,000 to 60,000: older ones fade). Count-min tables of fixed size (Cormode,
 * Muthukrishnan 2005): a thing may seem commoner than it is, hardly ever rarer.
 */
struct nw_story_table {
	uint16_t *cells;
	size_t n, sweep;
};

struct nw_story_rarity {
	struct nw_story_table terms, runs;
	double documents; /* learned and not faded */
};

void nw_story_rarity_init(struct nw_story_rarity *rarity);
void nw_story_rarity_clear(struct nw_story_rarity *rarity);

/* opens: it is the first of its story. Runs are learned of those only: quotes go round in one story. */
void nw_story_rarity_learn(
	struct nw_story_rarity *rarity, const struct nw_sketch *sketch, bool opens);

/* From its inverse document frequency: 0 for what every text has, 10 and more for what none had. */
double nw_story_rarity_of(const struct nw_story_rarity *rarity, uint32_t term_hash);

/* What a run tells that two texts share: 1, or next to nothing when several stories have it. */
double nw_story_run_tells(const struct nw_story_rarity *rarity, uint32_t run);

#endif
