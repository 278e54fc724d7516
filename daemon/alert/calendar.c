#include "alert/calendar.h"

#include <glib.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/when.h"

#define DAY_S INT64_C(86400)
#define MARGIN_S (26 * INT64_C(3600)) /* more than any offset, and than a day with a change */

struct nw_zone {
	GTimeZone *zone;
};

struct nw_zone *nw_zone_open(struct nw_str name)
{
	char *copy = nw_must_strdup(name);
	GTimeZone *found = g_time_zone_new_identifier(copy);
	struct nw_zone *zone = NULL;

	if (found) {
		zone = nw_must_calloc(1, sizeof(*zone));
		zone->zone = found;
	}
	free(copy);
	return zone;
}

void nw_zone_close(struct nw_zone *zone)
{
	if (!zone)
		return;
	g_time_zone_unref(zone->zone);
	free(zone);
}

int32_t nw_zone_offset(const struct nw_zone *zone, int64_t unix_s)
{
	const gint interval = g_time_zone_find_interval(zone->zone, G_TIME_TYPE_UNIVERSAL, unix_s);

	return interval < 0 ? 0 : g_time_zone_get_offset(zone->zone, interval);
}

static int64_t local_of(const struct nw_zone *zone, int64_t unix_s)
{
	return unix_s + nw_zone_offset(zone, unix_s);
}

static int64_t floor_day(int64_t s)
{
	return s / DAY_S - (s % DAY_S < 0);
}

/* The first moment from which on the offset is not what it was at `from`; it differs at `to`. */
static int64_t find_change(const struct nw_zone *zone, int64_t from, int64_t to)
{
	const int32_t before = nw_zone_offset(zone, from);

	while (to - from > 1) {
		const int64_t middle = from + (to - from) / 2;

		if (nw_zone_offset(zone, middle) == before)
			from = middle;
		else
			to = middle;
	}
	return to;
}

/* The first moment at which the local clock shows at least `local` seconds since 1970. */
static int64_t moment_of(const struct nw_zone *zone, int64_t local)
{
	const int32_t before = nw_zone_offset(zone, local - MARGIN_S);
	const int64_t unchanged = local - before;
	int64_t change;

	if (nw_zone_offset(zone, unchanged) == before)
		return unchanged;
	change = find_change(zone, local - MARGIN_S, unchanged);
	if (local_of(zone, change) >= local)
		return change;
	return local - nw_zone_offset(zone, change);
}

int64_t nw_zone_next(const struct nw_zone *zone, int64_t unix_s, int minute)
{
	const int64_t today = floor_day(local_of(zone, unix_s));
	int64_t at = 0;

	for (int64_t day = today - 1; day <= today + 2; day++) {
		at = moment_of(zone, day * DAY_S + (int64_t)minute * 60);
		if (at > unix_s)
			break;
	}
	return at;
}

int64_t nw_zone_last(const struct nw_zone *zone, int64_t unix_s, int minute)
{
	const int64_t today = floor_day(local_of(zone, unix_s));
	int64_t at = 0;

	for (int64_t day = today + 1; day >= today - 2; day--) {
		at = moment_of(zone, day * DAY_S + (int64_t)minute * 60);
		if (at <= unix_s)
			break;
	}
	return at;
}

bool nw_zone_is_within(
	const struct nw_zone *zone, int64_t unix_s, int from_min, int to_min, int64_t *end)
{
	*end = 0;
	if (from_min == to_min ||
		nw_zone_last(zone, unix_s, from_min) <= nw_zone_last(zone, unix_s, to_min))
		return false;
	*end = nw_zone_next(zone, unix_s, to_min);
	return true;
}

const char *nw_zone_rfc3339(const struct nw_zone *zone, int64_t unix_s, char *text)
{
	const struct nw_when when = {.unix_s = unix_s,
		.offset_min = nw_zone_offset(zone, unix_s) / 60,
		.precision = NW_WHEN_SECOND};

	return nw_when_local(when, text);
}
