#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "pipeline/today.h"

#define HOUR 3600

/* 2026-03-29T00:00+01:00, a day of 23 hours, and 2026-10-25T00:00+02:00, one of 25. */
#define SHORT_DAY INT64_C(1774738800)
#define LONG_DAY INT64_C(1792879200)

static int live_in_berlin(void **state)
{
	(void)state;
	assert_int_equal(setenv("TZ", "Europe/Berlin", 1), 0);
	tzset();
	return 0;
}

static void a_day_is_from_midnight_to_midnight(void **state)
{
	static const struct {
		int64_t midnight;
		int hours;
	} days[] = {{SHORT_DAY, 23}, {LONG_DAY, 25}, {SHORT_DAY + 23 * HOUR, 24}};

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		const int64_t begins = days[i].midnight, ends = begins + days[i].hours * HOUR;
		struct nw_today today = {0};

		nw_today_add(&today, begins, begins);
		nw_today_add(&today, ends - 1, ends - 1);
		assert_int_equal(nw_today_articles(&today, ends - 1), 2);
		assert_int_equal(nw_today_articles(&today, ends), 0);
	}
}

static void what_is_of_another_day_does_not_count(void **state)
{
	struct nw_today today = {0};

	(void)state;
	nw_today_add(&today, SHORT_DAY - 1, SHORT_DAY + HOUR);
	nw_today_add(&today, SHORT_DAY, SHORT_DAY + HOUR);
	assert_int_equal(nw_today_articles(&today, SHORT_DAY + HOUR), 1);
}

static void a_clock_set_back_begins_another_day(void **state)
{
	struct nw_today today = {0};

	(void)state;
	nw_today_add(&today, SHORT_DAY, SHORT_DAY);
	assert_int_equal(nw_today_articles(&today, SHORT_DAY - 2 * 86400), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_is_from_midnight_to_midnight),
		cmocka_unit_test(what_is_of_another_day_does_not_count),
		cmocka_unit_test(a_clock_set_back_begins_another_day),
	};

	return cmocka_run_group_tests(tests, live_in_berlin, NULL);
}
