#ifndef NW_TAG_NEAR_H
#define NW_TAG_NEAR_H

#include "tag/eval.h"

/* Appends, 4096 at most: what a text has more of is not looked at. The array lives in the arena. */
void nw_spans_add(struct nw_spans *spans, struct nw_arena *arena, struct nw_span span);

/* By field, then place; what is there twice stays once. */
void nw_spans_sort(struct nw_spans *spans);

/*
 * For each of a the nearest of b before it (unless in_order) and after it, with
 * at most `most` words between; each pair is one span. Both are sorted.
 */
void nw_spans_near(const struct nw_spans *a, const struct nw_spans *b, unsigned most, bool in_order,
	struct nw_arena *arena, struct nw_spans *out);

/* How many of them can be chosen so that no two overlap; moves those to the front. */
size_t nw_spans_disjoint(struct nw_spans *spans);

#endif
