#ifndef NW_CLEAN_DATETEXT_H
#define NW_CLEAN_DATETEXT_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * The first whole date (day, month and year of four digits) in running text, in
 * any language whose months base/when.h knows and in any order: "Tuesday 3 March
 * 2026, 14:20", "March 3rd, 2026", "3.3.2026", "2026年3月3日". Of two numbers that
 * both may be the month, the second is, unless month_first. A day, with no zone.
 */
bool nw_datetext_find(
	struct nw_str text, bool month_first, struct nw_when *when, struct nw_str *raw);

/* The day that a path names: "/2026/03/03/", "/2026-03-03-", "/20260303/". */
bool nw_dateurl_find(struct nw_str url, struct nw_when *when, struct nw_str *raw);

#endif
