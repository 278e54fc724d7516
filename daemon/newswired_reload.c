/* A reload: read by a thread of its own, taken by the LOOP, which goes on meanwhile. */
#include <signal.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/curve.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "newswired.h"
#include "rt/notify.h"
#include "rt/pool.h"

/* What was read at the start stays as it is; while something else stands there, each reload tells it. */
static void tell_restarts(const struct nw_config *started, const struct nw_config *new)
{
	for (size_t i = 0; i < nw_config_n_options; i++) {
		const struct nw_option *o = &nw_config_options[i];

		if (o->at_start && !nw_config_same(started, new, o))
			nw_log(NW_LOG_WARNING, "option changed, but takes a restart",
				NW_KV("option", nw_str(o->name)));
	}
}

struct nw_reading {
	struct nw_mail mail; /* there and back */
	struct nw_snapshot *snapshot;
	struct nw_alert_setting setting;
	enum nw_err err; /* there is neither */
	struct nw_error error;
	struct nw_hash server_key;
	struct nw_error no_key; /* why it cannot be read any more */
};

/* The file is not the option, which may well be as it was. */
static void read_server_key(struct nw_reading *r)
{
	char key[NW_CURVE_TEXT + 1];

	if (nw_setting_server_key(r->snapshot->config, key, &r->no_key) == NW_OK)
		r->server_key = nw_hash128(nw_str(key));
	explicit_bzero(key, sizeof(key));
}

static void tell_server_key(const struct nw_daemon *d, const struct nw_reading *r)
{
	if (r->no_key.text[0])
		nw_log_error(NW_LOG_WARNING,
			"server key cannot be read any more, and the next start takes it",
			&r->no_key);
	else if (!nw_hash_eq(r->server_key, d->server_key))
		nw_log_write(NW_LOG_WARNING, "server key changed, but takes a restart", NULL, 0);
}

/* Every reason is logged; the first is kept for those who listen to the bus. */
static void say_no_reload(void *arg, const struct nw_error *error)
{
	struct nw_error *first = arg;

	nw_log_error(NW_LOG_ERROR, "cannot reload; the old configuration stays", error);
	if (!first->text[0])
		*first = *error;
}

/* Ten thousand topics take seconds, and what hangs may be a network's file system. */
static void read_anew(void *arg, struct nw_mail *mail)
{
	struct nw_daemon *d = arg;
	struct nw_reading *r = (struct nw_reading *)(void *)mail; /* its first member */
	const struct nw_complain complain = {say_no_reload, &r->error};

	r->err = nw_setting_load(d->options.config, &complain, &r->snapshot, &r->setting);
	if (!r->err)
		read_server_key(r);
	nw_mailbox_post(&d->mail, mail);
}

static void reload(void *arg)
{
	struct nw_daemon *d = arg;

	d->wants_reload = d->reading != NULL;
	if (d->wants_reload)
		return;
	nw_notify_reloading();
	d->reading = nw_must_calloc(1, sizeof(*d->reading));
	nw_mailbox_post(nw_pool_box(d->reload_pool), &d->reading->mail);
}

static void leave(const struct nw_reading *r)
{
	nw_setting_drop(&r->setting);
	nw_snapshot_release(r->snapshot);
}

static void set_web(const struct nw_daemon *d, const struct nw_snapshot *snapshot)
{
	struct nw_web_setup setup;
	struct nw_str *names;

	if (!d->web)
		return;
	setup = nw_setting_web(snapshot, &names);
	nw_web_set(d->web, &setup);
	free(names);
}

static void take(struct nw_daemon *d, const struct nw_reading *r)
{
	struct nw_snapshot *snapshot = r->snapshot;
	const struct nw_config *config = snapshot->config;
	const struct nw_fetch_options fetch = nw_setting_fetch(config);
	const struct nw_trim rules = nw_setting_trim(d->started, config);

	tell_restarts(d->started, config);
	tell_server_key(d, r);
	nw_setting_log_level(config);
	nw_fetch_set(d->fetch, &fetch);
	nw_http_set_per_host(d->http, fetch.per_host);
	nw_bus_set_clients(d->bus, config->clients, config->n_clients);
	nw_trimmer_set(d->trimmer, &rules);
	nw_alerting_set(d->alerting, &r->setting);
	nw_log(NW_LOG_NOTICE, "reloaded", NW_KVI("feeds", (int64_t)config->n_feeds),
		NW_KVI("clients", (int64_t)config->n_clients),
		NW_KVI("alerts", (int64_t)config->n_alerts),
		NW_KVI("topics", (int64_t)nw_topics_count(snapshot->topics)));
	set_web(d, snapshot);
	if (d->status)
		nw_status_port_set(d->status, config->clients, config->n_clients);
	d->taken_s = nw_loop_unix_ms(d->loop) / 1000;
	nw_pipeline_replace(d->pipeline, snapshot);
}

/* A bad configuration changes nothing: the old one goes on. */
void nw_reload_answer(struct nw_daemon *d)
{
	struct nw_reading *r = d->reading;
	struct nw_error unsafe;

	if (!r->err && nw_setting_guard(&d->guard, r->snapshot->config, &unsafe)) {
		say_no_reload(&r->error, &unsafe);
		leave(r);
		r->err = NW_E_SYNTAX;
	}
	if (!r->err)
		take(d, r);
	d->is_refused = r->err != NW_OK;
	nw_pipeline_tell_reload(d->pipeline, r->err ? &r->error : NULL);
	d->reading = NULL;
	free(r);
	nw_notify_ready();
	if (d->wants_reload)
		reload(d);
}

/* However many signals came in a turn of the loop, one reload answers them, in a later one. */
static void on_hangup(void *arg)
{
	nw_timer_set(((struct nw_daemon *)arg)->reload, 0);
}

void nw_reload_hold(void)
{
	sigset_t hangup;

	(void)sigemptyset(&hangup);
	(void)sigaddset(&hangup, SIGHUP);
	(void)pthread_sigmask(SIG_BLOCK, &hangup, NULL);
}

void nw_reload_begin(struct nw_daemon *d)
{
	d->reload = nw_timer_new(d->loop, reload, d);
	d->reload_pool = nw_pool_start(1, read_anew, d);
	nw_loop_on_signal(d->loop, SIGHUP, on_hangup, d);
}

void nw_reload_end(struct nw_daemon *d)
{
	if (d->reload)
		nw_timer_free(d->reload);
	if (d->reload_pool)
		nw_pool_stop(d->reload_pool);
	if (d->reading && !d->reading->err)
		leave(d->reading);
	free(d->reading);
}
