#include "base/when.h"
#include "check.h"

static void every_day_of_four_centuries_is_counted(void **state)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t unix_s = -11676096000; /* 1600-01-01 */

	(void)state;
	for (int year = 1600; year <= 2100; year++) {
		const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

		for (int month = 1; month <= 12; month++) {
			const int last = days[month - 1] + (leap && month == 2);

			for (int day = 1; day <= last; day++, unix_s += 86400) {
				const struct nw_civil c = nw_when_civil(unix_s + 86399);

				if (c.year != year || c.month != month || c.day != day)
					fail_msg("%d-%d-%d comes back as %d-%d-%d", year, month,
						day, c.year, c.month, c.day);
				assert_true(nw_when_is_day(year, month, day));
				assert_true(nw_when_from_civil((struct nw_civil){
						    .year = year, .month = month, .day = day}) ==
					unix_s);
			}
			assert_false(nw_when_is_day(year, month, last + 1));
		}
	}
}

static void moments_are_written_in_utc(void **state)
{
	static const struct {
		int64_t unix_s;
		const char *rfc3339;
	} cases[] = {
		{0, "1970-01-01T00:00:00Z"},
		{1072986501, "2004-01-01T19:48:21Z"},
		{784111777, "1994-11-06T08:49:37Z"},
		{-1, "1969-12-31T23:59:59Z"},
		{951782400, "2000-02-29T00:00:00Z"},
		{INT64_MIN, "0001-01-01T00:00:00Z"},
		{INT64_MAX, "9999-12-31T23:59:59Z"},
	};
	char text[NW_WHEN_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_string_equal(nw_when_rfc3339(cases[i].unix_s, text), cases[i].rfc3339);
	}
}

static void the_day_is_the_publishers(void **state)
{
	static const struct {
		struct nw_when when;
		const char *local, *day;
	} cases[] = {
		{{1072986501, 0, NW_WHEN_SECOND}, "2004-01-01T19:48:21Z", "2004-01-01"},
		{{1072986501, 120, NW_WHEN_SECOND}, "2004-01-01T21:48:21+02:00", "2004-01-01"},
		{{1072986501, 330, NW_WHEN_SECOND}, "2004-01-02T01:18:21+05:30", "2004-01-02"},
		{{1072915200, -20, NW_WHEN_SECOND}, "2003-12-31T23:40:00-00:20", "2003-12-31"},
		{{INT64_MAX, 60, NW_WHEN_SECOND}, "9999-12-31T23:59:59+01:00", "9999-12-31"},
		{{0, INT32_MIN, NW_WHEN_SECOND}, "1969-12-31T00:01:00-23:59", "1969-12-31"},
	};
	char text[NW_WHEN_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_string_equal(nw_when_local(cases[i].when, text), cases[i].local);
		assert_string_equal(nw_when_day(cases[i].when, text), cases[i].day);
	}
}

static void days_that_never_were_are_none(void **state)
{
	(void)state;
	assert_false(nw_when_is_day(2003, 2, 29));
	assert_true(nw_when_is_day(2004, 2, 29));
	assert_false(nw_when_is_day(1900, 2, 29));
	assert_false(nw_when_is_day(0, 1, 1));
	assert_false(nw_when_is_day(10000, 1, 1));
	assert_false(nw_when_is_day(2004, 0, 1));
	assert_false(nw_when_is_day(2004, 13, 1));
	assert_false(nw_when_is_day(2004, 1, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_of_four_centuries_is_counted),
		cmocka_unit_test(moments_are_written_in_utc),
		cmocka_unit_test(the_day_is_the_publishers),
		cmocka_unit_test(days_that_never_were_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
