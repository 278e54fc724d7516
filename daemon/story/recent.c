#include "story/recent.h"

#include <stdlib.h>

#include "base/arena.h"

#define CHUNK ((size_t)1024)
#define RUN_POINTS 12.0F /* a shared run says more than the rarest term */
#define FOUND_SLOTS 2048 /* twice what NW_RECENT_KEYS chains have, at least */

_Static_assert(NW_RECENT_KEYS *NW_RECENT_STEPS * 2 <= FOUND_SLOTS, "a chain fills the table");

struct found {
	uint32_t number; /* 0: empty */
	float points;
};

struct nw_recent_search {
	struct found slots[FOUND_SLOTS];
	struct found *found[NW_RECENT_KEYS * NW_RECENT_STEPS]; /* slots in use */
	size_t n;
};

static size_t power_above(size_t n)
{
	size_t power = 64;

	while (power < n)
		power *= 2;
	return power;
}

void nw_recent_init(struct nw_recent *recent, size_t max)
{
	*recent = (struct nw_recent){.max = (max + CHUNK - 1) / CHUNK * CHUNK};
	recent->chunks = nw_must_calloc(recent->max / CHUNK, sizeof(struct nw_recent_entry *));
	recent->n_buckets = power_above(recent->max) * 2;
	recent->n_id_buckets = power_above(recent->max);
	recent->heads = nw_must_calloc(recent->n_buckets, sizeof(*recent->heads));
	recent->search = nw_must_calloc(1, sizeof(*recent->search));
	recent->id_heads = nw_must_calloc(recent->n_id_buckets, sizeof(*recent->id_heads));
}

void nw_recent_clear(struct nw_recent *recent)
{
	for (size_t i = 0; i < recent->max / CHUNK; i++)
		free(recent->chunks[i]);
	free(recent->chunks);
	free(recent->heads);
	free(recent->id_heads);
	free(recent->search);
	*recent = (struct nw_recent){0};
}

static struct nw_recent_entry *place_of(const struct nw_recent *recent, uint32_t number)
{
	const size_t at = number % recent->max;

	return &recent->chunks[at / CHUNK][at % CHUNK];
}

struct nw_recent_entry *nw_recent_get(const struct nw_recent *recent, uint32_t number)
{
	if (number == 0 || number > recent->newest || recent->newest - number >= recent->max)
		return NULL;
	return place_of(recent, number);
}

struct nw_recent_entry *nw_recent_oldest(const struct nw_recent *recent)
{
	return recent->newest < recent->max
		? NULL
		: nw_recent_get(recent, recent->newest - (uint32_t)recent->max + 1);
}

uint32_t nw_recent_find(struct nw_recent *recent, struct nw_hash id)
{
	uint32_t number = recent->id_heads[id.low & (recent->n_id_buckets - 1)];
	const struct nw_recent_entry *e;

	for (size_t steps = 0; steps < NW_RECENT_STEPS; steps++) {
		e = nw_recent_get(recent, number);
		if (!e)
			return 0;
		if (!e->is_dead && nw_hash_eq(e->id, id))
			return number;
		number = e->same_id;
	}
	return 0;
}

/* --- keys --- */

static uint32_t term_key(uint32_t term)
{
	const uint64_t h = (nw_term_hash(term) + 0x5bd1e995U) * 0xbf58476d1ce4e5b9U;

	return (uint32_t)(h >> 32);
}

static size_t list_keys(const struct nw_recent_entry *e, uint32_t keys[NW_RECENT_KEYS])
{
	const size_t n_runs = e->sketch.n_runs < NW_RECENT_RUNS ? e->sketch.n_runs : NW_RECENT_RUNS;
	size_t n = 0;

	for (size_t i = 0; i < n_runs; i++)
		keys[n++] = e->sketch.runs[i];
	for (size_t i = 0; i < e->n_keyed; i++)
		keys[n++] = term_key(e->sketch.terms[i]);
	return n;
}

