#include "store/trim.h"

#include <stdio.h>

#include "base/error.h"
#include "base/str.h"
#include "store/heads.h"

/* Of one transaction: some ms. More than a batch of the STORE brings, so that trimming keeps up. */
#define RECORDS_MAX 512
#define LOOKS_MAX 2048
#define PAGES_MAX 1024
#define ARTICLES_MAX 1024
#define IDENTITIES_MAX 1024
#define SHRINK_PAGES 256

/* What stays free, of what is in use and at least: to be written to again. */
#define SPARE_PART 8
#define SPARE_PAGES 2048

struct step {
	struct nw_journal *journal;
	const struct nw_trim *rules;
	struct nw_trimmed *trimmed;
	int64_t held; /* what follows this seq some live cursor has not passed */
	char holder[NW_TRIM_NAME];
	int64_t used, free; /* pages */
	int64_t last;       /* of those removed */
};

static void copy_name(char name[NW_TRIM_NAME], struct nw_str from)
{
	(void)snprintf(name, NW_TRIM_NAME, "%.*s", NW_ARG(nw_str_head(from, NW_TRIM_NAME - 1)));
}

static enum nw_err ask(
	struct nw_journal *journal, size_t which, int64_t *answer, struct nw_error *error)
{
	sqlite3_stmt *statement = journal->db.statements[which];

	*answer = 0;
	if (sqlite3_step(statement) == SQLITE_ROW)
		*answer = sqlite3_column_int64(statement, 0);
	return nw_journal_run(journal, statement, error);
}

/* --- cursors --- */

static enum nw_err forget_dead(struct step *s, struct nw_error *error)
{
	const int64_t since = s->rules->now_s - s->rules->cursor_keep_s;
	sqlite3_stmt *statement = nw_db_bind(&s->journal->db, NW_W_FORGET_DEAD, &since, 1);

	if (!s->rules->cursor_keep_s)
		return NW_OK;
	if (sqlite3_step(statement) == SQLITE_ROW) {
		copy_name(s->trimmed->forgotten, nw_db_str(statement, 0));
		s->trimmed->more = true;
	}
	return nw_journal_run(s->journal, statement, error);
}

static enum nw_err find_holder(struct step *s, struct nw_error *error)
{
	sqlite3_stmt *statement = s->journal->db.statements[NW_W_HOLDER];

	s->held = INT64_MAX;
	if (sqlite3_step(statement) == SQLITE_ROW) {
		s->held = sqlite3_column_int64(statement, 0);
		copy_name(s->holder, nw_db_str(statement, 1));
	}
	return nw_journal_run(s->journal, statement, error);
}

enum nw_err nw_journal_forget_cursor(
	struct nw_journal *journal, struct nw_str name, struct nw_error *error)
{
	sqlite3_stmt *statement = journal->db.statements[NW_W_FORGET];
	enum nw_err err;

	nw_db_bind_str(statement, 1, name);
	err = nw_journal_run(journal, statement, error);
	if (!err && !sqlite3_changes(journal->db.sqlite))
		return nw_fail(error, NW_E_SYNTAX, "no cursor '%.*s'",
			NW_ARG(nw_str_head(name, NW_TRIM_NAME)));
	return err;
}

/* --- records --- */

static enum nw_err count_pages(struct step *s, struct nw_error *error)
{
	int64_t pages;
	enum nw_err err = ask(s->journal, NW_W_PAGES, &pages, error);

	if (!err)
		err = ask(s->journal, NW_W_FREE_PAGES, &s->free, error);
	s->used = pages - s->free;
	return err;
}

/* Whether more than so many times keep_bytes is in use. */
static bool is_past(const struct step *s, int64_t times)
{
	return s->rules->keep_bytes > 0 &&
		s->used * s->journal->page_bytes > s->rules->keep_bytes * times;
}

static enum nw_err remove_keys(struct nw_journal *journal, int64_t seq, struct nw_error *error)
{
	struct nw_str lines = nw_buf_str(&journal->lines);
	struct nw_journal_key key;
	enum nw_err err = NW_OK;

	while (!err && nw_reader_cut_key(&lines, &key)) {
		const int64_t values[] = {nw_journal_key_number(journal, key.key), seq};

		err = nw_journal_run(
			journal, nw_db_bind(&journal->db, NW_W_UNKEY, values, 2), error);
		nw_journal_note_trimmed(journal, key.key, seq);
	}
	return err;
}

/* Its keys stay in the journal's buffer for them. */
static enum nw_err read_keys(struct nw_journal *journal, int64_t seq, struct nw_error *error)
{
	sqlite3_stmt *statement = nw_db_bind(&journal->db, NW_W_KEYS, &seq, 1);

	nw_buf_empty(&journal->lines);
	if (sqlite3_step(statement) == SQLITE_ROW)
		nw_buf_add(&journal->lines, nw_db_str(statement, 0));
	return nw_journal_run(journal, statement, error);
}

static enum nw_err remove_record(struct step *s, int64_t seq, struct nw_error *error)
{
	static const enum nw_journal_write removals[] = {NW_W_REMOVE, NW_W_REMOVE_SKETCH};
	struct nw_journal *journal = s->journal;
	enum nw_err err = read_keys(journal, seq, error);

