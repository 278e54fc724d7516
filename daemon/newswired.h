#ifndef NW_NEWSWIRED_H
#define NW_NEWSWIRED_H

#include <stdatomic.h>

#include "alert/alerting.h"
#include "base/curve.h"
#include "base/hash.h"
#include "bus/bus.h"
#include "net/http.h"
#include "newswired_options.h"
#include "pipeline/pipeline.h"
#include "rt/pulse.h"
#include "status/control.h"
#include "status/port.h"
#include "store/trimmer.h"
#include "store/writer.h"
#include "web/web.h"

/* All there is of one newswired; the LOOP's, but for what is atomic. */
struct nw_daemon {
	struct nw_options options;
	struct nw_loop *loop;
	struct nw_guard guard;
	struct nw_http *http;
	struct nw_fetch *fetch;
	struct nw_writer *writer;
	struct nw_trimmer *trimmer;
	struct nw_journal_reader *reader; /* of the control path */
	struct nw_bus *bus;
	struct nw_web *web;
	struct nw_pipeline *pipeline;
	struct nw_alerting *alerting;
	struct nw_control *control;
	struct nw_status_port *status;
	struct nw_pulse turn; /* of the LOOP: begins anew every second */
	struct nw_timer *turns;
	struct nw_config *started;           /* the options of the start */
	bool is_refused;                     /* the last reload was */
	int64_t taken_s;                     /* when the configuration was taken; Unix */
	struct nw_timer *reload;             /* newswired_reload.c, and: */
	struct nw_pool *reload_pool;         /* of one thread */
	struct nw_reading *reading;          /* the reload under way, if one is */
	bool wants_reload;                   /* once that is done */
	struct nw_timer *summary, *watchdog; /* newswired_service.c */
	int64_t watchdog_ms;
	struct nw_timer *floods; /* looks for them on the bus */
	struct nw_mailbox mail;  /* what the STORE thread tells the LOOP, and the reload's */
	char database[4096], socket[4096];
	char live[4096], replay[4096]; /* endpoints in the runtime directory */
	int64_t started_s;
	struct nw_hash server_key; /* what it was at the start */
	atomic_bool in_trouble;
	pthread_mutex_t trouble_lock; /* of: */
	struct nw_error trouble_why;
	atomic_bool trouble_posted; /* the one letter is on its way */
	struct nw_mail trouble;     /* from the STORE: in_trouble has changed */
	_Atomic(struct nw_bus *) followed;
	_Atomic(struct nw_alerting *) alerted;
	_Atomic(struct nw_web *) served;
};

/*
 * newswired_setting.c: what of a configuration each part is told, at the start and by a reload.
 * The configuration, topics, and the rules of alerts, which are held to both.
 */
enum nw_err nw_setting_load(const char *file, const struct nw_complain *complain,
	struct nw_snapshot **snapshot, struct nw_alert_setting *setting) NW_MUST;
void nw_setting_drop(const struct nw_alert_setting *setting);
enum nw_err nw_setting_guard(
	struct nw_guard *guard, const struct nw_config *config, struct nw_error *error) NW_MUST;
struct nw_fetch_options nw_setting_fetch(const struct nw_config *config);
/* The option's file, or systemd's credential; empty where there is neither. */
enum nw_err nw_setting_server_key(const struct nw_config *config, char key[NW_CURVE_TEXT + 1],
	struct nw_error *error) NW_MUST;
/* Lives as long as the snapshot; names is for the caller to free. */
struct nw_web_setup nw_setting_web(const struct nw_snapshot *snapshot, struct nw_str **names);
/* started: of which is what takes a restart. */
struct nw_trim nw_setting_trim(const struct nw_config *started, const struct nw_config *config);
void nw_setting_log_level(const struct nw_config *config);

/* newswired_reload.c; on the LOOP. A reload asked for while it starts waits until it can be answered. */
void nw_reload_hold(void);
void nw_reload_begin(struct nw_daemon *d);
void nw_reload_answer(struct nw_daemon *d); /* what was read has come by mail */
void nw_reload_end(struct nw_daemon *d);    /* last, as it may take its time */

/* newswired_pages.c: what the control path answers. */
extern const struct nw_control_page nw_daemon_pages[];
extern const size_t nw_daemon_n_pages;
/* And the status port as well. */
extern const struct nw_status_page nw_daemon_status_pages[];
extern const size_t nw_daemon_n_status_pages;

/* newswired_metrics.c. arg: the daemon, here and below. */
int nw_metrics_on_any(void *arg, struct nw_buf *out);
int nw_metrics_on_loop(void *arg, struct nw_buf *out);

/* How far the journal goes, and how many of its records others have yet to come by. */
struct nw_lag {
	int64_t newest, records, bus, alerts;
};
bool nw_daemon_lag(
	struct nw_daemon *d, struct nw_lag *lag); /* on the LOOP; false: it cannot be read */

/* newswired_service.c: what the service manager is told while newswired runs; on the LOOP. */
void nw_service_begin(struct nw_daemon *d);
void nw_service_end(struct nw_daemon *d);

/* newswired_health.c: alive on any thread, the others on the LOOP */
int nw_health_alive(void *arg, struct nw_buf *out);
int nw_health_ready(void *arg, struct nw_buf *out);
void nw_health_write_status(struct nw_daemon *d, json_t *status);

#endif
