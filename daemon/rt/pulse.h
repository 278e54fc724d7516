#ifndef NW_RT_PULSE_H
#define NW_RT_PULSE_H

#include <stdatomic.h>
#include <stdint.h>

/*
 * Whether a thread gets on with what it has to do: since when it is at one thing. The thread
 * begins and ends it, any thread may look. {0}: it has nothing to do.
 */
struct nw_pulse {
	_Atomic int64_t since_ns; /* monotonic; 0: idle */
};

int64_t nw_monotonic_ns(void); /* right now, on any thread */

void nw_pulse_begin(struct nw_pulse *pulse); /* anew, where it was at something */
void nw_pulse_end(struct nw_pulse *pulse);
int64_t nw_pulse_busy_ms(const struct nw_pulse *pulse); /* 0: idle */

#endif
