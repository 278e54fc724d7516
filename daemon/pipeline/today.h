#ifndef NW_PIPELINE_TODAY_H
#define NW_PIPELINE_TODAY_H

#include <stdint.h>

/* How many articles there were since midnight, by the clock and the zone of this machine. */
struct nw_today {
	int64_t begins_s, ends_s; /* Unix; 0: no day yet */
	int64_t articles;
};

void nw_today_add(struct nw_today *today, int64_t seen_s, int64_t now_s);
int64_t nw_today_articles(struct nw_today *today, int64_t now_s);

#endif
