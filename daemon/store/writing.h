#ifndef NW_STORE_WRITING_H
#define NW_STORE_WRITING_H

#include "store/database.h"
#include "store/versions.h"

/* Private to store/: the journal's writing side, for those files that share it. */

enum nw_journal_write {
	NW_W_BEGIN,
	NW_W_COMMIT,
	NW_W_ROLLBACK,
	NW_W_RECORD,
	NW_W_NEWEST,
	NW_W_ARTICLE,
	NW_W_SWEEP,
	NW_W_MERGED,
	NW_W_UNMERGED,
	NW_W_READ,
	NW_W_OLDEST,
	NW_W_LOOK,
	NW_W_DATES,
	NW_W_KEYS,
	NW_W_TRIMMED,
	NW_W_UNKEY,
	NW_W_REMOVE,
	NW_W_PAGES,
	NW_W_FREE_PAGES,
	NW_W_SHRINK,
	NW_W_FIRST_IDENTITY,
	NW_W_LAST_IDENTITY,
	NW_W_FORGET_IDENTITIES,
	NW_W_FORGET_DEAD,
	NW_W_HOLDER,
	NW_W_FORGET,
	NW_W_KEY,
	NW_W_LAST,
	NW_W_KEYED,
	NW_W_IDENTITY,
	NW_W_SKETCH,
	NW_W_REMOVE_SKETCH,
	NW_W_CURSORS,
	NW_W_CURSOR,
	NW_W_FEED,
	NW_W_N
};

/* One for each length of time that records are kept for: those it is for. */
struct nw_trim_head {
	int64_t keep_s; /* 0: for ever */
	int64_t looked; /* none of them is left up to this seq */
	int64_t seq;    /* the first of them; 0: not found yet */
	int64_t unix_ms;
	/* Dated in the future, from and up to these, and the date of what comes then: heads.c. */
	int64_t dated_from, dated_upto, next_ms;
	bool has_next;
};
/* Where trimming is: found again from the beginning after a start, and when a rule changes. */
struct nw_trim_heads {
	struct nw_trim_head *v;
	size_t n; /* 0: to be made */
	struct nw_hash rules;
};

struct nw_journal {
	struct nw_db db;
	int lock;           /* held for as long as this is open */
	struct nw_map keys; /* every key by its name; loaded at begin where loaded is false */
	struct nw_known_key *changed;
	struct nw_versions versions; /* loaded and forgotten with the keys */
	int64_t last_key, last_seq, latest_ms;
	int64_t trimmed; /* the last seq that was */
	struct nw_trim_heads heads;
	int64_t begun_at;    /* the last seq then */
	struct nw_buf lines; /* the column `keys` of the record being appended */
	int restart_at;      /* pages in the log: see journal_open.c */
	int64_t page_bytes;
	bool can_shrink; /* the file */
	bool has_shrunk; /* in the log, and not yet on disk */
	bool loaded, begun;
	bool failed; /* since begin: only a rollback is left */
};

/* The lock of the one process that may write, until *locked is closed; else whose it is. */
enum nw_err nw_journal_lock(const char *path, int *locked, struct nw_error *error) NW_MUST;

/* They are loaded again at the next begin. */
void nw_journal_forget_keys(struct nw_journal *journal);
/* A record under this key has been removed. */
void nw_journal_note_trimmed(struct nw_journal *journal, struct nw_str name, int64_t seq);
int64_t nw_journal_key_number(const struct nw_journal *journal, struct nw_str name); /* or 0 */

/* nw_db_run inside the transaction: a failure spoils it. */
enum nw_err nw_journal_run(
	struct nw_journal *journal, sqlite3_stmt *statement, struct nw_error *error) NW_MUST;

/* The statement's text for a feed's state, as nw_feed_read_sql. */
char *nw_feed_save_sql(void);

#endif
