#ifndef NW_ALERT_INTERNAL_H
#define NW_ALERT_INTERNAL_H

#include <stdatomic.h>
#include <sys/queue.h>

#include "alert/alerting.h"
#include "alert/files.h"
#include "alert/outbox.h"
#include "store/writer.h"

/* Private to the edges of alert/: alerting.c, follow.c, deliver.c, job.c, pages.c. */

/* The current setting, or an old one that deliveries still use. */
struct nw_alert_held {
	struct nw_alert_setting setting;
	unsigned holders;
};

/* How a channel is: told on the bus and in the log when it changes. */
struct nw_channel_health {
	LIST_ENTRY(nw_channel_health) entry;
	char *name;
	unsigned failures; /* in a row */
	bool is_failing;
	int64_t since_s, last_ok_s;
	int64_t sent, dead;
	char reason[256]; /* of the last failure */
};

struct nw_alert_sending;

struct nw_alerting {
	struct nw_loop *loop;
	struct nw_mailbox *store;
	struct nw_journal_reader *reader;
	struct nw_alert_held *held;
	struct nw_alerts *engine;
	struct nw_outbox *outbox;
	struct nw_channel_world world;

	struct nw_mailbox mail; /* jobs that came back, and the wake */
	struct nw_mail wake;
	atomic_bool is_woken;
	struct nw_timer *timer;

	int64_t cursor,
		saved_cursor; /* the journal's records up to it were considered; is written */
	int64_t saved_s, forgot_s;
	bool page_under_way;
	unsigned reloads; /* under way: what is to be restored is not yet */
	bool is_stopped;

	LIST_HEAD(nw_sendings, nw_alert_sending) sendings;
	LIST_HEAD(nw_healths, nw_channel_health) healths;
};

struct nw_alert_held *nw_alert_hold(struct nw_alert_held *held);
void nw_alert_release(struct nw_alert_held *held);
int64_t nw_alerting_now_s(const struct nw_alerting *a);
/* When there may be something to do: sets the timer. */
void nw_alerting_plan(struct nw_alerting *a);

/* --- job.c: what is written in one transaction --- */

struct nw_alert_job {
	struct nw_store_job job; /* first, so that a letter of the mailbox is one */
	struct nw_alerting *a;
	struct nw_arena *arena; /* holds this and all below */
	const struct nw_incident_row *rows;
	size_t n_rows;
	struct nw_letter_row *letters; /* posted, then handed to the outbox */
	size_t n_letters;
	struct nw_record *records;
	size_t n_records, records_cap;
	struct nw_letter_row note;      /* of what came of an attempt; n 0: none */
	struct nw_outbox_letter *noted; /* whose note it is */
	bool is_revived;                /* the note has a dead letter wait again: a row whole */
	int64_t cursor;                 /* 0: stays */
	int64_t forget_before_s;        /* 0: nothing is */
	bool is_reload;
	struct nw_str rules; /* then, as JSON: incidents of others are closed */
	bool is_cursor_gone; /* there is no rule: nothing was considered up to anywhere */
	bool is_page;
	bool is_lost; /* nothing of it was kept */
};

struct nw_alert_job *nw_alert_job_new(struct nw_alerting *a);
/* Adds what the engine said, whose strings are in the job's arena. */
void nw_alert_job_fill(struct nw_alert_job *job, const struct nw_outcome *outcome, int64_t now_s);
/* One record more, under the key; extension is taken over. Before nw_alert_job_fill nothing is there. */
void nw_alert_job_tell(struct nw_alert_job *job, enum nw_kind kind, struct nw_str key,
	json_t *extension, struct nw_str title, struct nw_str text);
bool nw_alert_job_is_empty(const struct nw_alert_job *job);
void nw_alert_job_post(struct nw_alert_job *job);
void nw_alert_job_free(struct nw_alert_job *job);

/* --- follow.c --- */

/* Where to begin: the cursor, or the journal's end when there is none. */
enum nw_err nw_alert_find_cursor(struct nw_alerting *a, struct nw_error *error) NW_MUST;
/* At the journal's end, which is written. */
enum nw_err nw_alert_begin_cursor(struct nw_alerting *a, struct nw_error *error) NW_MUST;
void nw_alert_follow(struct nw_alerting *a);
void nw_alert_save_cursor(struct nw_alerting *a); /* where it has moved for long */

/* --- deliver.c: the outbox's user --- */

extern const struct nw_outbox_user nw_alert_outbox_user; /* without its arg */
void nw_alert_end_sendings(struct nw_alerting *a);
void nw_alert_free_healths(struct nw_alerting *a);

#endif
