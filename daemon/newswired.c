/* newswired(8): options, configuration, start in order, run the loop, stop in reverse. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "markup/markup.h"
#include "newswired.h"
#include "rt/door.h"
#include "rt/journald.h"
#include "rt/notify.h"
#include <newswire/version.h>

#define GUARD_EVERY_MS 250
#define TURN_EVERY_MS 1000

static void say_complaint(void *arg, const struct nw_error *error)
{
	nw_log_error(NW_LOG_ERROR, arg, error);
}

/* --- what the STORE thread has to say --- */

static void on_commit(void *arg)
{
	struct nw_daemon *d = arg;
	struct nw_bus *bus = atomic_load(&d->followed);
	struct nw_alerting *alerting = atomic_load(&d->alerted);
	struct nw_web *web = atomic_load(&d->served);

	if (bus)
		nw_bus_wake(bus);
	if (alerting)
		nw_alerting_wake(alerting);
	if (web)
		nw_web_wake(web);
}

static void tell_trouble(struct nw_daemon *d, bool in_trouble)
{
	if (atomic_exchange(&d->in_trouble, in_trouble) != in_trouble &&
		!atomic_exchange(&d->trouble_posted, true))
		nw_mailbox_post(&d->mail, &d->trouble);
}

static void on_trouble(void *arg, const struct nw_error *error)
{
	struct nw_daemon *d = arg;

	nw_log_error(NW_LOG_ERROR, "cannot write the journal; polling pauses until it can", error);
	pthread_mutex_lock(&d->trouble_lock);
	d->trouble_why = *error;
	pthread_mutex_unlock(&d->trouble_lock);
	tell_trouble(d, true);
}

static void on_recovery(void *arg)
{
	nw_log_write(NW_LOG_NOTICE, "the journal is written again; polling goes on", NULL, 0);
	tell_trouble(arg, false);
}

/* --- start, in order --- */

static enum nw_err make_places(struct nw_daemon *d, struct nw_error *error)
{
	const struct nw_options *o = &d->options;
	enum nw_err err = nw_dir_make(o->state, error);

	if (!err)
		err = nw_dir_make(o->runtime, error);
	if (err)
		return err;
	(void)snprintf(d->database, sizeof(d->database), "%s/journal.db", o->state);
	(void)snprintf(d->socket, sizeof(d->socket), "%s/control.sock", o->runtime);
	(void)snprintf(d->live, sizeof(d->live), "ipc://%s/live.ipc", o->runtime);
	(void)snprintf(d->replay, sizeof(d->replay), "ipc://%s/replay.ipc", o->runtime);
	return NW_OK;
}

static void start_network(struct nw_daemon *d, const struct nw_config *config)
{
	const struct nw_http_options http = {.user_agent = config->user_agent.p,
		.guard = &d->guard,
		.max_connections = (unsigned)config->connections,
		.max_per_host = (unsigned)config->per_host};
	const struct nw_fetch_options fetch = nw_setting_fetch(config);

	d->http = nw_http_new(d->loop, &http);
	d->fetch = nw_fetch_new(d->loop, d->http, &fetch);
}

static enum nw_err start_writer(struct nw_daemon *d, struct nw_error *error)
{
	const struct nw_writer_options options = {.path = d->database,
		.on_commit = on_commit,
		.on_trouble = on_trouble,
		.on_recovery = on_recovery,
		.arg = d};

	return nw_writer_start(&options, &d->writer, error);
}

/* The one in the runtime directory, then those of the configuration; NULL at the end. */
static const char **list_endpoints(const char *local, const struct nw_list *more)
{
	const char **list = nw_must_calloc(more->n + 2, sizeof(*list));

	list[0] = local;
	for (size_t i = 0; i < more->n; i++)
		list[i + 1] = more->v[i];
	return list;
}

static enum nw_err start_bus(
	struct nw_daemon *d, const struct nw_config *config, struct nw_error *error)
{
	char key[NW_CURVE_TEXT + 1];
	const char **live = list_endpoints(d->live, &config->live);
	const char **replay = list_endpoints(d->replay, &config->replay);
	struct nw_bus_options options = {.journal = d->database,
		.store = nw_writer_box(d->writer),
		.live = live,
		.replay = replay,
		.server_key = key,
		.clients = config->clients,
		.n_clients = config->n_clients,
		.heartbeat_ms = config->heartbeat_ms,
		.max_subscriptions = (size_t)config->max_subscriptions,
		.max_replays = (size_t)config->max_replays};
	enum nw_err err;

	err = nw_setting_server_key(config, key, error);
	if (!key[0])
		options.server_key = NULL;
	d->server_key = nw_hash128(nw_str(key));
	if (!err)
		err = nw_bus_start(&options, &d->bus, error);
	explicit_bzero(key, sizeof(key));
	free((void *)live);
	free((void *)replay);
	if (!err)
		atomic_store(&d->followed, d->bus);
	return err;
}

