#ifndef NW_BASE_SELDOM_H
#define NW_BASE_SELDOM_H

#include <stdint.h>

/*
 * What others may bring about as often as they like is told in the log at once, and then
 * once in each_ms at most, with how often it was. {0} has never been told.
 */
struct nw_seldom {
	int64_t told_ms; /* when it last was; 0: never */
	int64_t times;   /* since then */
};

/* It was so many times more; the number to tell now, 0: not yet. now_ms is monotonic and not 0. */
int64_t nw_seldom_count(struct nw_seldom *seldom, int64_t times, int64_t each_ms, int64_t now_ms);

#endif
