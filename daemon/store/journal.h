#ifndef NW_STORE_JOURNAL_H
#define NW_STORE_JOURNAL_H

#include <stdbool.h>

#include "base/hash.h"
#include "store/state.h"
#include <newswire/article.h>

/*
 * The journal: every message there ever was, in the order of strictly increasing
 * sequence numbers, and what must be durable together with it. This interface is
 * all that the rest knows of where it lives (here: SQLite, WAL, synchronous=FULL).
 *
 * One writer (the STORE thread), any number of readers, each with a connection and
 * a thread of its own. What was committed is on disk. Any database error is NW_E_SYSTEM
 * with SQLite's own words; begin answers it, too, while the file is not where it was opened.
 */

/* A key that a message goes out under, and the seq before it under that key (0: none). */
struct nw_journal_key {
	struct nw_str key;
	int64_t prev;
};

struct nw_record {
	int64_t seq; /* given by append */
	enum nw_kind kind;
	unsigned version;
	int64_t unix_ms;
	struct nw_str id;
	struct nw_str json; /* the tail, as article/encode.h has it */
	struct nw_str text;
	/* Of what makes a new version: title, link and body, not dates. Stored, not sent nor read back. */
	struct nw_hash content;
	bool whole; /* the text is the article's own page, not a stand-in. Stored alike */
	struct nw_journal_key *keys; /* in the order in which they are sent; "all/" first */
	size_t n_keys;
};

/* The most bytes of json and text together, and of all keys with their prevs. */
#define NW_RECORD_MAX ((size_t)64 << 20)
#define NW_RECORD_KEYS_MAX ((size_t)1 << 20)

/* --- the writer --- */
struct nw_journal;
/*
 * Creates or opens the database, with its directory, mode 0640; brings an older one
 * up to date. Refuses one that is newer than this program, that is no journal, or
 * that another process writes (a lock on "<path>.lock" says so).
 */
enum nw_err nw_journal_open(
	const char *path, struct nw_journal **journal, struct nw_error *error) NW_MUST;
void nw_journal_close(struct nw_journal *journal);

enum nw_err nw_journal_begin(struct nw_journal *journal, struct nw_error *error) NW_MUST;
/*
 * Sets record->seq and each key's prev. An item or update whose (id, version) is
 * already there is not added again: seq is then the old one, each prev 0 and *is_new
 * false. NW_E_SYNTAX without a key or with one that is not printable ASCII, NW_E_LIMIT
 * past NW_RECORD_MAX: such a record leaves the transaction as it was.
 */
enum nw_err nw_journal_append(struct nw_journal *journal, struct nw_record *record, bool *is_new,
	struct nw_error *error) NW_MUST;
enum nw_err nw_journal_identify(struct nw_journal *journal, const struct nw_identity *identities,
	size_t n, int64_t now_s, struct nw_error *error) NW_MUST;
enum nw_err nw_journal_save_feed(struct nw_journal *journal, const struct nw_feed_state *state,
	struct nw_error *error) NW_MUST;
enum nw_err nw_journal_save_cursor(struct nw_journal *journal, struct nw_str name, int64_t seq,
	struct nw_error *error) NW_MUST;
/* The newest version of an article, as its record has it; version 0 when there is none. */
struct nw_newest {
	unsigned version;
	struct nw_hash content;
	bool whole;
};
/* On the writer, so that what is being written is seen. */
enum nw_err nw_journal_newest(struct nw_journal *journal, struct nw_str id,
	struct nw_newest *newest, struct nw_error *error) NW_MUST;
/* All since begin is durable at once, or none of it: after NW_E_SYSTEM from any of the above, too. */
enum nw_err nw_journal_commit(struct nw_journal *journal, struct nw_error *error) NW_MUST;
void nw_journal_rollback(struct nw_journal *journal); /* nothing happens outside a transaction */

/* --- readers --- */
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

/* The `after` from which the last n records under the prefixes follow; all, where there are fewer. */
enum nw_err nw_journal_seek_last(struct nw_journal_reader *reader, const struct nw_str *prefixes,
	size_t n_prefixes, int64_t n, int64_t *after, struct nw_error *error) NW_MUST;

/* The last seq under every key there is, sorted by key; prev holds it. For the heartbeat. */
enum nw_err nw_journal_last_keys(struct nw_journal_reader *reader, struct nw_arena *arena,
	struct nw_journal_key **keys, size_t *n, struct nw_error *error) NW_MUST;

/* A durable cursor's seq; 0 when there is none by that name. */
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

#endif
