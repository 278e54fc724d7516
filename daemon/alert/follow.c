#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"

#include "alert/internal.h"
#include "alert/reading.h"

#define PAGES_A_TURN 8      /* then the loop has its turn */
#define CURSOR_RECORDS 1000 /* the cursor is written at least this often, ... */
#define CURSOR_S 60         /* and this often */

enum nw_err nw_alert_find_cursor(struct nw_alerting *a, struct nw_error *error)
{
	const enum nw_err err =
		nw_journal_cursor(a->reader, NW_STR(NW_ALERTING_CURSOR), &a->cursor, error);

	if (!err && a->cursor < 0)
		return nw_alert_begin_cursor(a, error);
	a->saved_s = nw_alerting_now_s(a);
	a->saved_cursor = a->cursor;
	return err;
}

enum nw_err nw_alert_begin_cursor(struct nw_alerting *a, struct nw_error *error)
{
	struct nw_alert_job *job;
	int64_t oldest;
	const enum nw_err err = nw_journal_bounds(a->reader, &oldest, &a->cursor, error);

	a->saved_s = nw_alerting_now_s(a);
	a->saved_cursor = a->cursor;
	if (err || !a->cursor)
		return err;
	/* Before anything is added behind it: what comes next is considered whatever happens. */
	job = nw_alert_job_new(a);
	job->cursor = a->cursor;
	nw_alert_job_post(job);
	return NW_OK;
}

/* A page being considered: what the engine says of it is in the arena of its job. */
struct considering {
	struct nw_alerting *a;
	struct nw_arena *arena;
	struct nw_outcome outcome;
};

static void on_event(void *arg, const struct nw_event *event)
{
	struct considering *c = arg;

	nw_alerts_consider(c->a->engine, c->arena, event, nw_alerting_now_s(c->a), &c->outcome);
}

static void on_unreadable(void *arg, int64_t seq, const struct nw_error *error)
{
	(void)arg;
	nw_log(NW_LOG_WARNING, "no alert can come of a record", NW_KVI("seq", seq),
		NW_KV("error", nw_str(error->text)));
}

/* True: there was a page, and nothing to be written of it. */
static bool read_page(struct nw_alerting *a)
{
	struct nw_alert_job *job = nw_alert_job_new(a);
	struct considering c = {.a = a, .arena = job->arena};
	struct nw_alert_reading reading = {.reader = a->reader,
		.cursor = a->cursor,
		.on_event = on_event,
		.on_unreadable = on_unreadable,
		.arg = &c};
	const int64_t before = a->cursor;
	struct nw_error error = {0};

	if (nw_alert_read_page(&reading, job->arena, &error))
		nw_log_error(NW_LOG_ERROR, "alerts cannot read the journal", &error);
	a->cursor = reading.cursor;
	nw_alert_job_fill(job, &c.outcome, nw_alerting_now_s(a));
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

	if (a->is_stopped || a->page_under_way || a->reloads || !a->held->setting.rules->n)
		return;
	while (pages < PAGES_A_TURN && read_page(a))
		pages++;
	if (pages == PAGES_A_TURN)
		nw_alerting_wake(a); /* and goes on in another turn */
	nw_alert_save_cursor(a);
}
