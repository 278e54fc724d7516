#include "store/schema.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "rt/notify.h"
#include "store/backup.h"

#define APPLICATION_ID 0x4e575231 /* "NWR1": what file(1) and we know the file by */
#define PROGRESS_OPS 10000000     /* of SQLite's machine: tenths of a second */
#define PATIENCE_S 300 /* for one thing that it does at a stretch, such as sorting an index */
#define TEXT_OF(number) TEXT_OF_VALUE(number)
#define TEXT_OF_VALUE(number) #number

const struct nw_migration nw_migrations[] = {
	{"the journal, and what is durable together with it",
		/*
		 * The small columns come first: a scan that looks at keys alone then never
		 * touches the overflow pages in which json and text lie. latest_ms is the
		 * largest unix_ms so far, and so it can be searched by halves whatever the
		 * clock did. kind is enum nw_kind's value.
		 */
		"CREATE TABLE journal ("
		" seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, version INTEGER NOT NULL,"
		" unix_ms INTEGER NOT NULL, latest_ms INTEGER NOT NULL, id ANY NOT NULL,"
		" content BLOB NOT NULL, whole INTEGER NOT NULL, keys TEXT NOT NULL,"
		" json TEXT NOT NULL, text TEXT NOT NULL) STRICT;"
		/* One row for an article's version, for ever: what makes a crash harmless. */
		"CREATE UNIQUE INDEX journal_version ON journal (id, version) WHERE kind <= 1;"
		/* Outlives the records: from here come each prev and the next seq. */
		"CREATE TABLE keys (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
		" last INTEGER NOT NULL) STRICT;"
		/* Not for all/, which nearly every record has: that is a scan. */
		"CREATE TABLE keyed (key INTEGER NOT NULL, seq INTEGER NOT NULL,"
		" PRIMARY KEY (key, seq)) STRICT, WITHOUT ROWID;"
		/* A log: rows go to its end, where a unique index would touch a page each. */
		"CREATE TABLE identity (n INTEGER PRIMARY KEY, identity BLOB NOT NULL,"
		" article BLOB NOT NULL, content BLOB NOT NULL, seen_s INTEGER NOT NULL) STRICT;"
		"CREATE TABLE cursor (name TEXT PRIMARY KEY, seq INTEGER NOT NULL)"
		" STRICT, WITHOUT ROWID;"
		"CREATE TABLE feed (id TEXT PRIMARY KEY, url TEXT NOT NULL, etag TEXT NOT NULL,"
		" last_modified TEXT NOT NULL, body BLOB NOT NULL, state TEXT NOT NULL,"
		" reason TEXT NOT NULL, state_since_s INTEGER NOT NULL,"
		" last_visit_s INTEGER NOT NULL, last_ok_s INTEGER NOT NULL,"
		" last_new_s INTEGER NOT NULL, next_due_s INTEGER NOT NULL,"
		" interval_s INTEGER NOT NULL, failures INTEGER NOT NULL, items INTEGER NOT NULL,"
		" articles INTEGER NOT NULL, moved INTEGER NOT NULL, moved_to TEXT NOT NULL,"
		" title TEXT NOT NULL) STRICT, WITHOUT ROWID;"},
	{"when a cursor was last moved",
		"ALTER TABLE cursor ADD COLUMN acked_s INTEGER NOT NULL DEFAULT 0;"},
	{"an article's newest version, which outlives its records: see versions.h",
		"CREATE TABLE article (id ANY PRIMARY KEY, version INTEGER NOT NULL,"
		" content BLOB NOT NULL, whole INTEGER NOT NULL, seq INTEGER NOT NULL,"
		" seen INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
		"CREATE TABLE merged (seq INTEGER NOT NULL) STRICT;"
		"INSERT INTO article SELECT id, max(version), content, whole, seq, seq FROM journal"
		" WHERE kind <= 1 GROUP BY id;"
		"INSERT INTO merged SELECT coalesce(max(seq), 0) FROM journal;"
		"DROP INDEX journal_version;"},
	{"alerts: how far each incident is, and what is to be sent of it",
		"CREATE TABLE incident (id TEXT PRIMARY KEY, rule TEXT NOT NULL,"
		" story TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL,"
		" changed_s INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
		/* AUTOINCREMENT: n is the order of what is sent, and no number comes twice. */
		"CREATE TABLE outbox (n INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,"
		" incident TEXT NOT NULL, rule TEXT NOT NULL, channel TEXT NOT NULL,"
		" transition TEXT NOT NULL, due_s INTEGER NOT NULL, next_s INTEGER NOT NULL,"
		" tries INTEGER NOT NULL, state TEXT NOT NULL, error TEXT NOT NULL,"
		" created_s INTEGER NOT NULL, ended_s INTEGER NOT NULL, payload TEXT NOT NULL) STRICT;"
		"CREATE INDEX outbox_waiting ON outbox (incident) WHERE state = 'waiting';"
		"CREATE INDEX outbox_ended ON outbox (ended_s) WHERE state <> 'waiting';"},
	{"what stories are found again from, a row beside its record",
		"CREATE TABLE sketch (seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
		" published_s INTEGER NOT NULL, seen_s INTEGER NOT NULL, article BLOB NOT NULL,"
		" story BLOB NOT NULL, sketch TEXT NOT NULL, title TEXT NOT NULL,"
		" site TEXT NOT NULL, tags TEXT NOT NULL) STRICT;"},
	{"what an article joined its story for: found once, not at every start",
		"ALTER TABLE sketch ADD COLUMN likened BLOB;"
		"ALTER TABLE sketch ADD COLUMN alike INTEGER;"
		"ALTER TABLE sketch ADD COLUMN copied INTEGER;"},
	{"the last record that was trimmed, under each key and of all",
		"ALTER TABLE keys ADD COLUMN trimmed INTEGER NOT NULL DEFAULT 0;"
		"ALTER TABLE merged ADD COLUMN trimmed INTEGER NOT NULL DEFAULT 0;"
		/* So far all before the oldest was, or its key's last. */
		"UPDATE merged SET trimmed = (SELECT coalesce(min(seq) - 1,"
		" (SELECT coalesce(max(last), 0) FROM keys)) FROM journal);"
		"UPDATE keys SET trimmed = min(last, (SELECT trimmed FROM merged));"},
};

