#include "base/str.h"
#include "base/when.h"
#include "base/when_read.h"

/*
 * ISO 8601: calendar, ordinal and week dates, extended and basic, cut short and
 * with two-digit years; RFC 3339 and W3C-DTF are among them. Forms that leave
 * the year or the century to the reader ("--12-31", "20") are no dates here.
 */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The run of digits at the front; 0 of them, or more than fit, leave *rest alone. */
static size_t take_digits(struct nw_str *rest, int64_t *value)
{
	size_t n = 0;

	while (n < rest->n && is_digit(rest->p[n]))
		n++;
	if (n == 0 || n > 18)
		return 0;
	(void)nw_str_int(nw_str_head(*rest, n), 0, INT64_MAX, value);
	*rest = nw_str_from(*rest, n);
	return n;
}

static bool take(struct nw_str *rest, char c)
{
	if (!rest->n || rest->p[0] != c)
		return false;
	*rest = nw_str_from(*rest, 1);
	return true;
}

static bool starts_digit(struct nw_str s, size_t at)
{
	return at < s.n && is_digit(s.p[at]);
}

/* A day counted from the first of January, which may lie outside the year. */
static bool set_day_of_year(struct nw_when_reading *r, int64_t day)
{
	const struct nw_civil first = {.year = r->year, .month = 1, .day = 1};
	const struct nw_civil c = nw_when_civil(nw_when_from_civil(first) + (day - 1) * 86400);

	r->year = c.year;
	r->month = c.month;
	r->day = c.day;
	return true;
}

static bool set_ordinal(struct nw_when_reading *r, int64_t day)
{
	const int year = r->year;

	return day >= 1 && day <= 366 && year >= 1 && set_day_of_year(r, day) && r->year == year;
}

/* Week 1 is the one that holds the fourth of January; weeks begin on Monday. */
static bool set_week(struct nw_when_reading *r, int64_t week, int64_t weekday)
{
	const struct nw_civil fourth = {.year = r->year, .month = 1, .day = 4};
	const int64_t days = nw_when_from_civil(fourth) / 86400;
	const int64_t monday = 4 - ((days + 3) % 7 + 7) % 7; /* day of the year, may be below 1 */

	if (week < 1 || week > 53 || weekday < 1 || weekday > 7 || r->year < 2)
		return false;
	return set_day_of_year(r, monday + (week - 1) * 7 + weekday - 1);
}

/* "W52-3", "W523" or "W52", the W taken already. */
static bool read_week(struct nw_str *rest, struct nw_when_reading *r)
{
	int64_t week = 0, weekday = 1;
	const size_t n = take_digits(rest, &week);

	if (n == 3) {
		weekday = week % 10;
		week /= 10;
	} else if (n != 2) {
		return false;
	} else if (rest->n && rest->p[0] == '-' && starts_digit(*rest, 1)) {
		(void)take(rest, '-');
		if (take_digits(rest, &weekday) != 1)
			return false;
	}
	return set_week(r, week, weekday);
}

/* What follows "YYYY": "-MM-DD", "-MM", "-DDD", "-Www-D" or nothing. */
static bool read_after_year(struct nw_str *rest, struct nw_when_reading *r)
{
	int64_t value = 0, day = 1;
	size_t n;

	r->month = r->day = 1;
	if (take(rest, 'W'))
		return read_week(rest, r);
	if (rest->n < 2 || rest->p[0] != '-')
		return true;
	(void)take(rest, '-');
	if (take(rest, 'W'))
		return read_week(rest, r);
	n = take_digits(rest, &value);
	if (n == 4) {
		r->month = (int)(value / 100);
		r->day = (int)(value % 100);
		return true;
	}
	if (n < 1 || n > 3)
		return false;
	if (rest->n && rest->p[0] == '-' && starts_digit(*rest, 1)) {
		(void)take(rest, '-');
		n = take_digits(rest, &day);
		if (n < 1 || n > 2)
			return false;
	} else if (n == 3) {
		return set_ordinal(r, value);
	}
	r->month = value <= 12 ? (int)value : 0;
	r->day = (int)day;
	return true;
}

static void set_day(struct nw_when_reading *r, int year, int64_t month_day)
{
	r->year = year;
	r->month = (int)(month_day / 100);
	r->day = (int)(month_day % 100);
}

static void set_clock(struct nw_when_reading *r, int64_t hhmmss)
{
	r->has_time = true;
	r->hour = (int)(hhmmss / 10000);
	r->minute = (int)(hhmmss / 100 % 100);
	r->second = (int)(hhmmss % 100);
}

/* Six digits: "YYMMDD", which ISO had, else "YYYYMM", which it has not. */
static void set_six(struct nw_when_reading *r, int64_t value)
{
	set_day(r, nw_when_full_year(value / 10000, 2), value % 10000);
	if (!nw_when_is_day(r->year, r->month, r->day))
		set_day(r, (int)(value / 100), value % 100 * 100 + 1);
}

