#ifndef NW_STORE_TRIM_H
#define NW_STORE_TRIM_H

#include "store/journal.h"
#include "store/keep.h"

/*
 * Trimming: records go, a few in a transaction, so that what is appended meanwhile
 * hardly waits. A record goes when it is older than it is kept (store/keep.h), or while the
 * database holds more than keep_bytes, first those that have had the largest part of
 * their time, but not before every live cursor is past it: until the database
 * holds twice keep_bytes, and then it goes all the same. A cursor is live for
 * cursor_keep_s after it was last moved; then it is forgotten.
 *
 * What outlives the records: the last seq under each key, so that every prev stays
 * right; the newest `remember` identities; and each article's newest version, as long
 * as it has a record, or has been met within the last `remember` of them. An item that a feed still
 * lists is so not published again, and an update of it counts on.
 */
struct nw_trim {
	int64_t now_s;
	int64_t keep_bytes;    /* in use, 2^60 at most; 0: no limit */
	int64_t cursor_keep_s; /* 0: for ever */
	int64_t remember;
	struct nw_keeps keeps;
};

/* Room for the longest: by CURVE a client's name, a slash and its own, 129 bytes. */
#define NW_TRIM_NAME 136
struct nw_trimmed {
	int64_t records;
	int64_t oldest;     /* seq; one more than the last where nothing is left */
	int64_t bytes;      /* in use; what was given back is written to again */
	int64_t free_bytes; /* which is this */
	bool more;          /* there is more to do now */
	/* Cursors, by their names, cut short; empty for none. */
	char forgotten[NW_TRIM_NAME];
	char overrun[NW_TRIM_NAME]; /* a live one that some of what went was kept for */
};

/* One step, inside a transaction. */
enum nw_err nw_journal_trim(struct nw_journal *journal, const struct nw_trim *rules,
	struct nw_trimmed *trimmed, struct nw_error *error) NW_MUST;

/* NW_E_SYNTAX when there is none by that name. */
enum nw_err nw_journal_forget_cursor(
	struct nw_journal *journal, struct nw_str name, struct nw_error *error) NW_MUST;

#endif
