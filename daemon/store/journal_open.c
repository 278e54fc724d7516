#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "store/schema.h"
#include "store/writing.h"

/*
 * Pages in the log before it is copied into the database: a page of the unique index
 * that changes with every batch is then written once for many. At the second number
 * readers, each of whom keeps the log from starting anew, are waited for.
 */
#define LOG_COPY 4000
#define LOG_RESTART 16000
#define LOG_BUSY_MS 200

#define INCREMENTAL 2 /* of PRAGMA auto_vacuum */
#define BUSY_MS 1000  /* only a person's own SQLite can be in the way; the caller tries again */

static const char *const statements[NW_W_N] = {
	[NW_W_BEGIN] = "BEGIN IMMEDIATE",
	[NW_W_COMMIT] = "COMMIT",
	[NW_W_ROLLBACK] = "ROLLBACK",
	[NW_W_RECORD] = ("INSERT INTO journal (seq, kind, version, unix_ms, latest_ms, whole,"
			 " id, content, keys, json, text)"
			 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
	[NW_W_NEWEST] = "SELECT version, content, whole, seq FROM article WHERE id = ?1",
	[NW_W_ARTICLE] = ("INSERT OR REPLACE INTO article (version, whole, seq, seen, id, content)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
	[NW_W_SWEEP] = ("DELETE FROM article WHERE id > ?2 AND id <= ?3 AND seen < ?1"
			" AND NOT EXISTS (SELECT 1 FROM journal WHERE journal.seq = article.seq)"),
	[NW_W_MERGED] = "UPDATE merged SET seq = ?1",
	[NW_W_UNMERGED] = ("SELECT version, content, whole, seq, id FROM journal"
			   " WHERE seq > ?1 AND kind <= 2 ORDER BY seq"),
	[NW_W_READ] = "SELECT kind, keys, json FROM journal WHERE seq = ?1",
	[NW_W_KEY] = "INSERT INTO keys (key, last, name) VALUES (?1, ?2, ?3)",
	[NW_W_LAST] = "UPDATE keys SET last = ?2, trimmed = ?3 WHERE key = ?1",
	[NW_W_KEYED] = "INSERT INTO keyed (key, seq) VALUES (?1, ?2)",
	[NW_W_IDENTITY] =
		"INSERT INTO identity (seen_s, identity, article, content) VALUES (?1, ?2, ?3, ?4)",
	[NW_W_SKETCH] =
		("INSERT INTO sketch (seq, kind, published_s, seen_s, article, story, sketch,"
		 " title, site, tags, likened, alike, copied)"
		 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"),
	[NW_W_REMOVE_SKETCH] = "DELETE FROM sketch WHERE seq = ?1",
	[NW_W_CURSORS] = ("SELECT count(*) FILTER (WHERE name = ?1), count(*),"
			  " count(*) FILTER (WHERE substr(name, 1, ?2) = substr(?1, 1, ?2))"
			  " FROM cursor"),
	[NW_W_CURSOR] = ("INSERT INTO cursor (seq, acked_s, name) VALUES (?1, ?2, ?3)"
			 " ON CONFLICT (name) DO UPDATE SET"
			 " seq = max(seq, excluded.seq), acked_s = excluded.acked_s"
			 " RETURNING seq"),
	[NW_W_OLDEST] = "SELECT coalesce(min(seq), 0) FROM journal",
	[NW_W_LOOK] = "SELECT seq, unix_ms, keys FROM journal WHERE seq > ?1 ORDER BY seq",
	[NW_W_DATES] = "SELECT seq, unix_ms FROM journal WHERE seq > ?1 ORDER BY seq",
	[NW_W_KEYS] = "SELECT keys FROM journal WHERE seq = ?1",
	[NW_W_TRIMMED] = "UPDATE merged SET trimmed = ?1",
	[NW_W_UNKEY] = "DELETE FROM keyed WHERE key = ?1 AND seq = ?2",
	[NW_W_REMOVE] = "DELETE FROM journal WHERE seq = ?1",
	[NW_W_PAGES] = "PRAGMA page_count",
	[NW_W_FREE_PAGES] = "PRAGMA freelist_count",
	/* A page for each step of the statement: the number is only what no step goes past. */
	[NW_W_SHRINK] = "PRAGMA incremental_vacuum(1000000)",
	[NW_W_FIRST_IDENTITY] = "SELECT min(n) FROM identity",
	[NW_W_LAST_IDENTITY] = "SELECT max(n) FROM identity",
	[NW_W_FORGET_IDENTITIES] = "DELETE FROM identity WHERE n <= ?1",
	[NW_W_FORGET_DEAD] =
		("DELETE FROM cursor WHERE name = (SELECT name FROM cursor WHERE acked_s < ?1 LIMIT 1)"
		 " RETURNING name"),
	[NW_W_HOLDER] = "SELECT seq, name FROM cursor ORDER BY seq LIMIT 1",
	[NW_W_FORGET] = "DELETE FROM cursor WHERE name = ?1",
};

static enum nw_err make_directory(const char *path, struct nw_error *error)
{
	const char *slash = strrchr(path, '/');
	enum nw_err err = NW_OK;

	if (slash && slash != path) {
		char *dir = nw_must_strdup((struct nw_str){path, (size_t)(slash - path)});

		err = nw_dir_make(dir, error);
		free(dir);
	}
	return err;
}

static enum nw_err refuse_second(int fd, const char *path, struct nw_error *error)
{
	char pid[32] = "";
	const ssize_t n = pread(fd, pid, sizeof(pid) - 1, 0);

	(void)nw_fail(error, NW_E_SYSTEM,
		"another newswired (process %s) has this journal: stop it, or give this one a state "
		"directory of its own",
		n > 0 ? pid : "unknown");
	nw_error_set_file(error, path);
	return NW_E_SYSTEM;
}

/* The lock goes with the process, however it ends; the file stays. */
enum nw_err nw_journal_lock(const char *path, int *locked, struct nw_error *error)
{
	char name[4096], pid[32];
	int fd, n;

	*locked = -1;
	if (snprintf(name, sizeof(name), "%s.lock", path) >= (int)sizeof(name))
		return nw_fail(error, NW_E_LIMIT, "path too long: '%s'", path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0)
		return nw_fail_errno(error, name, "cannot open the lock file");
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		const enum nw_err err = errno == EWOULDBLOCK
			? refuse_second(fd, path, error)
			: nw_fail_errno(error, name, "cannot lock");

		close(fd);
		return err;
	}
	/* The number is only for the message above: a full disk may well refuse it. */
	n = snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	if (ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, pid, (size_t)n, 0);
	*locked = fd;
	return NW_OK;
}

/* SQLite would make the file 0644; its -wal and -shm then take its mode. */
static enum nw_err create(const char *path, struct nw_error *error)
{
	/* Never one that is there: closing it would drop the locks of this process's readers. */
	const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	if (fd < 0 && errno != EEXIST)
		return nw_fail_errno(error, path, "cannot create the journal");
	if (fd >= 0)
		close(fd);
	return NW_OK;
}

/*
 * The file is cut when all of the log has been copied, and not before: a reader has it tried
 * again after the next commit.
 */
static void cut_file(struct nw_journal *journal, sqlite3 *sqlite, const char *name)
{
	int pages = 0, copied = -1;

	(void)sqlite3_wal_checkpoint_v2(sqlite, name, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied);
	journal->has_shrunk = copied < pages;
}

/*
 * After each commit. As long as there is always some reader, however short its pages,
 * the log never starts anew by itself. Those who came after all was copied no longer
 * count, and so this waits for few and briefly; whoever sits in one long SELECT is
 * asked again only when the log has grown as much once more.
 */
static int on_log_grown(void *arg, sqlite3 *sqlite, const char *name, int pages)
{
	struct nw_journal *journal = arg;

	if (journal->has_shrunk)
		cut_file(journal, sqlite, name);
	if (pages < LOG_COPY) {
		journal->restart_at = LOG_RESTART;
	} else if (pages < journal->restart_at) {
		(void)sqlite3_wal_checkpoint_v2(
			sqlite, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	} else {
		(void)sqlite3_busy_timeout(sqlite, LOG_BUSY_MS);
		(void)sqlite3_wal_checkpoint_v2(
			sqlite, name, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
		(void)sqlite3_busy_timeout(sqlite, BUSY_MS);
		journal->restart_at = pages + LOG_RESTART;
	}
	return SQLITE_OK; /* trouble with copying shows at a later commit, where it can be handled */
}

/*
 * Pages that trimming frees can be given back to the system only if the file was made for
 * it; this changes nothing in one that has tables. What is to be done about one that was
 * not is in newswired(8).
 */
static enum nw_err prepare_file(struct nw_journal *journal, struct nw_error *error)
{
	int64_t vacuum = 0;
	enum nw_err err = nw_db_exec(&journal->db, "PRAGMA auto_vacuum = INCREMENTAL", error);

	if (!err)
		err = nw_db_ask(&journal->db, "PRAGMA page_size", &journal->page_bytes, error);
	if (!err)
		err = nw_db_ask(&journal->db, "PRAGMA auto_vacuum", &vacuum, error);
	journal->can_shrink = vacuum == INCREMENTAL;
	if (!err && !journal->can_shrink)
		nw_log(NW_LOG_WARNING,
			"the journal's file cannot shrink: a backup that is restored can",
			NW_KV("file", nw_str(journal->db.path)));
	return err;
}

static enum nw_err use_write_ahead_log(struct nw_db *db, struct nw_error *error)
{
	int64_t left = 0;
	sqlite3_stmt *statement;
	enum nw_err err = NW_OK;
	int keep = 1;

	if (sqlite3_prepare_v2(db->sqlite, "PRAGMA journal_mode = WAL", -1, &statement, NULL) !=
		SQLITE_OK)
		return nw_db_fail(db, error);
	if (sqlite3_step(statement) != SQLITE_ROW)
		err = nw_db_fail(db, error);
	else if (!nw_str_eq(nw_db_str(statement, 0), NW_STR("wal")))
		err = nw_fail(error, NW_E_SYSTEM, "no write-ahead log possible in '%s'", db->path);
	(void)sqlite3_finalize(statement);
	/* The -wal and -shm stay at close, so that those who may only read can still open. */
	(void)sqlite3_file_control(db->sqlite, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	if (!err)
		err = nw_db_ask(db, "PRAGMA journal_size_limit = 67108864", &left, error);
	if (!err)
		err = nw_db_exec(db,
			"PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;"
			/* Debian's SQLite would write zeros over all that is trimmed. */
			"PRAGMA secure_delete = OFF; PRAGMA trusted_schema = OFF",
			error);
	return err;
}

static enum nw_err open_database(
	struct nw_journal *journal, const char *path, struct nw_error *error)
{
	const char *sql[NW_W_N];
	char *save_feed = nw_feed_save_sql();
	int64_t version;
	enum nw_err err;

	memcpy(sql, statements, sizeof(sql));
	sql[NW_W_FEED] = save_feed;
	err = create(path, error);
	if (!err)
		err = nw_db_open(&journal->db, path, SQLITE_OPEN_READWRITE, error);
	if (!err && sqlite3_busy_timeout(journal->db.sqlite, BUSY_MS) != SQLITE_OK)
		err = nw_db_fail(&journal->db, error);
	if (!err)
		err = nw_schema_version(&journal->db, &version, error);
	if (!err)
		err = prepare_file(journal, error);
	if (!err)
		err = use_write_ahead_log(&journal->db, error);
	if (!err)
		err = nw_schema_migrate(&journal->db, error);
	if (!err)
		(void)sqlite3_wal_hook(journal->db.sqlite, on_log_grown, journal);
	if (!err)
		err = nw_db_prepare(&journal->db, sql, NW_W_N, error);
	free(save_feed);
	return err;
}

enum nw_err nw_journal_open(const char *path, struct nw_journal **journal, struct nw_error *error)
{
	struct nw_journal *j = nw_must_calloc(1, sizeof(*j));
	enum nw_err err;

	*journal = NULL;
	j->lock = -1;
	nw_buf_init(&j->lines, NW_RECORD_KEYS_MAX);
	nw_versions_init(&j->versions);
	err = make_directory(path, error);
	if (!err)
		err = nw_journal_lock(path, &j->lock, error);
	if (!err)
		err = open_database(j, path, error);
	if (err)
		nw_journal_close(j);
	else
		*journal = j;
	return err;
}

void nw_journal_close(struct nw_journal *journal)
{
	if (!journal)
		return;
	nw_journal_rollback(journal);
	nw_journal_forget_keys(journal);
	nw_buf_clear(&journal->lines);
	nw_buf_clear(&journal->versions.key);
	nw_buf_clear(&journal->versions.asked);
	nw_db_close(&journal->db);
	if (journal->lock >= 0)
		close(journal->lock);
	free(journal->heads.v);
	free(journal);
}
