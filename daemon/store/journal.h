#ifndef NW_STORE_JOURNAL_H
#define NW_STORE_JOURNAL_H

#include <stdbool.h>

#include "base/hash.h"
#include "store/state.h"
#include <newswire/article.h>

/*
 * The journal: every message there ever was, in the order of strictly increasing
 * sequence numbers, and what must be durable together with it. This interface is
 * all that the rest knows of where it lives (here: SQLite, WAL, synchronous=FULL). This is
 * the writer's side; store/reader.h is the other.
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

/* The most bytes of json and text together, and of all keys with their prevs; an id is shorter. */
#define NW_RECORD_MAX ((size_t)64 << 20)
#define NW_RECORD_KEYS_MAX ((size_t)1 << 20)

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
 * Sets record->seq and each key's prev. An article's record (item, update, cancel) of a
 * version that is not after the article's newest is not added: seq and each prev are
 * then 0 and *is_new false. NW_E_SYNTAX without a key or with one that is not printable ASCII, NW_E_LIMIT
 * past NW_RECORD_MAX: such a record leaves the transaction as it was.
 */
enum nw_err nw_journal_append(struct nw_journal *journal, struct nw_record *record, bool *is_new,
	struct nw_error *error) NW_MUST;
enum nw_err nw_journal_identify(struct nw_journal *journal, const struct nw_identity *identities,
	size_t n, int64_t now_s, struct nw_error *error) NW_MUST;
enum nw_err nw_journal_save_feed(struct nw_journal *journal, const struct nw_feed_state *state,
	struct nw_error *error) NW_MUST;
/* For a record of this transaction: once for each. */
enum nw_err nw_journal_save_sketch(struct nw_journal *journal, const struct nw_kept_sketch *sketch,
	struct nw_error *error) NW_MUST;
/*
 * Moves a durable cursor, or makes it: *seq and all before it has been dealt with.
 * It never goes back; *seq is set to where it stands then. NW_E_SYNTAX for a seq that
 * was not given yet, NW_E_LIMIT for a name more than NW_CURSORS_MAX, or more than
 * NW_CURSORS_OF_ONE where a name has a slash, before which stands whose it is.
 */
#define NW_CURSORS_MAX 1000
#define NW_CURSORS_OF_ONE 100
enum nw_err nw_journal_save_cursor(struct nw_journal *journal, struct nw_str name, int64_t *seq,
	int64_t now_s, struct nw_error *error) NW_MUST;
/*
 * The newest version of an article, as its record has or had it: this outlives trimming
 * (store/trim.h). Version 0 when there is none, or it was forgotten.
 */
struct nw_newest {
	unsigned version;
	struct nw_hash content;
	bool whole;
	int64_t seq; /* of its record, which may have been trimmed */
};
/* On the writer, so that what is being written is seen. */
enum nw_err nw_journal_newest(struct nw_journal *journal, struct nw_str id,
	struct nw_newest *newest, struct nw_error *error) NW_MUST;
/*
 * That record: seq, kind, version, json and the names of its keys, in the arena. seq 0:
 * there is none, or it was trimmed.
 */
enum nw_err nw_journal_newest_record(struct nw_journal *journal, struct nw_str id,
	struct nw_arena *arena, struct nw_record *record, struct nw_error *error) NW_MUST;
/* All since begin is durable at once, or none of it: after NW_E_SYSTEM from any of the above, too. */
enum nw_err nw_journal_commit(struct nw_journal *journal, struct nw_error *error) NW_MUST;
void nw_journal_rollback(struct nw_journal *journal); /* nothing happens outside a transaction */

#endif
