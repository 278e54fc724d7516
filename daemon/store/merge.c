#include "store/merge.h"

#include "base/arena.h"
#include "base/str.h"

#define KEYS_MAX 256
#define RUN_SEQS 16

/* The next few seqs under one key. */
struct nw_key_run {
	int64_t key;
	int64_t edge; /* where the next ones begin */
	int64_t seqs[RUN_SEQS];
	size_t n, at;
	bool is_last; /* nothing after these */
};

/* Whether there is still room. */
static bool add_run(struct nw_journal_reader *reader, int64_t key)
{
	for (size_t i = 0; i < reader->n_runs; i++)
		if (reader->runs[i].key == key)
			return true;
	if (reader->n_runs == KEYS_MAX)
		return false;
	reader->runs[reader->n_runs++].key = key;
	return true;
}

/*
 * Keys are printable ASCII: what begins with a prefix lies between it and it with DEL
 * added. That end is the caller's to clear when it has done with the statement.
 */
static sqlite3_stmt *ask_under(
	struct nw_journal_reader *reader, struct nw_str prefix, struct nw_buf *end)
{
	sqlite3_stmt *statement = reader->db.statements[NW_R_UNDER];

	nw_buf_init(end, prefix.n + 1);
	nw_buf_add(end, prefix);
	nw_buf_add_c(end, 0x7f);
	nw_db_bind_str(statement, 1, prefix);
	nw_db_bind_str(statement, 2, nw_buf_str(end));
	return statement;
}

enum nw_err nw_journal_has_key(
	struct nw_journal_reader *reader, struct nw_str prefix, bool *has, struct nw_error *error)
{
	struct nw_buf end;
	sqlite3_stmt *statement = ask_under(reader, prefix, &end);
	enum nw_err err;

	*has = nw_db_step(&reader->db, statement, &err, error);
	if (*has)
		(void)sqlite3_reset(statement);
	nw_buf_clear(&end);
	return err;
}

static enum nw_err find_under(struct nw_journal_reader *reader, struct nw_str prefix,
	bool *too_many, struct nw_error *error)
{
	struct nw_buf end;
	sqlite3_stmt *statement = ask_under(reader, prefix, &end);
	enum nw_err err;

	while (nw_db_step(&reader->db, statement, &err, error)) {
		*too_many = !add_run(reader, sqlite3_column_int64(statement, 0));
		if (*too_many) {
			(void)sqlite3_reset(statement);
			break;
		}
	}
	nw_buf_clear(&end);
	return err;
}

enum nw_err nw_merge_find(struct nw_journal_reader *reader, const struct nw_str *prefixes,
	size_t n_prefixes, bool *too_many, struct nw_error *error)
{
	enum nw_err err = NW_OK;

	reader->n_runs = 0;
	*too_many = n_prefixes == 0 || n_prefixes > KEYS_MAX;
	for (size_t i = 0; i < n_prefixes; i++)
		*too_many = *too_many || nw_str_starts(NW_STR("all/"), prefixes[i]);
	if (!*too_many && !reader->runs)
		reader->runs = nw_must_calloc(KEYS_MAX, sizeof(*reader->runs));
	for (size_t i = 0; !err && !*too_many && i < n_prefixes; i++)
		err = find_under(reader, prefixes[i], too_many, error);
	return err;
}

void nw_merge_begin(struct nw_merge *merge, int64_t from)
{
	for (size_t i = 0; i < merge->reader->n_runs; i++) {
		struct nw_key_run *run = &merge->reader->runs[i];

		run->edge = from;
		run->n = run->at = 0;
		run->is_last = false;
	}
}

static enum nw_err fill(struct nw_merge *merge, struct nw_key_run *run, struct nw_error *error)
{
	const int64_t values[] = {run->key, run->edge, merge->bound, RUN_SEQS};
	struct nw_db *db = &merge->reader->db;
	sqlite3_stmt *statement =
		nw_db_bind(db, merge->back ? NW_R_KEYED_BACK : NW_R_KEYED, values, 4);
	enum nw_err err;

	run->n = run->at = 0;
	while (nw_db_step(db, statement, &err, error))
		run->seqs[run->n++] = sqlite3_column_int64(statement, 0);
	run->is_last = run->n < RUN_SEQS;
	if (run->n)
		run->edge = run->seqs[run->n - 1];
	return err;
}

enum nw_err nw_merge_next(struct nw_merge *merge, int64_t *seq, struct nw_error *error)
{
	struct nw_key_run *runs = merge->reader->runs;
	const size_t n = merge->reader->n_runs;

	*seq = 0;
	for (size_t i = 0; i < n; i++) {
		struct nw_key_run *run = &runs[i];
		enum nw_err err = NW_OK;

		if (run->at == run->n && !run->is_last)
			err = fill(merge, run, error);
		if (err)
			return err;
		if (run->at == run->n)
			continue;
		if (*seq == 0 || (run->seqs[run->at] < *seq) != merge->back)
			*seq = run->seqs[run->at];
	}
	for (size_t i = 0; i < n; i++)
		if (runs[i].at < runs[i].n && runs[i].seqs[runs[i].at] == *seq)
			runs[i].at++;
	return NW_OK;
}
