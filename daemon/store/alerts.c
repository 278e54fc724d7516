#include "store/alerts.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "store/writing.h"

static const char *const state_names[NW_LETTER_N_STATES] = {
	[NW_LETTER_WAITING] = "waiting",
	[NW_LETTER_SENT] = "sent",
	[NW_LETTER_DEAD] = "dead",
};

#define HEAD_COLUMNS                                                                 \
	"n, key, incident, rule, channel, transition, due_s, state, next_s, tries, " \
	"error, created_s, ended_s"

enum column {
	N,
	KEY,
	INCIDENT,
	RULE,
	CHANNEL,
	TRANSITION,
	DUE_S,
	STATE,
	NEXT_S,
	TRIES,
	ERROR,
	CREATED_S,
	ENDED_S,
	PAYLOAD
};

const char *nw_letter_state_name(enum nw_letter_state state)
{
	return state_names[state];
}

/*
 * A statement for one use: alerts are few beside articles, and so what is prepared
 * for each of them costs nothing that anybody would notice.
 */
static enum nw_err prepare(
	struct nw_db *db, const char *sql, sqlite3_stmt **statement, struct nw_error *error)
{
	if (sqlite3_prepare_v2(db->sqlite, sql, -1, statement, NULL) != SQLITE_OK)
		return nw_db_fail(db, error);
	return NW_OK;
}

static void bind_strs(sqlite3_stmt *statement, const struct nw_str *strs, int n)
{
	for (int i = 0; i < n; i++)
		nw_db_bind_str(statement, i + 1, strs[i]);
}

static void bind_ints(sqlite3_stmt *statement, int at, const int64_t *values, int n)
{
	for (int i = 0; i < n; i++)
		(void)sqlite3_bind_int64(statement, at + i, values[i]);
}

/* --- writing --- */

/* A statement of the writer's that could not be prepared spoils the transaction, too. */
static enum nw_err ready(struct nw_journal *journal, const char *sql, sqlite3_stmt **statement,
	struct nw_error *error)
{
	const enum nw_err err = prepare(&journal->db, sql, statement, error);

	journal->failed = journal->failed || err;
	return err;
}

static enum nw_err run(struct nw_journal *journal, sqlite3_stmt *statement, struct nw_error *error)
{
	const enum nw_err err = nw_journal_run(journal, statement, error);

	(void)sqlite3_finalize(statement);
	return err;
}

enum nw_err nw_journal_save_incident(
	struct nw_journal *journal, const struct nw_incident_row *row, struct nw_error *error)
{
	const struct nw_str strs[] = {row->id, row->rule, row->story, row->state, row->body};
	sqlite3_stmt *statement;
	const enum nw_err err = ready(journal,
		"INSERT OR REPLACE INTO incident (id, rule, story, state, body, changed_s)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		&statement, error);

	if (err)
		return err;
	bind_strs(statement, strs, 5);
	bind_ints(statement, 6, &row->changed_s, 1);
	return run(journal, statement, error);
}

enum nw_err nw_journal_close_incidents(
	struct nw_journal *journal, struct nw_str rules, int64_t now_s, struct nw_error *error)
{
	sqlite3_stmt *statement;
	const enum nw_err err = ready(journal,
		"UPDATE incident SET state = 'closed', changed_s = ?2 WHERE state <> 'closed'"
		" AND rule NOT IN (SELECT value FROM json_each(?1))",
		&statement, error);

	if (err)
		return err;
	bind_strs(statement, &rules, 1);
	bind_ints(statement, 2, &now_s, 1);
	return run(journal, statement, error);
}

enum nw_err nw_journal_post_letter(
	struct nw_journal *journal, struct nw_letter_row *letter, struct nw_error *error)
{
	const struct nw_str strs[] = {letter->key, letter->incident, letter->rule, letter->channel,
		letter->transition, letter->payload};
	const int64_t values[] = {letter->due_s, letter->next_s, letter->created_s};
	sqlite3_stmt *statement;
	enum nw_err err = ready(journal,
		"INSERT INTO outbox (key, incident, rule, channel, transition, payload,"
		" due_s, next_s, created_s, state, tries, error, ended_s)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'waiting', 0, '', 0)"
		" ON CONFLICT (key) DO NOTHING",
		&statement, error);

	letter->n = 0;
	if (err)
		return err;
	bind_strs(statement, strs, 6);
	bind_ints(statement, 7, values, 3);
	err = run(journal, statement, error);
	if (!err && sqlite3_changes(journal->db.sqlite))
		letter->n = sqlite3_last_insert_rowid(journal->db.sqlite);
	return err;
}

enum nw_err nw_journal_note_letter(
	struct nw_journal *journal, const struct nw_letter_row *letter, struct nw_error *error)
{
	const struct nw_str strs[] = {nw_str(state_names[letter->state]), letter->error};
	const int64_t values[] = {
		letter->next_s, letter->tries, letter->ended_s, letter->due_s, letter->n};
	sqlite3_stmt *statement;
	const enum nw_err err = ready(journal,
		"UPDATE outbox SET state = ?1, error = ?2, next_s = ?3, tries = ?4, ended_s = ?5,"
		" due_s = ?6 WHERE n = ?7",
		&statement, error);

	if (err)
		return err;
	bind_strs(statement, strs, 2);
	bind_ints(statement, 3, values, 5);
	return run(journal, statement, error);
}

enum nw_err nw_journal_forget_alerts(
	struct nw_journal *journal, int64_t before_s, struct nw_error *error)
{
	static const char *const sql[] = {
		"DELETE FROM outbox WHERE state <> 'waiting' AND ended_s < ?1",
		"DELETE FROM incident WHERE state = 'closed' AND changed_s < ?1 AND NOT EXISTS"
		" (SELECT 1 FROM outbox WHERE incident = incident.id AND state = 'waiting')",
	};
	enum nw_err err = NW_OK;

