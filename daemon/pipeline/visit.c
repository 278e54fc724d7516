#include "pipeline/internal.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "pipeline/health.h"
#include "pipeline/outage.h"
#include "pipeline/withdraw.h"
#include "rt/metrics.h"

static struct nw_visit *visit_of(struct nw_work *w)
{
	return (struct nw_visit *)w;
}

static bool has_body(const struct nw_visit *v)
{
	return v->status == NW_FEED_OK;
}

/* The response's strings and body outlive the callback only as copies. */
static void keep_answer(struct nw_visit *v, struct nw_http_response *r)
{
	struct nw_arena *a = v->arena;

	v->answer = *r;
	v->answer.reason = nw_arena_str(a, r->reason);
	v->answer.url = nw_arena_str(a, r->url);
	v->answer.moved_to = nw_arena_str(a, r->moved_to);
	v->answer.content_type = nw_arena_str(a, r->content_type);
	v->answer.content_location = nw_arena_str(a, r->content_location);
	v->answer.content_language = nw_arena_str(a, r->content_language);
	v->answer.etag = nw_arena_str(a, r->etag);
	v->answer.last_modified = nw_arena_str(a, r->last_modified);
	r->body = (struct nw_buf){0};
}

static void on_feed_body(void *arg, struct nw_http_response *r)
{
	struct nw_visit *v = arg;

	nw_time_took(NW_T_FETCH_FEED, r->elapsed_ms * 1000000);
	v->status = nw_feed_status_of(r);
	keep_answer(v, r);
	nw_pipeline_hear(v, r);
	if (nw_feed_status_rows[v->status].is_failure && !v->answer.reason.n)
		v->reason = nw_arena_printf(v->arena, "http status %d", v->answer.status);
	else
		v->reason = v->answer.reason;
	nw_steps_resume(&v->work);
}

static enum nw_verdict ask_feed(struct nw_work *w)
{
	struct nw_visit *v = visit_of(w);
	const struct nw_feed_state *known = &v->feed->state;

	nw_count(NW_C_VISITS, 1);
	nw_fetch_feed(v->pipeline->fetch, v->config.url, known->etag, known->last_modified,
		on_feed_body, v);
	return NW_WAIT;
}

static enum nw_verdict parse_feed(struct nw_work *w)
{
	struct nw_visit *v = visit_of(w);
	const struct nw_feed_input input = {.body = nw_buf_str(&v->answer.body),
		.url = v->answer.url,
		.content_type = v->answer.content_type,
		.content_location = v->answer.content_location,
		.content_language = v->answer.content_language};
	struct nw_feed_limits limits = nw_feed_default_limits;
	struct nw_error error = {0};
	char text[NW_ERROR_TEXT];

	if (!has_body(v))
		return NW_NEXT;
	v->body = nw_hash128(input.body);
	if (nw_hash_eq(v->body, v->saved.body) && !v->first) {
		v->status = NW_FEED_UNCHANGED;
		return NW_NEXT;
	}
	limits.bytes = (size_t)v->snapshot->config->feed_bytes;
	if (nw_feed_parse(v->arena, &input, &limits, &v->parsed, &error)) {
		v->status = NW_FEED_NOT_A_FEED;
		v->reason = nw_arena_str(v->arena, nw_str(nw_error_text(&error, text)));
	} else if (!v->parsed.n_items && !v->parsed.n_deletions) {
		v->status = NW_FEED_EMPTY;
	}
	nw_buf_clear(&v->answer.body);
	return NW_NEXT;
}

static struct nw_when date_of(const struct nw_item *item)
{
	if (item->published.when.precision != NW_WHEN_UNKNOWN)
		return item->published.when;
	return item->updated.when;
}

/* Known from now on without an article: backlog past its limits, and what is known already. */
static void pass_over(struct nw_visit *v, const struct nw_seen_mark *mark)
{
	const struct nw_hash none = {0};

	v->passed[v->n_passed++] =
		(struct nw_identity){mark->by_guid, mark->article, mark->content};
	if (!nw_hash_eq(mark->by_url, none))
		v->passed[v->n_passed++] = (struct nw_identity){mark->by_url, mark->article, none};
}

static bool is_old(const struct nw_visit *v, const struct nw_item *item)
{
	const struct nw_when when = date_of(item);

	return when.precision != NW_WHEN_UNKNOWN &&
		when.unix_s < v->now_s - v->snapshot->config->backlog_age_s;
}

