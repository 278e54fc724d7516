#include "store/saved.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "store/copy.h"
#include "store/schema.h"
#include "store/writing.h"

#define BUSY_MS 5000
#define OPS 100000      /* of SQLite's machine, between two looks at whether to stop: ms */
#define TELLS_TRIMMED 7 /* the form from which on what was trimmed is told */

struct job {
	const struct nw_saving *saving;
	struct nw_arena *arena;
	int64_t page_bytes;
	const char *dir;
	int64_t version; /* of what is restored */
	bool is_watched; /* the room there, as it is written */
};

static const char *dir_of(struct nw_arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	return slash == path
		? "/"
		: nw_arena_str(arena, nw_str_head(nw_str(path), (size_t)(slash - path))).p;
}

static bool is_stopped(const struct job *job)
{
	return job->saving->stop && *job->saving->stop;
}

static bool on_step(void *arg, int64_t done, int64_t pages, struct nw_error *error)
{
	struct job *job = arg;

	if (job->saving->on_progress)
		job->saving->on_progress(job->saving->arg, done, pages);
	if (is_stopped(job))
		return nw_fail(error, NW_E_SYSTEM, "interrupted: nothing is changed") == NW_OK;
	return !job->is_watched ||
		nw_copy_room(job->dir, (uint64_t)((pages - done) * job->page_bytes),
			"make room there, or choose another place", error) == NW_OK;
}

/* The last seq given out, which may be of what is not there. */
static enum nw_err ask_newest(
	struct nw_db *db, int64_t version, int64_t *newest, struct nw_error *error)
{
	return nw_db_ask(db,
		version >= TELLS_TRIMMED
			? "SELECT max(coalesce(max(last), 0), (SELECT trimmed FROM merged)) FROM keys"
			: "SELECT coalesce(max(last), 0) FROM keys",
		newest, error);
}

/* Of a journal of any form this program knows: its size and last seq. */
static enum nw_err ask_journal(
	struct job *job, struct nw_db *db, struct nw_saved *saved, struct nw_error *error)
{
	int64_t version, pages = 0;
	enum nw_err err = nw_schema_version(db, &version, error);

	if (!err && !version) {
		err = nw_fail(error, NW_E_SYSTEM, "no newswire journal: nothing is in it");
		nw_error_set_file(error, db->path);
	}
	if (!err)
		err = ask_newest(db, version, &saved->newest, error);
	if (!err)
		err = nw_db_ask(db, "PRAGMA page_size", &job->page_bytes, error);
	if (!err)
		err = nw_db_ask(db, "PRAGMA page_count", &pages, error);
	saved->bytes = pages * job->page_bytes;
	return err;
}

/* --- to a file --- */

/* The daemon's write-ahead log is left as it is, with or without a daemon. */
static enum nw_err open_live(struct nw_db *db, const char *path, struct nw_error *error)
{
	enum nw_err err = nw_db_open(db, path, SQLITE_OPEN_READWRITE, error);
	int keep = 1;

	if (err)
		return err;
	(void)sqlite3_busy_timeout(db->sqlite, BUSY_MS);
	(void)sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	(void)sqlite3_file_control(db->sqlite, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	return NW_OK;
}

static enum nw_err check_target(const char *file, struct nw_error *error)
{
	struct stat st;

	if (lstat(file, &st) != 0)
		return errno == ENOENT ? NW_OK : nw_fail_errno(error, file, "cannot be written");
	(void)nw_fail(error, NW_E_SYSTEM, "is there already: choose another name");
	nw_error_set_file(error, file);
	return NW_E_SYSTEM;
}

static enum nw_err save(struct job *job, struct nw_saved *saved, struct nw_error *error)
{
	const char *file = job->saving->file;
	struct nw_copy copy = {.path = file,
		.partial = nw_arena_printf(job->arena, "%s.part", file).p,
		.dir = job->dir,
		.mode = 0600,
		.never_over = true,
		.on_step = on_step,
		.arg = job};
	struct nw_db db = {0};
	enum nw_err err = check_target(file, error);

	if (!err)
		err = open_live(&db, job->saving->database, error);
	if (!err)
		err = ask_journal(job, &db, saved, error);
	if (!err)
		err = nw_copy_room(job->dir, (uint64_t)saved->bytes,
			"make room there, or choose another place", error);
	if (!err)
		err = nw_copy_begin(&copy, &db, error);
	nw_db_close(&db);
	return err ? err : nw_copy_end(&copy, error);
}

enum nw_err nw_journal_save(
	const struct nw_saving *saving, struct nw_saved *saved, struct nw_error *error)
{
	struct job job = {.saving = saving, .arena = nw_arena_new(), .is_watched = true};
	enum nw_err err;

	*saved = (struct nw_saved){.was_newest = -1};
	job.dir = dir_of(job.arena, saving->file);
	err = save(&job, saved, error);
	nw_arena_free(job.arena);
	return err;
}

/* --- and back --- */

static bool is_empty(const char *path)
{
	struct stat st;

	return stat(path, &st) != 0 || st.st_size == 0;
}

/* Without a log beside it nothing is to be written there: it may lie where nobody can. */
static enum nw_err open_saved(
	struct nw_arena *arena, struct nw_db *db, const char *path, struct nw_error *error)
{
	struct nw_buf uri;
	enum nw_err err;

