#ifndef NW_SCHED_INTERVAL_H
#define NW_SCHED_INTERVAL_H

#include "sched/sched.h"

/* How long to wait after a visit, jitter apart: the arithmetic of nw_sched_report. */
struct nw_wait {
	int64_t interval_s; /* the adaptive interval to remember, in [min, max] */
	int64_t wait_s;     /* in [min, max] */
	int64_t floor_s;    /* of Retry-After: what is waited at least, up to a day */
};

struct nw_wait nw_wait_after(const struct nw_sched_report *report);

/* The first moment from due_s on that the feed does not ask to skip; due_s if it skips all. */
int64_t nw_skip(const struct nw_sched_report *report, int64_t due_s);

#endif
