#ifndef NW_SCHED_SCHED_H
#define NW_SCHED_SCHED_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * When is each feed next due? A heap of moments and the arithmetic of intervals; no
 * clock of its own. Feeds are the caller's numbers, from 0 and without large gaps (an
 * array is indexed by them). All times are Unix seconds. When now_s goes back by more than a
 * minute, the clock was set: all moments go back by as much.
 */
struct nw_sched;

struct nw_sched *nw_sched_new(
	uint64_t seed); /* seed: of the jitter; the same seed, the same times */
void nw_sched_free(struct nw_sched *sched);

/* (Re)schedules a feed at due_s exactly. */
void nw_sched_set(struct nw_sched *sched, uint32_t feed, int64_t due_s);
void nw_sched_remove(struct nw_sched *sched, uint32_t feed);

/* Takes the most overdue feed, of two the lower number; false when none is due. Out until set again. */
bool nw_sched_take(struct nw_sched *sched, int64_t now_s, uint32_t *feed);

/* When the next one is due; INT64_MAX when there is none. */
int64_t nw_sched_next(const struct nw_sched *sched);

/* What one visit taught: all that decides the next. 0 means "not said". */
struct nw_sched_report {
	int64_t now_s;
	int64_t min_s, max_s;         /* of the configuration */
	int64_t interval_s;           /* the adaptive interval so far; 0: a first visit */
	int64_t max_age_s, expires_s; /* Cache-Control max-age; Expires as a moment */
	int64_t feed_says_s;          /* ttl, sy:updatePeriod */
	uint32_t skip_hours,
		skip_days; /* bit h: not in that hour, UTC; bit d: not on that day, 0 is Sunday */
	int64_t retry_after_s; /* seconds to wait, from 429 and 503 */
	unsigned new_items;    /* in this visit */
	int64_t newest_s,
		spacing_s; /* newest item's date and the median time between items; 0 unknown */
	unsigned failures; /* in a row; 0: the visit went well */
};

/*
 * The next visit's moment, and the adaptive interval to remember. Failures back off
 * exponentially from min_s to max_s and never stop. The result is clamped to
 * [now + min, now + max]; Retry-After may go past max up to a day. Up to a tenth of
 * the interval is added as jitter.
 */
int64_t nw_sched_report(
	struct nw_sched *sched, const struct nw_sched_report *report, int64_t *interval_s);

/* A first visit spread over the first spread_s seconds, so that a start is no burst. */
int64_t nw_sched_first(struct nw_sched *sched, int64_t now_s, int64_t spread_s);

#endif
