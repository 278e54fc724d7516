#ifndef NW_BASE_WHEN_H
#define NW_BASE_WHEN_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * Reads a date as feeds and pages write it: RFC 3339 and ISO 8601 in all its
 * forms, W3C-DTF, RFC 822/1123/2822 with their usual mistakes, asctime, and the
 * odd ones seen in feeds (other languages' day and month names among them).
 * False, and *when zero, where it is none of these or no real day. A date with
 * no zone is UTC; a zone's name stands for the offset it has in RFC 822 or in
 * common use.
 */
bool nw_when_parse(struct nw_str text, struct nw_when *when);

/*
 * 1 to 12 for a month's name, whole or cut short, in any of the languages that
 * news is often written in (case and accents do not matter); 0 for other words.
 */
int nw_when_month(struct nw_str word);

/*
 * Unix seconds of a civil UTC time (proleptic Gregorian), and back. What is read
 * or written lies in the years 1 to 9999: a moment beyond is taken for the nearest.
 */
struct nw_civil {
	int year, month, day, hour, minute, second; /* month and day from 1 */
};
#define NW_WHEN_LAST_S INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
int64_t nw_when_from_civil(struct nw_civil c);
struct nw_civil nw_when_civil(int64_t unix_s);
bool nw_when_is_day(int year, int month, int day); /* a day that exists, in 1 to 9999 */

#define NW_WHEN_TEXT 32
/* "2004-01-01T19:48:21Z" */
const char *nw_when_rfc3339(int64_t unix_s, char text[NW_WHEN_TEXT]);
/* With the moment's own offset: "2004-01-01T19:48:21+02:00"; "Z" for 0. */
const char *nw_when_local(struct nw_when when, char text[NW_WHEN_TEXT]);
/* The day at the moment's own offset: "2004-01-01". */
const char *nw_when_day(struct nw_when when, char text[NW_WHEN_TEXT]);

#endif
