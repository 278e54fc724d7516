#ifndef NW_STATUS_GAUGE_H
#define NW_STATUS_GAUGE_H

#include "status/exposition.h"

/*
 * What is looked up when somebody asks, beside the counters and timings of rt/: one row a
 * family, in gauge.c. Of a family that is labelled by feed, topic or channel there are as many
 * samples as the configuration has of these.
 */
enum nw_gauge {
	NW_G_BUILD,
	NW_G_BUSY,
	NW_G_JOURNAL_FILE,
	NW_G_FEEDS,
	NW_G_FEEDS_FAILING,
	NW_G_FEED_FAILING,
	NW_G_FEED_LAST_OK,
	NW_G_FEED_ARTICLES,
	NW_G_PAUSED,
	NW_G_OFFLINE,
	NW_G_IN_FLIGHT,
	NW_G_IN_FLIGHT_MOST,
	NW_G_QUEUE,
	NW_G_TOPICS,
	NW_G_TOPIC_ARTICLES,
	NW_G_REMEMBERED,
	NW_G_STORIES,
	NW_G_STORIES_OPEN,
	NW_G_JOURNAL_FAILING,
	NW_G_JOURNAL_NEWEST,
	NW_G_JOURNAL_RECORDS,
	NW_G_JOURNAL_BYTES,
	NW_G_JOURNAL_FREE,
	NW_G_BUS_LAG,
	NW_G_BUS_SUBSCRIBERS,
	NW_G_BUS_PREFIXES,
	NW_G_HTTP_STREAMS,
	NW_G_ALERT_RULES,
	NW_G_ALERT_INCIDENTS,
	NW_G_ALERT_OPEN,
	NW_G_ALERT_LAG,
	NW_G_CHANNEL_FAILING,
	NW_G_LETTERS_WAITING,
	NW_G_LETTERS_SENT,
	NW_G_LETTERS_DEAD,
	NW_G_CONFIG_TAKEN,
	NW_G_CONFIG_TAKEN_AT,
	NW_N_GAUGES
};

extern const struct nw_family nw_gauge_rows[NW_N_GAUGES];

/* Help and type, before its samples. */
void nw_gauge_begin(struct nw_buf *out, enum nw_gauge gauge);
void nw_gauge_add(struct nw_buf *out, enum nw_gauge gauge, struct nw_str value, int64_t n);
/* Both, of one without a label. */
void nw_gauge_write(struct nw_buf *out, enum nw_gauge gauge, int64_t n);

#endif