const size_t nw_n_migrations = sizeof(nw_migrations) / sizeof(nw_migrations[0]);

static enum nw_err refuse(const struct nw_db *db, struct nw_error *error, const char *why)
{
	(void)nw_fail(error, NW_E_SYSTEM, "%s", why);
	nw_error_set_file(error, db->path);
	return NW_E_SYSTEM;
}

enum nw_err nw_schema_version(struct nw_db *db, int64_t *version, struct nw_error *error)
{
	int64_t id, tables;
	enum nw_err err = nw_db_ask(db, "PRAGMA application_id", &id, error);

	*version = 0;
	if (!err)
		err = nw_db_ask(db, "PRAGMA user_version", version, error);
	if (!err)
		err = nw_db_ask(db, "SELECT count(*) FROM sqlite_master", &tables, error);
	if (err)
		return err;
	if (tables && id != APPLICATION_ID)
		return refuse(db, error, "not a newswire journal: choose another path");
	if (*version < 0 || *version > (int64_t)nw_n_migrations) {
		(void)nw_fail(error, NW_E_SYSTEM,
			"journal of a newer newswire (form %" PRId64 ", this program knows %zu): "
			"install the newer one, or give this one a state directory of its own",
			*version, nw_n_migrations);
		nw_error_set_file(error, db->path);
		return NW_E_SYSTEM;
	}
	return NW_OK;
}

/* --- a file that comes from elsewhere --- */

/* SQLite's own tables are no part of a form; its own indexes have no text. */
#define PARTS                                                                           \
	" FROM sqlite_master WHERE sql IS NOT NULL AND NOT (type = 'table' AND name IN" \
	" ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4'))"

/* A database that the migrations alone have made. */
static enum nw_err make_model(struct nw_db *model, int64_t version, struct nw_error *error)
{
	static const char *const sql[] = {
		"SELECT 1 FROM sqlite_master WHERE type = ?1 AND name = ?2 AND sql = ?3"};
	enum nw_err err =
		nw_db_open(model, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);

	for (size_t i = 0; !err && i < (size_t)version; i++)
		err = nw_db_exec(model, nw_migrations[i].sql, error);
	return err ? err : nw_db_prepare(model, sql, 1, error);
}

static enum nw_err refuse_part(
	const struct nw_db *db, struct nw_str type, struct nw_str name, struct nw_error *error)
{
	(void)nw_fail(error, NW_E_SYSTEM,
		"the %.*s '%.*s' is no part of a journal, or not as it should be: remove it from a "
		"copy with sqlite3, or choose another file",
		NW_ARG(nw_str_head(type, 20)), NW_ARG(nw_str_head(name, 100)));
	nw_error_set_file(error, db->path);
	return NW_E_SYSTEM;
}