static uint32_t *bucket_of(const struct nw_recent *recent, uint32_t key)
{
	const uint32_t hash = key * 0x9e3779b1U;

	return &recent->heads[hash & (recent->n_buckets - 1)];
}

/* Of two keys in one bucket the first has the link. */
static size_t find_link(
	const struct nw_recent *recent, const uint32_t *keys, size_t n, const uint32_t *bucket)
{
	size_t i = 0;

	while (i < n && bucket_of(recent, keys[i]) != bucket)
		i++;
	return i;
}

uint32_t nw_recent_add(struct nw_recent *recent, const struct nw_recent_entry *entry, bool is_keyed)
{
	const uint32_t number = ++recent->newest;
	const size_t chunk = number % recent->max / CHUNK;
	uint32_t keys[NW_RECENT_KEYS], *head;
	struct nw_recent_entry *e;
	size_t n;

	if (!recent->chunks[chunk])
		recent->chunks[chunk] = nw_must_calloc(CHUNK, sizeof(*e));
	e = place_of(recent, number);
	*e = *entry;
	head = &recent->id_heads[e->id.low & (recent->n_id_buckets - 1)];
	e->same_id = *head;
	*head = number;
	n = is_keyed ? list_keys(e, keys) : 0;
	for (size_t i = 0; i < n; i++) {
		head = bucket_of(recent, keys[i]);
		if (*head == number)
			continue;
		e->next[i] = *head;
		*head = number;
	}
	return number;
}

/* --- finding --- */

static void add_points(struct nw_recent_search *search, uint32_t number, float points)
{
	size_t i = number * 0x9e3779b1U % FOUND_SLOTS;

	while (search->slots[i].number && search->slots[i].number != number)
		i = (i + 1) % FOUND_SLOTS;
	if (!search->slots[i].number) {
		search->slots[i].number = number;
		search->found[search->n++] = &search->slots[i];
	}
	search->slots[i].points += points;
}

static bool has_key(const uint32_t *keys, size_t n, uint32_t key)
{
	for (size_t i = 0; i < n; i++) {
		if (keys[i] == key)
			return true;
	}
	return false;
}

static void follow(struct nw_recent *recent, uint32_t key, float points)
{
	const uint32_t *bucket = bucket_of(recent, key);
	uint32_t number = *bucket;

	for (size_t steps = 0; steps < NW_RECENT_STEPS; steps++) {
		const struct nw_recent_entry *e = nw_recent_get(recent, number);
		uint32_t keys[NW_RECENT_KEYS];
		size_t n, link;

		if (!e)
			return;
		recent->steps++;
		n = list_keys(e, keys);
		link = find_link(recent, keys, n, bucket);
		if (link == n)
			return;
		if (!e->is_dead && has_key(keys, n, key))
			add_points(recent->search, number, points);
		number = e->next[link];
	}
}

static int by_points(const void *a, const void *b)
{
	const struct found *x = *(struct found *const *)a, *y = *(struct found *const *)b;

	if (x->points != y->points)
		return x->points > y->points ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

size_t nw_recent_like(struct nw_recent *recent, const struct nw_recent_entry *entry,
	const float rarities[NW_SKETCH_TERMS], uint32_t numbers[NW_RECENT_FOUND])
{
	struct nw_recent_search *search = recent->search;
	uint32_t keys[NW_RECENT_KEYS];
	const size_t n = list_keys(entry, keys), n_runs = n - entry->n_keyed;
	size_t n_found;

	search->n = 0;
	for (size_t i = 0; i < n; i++)
		follow(recent, keys[i], i < n_runs ? RUN_POINTS : rarities[i - n_runs]);
	qsort(search->found, search->n, sizeof(struct found *), by_points);
	n_found = search->n < NW_RECENT_FOUND ? search->n : NW_RECENT_FOUND;
	for (size_t i = 0; i < n_found; i++)
		numbers[i] = search->found[i]->number;
	for (size_t i = 0; i < search->n; i++)
		*search->found[i] = (struct found){0};
	return n_found;
}
