#include <stdlib.h>

#include "bench.h"
#include "sched/sched.h"

/*
 * Whole rounds of a schedule: every feed is taken when it is the most overdue, and goes
 * back in at a later moment. Bare is the C library sorting the same moments once a
 * round (qsort), which is the least that an order costs without a heap.
 */
#define FEEDS 100000
#define ROUNDS 3

struct moment {
	int64_t due_s;
	uint32_t feed;
};

struct bench {
	struct nw_sched *sched;
	struct moment *moments;
};

/* Spread, and the same in every run. */
static int64_t next_of(uint32_t feed, int64_t now_s)
{
	return now_s + 300 + (int64_t)(feed * 2654435761U % 14100);
}

static double take_and_set(void *arg)
{
	struct bench *b = arg;
	uint32_t feed;

	for (int i = 0; i < FEEDS * ROUNDS; i++) {
		const int64_t now_s = nw_sched_next(b->sched);

		if (!nw_sched_take(b->sched, now_s, &feed))
			abort();
		nw_sched_set(b->sched, feed, next_of(feed, now_s));
	}
	return FEEDS * ROUNDS;
}

static int by_moment(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->due_s != y->due_s)
		return x->due_s < y->due_s ? -1 : 1;
	return (x->feed > y->feed) - (x->feed < y->feed);
}

static double sort_rounds(void *arg)
{
	struct bench *b = arg;

	for (int round = 0; round < ROUNDS; round++) {
		for (uint32_t i = 0; i < FEEDS; i++)
			b->moments[i].due_s = next_of(b->moments[i].feed, b->moments[i].due_s);
		qsort(b->moments, FEEDS, sizeof(*b->moments), by_moment);
	}
	return FEEDS * ROUNDS;
}

int main(void)
{
	struct bench b = {nw_sched_new(1), calloc(FEEDS, sizeof(struct moment))};
	const struct nw_bench row = {.name = "schedule: taken and set, 100,000",
		.unit = "feeds",
		.bare_name = "qsort of the same moments",
		.reach = 0.2,
		.ours = take_and_set,
		.bare = sort_rounds,
		.arg = &b};

	if (!b.moments)
		return 1;
	for (uint32_t i = 0; i < FEEDS; i++) {
		b.moments[i] = (struct moment){next_of(i, 0), i};
		nw_sched_set(b.sched, i, b.moments[i].due_s);
	}
	nw_bench_run(&row);
	free(b.moments);
	nw_sched_free(b.sched);
	return 0;
}
