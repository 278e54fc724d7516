#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "store/keep.h"
#include "store/writing.h"

/* A key that was ever used; in the map `keys` by its name. */
struct nw_known_key {
	char *name;
	int64_t key, last, trimmed;
	bool is_changed;
	struct nw_known_key *next; /* among those changed since begin */
};

/* --- keys --- */

void nw_journal_forget_keys(struct nw_journal *journal)
{
	nw_map_each (&journal->keys, slot) {
		struct nw_known_key *known = slot->value;

		free(known->name);
		free(known);
	}
	nw_map_clear(&journal->keys);
	journal->keys = (struct nw_map){0};
	journal->changed = NULL;
	nw_versions_forget(&journal->versions);
	journal->loaded = false;
}

int64_t nw_journal_key_number(const struct nw_journal *journal, struct nw_str name)
{
	const struct nw_known_key *known = nw_map_get(&journal->keys, name);

	return known ? known->key : 0;
}

static struct nw_known_key *know_key(struct nw_journal *journal, struct nw_str name)
{
	struct nw_known_key *known = nw_must_calloc(1, sizeof(*known));

	known->name = nw_must_strdup(name);
	(void)nw_map_put(&journal->keys, (struct nw_str){known->name, name.n}, known);
	return known;
}

/*
 * The last seq is that of the latest key: each record has one, and keys outlive records. What
 * was given out after a journal was saved that is restored counts as trimmed: store/saved.h.
 */
static enum nw_err load_keys(struct nw_journal *journal, struct nw_error *error)
{
	struct nw_db *db = &journal->db;
	sqlite3_stmt *statement;
	enum nw_err err = NW_OK;

	journal->last_key = journal->last_seq = 0;
	if (sqlite3_prepare_v2(db->sqlite, "SELECT key, last, name, trimmed FROM keys", -1,
		    &statement, NULL) != SQLITE_OK)
		return nw_db_fail(db, error);
	while (nw_db_step(db, statement, &err, error)) {
		struct nw_known_key *known = know_key(journal, nw_db_str(statement, 2));

		known->key = sqlite3_column_int64(statement, 0);
		known->last = sqlite3_column_int64(statement, 1);
		known->trimmed = sqlite3_column_int64(statement, 3);
		if (known->key > journal->last_key)
			journal->last_key = known->key;
		if (known->last > journal->last_seq)
			journal->last_seq = known->last;
	}
	(void)sqlite3_finalize(statement);
	if (!err)
		err = nw_db_ask(db,
			"SELECT coalesce((SELECT latest_ms FROM journal ORDER BY seq DESC LIMIT 1),"
			" -9223372036854775808)",
			&journal->latest_ms, error);
	if (!err)
		err = nw_db_ask(db, "SELECT trimmed FROM merged", &journal->trimmed, error);
	if (journal->trimmed > journal->last_seq)
		journal->last_seq = journal->trimmed;
	if (!err)
		err = nw_versions_load(journal, error);
	journal->loaded = !err;
	return err;
}

/* --- transactions --- */

enum nw_err nw_journal_run(
	struct nw_journal *journal, sqlite3_stmt *statement, struct nw_error *error)
{
	const enum nw_err err = nw_db_run(&journal->db, statement, error);

	journal->failed = journal->failed || err;
	return err;
}

/* What is written to a file without a name is gone with this process. */
static enum nw_err check_place(struct nw_journal *journal, struct nw_error *error)
{
	int has_moved = 0;

	if (sqlite3_file_control(journal->db.sqlite, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) !=
			SQLITE_OK ||
		!has_moved)
		return NW_OK;
	(void)nw_fail(error, NW_E_SYSTEM,
		"the journal has been removed or replaced: stop newswired, put it back or start anew");
	nw_error_set_file(error, journal->db.path);
	return NW_E_SYSTEM;
}

enum nw_err nw_journal_begin(struct nw_journal *journal, struct nw_error *error)
{
	enum nw_err err = check_place(journal, error);

	if (!err)
		err = nw_db_run(&journal->db, journal->db.statements[NW_W_BEGIN], error);
	journal->begun = !err;
	journal->failed = false;
	if (!err && !journal->loaded) {
		err = load_keys(journal, error);
		if (err)
			nw_journal_rollback(journal);
	}
	journal->begun_at = journal->last_seq;
	return err;
}

