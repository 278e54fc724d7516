#include "pipeline/internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "pipeline/outage.h"
#include "pipeline/stories.h"
#include "rt/metrics.h"

#define DAY_S 86400
#define LOOK_MS \
	2000 /* the time of day may be set, which libevent sees within 5 s: a timer waits for no more */

static void advance(void *arg, struct nw_mail *mail)
{
	(void)arg;
	nw_steps_advance((struct nw_work *)mail);
}

static int64_t now_s(struct nw_pipeline *p)
{
	return nw_loop_unix_ms(p->loop) / 1000;
}

void nw_pipeline_schedule(struct nw_pipeline *p, struct nw_polled *feed, int64_t due_s)
{
	feed->scheduled = true;
	nw_sched_set(p->sched, feed->number, due_s);
}

/*
 * Back-pressure is this one number: while as many visits and articles as the
 * configuration allows are under way, no feed is handed out, and a visit has one article
 * at a time. What only waits for its host's turn costs little and counts a quarter, so
 * that hosts that hang keep the others' feeds waiting much later.
 */
bool nw_pipeline_is_full(const struct nw_pipeline *p)
{
	const size_t most = (size_t)p->snapshot->config->in_flight;
	const size_t waiting = nw_fetch_waiting(p->fetch);

	return p->in_flight - (waiting < p->in_flight ? waiting : p->in_flight) + waiting / 4 >=
		most;
}

void nw_pipeline_hand_out(struct nw_pipeline *p)
{
	uint32_t number;
	int64_t next, wait_ms;

	if (!p->started || p->paused || p->outage.is_on)
		return;
	while (!nw_pipeline_is_full(p) && nw_sched_take(p->sched, now_s(p), &number)) {
		p->feeds[number]->scheduled = false;
		nw_visit_begin(p, p->feeds[number]);
	}
	next = nw_sched_next(p->sched);
	if (next == INT64_MAX || nw_pipeline_is_full(p)) {
		nw_timer_stop(p->due);
		return;
	}
	wait_ms = next * 1000 - nw_loop_unix_ms(p->loop);
	nw_timer_set(p->due, wait_ms < LOOK_MS ? wait_ms : LOOK_MS);
}

static void on_due(void *arg)
{
	nw_pipeline_hand_out(arg);
}

static unsigned workers_of(const struct nw_config *config)
{
	const long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (config->workers)
		return (unsigned)config->workers;
	return cores > 0 ? (unsigned)cores : 1;
}

struct nw_pipeline *nw_pipeline_new(const struct nw_pipeline_options *o)
{
	struct nw_pipeline *p = nw_must_calloc(1, sizeof(*p));
	struct nw_mailbox *pool;

	p->loop = o->loop;
	p->fetch = o->fetch;
	p->snapshot = o->snapshot;
	TAILQ_INIT(&p->held);
	p->sched = nw_sched_new(o->seed);
	p->seen = nw_seen_new((size_t)o->snapshot->config->remember);
	p->stories = nw_stories_new(
		&(struct nw_stories_options){.articles = (size_t)o->snapshot->config->stories});
	p->due = nw_timer_new(o->loop, on_due, p);
	p->aging = nw_timer_new(o->loop, nw_pipeline_age_stories, p);
	p->probe = nw_timer_new(o->loop, nw_pipeline_probe, p);
	p->pool = nw_pool_start(workers_of(o->snapshot->config), advance, NULL);
	nw_mailbox_init(&p->mail, NW_MAILBOX_POLLED);
	nw_loop_on_mail(o->loop, &p->mail, advance, NULL);
	pool = nw_pool_box(p->pool);
	p->visit_steps = (struct nw_steps){.step = nw_visit_step,
		.n = nw_visit_n_steps,
		.box = {&p->mail, pool, o->store},
		.end = nw_visit_end};
	p->article_steps = (struct nw_steps){.step = nw_article_step,
		.n = nw_article_n_steps,
		.box = {&p->mail, pool, o->store},
		.end = nw_article_end};
	nw_polled_update(p, p->snapshot->config);
	return p;
}