/* Feeds list the newest first: of a first visit that many are taken, and none too old. */
static bool is_past_backlog(const struct nw_visit *v, const struct nw_item *item, size_t position)
{
	return v->first &&
		(position >= (size_t)v->snapshot->config->backlog_items || is_old(v, item));
}

static void add_admitted(
	struct nw_visit *v, const struct nw_sighting *sighting, const struct nw_seen_mark *mark)
{
	/* What was there already, and old items that resurface, are no news. */
	v->admitted[v->n_admitted++] =
		(struct nw_admitted){sighting, *mark, v->first || is_old(v, sighting->item)};
}

static void admit(struct nw_visit *v, const struct nw_sighting *s, size_t position)
{
	const struct nw_item *item = s->item;
	const struct nw_seen_item what = {.feed = v->config.id,
		.guid = s->guid,
		.url = s->url,
		.title = item->title,
		.content = item->content.n ? item->content : item->summary};
	struct nw_seen_mark mark;

	if (s->repeated || (!what.guid.n && !what.url.n && !what.title.n && !what.content.n))
		return;
	switch (nw_seen_add(v->pipeline->seen, &what, &mark)) {
	case NW_SEEN_SAME:
		if (mark.is_stale)
			pass_over(v, &mark);
		break;
	case NW_SEEN_COPY:
		/*
		 * That a copy was seen is not made durable: the article it is a copy of
		 * may still be on its way, and must be met again here if it never arrives.
		 */
		break;
	case NW_SEEN_CHANGED:
		v->n_changed++;
		add_admitted(v, s, &mark);
		break;
	case NW_SEEN_NEW:
		if (is_past_backlog(v, item, position)) {
			pass_over(v, &mark);
			break;
		}
		v->n_new++;
		add_admitted(v, s, &mark);
		break;
	}
}

/* A visit has only so many articles under way at a time, so that a few cannot fill the daemon. */
static size_t window_of(const struct nw_visit *v)
{
	const size_t share = (size_t)v->snapshot->config->in_flight / 32;

	return share > 4 ? share : 4;
}

static void hold(struct nw_visit *v)
{
	if (!v->is_held)
		TAILQ_INSERT_TAIL(&v->pipeline->held, v, held);
	v->is_held = true;
}

static void let_go(struct nw_visit *v)
{
	if (v->is_held)
		TAILQ_REMOVE(&v->pipeline->held, v, held);
	v->is_held = false;
}

/*
 * The visits that are handed out before any of them is read may bring far more than the
 * daemon has room for: while it is full each of them has one article under way at a time.
 */
static void begin_more(struct nw_visit *v)
{
	while (v->n_begun < v->n_admitted && v->n_running < window_of(v)) {
		if (v->n_running && nw_pipeline_is_full(v->pipeline)) {
			hold(v);
			return;
		}
		v->n_running++;
		nw_article_begin(v, &v->admitted[v->n_begun++]);
	}
}

void nw_visits_go_on(struct nw_pipeline *p)
{
	struct nw_visit *v;

	while ((v = TAILQ_FIRST(&p->held)) && !nw_pipeline_is_full(p)) {
		let_go(v);
		begin_more(v);
	}
}

/* Feeds list the newest first; the oldest is begun first. */
static enum nw_verdict admit_items(struct nw_work *w)
{
	struct nw_visit *v = visit_of(w);
	const struct nw_sighting *sightings;
	size_t n = v->parsed.n_items;

	if (!has_body(v))
		return NW_NEXT;
	sightings = nw_sightings(v->arena, &v->parsed, v->answer.url);
	v->admitted = NW_ARENA_ARRAY(v->arena, struct nw_admitted, n);
	v->passed = NW_ARENA_ARRAY(v->arena, struct nw_identity, n * 2);
	while (n--)
		admit(v, &sightings[n], n);
	nw_withdraw_admit(v);
	nw_count(NW_C_ITEMS_NEW, v->n_new);
	nw_count(NW_C_ITEMS_CHANGED, v->n_changed);
	begin_more(v);
	return v->n_running ? NW_WAIT : NW_NEXT;
}

void nw_visit_article_ended(struct nw_visit *v)
{
	v->n_running--;
	begin_more(v);
	if (v->n_running == 0)
		nw_steps_resume(&v->work);
}

void nw_visit_forget(struct nw_visit *v)
{
	for (struct nw_article_work *a = v->articles; a; a = a->next)
		nw_article_forget(a);
	while (v->n_begun < v->n_admitted)
		nw_seen_forget(v->pipeline->seen, &v->admitted[v->n_begun++].mark);
}

