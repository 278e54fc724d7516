#include "seen/seen.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"

#define NONE UINT32_MAX
#define FIRST_CAP 64

/* One identity; in a chain of its bucket, and in the list from the newest used to the longest unused. */
struct entry {
	struct nw_hash identity, article;
	struct nw_hash content; /* zero: nobody knows, or an identity by URL */
	uint32_t next;          /* in the bucket; among the free ones where it is free */
	uint32_t newer, older;
	uint32_t put_at; /* how many were put before it, modulo 2^32 */
};

struct nw_seen {
	struct entry *entries;
	uint32_t *buckets; /* as many as cap, a power of two at least */
	uint32_t mask;
	uint32_t n, used, cap, max; /* used: entries that were ever taken */
	uint32_t newest, oldest, free;
	uint32_t puts; /* ever, modulo 2^32 */
};

/* --- the table --- */

struct nw_seen *nw_seen_new(size_t max)
{
	struct nw_seen *seen = nw_must_calloc(1, sizeof(*seen));

	assert(max >= 2 && max <= (size_t)INT32_MAX + 1);
	seen->max = (uint32_t)max;
	seen->newest = seen->oldest = seen->free = NONE;
	return seen;
}

void nw_seen_free(struct nw_seen *seen)
{
	if (!seen)
		return;
	free(seen->entries);
	free(seen->buckets);
	free(seen);
}

size_t nw_seen_count(const struct nw_seen *seen)
{
	return seen->n;
}

static uint32_t *bucket_of(const struct nw_seen *seen, struct nw_hash identity)
{
	return &seen->buckets[(uint32_t)identity.low & seen->mask];
}

static void enter_bucket(struct nw_seen *seen, uint32_t i)
{
	uint32_t *bucket = bucket_of(seen, seen->entries[i].identity);

	seen->entries[i].next = *bucket;
	*bucket = i;
}

static void leave_bucket(struct nw_seen *seen, uint32_t i)
{
	uint32_t *at = bucket_of(seen, seen->entries[i].identity);

	while (*at != i)
		at = &seen->entries[*at].next;
	*at = seen->entries[i].next;
}

static void leave_list(struct nw_seen *seen, uint32_t i)
{
	const struct entry *e = &seen->entries[i];

	*(e->newer == NONE ? &seen->newest : &seen->entries[e->newer].older) = e->older;
	*(e->older == NONE ? &seen->oldest : &seen->entries[e->older].newer) = e->newer;
}

static void enter_list(struct nw_seen *seen, uint32_t i)
{
	struct entry *e = &seen->entries[i];

	e->newer = NONE;
	e->older = seen->newest;
	*(seen->newest == NONE ? &seen->oldest : &seen->entries[seen->newest].newer) = i;
	seen->newest = i;
}

/* Every entry is in use when this is called: none is free, used == cap. */
static void grow(struct nw_seen *seen)
{
	const uint32_t cap = seen->cap ? seen->cap * 2 : FIRST_CAP;
	size_t n_buckets = FIRST_CAP;

	seen->cap = cap < seen->max ? cap : seen->max;
	seen->entries = nw_must_realloc(seen->entries, seen->cap * sizeof(*seen->entries));
	while (n_buckets < seen->cap)
		n_buckets *= 2;
	if (!seen->buckets || n_buckets != (size_t)seen->mask + 1) {
		seen->buckets = nw_must_realloc(seen->buckets, n_buckets * sizeof(*seen->buckets));
		seen->mask = (uint32_t)(n_buckets - 1);
	}
	memset(seen->buckets, 0xff, n_buckets * sizeof(*seen->buckets)); /* NONE */
	for (uint32_t i = 0; i < seen->used; i++)
		enter_bucket(seen, i);
}

static void remove_entry(struct nw_seen *seen, uint32_t i)
{
	leave_bucket(seen, i);
	leave_list(seen, i);
	seen->entries[i].next = seen->free;
	seen->free = i;
	seen->n--;
}

static uint32_t take_entry(struct nw_seen *seen)
{
	uint32_t i = seen->free;

	if (seen->n == seen->max) {
		remove_entry(seen, seen->oldest);
		i = seen->free;
	}
	seen->n++;
	if (i != NONE) {
		seen->free = seen->entries[i].next;
		return i;
	}
	if (seen->used == seen->cap)
		grow(seen);
	return seen->used++;
}

/* Finding is using. Valid until the next one is put. */
static struct entry *find(struct nw_seen *seen, struct nw_hash identity)
{
	uint32_t i = seen->buckets ? *bucket_of(seen, identity) : NONE;

	while (i != NONE && !nw_hash_eq(seen->entries[i].identity, identity))
		i = seen->entries[i].next;
	if (i == NONE)
		return NULL;
	leave_list(seen, i);
	enter_list(seen, i);
	return &seen->entries[i];
}

static void put(struct nw_seen *seen, struct nw_hash identity, struct nw_hash article,
	struct nw_hash content)
{
	struct entry *e = find(seen, identity);

	if (!e) {
		const uint32_t i = take_entry(seen);

		e = &seen->entries[i];
		e->identity = identity;
		enter_bucket(seen, i);
		enter_list(seen, i);
	}
	e->article = article;
	e->content = content;
	e->put_at = seen->puts++;
}

