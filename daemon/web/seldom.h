#ifndef NW_WEB_SELDOM_H
#define NW_WEB_SELDOM_H

#include <stdint.h>

/* What others may bring about as often as they like is logged once in ten seconds. Pure. */
struct nw_seldom {
	int64_t at_ms; /* when it last was; monotonic, 0: never */
	int64_t n;     /* since then */
};

/* How many times it came since it was last logged, this one too; 0: not now. */
int64_t nw_seldom_count(struct nw_seldom *seldom, int64_t now_ms);

#endif
