/*
 * Any bytes as a feed. Held: a failure leaves nothing behind and says why;
 * limits are kept; every text that comes out is UTF-8; the same bytes read the
 * same again.
 */
#include <stdlib.h>

#include <newswire/feed.h>

#include "base/str.h"
#include "base/utf8.h"

#define MAX_ITEMS 64

static void must(int holds)
{
	if (!holds)
		abort();
}

static void check_text(struct nw_str s)
{
	must(s.n == 0 || s.p);
	must(nw_utf8_valid(s) == s.n);
}

static void check_line(struct nw_str s)
{
	check_text(s);
	for (size_t i = 0; i < s.n; i++)
		must((unsigned char)s.p[i] >= ' ');
}

static void check_item(const struct nw_item *item)
{
	size_t n = 0;

	check_text(item->id);
	check_text(item->title);
	check_line(item->title_text);
	check_text(item->link);
	check_text(item->summary);
	check_text(item->content);
	check_text(item->language);
	check_text(item->published.raw);
	must(item->published.raw.n || item->published.when.precision == NW_WHEN_UNKNOWN);
	must(!item->guid_is_link || nw_str_eq(item->link, item->id));
	for (const struct nw_feed_person *p = item->authors; p; p = p->next)
		check_text(p->name);
	for (const struct nw_feed_category *c = item->categories; c; c = c->next, n++)
		check_text(c->term);
	must(n <= 128);
	for (const struct nw_feed_link *l = item->links; l; l = l->next)
		must(l->href.n > 0);
	for (const struct nw_feed_enclosure *e = item->enclosures; e; e = e->next)
		must(e->url.n > 0);
}

static size_t check_feed(const struct nw_feed *feed)
{
	size_t n = 0;

	must(feed->format != NULL);
	check_text(feed->title);
	check_line(feed->title_text);
	check_text(feed->description);
	must(feed->poll_every_s >= 0 && feed->skip_hours < 1U << 24 && feed->skip_days < 1U << 7);
	for (const struct nw_item *item = feed->items; item; item = item->next, n++)
		check_item(item);
	must(n == feed->n_items && n <= MAX_ITEMS);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nw_feed_limits limits = {(size_t)1 << 20, MAX_ITEMS};
	const struct nw_feed_input input = {.body = {(const char *)data, size},
		.url = NW_STR("https://feeds.example/dir/feed?x=1")};
	struct nw_arena *a = nw_arena_new(), *b = nw_arena_new();
	struct nw_error error = {0};
	struct nw_feed feed, again;
	const enum nw_err err = nw_feed_parse(a, &input, &limits, &feed, &error);

	must(nw_feed_parse(b, &input, &limits, &again, NULL) == err);
	if (err) {
		must(!feed.format && !feed.items && !feed.n_items && *error.text);
	} else {
		must(check_feed(&feed) == check_feed(&again));
		must(nw_str_eq(feed.title, again.title) && feed.cut == again.cut);
	}
	nw_arena_free(a);
	nw_arena_free(b);
	return 0;
}
