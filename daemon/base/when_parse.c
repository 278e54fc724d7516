#include "base/when.h"

#include "base/str.h"
#include "base/when_read.h"

#define TEXT_MAX ((size_t)160)

/* Some publishers, and most JSON, give the moment as a number: seconds, or milliseconds. */
static bool read_epoch(struct nw_str text, struct nw_when *when)
{
	int64_t value;

	if ((text.n != 10 && text.n != 13) || !nw_str_int(text, 0, INT64_MAX, &value))
		return false;
	when->unix_s = text.n == 13 ? value / 1000 : value;
	when->precision = NW_WHEN_SECOND;
	return text.p[0] != '0';
}

bool nw_when_offset(int64_t value, size_t digits, int32_t *minutes)
{
	if (digits == 6)
		value /= 100;
	else if (digits <= 2)
		value *= 100;
	*minutes = (int32_t)(value / 100 * 60 + value % 100);
	return digits >= 1 && digits <= 6 && digits != 5 && value / 100 < 24 && value % 100 < 60;
}

int nw_when_full_year(int64_t value, size_t digits)
{
	if (digits <= 2)
		return (int)(value < 50 ? 2000 + value : 1900 + value);
	return digits == 3 ? (int)(1900 + value) : digits == 4 ? (int)value : 0;
}

/* A day's end may be written 24:00:00, a leap second :60; both are the next second. */
static bool is_time(const struct nw_when_reading *r)
{
	if (r->hour == 24)
		return r->minute == 0 && r->second == 0;
	return r->hour >= 0 && r->hour < 24 && r->minute >= 0 && r->minute < 60 && r->second >= 0 &&
		r->second <= 60;
}

bool nw_when_parse(struct nw_str text, struct nw_when *when)
{
	struct nw_when_reading r = {0};

	*when = (struct nw_when){0};
	text = nw_str_trim(text);
	if (text.n == 0 || text.n > TEXT_MAX)
		return false;
	if (read_epoch(text, when))
		return true;
	*when = (struct nw_when){0};
	if (!nw_when_read_iso(text, &r)) {
		r = (struct nw_when_reading){0};
		if (!nw_when_read_words(text, &r))
			return false;
	}
	if (!nw_when_is_day(r.year, r.month, r.day) || !is_time(&r))
		return false;
	when->unix_s = nw_when_from_civil((struct nw_civil){
			       r.year, r.month, r.day, r.hour, r.minute, r.second}) -
		(int64_t)r.offset_min * 60;
	when->offset_min = r.offset_min;
	when->precision = r.has_time ? NW_WHEN_SECOND : NW_WHEN_DAY;
	return true;
}
