#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alert/calendar.h"
#include "base/str.h"
#include "base/when.h"

static int64_t utc(const char *text)
{
	struct nw_when when;

	assert_true(nw_when_parse(nw_str(text), &when));
	return when.unix_s;
}

static void is_moment(int64_t got, const char *want)
{
	char text[NW_WHEN_TEXT];

	assert_string_equal(nw_when_rfc3339(got, text), want);
}

static void the_next_time_of_a_day_is_right_around_both_changes_of_clocks(void **state)
{
	static const struct {
		const char *zone, *after;
		int hour, minute;
		const char *next;
	} rows[] = {
		{"UTC", "2026-11-21T12:00:00Z", 7, 0, "2026-11-22T07:00:00Z"},
		{"UTC", "2026-11-21T06:59:59Z", 7, 0, "2026-11-21T07:00:00Z"},
		{"UTC", "2026-11-21T07:00:00Z", 7, 0, "2026-11-22T07:00:00Z"},
		/* no summer time since 2013: two hours east all year */
		{"Africa/Tripoli", "2026-03-28T22:00:00Z", 7, 0, "2026-03-29T05:00:00Z"},
		{"Africa/Tripoli", "2026-10-24T22:00:00Z", 7, 0, "2026-10-25T05:00:00Z"},
		{"Africa/Tripoli", "2026-11-21T21:59:59Z", 0, 0, "2026-11-21T22:00:00Z"},
		/* 2026-03-29 02:00 becomes 03:00; 2026-10-25 03:00 becomes 02:00 */
		{"Europe/Berlin", "2026-03-28T12:00:00Z", 7, 0, "2026-03-29T05:00:00Z"},
		{"Europe/Berlin", "2026-03-27T12:00:00Z", 7, 0, "2026-03-28T06:00:00Z"},
		{"Europe/Berlin", "2026-03-28T12:00:00Z", 2, 30, "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-03-28T12:00:00Z", 2, 0, "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-03-28T12:00:00Z", 3, 0, "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-03-29T01:00:00Z", 2, 30, "2026-03-30T00:30:00Z"},
		{"Europe/Berlin", "2026-10-24T12:00:00Z", 2, 30, "2026-10-25T00:30:00Z"},
		{"Europe/Berlin", "2026-10-25T00:30:00Z", 2, 30, "2026-10-26T01:30:00Z"},
		{"Europe/Berlin", "2026-10-25T01:00:00Z", 2, 30, "2026-10-26T01:30:00Z"},
		{"Europe/Berlin", "2026-10-24T12:00:00Z", 7, 0, "2026-10-25T06:00:00Z"},
		/* 2026-03-08 02:00 becomes 03:00; 2026-11-01 02:00 becomes 01:00 */
		{"America/New_York", "2026-03-07T12:00:00Z", 2, 30, "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-03-07T12:00:00Z", 22, 0, "2026-03-08T03:00:00Z"},
		{"America/New_York", "2026-03-08T12:00:00Z", 22, 0, "2026-03-09T02:00:00Z"},
		{"America/New_York", "2026-10-31T12:00:00Z", 1, 30, "2026-11-01T05:30:00Z"},
		{"America/New_York", "2026-11-01T05:30:00Z", 1, 30, "2026-11-02T06:30:00Z"},
		/* a change at midnight: 2026-04-24 00:00 becomes 01:00 in Cairo */
		{"Africa/Cairo", "2026-04-23T12:00:00Z", 0, 0, "2026-04-23T22:00:00Z"},
		{"Africa/Cairo", "2026-04-23T12:00:00Z", 0, 30, "2026-04-23T22:00:00Z"},
		/* half an hour of summer time */
		{"Australia/Lord_Howe", "2026-10-03T12:00:00Z", 2, 15, "2026-10-03T15:30:00Z"},
		{"Pacific/Kiritimati", "2026-11-21T12:00:00Z", 7, 0, "2026-11-21T17:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nw_zone *zone = nw_zone_open(nw_str(rows[i].zone));
		const int minute = rows[i].hour * 60 + rows[i].minute;
		const int64_t after = utc(rows[i].after);
		int64_t next;

		assert_non_null(zone);
		next = nw_zone_next(zone, after, minute);
		is_moment(next, rows[i].next);
		is_moment(nw_zone_last(zone, next, minute), rows[i].next);
		assert_true(nw_zone_last(zone, next - 1, minute) <= after);
		nw_zone_close(zone);
	}
}

static void quiet_hours_begin_and_end_as_the_clock_on_the_wall_does(void **state)
{
	static const struct {
		const char *zone;
		int from, to; /* hours and minutes as written: 2230 */
		const char *at;
		const char *end; /* NULL: not quiet */
	} rows[] = {
		{"Africa/Tripoli", 2200, 630, "2026-11-21T19:59:59Z", NULL},
		{"Africa/Tripoli", 2200, 630, "2026-11-21T20:00:00Z", "2026-11-22T04:30:00Z"},
		{"Africa/Tripoli", 2200, 630, "2026-11-22T04:29:59Z", "2026-11-22T04:30:00Z"},
		{"Africa/Tripoli", 2200, 630, "2026-11-22T04:30:00Z", NULL},
		{"Europe/Berlin", 2200, 630, "2026-03-28T21:00:00Z", "2026-03-29T04:30:00Z"},
		{"Europe/Berlin", 2200, 630, "2026-03-29T04:30:00Z", NULL},
		{"Europe/Berlin", 2200, 630, "2026-10-24T20:00:00Z", "2026-10-25T05:30:00Z"},
		{"Europe/Berlin", 2200, 630, "2026-10-25T05:29:59Z", "2026-10-25T05:30:00Z"},
		{"America/New_York", 2200, 630, "2026-03-08T03:00:00Z", "2026-03-08T10:30:00Z"},
		{"America/New_York", 2200, 630, "2026-11-01T02:00:00Z", "2026-11-01T11:30:00Z"},
		/* it ends at a time that does not exist: when the clocks are set */
		{"Europe/Berlin", 2200, 230, "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", 2200, 230, "2026-03-29T01:00:00Z", NULL},
		/* ... and at one that exists twice: the first time */
		{"Europe/Berlin", 2200, 230, "2026-10-25T00:29:59Z", "2026-10-25T00:30:00Z"},
		{"Europe/Berlin", 2200, 230, "2026-10-25T00:30:00Z", NULL},
		{"Europe/Berlin", 2200, 230, "2026-10-25T01:15:00Z", NULL},
		/* it begins at one that exists twice, and holds on through the second */
		{"Europe/Berlin", 230, 600, "2026-10-25T00:30:00Z", "2026-10-25T05:00:00Z"},
		{"Europe/Berlin", 230, 600, "2026-10-25T01:15:00Z", "2026-10-25T05:00:00Z"},
		/* all of it lies in the hour that is left out */
		{"Europe/Berlin", 210, 250, "2026-03-29T01:00:00Z", NULL},
		{"Europe/Berlin", 210, 250, "2026-03-29T01:30:00Z", NULL},
		{"UTC", 900, 1700, "2026-11-21T12:00:00Z", "2026-11-21T17:00:00Z"},
		{"UTC", 900, 1700, "2026-11-21T17:00:00Z", NULL},
		{"UTC", 0, 0, "2026-11-21T17:00:00Z", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nw_zone *zone = nw_zone_open(nw_str(rows[i].zone));
		const int from = rows[i].from / 100 * 60 + rows[i].from % 100;
		const int to = rows[i].to / 100 * 60 + rows[i].to % 100;
		int64_t end;

		assert_int_equal(nw_zone_is_within(zone, utc(rows[i].at), from, to, &end),
			rows[i].end != NULL);
		if (rows[i].end)
			is_moment(end, rows[i].end);
		nw_zone_close(zone);
	}
}

/* Every hour of a year: what comes next comes after, within a day and an hour or two, once. */
static void every_day_of_a_year_has_each_time_once(void **state)
{
	static const char *const zones[] = {"Africa/Tripoli", "Europe/Berlin", "America/New_York",
		"Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu"};

	(void)state;
	for (size_t z = 0; z < sizeof(zones) / sizeof(zones[0]); z++) {
		struct nw_zone *zone = nw_zone_open(nw_str(zones[z]));

		for (int minute = 0; minute < 1440; minute += 97) {
			const int64_t begin = utc("2026-01-01T00:00:00Z");
			int64_t at = begin;
			int days = 0;

			for (; at < begin + INT64_C(365) * 86400; days++) {
				const int64_t next = nw_zone_next(zone, at, minute);

				assert_true(next > at && next - at <= 86400 + 7200);
				assert_true(days == 0 || next - at >= 86400 - 7200);
				at = next;
			}
			assert_in_range(days, 365, 366);
		}
		nw_zone_close(zone);
	}
}

static void unknown_zones_are_refused(void **state)
{
	static const char *const names[] = {"Mars/Olympus", "africa/nowhere", "Africa", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_null(nw_zone_open(nw_str(names[i])));
}

static void local_times_are_written_with_their_offset(void **state)
{
	struct nw_zone *zone = nw_zone_open(NW_STR("Africa/Tripoli"));
	char text[NW_WHEN_TEXT];

	(void)state;
	assert_string_equal(nw_zone_rfc3339(zone, utc("2026-11-21T05:00:00Z"), text),
		"2026-11-21T07:00:00+02:00");
	nw_zone_close(zone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_time_of_a_day_is_right_around_both_changes_of_clocks),
		cmocka_unit_test(quiet_hours_begin_and_end_as_the_clock_on_the_wall_does),
		cmocka_unit_test(every_day_of_a_year_has_each_time_once),
		cmocka_unit_test(unknown_zones_are_refused),
		cmocka_unit_test(local_times_are_written_with_their_offset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
