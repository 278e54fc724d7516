#include "base/arena.h"
#include "base/str.h"
#include "store/database.h"
#include "store/merge.h"

#define LOOK_MAX 1024 /* rows looked at in one transaction */

static enum nw_err ask_bounds(
	struct nw_journal_reader *reader, int64_t *oldest, int64_t *newest, struct nw_error *error)
{
	enum nw_err err = nw_reader_ask(reader, NW_R_NEWEST, newest, error);

	*oldest = 0;
	if (!err)
		err = nw_reader_ask(reader, NW_R_OLDEST, oldest, error);
	if (!err && *newest && !*oldest)
		*oldest = *newest + 1;
	return err;
}

enum nw_err nw_journal_bounds(
	struct nw_journal_reader *reader, int64_t *oldest, int64_t *newest, struct nw_error *error)
{
	enum nw_err err = nw_reader_begin(reader, error);

	*oldest = *newest = 0;
	if (!err)
		err = nw_reader_end(reader, ask_bounds(reader, oldest, newest, error), error);
	if (err)
		*oldest = *newest = 0;
	return err;
}

static enum nw_err ask_trimmed(struct nw_journal_reader *reader, struct nw_str prefix,
	int64_t *trimmed, struct nw_error *error)
{
	sqlite3_stmt *statement = reader->db.statements[NW_R_TRIMMED];
	struct nw_buf end;
	int64_t its;
	enum nw_err err;

	/* Keys are printable ASCII: see store/merge.c. */
	nw_buf_init(&end, prefix.n + 1);
	nw_buf_add(&end, prefix);
	nw_buf_add_c(&end, 0x7f);
	nw_db_bind_str(statement, 1, prefix);
	nw_db_bind_str(statement, 2, nw_buf_str(&end));
	err = nw_reader_ask(reader, NW_R_TRIMMED, &its, error);
	nw_buf_clear(&end);
	if (!err && its > *trimmed)
		*trimmed = its;
	return err;
}

enum nw_err nw_reader_trimmed(struct nw_journal_reader *reader,
	const struct nw_journal_query *query, int64_t *trimmed, struct nw_error *error)
{
	int64_t last;
	/* Whoever follows the end is past all of it, and asks no more than this. */
	enum nw_err err = nw_reader_ask(reader, NW_R_LAST_TRIMMED, &last, error);

	*trimmed = 0;
	if (err || last < query->after)
		return err;
	if (!query->n_prefixes)
		*trimmed = last;
	for (size_t i = 0; !err && i < query->n_prefixes; i++)
		err = ask_trimmed(reader, query->prefixes[i], trimmed, error);
	return err;
}

enum nw_err nw_journal_trimmed(struct nw_journal_reader *reader,
	const struct nw_journal_query *query, int64_t *trimmed, int64_t *oldest,
	struct nw_error *error)
{
	enum nw_err err = nw_reader_begin(reader, error);
	int64_t newest;

	*trimmed = *oldest = 0;
	if (err)
		return err;
	err = nw_reader_trimmed(reader, query, trimmed, error);
	if (!err)
		err = ask_bounds(reader, oldest, &newest, error);
	return nw_reader_end(reader, err, error);
}

/* The record at or after seq, and the latest time up to it; *seq 0 where there is none. */
static enum nw_err ask_moment(
	struct nw_journal_reader *reader, int64_t *seq, int64_t *latest_ms, struct nw_error *error)
{
	sqlite3_stmt *statement = nw_db_bind(&reader->db, NW_R_MOMENT, seq, 1);
	enum nw_err err;

	*seq = *latest_ms = 0;
	while (nw_db_step(&reader->db, statement, &err, error)) {
		*seq = sqlite3_column_int64(statement, 0);
		*latest_ms = sqlite3_column_int64(statement, 1);
	}
	return err;
}

/* By halves: the latest time so far never decreases with seq. */
static enum nw_err seek_time(
	struct nw_journal_reader *reader, int64_t unix_ms, int64_t *after, struct nw_error *error)
{
	int64_t low,
		high; /* the first record at or after the time has low <= seq, or is past high */
	enum nw_err err = ask_bounds(reader, &low, &high, error);

	while (!err && low <= high) {
		const int64_t middle = low + (high - low) / 2;
		int64_t seq = middle, latest_ms;

		err = ask_moment(reader, &seq, &latest_ms, error);
		if (!err && (!seq || latest_ms >= unix_ms))
			high = middle - 1;
		else if (!err)
			low = seq + 1;
	}
	*after = low ? low - 1 : 0;
	return err;
}

enum nw_err nw_journal_seek_time(
	struct nw_journal_reader *reader, int64_t unix_ms, int64_t *after, struct nw_error *error)
{
	enum nw_err err = nw_reader_begin(reader, error);

	*after = 0;
	if (!err)
		err = nw_reader_end(reader, seek_time(reader, unix_ms, after, error), error);
	if (err)
		*after = 0;
	return err;
}

