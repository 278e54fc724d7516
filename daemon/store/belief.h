#ifndef NW_STORE_BELIEF_H
#define NW_STORE_BELIEF_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What time it is for those who throw away what is old. A clock that was set forward by
 * more than a day is believed after a day: years too far, it would make everything old
 * at once. One that was set back is believed, since it only keeps. Zeroed at first: the
 * first time that it is given is believed, be it the clock's or one that is written down.
 */
struct nw_belief {
	bool is_known, is_doubted;
	int64_t offset_s;   /* of the time of day, from the monotonic clock; believed */
	int64_t doubted_s;  /* likewise, not believed yet */
	int64_t doubted_ms; /* since when, monotonic */
};

/* Unix seconds to judge ages by. */
int64_t nw_belief_now(struct nw_belief *belief, int64_t unix_s, int64_t monotonic_ms);

#endif