	if (!err)
		err = remove_keys(journal, seq, error);
	for (size_t i = 0; !err && i < sizeof(removals) / sizeof(removals[0]); i++)
		err = nw_journal_run(
			journal, nw_db_bind(&journal->db, removals[i], &seq, 1), error);
	nw_heads_pass(journal, seq);
	s->trimmed->records++;
	if (seq > s->last)
		s->last = seq;
	if (seq > s->held)
		copy_name(s->trimmed->overrun, nw_str(s->holder));
	return err;
}

/* Readers ask for the last of all first, and mostly need no other. */
static enum nw_err save_last(struct step *s, struct nw_error *error)
{
	struct nw_journal *journal = s->journal;

	if (s->last <= journal->trimmed)
		return NW_OK;
	journal->trimmed = s->last;
	return nw_journal_run(
		journal, nw_db_bind(&journal->db, NW_W_TRIMMED, &journal->trimmed, 1), error);
}

/*
 * The next one, if there is any. What the table of articles does not know yet is put there
 * first: nothing else would know it after a crash.
 */
static enum nw_err remove_next(
	struct step *s, struct nw_heads_ask *ask, bool *is_done, struct nw_error *error)
{
	struct nw_journal *journal = s->journal;
	enum nw_err err;
	int64_t seq;

	ask->is_past = is_past(s, 1);
	ask->is_far_past = is_past(s, 2);
	err = nw_heads_next(journal, ask, &seq, error);
	*is_done = err || !seq || seq > journal->versions.merged;
	if (err || !seq) {
		s->trimmed->more = s->trimmed->more || (!err && !ask->looks);
		return err;
	}
	if (*is_done) {
		s->trimmed->more = true;
		return nw_versions_merge(journal, ARTICLES_MAX, true, error);
	}
	err = remove_record(s, seq, error);
	return err ? err : count_pages(s, error);
}

/* Removes while there is any that is to go, and time. */
static enum nw_err remove_records(struct step *s, struct nw_error *error)
{
	struct nw_heads_ask ask = {.keeps = &s->rules->keeps,
		.now_s = s->rules->now_s,
		.held = s->held,
		.looks = LOOKS_MAX};
	enum nw_err err = count_pages(s, error);
	const int64_t free_before = s->free;
	bool is_done = false;

	while (!err && !is_done) {
		if (s->trimmed->records == RECORDS_MAX || s->free - free_before > PAGES_MAX) {
			s->trimmed->more = true;
			break;
		}
		err = remove_next(s, &ask, &is_done, error);
	}
	return err ? err : save_last(s, error);
}

/* --- the file --- */

/*
 * What is free beyond what is soon written to again is given back, from the file's end.
 * A page that is in use there is moved first, and SQLite reads through all free ones to
 * find its new place: so many pages are some ms, as a step of trimming is.
 */
static enum nw_err shrink(struct step *s, struct nw_error *error)
{
	struct nw_journal *journal = s->journal;
	sqlite3_stmt *statement = journal->db.statements[NW_W_SHRINK];
	const int64_t over = s->free - s->used / SPARE_PART - SPARE_PAGES;
	enum nw_err err = NW_OK;

	if (!journal->can_shrink || over <= 0 || s->trimmed->more)
		return NW_OK;
	s->trimmed->more = over > SHRINK_PAGES;
	for (int64_t n = 0; n < over && n < SHRINK_PAGES; n++)
		if (!nw_db_step(&journal->db, statement, &err, error))
			break;
	(void)sqlite3_reset(statement);
	journal->failed = journal->failed || err;
	journal->has_shrunk = journal->has_shrunk || !s->trimmed->more;
	return err;
}

/* --- what outlives the records --- */

static enum nw_err forget_identities(struct step *s, struct nw_error *error)
{
	int64_t first, upto = 0;
	enum nw_err err = ask(s->journal, NW_W_FIRST_IDENTITY, &first, error);

	if (!err)
		err = ask(s->journal, NW_W_LAST_IDENTITY, &upto, error);
	upto -= s->rules->remember;
	if (err || !first || first > upto)
		return err;
	if (upto - first >= IDENTITIES_MAX) {
		upto = first + IDENTITIES_MAX - 1;
		s->trimmed->more = true;
	}
	return nw_journal_run(
		s->journal, nw_db_bind(&s->journal->db, NW_W_FORGET_IDENTITIES, &upto, 1), error);
}

static void raise_floor(const struct step *s)
{
	struct nw_versions *versions = &s->journal->versions;
	const int64_t floor = s->journal->last_seq - s->rules->remember;

	/* A sweep reads the whole table: now and then is often enough. */
	if (floor - versions->floor > s->rules->remember / 8)
		versions->floor = floor;
}

enum nw_err nw_journal_trim(struct nw_journal *journal, const struct nw_trim *rules,
	struct nw_trimmed *trimmed, struct nw_error *error)
{
	struct step s = {.journal = journal, .rules = rules, .trimmed = trimmed};
	int64_t oldest = 0;
	enum nw_err err;

	*trimmed = (struct nw_trimmed){0};
	err = forget_dead(&s, error);
	if (!err)
		err = find_holder(&s, error);
	if (!err)
		err = remove_records(&s, error);
	if (!err)
		err = ask(journal, NW_W_OLDEST, &oldest, error);
	if (!err)
		err = forget_identities(&s, error);
	if (!err)
		err = shrink(&s, error);
	if (err)
		return err;
	trimmed->oldest = oldest ? oldest : journal->last_seq + 1;
	trimmed->bytes = s.used * journal->page_bytes;
	trimmed->free_bytes = s.free * journal->page_bytes;
	raise_floor(&s);
	return NW_OK;
}
