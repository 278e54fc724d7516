#include "pipeline/internal.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "base/url.h"

/* A feed's texts are mallocs of its own, seen through nw_str's const. */
static void free_text(struct nw_str text)
{
	free((void *)(uintptr_t)text.p); /* NOLINT(performance-no-int-to-ptr): casts const away */
}

void nw_polled_keep(struct nw_str *member, struct nw_str value)
{
	char *copy = nw_must_strdup(value);

	free_text(*member);
	*member = (struct nw_str){copy, value.n};
}

/* Every text of a feed's memory but its id, which never changes. */
static const size_t texts[] = {
	offsetof(struct nw_feed_state, url),
	offsetof(struct nw_feed_state, etag),
	offsetof(struct nw_feed_state, last_modified),
	offsetof(struct nw_feed_state, state),
	offsetof(struct nw_feed_state, reason),
	offsetof(struct nw_feed_state, moved_to),
	offsetof(struct nw_feed_state, title),
};

#define N_TEXTS (sizeof(texts) / sizeof(texts[0]))

static struct nw_str *text_at(struct nw_feed_state *state, size_t i)
{
	return (struct nw_str *)(void *)((char *)state + texts[i]);
}

static void take_state(struct nw_polled *feed, const struct nw_feed_state *from)
{
	struct nw_feed_state new = *from;

	new.id = feed->state.id;
	for (size_t i = 0; i < N_TEXTS; i++) {
		struct nw_str *text = text_at(&new, i), *old = text_at(&feed->state, i);

		*text = (struct nw_str){nw_must_strdup(*text), text->n};
		free_text(*old);
	}
	feed->state = new;
	feed->status = nw_feed_status_parse(new.state);
}

struct nw_feed_state nw_polled_copy(struct nw_arena *arena, const struct nw_feed_state *state)
{
	struct nw_feed_state copy = *state;

	copy.id = nw_arena_str(arena, state->id);
	for (size_t i = 0; i < N_TEXTS; i++)
		*text_at(&copy, i) = nw_arena_str(arena, *text_at(&copy, i));
	return copy;
}

void nw_polled_drop(struct nw_polled *feed)
{
	for (size_t i = 0; i < N_TEXTS; i++)
		free_text(*text_at(&feed->state, i));
	free_text(feed->state.id);
	free(feed);
}

static uint32_t free_number(struct nw_pipeline *p)
{
	for (size_t i = 0; p->n_holes && i < p->n_feeds; i++) {
		if (!p->feeds[i]) {
			p->n_holes--;
			return (uint32_t)i;
		}
	}
	p->feeds = nw_must_realloc((void *)p->feeds, (p->n_feeds + 1) * sizeof(struct nw_polled *));
	p->feeds[p->n_feeds] = NULL;
	return (uint32_t)p->n_feeds++;
}

/* The name alone, in lower case: what answers on one port of a host may well on another. */
static struct nw_hash host_of(struct nw_str text)
{
	char name[256];
	struct nw_url url;
	size_t n = 0;

	if (nw_url_parse(text, &url))
		for (; n < url.host.n && n < sizeof(name); n++) {
			const char c = url.host.p[n];

			name[n] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
		}
	return nw_hash128((struct nw_str){name, n});
}

static size_t count_hosts(const struct nw_pipeline *p)
{
	struct nw_map hosts = {0};
	size_t n = 0;

	for (size_t i = 0; i < p->n_feeds; i++) {
		const struct nw_polled *feed = p->feeds[i];
		const struct nw_str key = {
			feed ? (const char *)&feed->host : NULL, sizeof(struct nw_hash)};

		if (feed && !nw_map_get(&hosts, key)) {
			nw_map_put(&hosts, key, p->feeds[i]);
			n++;
		}
	}
	nw_map_clear(&hosts);
	return n;
}

static void add(struct nw_pipeline *p, const struct nw_config_feed *config)
{
	struct nw_polled *feed = nw_must_calloc(1, sizeof(*feed));
	const struct nw_feed_state nothing = {
		.url = config->url, .state = nw_str(nw_feed_status_rows[NW_FEED_NEW].name)};

	feed->config = config;
	nw_polled_keep(&feed->state.id, config->id);
	take_state(feed, &nothing);
	feed->host = host_of(config->url);
	feed->number = free_number(p);
	p->feeds[feed->number] = feed;
	nw_map_put(&p->by_id, feed->state.id, feed);
}

