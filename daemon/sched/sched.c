#include "sched/sched.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "sched/interval.h"

#define NOWHERE UINT32_MAX
#define CLOCK_BACK_S 60 /* by less the time of day is set back all the time, and it does no harm */

struct entry {
	int64_t due_s;
	uint32_t feed;
};

struct nw_sched {
	struct entry *heap; /* each entry is due no later than the two below it */
	size_t n, cap;
	uint32_t *places; /* of each feed in the heap; NOWHERE when it is out */
	size_t n_places;
	int64_t now_s; /* as it was last heard */
	uint64_t random;
};

struct nw_sched *nw_sched_new(uint64_t seed)
{
	struct nw_sched *sched = nw_must_calloc(1, sizeof(*sched));

	sched->random = seed;
	return sched;
}

void nw_sched_free(struct nw_sched *sched)
{
	if (!sched)
		return;
	free(sched->heap);
	free(sched->places);
	free(sched);
}

static bool is_before(struct entry a, struct entry b)
{
	return a.due_s != b.due_s ? a.due_s < b.due_s : a.feed < b.feed;
}

static void put(struct nw_sched *sched, size_t at, struct entry e)
{
	sched->heap[at] = e;
	sched->places[e.feed] = (uint32_t)at;
}

/* Moves what is at a place to where it belongs: up, or else down. */
static void settle(struct nw_sched *sched, size_t at)
{
	const struct entry e = sched->heap[at];

	while (at > 0 && is_before(e, sched->heap[(at - 1) / 2])) {
		put(sched, at, sched->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	for (;;) {
		size_t child = at * 2 + 1;

		if (child + 1 < sched->n && is_before(sched->heap[child + 1], sched->heap[child]))
			child++;
		if (child >= sched->n || !is_before(sched->heap[child], e))
			break;
		put(sched, at, sched->heap[child]);
		at = child;
	}
	put(sched, at, e);
}

static void make_place(struct nw_sched *sched, uint32_t feed)
{
	size_t n = sched->n_places ? sched->n_places : 64;

	if (feed < sched->n_places)
		return;
	while (n <= feed)
		n *= 2;
	sched->places = nw_must_realloc(sched->places, n * sizeof(*sched->places));
	for (size_t i = sched->n_places; i < n; i++)
		sched->places[i] = NOWHERE;
	sched->n_places = n;
}

void nw_sched_set(struct nw_sched *sched, uint32_t feed, int64_t due_s)
{
	size_t at;

	assert(feed < NOWHERE);
	make_place(sched, feed);
	at = sched->places[feed];
	if (at == NOWHERE) {
		if (sched->n == sched->cap) {
			sched->cap = sched->cap ? sched->cap * 2 : 64;
			sched->heap =
				nw_must_realloc(sched->heap, sched->cap * sizeof(*sched->heap));
		}
		at = sched->n++;
	}
	sched->heap[at] = (struct entry){due_s, feed};
	settle(sched, at);
}

void nw_sched_remove(struct nw_sched *sched, uint32_t feed)
{
	size_t at;

	if (feed >= sched->n_places || sched->places[feed] == NOWHERE)
		return;
	at = sched->places[feed];
	sched->places[feed] = NOWHERE;
	if (at != --sched->n) {
		sched->heap[at] = sched->heap[sched->n];
		settle(sched, at);
	}
}

/* Where the clock is set back, the moments go back with it: no feed waits for as long. */
static void follow_clock(struct nw_sched *sched, int64_t now_s)
{
	const int64_t back_s = now_s > 0 ? sched->now_s - now_s : 0;

	sched->now_s = now_s > 0 ? now_s : 0;
	for (size_t i = 0; back_s > CLOCK_BACK_S && i < sched->n; i++)
		sched->heap[i].due_s -= back_s;
}

bool nw_sched_take(struct nw_sched *sched, int64_t now_s, uint32_t *feed)
{
	*feed = 0;
	follow_clock(sched, now_s);
	if (!sched->n || sched->heap[0].due_s > now_s)
		return false;
	*feed = sched->heap[0].feed;
	nw_sched_remove(sched, *feed);
	return true;
}

int64_t nw_sched_next(const struct nw_sched *sched)
{
	return sched->n ? sched->heap[0].due_s : INT64_MAX;
}

/* SplitMix64 (Steele, Lea, Flood 2014): below most, which may be 0 for none. */
static int64_t draw(struct nw_sched *sched, int64_t most)
{
	uint64_t x = sched->random += 0x9e3779b97f4a7c15u;

	if (most <= 0)
		return 0;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return (int64_t)((x ^ (x >> 31)) % (uint64_t)most);
}

int64_t nw_sched_first(struct nw_sched *sched, int64_t now_s, int64_t spread_s)
{
	return now_s + draw(sched, spread_s);
}

/* Later by up to a tenth, so that what began together drifts apart; at the maximum, earlier. */
static int64_t spread(struct nw_sched *sched, int64_t wait_s, int64_t max_s)
{
	const int64_t jitter = draw(sched, wait_s / 10 + 1);

	return wait_s + jitter > max_s ? max_s - jitter : wait_s + jitter;
}

int64_t nw_sched_report(
	struct nw_sched *sched, const struct nw_sched_report *report, int64_t *interval_s)
{
	const int64_t now_s = report->now_s;
	const struct nw_wait wait = nw_wait_after(report);
	const int64_t min_s = report->min_s > 1 ? report->min_s : 1;
	const int64_t max_s = report->max_s > min_s ? report->max_s : min_s;
	const int64_t planned_s = now_s + spread(sched, wait.wait_s, max_s);
	int64_t due_s = nw_skip(report, planned_s);

	follow_clock(sched, now_s);
	if (due_s !=
		planned_s) /* everyone who skips an hour would come at the next one's first second */
		due_s = nw_skip(report, due_s + draw(sched, wait.wait_s / 10 + 1));
	if (due_s > now_s + max_s)
		due_s = now_s + max_s;
	if (due_s < now_s + min_s)
		due_s = now_s + min_s;
	if (wait.floor_s && due_s < now_s + wait.floor_s)
		due_s = now_s + wait.floor_s + draw(sched, wait.floor_s / 10 + 1);
	*interval_s = wait.interval_s;
	return due_s;
}
