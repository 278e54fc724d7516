#ifndef NW_PIPELINE_INTERNAL_H
#define NW_PIPELINE_INTERNAL_H

#include <sys/queue.h>

#include "base/map.h"
#include "fetch/outage.h"
#include "fetch/state.h"
#include "pipeline/pipeline.h"
#include "pipeline/sighting.h"
#include "pipeline/steps.h"
#include "pipeline/today.h"
#include "rt/pool.h"
#include "sched/sched.h"
#include "seen/seen.h"
#include "story/story.h"
#include <newswire/feed.h>

/* A feed as it is polled: its line of the configuration, and its memory. */
struct nw_polled {
	uint32_t number;                     /* in pipeline->feeds and in the schedule */
	const struct nw_config_feed *config; /* of pipeline->snapshot */
	struct nw_feed_state state;          /* strings are ours, each a malloc */
	enum nw_feed_status status;
	bool scheduled, visiting, removed; /* scheduled and visiting never at once */
	struct nw_hash host;
	int64_t silent_ms, answered_ms; /* its host did not, 0: since it did; did; monotonic */
};

struct nw_pipeline {
	struct nw_loop *loop;
	struct nw_fetch *fetch;
	struct nw_snapshot *snapshot;
	struct nw_pool *pool;
	struct nw_mailbox mail; /* what comes back to the LOOP */
	struct nw_steps visit_steps, article_steps;
	struct nw_sched *sched;
	struct nw_seen *seen;
	struct nw_stories *stories;
	struct nw_timer *due, *aging, *probe;
	struct nw_outage outage;
	struct nw_polled **feeds;                 /* by number; NULL: free */
	size_t n_feeds, n_holes, n_hosts, probed; /* probed: whom an outage asked last */
	struct nw_map by_id, by_topic;            /* by_topic: articles, look.c */
	struct nw_visit *visits;                  /* under way */
	TAILQ_HEAD(, nw_visit) held; /* of these: who waits for room for more articles */
	size_t in_flight;            /* visits and articles */
	struct nw_today today;
	bool paused, started;
};

/* feeds.c: the list of feeds and their memory. */
void nw_polled_update(struct nw_pipeline *p, const struct nw_config *config);
void nw_polled_restore(struct nw_pipeline *p, const struct nw_feed_state *state);
void nw_polled_free_all(struct nw_pipeline *p);
void nw_polled_drop(struct nw_polled *feed); /* one that was removed while visited */
void nw_polled_keep(struct nw_str *member, struct nw_str value);
/* For the STORE, while the LOOP may go on changing it. */
struct nw_feed_state nw_polled_copy(struct nw_arena *arena, const struct nw_feed_state *state);
/* Takes a visit's result over, and logs a change; true when it fails, or no longer does, as before. */
bool nw_polled_settle(
	struct nw_polled *feed, enum nw_feed_status status, struct nw_str reason, int64_t now_s);

/* pipeline.c */
void nw_pipeline_schedule(struct nw_pipeline *p, struct nw_polled *feed, int64_t due_s);
void nw_pipeline_hand_out(struct nw_pipeline *p);
bool nw_pipeline_is_full(const struct nw_pipeline *p); /* as much as allowed is under way */

/* look.c: an article was written that is on these. */
void nw_pipeline_count_topics(struct nw_pipeline *p, const struct nw_tag *tags);
void nw_pipeline_free_topics(struct nw_pipeline *p);

/* visit.c */
struct nw_admitted {
	const struct nw_sighting *sighting;
	struct nw_seen_mark mark;
	bool backfill;
};

struct nw_health;
struct nw_withdrawal;
struct nw_visit {
	struct nw_work work;
	struct nw_visit *next, *prev;
	TAILQ_ENTRY(nw_visit) held;
	bool is_held;
	struct nw_pipeline *pipeline;
	struct nw_polled *feed;
	struct nw_snapshot *snapshot;
	struct nw_config_feed config; /* as it was when the visit began; strings of the snapshot */
	struct nw_arena *arena;
	struct nw_http_response answer; /* its strings are in the arena */
	enum nw_feed_status status;
	struct nw_str reason;
	struct nw_feed parsed;
	struct nw_hash body;
	struct nw_article_work *articles; /* begun and not ended */
	struct nw_admitted *admitted;     /* all that are to begin, a few at a time */
	size_t n_admitted, n_begun, n_running;
	size_t n_new, n_changed;
	bool first, silent;         /* nothing was known of this feed; nobody answered */
	bool incomplete;            /* something must be met again: its validators are not kept */
	struct nw_identity *passed; /* known from now on, without an article of their own */
	size_t n_passed;
	struct nw_withdrawal *withdrawn; /* articles taken back, to be said once */
	size_t n_withdrawn;
	struct nw_feed_state saved; /* what the STORE writes */
	struct nw_health *health;   /* and this, where the feed's state is another now */
	int64_t now_s, began_ms;    /* began_ms: monotonic */
};

extern const struct nw_step nw_visit_step[];
extern const size_t nw_visit_n_steps;
void nw_visit_begin(struct nw_pipeline *p, struct nw_polled *feed);
void nw_visit_end(struct nw_work *w);
void nw_visit_free(struct nw_visit *v);
void nw_visit_article_ended(struct nw_visit *v);
void nw_visits_go_on(struct nw_pipeline *p); /* there may be room for articles again */
/* Its feed is gone from the configuration: what is not in the journal yet may be met anew. */
void nw_visit_forget(struct nw_visit *v);

/* article.c */
struct nw_storied;
struct nw_article_work {
	struct nw_work work;
	struct nw_article_work *next, *prev; /* in visit->articles */
	struct nw_visit *visit;
	const struct nw_item *item; /* in the visit's arena */
	struct nw_str link;         /* canonical; in the visit's arena */
	struct nw_seen_mark mark;
	struct nw_arena *arena;
	struct nw_http_response page;       /* its strings are in the arena */
	bool has_page, backfill, forgotten; /* forgotten: its mark was taken back */
	bool deferred; /* only a stand-in came for a text that is there whole */
	struct nw_article article;
	struct nw_storied *storied; /* in the arena; NULL until it was sketched */
	struct nw_buf json;
	struct nw_record record;
	int64_t fetched_ms;
};

extern const struct nw_step nw_article_step[];
extern const size_t nw_article_n_steps;
void nw_article_begin(struct nw_visit *v, const struct nw_admitted *admitted);
/* Takes its mark back: the item is met again. */
void nw_article_forget(struct nw_article_work *a);
void nw_article_end(struct nw_work *w);
void nw_article_free(struct nw_article_work *a);

#endif
