#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

#include "bench.h"
#include "seen/seen.h"

/*
 * A visit in which nothing is new, which is what nearly all visits are: items with a
 * guid, a link and 300 bytes of content, a million identities in memory. Bare is the
 * hashing alone, of the very bytes that must be hashed.
 */
#define ITEMS 500000
#define ASKED 20000 /* spread over all of them, as the items of a feed are */
#define TIMES 10
#define CONTENT 300

struct text {
	char feed[16], guid[48], url[80], title[64];
};

struct bench {
	struct nw_seen *seen;
	struct text *texts;
	char content[CONTENT];
	uint64_t sum;
};

static void write_text(struct text *t, unsigned n)
{
	(void)snprintf(t->feed, sizeof(t->feed), "feed-%u", n % 1000);
	(void)snprintf(t->guid, sizeof(t->guid), "urn:uuid:%032x", n);
	(void)snprintf(
		t->url, sizeof(t->url), "https://news.example/%u/an-article-of-some-length", n);
	(void)snprintf(t->title, sizeof(t->title), "A title as titles are, number %u", n);
}

static struct nw_seen_item item_of(const struct bench *b, const struct text *t)
{
	return (struct nw_seen_item){.feed = nw_str(t->feed),
		.guid = nw_str(t->guid),
		.url = nw_str(t->url),
		.title = nw_str(t->title),
		.content = {b->content, CONTENT}};
}

static double ask_seen(void *arg)
{
	struct bench *b = arg;
	struct nw_seen_mark mark;

	for (unsigned i = 0; i < ASKED * TIMES; i++) {
		const struct nw_seen_item item = item_of(b, &b->texts[i % ASKED]);

		b->sum += (unsigned)nw_seen_add(b->seen, &item, &mark);
	}
	return ASKED * TIMES;
}

static void hash(struct bench *b, struct nw_str s)
{
	b->sum += XXH3_128bits(s.p, s.n).low64;
}

static double hash_alone(void *arg)
{
	struct bench *b = arg;

	for (unsigned i = 0; i < ASKED * TIMES; i++) {
		const struct nw_seen_item item = item_of(b, &b->texts[i % ASKED]);

		hash(b, item.feed);
		hash(b, item.guid);
		hash(b, item.url);
		hash(b, item.title);
		hash(b, item.content);
	}
	return ASKED * TIMES;
}

int main(void)
{
	struct bench b = {.seen = nw_seen_new((size_t)ITEMS * 2)};
	struct nw_seen_mark mark;

	b.texts = calloc(ASKED, sizeof(*b.texts));
	for (unsigned i = 0; i < ITEMS; i++) {
		struct text t;
		struct nw_seen_item item;

		write_text(&t, i);
		if (i % (ITEMS / ASKED) == 0)
			b.texts[i / (ITEMS / ASKED)] = t;
		item = item_of(&b, &t);
		(void)nw_seen_add(b.seen, &item, &mark);
	}
	nw_bench_run(&(struct nw_bench){"seen: a known item, 1,000,000 held", "items",
		"XXH3 of the same bytes", 0.1, ask_seen, hash_alone, &b});
	nw_seen_free(b.seen);
	free(b.texts);
	return b.sum == 0;
}
