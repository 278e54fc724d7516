#include "store/heads.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"

#define DAY_MS INT64_C(86400000)

static void add_head(struct nw_trim_heads *heads, int64_t keep_s)
{
	for (size_t i = 0; i < heads->n; i++)
		if (heads->v[i].keep_s == keep_s)
			return;
	heads->v[heads->n++] = (struct nw_trim_head){.keep_s = keep_s};
}

static struct nw_hash hash_of(const struct nw_keeps *keeps)
{
	return nw_hash128((struct nw_str){(const char *)keeps,
		offsetof(struct nw_keeps, v) + keeps->n * sizeof(keeps->v[0])});
}

/* Which lengths of time there are depends on the rules alone. */
static void make_heads(struct nw_trim_heads *heads, const struct nw_keeps *keeps)
{
	const struct nw_hash rules = hash_of(keeps);

	if (heads->n && nw_hash_eq(heads->rules, rules))
		return;
	if (!heads->v)
		heads->v = nw_must_calloc(NW_KEEPS_MAX + 1, sizeof(heads->v[0]));
	heads->rules = rules;
	heads->n = 0;
	add_head(heads, keeps->keep_s);
	for (size_t i = 0; i < keeps->n; i++)
		add_head(heads, keeps->v[i].keep_s);
}

static int64_t age_ms(const struct nw_heads_ask *ask, int64_t unix_ms)
{
	return ask->now_s * 1000 - unix_ms;
}

static bool is_old(const struct nw_heads_ask *ask, const struct nw_trim_head *head, int64_t unix_ms)
{
	return head->keep_s && age_ms(ask, unix_ms) > head->keep_s * 1000;
}

static bool is_free(const struct nw_heads_ask *ask, int64_t seq)
{
	return seq <= ask->held || ask->is_far_past;
}

/* --- dates --- */

/* After those already looked at, since the head was at a record of the same run. */
static enum nw_err find_next(struct nw_journal *journal, struct nw_heads_ask *ask,
	struct nw_trim_head *head, int64_t seq, struct nw_error *error)
{
	sqlite3_stmt *statement;
	enum nw_err err = NW_OK;

	if (seq < head->dated_from || seq > head->dated_upto) {
		head->dated_from = head->dated_upto = seq;
		head->has_next = false;
	}
	if (head->has_next)
		return NW_OK;
	statement = nw_db_bind(&journal->db, NW_W_DATES, &head->dated_upto, 1);
	while (ask->looks && !head->has_next && nw_db_step(&journal->db, statement, &err, error)) {
		ask->looks--;
		head->next_ms = sqlite3_column_int64(statement, 1);
		head->has_next = age_ms(ask, head->next_ms) >= -DAY_MS;
		if (!head->has_next)
			head->dated_upto = sqlite3_column_int64(statement, 0);
	}
	(void)sqlite3_reset(statement);
	return err;
}

/*
 * Where a clock was ahead when a record was written, the date of the next one that is not
 * dated in the future: or that one and all after it would stay until then.
 */
static enum nw_err ask_date(struct nw_journal *journal, struct nw_heads_ask *ask,
	struct nw_trim_head *head, int64_t seq, int64_t *unix_ms, struct nw_error *error)
{
	enum nw_err err;

	if (!head->keep_s || age_ms(ask, *unix_ms) >= -DAY_MS)
		return NW_OK;
	err = find_next(journal, ask, head, seq, error);
	if (!err && head->has_next)
		*unix_ms = head->next_ms;
	return err;
}

/* --- heads --- */

/* Whether there is any use in looking for a head at this record or after it. */
static enum nw_err may_go(struct nw_journal *journal, struct nw_heads_ask *ask,
	struct nw_trim_head *head, sqlite3_stmt *row, bool *may, struct nw_error *error)
{
	const int64_t seq = sqlite3_column_int64(row, 0);
	int64_t unix_ms = sqlite3_column_int64(row, 1);
	enum nw_err err = NW_OK;

	*may = is_free(ask, seq);
	if (!*may || ask->is_past)
		return NW_OK;
	err = ask_date(journal, ask, head, seq, &unix_ms, error);
	*may = is_old(ask, head, unix_ms);
	return err;
}

static bool look_at(const struct nw_heads_ask *ask, struct nw_trim_head *head, sqlite3_stmt *row)
{
	const int64_t seq = sqlite3_column_int64(row, 0);

	if (nw_keeps_ask(ask->keeps, nw_db_str(row, 2)) != head->keep_s) {
		head->looked = seq;
		return false;
	}
	head->seq = seq;
	head->unix_ms = sqlite3_column_int64(row, 1);
	return true;
}

static enum nw_err find_head(struct nw_journal *journal, struct nw_heads_ask *ask,
	struct nw_trim_head *head, struct nw_error *error)
{
	sqlite3_stmt *statement = nw_db_bind(&journal->db, NW_W_LOOK, &head->looked, 1);
	enum nw_err err = NW_OK;
	bool may;

	while (ask->looks && nw_db_step(&journal->db, statement, &err, error)) {
		err = may_go(journal, ask, head, statement, &may, error);
		if (err || !may || !ask->looks)
			break;
		ask->looks--;
		if (look_at(ask, head, statement))
			break;
	}
	(void)sqlite3_reset(statement);
	return err;
}

/* How much of its time it has had; for ever is never used up. */
static double part_had(
	const struct nw_heads_ask *ask, const struct nw_trim_head *head, int64_t unix_ms)
{
	return head->keep_s ? (double)age_ms(ask, unix_ms) / ((double)head->keep_s * 1000)
			    : -HUGE_VAL;
}

/* *part: what its head has had of its time; NAN where there is none that may go. */
static enum nw_err ask_head(struct nw_journal *journal, struct nw_heads_ask *ask,
	struct nw_trim_head *head, double *part, struct nw_error *error)
{
	enum nw_err err = NW_OK;
	int64_t unix_ms;

	*part = NAN;
	if (!head->seq && (head->keep_s || ask->is_past))
		err = find_head(journal, ask, head, error);
	if (err || !head->seq || !is_free(ask, head->seq))
		return err;
	unix_ms = head->unix_ms;
	err = ask_date(journal, ask, head, head->seq, &unix_ms, error);
	if (!err && (ask->is_past || is_old(ask, head, unix_ms)))
		*part = part_had(ask, head, unix_ms);
	return err;
}

enum nw_err nw_heads_next(
	struct nw_journal *journal, struct nw_heads_ask *ask, int64_t *seq, struct nw_error *error)
{
	struct nw_trim_heads *heads = &journal->heads;
	const struct nw_trim_head *best = NULL;
	double part, most = 0;
	enum nw_err err = NW_OK;

	*seq = 0;
	make_heads(heads, ask->keeps);
	for (size_t i = 0; !err && i < heads->n; i++) {
		err = ask_head(journal, ask, &heads->v[i], &part, error);
		if (err || isnan(part) || (best && part <= most))
			continue;
		best = &heads->v[i];
		most = part;
	}
	journal->failed = journal->failed || err;
	/* Where not every head could be looked for it is not known which one is to go. */
	if (!err && best && (ask->looks || !ask->is_past))
		*seq = best->seq;
	return err;
}

void nw_heads_pass(struct nw_journal *journal, int64_t seq)
{
	struct nw_trim_heads *heads = &journal->heads;

	for (size_t i = 0; i < heads->n; i++)
		if (heads->v[i].seq == seq) {
			heads->v[i].looked = seq;
			heads->v[i].seq = 0;
		}
}
