#ifndef NW_STORE_JOURNAL_H
#define NW_STORE_JOURNAL_H

#include <stdbool.h>

#include "base/hash.h"
#include <newswire/article.h>

/*
 * The journal: every message there ever was, in the order of strictly increasing
 * sequence numbers, and what must be durable together with it. This interface is
 * all that the rest knows of where it lives (here: SQLite, WAL, synchronous=FULL).
 *
 * One writer (the STORE thread), any number of readers, each with a connection and
 * a thread of its own. What was committed is on disk. Any database error is
 * NW_E_SYSTEM with SQLite's own words; a full disk says so.
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
	struct nw_hash content; /* of what makes a new version: title, link and body, not dates; stored, not sent */
	struct nw_journal_key *keys; /* in the order in which they are sent; "all/" first */
	size_t n_keys;
};

/* What makes an item known again (seen/seen.h), durable in the commit of its article. */
struct nw_identity {
	struct nw_hash identity;
	struct nw_hash article; /* the article's id */
	struct nw_hash content; /* of what the feed said; zero for an identity by URL */
};

/* A feed's memory between visits; saved with the last article of a visit. */
struct nw_feed_state {
	struct nw_str id;  /* the feed's name in the configuration */
	struct nw_str url; /* the one the validators belong to */
	struct nw_str etag, last_modified; /* byte for byte as sent */
	struct nw_hash body;
	struct nw_str state;  /* "ok", "not-modified", "dns" ...: fetch/state.h */
	struct nw_str reason; /* for a person; empty when all is well */
	int64_t state_since_s, last_visit_s, last_ok_s, last_new_s, next_due_s;
	int64_t interval_s; /* the adaptive interval */
	int64_t failures;   /* in a row */
	int64_t items, articles;  /* at the last visit; ever */
	int64_t moved;      /* permanent redirects seen in a row, all to moved_to */
	struct nw_str moved_to;
	struct nw_str title;
};

/* --- the writer --- */
struct nw_journal;

/* Creates or opens the database, with its directory; refuses one that is newer than this program. */
enum nw_err nw_journal_open(const char *path, struct nw_journal **journal, struct nw_error *error) NW_MUST;
void nw_journal_close(struct nw_journal *journal);

enum nw_err nw_journal_begin(struct nw_journal *journal, struct nw_error *error) NW_MUST;
/*
 * Sets record->seq and each key's prev. An item or update whose (id, version) is
 * already there is not added again: seq is then the old one and *is_new false.
 */
enum nw_err nw_journal_append(struct nw_journal *journal, struct nw_record *record, bool *is_new,
	struct nw_error *error) NW_MUST;
enum nw_err nw_journal_identify(struct nw_journal *journal, const struct nw_identity *identities,
	size_t n, int64_t now_s, struct nw_error *error) NW_MUST;
enum nw_err nw_journal_save_feed(struct nw_journal *journal, const struct nw_feed_state *state,
	struct nw_error *error) NW_MUST;
enum nw_err nw_journal_save_cursor(
	struct nw_journal *journal, struct nw_str name, int64_t seq, struct nw_error *error) NW_MUST;
/*
 * The newest version of an article and its content (as its record has it); version 0
 * when there is none. On the writer, so that what is being written is seen.
 */
enum nw_err nw_journal_newest(struct nw_journal *journal, struct nw_str id, unsigned *version,
	struct nw_hash *content, struct nw_error *error) NW_MUST;
/* All since begin becomes durable at once, or (after any failure) none of it. */
enum nw_err nw_journal_commit(struct nw_journal *journal, struct nw_error *error) NW_MUST;
void nw_journal_rollback(struct nw_journal *journal);

/* --- readers --- */
struct nw_journal_reader;

enum nw_err nw_journal_reader_open(
	const char *path, struct nw_journal_reader **reader, struct nw_error *error) NW_MUST;
void nw_journal_reader_close(struct nw_journal_reader *reader);

/* What to read: records under any key that begins with any of the prefixes. */
struct nw_journal_query {
	int64_t after;                /* seq > after */
	int64_t upto;                 /* seq <= upto; 0: no end */
	const struct nw_str *prefixes; /* n_prefixes == 0: everything */
	size_t n_prefixes;
	size_t limit;                 /* records at most: a page */
	size_t bytes;                 /* and about this many bytes */
	bool no_text;                 /* leave text empty */
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

/* Oldest and newest seq; both 0 in an empty journal. */
enum nw_err nw_journal_bounds(struct nw_journal_reader *reader, int64_t *oldest, int64_t *newest,
	struct nw_error *error) NW_MUST;

/* The last seq before the first record at or after a time: an `after`. */
enum nw_err nw_journal_seek_time(struct nw_journal_reader *reader, int64_t unix_ms, int64_t *after,
	struct nw_error *error) NW_MUST;

/* The `after` from which exactly the last n messages under the prefixes follow. */
enum nw_err nw_journal_seek_last(struct nw_journal_reader *reader, const struct nw_str *prefixes,
	size_t n_prefixes, int64_t n, int64_t *after, struct nw_error *error) NW_MUST;

/* The last seq under every key there is, sorted by key; prev holds it. For the heartbeat. */
enum nw_err nw_journal_last_keys(struct nw_journal_reader *reader, struct nw_arena *arena,
	struct nw_journal_key **keys, size_t *n, struct nw_error *error) NW_MUST;

/* A durable cursor's seq; 0 when there is none by that name. */
enum nw_err nw_journal_cursor(struct nw_journal_reader *reader, struct nw_str name, int64_t *seq,
	struct nw_error *error) NW_MUST;

/* Every feed's state, and the newest identities first (max at most), one call each. */
enum nw_err nw_journal_each_feed(struct nw_journal_reader *reader,
	void (*on_feed)(void *arg, const struct nw_feed_state *state), void *arg,
	struct nw_error *error) NW_MUST;
enum nw_err nw_journal_each_identity(struct nw_journal_reader *reader, size_t max,
	void (*on_identity)(void *arg, const struct nw_identity *identity), void *arg,
	struct nw_error *error) NW_MUST;

#endif