static enum nw_err check_part(
	struct nw_db *model, const struct nw_db *db, sqlite3_stmt *part, struct nw_error *error)
{
	sqlite3_stmt *statement = model->statements[0];
	enum nw_err err;

	for (int i = 0; i < 3; i++)
		nw_db_bind_str(statement, i + 1, nw_db_str(part, i));
	if (nw_db_step(model, statement, &err, error))
		(void)sqlite3_reset(statement);
	else if (!err)
		err = refuse_part(db, nw_db_str(part, 0), nw_db_str(part, 1), error);
	return err;
}

static enum nw_err check_parts(struct nw_db *model, struct nw_db *db, struct nw_error *error)
{
	sqlite3_stmt *parts;
	enum nw_err err = NW_OK;
	int64_t found = 0, all;

	if (sqlite3_prepare_v2(db->sqlite, "SELECT type, name, sql" PARTS, -1, &parts, NULL) !=
		SQLITE_OK)
		return nw_db_fail(db, error);
	while (!err && nw_db_step(db, parts, &err, error)) {
		err = check_part(model, db, parts, error);
		found++;
	}
	(void)sqlite3_finalize(parts);
	if (!err)
		err = nw_db_ask(model, "SELECT count(*)" PARTS, &all, error);
	if (!err && found != all)
		err = refuse(db, error, "not a whole journal: a table is missing");
	return err;
}

enum nw_err nw_schema_compare(struct nw_db *db, int64_t version, struct nw_error *error)
{
	struct nw_db model = {0};
	enum nw_err err = make_model(&model, version, error);

	if (!err)
		err = check_parts(&model, db, error);
	nw_db_close(&model);
	return err;
}

/* --- an older one --- */

static enum nw_err run_migration(struct nw_db *db, size_t i, struct nw_error *error)
{
	char count[64];
	enum nw_err err;

	(void)snprintf(count, sizeof(count), "PRAGMA user_version = %zu", i + 1);
	err = nw_db_exec(db, nw_migrations[i].sql, error);
	return err ? err : nw_db_exec(db, count, error);
}

static enum nw_err run_migrations(struct nw_db *db, size_t from, struct nw_error *error)
{
	enum nw_err err = nw_db_exec(db, "BEGIN IMMEDIATE", error);

	if (!err)
		err = nw_db_exec(db, "PRAGMA application_id = " TEXT_OF(APPLICATION_ID), error);
	for (size_t i = from; !err && i < nw_n_migrations; i++)
		err = run_migration(db, i, error);
	if (!err)
		err = nw_db_exec(db, "COMMIT", error);
	if (err && !sqlite3_get_autocommit(db->sqlite))
		(void)sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
	return err;
}

/* Tables of gigabytes may be written anew: whoever waits for the start hears that it goes on. */
static int on_progress(void *arg)
{
	(void)arg;
	nw_notify_extend(PATIENCE_S);
	return 0;
}

static enum nw_err bring_up_to_date(struct nw_db *db, int64_t version, struct nw_error *error)
{
	enum nw_err err = nw_backup_before(db, (int64_t)nw_n_migrations, error);

	if (err)
		return err;
	nw_notify_status("bringing the journal up to date");
	sqlite3_progress_handler(db->sqlite, PROGRESS_OPS, on_progress, NULL);
	err = run_migrations(db, (size_t)version, error);
	sqlite3_progress_handler(db->sqlite, 0, NULL, NULL);
	if (!err)
		nw_log(NW_LOG_NOTICE, "journal brought up to date", NW_KVI("from", version),
			NW_KVI("to", (int64_t)nw_n_migrations));
	return err;
}

enum nw_err nw_schema_migrate(struct nw_db *db, struct nw_error *error)
{
	int64_t version;
	const enum nw_err err = nw_schema_version(db, &version, error);

	if (err || version == (int64_t)nw_n_migrations)
		return err;
	return version ? bring_up_to_date(db, version, error) : run_migrations(db, 0, error);
}

enum nw_err nw_schema_check(struct nw_db *db, struct nw_error *error)
{
	int64_t version;
	const enum nw_err err = nw_schema_version(db, &version, error);

	if (!err && version < (int64_t)nw_n_migrations)
		return refuse(
			db, error, "no journal yet, or an older one: start newswired on it once");
	return err;
}
