#ifndef TESTS_UNIT_STORY_MONTH_H
#define TESTS_UNIT_STORY_MONTH_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * A simulated month of news with its truth: stories that many publishers report (wire
 * copies cut, lengthened and under other titles; rewrites in other words; follow-ups on
 * the days after; updates, corrections, withdrawals), among many more articles that belong
 * to no story but their own, some of them about much the same in the same place. Written
 * from tests/fixtures/story/month/LANGUAGE.txt. The same seed gives the same month.
 */
enum month_kind {
	MONTH_ITEM,
	MONTH_UPDATE,     /* a new version that says more */
	MONTH_CORRECTION, /* a new version in which a number is another */
	MONTH_CANCEL,     /* withdrawn: title and body are empty */
};

/* Strings are valid until the next article is asked for. */
struct month_article {
	char id[33]; /* of every version the same */
	enum month_kind kind;
	unsigned version; /* from 1 */
	struct nw_str title, body, language, site, url;
	int64_t published_s, seen_s; /* Unix seconds; they come in the order of seen_s */
	unsigned story;              /* the true one */
	unsigned size;               /* items of that story in the whole month */
	bool is_first;               /* the first report of its story */
	bool is_copy;                /* of what another publisher had before */
	bool is_later;               /* a follow-up: what came of it */
};

struct month_options {
	const char *directory; /* of LANGUAGE.txt */
	uint64_t seed;
	unsigned items,
		stories; /* 20,000 and 300: stories of more than one article, others alone */
};

#define MONTH_START_S 1772323200 /* 2026-03-01T00:00:00Z */

/* Ends the test program with a line when the directory cannot be read. */
struct month *month_new(const struct month_options *options);
void month_free(struct month *month);

/* False at the end of the month. */
bool month_next(struct month *month, struct month_article *article);

/* How many of so many months a test plays: the first three, or with NW_MONTHS in the environment all. */
size_t month_count(size_t all);

#endif
