#ifndef NW_PIPELINE_LOOK_H
#define NW_PIPELINE_LOOK_H

#include "fetch/state.h"
#include "pipeline/pipeline.h"

/* How the pipeline is, for metrics. On the LOOP, but for nw_pipeline_busy_ms. */
struct nw_pipeline_view {
	size_t feeds[NW_FEED_N_STATUSES], n_feeds, failing;
	size_t in_flight, in_flight_most; /* visits and articles */
	size_t hosts, pool, loop, store;  /* waiting: for their host's turn, for a thread */
	size_t remembered, topics;
	size_t stories, stories_open;
	bool paused, offline; /* the latter: no host answers (fetch/outage.h) */
};
void nw_pipeline_look(const struct nw_pipeline *p, struct nw_pipeline_view *view);

/* Each feed of the configuration, in its order. */
struct nw_feed_view {
	struct nw_str id;
	bool is_failing;
	int64_t last_ok_s; /* Unix; 0: never */
	int64_t articles;  /* it has ever brought */
};
void nw_pipeline_each_feed(const struct nw_pipeline *p,
	void (*on_feed)(void *arg, const struct nw_feed_view *feed), void *arg);

/* Each topic there is, and how many articles on it were written since the start. */
void nw_pipeline_each_topic(const struct nw_pipeline *p,
	void (*on_topic)(void *arg, struct nw_str topic, uint64_t articles), void *arg);

/* How long a thread of the pool has been at one step, at most. From any thread, until nw_pipeline_stop. */
int64_t nw_pipeline_busy_ms(const struct nw_pipeline *p);

#endif
