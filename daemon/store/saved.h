#ifndef NW_STORE_SAVED_H
#define NW_STORE_SAVED_H

#include <limits.h>
#include <signal.h>

#include <newswire/base.h>

/*
 * A journal saved to a file of its own, and one put back. What it is written to has its
 * name once it is whole and on disk, and is "<name>.part" or "<name>.restored.part" until then.
 */
struct nw_saving {
	const char *database;
	const char *file;
	int64_t now_s; /* for the name of what a restored one replaces */
	/* Now and then, for whoever waits; NULL: nobody does. */
	void (*on_progress)(void *arg, int64_t pages_done, int64_t pages);
	void *arg;
	/* Set by a signal: it gives up, and leaves nothing half. NULL: nobody can. */
	const volatile sig_atomic_t *stop;
};

struct nw_saved {
	int64_t bytes;
	int64_t newest;          /* the last seq in it */
	int64_t was_newest;      /* of what was replaced; -1: nothing was, or it cannot be read */
	bool goes_on;            /* with the number after that; else after `newest` */
	char replaced[PATH_MAX]; /* what that is called now; empty: nothing was there */
};

/*
 * Of a journal whose daemon runs, or does not: all that is committed when it begins. It is
 * read in one transaction of a connection of its own: nobody waits for it, but the write-ahead
 * log keeps what is written meanwhile. Never over a file that is there; mode 0600.
 */
enum nw_err nw_journal_save(
	const struct nw_saving *saving, struct nw_saved *saved, struct nw_error *error) NW_MUST;

/*
 * Refuses while a daemon has the journal, and what is no journal, a newer one or a damaged
 * one, or one with tables or triggers that are not ours. What was there stays under another name,
 * and no number is given out that it has given already, where that can be read. One of an older form is brought up to date at
 * the next start.
 */
enum nw_err nw_journal_put_back(
	const struct nw_saving *saving, struct nw_saved *saved, struct nw_error *error) NW_MUST;

#endif
