#include "sched/interval.h"

#define HOUR_S 3600
#define DAY_S 86400
#define ALL_HOURS 0xffffffu
#define ALL_DAYS 0x7fu

/* Silence this many times shorter than it has lasted is a sensible time to wait for its end. */
#define IDLE_SHARE 8
#define FIRST_TIMES_MIN 4

static int64_t clamp(int64_t value, int64_t min, int64_t max)
{
	return value < min ? min : value > max ? max : value;
}

/*
 * What the feed's own dates ask for: twice as often as it publishes while it does,
 * and ever more seldom the longer it has been silent. 0: they do not say.
 */
static int64_t natural_interval(const struct nw_sched_report *r, int64_t max_s)
{
	const int64_t spacing = clamp(r->spacing_s, 0, INT64_MAX);
	int64_t silence = 0;

	if (r->newest_s > 0 && r->newest_s < r->now_s)
		silence = (r->now_s - r->newest_s) / IDLE_SHARE;
	if (spacing == 0)
		return 0;
	return clamp(spacing / 2 > silence ? spacing / 2 : silence, 1, max_s);
}

/*
 * Several new items in one visit: it publishes faster than we come, so come twice as
 * often. One: as often as its dates ask for. None: a quarter more seldom.
 */
static int64_t adapt(const struct nw_sched_report *r, int64_t min_s, int64_t max_s)
{
	const int64_t natural = natural_interval(r, max_s);
	const int64_t last = clamp(r->interval_s, 0, max_s);
	int64_t next;

	if (last == 0)
		next = natural ? natural
			       : FIRST_TIMES_MIN * clamp(min_s, 1, max_s / FIRST_TIMES_MIN);
	else if (r->new_items > 1)
		next = natural && natural < last / 2 ? natural : last / 2;
	else if (r->new_items == 1)
		next = natural ? last + (natural - last) / 2 : last;
	else
		next = natural > last ? natural : last + last / 4 + 1;
	return clamp(next, min_s, max_s);
}

static int64_t back_off(unsigned failures, int64_t min_s, int64_t max_s)
{
	int64_t wait = min_s;

	while (--failures > 0 && wait < max_s)
		wait = wait > max_s / 2 ? max_s : wait * 2;
	return wait;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

struct nw_wait nw_wait_after(const struct nw_sched_report *r)
{
	const int64_t min_s = most(r->min_s, 1);
	const int64_t max_s = most(r->max_s, min_s);
	struct nw_wait w = {.floor_s = clamp(r->retry_after_s, 0, DAY_S)};

	if (r->failures) {
		w.interval_s = r->interval_s > 0 ? clamp(r->interval_s, min_s, max_s) : 0;
		w.wait_s = back_off(r->failures, min_s, max_s);
		return w;
	}
	w.interval_s = adapt(r, min_s, max_s);
	w.wait_s = most(w.interval_s, clamp(r->max_age_s, 0, max_s));
	w.wait_s = most(w.wait_s, clamp(r->feed_says_s, 0, max_s));
	if (r->expires_s > r->now_s)
		w.wait_s = most(w.wait_s, clamp(r->expires_s - r->now_s, 0, max_s));
	w.wait_s = clamp(w.wait_s, min_s, max_s);
	return w;
}

/* Day 0 of Unix time was a Thursday. */
static bool is_skipped(const struct nw_sched_report *r, int64_t when_s)
{
	const unsigned hour = (unsigned)(when_s / HOUR_S % 24);
	const unsigned day = (unsigned)((when_s / DAY_S + 4) % 7);

	return (r->skip_hours >> hour & 1) || (r->skip_days >> day & 1);
}

int64_t nw_skip(const struct nw_sched_report *r, int64_t due_s)
{
	int64_t when = due_s;

	if ((r->skip_hours & ALL_HOURS) == ALL_HOURS || (r->skip_days & ALL_DAYS) == ALL_DAYS ||
		due_s < 0)
		return due_s;
	while (is_skipped(r, when))
		when += HOUR_S - when % HOUR_S;
	return when;
}
