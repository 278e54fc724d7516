/* What newswired answers on its control socket: newswire(1) asks. */
#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "newswired.h"
#include "rt/timing.h"
#include "status/exposition.h"
#include "store/report.h"
#include <newswire/version.h>

static json_t *http_json(const struct nw_web *web)
{
	json_t *o = json_array();

	for (size_t i = 0; web && nw_web_endpoint(web, i); i++)
		nw_json_append(o, nw_json_str(nw_str(nw_web_endpoint(web, i))));
	return o;
}

static json_t *status_json(const struct nw_status_port *port)
{
	json_t *o = json_array();

	for (size_t i = 0; port && nw_status_port_endpoint(port, i); i++)
		nw_json_append(o, nw_json_str(nw_str(nw_status_port_endpoint(port, i))));
	return o;
}

static void write_lag(struct nw_daemon *d, json_t *o)
{
	struct nw_bus_view bus;
	struct nw_lag lag;

	nw_bus_look(d->bus, &bus);
	nw_json_set_int(o, "subscribers", (int64_t)bus.subscribers);
	nw_json_set_int(o, "http_streams", d->web ? (int64_t)nw_web_streams(d->web) : 0);
	if (!nw_daemon_lag(d, &lag))
		return;
	nw_json_set_int(o, "bus_lag", lag.bus);
}

/* Every timing's buckets: at most so many seconds, and how many were; the last ones: all. */
static json_t *timings_json(void)
{
	json_t *all = json_object();

	for (size_t i = 0; i < NW_N_TIMINGS; i++) {
		const struct nw_timing_row *row = &nw_timing_rows[i];
		json_t *o = json_object(), *bounds = json_array(), *upto = json_array();
		struct nw_timing_view view;
		char name[64];

		nw_timing_read((enum nw_timing)i, &view);
		for (size_t k = 0; k < NW_TIMING_BOUNDS; k++)
			nw_json_append(bounds, json_real(row->family->bounds[k]));
		for (size_t k = 0; k <= NW_TIMING_BOUNDS; k++)
			nw_json_append(upto, json_integer((json_int_t)view.upto[k]));
		nw_json_set(o, "bounds", bounds);
		nw_json_set(o, "upto", upto);
		nw_json_set(o, "sum", json_real(view.sum_s));
		(void)snprintf(name, sizeof(name), "%s%s%s", row->family->name,
			row->value ? "." : "", row->value ? row->value : "");
		nw_json_set(all, name, o);
	}
	return all;
}

typedef const char *endpoint_at(const struct nw_bus *bus, size_t i);

/* As they were bound, whatever the configuration says by now. */
static json_t *endpoints_json(const struct nw_bus *bus, endpoint_at *at)
{
	json_t *o = json_array();

	for (size_t i = 0; at(bus, i); i++)
		nw_json_append(o, nw_json_str(nw_str(at(bus, i))));
	return o;
}

static void write_status(void *arg, struct nw_buf *json)
{
	struct nw_daemon *d = arg;
	json_t *o = json_object();

	nw_json_set_str(o, "version", NW_STR(NW_VERSION));
	nw_json_set_int(o, "pid", getpid());
	nw_health_write_status(d, o);
	nw_json_set_int(o, "uptime", nw_loop_unix_ms(d->loop) / 1000 - d->started_s);
	nw_json_set_str(o, "config", nw_str(d->options.config));
	nw_json_set_str(o, "journal", nw_str(d->database));
	nw_json_set(o, "journal_failing", json_boolean(atomic_load(&d->in_trouble)));
	nw_json_set_int(o, "journal_bytes", nw_trimmer_bytes(d->trimmer));
	nw_journal_write_status(d->reader, o);
	nw_json_set(o, "live", endpoints_json(d->bus, nw_bus_live));
	nw_json_set(o, "replay", endpoints_json(d->bus, nw_bus_replay));
	nw_json_set(o, "http", http_json(d->web));
	nw_json_set(o, "status", status_json(d->status));
	write_lag(d, o);
	nw_pipeline_write_status(d->pipeline, o);
	nw_alerting_write_status(d->alerting, o);
	nw_json_set(o, "timings", timings_json());
	nw_json_write(json, o);
	json_decref(o);
}

static void write_feeds(void *arg, struct nw_buf *json)
{
	nw_pipeline_write_feeds(((struct nw_daemon *)arg)->pipeline, json);
}

static void write_stories(void *arg, struct nw_buf *json)
{
	nw_pipeline_write_stories(((struct nw_daemon *)arg)->pipeline, json);
}

static void write_cursors(void *arg, struct nw_buf *json)
{
	nw_journal_write_cursors(((struct nw_daemon *)arg)->reader, json);
}

static bool forget_cursor(void *arg, struct nw_str name)
{
	struct nw_daemon *d = arg;
	int64_t seq;

	if (nw_journal_cursor(d->reader, name, &seq, NULL) != NW_OK || seq < 0)
		return false;
	nw_trimmer_forget(d->trimmer, name);
	return true;
}

static void write_alerts(void *arg, struct nw_buf *json)
{
	nw_alerting_write(((struct nw_daemon *)arg)->alerting, json);
}

static bool ask_alerts(void *arg, struct nw_str json)
{
	return nw_alerting_ask(((struct nw_daemon *)arg)->alerting, json);
}

const struct nw_control_page nw_daemon_pages[] = {
	{"/v1/status", write_status, NULL},
	{"/v1/feeds", write_feeds, NULL},
	{"/v1/stories", write_stories, NULL},
	{"/v1/alerts", write_alerts, ask_alerts},
	{"/v1/cursors", write_cursors, NULL},
	{"/v1/cursors/forget", NULL, forget_cursor},
};

const size_t nw_daemon_n_pages = sizeof(nw_daemon_pages) / sizeof(nw_daemon_pages[0]);

const struct nw_status_page nw_daemon_status_pages[] = {
	{"/metrics", NW_EXPOSITION_TYPE, nw_metrics_on_any, nw_metrics_on_loop, NULL},
	{"/healthz", "application/json", nw_health_alive, NULL, NULL},
	{"/readyz", "application/json", NULL, nw_health_ready,
		"{\"ready\":false,\"state\":\"failing\",\"checks\":{\"loop\":{\"ok\":false,"
		"\"reason\":\"does not answer\"}}}\n"},
};

const size_t nw_daemon_n_status_pages =
	sizeof(nw_daemon_status_pages) / sizeof(nw_daemon_status_pages[0]);
