#include "pipeline/look.h"

#include <stdlib.h>

#include "base/arena.h"
#include "pipeline/internal.h"

void nw_pipeline_look(const struct nw_pipeline *p, struct nw_pipeline_view *view)
{
	const struct nw_steps *steps = &p->article_steps;

	*view = (struct nw_pipeline_view){.n_feeds = p->snapshot->config->n_feeds,
		.in_flight = p->in_flight,
		.in_flight_most = (size_t)p->snapshot->config->in_flight,
		.hosts = nw_fetch_waiting(p->fetch),
		.pool = nw_mailbox_count(steps->box[NW_POOL]),
		.loop = nw_mailbox_count(steps->box[NW_LOOP]),
		.store = nw_mailbox_count(steps->box[NW_STORE]),
		.remembered = nw_seen_count(p->seen),
		.stories = nw_stories_count(p->stories).stories,
		.stories_open = nw_stories_count(p->stories).open,
		.topics = nw_topics_count(p->snapshot->topics),
		.paused = p->paused,
		.offline = p->outage.is_on};
	for (size_t i = 0; i < p->n_feeds; i++) {
		if (!p->feeds[i])
			continue;
		view->feeds[p->feeds[i]->status]++;
		view->failing += nw_feed_status_rows[p->feeds[i]->status].is_failure ? 1 : 0;
	}
}

void nw_pipeline_each_feed(const struct nw_pipeline *p,
	void (*on_feed)(void *arg, const struct nw_feed_view *feed), void *arg)
{
	const struct nw_config *config = p->snapshot->config;

	for (size_t i = 0; i < config->n_feeds; i++) {
		const struct nw_polled *feed = nw_map_get(&p->by_id, config->feeds[i].id);
		const struct nw_feed_view view = {.id = feed->state.id,
			.is_failing = nw_feed_status_rows[feed->status].is_failure,
			.last_ok_s = feed->state.last_ok_s,
			.articles = feed->state.articles};

		on_feed(arg, &view);
	}
}

int64_t nw_pipeline_busy_ms(const struct nw_pipeline *p)
{
	return nw_pool_busy_ms(p->pool);
}

/* --- articles by topic --- */

struct topic_count {
	uint64_t articles;
	size_t n;
	char name[];
};

/* A topic that a reload took away keeps its count: it may come back, and a count never falls. */
void nw_pipeline_count_topics(struct nw_pipeline *p, const struct nw_tag *tags)
{
	for (const struct nw_tag *t = tags; t; t = t->next) {
		struct topic_count *c = nw_map_get(&p->by_topic, t->name);

		if (!c) {
			c = nw_must_calloc(1, sizeof(*c) + t->name.n);
			c->n = t->name.n;
			memcpy(c->name, t->name.p, t->name.n);
			(void)nw_map_put(&p->by_topic, (struct nw_str){c->name, c->n}, c);
		}
		c->articles++;
	}
}

void nw_pipeline_free_topics(struct nw_pipeline *p)
{
	nw_map_each (&p->by_topic, slot) {
		free(slot->value);
	}
	nw_map_clear(&p->by_topic);
}

void nw_pipeline_each_topic(const struct nw_pipeline *p,
	void (*on_topic)(void *arg, struct nw_str topic, uint64_t articles), void *arg)
{
	const struct nw_topics *topics = p->snapshot->topics;

	for (size_t i = 0; i < nw_topics_count(topics); i++) {
		const struct nw_str name = nw_topics_name(topics, i);
		const struct topic_count *c = nw_map_get(&p->by_topic, name);

		on_topic(arg, name, c ? c->articles : 0);
	}
}
