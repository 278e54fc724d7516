#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "sched/sched.h"

#define HOUR ((int64_t)3600)
#define DAY ((int64_t)86400)
#define NOW ((int64_t)1700000000) /* a Tuesday, 22:13:20 UTC */

static void most_overdue_feed_comes_first(void **state)
{
	struct nw_sched *s = nw_sched_new(1);
	uint32_t feed;

	(void)state;
	nw_sched_set(s, 3, 30);
	nw_sched_set(s, 1, 10);
	nw_sched_set(s, 9, 10);
	nw_sched_set(s, 2, 20);
	assert_int_equal(nw_sched_next(s), 10);
	assert_false(nw_sched_take(s, 9, &feed));
	for (uint32_t want = 1; want <= 3; want++) {
		assert_true(nw_sched_take(s, 30, &feed));
		assert_int_equal(feed, want == 2 ? 9 : want == 3 ? 2 : 1);
	}
	assert_true(nw_sched_take(s, 30, &feed));
	assert_int_equal(feed, 3);
	assert_false(nw_sched_take(s, INT64_MAX, &feed));
	assert_int_equal(nw_sched_next(s), INT64_MAX);
	nw_sched_free(s);
}

static void clock_set_back_takes_the_moments_with_it(void **state)
{
	const struct nw_sched_report report = {
		.now_s = NOW - 2 * DAY, .min_s = HOUR, .max_s = HOUR, .interval_s = HOUR};
	struct nw_sched *s = nw_sched_new(1);
	int64_t interval_s;
	uint32_t feed;

	(void)state;
	nw_sched_set(s, 1, NOW + 100);
	nw_sched_set(s, 2, NOW + 200);
	assert_false(nw_sched_take(s, NOW, &feed));
	assert_false(nw_sched_take(s, NOW - 2 * DAY + 60, &feed));
	assert_int_equal(nw_sched_next(s), NOW - 2 * DAY + 160);
	assert_false(nw_sched_take(s, NOW - 2 * DAY + 10, &feed)); /* by less than a minute: not */
	assert_int_equal(nw_sched_next(s), NOW - 2 * DAY + 160);
	assert_true(nw_sched_take(s, NOW + 10 * 365 * DAY, &feed));
	assert_int_equal(feed, 1);
	(void)nw_sched_report(s, &report, &interval_s);
	assert_true(nw_sched_next(s) <= NOW - 2 * DAY); /* the other was overdue, and is */
	nw_sched_free(s);
}

static void feed_is_set_again_and_removed(void **state)
{
	struct nw_sched *s = nw_sched_new(1);
	uint32_t feed;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		nw_sched_set(s, i, 1000 + i);
	nw_sched_set(s, 99, 5);
	nw_sched_set(s, 0, 5000);
	nw_sched_remove(s, 1);
	nw_sched_remove(s, 1);
	nw_sched_remove(s, 123456);
	assert_true(nw_sched_take(s, 5000, &feed));
	assert_int_equal(feed, 99);
	assert_true(nw_sched_take(s, 5000, &feed));
	assert_int_equal(feed, 2);
	nw_sched_free(s);
}

/* The heap against the plainest thing that could be right. */
static void heap_agrees_with_a_search_through_all(void **state)
{
	enum { FEEDS = 200 };
	struct nw_sched *s = nw_sched_new(1);
	int64_t due[FEEDS];
	uint32_t feed, x = 12345;

	(void)state;
	for (int i = 0; i < FEEDS; i++)
		due[i] = INT64_MAX;
	for (int step = 0; step < 20000; step++) {
		uint32_t best = 0;

		x = x * 1664525u + 1013904223u;
		feed = (x >> 8) % FEEDS;
		switch (x >> 30) {
		case 0:
			nw_sched_remove(s, feed);
			due[feed] = INT64_MAX;
			continue;
		case 1:
			for (uint32_t i = 1; i < FEEDS; i++)
				best = due[i] < due[best] ? i : best;
			assert_int_equal(nw_sched_next(s), due[best]);
			if (nw_sched_take(s, INT64_MAX - 1, &feed)) {
				assert_int_equal(feed, best);
				due[feed] = INT64_MAX;
			} else {
				assert_true(due[best] == INT64_MAX);
			}
			continue;
		default:
			due[feed] = (x >> 4) % 1000;
			nw_sched_set(s, feed, due[feed]);
		}
	}
	nw_sched_free(s);
}

static struct nw_sched_report usual(void)
{
	return (struct nw_sched_report){
		.now_s = NOW, .min_s = 600, .max_s = DAY, .interval_s = HOUR, .new_items = 1};
}

