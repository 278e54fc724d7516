#include "store/database.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"

enum nw_err nw_db_fail(const struct nw_db *db, struct nw_error *error)
{
	const int cause = db->sqlite ? sqlite3_system_errno(db->sqlite) : 0;
	const char *words = db->sqlite ? sqlite3_errmsg(db->sqlite) : "out of memory";
	char why[128];

	if (cause)
		(void)nw_fail(
			error, NW_E_SYSTEM, "%s (%s)", words, strerror_r(cause, why, sizeof(why)));
	else
		(void)nw_fail(error, NW_E_SYSTEM, "%s", words);
	nw_error_set_file(error, db->path);
	return NW_E_SYSTEM;
}

enum nw_err nw_db_open(struct nw_db *db, const char *path, int flags, struct nw_error *error)
{
	*db = (struct nw_db){.path = nw_must_strdup(nw_str(path))};
	if (sqlite3_open_v2(path, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		(void)nw_db_fail(db, error);
		nw_db_close(db);
		return NW_E_SYSTEM;
	}
	(void)sqlite3_extended_result_codes(db->sqlite, 1);
	return NW_OK;
}

void nw_db_close(struct nw_db *db)
{
	for (size_t i = 0; i < db->n; i++)
		(void)sqlite3_finalize(db->statements[i]);
	free(db->statements);
	(void)sqlite3_close(db->sqlite);
	free(db->path);
	*db = (struct nw_db){0};
}

enum nw_err nw_db_prepare(
	struct nw_db *db, const char *const *sql, size_t n, struct nw_error *error)
{
	db->statements = nw_must_calloc(n, sizeof(sqlite3_stmt *));
	db->n = n;
	for (size_t i = 0; i < n; i++)
		if (sqlite3_prepare_v3(db->sqlite, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
			    &db->statements[i], NULL) != SQLITE_OK)
			return nw_db_fail(db, error);
	return NW_OK;
}

enum nw_err nw_db_exec(struct nw_db *db, const char *sql, struct nw_error *error)
{
	if (sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
		return nw_db_fail(db, error);
	return NW_OK;
}

enum nw_err nw_db_ask(struct nw_db *db, const char *sql, int64_t *answer, struct nw_error *error)
{
	sqlite3_stmt *statement;
	enum nw_err err = NW_OK;

	*answer = 0;
	if (sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL) != SQLITE_OK)
		return nw_db_fail(db, error);
	if (sqlite3_step(statement) == SQLITE_ROW)
		*answer = sqlite3_column_int64(statement, 0);
	else
		err = nw_db_fail(db, error);
	(void)sqlite3_finalize(statement);
	return err;
}

sqlite3_stmt *nw_db_bind(struct nw_db *db, size_t statement, const int64_t *values, size_t n)
{
	assert(statement < db->n);
	for (size_t i = 0; i < n; i++)
		(void)sqlite3_bind_int64(db->statements[statement], (int)i + 1, values[i]);
	return db->statements[statement];
}

void nw_db_bind_str(sqlite3_stmt *statement, int at, struct nw_str s)
{
	(void)sqlite3_bind_text64(statement, at, s.p ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static void put_half(char *bytes, uint64_t half)
{
	for (int i = 0; i < 8; i++)
		bytes[i] = (char)(half >> (56 - 8 * i));
}

static uint64_t get_half(const unsigned char *bytes)
{
	uint64_t half = 0;

	for (int i = 0; i < 8; i++)
		half = half << 8 | bytes[i];
	return half;
}

void nw_db_put_hash(char bytes[NW_DB_HASH], struct nw_hash hash)
{
	put_half(bytes, hash.high);
	put_half(bytes + 8, hash.low);
}

void nw_db_bind_hash(sqlite3_stmt *statement, int at, struct nw_hash hash, char bytes[NW_DB_HASH])
{
	nw_db_put_hash(bytes, hash);
	(void)sqlite3_bind_blob64(statement, at, bytes, NW_DB_HASH, SQLITE_STATIC);
}

bool nw_db_step(struct nw_db *db, sqlite3_stmt *statement, enum nw_err *err, struct nw_error *error)
{
	const int said = sqlite3_step(statement);

	*err = NW_OK;
	if (said == SQLITE_ROW)
		return true;
	if (said != SQLITE_DONE)
		*err = nw_db_fail(db, error);
	(void)sqlite3_reset(statement);
	return false;
}

enum nw_err nw_db_run(struct nw_db *db, sqlite3_stmt *statement, struct nw_error *error)
{
	enum nw_err err;

	while (nw_db_step(db, statement, &err, error))
		;
	return err;
}

struct nw_str nw_db_str(sqlite3_stmt *statement, int column)
{
	/* The text must be asked for before its length: that is SQLite's order. */
	const char *p = (const char *)sqlite3_column_text(statement, column);

	return (struct nw_str){p ? p : "", (size_t)sqlite3_column_bytes(statement, column)};
}

bool nw_db_hash(sqlite3_stmt *statement, int column, struct nw_hash *hash)
{
	const unsigned char *bytes = sqlite3_column_blob(statement, column);

	*hash = (struct nw_hash){0};
	if (sqlite3_column_bytes(statement, column) != NW_DB_HASH)
		return false;
	*hash = (struct nw_hash){get_half(bytes), get_half(bytes + 8)};
	return true;
}

void nw_db_bind_id(sqlite3_stmt *statement, int at, struct nw_str id, char bytes[NW_DB_HASH])
{
	struct nw_hash hash;

	if (nw_hash_parse(id, &hash))
		nw_db_bind_hash(statement, at, hash, bytes);
	else
		nw_db_bind_str(statement, at, id);
}

struct nw_str nw_db_id(sqlite3_stmt *statement, int column, struct nw_arena *arena)
{
	char hex[NW_HASH_HEX + 1];
	struct nw_hash hash;

	if (sqlite3_column_type(statement, column) == SQLITE_BLOB &&
		nw_db_hash(statement, column, &hash)) {
		nw_hash_hex(hash, hex);
		return nw_arena_str(arena, nw_str(hex));
	}
	return nw_arena_str(arena, nw_db_str(statement, column));
}