void nw_journal_rollback(struct nw_journal *journal)
{
	/* Some errors have SQLite roll back by itself; ending the transaction twice is one more. */
	if (journal->begun && !sqlite3_get_autocommit(journal->db.sqlite)) {
		(void)sqlite3_step(journal->db.statements[NW_W_ROLLBACK]);
		(void)sqlite3_reset(journal->db.statements[NW_W_ROLLBACK]);
	}
	if (journal->begun)
		nw_journal_forget_keys(journal);
	journal->heads.n = 0; /* what was removed is there again */
	journal->begun = journal->failed = false;
}

static enum nw_err save_changed_keys(struct nw_journal *journal, struct nw_error *error)
{
	for (struct nw_known_key *known = journal->changed; known; known = known->next) {
		const int64_t values[] = {known->key, known->last, known->trimmed};
		const enum nw_err err = nw_journal_run(
			journal, nw_db_bind(&journal->db, NW_W_LAST, values, 3), error);

		if (err)
			return err;
	}
	return NW_OK;
}

static void settle_changed_keys(struct nw_journal *journal)
{
	for (struct nw_known_key *known = journal->changed; known; known = known->next)
		known->is_changed = false;
	journal->changed = NULL;
	journal->begun = false;
}

enum nw_err nw_journal_commit(struct nw_journal *journal, struct nw_error *error)
{
	enum nw_err err = NW_OK;

	if (journal->failed || !journal->begun)
		err = nw_fail(error, NW_E_SYSTEM, "nothing to commit: the transaction has failed");
	/* A few more than came: a run is in the table before the next one is full. */
	if (!err)
		err = nw_versions_merge(journal,
			(size_t)(journal->last_seq - journal->begun_at) + 16, false, error);
	if (!err)
		err = save_changed_keys(journal, error);
	if (!err)
		err = nw_db_run(&journal->db, journal->db.statements[NW_W_COMMIT], error);
	if (err)
		nw_journal_rollback(journal);
	else
		settle_changed_keys(journal);
	return err;
}

/* --- appending --- */

static bool is_key(struct nw_str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (key.p[i] <= ' ' || key.p[i] > '~')
			return false;
	return key.n > 0;
}

/* Each key's prev, and the lines that keep them for replay. */
static enum nw_err number_keys(
	struct nw_journal *journal, struct nw_record *record, struct nw_error *error)
{
	nw_buf_empty(&journal->lines);
	for (size_t i = 0; i < record->n_keys; i++) {
		struct nw_journal_key *k = &record->keys[i];
		const struct nw_known_key *known;

		if (!is_key(k->key))
			return nw_fail(error, NW_E_SYNTAX, "not a key: '%.*s'",
				NW_ARG(nw_str_head(k->key, 100)));
		known = nw_map_get(&journal->keys, k->key);
		k->prev = known ? known->last : 0;
		nw_buf_add(&journal->lines, k->key);
		nw_buf_printf(&journal->lines, " %" PRId64 "\n", k->prev);
	}
	if (!record->n_keys)
		return nw_fail(error, NW_E_SYNTAX, "a record without a key");
	if (journal->lines.failed || record->id.n >= NW_RECORD_KEYS_MAX ||
		record->json.n > NW_RECORD_MAX || record->text.n > NW_RECORD_MAX - record->json.n)
		return nw_fail(error, NW_E_LIMIT, "record too large: '%.*s'",
			NW_ARG(nw_str_head(record->id, 100)));
	return NW_OK;
}

static enum nw_err insert_record(
	struct nw_journal *journal, const struct nw_record *record, struct nw_error *error)
{
	const int64_t values[] = {journal->last_seq + 1, record->kind, record->version,
		record->unix_ms,
		record->unix_ms > journal->latest_ms ? record->unix_ms : journal->latest_ms,
		record->whole};
	sqlite3_stmt *statement = nw_db_bind(&journal->db, NW_W_RECORD, values, 6);
	char id[NW_DB_HASH], content[NW_DB_HASH];

	nw_db_bind_id(statement, 7, record->id, id);
	nw_db_bind_hash(statement, 8, record->content, content);
	nw_db_bind_str(statement, 9, nw_buf_str(&journal->lines));
	nw_db_bind_str(statement, 10, record->json);
	nw_db_bind_str(statement, 11, record->text);
	return nw_journal_run(journal, statement, error);
}

static enum nw_err add_key(struct nw_journal *journal, struct nw_str name, int64_t seq,
	struct nw_known_key **known, struct nw_error *error)
{
	const int64_t values[] = {journal->last_key + 1, seq};
	sqlite3_stmt *statement = nw_db_bind(&journal->db, NW_W_KEY, values, 2);
	enum nw_err err;