/* The wait after one report, by a schedule of its own; and the interval to remember. */
static int64_t wait_after(const struct nw_sched_report *r, int64_t *interval_s)
{
	struct nw_sched *s = nw_sched_new(7);
	int64_t ignored;
	const int64_t due = nw_sched_report(s, r, interval_s ? interval_s : &ignored);

	nw_sched_free(s);
	return due - r->now_s;
}

static void same_seed_gives_the_same_times(void **state)
{
	struct nw_sched *a = nw_sched_new(42), *b = nw_sched_new(42), *c = nw_sched_new(43);
	const struct nw_sched_report r = usual();
	int64_t interval;
	int differ = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		const int64_t due = nw_sched_report(a, &r, &interval);

		assert_int_equal(due, nw_sched_report(b, &r, &interval));
		differ += due != nw_sched_report(c, &r, &interval);
		assert_int_equal(nw_sched_first(a, NOW, 300), nw_sched_first(b, NOW, 300));
		(void)nw_sched_first(c, NOW, 300);
	}
	assert_true(differ > 50);
	nw_sched_free(a);
	nw_sched_free(b);
	nw_sched_free(c);
}

static void first_visits_are_spread_over_the_start(void **state)
{
	struct nw_sched *s = nw_sched_new(7);
	int early = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		const int64_t due = nw_sched_first(s, NOW, 100);

		assert_in_range(due, NOW, NOW + 99);
		early += due < NOW + 50;
	}
	assert_in_range(early, 400, 600);
	assert_int_equal(nw_sched_first(s, NOW, 0), NOW);
	nw_sched_free(s);
}

static void jitter_is_a_tenth_at_most_and_stays_within_the_bounds(void **state)
{
	struct nw_sched *s = nw_sched_new(7);
	struct nw_sched_report r = usual();
	int64_t interval, least = INT64_MAX, most = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		const int64_t wait = nw_sched_report(s, &r, &interval) - NOW;

		assert_in_range(wait, HOUR, HOUR + HOUR / 10);
		least = wait < least ? wait : least;
		most = wait > most ? wait : most;
	}
	assert_true(most - least > HOUR / 20);
	r.max_age_s = INT64_MAX;
	for (int i = 0; i < 1000; i++)
		assert_in_range(nw_sched_report(s, &r, &interval) - NOW, DAY - DAY / 10 - 1, DAY);
	nw_sched_free(s);
}

static void idle_feed_stretches_and_a_burst_shortens(void **state)
{
	struct nw_sched_report r = usual();
	int64_t interval;

	(void)state;
	r.new_items = 0;
	(void)wait_after(&r, &interval);
	assert_in_range(interval, HOUR + HOUR / 8, HOUR + HOUR / 2);
	for (int i = 0; i < 50; i++) {
		r.interval_s = interval;
		(void)wait_after(&r, &interval);
	}
	assert_int_equal(interval, DAY);
	r.new_items = 5;
	r.interval_s = DAY;
	(void)wait_after(&r, &interval);
	assert_int_equal(interval, DAY / 2);
	for (int i = 0; i < 50; i++) {
		r.interval_s = interval;
		(void)wait_after(&r, &interval);
	}
	assert_int_equal(interval, 600);
}

static void interval_follows_the_publishing_rate(void **state)
{
	struct nw_sched_report r = usual();
	int64_t interval;

	(void)state;
	r.interval_s = 0;
	r.spacing_s = 4 * HOUR;
	r.newest_s = NOW - HOUR;
	(void)wait_after(&r, &interval);
	assert_int_equal(interval, 2 * HOUR);
	r.newest_s = NOW - 4 * DAY; /* silent for much longer than it used to be */
	(void)wait_after(&r, &interval);
	assert_int_equal(interval, DAY / 2);
	r.newest_s = NOW + 5 * DAY; /* a date in the future says nothing */
	(void)wait_after(&r, &interval);
	assert_int_equal(interval, 2 * HOUR);
	r.interval_s = DAY;
	r.new_items = 9;
	r.spacing_s = HOUR;
	r.newest_s = NOW;
	(void)wait_after(&r, &interval);
	assert_int_equal(interval, HOUR / 2);
}

static void longest_of_what_is_asked_for_is_waited(void **state)
{
	struct nw_sched_report r = usual();

	(void)state;
	r.max_age_s = 2 * HOUR;
	assert_in_range(wait_after(&r, NULL), 2 * HOUR, 2 * HOUR * 11 / 10);
	r.feed_says_s = 3 * HOUR;
	assert_in_range(wait_after(&r, NULL), 3 * HOUR, 3 * HOUR * 11 / 10);
	r.expires_s = NOW + 5 * HOUR;
	assert_in_range(wait_after(&r, NULL), 5 * HOUR, 5 * HOUR * 11 / 10);
	r.expires_s = NOW - 5 * HOUR;
	assert_in_range(wait_after(&r, NULL), 3 * HOUR, 3 * HOUR * 11 / 10);
}

