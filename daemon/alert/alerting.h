#ifndef NW_ALERT_ALERTING_H
#define NW_ALERT_ALERTING_H

#include "alert/engine.h"
#include "base/json.h"
#include "rt/loop.h"

/*
 * Alerts, as the daemon has them: follows the journal behind a cursor of its own, asks the
 * engine, writes what it says, and has the letters delivered. On the LOOP, but for
 * nw_alerting_wake. What one page of the journal leads to is one transaction with the cursor:
 * incidents, letters and the records under alert/RULE/; a letter leaves only after that.
 */
#define NW_ALERTING_CURSOR "/alerts" /* no subscriber's name begins with '/' */

struct nw_alerting;

/* Rules and channels as they are at a time. Taken over; released when nothing uses it any more. */
struct nw_alert_setting {
	const struct nw_config *config;
	struct nw_rules *rules; /* freed with it */
	void (*release)(void *holder);
	void *holder; /* of config */
};

struct nw_alerting_options {
	struct nw_loop *loop;
	struct nw_mailbox *store;        /* the writer's */
	const char *journal;             /* the database's path */
	const char *state;               /* the directory where files of alerts begin */
	struct nw_alert_setting setting; /* taken over, whatever comes of the start */
	uint64_t seed;
};

/* Restores incidents and letters, and begins. */
enum nw_err nw_alerting_start(const struct nw_alerting_options *options,
	struct nw_alerting **alerting, struct nw_error *error) NW_MUST;
void nw_alerting_wake(struct nw_alerting *alerting); /* after a commit; on any thread */
void nw_alerting_set(struct nw_alerting *alerting, const struct nw_alert_setting *setting);
/* Stops what is under way: before the writer does. NULL is fine. */
void nw_alerting_stop(struct nw_alerting *alerting);
void nw_alerting_free(struct nw_alerting *alerting); /* after the writer has; NULL is fine */

/* Pages of the control path (status/control.h). */
void nw_alerting_write(struct nw_alerting *alerting, struct nw_buf *json);
void nw_alerting_write_status(const struct nw_alerting *alerting, json_t *status);
/*
 * {"ask":"test","rule":R}, {"ask":"mute","rule":R,"until":UNIX_S (0: no longer)},
 * {"ask":"ack","incident":I,"who":W}, {"ask":"retry","letter":N} or {... "channel":C}.
 * False where what it names is not there.
 */
bool nw_alerting_ask(struct nw_alerting *alerting, struct nw_str json);

#endif