	nw_db_bind_str(statement, 3, name);
	err = nw_journal_run(journal, statement, error);
	if (!err) {
		*known = know_key(journal, name);
		(*known)->key = ++journal->last_key;
	}
	return err;
}

static void note_change(struct nw_journal *journal, struct nw_known_key *known)
{
	if (known->is_changed)
		return;
	known->is_changed = true;
	known->next = journal->changed;
	journal->changed = known;
}

void nw_journal_note_trimmed(struct nw_journal *journal, struct nw_str name, int64_t seq)
{
	struct nw_known_key *known = nw_map_get(&journal->keys, name);

	if (!known || known->trimmed >= seq)
		return;
	known->trimmed = seq;
	note_change(journal, known);
}

/* Notes that the record is now the last one under a key. */
static enum nw_err enter_key(
	struct nw_journal *journal, struct nw_str name, int64_t seq, struct nw_error *error)
{
	struct nw_known_key *known = nw_map_get(&journal->keys, name);
	int64_t values[2];
	enum nw_err err = NW_OK;

	if (!known)
		err = add_key(journal, name, seq, &known, error);
	if (err || known->last == seq) /* the same key twice counts once */
		return err;
	note_change(journal, known);
	known->last = seq;
	if (nw_str_eq(name, NW_STR("all/")))
		return NW_OK;
	values[0] = known->key;
	values[1] = seq;
	return nw_journal_run(journal, nw_db_bind(&journal->db, NW_W_KEYED, values, 2), error);
}

static enum nw_err enter_record(
	struct nw_journal *journal, struct nw_record *record, struct nw_error *error)
{
	enum nw_err err = NW_OK;

	record->seq = ++journal->last_seq;
	if (record->unix_ms > journal->latest_ms)
		journal->latest_ms = record->unix_ms;
	for (size_t i = 0; !err && i < record->n_keys; i++)
		err = enter_key(journal, record->keys[i].key, record->seq, error);
	return err;
}

/* Only articles, and that they are taken back, have versions: what else there is may be said twice. */
static bool has_version(const struct nw_record *record)
{
	return record->kind == NW_KIND_ITEM || record->kind == NW_KIND_UPDATE ||
		record->kind == NW_KIND_CANCEL;
}

/* *before: the seq of the version before it, 0 for none. */
static enum nw_err ask_new(struct nw_journal *journal, const struct nw_record *record, bool *is_new,
	int64_t *before, struct nw_error *error)
{
	struct nw_newest newest;
	enum nw_err err;

	*is_new = true;
	*before = 0;
	if (!has_version(record))
		return NW_OK;
	err = nw_versions_find(journal, record->id, &newest, error);
	*is_new = !err && record->version > newest.version;
	*before = newest.seq;
	return err;
}

/* It stays for as long as the versions before it do. One that was trimmed wants nothing more. */
static enum nw_err inherit_keys(struct nw_journal *journal, const struct nw_record *record,
	int64_t before, struct nw_error *error)
{
	sqlite3_stmt *statement = nw_db_bind(&journal->db, NW_W_KEYS, &before, 1);
	enum nw_err err;

	if (sqlite3_step(statement) == SQLITE_ROW)
		nw_keep_inherit(&journal->lines, nw_db_str(statement, 0));
	err = nw_journal_run(journal, statement, error);
	if (!err && journal->lines.failed)
		return nw_fail(error, NW_E_LIMIT, "record too large: '%.*s'",
			NW_ARG(nw_str_head(record->id, 100)));
	return err;
}

enum nw_err nw_journal_append(
	struct nw_journal *journal, struct nw_record *record, bool *is_new, struct nw_error *error)
{
	enum nw_err err = number_keys(journal, record, error);
	int64_t before = 0;

	record->seq = 0;
	*is_new = false;
	if (!err)
		err = ask_new(journal, record, is_new, &before, error);
	if (!err && *is_new && before)
		err = inherit_keys(journal, record, before, error);
	if (!err && *is_new)
		err = insert_record(journal, record, error);
	if (!err && *is_new)
		err = enter_record(journal, record, error);
	if (!err && *is_new && has_version(record))
		nw_versions_put(journal, record->id,
			&(struct nw_newest){.version = record->version,
				.content = record->content,
				.whole = record->whole,
				.seq = record->seq});
	for (size_t i = 0; !*is_new && i < record->n_keys; i++)
		record->keys[i].prev = 0;
	return err;
}

enum nw_err nw_journal_newest(struct nw_journal *journal, struct nw_str id,
	struct nw_newest *newest, struct nw_error *error)
{
	return nw_versions_find(journal, id, newest, error);
}