static enum nw_err start_web(
	struct nw_daemon *d, const struct nw_snapshot *snapshot, struct nw_error *error)
{
	struct nw_web_options options = {
		.journal = d->database, .listen = snapshot->config->http.v};
	struct nw_str *names;
	enum nw_err err;

	if (!snapshot->config->http.n)
		return NW_OK;
	options.setup = nw_setting_web(snapshot, &names);
	err = nw_web_start(&options, &d->web, error);
	free(names);
	if (!err)
		atomic_store(&d->served, d->web);
	return err;
}

static enum nw_err start_status(
	struct nw_daemon *d, const struct nw_config *config, struct nw_error *error)
{
	const struct nw_status_port_options options = {.loop = d->loop,
		.listen = config->status.v,
		.pages = {nw_daemon_status_pages, nw_daemon_n_status_pages, d},
		.clients = config->clients,
		.n_clients = config->n_clients};

	return config->status.n ? nw_status_port_start(&options, &d->status, error) : NW_OK;
}

static uint64_t random_seed(void)
{
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		seed = (uint64_t)getpid();
	return seed;
}

static enum nw_err start_pipeline(
	struct nw_daemon *d, struct nw_snapshot *snapshot, struct nw_error *error)
{
	const struct nw_pipeline_options options = {.loop = d->loop,
		.fetch = d->fetch,
		.store = nw_writer_box(d->writer),
		.snapshot = snapshot,
		.seed = random_seed()};
	const struct nw_trim rules = nw_setting_trim(d->started, snapshot->config);
	enum nw_err err = nw_journal_reader_open(d->database, &d->reader, error);

	if (err) {
		nw_snapshot_release(snapshot);
		return err;
	}
	d->pipeline = nw_pipeline_new(&options);
	err = nw_pipeline_restore(d->pipeline, d->reader, error);
	if (!err)
		d->trimmer = nw_trimmer_new(d->loop, nw_writer_box(d->writer), d->reader, &rules);
	return err;
}

static enum nw_err start_alerting(
	struct nw_daemon *d, const struct nw_alert_setting *setting, struct nw_error *error)
{
	const struct nw_alerting_options options = {.loop = d->loop,
		.store = nw_writer_box(d->writer),
		.journal = d->database,
		.state = d->options.state,
		.setting = *setting,
		.seed = random_seed()};
	const enum nw_err err = nw_alerting_start(&options, &d->alerting, error);

	if (!err)
		atomic_store(&d->alerted, d->alerting);
	return err;
}

static void guard_bus(void *arg)
{
	struct nw_daemon *d = arg;

	nw_bus_guard(d->bus, nw_loop_monotonic_ms(d->loop));
	nw_timer_set(d->floods, GUARD_EVERY_MS);
}

static void take_turn(void *arg)
{
	struct nw_daemon *d = arg;

	nw_pulse_begin(&d->turn);
	nw_timer_set(d->turns, TURN_EVERY_MS);
}

static void on_stop(void *arg)
{
	nw_loop_stop(((struct nw_daemon *)arg)->loop);
}

static void on_mail(void *arg, struct nw_mail *mail)
{
	struct nw_daemon *d = arg;

	if (mail != &d->trouble) {
		nw_reload_answer(d);
		return;
	}
	atomic_store(&d->trouble_posted,
		false); /* before the look: what changes after it is told anew */
	nw_pipeline_pause(d->pipeline, atomic_load(&d->in_trouble));
}

/* The last endpoint is the one most others can reach: those of the configuration stand last. */
static struct nw_str last_endpoint(
	const struct nw_bus *bus, const char *(*at)(const struct nw_bus *bus, size_t i))
{
	size_t n = 0;

	while (at(bus, n + 1))
		n++;
	return nw_str(at(bus, n));
}

static void announce(const struct nw_daemon *d)
{
	const struct nw_config *c = nw_pipeline_config(d->pipeline);

	nw_log(NW_LOG_NOTICE, "newswired is ready", NW_KV("version", NW_STR(NW_VERSION)),
		NW_KVI("feeds", (int64_t)c->n_feeds),
		NW_KV("live", last_endpoint(d->bus, nw_bus_live)),
		NW_KV("replay", last_endpoint(d->bus, nw_bus_replay)),
		NW_KV("http", nw_str(d->web ? nw_web_endpoint(d->web, 0) : "")),
		NW_KV("status", nw_str(d->status ? nw_status_port_endpoint(d->status, 0) : "")),
		NW_KV("control", nw_str(d->socket)), NW_KV("journal", nw_str(d->database)));
}