static int by_time(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The newest date, and the median time between two items: how fast the feed moves. */
static void learn_rate(const struct nw_visit *v, struct nw_sched_report *r)
{
	int64_t *times = NW_ARENA_ARRAY(v->arena, int64_t, v->parsed.n_items + 1);
	size_t n = 0;

	for (const struct nw_item *item = v->parsed.items; item; item = item->next) {
		const struct nw_when when = date_of(item);

		if (when.precision != NW_WHEN_UNKNOWN && when.unix_s <= v->now_s)
			times[n++] = when.unix_s;
	}
	if (n == 0)
		return;
	qsort(times, n, sizeof(*times), by_time);
	r->newest_s = times[n - 1];
	for (size_t i = 0; i + 1 < n; i++)
		times[i] = times[i + 1] - times[i];
	if (n < 2)
		return;
	qsort(times, n - 1, sizeof(*times), by_time);
	r->spacing_s = times[(n - 1) / 2];
}

/* When it is due again; it joins the schedule when this visit is over. */
static void find_due(struct nw_visit *v)
{
	struct nw_pipeline *p = v->pipeline;
	struct nw_feed_state *s = &v->feed->state;
	struct nw_sched_report r = {.now_s = nw_loop_unix_ms(p->loop) / 1000,
		.min_s = v->config.min_interval_s,
		.max_s = v->config.max_interval_s,
		.interval_s = s->interval_s,
		.max_age_s = v->answer.max_age_s > 0 ? v->answer.max_age_s : 0,
		.expires_s = v->answer.expires_s,
		.feed_says_s = v->parsed.poll_every_s,
		.skip_hours = v->parsed.skip_hours,
		.skip_days = v->parsed.skip_days,
		.retry_after_s = v->answer.retry_after_s,
		.new_items = (unsigned)(v->n_new + v->n_changed),
		.failures = (unsigned)(s->failures < 1000 ? s->failures : 1000)};

	learn_rate(v, &r);
	s->next_due_s = nw_sched_report(p->sched, &r, &s->interval_s);
	if (v->feed->status == NW_FEED_GONE)
		s->next_due_s = 0;
}

static void learn_place(struct nw_visit *v)
{
	struct nw_feed_state *s = &v->feed->state;

	if (!v->answer.moved_to.n) {
		s->moved = 0;
		nw_polled_keep(&s->moved_to, (struct nw_str){0});
		return;
	}
	s->moved = nw_str_eq(s->moved_to, v->answer.moved_to) ? s->moved + 1 : 1;
	nw_polled_keep(&s->moved_to, v->answer.moved_to);
}

/* Both a 200 and a 304 renew the validators; a 304 that does not name one leaves it. */
static void learn_validators(struct nw_visit *v)
{
	struct nw_feed_state *s = &v->feed->state;
	const bool renewed = v->status != NW_FEED_NOT_MODIFIED;

	if (renewed || v->answer.etag.n)
		nw_polled_keep(&s->etag, v->answer.etag);
	if (renewed || v->answer.last_modified.n)
		nw_polled_keep(&s->last_modified, v->answer.last_modified);
	if (renewed)
		s->body = v->body;
}

static void count_visit(const struct nw_visit *v)
{
	if (nw_feed_status_rows[v->status].is_failure)
		nw_count(NW_C_VISITS_FAILED, 1);
	else if (v->status == NW_FEED_NOT_MODIFIED || v->status == NW_FEED_UNCHANGED)
		nw_count(NW_C_VISITS_UNCHANGED, 1);
	if (v->status == NW_FEED_NOT_MODIFIED)
		nw_count(NW_C_VISITS_NOT_MODIFIED, 1);
}

/* What the feed's memory becomes; the STORE writes a copy of it. */
static enum nw_verdict settle(struct nw_work *w)
{
	struct nw_visit *v = visit_of(w);
	struct nw_feed_state *s = &v->feed->state;
	enum nw_feed_status status = v->status;
	const enum nw_feed_status was = v->feed->status;
	const int64_t failures = s->failures;

	nw_withdraw_count_out(v);
	v->saved.id = (struct nw_str){0};
	if (v->feed->removed || !nw_str_eq(s->url, v->config.url))
		return NW_NEXT; /* the configuration went on without this visit */
	if (!nw_feed_status_rows[status].is_failure) {
		if (!v->incomplete)
			learn_validators(v);
		learn_place(v);
		if (v->answer.moved_to.n && status == NW_FEED_OK)
			status = NW_FEED_MOVED;
	}
	if (v->parsed.format) {
		s->items = (int64_t)v->parsed.n_items;
		nw_polled_keep(
			&s->title, v->config.title.n ? v->config.title : v->parsed.title_text);
	}
	if (v->n_new)
		s->last_new_s = v->now_s;
	s->articles += (int64_t)(v->n_new);
	count_visit(v);
	if (nw_polled_settle(v->feed, status, v->reason, v->now_s)) {
		v->health = NW_ARENA_NEW(v->arena, struct nw_health);
		nw_health_of_feed(v->arena, v->feed, was, v->health);
	}
	if (nw_pipeline_pardons(v))
		s->failures = failures;
	find_due(v);
	v->saved = nw_polled_copy(v->arena, s);
	return NW_NEXT;
}

static enum nw_err save_visit(
	struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error)
{
	struct nw_visit *v = (struct nw_visit *)job;
	enum nw_err err = NW_OK;

	if (v->n_passed)
		err = nw_journal_identify(journal, v->passed, v->n_passed, v->now_s, error);
	if (!err && v->saved.id.n)
		err = nw_journal_save_feed(journal, &v->saved, error);
	if (!err && v->health)
		err = nw_health_append(journal, v->health, error);
	if (!err)
		err = nw_withdraw_write(v, journal, error);
	return err;
}

static enum nw_verdict leave(struct nw_work *w)
{
	if (w->abandoned)
		nw_withdraw_forget(visit_of(w));
	else
		nw_withdraw_settle(visit_of(w));
	if (w->abandoned)
		nw_log(NW_LOG_ERROR, "visit not kept", NW_KV("feed", visit_of(w)->config.id),
			NW_KV("error", nw_str(w->error.text)));
	return NW_NEXT;
}

/*
 * A feed's validators are saved with everything the visit brought already in the
 * journal, never before: else a restart would be told 304 and half a visit be lost.
 */
const struct nw_step nw_visit_step[] = {
	{.name = "ask", .place = NW_LOOP, .run = ask_feed},
	{.name = "parse",
		.place = NW_POOL,
		.run = parse_feed,
		.is_timed = true,
		.timing = NW_T_PARSE},
	{.name = "admit", .place = NW_LOOP, .run = admit_items},
	{.name = "settle", .place = NW_LOOP, .run = settle},
	{.name = "save", .place = NW_STORE, .write = save_visit},
	{.name = "leave", .place = NW_LOOP, .run = leave},
};

const size_t nw_visit_n_steps = sizeof(nw_visit_step) / sizeof(nw_visit_step[0]);

void nw_visit_begin(struct nw_pipeline *p, struct nw_polled *feed)
{
	struct nw_visit *v = nw_must_calloc(1, sizeof(*v));

	assert(!feed->visiting);
	v->pipeline = p;
	v->feed = feed;
	v->snapshot = nw_snapshot_hold(p->snapshot);
	v->config = *feed->config;
	v->arena = nw_arena_new();
	v->first = feed->status == NW_FEED_NEW || feed->state.last_ok_s == 0;
	v->saved.body = feed->state.body;
	v->now_s = nw_loop_unix_ms(p->loop) / 1000;
	v->began_ms = nw_loop_monotonic_ms(p->loop);
	v->next = p->visits;
	if (v->next)
		v->next->prev = v;
	p->visits = v;
	p->in_flight++;
	feed->visiting = true;
	nw_steps_begin(&v->work, &p->visit_steps);
}

void nw_visit_free(struct nw_visit *v)
{
	struct nw_pipeline *p = v->pipeline;

	while (v->articles)
		nw_article_free(v->articles);
	let_go(v);
	if (v->prev)
		v->prev->next = v->next;
	else
		p->visits = v->next;
	if (v->next)
		v->next->prev = v->prev;
	v->feed->visiting = false;
	if (v->feed->removed)
		nw_polled_drop(v->feed);
	nw_snapshot_release(v->snapshot);
	nw_withdraw_free(v);
	nw_buf_clear(&v->answer.body);
	nw_arena_free(v->arena);
	free(v);
}

void nw_visit_end(struct nw_work *w)
{
	struct nw_visit *v = visit_of(w);
	struct nw_pipeline *p = v->pipeline;
	struct nw_polled *feed = v->feed;
	const bool removed = feed->removed;
	/* An outage that ended meanwhile has called everybody else already. */
	const bool at_once = !p->outage.is_on && nw_pipeline_pardons(v);

	nw_visit_free(v); /* and a feed that was removed with it */
	p->in_flight--;
	if (!removed && feed->status != NW_FEED_GONE)
		nw_pipeline_schedule(p, feed, at_once ? 0 : feed->state.next_due_s);
	nw_pipeline_hand_out(p);
}
