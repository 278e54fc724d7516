#ifndef NW_STORE_READER_H
#define NW_STORE_READER_H

#include "store/journal.h"

/* Reading the journal, and what is kept with it: on a connection of one's own, beside its writer. */
struct nw_journal_reader;
/* Of a journal that is there and of this program's version; needs no right to write the file. */
enum nw_err nw_journal_reader_open(
	const char *path, struct nw_journal_reader **reader, struct nw_error *error) NW_MUST;
void nw_journal_reader_close(struct nw_journal_reader *reader);

/* What to read: records under any key that begins with any of the prefixes. */
struct nw_journal_query {
	int64_t after;                 /* seq > after */
	int64_t upto;                  /* seq <= upto; 0: no end */
	const struct nw_str *prefixes; /* n_prefixes == 0: everything */
	size_t n_prefixes;
	size_t limit; /* records at most: a page; at least 1 */
	size_t bytes; /* the page ends with the record that reaches this; 0: no limit */
	bool no_text; /* leave text empty */
};

/*
 * One page, oldest first, in the arena; no transaction is open afterwards. Each
 * record keeps only the keys asked for. *next is where the following page begins
 * (an `after`), which is further than the last record when later ones do not match;
 * *n == 0 with *next unchanged: nothing there (any more).
 */
enum nw_err nw_journal_read(struct nw_journal_reader *reader, const struct nw_journal_query *query,
	struct nw_arena *arena, struct nw_record **records, size_t *n, int64_t *next,
	struct nw_error *error) NW_MUST;

/*
 * What has been trimmed of what a query asks for: the last seq of it, where that is at or after
 * the query's `after`, else something before it. All that was ever under the prefixes after
 * that seq is there; before it there may be some, since not all is kept equally long
 * (store/keep.h). *oldest as in nw_journal_bounds.
 */
enum nw_err nw_journal_trimmed(struct nw_journal_reader *reader,
	const struct nw_journal_query *query, int64_t *trimmed, int64_t *oldest,
	struct nw_error *error) NW_MUST;

/* The same when the last page was read: what is not in it for that. */
int64_t nw_journal_page_trimmed(const struct nw_journal_reader *reader);
int64_t nw_journal_page_oldest(const struct nw_journal_reader *reader);

/*
 * Oldest seq there is and newest seq ever given; both 0 before the first record,
 * oldest == newest + 1 where every record has been trimmed.
 */
enum nw_err nw_journal_bounds(struct nw_journal_reader *reader, int64_t *oldest, int64_t *newest,
	struct nw_error *error) NW_MUST;

/*
 * The last seq before the first record at or after a time: an `after`. Right for
 * clocks that were set back, too: what is at or after the time is never passed over.
 */
enum nw_err nw_journal_seek_time(struct nw_journal_reader *reader, int64_t unix_ms, int64_t *after,
	struct nw_error *error) NW_MUST;

/*
 * The `after` from which the last query->limit records under the prefixes, up to
 * query->upto, follow; all, where there are fewer. That can be a long way: a step looks at
 * some 1,000 records in a short transaction, and the last one sets is_done and after.
 */
struct nw_journal_seek { /* zeros to begin with */
	int64_t after;
	bool is_done;
	bool begun;
	int64_t wanted, seq; /* how many are to be found still; the last one looked at */
};
enum nw_err nw_journal_seek_step(struct nw_journal_reader *reader,
	const struct nw_journal_query *query, struct nw_journal_seek *seek,
	struct nw_error *error) NW_MUST;
/* All the steps at once. */
enum nw_err nw_journal_seek_last(struct nw_journal_reader *reader,
	const struct nw_journal_query *query, int64_t *after, struct nw_error *error) NW_MUST;

/* The last seq under every key there is, sorted by key; prev holds it. For the heartbeat. */
enum nw_err nw_journal_last_keys(struct nw_journal_reader *reader, struct nw_arena *arena,
	struct nw_journal_key **keys, size_t *n, struct nw_error *error) NW_MUST;

/* Whether anything was ever written under a key that begins so, be it trimmed meanwhile. */
enum nw_err nw_journal_has_key(struct nw_journal_reader *reader, struct nw_str prefix, bool *has,
	struct nw_error *error) NW_MUST;

/* Every durable cursor, the furthest behind first, in the arena. */
struct nw_cursor {
	struct nw_str name;
	int64_t seq, moved_s;
};
enum nw_err nw_journal_cursors(struct nw_journal_reader *reader, struct nw_arena *arena,
	struct nw_cursor **cursors, size_t *n, struct nw_error *error) NW_MUST;

/* A durable cursor's seq; -1 when there is none by that name. */
enum nw_err nw_journal_cursor(struct nw_journal_reader *reader, struct nw_str name, int64_t *seq,
	struct nw_error *error) NW_MUST;

/*
 * One call for each feed's state, by id; and for each of the newest identities (max
 * at most), oldest first, as nw_seen_restore wants them: of two with the same
 * identity the later one holds. No transaction is open during a call.
 */
enum nw_err nw_journal_each_feed(struct nw_journal_reader *reader,
	void (*on_feed)(void *arg, const struct nw_feed_state *state), void *arg,
	struct nw_error *error) NW_MUST;
enum nw_err nw_journal_each_identity(struct nw_journal_reader *reader, size_t max,
	void (*on_identity)(void *arg, const struct nw_identity *identity), void *arg,
	struct nw_error *error) NW_MUST;

/* One call for each of the newest sketches (max at most), oldest first; likewise. */
enum nw_err nw_journal_each_sketch(struct nw_journal_reader *reader, size_t max,
	void (*on_sketch)(void *arg, const struct nw_kept_sketch *sketch), void *arg,
	struct nw_error *error) NW_MUST;

#endif
