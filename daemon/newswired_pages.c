/* What newswired answers on its control socket: newswire(1) asks. */
#include <unistd.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "newswired.h"
#include "store/report.h"
#include <newswire/version.h>

static json_t *http_json(const struct nw_web *web)
{
	json_t *o = json_array();

	for (size_t i = 0; web && nw_web_endpoint(web, i); i++)
		nw_json_append(o, nw_json_str(nw_str(nw_web_endpoint(web, i))));
	return o;
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
	nw_json_set_int(o, "uptime", nw_loop_unix_ms(d->loop) / 1000 - d->started_s);
	nw_json_set_str(o, "config", nw_str(d->options.config));
	nw_json_set_str(o, "journal", nw_str(d->database));
	nw_json_set(o, "journal_failing", json_boolean(atomic_load(&d->in_trouble)));
	nw_json_set_int(o, "journal_bytes", nw_trimmer_bytes(d->trimmer));
	nw_journal_write_status(d->reader, o);
	nw_json_set(o, "live", endpoints_json(d->bus, nw_bus_live));
	nw_json_set(o, "replay", endpoints_json(d->bus, nw_bus_replay));
	nw_json_set(o, "http", http_json(d->web));
	nw_pipeline_write_status(d->pipeline, o);
	nw_alerting_write_status(d->alerting, o);
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
