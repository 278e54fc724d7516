#include "status/gauge.h"

#include "base/str.h"

const struct nw_family nw_gauge_rows[NW_N_GAUGES] = {
	[NW_G_BUILD] = {"build_info", "gauge", "version", "Which newswired this is; always 1."},
	[NW_G_BUSY] = {"busy_seconds", "gauge", "thread",
		"How long the thread has been at one thing; loop: since it last had a turn."},
	[NW_G_JOURNAL_FILE] = {"journal_file_bytes", "gauge", "file",
		"Size of the journal's file and of its write-ahead log."},
	[NW_G_FEEDS] = {"feeds", "gauge", "state", "Feeds in each state."},
	[NW_G_FEEDS_FAILING] = {"feeds_failing", "gauge", NULL, "Feeds that fail."},
	[NW_G_FEED_FAILING] = {"feed_failing", "gauge", "feed", "Whether the feed fails."},
	[NW_G_FEED_LAST_OK] = {"feed_last_success_timestamp_seconds", "gauge", "feed",
		"When the feed was last visited without a failure, Unix time; 0: never."},
	[NW_G_FEED_ARTICLES] = {"feed_articles_total", "counter", "feed",
		"Articles that the feed has ever brought."},
	[NW_G_PAUSED] = {"paused", "gauge", NULL, "Whether polling pauses."},
	[NW_G_OFFLINE] = {"offline", "gauge", NULL, "Whether no host answers."},
	[NW_G_IN_FLIGHT] = {"in_flight", "gauge", NULL, "Visits and articles under way."},
	[NW_G_IN_FLIGHT_MOST] = {"in_flight_limit", "gauge", NULL,
		"How many may be, before no further feed is visited."},
	[NW_G_QUEUE] = {"queue_length", "gauge", "queue",
		"What waits: requests for their host's turn, steps for a thread."},
	[NW_G_TOPICS] = {"topics", "gauge", NULL, "Topics there are."},
	[NW_G_TOPIC_ARTICLES] = {"topic_articles_total", "counter", "topic",
		"Articles written that are on the topic."},
	[NW_G_REMEMBERED] = {"remembered", "gauge", NULL, "Identities of items held in memory."},
	[NW_G_STORIES] = {"stories", "gauge", NULL, "Stories held in memory."},
	[NW_G_STORIES_OPEN] = {"stories_open", "gauge", NULL,
		"Of these, those that are neither quiet nor closed."},
	[NW_G_JOURNAL_FAILING] = {"journal_failing", "gauge", NULL,
		"Whether the journal cannot be written."},
	[NW_G_JOURNAL_NEWEST] = {"journal_newest_seq", "gauge", NULL,
		"The last number in the journal."},
	[NW_G_JOURNAL_RECORDS] = {"journal_records", "gauge", NULL,
		"Messages that the journal keeps."},
	[NW_G_JOURNAL_BYTES] = {"journal_used_bytes", "gauge", NULL,
		"Bytes of the journal in use, as of the last half minute."},
	[NW_G_JOURNAL_FREE] = {"journal_free_bytes", "gauge", NULL,
		"Bytes in its file to be written to again, likewise."},
	[NW_G_BUS_LAG] = {"bus_lag", "gauge", NULL,
		"Messages in the journal that are not published yet."},
	[NW_G_BUS_SUBSCRIBERS] = {"bus_subscribers", "gauge", NULL,
		"Connections to the live endpoints."},
	[NW_G_BUS_PREFIXES] = {"bus_prefixes", "gauge", NULL,
		"Different prefixes subscribed to, without those by CURVE."},
	[NW_G_HTTP_STREAMS] = {"http_streams", "gauge", NULL, "HTTP streams that are open."},
	[NW_G_ALERT_RULES] = {"alert_rules", "gauge", NULL, "Rules of alerts there are."},
	[NW_G_ALERT_INCIDENTS] = {"alert_incidents", "gauge", NULL, "Incidents held in memory."},
	[NW_G_ALERT_OPEN] = {"alert_incidents_open", "gauge", NULL,
		"Of these, those that are not closed."},
	[NW_G_ALERT_LAG] = {"alert_lag", "gauge", NULL,
		"Messages in the journal that no rule has considered yet."},
	[NW_G_CHANNEL_FAILING] = {"alert_channel_failing", "gauge", "channel",
		"Whether the channel fails."},
	[NW_G_LETTERS_WAITING] = {"alert_letters_waiting", "gauge", "channel",
		"Letters that are to be sent."},
	[NW_G_LETTERS_SENT] = {"alert_letters_sent_total", "counter", "channel",
		"Letters that were delivered."},
	[NW_G_LETTERS_DEAD] = {"alert_letters_given_up_total", "counter", "channel",
		"Letters that were given up."},
	[NW_G_CONFIG_TAKEN] = {"config_last_reload_successful", "gauge", NULL,
		"Whether the last reload was taken."},
	[NW_G_CONFIG_TAKEN_AT] = {"config_last_reload_success_timestamp_seconds", "gauge", NULL,
		"When the configuration in force was taken, Unix time."},
};

void nw_gauge_begin(struct nw_buf *out, enum nw_gauge gauge)
{
	nw_exposition_family(out, NW_EXPOSITION_PREFIX, &nw_gauge_rows[gauge]);
}

void nw_gauge_add(struct nw_buf *out, enum nw_gauge gauge, struct nw_str value, int64_t n)
{
	nw_exposition_int(out, NW_EXPOSITION_PREFIX, &nw_gauge_rows[gauge], value, n);
}

void nw_gauge_write(struct nw_buf *out, enum nw_gauge gauge, int64_t n)
{
	nw_gauge_begin(out, gauge);
	nw_gauge_add(out, gauge, NW_STR(""), n);
}
