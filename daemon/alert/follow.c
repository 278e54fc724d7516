#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"

#include "alert/internal.h"

#define PAGE 64
#define PAGE_BYTES ((size_t)4 << 20)
#define PAGES_A_TURN 8      /* then the loop has its turn */
#define CURSOR_RECORDS 1000 /* the cursor is written at least this often, ... */
#define CURSOR_S 60         /* and this often */

enum nw_err nw_alert_find_cursor(struct nw_alerting *a, struct nw_error *error)
{
	struct nw_alert_job *job;
	int64_t oldest, newest;
	enum nw_err err =
		nw_journal_cursor(a->reader, NW_STR(NW_ALERTING_CURSOR), &a->cursor, error);

	if (err)
		return err;
	a->saved_s = nw_alerting_now_s(a);
	if (a->cursor < 0) {
		err = nw_journal_bounds(a->reader, &oldest, &newest, error);
		a->cursor = newest;
	}
	a->saved_cursor = a->cursor;
	if (err || !a->cursor)
		return err;
	/* Before anything is added behind it: what comes next is considered whatever happens. */
	job = nw_alert_job_new(a);
	job->cursor = a->cursor;
	nw_alert_job_post(job);
	return NW_OK;
}

static void consider(struct nw_alerting *a, struct nw_arena *arena, const struct nw_record *record,
	struct nw_outcome *outcome)
{
	struct nw_error error = {0};
	struct nw_event event;
	const enum nw_err err = nw_event_read(arena, record, &event, &error);

	if (!err)
		nw_alerts_consider(a->engine, arena, &event, nw_alerting_now_s(a), outcome);
	else if (err != NW_E_UNKNOWN)
		nw_log(NW_LOG_WARNING, "no alert can come of a record", NW_KVI("seq", record->seq),
			NW_KV("error", nw_str(error.text)));
}

/* True: there was a page, and nothing to be written of it. */
static bool read_page(struct nw_alerting *a)
{
	const struct nw_str prefix = NW_STR("all/");
	const struct nw_journal_query query = {.after = a->cursor,
		.prefixes = &prefix,
		.n_prefixes = 1,
		.limit = PAGE,
		.bytes = PAGE_BYTES};
	struct nw_alert_job *job = nw_alert_job_new(a);
	const int64_t before = a->cursor;
	struct nw_outcome outcome = {0};
	struct nw_error error = {0};
	struct nw_record *records;
	size_t n;

	if (nw_journal_read(a->reader, &query, job->arena, &records, &n, &a->cursor, &error)) {
		nw_log_error(NW_LOG_ERROR, "alerts cannot read the journal", &error);
		n = 0;
	}
	for (size_t i = 0; i < n; i++)
		consider(a, job->arena, &records[i], &outcome);
	nw_alert_job_fill(job, &outcome, nw_alerting_now_s(a));
	if (nw_alert_job_is_empty(job)) {
		nw_alert_job_free(job);
		return a->cursor != before;
	}
	job->cursor = a->saved_cursor = a->cursor;
	a->saved_s = nw_alerting_now_s(a);
	job->is_page = a->page_under_way = true;
	nw_alert_job_post(job);
	return false;
}

void nw_alert_save_cursor(struct nw_alerting *a)
{
	const int64_t now_s = nw_alerting_now_s(a);
	struct nw_alert_job *job;

	if (a->cursor - a->saved_cursor < CURSOR_RECORDS && now_s - a->saved_s < CURSOR_S)
		return;
	a->saved_s = now_s;
	if (a->cursor == a->saved_cursor)
		return;
	a->saved_cursor = a->cursor;
	job = nw_alert_job_new(a);
	job->cursor = a->cursor;
	nw_alert_job_post(job);
}

void nw_alert_follow(struct nw_alerting *a)
{
	int pages = 0;

	if (a->is_stopped || a->page_under_way || !a->held->setting.rules->n)
		return;
	while (pages < PAGES_A_TURN && read_page(a))
		pages++;
	if (pages == PAGES_A_TURN)
		nw_alerting_wake(a); /* and goes on in another turn */
	nw_alert_save_cursor(a);
}
