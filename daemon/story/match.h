#ifndef NW_STORY_MATCH_H
#define NW_STORY_MATCH_H

#include "story/recent.h"

/* What of the recent articles an article is most like. */
struct nw_story_match {
	uint32_t number; /* of the entry; 0: of none enough */
	bool is_copy;
	double score;
};

/*
 * Readies an entry whose sketch and time are set: puts its terms in the order of what they
 * tell, now, and sets norm and n_keyed. rarities: of the terms in that order.
 */
void nw_story_weigh(const struct nw_story_rarity *rarity, struct nw_recent_entry *entry,
	float rarities[NW_SKETCH_TERMS]);

void nw_story_find(struct nw_recent *recent, const struct nw_story_rarity *rarity,
	const struct nw_recent_entry *entry, const float rarities[NW_SKETCH_TERMS],
	int64_t window_s, struct nw_story_match *match);

#endif
