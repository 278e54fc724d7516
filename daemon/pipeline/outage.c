#include "pipeline/outage.h"

#include "base/log.h"
#include "base/str.h"

#define CALLED_A_SECOND 50 /* feeds, when all that met silence are asked again */

static void begin(struct nw_pipeline *p, const struct nw_visit *v)
{
	nw_log(NW_LOG_WARNING,
		"no host answers: our own network is out, it seems; feeds wait until one does",
		NW_KVI("hosts", (int64_t)p->outage.n_silent), NW_KV("feed", v->config.id),
		NW_KV("reason", v->answer.reason));
	nw_timer_set(p->probe, 0);
}

/* Whoever met silence since it began is asked again, a few at a time; whoever is overdue likewise. */
static void end(struct nw_pipeline *p)
{
	const int64_t now_s = nw_loop_unix_ms(p->loop) / 1000;
	size_t n = 0;

	nw_timer_stop(p->probe);
	for (size_t i = 0; i < p->n_feeds; i++) {
		struct nw_polled *feed = p->feeds[i];

		if (feed && feed->scheduled && feed->silent_ms >= p->outage.since_ms)
			nw_pipeline_schedule(p, feed, now_s + (int64_t)(n++ / CALLED_A_SECOND));
	}
	nw_log(NW_LOG_NOTICE, "hosts answer again; feeds are asked again",
		NW_KVI("seconds", (p->outage.ended_ms - p->outage.since_ms) / 1000),
		NW_KVI("feeds", (int64_t)n));
	nw_pipeline_hand_out(p);
}

/* Whether a host answered when any feed there was last asked, or none ever was. */
static bool did_answer(const struct nw_pipeline *p, struct nw_hash host)
{
	int64_t silent_ms = 0, answered_ms = 0;

	for (size_t i = 0; i < p->n_feeds; i++) {
		const struct nw_polled *feed = p->feeds[i];

		if (!feed || !nw_hash_eq(feed->host, host))
			continue;
		if (feed->silent_ms > silent_ms)
			silent_ms = feed->silent_ms;
		if (feed->answered_ms > answered_ms)
			answered_ms = feed->answered_ms;
	}
	return answered_ms >= silent_ms;
}

void nw_pipeline_hear(struct nw_visit *v, const struct nw_http_response *r)
{
	struct nw_pipeline *p = v->pipeline;
	const int64_t now_ms = nw_loop_monotonic_ms(p->loop);

	v->silent = nw_outage_is_silence(r);
	if (v->silent) {
		const bool is_news = !p->outage.is_on && did_answer(p, v->feed->host);

		v->feed->silent_ms = now_ms;
		if (nw_outage_silence(&p->outage, v->feed->host, is_news, p->n_hosts, now_ms))
			begin(p, v);
	} else if (r->status != 0) {
		v->feed->silent_ms = 0;
		v->feed->answered_ms = now_ms;
		if (nw_outage_answer(&p->outage, now_ms))
			end(p);
	}
}

bool nw_pipeline_pardons(const struct nw_visit *v)
{
	return v->silent && nw_outage_covers(&v->pipeline->outage, v->began_ms);
}

/* In turn, and those that asked us to stay away are left alone until they are due. */
static struct nw_polled *next_to_ask(struct nw_pipeline *p)
{
	const int64_t now_s = nw_loop_unix_ms(p->loop) / 1000;

	for (size_t i = 1; i <= p->n_feeds; i++) {
		const size_t number = (p->probed + i) % p->n_feeds;
		struct nw_polled *feed = p->feeds[number];

		if (!feed || !feed->scheduled)
			continue;
		if (feed->state.next_due_s > now_s &&
			(feed->status == NW_FEED_HTTP_4XX || feed->status == NW_FEED_HTTP_5XX))
			continue;
		p->probed = number;
		return feed;
	}
	return NULL;
}

void nw_pipeline_probe(void *pipeline)
{
	struct nw_pipeline *p = pipeline;
	struct nw_polled *feed = p->started && !p->paused ? next_to_ask(p) : NULL;

	if (feed) {
		nw_sched_remove(p->sched, feed->number);
		feed->scheduled = false;
		nw_visit_begin(p, feed);
	}
	nw_timer_set(p->probe, nw_outage_probe_ms(&p->outage, nw_loop_monotonic_ms(p->loop)));
}