static void remove_feed(struct nw_pipeline *p, struct nw_polled *feed)
{
	for (struct nw_visit *v = p->visits; v; v = v->next) {
		if (v->feed == feed)
			nw_visit_forget(v);
	}
	nw_map_remove(&p->by_id, feed->state.id);
	nw_sched_remove(p->sched, feed->number);
	p->feeds[feed->number] = NULL;
	p->n_holes++;
	feed->config = NULL;
	feed->removed = true;
	if (!feed->visiting)
		nw_polled_drop(feed);
}

/* Validators and what was learned belong to an address: another one starts anew. */
static void change(
	struct nw_pipeline *p, struct nw_polled *feed, const struct nw_config_feed *config)
{
	const struct nw_feed_state nothing = {.url = config->url,
		.title = feed->state.title,
		.articles = feed->state.articles,
		.state = nw_str(nw_feed_status_rows[NW_FEED_NEW].name)};

	feed->config = config;
	if (nw_str_eq(feed->state.url, config->url))
		return;
	take_state(feed, &nothing);
	feed->host = host_of(config->url);
	feed->silent_ms = feed->answered_ms = 0;
	if (feed->scheduled)
		nw_sched_remove(p->sched, feed->number);
	feed->scheduled = false;
}

void nw_polled_update(struct nw_pipeline *p, const struct nw_config *config)
{
	struct nw_map wanted = {0};

	for (size_t i = 0; i < config->n_feeds; i++)
		nw_map_put(&wanted, config->feeds[i].id, &config->feeds[i]);
	for (size_t i = 0; i < p->n_feeds; i++) {
		struct nw_polled *feed = p->feeds[i];
		const struct nw_config_feed *line =
			feed ? nw_map_get(&wanted, feed->state.id) : NULL;

		if (line)
			change(p, feed, line);
		else if (feed)
			remove_feed(p, feed);
	}
	for (size_t i = 0; i < config->n_feeds; i++) {
		if (!nw_map_get(&p->by_id, config->feeds[i].id))
			add(p, &config->feeds[i]);
	}
	nw_map_clear(&wanted);
	p->n_hosts = count_hosts(p);
}

void nw_polled_restore(struct nw_pipeline *p, const struct nw_feed_state *state)
{
	struct nw_polled *feed = nw_map_get(&p->by_id, state->id);

	if (!feed || !nw_str_eq(state->url, feed->config->url))
		return;
	take_state(feed, state);
}

void nw_polled_free_all(struct nw_pipeline *p)
{
	for (size_t i = 0; i < p->n_feeds; i++) {
		if (p->feeds[i])
			nw_polled_drop(p->feeds[i]);
	}
}

/* Between answers that all mean "it works" nothing is worth a word. */
static bool is_news(enum nw_feed_status old, enum nw_feed_status new)
{
	return old != new &&
		(old == NW_FEED_NEW || nw_feed_status_rows[new].is_failure ||
			nw_feed_status_rows[old].is_failure);
}

static void log_change(const struct nw_polled *feed, enum nw_feed_status old)
{
	nw_log(nw_feed_status_rows[feed->status].is_failure ? NW_LOG_WARNING : NW_LOG_NOTICE,
		"feed changed state", NW_KV("feed", feed->state.id),
		NW_KV("state", feed->state.state),
		NW_KV("was", nw_str(nw_feed_status_rows[old].name)), NW_KV("url", feed->state.url),
		NW_KV("reason", feed->state.reason));
}

bool nw_polled_settle(
	struct nw_polled *feed, enum nw_feed_status status, struct nw_str reason, int64_t now_s)
{
	const enum nw_feed_status old = feed->status;

	nw_polled_keep(&feed->state.state, nw_str(nw_feed_status_rows[status].name));
	nw_polled_keep(&feed->state.reason, reason);
	feed->status = status;
	feed->state.last_visit_s = now_s;
	if (old != status)
		feed->state.state_since_s = now_s;
	if (nw_feed_status_rows[status].is_failure) {
		feed->state.failures++;
	} else {
		feed->state.failures = 0;
		feed->state.last_ok_s = now_s;
	}
	if (is_news(old, status))
		log_change(feed, old);
	return old != status &&
		(nw_feed_status_rows[status].is_failure || nw_feed_status_rows[old].is_failure);
}
