#include "pipeline/internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/when.h"
#include "rt/metrics.h"

/* What an operator asks: which feeds, in what state, since when, and how much is under way. */

static void set_moment(json_t *o, const char *key, int64_t unix_s)
{
	char text[NW_WHEN_TEXT];

	if (unix_s)
		nw_json_set_str(o, key, nw_str(nw_when_rfc3339(unix_s, text)));
}

static json_t *feed_json(const struct nw_polled *feed)
{
	const struct nw_feed_state *s = &feed->state;
	json_t *o = json_object();

	nw_json_set_str(o, "id", s->id);
	nw_json_set_str(o, "url", s->url);
	nw_json_set_str(o, "title", s->title);
	nw_json_set_str(o, "state", s->state);
	nw_json_set(o, "failing", json_boolean(nw_feed_status_rows[feed->status].is_failure));
	nw_json_set_str(o, "reason", s->reason);
	nw_json_set_str(o, "moved_to", s->moved_to);
	set_moment(o, "since", s->state_since_s);
	set_moment(o, "visited", s->last_visit_s);
	set_moment(o, "last_ok", s->last_ok_s);
	set_moment(o, "last_new", s->last_new_s);
	set_moment(o, "next", feed->visiting ? 0 : s->next_due_s);
	nw_json_set_int(o, "interval", s->interval_s);
	nw_json_set_int(o, "failures", s->failures);
	nw_json_set_int(o, "items", s->items);
	nw_json_set_int(o, "articles", s->articles);
	nw_json_set(o, "visiting", json_boolean(feed->visiting));
	return o;
}

void nw_pipeline_write_feeds(struct nw_pipeline *p, struct nw_buf *json)
{
	const struct nw_config *config = p->snapshot->config;
	json_t *list = json_array();

	for (size_t i = 0; i < config->n_feeds; i++)
		nw_json_append(list, feed_json(nw_map_get(&p->by_id, config->feeds[i].id)));
	nw_json_write(json, list);
	json_decref(list);
}

static size_t count_failing(const struct nw_pipeline *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_feeds; i++)
		n += p->feeds[i] && nw_feed_status_rows[p->feeds[i]->status].is_failure;
	return n;
}

void nw_pipeline_write_status(struct nw_pipeline *p, json_t *object)
{
	json_t *counters = json_object();

	nw_json_set_int(object, "feeds", (int64_t)p->snapshot->config->n_feeds);
	nw_json_set_int(object, "feeds_failing", (int64_t)count_failing(p));
	nw_json_set_int(object, "topics", (int64_t)nw_topics_count(p->snapshot->topics));
	nw_json_set_int(object, "in_flight", (int64_t)p->in_flight);
	nw_json_set_int(object, "requests_waiting", (int64_t)nw_fetch_waiting(p->fetch));
	nw_json_set_int(
		object, "pool_waiting", (int64_t)nw_mailbox_count(p->article_steps.box[NW_POOL]));
	nw_json_set_int(
		object, "store_waiting", (int64_t)nw_mailbox_count(p->article_steps.box[NW_STORE]));
	nw_json_set_int(object, "remembered", (int64_t)nw_seen_count(p->seen));
	nw_json_set_int(object, "stories", (int64_t)nw_stories_count(p->stories).stories);
	nw_json_set_int(object, "stories_open", (int64_t)nw_stories_count(p->stories).open);
	nw_json_set(object, "paused", json_boolean(p->paused));
	nw_json_set(object, "offline", json_boolean(p->outage.is_on));
	for (int i = 0; i < NW_N_COUNTERS; i++)
		nw_json_set_int(counters, nw_counter_rows[i].name,
			(int64_t)nw_counter_value((enum nw_counter)i));
	nw_json_set(object, "counters", counters);
}

/* "1,204,000" */
static const char *grouped(int64_t n, char text[32])
{
	char digits[24];
	const int length = snprintf(digits, sizeof(digits), "%" PRId64, n);
	char *out = text;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			*out++ = ',';
		*out++ = digits[i];
	}
	*out = '\0';
	return text;
}

void nw_pipeline_summary(struct nw_pipeline *p, char *text, size_t size)
{
	const int64_t today = nw_today_articles(&p->today, nw_loop_unix_ms(p->loop) / 1000);
	char feeds[32], failing[32], articles[32];

	(void)snprintf(text, size, "%s feeds, %s failing, %s articles today%s",
		grouped((int64_t)p->snapshot->config->n_feeds, feeds),
		grouped((int64_t)count_failing(p), failing), grouped(today, articles),
		p->outage.is_on ? "; no host answers" : "");
}

/* --- stories --- */

#define STORIES_SHOWN 1000

struct latest {
	struct nw_hash id;
	int64_t last_s;
};

struct choice {
	struct latest *latest;
	size_t n, cap;
};

static bool on_story(void *arg, const struct nw_story *story)
{
	struct choice *c = arg;

	if (c->n < c->cap)
		c->latest[c->n++] = (struct latest){story->id, story->last_s};
	return true;
}

static int by_latest(const void *a, const void *b)
{
	const struct latest *x = a, *y = b;

	if (x->last_s != y->last_s)
		return x->last_s < y->last_s ? 1 : -1;
	if (x->id.high != y->id.high)
		return x->id.high < y->id.high ? -1 : 1;
	return (x->id.low > y->id.low) - (x->id.low < y->id.low);
}

static json_t *story_json(const struct nw_story *story)
{
	static const char *const states[] = {
		[NW_STORY_OPEN] = "open", [NW_STORY_QUIET] = "quiet", [NW_STORY_CLOSED] = "closed"};
	json_t *o = json_object(), *tags = json_array();
	char id[NW_HASH_HEX + 1];

	nw_hash_hex(story->id, id);
	nw_json_set_str(o, "id", nw_str(id));
	nw_json_set_str(o, "title", story->title);
	nw_json_set_str(o, "state", nw_str(story->articles ? states[story->state] : "cancelled"));
	nw_json_set_int(o, "articles", story->articles);
	nw_json_set_int(o, "sources", story->sources);
	set_moment(o, "opened", story->opened_s);
	set_moment(o, "last", story->last_s);
	nw_json_set_str(o, "language", nw_str(story->language));
	for (size_t i = 0; i < story->n_tags; i++)
		nw_json_append(tags, nw_json_str(story->tags[i]));
	nw_json_set(o, "tags", tags);
	return o;
}

void nw_pipeline_write_stories(struct nw_pipeline *p, struct nw_buf *json)
{
	struct choice c = {.cap = nw_stories_count(p->stories).stories};
	json_t *list = json_array();

	c.latest = nw_must_calloc(c.cap + 1, sizeof(*c.latest));
	nw_stories_each(p->stories, on_story, &c);
	qsort(c.latest, c.n, sizeof(*c.latest), by_latest);
	for (size_t i = 0; i < c.n && i < STORIES_SHOWN; i++) {
		struct nw_story story;

		if (nw_stories_get(p->stories, c.latest[i].id, &story))
			nw_json_append(list, story_json(&story));
	}
	nw_json_write(json, list);
	json_decref(list);
	free(c.latest);
}
