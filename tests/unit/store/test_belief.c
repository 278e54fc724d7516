#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/belief.h"

#define NOW ((int64_t)1700000000)
#define HOUR ((int64_t)3600)
#define DAY (24 * HOUR)
#define YEARS (3653 * DAY)

static void small_steps_are_believed(void **state)
{
	struct nw_belief b = {0};

	(void)state;
	assert_int_equal(nw_belief_now(&b, NOW, 5000), NOW);
	assert_int_equal(nw_belief_now(&b, NOW + 60, 65000), NOW + 60);
	assert_int_equal(nw_belief_now(&b, NOW + 20 * HOUR, 66000), NOW + 20 * HOUR);
	assert_int_equal(nw_belief_now(&b, NOW + 40 * HOUR, 67000), NOW + 40 * HOUR);
}

static void years_ahead_are_believed_after_a_day_and_not_before(void **state)
{
	struct nw_belief b = {0};

	(void)state;
	(void)nw_belief_now(&b, NOW, 0);
	assert_int_equal(nw_belief_now(&b, NOW + YEARS + 10, 10000), NOW + 10);
	assert_int_equal(nw_belief_now(&b, NOW + YEARS + DAY, DAY * 1000), NOW + DAY);
	assert_int_equal(nw_belief_now(&b, NOW + YEARS + DAY + 10, DAY * 1000 + 10000),
		NOW + YEARS + DAY + 10);
	assert_int_equal(
		nw_belief_now(&b, NOW + YEARS + 2 * DAY, DAY * 2000), NOW + YEARS + 2 * DAY);
}

static void clock_that_is_put_right_was_never_believed(void **state)
{
	struct nw_belief b = {0};

	(void)state;
	(void)nw_belief_now(&b, NOW, 0);
	assert_int_equal(nw_belief_now(&b, NOW + YEARS, 10000), NOW + 10);
	assert_int_equal(nw_belief_now(&b, NOW + 20, 20000), NOW + 20);
	/* Doubted anew, and for a whole day from then on. */
	assert_int_equal(nw_belief_now(&b, NOW + YEARS + DAY, DAY * 1000), NOW + DAY);
	assert_int_equal(
		nw_belief_now(&b, NOW + YEARS + DAY + 60, DAY * 1000 + 60000), NOW + DAY + 60);
}

static void two_wrong_times_are_doubted_each_for_a_day(void **state)
{
	struct nw_belief b = {0};

	(void)state;
	(void)nw_belief_now(&b, NOW, 0);
	(void)nw_belief_now(&b, NOW + YEARS, 0);
	assert_int_equal(nw_belief_now(&b, NOW + 2 * YEARS, DAY * 1000 - 1000), NOW + DAY - 1);
	assert_int_equal(nw_belief_now(&b, NOW + 2 * YEARS + 2, DAY * 1000 + 1000), NOW + DAY + 1);
}

static void clock_set_back_is_believed(void **state)
{
	struct nw_belief b = {0};

	(void)state;
	(void)nw_belief_now(&b, NOW, 0);
	assert_int_equal(nw_belief_now(&b, NOW - 2 * DAY, 1000), NOW - 2 * DAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_steps_are_believed),
		cmocka_unit_test(years_ahead_are_believed_after_a_day_and_not_before),
		cmocka_unit_test(clock_that_is_put_right_was_never_believed),
		cmocka_unit_test(two_wrong_times_are_doubted_each_for_a_day),
		cmocka_unit_test(clock_set_back_is_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