static void read_keys(struct nw_arena *arena, struct nw_str lines, struct nw_record *record)
{
	struct nw_str rest = lines;
	struct nw_journal_key key;
	size_t n = 0;

	while (nw_reader_cut_key(&rest, &key))
		n++;
	record->keys = NW_ARENA_ARRAY(arena, struct nw_journal_key, n);
	while (nw_reader_cut_key(&lines, &key))
		record->keys[record->n_keys++].key = nw_arena_str(arena, key.key);
}

enum nw_err nw_journal_newest_record(struct nw_journal *journal, struct nw_str id,
	struct nw_arena *arena, struct nw_record *record, struct nw_error *error)
{
	struct nw_newest newest;
	enum nw_err err = nw_versions_find(journal, id, &newest, error);
	sqlite3_stmt *statement;

	*record = (struct nw_record){.id = id};
	if (err || !newest.version)
		return err;
	statement = nw_db_bind(&journal->db, NW_W_READ, &newest.seq, 1);
	if (sqlite3_step(statement) == SQLITE_ROW) {
		record->seq = newest.seq;
		record->version = newest.version;
		record->kind = (enum nw_kind)sqlite3_column_int64(statement, 0);
		read_keys(arena, nw_db_str(statement, 1), record);
		record->json = nw_arena_str(arena, nw_db_str(statement, 2));
	}
	return nw_journal_run(journal, statement, error);
}

enum nw_err nw_journal_identify(struct nw_journal *journal, const struct nw_identity *identities,
	size_t n, int64_t now_s, struct nw_error *error)
{
	enum nw_err err = NW_OK;

	for (size_t i = 0; !err && i < n; i++) {
		sqlite3_stmt *statement = nw_db_bind(&journal->db, NW_W_IDENTITY, &now_s, 1);
		char bytes[3][NW_DB_HASH];

		nw_db_bind_hash(statement, 2, identities[i].identity, bytes[0]);
		nw_db_bind_hash(statement, 3, identities[i].article, bytes[1]);
		nw_db_bind_hash(statement, 4, identities[i].content, bytes[2]);
		err = nw_journal_run(journal, statement, error);
		if (!err)
			err = nw_versions_touch(journal, identities[i].article, error);
	}
	return err;
}

/* Whether one cursor more may be kept; one that is kept already always may move. */
static enum nw_err check_cursors(
	struct nw_journal *journal, struct nw_str name, struct nw_error *error)
{
	const size_t slash = nw_str_find(name, NW_STR("/"));
	const int64_t owner = slash < name.n ? (int64_t)slash + 1 : 0;
	sqlite3_stmt *statement = journal->db.statements[NW_W_CURSORS];
	bool is_kept = false, has_room = false, has_share = false;

	nw_db_bind_str(statement, 1, name);
	(void)sqlite3_bind_int64(statement, 2, owner);
	if (sqlite3_step(statement) == SQLITE_ROW) {
		is_kept = sqlite3_column_int64(statement, 0) > 0;
		has_room = sqlite3_column_int64(statement, 1) < NW_CURSORS_MAX;
		has_share = !owner || sqlite3_column_int64(statement, 2) < NW_CURSORS_OF_ONE;
	}
	if (nw_journal_run(journal, statement, error))
		return NW_E_SYSTEM;
	if (is_kept || (has_room && has_share))
		return NW_OK;
	return has_share ? nw_fail(error, NW_E_LIMIT, "more than %d cursors", NW_CURSORS_MAX)
			 : nw_fail(error, NW_E_LIMIT, "more than %d cursors of one client",
				   NW_CURSORS_OF_ONE);
}

enum nw_err nw_journal_save_cursor(struct nw_journal *journal, struct nw_str name, int64_t *seq,
	int64_t now_s, struct nw_error *error)
{
	const int64_t values[] = {*seq, now_s};
	sqlite3_stmt *statement;
	enum nw_err err;

	if (*seq > journal->last_seq)
		return nw_fail(
			error, NW_E_SYNTAX, "the journal ends at %" PRId64, journal->last_seq);
	err = check_cursors(journal, name, error);
	if (err)
		return err;
	statement = nw_db_bind(&journal->db, NW_W_CURSOR, values, 2);
	nw_db_bind_str(statement, 3, name);
	if (sqlite3_step(statement) == SQLITE_ROW)
		*seq = sqlite3_column_int64(statement, 0);
	return nw_journal_run(journal, statement, error);
}