static void on_feed(void *arg, const struct nw_feed_state *state)
{
	nw_polled_restore(arg, state);
}

static void on_identity(void *arg, const struct nw_identity *identity)
{
	struct nw_pipeline *p = arg;

	nw_seen_restore(p->seen, identity->identity, identity->article, identity->content);
}

enum nw_err nw_pipeline_restore(
	struct nw_pipeline *p, struct nw_journal_reader *reader, struct nw_error *error)
{
	const size_t most = (size_t)p->snapshot->config->remember;
	enum nw_err err = nw_journal_each_feed(reader, on_feed, p, error);

	if (!err)
		err = nw_journal_each_identity(reader, most, on_identity, p, error);
	if (!err)
		err = nw_pipeline_recall_stories(p, reader, error);
	return err;
}

/* It may have been our own network, and a start is often what follows when that is back. */
static bool was_silent(const struct nw_polled *feed)
{
	static const bool is_silent[NW_FEED_N_STATUSES] = {[NW_FEED_DNS] = true,
		[NW_FEED_CONNECT] = true,
		[NW_FEED_TLS] = true,
		[NW_FEED_TIMEOUT] = true};

	return is_silent[feed->status];
}

/*
 * Feeds that are overdue, new or were not reached begin spread over a while; the others when they are
 * due, if that is a moment the schedule itself may have given (Retry-After may go to
 * a day) and not one of a clock that was wrong.
 */
static void schedule(struct nw_pipeline *p, struct nw_polled *feed)
{
	const int64_t now = now_s(p), due = feed->state.next_due_s;
	int64_t most = feed->config->max_interval_s;

	if (feed->scheduled || feed->visiting || feed->status == NW_FEED_GONE)
		return;
	if (most < DAY_S)
		most = DAY_S;
	if (!was_silent(feed) && due > now && due <= now + most + most / 10)
		nw_pipeline_schedule(p, feed, due);
	else
		nw_pipeline_schedule(p, feed,
			nw_sched_first(p->sched, now, p->snapshot->config->start_spread_s));
}

static void schedule_all(struct nw_pipeline *p)
{
	for (size_t i = 0; i < p->n_feeds; i++) {
		if (p->feeds[i])
			schedule(p, p->feeds[i]);
	}
}

void nw_pipeline_start(struct nw_pipeline *p)
{
	p->started = true;
	nw_pipeline_age_stories(p);
	schedule_all(p);
	nw_pipeline_hand_out(p);
}

void nw_pipeline_replace(struct nw_pipeline *p, struct nw_snapshot *snapshot)
{
	struct nw_snapshot *old = p->snapshot;

	p->snapshot = snapshot;
	nw_polled_update(p, snapshot->config);
	nw_snapshot_release(old);
	schedule_all(p);
	nw_pipeline_hand_out(p);
}

const struct nw_config *nw_pipeline_config(const struct nw_pipeline *p)
{
	return p->snapshot->config;
}

void nw_pipeline_pause(struct nw_pipeline *p, bool paused)
{
	p->paused = paused;
	nw_pipeline_hand_out(p);
}

void nw_pipeline_stop(struct nw_pipeline *p)
{
	p->started = false;
	nw_timer_stop(p->due);
	nw_timer_stop(p->aging);
	nw_timer_stop(p->probe);
	nw_pool_stop(p->pool);
	p->pool = NULL;
}

void nw_pipeline_free(struct nw_pipeline *p)
{
	while (p->visits)
		nw_visit_free(p->visits);
	nw_polled_free_all(p);
	nw_timer_free(p->due);
	nw_timer_free(p->aging);
	nw_timer_free(p->probe);
	nw_stories_free(p->stories);
	nw_sched_free(p->sched);
	nw_seen_free(p->seen);
	nw_mailbox_clear(&p->mail);
	nw_map_clear(&p->by_id);
	nw_pipeline_free_topics(p);
	nw_snapshot_release(p->snapshot);
	free((void *)p->feeds);
	free(p);
}