	if (access(path, R_OK) != 0)
		return nw_fail_errno(error, path, "cannot read");
	if (!is_empty(nw_arena_printf(arena, "%s-wal", path).p))
		return open_live(db, path, error);
	nw_buf_init(&uri, 4 * (size_t)PATH_MAX);
	nw_buf_add(&uri, NW_STR("file:"));
	for (const char *c = path; *c; c++)
		nw_buf_printf(&uri, strchr("?#%", *c) ? "%%%02X" : "%c", (unsigned char)*c);
	nw_buf_add(&uri, NW_STR("?immutable=1"));
	err = nw_db_open(db, nw_arena_str(arena, nw_buf_str(&uri)).p,
		SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error);
	nw_buf_clear(&uri);
	if (!err) {
		free(db->path);
		db->path = nw_must_strdup(nw_str(path));
	}
	return err;
}

static enum nw_err check_whole(struct nw_db *db, struct nw_error *error)
{
	sqlite3_stmt *statement;
	enum nw_err err = NW_OK;

	if (sqlite3_prepare_v2(db->sqlite, "PRAGMA integrity_check(1)", -1, &statement, NULL) !=
		SQLITE_OK)
		return nw_db_fail(db, error);
	if (!nw_db_step(db, statement, &err, error)) {
		err = err ? err : nw_fail(error, NW_E_SYSTEM, "cannot be checked");
	} else if (!nw_str_eq(nw_db_str(statement, 0), NW_STR("ok"))) {
		err = nw_fail(error, NW_E_SYSTEM, "damaged: %.*s",
			NW_ARG(nw_str_head(nw_db_str(statement, 0), 200)));
	}
	(void)sqlite3_finalize(statement);
	return err;
}

static int on_ops(void *arg)
{
	return is_stopped(arg);
}

/* The copy: whole, and made so that it can shrink. */
static enum nw_err finish_copy(struct job *job, const char *path, struct nw_error *error)
{
	struct nw_db db = {0};
	int64_t vacuum = 0;
	enum nw_err err = nw_db_open(&db, path, SQLITE_OPEN_READWRITE, error);