static void retry_after_may_go_past_the_maximum_up_to_a_day(void **state)
{
	struct nw_sched_report r = usual();

	(void)state;
	r.max_s = 2 * HOUR;
	r.failures = 1;
	r.retry_after_s = 5 * HOUR;
	assert_in_range(wait_after(&r, NULL), 5 * HOUR, 5 * HOUR * 11 / 10);
	r.retry_after_s = INT64_MAX;
	assert_in_range(wait_after(&r, NULL), DAY, DAY * 11 / 10);
	r.retry_after_s = 1;
	assert_in_range(wait_after(&r, NULL), 600, 660);
}

static void failures_back_off_and_never_stop(void **state)
{
	struct nw_sched_report r = usual();
	int64_t interval, last = 0;

	(void)state;
	for (r.failures = 1; r.failures < 12; r.failures++) {
		const int64_t wait = wait_after(&r, &interval);

		assert_int_equal(interval, HOUR); /* what was learned is kept */
		assert_true(wait >= 600 && wait <= DAY);
		assert_true(wait > last || wait > DAY * 8 / 10);
		last = wait;
	}
	r.failures = 4000000000u;
	assert_in_range(wait_after(&r, NULL), DAY * 9 / 10 - 1, DAY);
}

static void skipped_hours_and_days_are_left_out(void **state)
{
	struct nw_sched_report r = usual();
	int64_t due;

	(void)state;
	r.skip_hours = 1u << 23 | 1u << 0 | 1u << 1; /* of Wednesday */
	due = NOW + wait_after(&r, NULL);
	assert_int_equal(due / HOUR % 24, 2);
	r.skip_hours = 0;
	r.skip_days = 1u << 2; /* Tuesday */
	due = NOW + wait_after(&r, NULL);
	assert_int_equal((due / DAY + 4) % 7, 3);
	assert_true(due % DAY < HOUR);
	r.skip_days = 0x7f; /* all of them: not to be taken at its word */
	assert_in_range(wait_after(&r, NULL), HOUR, HOUR * 11 / 10);
	r.skip_days = 0x7f & ~(1u << 5); /* only Fridays: the configuration's maximum comes first */
	assert_int_equal(wait_after(&r, NULL), DAY);
}

static void absurd_values_are_borne(void **state)
{
	static const int64_t values[] = {INT64_MIN, -1, 0, 1, 599, HOUR, INT64_MAX};
	struct nw_sched_report r;
	uint32_t x = 1;
	int64_t wait;

	(void)state;
	for (int i = 0; i < 100000; i++) {
#define ANY values[(x = x * 1664525u + 1013904223u) >> 24 & 255 ? (x >> 24) % 7 : 6]
		r = (struct nw_sched_report){.now_s = NOW,
			.min_s = 600,
			.max_s = DAY,
			.interval_s = ANY,
			.max_age_s = ANY,
			.expires_s = ANY,
			.feed_says_s = ANY,
			.retry_after_s = ANY,
			.newest_s = ANY,
			.spacing_s = ANY,
			.new_items = x >> 30,
			.failures = x >> 16 & 1 ? x : 0,
			.skip_hours = x >> 8,
			.skip_days = x >> 12};
#undef ANY
		wait = wait_after(&r, NULL);
		assert_true(wait >= 600 && wait <= DAY * 11 / 10);
	}
	r = (struct nw_sched_report){.now_s = NOW};
	assert_int_equal(wait_after(&r, NULL), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(most_overdue_feed_comes_first),
		cmocka_unit_test(clock_set_back_takes_the_moments_with_it),
		cmocka_unit_test(feed_is_set_again_and_removed),
		cmocka_unit_test(heap_agrees_with_a_search_through_all),
		cmocka_unit_test(same_seed_gives_the_same_times),
		cmocka_unit_test(first_visits_are_spread_over_the_start),
		cmocka_unit_test(jitter_is_a_tenth_at_most_and_stays_within_the_bounds),
		cmocka_unit_test(idle_feed_stretches_and_a_burst_shortens),
		cmocka_unit_test(interval_follows_the_publishing_rate),
		cmocka_unit_test(longest_of_what_is_asked_for_is_waited),
		cmocka_unit_test(retry_after_may_go_past_the_maximum_up_to_a_day),
		cmocka_unit_test(failures_back_off_and_never_stop),
		cmocka_unit_test(skipped_hours_and_days_are_left_out),
		cmocka_unit_test(absurd_values_are_borne),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