static void drop(struct nw_seen *seen, struct nw_hash identity)
{
	const struct entry *e = find(seen, identity);

	if (e)
		remove_entry(seen, (uint32_t)(e - seen->entries));
}

void nw_seen_restore(struct nw_seen *seen, struct nw_hash identity, struct nw_hash article,
	struct nw_hash content)
{
	put(seen, identity, article, content);
}

/* --- identities --- */

/* Of several strings, so that no two lists of them look alike. kind tells one use from another. */
static struct nw_hash hash_of(char kind, const struct nw_str *parts, size_t n)
{
	struct nw_hash hashes[4] = {{(uint64_t)(unsigned char)kind, n}};

	assert(n < sizeof(hashes) / sizeof(hashes[0]));
	for (size_t i = 0; i < n; i++)
		hashes[i + 1] = nw_hash128(parts[i]);
	return nw_hash128((struct nw_str){(const char *)hashes, (n + 1) * sizeof(hashes[0])});
}

static void identify(const struct nw_seen_item *item, struct nw_seen_mark *mark)
{
	const struct nw_str guid[] = {item->feed, item->guid};
	const struct nw_str link[] = {item->feed, item->url};
	const struct nw_str words[] = {item->feed, item->title, item->content};
	const struct nw_str says[] = {item->title, item->url, item->content};

	*mark = (struct nw_seen_mark){.content = hash_of('c', says, 3)};
	if (item->guid.n)
		mark->by_guid = hash_of('g', guid, 2);
	else if (item->url.n)
		mark->by_guid = hash_of('l', link, 2);
	else
		mark->by_guid = hash_of('w', words, 3);
	if (item->url.n)
		mark->by_url = hash_of('u', &item->url, 1);
}

/* A quarter, since an article may be two rows where here one was put. */
static bool is_stale(const struct nw_seen *seen, const struct entry *e)
{
	return seen->puts - e->put_at > seen->max / 4;
}

static void renew(struct nw_seen *seen, struct entry *by_guid, struct entry *by_url)
{
	by_guid->put_at = seen->puts++;
	if (by_url)
		by_url->put_at = seen->puts++;
}

static bool is_zero(struct nw_hash hash)
{
	return !hash.high && !hash.low;
}

/*
 * A known item whose link is not known says nothing new, but what it belonged to was
 * forgotten (by the feed that had met it first) or pushed out: it is as good as new.
 */
static enum nw_seen_answer answer_known(
	struct nw_seen_mark *mark, const struct entry *known, bool is_link_known)
{
	mark->had_guid = true;
	mark->article = mark->old_article = known->article;
	mark->old_content = known->content;
	if (!nw_hash_eq(known->content, mark->content))
		return NW_SEEN_CHANGED;
	return is_link_known ? NW_SEEN_SAME : NW_SEEN_NEW;
}

enum nw_seen_answer nw_seen_add(
	struct nw_seen *seen, const struct nw_seen_item *item, struct nw_seen_mark *mark)
{
	struct entry *by_guid, *by_url = NULL;
	enum nw_seen_answer answer = NW_SEEN_NEW;

	identify(item, mark);
	by_guid = find(seen, mark->by_guid);
	if (!is_zero(mark->by_url))
		by_url = find(seen, mark->by_url);
	mark->had_url = by_url != NULL;
	if (by_guid) {
		answer = answer_known(mark, by_guid, by_url || !item->url.n);
		mark->is_stale = answer == NW_SEEN_SAME && is_stale(seen, by_guid);
		if (mark->is_stale)
			renew(seen, by_guid, by_url);
	} else if (by_url) {
		answer = NW_SEEN_COPY;
		mark->article = by_url->article;
	} else {
		mark->article = item->url.n ? mark->by_url : mark->by_guid;
	}
	if (item->url.n && !by_url)
		put(seen, mark->by_url, mark->article, (struct nw_hash){0});
	if (answer != NW_SEEN_SAME)
		put(seen, mark->by_guid, mark->article, mark->content);
	return answer;
}

bool nw_seen_find(
	struct nw_seen *seen, struct nw_str feed, struct nw_str guid, struct nw_hash *article)
{
	const struct nw_seen_item item = {.feed = feed, .guid = guid};
	const struct entry *e;
	struct nw_seen_mark mark;

	*article = (struct nw_hash){0};
	if (!guid.n)
		return false;
	identify(&item, &mark);
	e = find(seen, mark.by_guid);
	if (e)
		*article = e->article;
	return e != NULL;
}

void nw_seen_forget(struct nw_seen *seen, const struct nw_seen_mark *mark)
{
	const struct nw_hash unknown = {0};
	const struct entry *e = find(seen, mark->by_guid);

	if (e && mark->had_guid)
		put(seen, mark->by_guid, mark->old_article,
			nw_hash_eq(e->content, mark->content) ? mark->old_content : unknown);
	else if (e)
		drop(seen, mark->by_guid);
	if (!mark->had_url && !is_zero(mark->by_url))
		drop(seen, mark->by_url);
}
