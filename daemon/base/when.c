#include "base/when.h"

#include <stdio.h>

#define DAY_S ((int64_t)86400)
#define FIRST_S ((int64_t)-62135596800) /* 0001-01-01T00:00:00Z */

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool nw_when_is_day(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && is_leap(year));
}

/*
 * Days since 1970-01-01, counted in years that begin in March, so that the leap
 * day is a year's last, and in eras of 400 years, which are all alike.
 */
static int64_t days_from_civil(int year, int month, int day)
{
	const int64_t y = (int64_t)year - (month <= 2);
	const int64_t era = (y >= 0 ? y : y - 399) / 400;
	const int64_t of_era = y - era * 400;
	const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int64_t nw_when_from_civil(struct nw_civil c)
{
	return days_from_civil(c.year, c.month, c.day) * DAY_S + (int64_t)c.hour * 3600 +
		(int64_t)c.minute * 60 + c.second;
}

static int64_t clamp(int64_t unix_s)
{
	return unix_s < FIRST_S ? FIRST_S : unix_s > NW_WHEN_LAST_S ? NW_WHEN_LAST_S : unix_s;
}

struct nw_civil nw_when_civil(int64_t unix_s)
{
	const int64_t s = clamp(unix_s);
	const int64_t of_day = ((s % DAY_S) + DAY_S) % DAY_S;
	const int64_t days = (s - of_day) / DAY_S + 719468;
	const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	const int64_t of_era = days - era * 146097;
	const int64_t year =
		(of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365; /* of the era */
	const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	const int64_t from_march = (5 * of_year + 2) / 153;
	const int month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);

	return (struct nw_civil){
		.year = (int)(year + era * 400 + (month <= 2)),
		.month = month,
		.day = (int)(of_year - (153 * from_march + 2) / 5 + 1),
		.hour = (int)(of_day / 3600),
		.minute = (int)(of_day / 60 % 60),
		.second = (int)(of_day % 60),
	};
}

static const char *write_moment(int64_t local_s, const char *zone, char text[NW_WHEN_TEXT])
{
	const struct nw_civil c = nw_when_civil(local_s);

	(void)snprintf(text, NW_WHEN_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d%.6s", c.year, c.month,
		c.day, c.hour, c.minute, c.second, zone);
	return text;
}

const char *nw_when_rfc3339(int64_t unix_s, char text[NW_WHEN_TEXT])
{
	return write_moment(unix_s, "Z", text);
}

#define OFFSET_MAX_MIN (23 * 60 + 59)

/* A moment may come from a file or another program: what no clock shows is cut to what one can. */
static int offset_of(struct nw_when when)
{
	if (when.offset_min > OFFSET_MAX_MIN)
		return OFFSET_MAX_MIN;
	return when.offset_min < -OFFSET_MAX_MIN ? -OFFSET_MAX_MIN : when.offset_min;
}

static int64_t local_s(struct nw_when when)
{
	return clamp(when.unix_s) + (int64_t)offset_of(when) * 60;
}

const char *nw_when_local(struct nw_when when, char text[NW_WHEN_TEXT])
{
	const int offset = offset_of(when);
	const int away = offset < 0 ? -offset : offset;
	char zone[16];

	if (offset == 0)
		return nw_when_rfc3339(when.unix_s, text);
	(void)snprintf(
		zone, sizeof(zone), "%c%02d:%02d", offset < 0 ? '-' : '+', away / 60, away % 60);
	return write_moment(local_s(when), zone, text);
}

const char *nw_when_day(struct nw_when when, char text[NW_WHEN_TEXT])
{
	const struct nw_civil c = nw_when_civil(local_s(when));

	(void)snprintf(text, NW_WHEN_TEXT, "%04d-%02d-%02d", c.year, c.month, c.day);
	return text;
}
