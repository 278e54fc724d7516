/* newswired(8): options, configuration, start in order, run the loop, stop in reverse. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/curve.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "markup/markup.h"
#include "newswired.h"
#include "rt/journald.h"
#include "rt/notify.h"
#include "rt/pool.h"
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

static enum nw_err set_guard(
	struct nw_guard *guard, const struct nw_config *config, struct nw_error *error)
{
	struct nw_guard new = {0};

	for (size_t i = 0; i < config->allow_networks.n; i++) {
		if (nw_guard_allow(&new, nw_str(config->allow_networks.v[i]), error)) {
			nw_error_set_file(error, config->file.p);
			return NW_E_SYNTAX;
		}
	}
	*guard = new;
	return NW_OK;
}

static struct nw_fetch_options fetch_options(const struct nw_config *c)
{
	return (struct nw_fetch_options){.per_host = (unsigned)c->per_host,
		.host_pause_ms = c->host_pause_ms,
		.timeout_ms = c->timeout_ms,
		.connect_timeout_ms = c->connect_timeout_ms,
		.max_redirects = (unsigned)c->redirects,
		.feed_bytes = (size_t)c->feed_bytes,
		.page_bytes = (size_t)c->page_bytes};
}

static void start_network(struct nw_daemon *d, const struct nw_config *config)
{
	const struct nw_http_options http = {.user_agent = config->user_agent.p,
		.guard = &d->guard,
		.max_connections = (unsigned)config->connections,
		.max_per_host = (unsigned)config->per_host};
	const struct nw_fetch_options fetch = fetch_options(config);

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

/* The option's file, or systemd's credential; empty where there is neither. */
static enum nw_err read_server_key(
	const struct nw_config *config, char key[NW_CURVE_TEXT + 1], struct nw_error *error)
{
	const char *dir = nw_options_environment("CREDENTIALS_DIRECTORY", "");
	char path[4096];

	key[0] = '\0';
	if (config->server_key.n)
		return nw_curve_read(config->server_key.p, key, error);
	(void)snprintf(path, sizeof(path), "%s/newswired.key", dir);
	return dir[0] && access(path, F_OK) == 0 ? nw_curve_read(path, key, error) : NW_OK;
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

	err = read_server_key(config, key, error);
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

/* Lives as long as the snapshot; names is for the caller to free. */
static struct nw_web_setup web_setup(const struct nw_snapshot *snapshot, struct nw_str **names)
{
	const size_t n = nw_topics_count(snapshot->topics);

	*names = nw_must_calloc(n + 1, sizeof(**names));
	for (size_t i = 0; i < n; i++)
		(*names)[i] = nw_topics_name(snapshot->topics, i);
	return (struct nw_web_setup){.topics = *names,
		.n_topics = n,
		.clients = snapshot->config->clients,
		.n_clients = snapshot->config->n_clients};
}

static void set_web(const struct nw_daemon *d, const struct nw_snapshot *snapshot)
{
	struct nw_web_setup setup;
	struct nw_str *names;

	if (!d->web)
		return;
	setup = web_setup(snapshot, &names);
	nw_web_set(d->web, &setup);
	free(names);
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
	options.setup = web_setup(snapshot, &names);
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

static struct nw_trim trim_rules(const struct nw_config *c)
{
	struct nw_trim rules = {.keep_bytes = c->keep_bytes,
		.cursor_keep_s = c->cursor_keep_s,
		.remember = c->remember,
		.keeps.keep_s = c->keep_s};
	struct nw_str tag;
	int64_t keep_s;

	for (size_t i = 0; i < c->keep_topics.n; i++)
		if (nw_config_keep(nw_str(c->keep_topics.v[i]), &tag, &keep_s))
			nw_keeps_add(&rules.keeps, tag, keep_s);
	return rules;
}

static enum nw_err start_pipeline(
	struct nw_daemon *d, struct nw_snapshot *snapshot, struct nw_error *error)
{
	const struct nw_pipeline_options options = {.loop = d->loop,
		.fetch = d->fetch,
		.store = nw_writer_box(d->writer),
		.snapshot = snapshot,
		.seed = random_seed()};
	const struct nw_trim rules = trim_rules(snapshot->config);
	enum nw_err err = nw_journal_reader_open(d->database, &d->reader, error);

	if (err) {
		nw_snapshot_release(snapshot);
		return err;
	}
	d->pipeline = nw_pipeline_new(&options);
	err = nw_pipeline_restore(d->pipeline, d->reader, error);
	if (!err)
		d->trimmer = nw_trimmer_new(d->loop, nw_writer_box(d->writer), &rules);
	return err;
}

static void release_snapshot(void *holder)
{
	nw_snapshot_release(holder);
}

/* The configuration, topics, and the rules of alerts, which are held to both. */
static enum nw_err load(const char *file, const struct nw_complain *complain,
	struct nw_snapshot **snapshot, struct nw_alert_setting *setting)
{
	struct nw_rules *rules = NULL;
	enum nw_err err = nw_snapshot_load(file, complain, snapshot);

	if (err)
		return err;
	err = nw_rules_compile((*snapshot)->config, (*snapshot)->topics, complain, &rules);
	if (err) {
		nw_snapshot_release(*snapshot);
		return err;
	}
	*setting = (struct nw_alert_setting){.config = (*snapshot)->config,
		.rules = rules,
		.release = release_snapshot,
		.holder = nw_snapshot_hold(*snapshot)};
	return NW_OK;
}

static void drop(const struct nw_alert_setting *setting)
{
	nw_rules_free(setting->rules);
	setting->release(setting->holder);
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

static void apply_log_level(const struct nw_config *config)
{
	enum nw_level level;

	if (nw_log_level_parse(config->log_level, &level))
		nw_log_set_level(level);
}

/* What was read at the start stays as it is; whoever changed it is told. */
static void tell_restarts(const struct nw_config *old, const struct nw_config *new)
{
	for (size_t i = 0; i < nw_config_n_options; i++) {
		const struct nw_option *o = &nw_config_options[i];

		if (o->at_start && !nw_config_same(old, new, o))
			nw_log(NW_LOG_WARNING, "option changed, but takes a restart",
				NW_KV("option", nw_str(o->name)));
	}
}

/* The file is not the option, which may well be as it was. */
static void tell_server_key(const struct nw_daemon *d, const struct nw_config *config)
{
	char key[NW_CURVE_TEXT + 1];
	struct nw_error error = {0};

	if (read_server_key(config, key, &error))
		nw_log_error(NW_LOG_WARNING,
			"server key cannot be read any more, and the next start takes it", &error);
	else if (!nw_hash_eq(nw_hash128(nw_str(key)), d->server_key))
		nw_log_write(NW_LOG_WARNING, "server key changed, but takes a restart", NULL, 0);
	explicit_bzero(key, sizeof(key));
}

/* A reload: read by a thread of its own, taken by the LOOP, which goes on meanwhile. */
struct nw_reading {
	struct nw_mail mail; /* there and back */
	struct nw_snapshot *snapshot;
	struct nw_alert_setting setting;
	enum nw_err err; /* there is neither */
	struct nw_error error;
};

/* Every reason is logged; the first is kept for those who listen to the bus. */
static void say_no_reload(void *arg, const struct nw_error *error)
{
	static char message[] = "cannot reload; the old configuration stays";
	struct nw_error *first = arg;

	say_complaint(message, error);
	if (!first->text[0])
		*first = *error;
}

/* Ten thousand topics take seconds, and what hangs may be a network's file system. */
static void read_anew(void *arg, struct nw_mail *mail)
{
	struct nw_daemon *d = arg;
	struct nw_reading *r = (struct nw_reading *)(void *)mail; /* its first member */
	const struct nw_complain complain = {say_no_reload, &r->error};

	r->err = load(d->options.config, &complain, &r->snapshot, &r->setting);
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
	drop(&r->setting);
	nw_snapshot_release(r->snapshot);
}

static void take(struct nw_daemon *d, const struct nw_reading *r)
{
	struct nw_snapshot *snapshot = r->snapshot;
	const struct nw_config *config = snapshot->config;
	const struct nw_fetch_options fetch = fetch_options(config);
	const struct nw_trim rules = trim_rules(config);

	tell_restarts(nw_pipeline_config(d->pipeline), config);
	tell_server_key(d, config);
	apply_log_level(config);
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
static void on_read(struct nw_daemon *d)
{
	struct nw_reading *r = d->reading;
	struct nw_error unsafe;

	if (!r->err && set_guard(&d->guard, r->snapshot->config, &unsafe)) {
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

static void on_mail(void *arg, struct nw_mail *mail)
{
	struct nw_daemon *d = arg;

	if (mail != &d->trouble) {
		on_read(d);
		return;
	}
	atomic_store(&d->trouble_posted,
		false); /* before the look: what changes after it is told anew */
	nw_pipeline_pause(d->pipeline, atomic_load(&d->in_trouble));
}

/* Last, as it may take its time. */
static void end_reload(struct nw_daemon *d)
{
	if (d->reload_pool)
		nw_pool_stop(d->reload_pool);
	if (d->reading && !d->reading->err)
		leave(d->reading);
	free(d->reading);
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
		err = set_guard(&d->guard, config, error);
	if (!err)
		err = start_writer(d, error);
	if (!err)
		err = start_bus(d, config, error);
	if (!err)
		err = start_web(d, snapshot, error);
	if (err) {
		nw_snapshot_release(snapshot);
		drop(setting);
		return err;
	}
	start_network(d, config);
	err = start_pipeline(d, snapshot, error);
	if (err)
		drop(setting);
	else
		err = start_alerting(d, setting, error);
	if (!err)
		err = nw_control_open(d->loop, d->socket, &control, &d->control, error);
	if (!err)
		err = start_status(d, nw_pipeline_config(d->pipeline), error);
	return err;
}

/* A reload asked for while it starts waits until it can be answered. */
static void set_hangup(int how)
{
	sigset_t hangup;

	(void)sigemptyset(&hangup);
	(void)sigaddset(&hangup, SIGHUP);
	(void)pthread_sigmask(how, &hangup, NULL);
}

/* However many signals came in a turn of the loop, one reload answers them, in a later one. */
static void on_hangup(void *arg)
{
	nw_timer_set(((struct nw_daemon *)arg)->reload, 0);
}

/* False when the loop could not go on. */
static bool run(struct nw_daemon *d)
{
	bool ok;

	nw_loop_on_mail(d->loop, &d->mail, on_mail, d);
	nw_loop_on_signal(d->loop, SIGTERM, on_stop, d);
	nw_loop_on_signal(d->loop, SIGINT, on_stop, d);
	d->reload = nw_timer_new(d->loop, reload, d);
	d->reload_pool = nw_pool_start(1, read_anew, d);
	nw_loop_on_signal(d->loop, SIGHUP, on_hangup, d);
	set_hangup(SIG_UNBLOCK);
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
	if (d->reload)
		nw_timer_free(d->reload);
	nw_trimmer_free(d->trimmer);
	end_reload(d);
	nw_mailbox_clear(&d->mail);
	nw_loop_free(d->loop);
	nw_status_port_free(d->status);
	pthread_mutex_destroy(&d->trouble_lock);
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
	(void)signal(SIGPIPE, SIG_IGN);
	set_hangup(SIG_BLOCK);
	(void)umask(0027);
	if (load(d.options.config, &complain, &snapshot, &setting))
		return 2;
	apply_log_level(snapshot->config);
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
