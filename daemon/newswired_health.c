/* Whether newswired is alive, and ready: /healthz and /readyz, and the first line of newswire status. */
#include <stdio.h>

#include "alert/look.h"
#include "base/json.h"
#include "base/str.h"
#include "newswired.h"
#include "pipeline/look.h"

/* Longer than anything takes that goes well: the LOOP never waits; a page may take the POOL seconds. */
#define LOOP_STUCK_MS 10000
#define STORE_STUCK_MS 60000
#define POOL_STUCK_MS 60000
#define FOLLOW_STUCK_MS 60000

enum health { OK, DEGRADED, FAILING };

static const char *const names[] = {[OK] = "ok", [DEGRADED] = "degraded", [FAILING] = "failing"};

struct report {
	json_t *checks;
	enum health worst;
};

/* why: empty where there is nothing to say. */
static void add(struct report *r, const char *name, enum health health, struct nw_str why)
{
	json_t *o = json_object();

	nw_json_set(o, "ok", json_boolean(health == OK));
	nw_json_set_str(o, "reason", why);
	nw_json_set(r->checks, name, o);
	if (health > r->worst)
		r->worst = health;
}

static void add_thread(struct report *r, const char *name, int64_t busy_ms, int64_t most_ms)
{
	char why[64] = "";

	if (busy_ms > most_ms)
		(void)snprintf(why, sizeof(why), "stuck for %lld s", (long long)(busy_ms / 1000));
	add(r, name, why[0] ? FAILING : OK, nw_str(why));
}

static void add_threads(struct report *r, struct nw_daemon *d)
{
	add_thread(r, "loop", nw_pulse_busy_ms(&d->turn), LOOP_STUCK_MS);
	add_thread(r, "store", nw_writer_busy_ms(d->writer), STORE_STUCK_MS);
	add_thread(r, "pool", nw_pipeline_busy_ms(d->pipeline), POOL_STUCK_MS);
	add_thread(r, "follow", nw_bus_busy_ms(d->bus), FOLLOW_STUCK_MS);
}

static void add_journal(struct report *r, struct nw_daemon *d)
{
	struct nw_error why;

	if (!atomic_load(&d->in_trouble)) {
		add(r, "journal", OK, NW_STR(""));
		return;
	}
	pthread_mutex_lock(&d->trouble_lock);
	why = d->trouble_why;
	pthread_mutex_unlock(&d->trouble_lock);
	add(r, "journal", FAILING, nw_str(why.text));
}

static void add_bus(struct report *r, struct nw_daemon *d)
{
	struct nw_bus_view view;

	nw_bus_look(d->bus, &view);
	add(r, "bus", view.is_blind ? FAILING : OK,
		view.is_blind ? NW_STR("cannot read the journal; the log says why") : NW_STR(""));
}

/* One feed that fails is the feed's trouble; when none works, or no host answers, it is likely ours. */
static void add_feeds(struct report *r, struct nw_daemon *d)
{
	struct nw_pipeline_view v;
	char why[96] = "";

	nw_pipeline_look(d->pipeline, &v);
	add(r, "network", v.offline ? DEGRADED : OK,
		v.offline ? NW_STR("no host answers; feeds wait until one does") : NW_STR(""));
	if (!v.n_feeds)
		(void)snprintf(why, sizeof(why), "there are none");
	else if (v.failing)
		(void)snprintf(why, sizeof(why), "%zu of %zu failing", v.failing, v.n_feeds);
	add(r, "feeds", v.n_feeds && v.failing == v.n_feeds ? DEGRADED : OK, nw_str(why));
}

struct channels {
	char why[256];
	size_t n;
};

static void look_at_channel(void *arg, const struct nw_channel_view *channel)
{
	struct channels *c = arg;

	if (channel->is_failing && c->n++ == 0)
		(void)snprintf(c->why, sizeof(c->why), "%.*s: %.*s", NW_ARG(channel->name),
			NW_ARG(channel->reason));
}

static void add_channels(struct report *r, struct nw_daemon *d)
{
	struct channels c = {{0}, 0};

	nw_alerting_each_channel(d->alerting, look_at_channel, &c);
	add(r, "channels", c.n ? DEGRADED : OK, nw_str(c.why));
}

static int write_report(const struct report *r, struct nw_buf *out, const char *question)
{
	json_t *o = json_object();

	nw_json_set(o, question, json_boolean(r->worst < FAILING));
	nw_json_set_str(o, "state", nw_str(names[r->worst]));
	nw_json_set(o, "checks", r->checks);
	nw_json_write(out, o);
	nw_buf_add_c(out, '\n');
	json_decref(o);
	return r->worst < FAILING ? 200 : 503;
}

int nw_health_alive(void *arg, struct nw_buf *out)
{
	struct report r = {json_object(), OK};

	add_threads(&r, arg);
	return write_report(&r, out, "alive");
}

static struct report look(struct nw_daemon *d)
{
	struct report r = {json_object(), OK};

	add_threads(&r, d);
	add_journal(&r, d);
	add_bus(&r, d);
	add_feeds(&r, d);
	add_channels(&r, d);
	return r;
}

int nw_health_ready(void *arg, struct nw_buf *out)
{
	const struct report r = look(arg);

	return write_report(&r, out, "ready");
}

void nw_health_write_status(struct nw_daemon *d, json_t *status)
{
	const struct report r = look(d);

	nw_json_set_str(status, "state", nw_str(names[r.worst]));
	nw_json_set(status, "checks", r.checks);
}