/* "-YYMM" and "-YY-MM". */
static bool read_cut(struct nw_str *rest, struct nw_when_reading *r)
{
	int64_t value, month;
	const size_t n = take_digits(rest, &value);

	if (n == 4) {
		set_day(r, nw_when_full_year(value / 100, 2), value % 100 * 100 + 1);
		return true;
	}
	if (n != 2 || !take(rest, '-') || take_digits(rest, &month) != 2)
		return false;
	set_day(r, nw_when_full_year(value, 2), month * 100 + 1);
	return true;
}

static bool read_date(struct nw_str *rest, struct nw_when_reading *r)
{
	int64_t value = 0;

	if (take(rest, '-'))
		return read_cut(rest, r);
	switch (take_digits(rest, &value)) {
	case 14:
		set_day(r, (int)(value / 10000000000), value / 1000000 % 10000);
		set_clock(r, value % 1000000);
		return true;
	case 12:
		set_day(r, (int)(value / 100000000), value / 10000 % 10000);
		set_clock(r, value % 10000 * 100);
		return true;
	case 8:
		set_day(r, (int)(value / 10000), value % 10000);
		return true;
	case 7:
		r->year = (int)(value / 1000);
		return set_ordinal(r, value % 1000);
	case 6:
		set_six(r, value);
		return true;
	case 5:
		r->year = nw_when_full_year(value / 1000, 2);
		return set_ordinal(r, value % 1000);
	case 4:
		r->year = (int)value;
		return read_after_year(rest, r);
	case 2:
		r->year = nw_when_full_year(value, 2);
		return rest->n > 1 && rest->p[0] == '-' && read_after_year(rest, r);
	default:
		return false;
	}
}

/* A decimal fraction of whatever came last: whole seconds of it count. */
static void add_fraction(struct nw_str *rest, int unit_s, struct nw_when_reading *r)
{
	int64_t tenth = (int64_t)unit_s * 1000000000, sum = 0;

	if (rest->n < 2 || (rest->p[0] != '.' && rest->p[0] != ',') || !starts_digit(*rest, 1))
		return;
	*rest = nw_str_from(*rest, 1);
	while (starts_digit(*rest, 0)) {
		tenth /= 10;
		sum += tenth * (rest->p[0] - '0');
		*rest = nw_str_from(*rest, 1);
	}
	sum /= 1000000000;
	r->minute += (int)(sum / 60);
	r->second += (int)(sum % 60);
}

static bool read_time(struct nw_str *rest, struct nw_when_reading *r)
{
	int64_t value = 0;
	int unit_s = 3600;
	const size_t n = take_digits(rest, &value);

	if (n == 4 || n == 6) {
		set_clock(r, n == 4 ? value * 100 : value);
		unit_s = n == 4 ? 60 : 1;
	} else if (n == 1 || n == 2) {
		set_clock(r, value * 10000);
		if (take(rest, ':')) {
			if (take_digits(rest, &value) != 2)
				return false;
			r->minute = (int)value;
			unit_s = 60;
			if (take(rest, ':')) {
				if (take_digits(rest, &value) != 2)
					return false;
				r->second = (int)value;
				unit_s = 1;
			}
		}
	} else {
		return false;
	}
	add_fraction(rest, unit_s, r);
	return true;
}

/* U+2212 is what ISO 8601 itself prefers for a minus. */
static int take_sign(struct nw_str *rest)
{
	if (take(rest, '+'))
		return 1;
	if (take(rest, '-'))
		return -1;
	if (!nw_str_starts(*rest, NW_STR("\xe2\x88\x92")))
		return 0;
	*rest = nw_str_from(*rest, 3);
	return -1;
}

static bool read_zone(struct nw_str *rest, struct nw_when_reading *r)
{
	int64_t value = 0, minutes = 0;
	size_t n;
	int sign;

	if (take(rest, 'Z') || take(rest, 'z') || !rest->n)
		return true;
	sign = take_sign(rest);
	n = take_digits(rest, &value);
	if (sign && n && n <= 2 && take(rest, ':')) {
		if (take_digits(rest, &minutes) != 2)
			return false;
		value = value * 100 + minutes;
		n = 4;
	}
	if (!sign || !nw_when_offset(value, n, &r->offset_min))
		return sign == 0;
	r->offset_min *= sign;
	return true;
}

bool nw_when_read_iso(struct nw_str text, struct nw_when_reading *r)
{
	struct nw_str rest = text;

	if (!read_date(&rest, r))
		return false;
	if (!r->has_time && rest.n > 1) {
		const struct nw_str after = nw_str_trim(rest);
		const bool apart = after.n < rest.n || take(&rest, 'T') || take(&rest, 't');

		if (apart && starts_digit(nw_str_trim(rest), 0)) {
			rest = nw_str_trim(rest);
			if (!read_time(&rest, r))
				return false;
		}
	}
	rest = nw_str_trim(rest);
	if (!read_zone(&rest, r))
		return false;
	/* Java writes the zone's name behind its offset: "+01:00[Europe/Paris]". */
	return rest.n == 0 || (rest.p[0] == '[' && rest.p[rest.n - 1] == ']');
}
