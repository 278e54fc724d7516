/* What newswired tells of itself at /metrics: newswired(8). */
#include <inttypes.h>
#include <sys/stat.h>

#include "alert/look.h"
#include "base/str.h"
#include "newswired.h"
#include "pipeline/look.h"
#include "status/gauge.h"
#include "status/process.h"
#include "store/report.h"
#include <newswire/version.h>

/* --- on any thread --- */

static void add_busy(struct nw_buf *out, const char *thread, int64_t ms)
{
	nw_exposition_double(out, NW_EXPOSITION_PREFIX, &nw_gauge_rows[NW_G_BUSY], nw_str(thread),
		(double)ms / 1000);
}

static void add_file(
	struct nw_buf *out, const struct nw_daemon *d, const char *name, const char *end)
{
	char path[sizeof(d->database) + 8];
	struct stat there;

	(void)snprintf(path, sizeof(path), "%s%s", d->database, end);
	if (stat(path, &there) == 0)
		nw_gauge_add(out, NW_G_JOURNAL_FILE, nw_str(name), there.st_size);
}

int nw_metrics_on_any(void *arg, struct nw_buf *out)
{
	struct nw_daemon *d = arg;

	nw_gauge_begin(out, NW_G_BUILD);
	nw_gauge_add(out, NW_G_BUILD, NW_STR(NW_VERSION), 1);
	nw_gauge_begin(out, NW_G_BUSY);
	add_busy(out, "loop", nw_pulse_busy_ms(&d->turn));
	add_busy(out, "store", nw_writer_busy_ms(d->writer));
	add_busy(out, "pool", nw_pipeline_busy_ms(d->pipeline));
	add_busy(out, "follow", nw_bus_busy_ms(d->bus));
	nw_gauge_write(out, NW_G_JOURNAL_FAILING, atomic_load(&d->in_trouble));
	nw_gauge_begin(out, NW_G_JOURNAL_FILE);
	add_file(out, d, "database", "");
	add_file(out, d, "log", "-wal");
	nw_gauge_write(out, NW_G_HTTP_STREAMS, d->web ? (int64_t)nw_web_streams(d->web) : 0);
	nw_exposition_counters(out);
	nw_exposition_timings(out);
	nw_process_write(out);
	return 200;
}

/* --- on the LOOP --- */

/* A family of which each feed has a sample. */
struct feed_column {
	enum nw_gauge gauge;
	int64_t (*value)(const struct nw_feed_view *feed);
	struct nw_buf *out;
};

static int64_t is_feed_failing(const struct nw_feed_view *feed)
{
	return feed->is_failing;
}

static int64_t last_ok_of(const struct nw_feed_view *feed)
{
	return feed->last_ok_s;
}

static int64_t articles_of(const struct nw_feed_view *feed)
{
	return feed->articles;
}

static void add_feed(void *arg, const struct nw_feed_view *feed)
{
	const struct feed_column *c = arg;

	nw_gauge_add(c->out, c->gauge, feed->id, c->value(feed));
}

/* A series each only where there are few: newswired.conf(5), feed-series. */
static void write_feeds(
	struct nw_daemon *d, const struct nw_pipeline_view *view, struct nw_buf *out)
{
	struct feed_column columns[] = {{NW_G_FEED_FAILING, is_feed_failing, out},
		{NW_G_FEED_LAST_OK, last_ok_of, out}, {NW_G_FEED_ARTICLES, articles_of, out}};

	nw_gauge_begin(out, NW_G_FEEDS);
	for (size_t i = 0; i < NW_FEED_N_STATUSES; i++)
		nw_gauge_add(out, NW_G_FEEDS, nw_str(nw_feed_status_rows[i].name),
			(int64_t)view->feeds[i]);
	nw_gauge_write(out, NW_G_FEEDS_FAILING, (int64_t)view->failing);
	if (view->n_feeds > (size_t)nw_pipeline_config(d->pipeline)->feed_series)
		return;
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		nw_gauge_begin(out, columns[i].gauge);
		nw_pipeline_each_feed(d->pipeline, add_feed, &columns[i]);
	}
}

static void add_topic(void *arg, struct nw_str topic, uint64_t articles)
{
	nw_gauge_add(arg, NW_G_TOPIC_ARTICLES, topic, (int64_t)articles);
}