	if (!err)
		sqlite3_progress_handler(db.sqlite, OPS, on_ops, job);
	if (!err)
		err = check_whole(&db, error);
	if (!err)
		err = nw_db_ask(&db, "PRAGMA auto_vacuum", &vacuum, error);
	if (!err && !vacuum)
		err = nw_db_exec(&db,
			"PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL;"
			" PRAGMA auto_vacuum = INCREMENTAL; VACUUM",
			error);
	nw_db_close(&db);
	return err;
}

/*
 * What was given out after the copy was saved is not given out again: for whoever had it the
 * journal goes on, and whoever had not hears that it is gone. An older form cannot tell that.
 */
static enum nw_err go_on(
	const struct job *job, const char *path, struct nw_saved *saved, struct nw_error *error)
{
	struct nw_db db = {0};
	char sql[160];
	enum nw_err err;

	if (saved->was_newest <= saved->newest || job->version < TELLS_TRIMMED)
		return NW_OK;
	(void)snprintf(sql, sizeof(sql),
		"UPDATE merged SET trimmed = %" PRId64 "; UPDATE keys SET trimmed = %" PRId64,
		saved->was_newest, saved->was_newest);
	err = nw_db_open(&db, path, SQLITE_OPEN_READWRITE, error);
	if (!err)
		err = nw_db_exec(
			&db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL", error);
	if (!err)
		err = nw_db_exec(&db, sql, error);
	saved->goes_on = !err;
	nw_db_close(&db);
	return err;
}

/* Whoever had the journal, or has its directory: root puts it back for the daemon. */
static enum nw_err give(const struct job *job, const char *path, struct nw_error *error)
{
	struct stat st;

	if (geteuid() != 0)
		return NW_OK;
	if (stat(job->saving->database, &st) != 0 && stat(job->dir, &st) != 0)
		return nw_fail_errno(error, job->dir, "cannot ask whose it is");
	return lchown(path, st.st_uid, st.st_gid) == 0
		? NW_OK
		: nw_fail_errno(error, path, "cannot be given to the daemon's user");
}

/* What the log beside it holds is put into the old one, if that can still be done. */
static void fold_log(const char *path, struct nw_saved *saved)
{
	struct nw_db db = {0};
	int64_t version, newest;

	if (access(path, F_OK) == 0 &&
		nw_db_open(&db, path, SQLITE_OPEN_READWRITE, NULL) == NW_OK) {
		if (nw_schema_version(&db, &version, NULL) == NW_OK &&
			ask_newest(&db, version, &newest, NULL) == NW_OK)
			saved->was_newest = newest;
		/* Of one that is damaged the log is kept beside it. */
		(void)sqlite3_wal_checkpoint_v2(
			db.sqlite, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	}
	nw_db_close(&db);
}

/* Of two within a second the later one has a number, too. */
static enum nw_err link_old(
	const char *path, const char *when, struct nw_saved *saved, struct nw_error *error)
{
	char number[16] = "";

	for (int i = 2; i < 100; i++) {
		if (snprintf(saved->replaced, sizeof(saved->replaced), "%s.replaced-%s%s", path,
			    when, number) >= (int)sizeof(saved->replaced))
			return nw_fail(error, NW_E_LIMIT, "path too long: '%s'", path);
		if (link(path, saved->replaced) == 0)
			return NW_OK;
		if (errno != EEXIST)
			break;
		(void)snprintf(number, sizeof(number), "-%d", i);
	}
	return nw_fail_errno(error, saved->replaced, "cannot keep what was there");
}

static enum nw_err keep_old(struct job *job, struct nw_saved *saved, struct nw_error *error)
{
	const char *path = job->saving->database;
	const char *log = nw_arena_printf(job->arena, "%s-wal", path).p;
	const time_t now = (time_t)job->saving->now_s;
	struct tm tm;
	char when[32];
	enum nw_err err;

	if (access(path, F_OK) != 0)
		return NW_OK;
	(void)gmtime_r(&now, &tm);
	(void)strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &tm);
	err = link_old(path, when, saved, error);
	if (err)
		return err;
	if (!is_empty(log) &&
		link(log, nw_arena_printf(job->arena, "%s-wal", saved->replaced).p) != 0)
		return nw_fail_errno(
			error, saved->replaced, "cannot keep the log of what was there");
	(void)unlink(log);
	(void)unlink(nw_arena_printf(job->arena, "%s-shm", path).p);
	return nw_sync_directory(job->dir, error);
}

static enum nw_err check_other(const struct nw_saving *saving, struct nw_error *error)
{
	struct stat a, b;

	if (stat(saving->file, &a) != 0)
		return nw_fail_errno(error, saving->file, "cannot read");
	if (!S_ISREG(a.st_mode)) {
		(void)nw_fail(error, NW_E_SYSTEM, "is no file: name a saved journal");
		nw_error_set_file(error, saving->file);
		return NW_E_SYSTEM;
	}
	if (stat(saving->database, &b) != 0 || a.st_dev != b.st_dev || a.st_ino != b.st_ino)
		return NW_OK;
	(void)nw_fail(error, NW_E_SYSTEM, "is the journal itself: name another file");
	nw_error_set_file(error, saving->file);
	return NW_E_SYSTEM;
}

static enum nw_err read_saved(
	struct job *job, struct nw_copy *copy, struct nw_saved *saved, struct nw_error *error)
{
	struct nw_db db = {0};
	enum nw_err err = open_saved(job->arena, &db, job->saving->file, error);

	if (!err)
		err = nw_schema_version(&db, &job->version, error);
	if (!err && job->version)
		err = nw_schema_compare(&db, job->version, error);
	if (!err)
		err = ask_journal(job, &db, saved, error);
	if (!err)
		err = nw_copy_room(job->dir, (uint64_t)saved->bytes,
			"make room there (what was replaced earlier, 'journal.db.replaced-*', may go)",
			error);
	if (!err)
		err = nw_copy_begin(copy, &db, error);
	nw_db_close(&db);
	return err;
}

/* With the lock. */
static enum nw_err put_back(struct job *job, struct nw_saved *saved, struct nw_error *error)
{
	const char *path = job->saving->database;
	struct nw_copy copy = {.path = path,
		.partial = nw_arena_printf(job->arena, "%s.restored.part", path).p,
		.dir = job->dir,
		.mode = 0640,
		.on_step = on_step,
		.arg = job};
	enum nw_err err = read_saved(job, &copy, saved, error);

	if (err)
		return err;
	fold_log(path, saved);
	err = finish_copy(job, copy.partial, error);
	if (!err)
		err = go_on(job, copy.partial, saved, error);
	if (err)
		nw_error_set_file(error, job->saving->file);
	if (!err)
		err = give(job, nw_arena_printf(job->arena, "%s.lock", path).p, error);
	if (!err)
		err = give(job, copy.partial, error);
	if (!err)
		err = keep_old(job, saved, error);
	if (!err)
		return nw_copy_end(&copy, error);
	nw_copy_drop(&copy);
	return err;
}

enum nw_err nw_journal_put_back(
	const struct nw_saving *saving, struct nw_saved *saved, struct nw_error *error)
{
	struct job job = {.saving = saving, .arena = nw_arena_new(), .is_watched = true};
	enum nw_err err;
	int lock = -1;

	*saved = (struct nw_saved){.was_newest = -1};
	job.dir = dir_of(job.arena, saving->database);
	err = check_other(saving, error);
	if (!err)
		err = nw_journal_lock(saving->database, &lock, error);
	if (!err)
		err = put_back(&job, saved, error);
	if (lock >= 0)
		close(lock);
	nw_arena_free(job.arena);
	return err;
}
