#ifndef NW_BUS_QUIET_H
#define NW_BUS_QUIET_H

#include <stdint.h>

/*
 * What somebody may do again and again, for ever: it is told in the log at once, and then
 * at most once a minute, with how many times it was. {0} has never been told.
 */
#define NW_QUIET_MS 60000

struct nw_quiet {
	int64_t told_ms, times;
};

/* It was so many times more; the number to tell now, 0: not yet. now_ms is not 0. */
int64_t nw_quiet_count(struct nw_quiet *quiet, int64_t times, int64_t now_ms);

#endif