static void write_pipeline(struct nw_daemon *d, struct nw_buf *out)
{
	struct nw_pipeline_view v;

	nw_pipeline_look(d->pipeline, &v);
	write_feeds(d, &v, out);
	nw_gauge_write(out, NW_G_PAUSED, v.paused);
	nw_gauge_write(out, NW_G_OFFLINE, v.offline);
	nw_gauge_write(out, NW_G_IN_FLIGHT, (int64_t)v.in_flight);
	nw_gauge_write(out, NW_G_IN_FLIGHT_MOST, (int64_t)v.in_flight_most);
	nw_gauge_begin(out, NW_G_QUEUE);
	nw_gauge_add(out, NW_G_QUEUE, NW_STR("hosts"), (int64_t)v.hosts);
	nw_gauge_add(out, NW_G_QUEUE, NW_STR("pool"), (int64_t)v.pool);
	nw_gauge_add(out, NW_G_QUEUE, NW_STR("store"), (int64_t)v.store);
	nw_gauge_add(out, NW_G_QUEUE, NW_STR("loop"), (int64_t)v.loop);
	nw_gauge_write(out, NW_G_TOPICS, (int64_t)v.topics);
	nw_gauge_begin(out, NW_G_TOPIC_ARTICLES);
	nw_pipeline_each_topic(d->pipeline, add_topic, out);
	nw_gauge_write(out, NW_G_REMEMBERED, (int64_t)v.remembered);
	nw_gauge_write(out, NW_G_STORIES, (int64_t)v.stories);
	nw_gauge_write(out, NW_G_STORIES_OPEN, (int64_t)v.stories_open);
}

static int64_t behind(int64_t newest, int64_t seq)
{
	return seq >= 0 && newest > seq ? newest - seq : 0;
}

static void write_journal(struct nw_daemon *d, struct nw_buf *out)
{
	struct nw_lag lag;

	nw_gauge_write(out, NW_G_JOURNAL_BYTES, nw_trimmer_bytes(d->trimmer));
	nw_gauge_write(out, NW_G_JOURNAL_FREE, nw_trimmer_free_bytes(d->trimmer));
	if (!nw_daemon_lag(d, &lag))
		return;
	nw_gauge_write(out, NW_G_JOURNAL_NEWEST, lag.newest);
	nw_gauge_write(out, NW_G_JOURNAL_RECORDS, lag.records);
	nw_gauge_write(out, NW_G_BUS_LAG, lag.bus);
	nw_gauge_write(out, NW_G_ALERT_LAG, lag.alerts);
}

/* What was published or considered was in the journal before it is asked how far that goes. */
bool nw_daemon_lag(struct nw_daemon *d, struct nw_lag *lag)
{
	struct nw_alerting_view alerting;
	struct nw_bus_view bus;
	int64_t oldest, newest;

	nw_bus_look(d->bus, &bus);
	nw_alerting_look(d->alerting, &alerting);
	*lag = (struct nw_lag){0};
	if (nw_journal_bounds(d->reader, &oldest, &newest, NULL))
		return false;
	*lag = (struct nw_lag){.newest = newest,
		.records = newest ? newest - oldest + 1 : 0,
		.bus = behind(newest, bus.published),
		.alerts = behind(newest, alerting.after)};
	return true;
}

/* Likewise each channel. */
struct channel_column {
	enum nw_gauge gauge;
	int64_t (*value)(const struct nw_channel_view *channel);
	struct nw_buf *out;
};

static int64_t is_channel_failing(const struct nw_channel_view *channel)
{
	return channel->is_failing;
}

static int64_t waiting_of(const struct nw_channel_view *channel)
{
	return (int64_t)channel->waiting;
}

static int64_t sent_of(const struct nw_channel_view *channel)
{
	return channel->sent;
}

static int64_t dead_of(const struct nw_channel_view *channel)
{
	return channel->dead;
}

static void add_channel(void *arg, const struct nw_channel_view *channel)
{
	const struct channel_column *c = arg;

	nw_gauge_add(c->out, c->gauge, channel->name, c->value(channel));
}

static void write_alerts(struct nw_daemon *d, struct nw_buf *out)
{
	struct channel_column columns[] = {{NW_G_CHANNEL_FAILING, is_channel_failing, out},
		{NW_G_LETTERS_WAITING, waiting_of, out}, {NW_G_LETTERS_SENT, sent_of, out},
		{NW_G_LETTERS_DEAD, dead_of, out}};
	struct nw_alerting_view v;

	nw_alerting_look(d->alerting, &v);
	nw_gauge_write(out, NW_G_ALERT_RULES, (int64_t)v.rules);
	nw_gauge_write(out, NW_G_ALERT_INCIDENTS, (int64_t)v.incidents);
	nw_gauge_write(out, NW_G_ALERT_OPEN, (int64_t)v.open);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		nw_gauge_begin(out, columns[i].gauge);
		nw_alerting_each_channel(d->alerting, add_channel, &columns[i]);
	}
}

int nw_metrics_on_loop(void *arg, struct nw_buf *out)
{
	struct nw_daemon *d = arg;
	struct nw_bus_view bus;

	write_pipeline(d, out);
	write_journal(d, out);
	nw_bus_look(d->bus, &bus);
	nw_gauge_write(out, NW_G_BUS_SUBSCRIBERS, (int64_t)bus.subscribers);
	nw_gauge_write(out, NW_G_BUS_PREFIXES, (int64_t)bus.prefixes);
	write_alerts(d, out);
	nw_gauge_write(out, NW_G_CONFIG_TAKEN, !d->is_refused);
	nw_gauge_write(out, NW_G_CONFIG_TAKEN_AT, d->taken_s);
	return 200;
}