/* Everything that can fail does so before the first feed is asked. */
static enum nw_err start(struct nw_daemon *d, struct nw_snapshot *snapshot,
	const struct nw_alert_setting *setting, struct nw_error *error)
{
	const struct nw_control_pages control = {nw_daemon_pages, nw_daemon_n_pages, d,
		{nw_daemon_status_pages, nw_daemon_n_status_pages, d}};
	const struct nw_config *config = snapshot->config;
	enum nw_err err = make_places(d, error);

	if (!err)
		err = nw_setting_guard(&d->guard, config, error);
	if (!err)
		err = start_writer(d, error);
	if (!err)
		err = start_bus(d, config, error);
	if (!err)
		err = start_web(d, snapshot, error);
	if (err) {
		nw_snapshot_release(snapshot);
		nw_setting_drop(setting);
		return err;
	}
	start_network(d, config);
	err = start_pipeline(d, snapshot, error);
	if (err)
		nw_setting_drop(setting);
	else
		err = start_alerting(d, setting, error);
	if (!err)
		err = nw_control_open(d->loop, d->socket, &control, &d->control, error);
	if (!err)
		err = start_status(d, nw_pipeline_config(d->pipeline), error);
	return err;
}

/* False when the loop could not go on. */
static bool run(struct nw_daemon *d)
{
	bool ok;

	nw_loop_on_mail(d->loop, &d->mail, on_mail, d);
	nw_loop_on_signal(d->loop, SIGTERM, on_stop, d);
	nw_loop_on_signal(d->loop, SIGINT, on_stop, d);
	nw_reload_begin(d);
	d->floods = nw_timer_new(d->loop, guard_bus, d);
	d->turns = nw_timer_new(d->loop, take_turn, d);
	nw_pipeline_start(d->pipeline);
	announce(d);
	nw_notify_ready();
	nw_service_begin(d);
	guard_bus(d);
	take_turn(d);
	ok = nw_loop_run(d->loop) == 0;
	if (!ok)
		nw_log_write(NW_LOG_ERROR, "the event loop failed", NULL, 0);
	nw_log_write(NW_LOG_NOTICE, "stopping", NULL, 0);
	nw_notify_stopping();
	return ok;
}

/*
 * In reverse: nothing arrives any more; the pool ends what it has; the journal is
 * written; the bus sends what was written. What was not whole is met again.
 */
static void stop(struct nw_daemon *d)
{
	nw_status_port_stop(d->status);
	nw_control_close(d->control);
	if (d->fetch)
		nw_fetch_free(d->fetch);
	if (d->http)
		nw_http_free(d->http);
	if (d->pipeline)
		nw_pipeline_stop(d->pipeline);
	nw_alerting_stop(d->alerting);
	nw_trimmer_stop(d->trimmer);
	if (d->bus)
		nw_bus_end_acks(d->bus);
	if (d->writer)
		nw_writer_stop(d->writer);
	nw_alerting_free(d->alerting);
	nw_journal_reader_close(d->reader);
	if (d->bus)
		nw_bus_stop(d->bus);
	nw_web_stop(d->web);
	if (d->pipeline)
		nw_pipeline_free(d->pipeline);
	nw_service_end(d);
	if (d->floods)
		nw_timer_free(d->floods);
	if (d->turns)
		nw_timer_free(d->turns);
	nw_trimmer_free(d->trimmer);
	nw_reload_end(d);
	nw_mailbox_clear(&d->mail);
	nw_loop_free(d->loop);
	nw_status_port_free(d->status);
	pthread_mutex_destroy(&d->trouble_lock);
	nw_config_free(d->started);
}

int main(int argc, char **argv)
{
	static struct nw_daemon d;
	static char message[] = "cannot start";
	const struct nw_complain complain = {say_complaint, message};
	struct nw_snapshot *snapshot;
	struct nw_alert_setting setting;
	struct nw_error error = {0};
	const int leave = nw_options_read(argc, argv, &d.options);
	bool ok = false;

	if (leave)
		return leave - 1;
	nw_markup_need_memory();
	nw_journald_use();
	nw_door_guard(); /* the control socket waits until there are some again (status/control.c) */
	(void)signal(SIGPIPE, SIG_IGN);
	nw_reload_hold();
	(void)umask(0027);
	if (nw_setting_load(d.options.config, &complain, &snapshot, &setting))
		return 2;
	nw_setting_log_level(snapshot->config);
	d.started = nw_config_copy_options(snapshot->config);
	nw_mailbox_init(&d.mail, NW_MAILBOX_POLLED);
	d.loop = nw_loop_new();
	pthread_mutex_init(&d.trouble_lock, NULL);
	d.started_s = d.taken_s = nw_loop_unix_ms(d.loop) / 1000;
	if (start(&d, snapshot, &setting, &error))
		say_complaint(message, &error);
	else
		ok = run(&d);
	stop(&d);
	if (ok)
		nw_log_write(NW_LOG_NOTICE, "stopped", NULL, 0);
	return ok ? 0 : 1;
}