	for (size_t i = 0; !err && i < sizeof(sql) / sizeof(sql[0]); i++) {
		sqlite3_stmt *statement;

		err = ready(journal, sql[i], &statement, error);
		if (err)
			break;
		bind_ints(statement, 1, &before_s, 1);
		err = run(journal, statement, error);
	}
	return err;
}

/* --- reading --- */

/* Ids begin with their rule and a slash: those are next to each other, up to what would follow a slash. */
enum nw_err nw_journal_each_incident(struct nw_journal_reader *reader, struct nw_str rule,
	nw_on_incident *on_incident, void *arg, struct nw_error *error)
{
	sqlite3_stmt *row;
	enum nw_err err = prepare(&reader->db,
		"SELECT id, rule, story, state, body, changed_s FROM incident"
		" WHERE id >= ?1 || '/' AND id < ?1 || '0' ORDER BY id",
		&row, error);

	if (err)
		return err;
	nw_db_bind_str(row, 1, rule);
	while (nw_db_step(&reader->db, row, &err, error)) {
		const struct nw_incident_row incident = {.id = nw_db_str(row, 0),
			.rule = nw_db_str(row, 1),
			.story = nw_db_str(row, 2),
			.state = nw_db_str(row, 3),
			.body = nw_db_str(row, 4),
			.changed_s = sqlite3_column_int64(row, 5)};

		on_incident(arg, &incident);
	}
	(void)sqlite3_finalize(row);
	return err;
}

static enum nw_letter_state state_of(struct nw_str name)
{
	for (int i = 0; i < NW_LETTER_N_STATES; i++)
		if (nw_str_eq(name, nw_str(state_names[i])))
			return (enum nw_letter_state)i;
	return NW_LETTER_DEAD; /* which nobody sends: only another program could have written it */
}

/* Borrowed from the row. */
static struct nw_letter_row letter_of(sqlite3_stmt *row)
{
	return (struct nw_letter_row){.n = sqlite3_column_int64(row, N),
		.key = nw_db_str(row, KEY),
		.incident = nw_db_str(row, INCIDENT),
		.rule = nw_db_str(row, RULE),
		.channel = nw_db_str(row, CHANNEL),
		.transition = nw_db_str(row, TRANSITION),
		.due_s = sqlite3_column_int64(row, DUE_S),
		.state = state_of(nw_db_str(row, STATE)),
		.next_s = sqlite3_column_int64(row, NEXT_S),
		.tries = sqlite3_column_int64(row, TRIES),
		.error = nw_db_str(row, ERROR),
		.created_s = sqlite3_column_int64(row, CREATED_S),
		.ended_s = sqlite3_column_int64(row, ENDED_S)};
}

static enum nw_err each_letter(struct nw_journal_reader *reader, sqlite3_stmt *row,
	nw_on_letter *on_letter, void *arg, struct nw_error *error)
{
	enum nw_err err;

	while (nw_db_step(&reader->db, row, &err, error)) {
		const struct nw_letter_row letter = letter_of(row);

		on_letter(arg, &letter);
	}
	(void)sqlite3_finalize(row);
	return err;
}

enum nw_err nw_journal_each_waiting(struct nw_journal_reader *reader, nw_on_letter *on_letter,
	void *arg, struct nw_error *error)
{
	sqlite3_stmt *row;
	const enum nw_err err = prepare(&reader->db,
		"SELECT " HEAD_COLUMNS " FROM outbox WHERE state = 'waiting' ORDER BY n", &row,
		error);

	return err ? err : each_letter(reader, row, on_letter, arg, error);
}

enum nw_err nw_journal_each_letter(struct nw_journal_reader *reader, int64_t most,
	nw_on_letter *on_letter, void *arg, struct nw_error *error)
{
	sqlite3_stmt *row;
	const enum nw_err err = prepare(&reader->db,
		"SELECT " HEAD_COLUMNS " FROM outbox ORDER BY n DESC LIMIT ?1", &row, error);

	if (err)
		return err;
	bind_ints(row, 1, &most, 1);
	return each_letter(reader, row, on_letter, arg, error);
}

static void keep(struct nw_arena *arena, struct nw_letter_row *letter)
{
	struct nw_str *const strs[] = {&letter->key, &letter->incident, &letter->rule,
		&letter->channel, &letter->transition, &letter->payload, &letter->error};

	for (size_t i = 0; i < sizeof(strs) / sizeof(strs[0]); i++)
		*strs[i] = nw_arena_str(arena, *strs[i]);
}

enum nw_err nw_journal_letter(struct nw_journal_reader *reader, struct nw_arena *arena, int64_t n,
	struct nw_letter_row *letter, struct nw_error *error)
{
	sqlite3_stmt *row;
	enum nw_err err = prepare(&reader->db,
		"SELECT " HEAD_COLUMNS ", payload FROM outbox WHERE n = ?1", &row, error);
	bool is_there = false;

	*letter = (struct nw_letter_row){0};
	if (err)
		return err;
	bind_ints(row, 1, &n, 1);
	while (nw_db_step(&reader->db, row, &err, error)) {
		*letter = letter_of(row);
		letter->payload = nw_db_str(row, PAYLOAD);
		keep(arena, letter);
		is_there = true;
	}
	(void)sqlite3_finalize(row);
	if (!err && !is_there)
		return nw_fail(error, NW_E_GONE, "no letter by that number");
	return err;
}
