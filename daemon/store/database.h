#ifndef NW_STORE_DATABASE_H
#define NW_STORE_DATABASE_H

#include <sqlite3.h>

#include "base/buf.h"
#include "base/map.h"
#include "store/reader.h"

/*
 * Private to store/: one SQLite connection and its prepared statements, which stay
 * reset between calls. A statement is named by its place in the array it came from.
 */
struct nw_db {
	sqlite3 *sqlite;
	char *path;
	sqlite3_stmt **statements;
	size_t n;
};

/* flags as for sqlite3_open_v2. After a failure the db is closed and zero. */
enum nw_err nw_db_open(
	struct nw_db *db, const char *path, int flags, struct nw_error *error) NW_MUST;
void nw_db_close(struct nw_db *db);
enum nw_err nw_db_prepare(
	struct nw_db *db, const char *const *sql, size_t n, struct nw_error *error) NW_MUST;
/* SQLite's own words for what just failed, with the system's where it has some. */
enum nw_err nw_db_fail(const struct nw_db *db, struct nw_error *error);

enum nw_err nw_db_exec(struct nw_db *db, const char *sql, struct nw_error *error) NW_MUST;
/* One number out of a statement that answers one, such as a pragma. */
enum nw_err nw_db_ask(
	struct nw_db *db, const char *sql, int64_t *answer, struct nw_error *error) NW_MUST;

/*
 * Parameters from 1. What is bound must outlive the statement's next step. A value
 * SQLite refuses stays NULL, which no column takes: the step then fails.
 */
sqlite3_stmt *nw_db_bind(struct nw_db *db, size_t statement, const int64_t *values, size_t n);
void nw_db_bind_str(sqlite3_stmt *statement, int at, struct nw_str s);
/* 16 bytes, big-endian, so that they sort and print as the hexadecimal form does. */
#define NW_DB_HASH 16
void nw_db_put_hash(char bytes[NW_DB_HASH], struct nw_hash hash);
void nw_db_bind_hash(sqlite3_stmt *statement, int at, struct nw_hash hash, char bytes[NW_DB_HASH]);

/* True: there is a row. False: none (any more), or *err; the statement is then reset. */
bool nw_db_step(
	struct nw_db *db, sqlite3_stmt *statement, enum nw_err *err, struct nw_error *error);
/* Steps to the end. */
enum nw_err nw_db_run(struct nw_db *db, sqlite3_stmt *statement, struct nw_error *error) NW_MUST;

/* Valid until the next step; the last two where the column holds one. */
struct nw_str nw_db_str(sqlite3_stmt *statement, int column);
bool nw_db_hash(sqlite3_stmt *statement, int column, struct nw_hash *hash);

/* A record's id: a hash where it reads as one (half the bytes), else as it is. */
void nw_db_bind_id(sqlite3_stmt *statement, int at, struct nw_str id, char bytes[NW_DB_HASH]);
struct nw_str nw_db_id(sqlite3_stmt *statement, int column, struct nw_arena *arena);

/* --- the reading side, for those files that share it; store/writing.h has the other --- */

enum nw_journal_ask {
	NW_R_BEGIN,
	NW_R_END,
	NW_R_NEWEST,
	NW_R_OLDEST,
	NW_R_LAST_TRIMMED,
	NW_R_TRIMMED,
	NW_R_SCAN,
	NW_R_SCAN_BACK,
	NW_R_RECORD,
	NW_R_UNDER,
	NW_R_KEYED,
	NW_R_KEYED_BACK,
	NW_R_MOMENT,
	NW_R_KEYS,
	NW_R_CURSOR,
	NW_R_CURSORS,
	NW_R_CURRENT,
	NW_R_MERGED,
	NW_R_UNMERGED,
	NW_R_IDENTITIES_FROM,
	NW_R_IDENTITIES,
	NW_R_SKETCHES_FROM,
	NW_R_SKETCHES,
	NW_R_FEEDS,
	NW_R_N
};

struct nw_journal_reader {
	struct nw_db db;
	int64_t oldest, trimmed; /* when the last page was read */
	struct nw_key_run *runs; /* of the merge under way */
	size_t n_runs;
	struct nw_recent *recent; /* once nw_journal_current has been asked */
};

void nw_recent_free(struct nw_recent *recent);

/* Around every read of more than one statement; end passes err on, or its own. */
enum nw_err nw_reader_begin(struct nw_journal_reader *reader, struct nw_error *error) NW_MUST;
enum nw_err nw_reader_end(
	struct nw_journal_reader *reader, enum nw_err err, struct nw_error *error) NW_MUST;
/* The one number that a statement without parameters answers; 0 for none or NULL. */
enum nw_err nw_reader_ask(struct nw_journal_reader *reader, enum nw_journal_ask ask,
	int64_t *answer, struct nw_error *error) NW_MUST;

/* The column `keys`: "all/ 41\ntopic/libya/ 17\n". Takes the first off *lines; false at the end. */
bool nw_reader_cut_key(struct nw_str *lines, struct nw_journal_key *key);
/*
 * The last seq that was trimmed under any of the prefixes, where it is after `after`; else 0,
 * or another that is not after it either. Inside a read transaction.
 */
enum nw_err nw_reader_trimmed(struct nw_journal_reader *reader,
	const struct nw_journal_query *query, int64_t *trimmed, struct nw_error *error) NW_MUST;
bool nw_reader_is_asked(struct nw_str key, const struct nw_str *prefixes, size_t n_prefixes);

/* The statement's text for a feed's state, out of the table of its columns; freed by the caller. */
char *nw_feed_read_sql(void);

#endif
