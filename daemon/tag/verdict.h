#ifndef NW_TAG_VERDICT_H
#define NW_TAG_VERDICT_H

#include "tag/eval.h"

/* What a topic says to an article, and what it hung on. */
struct nw_verdict {
	bool fires;
	double score;
	bool matched;                  /* a match line held */
	const struct nw_rule *missing; /* the first require line that does not hold; or NULL */
	const struct nw_rule *barred;  /* the first exclude line that holds; or NULL */
};

struct nw_verdict nw_verdict_of(struct nw_eval *eval, const struct nw_topic *topic);

/* The reasons of a topic that fires, line by line. */
struct nw_match *nw_verdict_matches(
	struct nw_eval *eval, const struct nw_topic *topic, struct nw_arena *arena);

#endif
