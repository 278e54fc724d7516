#ifndef NW_ALERT_CALENDAR_H
#define NW_ALERT_CALENDAR_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * Local times of a zone of the IANA's database, by the rules of GLib's GTimeZone. Where the
 * clocks are set forward, a local time that does not exist is the moment at which they are;
 * where they are set back, one that exists twice is the first of the two.
 */
struct nw_zone;

/* NULL for a name that the system's database does not have. */
struct nw_zone *nw_zone_open(struct nw_str name);
void nw_zone_close(struct nw_zone *zone); /* NULL is fine */

/* Seconds east of UTC at a moment. */
int32_t nw_zone_offset(const struct nw_zone *zone, int64_t unix_s);

/* The first moment after unix_s at which the local clock shows (or passes over) the minute of a day. */
int64_t nw_zone_next(const struct nw_zone *zone, int64_t unix_s, int minute);
/* The last moment at or before unix_s of that kind. */
int64_t nw_zone_last(const struct nw_zone *zone, int64_t unix_s, int minute);

/*
 * Whether a moment lies in [from, to) of local minutes, over midnight where to < from; *end
 * is when that is over. from == to: never.
 */
bool nw_zone_is_within(
	const struct nw_zone *zone, int64_t unix_s, int from_min, int to_min, int64_t *end);

/* "2026-11-21T07:00:00+02:00"; text has room for NW_WHEN_TEXT. */
const char *nw_zone_rfc3339(const struct nw_zone *zone, int64_t unix_s, char *text);

#endif