/* --- backwards --- */

static bool is_under(const struct nw_journal_query *query, struct nw_str lines)
{
	struct nw_journal_key key;

	while (nw_reader_cut_key(&lines, &key))
		if (nw_reader_is_asked(key.key, query->prefixes, query->n_prefixes))
			return true;
	return false;
}

static enum nw_err scan_back(struct nw_journal_reader *reader, const struct nw_journal_query *query,
	struct nw_journal_seek *seek, struct nw_error *error)
{
	const int64_t values[] = {seek->seq, LOOK_MAX};
	sqlite3_stmt *statement = nw_db_bind(&reader->db, NW_R_SCAN_BACK, values, 2);
	enum nw_err err;

	seek->is_done = true;
	while (nw_db_step(&reader->db, statement, &err, error)) {
		seek->is_done = false;
		seek->seq = sqlite3_column_int64(statement, 0);
		if (is_under(query, nw_db_str(statement, 1)) && --seek->wanted == 0) {
			(void)sqlite3_reset(statement);
			return NW_OK;
		}
	}
	return err;
}

static enum nw_err merge_back(
	struct nw_journal_reader *reader, struct nw_journal_seek *seek, struct nw_error *error)
{
	struct nw_merge merge = {.reader = reader, .back = true};
	enum nw_err err = NW_OK;
	int64_t seq = 1;

	nw_merge_begin(&merge, seek->seq);
	for (int looked = 0; !err && seq && seek->wanted && looked < LOOK_MAX; looked++) {
		err = nw_merge_next(&merge, &seq, error);
		if (!err && seq) {
			seek->seq = seq;
			seek->wanted--;
		}
	}
	seek->is_done = !seq;
	return err;
}

static enum nw_err begin_back(struct nw_journal_reader *reader,
	const struct nw_journal_query *query, struct nw_journal_seek *seek, struct nw_error *error)
{
	int64_t oldest, newest;
	const enum nw_err err = ask_bounds(reader, &oldest, &newest, error);

	seek->wanted = (int64_t)query->limit;
	seek->seq = (query->upto && query->upto < newest ? query->upto : newest) + 1;
	seek->begun = true;
	return err;
}

static enum nw_err go_back(struct nw_journal_reader *reader, const struct nw_journal_query *query,
	struct nw_journal_seek *seek, struct nw_error *error)
{
	enum nw_err err = seek->begun ? NW_OK : begin_back(reader, query, seek, error);
	int64_t oldest, newest;
	bool too_many;

	if (!err && seek->wanted)
		err = nw_merge_find(reader, query->prefixes, query->n_prefixes, &too_many, error);
	if (!err && seek->wanted)
		err = too_many ? scan_back(reader, query, seek, error)
			       : merge_back(reader, seek, error);
	if (err)
		return err;
	if (seek->is_done && seek->wanted)
		err = ask_bounds(reader, &oldest, &newest, error);
	if (!err && seek->is_done && seek->wanted)
		seek->seq = oldest;
	seek->is_done = seek->is_done || !seek->wanted;
	seek->after = seek->seq ? seek->seq - 1 : 0;
	return err;
}

enum nw_err nw_journal_seek_step(struct nw_journal_reader *reader,
	const struct nw_journal_query *query, struct nw_journal_seek *seek, struct nw_error *error)
{
	const enum nw_err err = nw_reader_begin(reader, error);

	return err ? err : nw_reader_end(reader, go_back(reader, query, seek, error), error);
}

enum nw_err nw_journal_seek_last(struct nw_journal_reader *reader,
	const struct nw_journal_query *query, int64_t *after, struct nw_error *error)
{
	struct nw_journal_seek seek = {0};
	enum nw_err err = NW_OK;

	while (!err && !seek.is_done)
		err = nw_journal_seek_step(reader, query, &seek, error);
	*after = err ? 0 : seek.after;
	return err;
}

enum nw_err nw_journal_last_keys(struct nw_journal_reader *reader, struct nw_arena *arena,
	struct nw_journal_key **keys, size_t *n, struct nw_error *error)
{
	sqlite3_stmt *statement = reader->db.statements[NW_R_KEYS];
	struct nw_journal_key *all = NULL;
	size_t cap = 0, found = 0;
	enum nw_err err;

	*keys = NULL;
	*n = 0;
	while (nw_db_step(&reader->db, statement, &err, error)) {
		if (found == cap) {
			struct nw_journal_key *more =
				NW_ARENA_ARRAY(arena, struct nw_journal_key, cap ? cap * 2 : 64);

			if (found)
				memcpy(more, all, found * sizeof(*more));
			all = more;
			cap = cap ? cap * 2 : 64;
		}
		all[found].key = nw_arena_str(arena, nw_db_str(statement, 0));
		all[found++].prev = sqlite3_column_int64(statement, 1);
	}
	if (!err) {
		*keys = all;
		*n = found;
	}
	return err;
}
