#include "base/map.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/str.h"

void nw_map_clear(struct nw_map *m)
{
	free(m->slots);
	*m = (struct nw_map){0};
}

/* The slot of the key, or the unused one where it would go. */
static struct nw_map_slot *find(const struct nw_map *m, struct nw_str key, uint64_t hash)
{
	size_t i = hash & (m->cap - 1);

	for (;; i = (i + 1) & (m->cap - 1)) {
		struct nw_map_slot *s = &m->slots[i];

		if (!s->key.p || (s->hash == hash && s->value && nw_str_eq(s->key, key)))
			return s;
	}
}

static void rehash(struct nw_map *m)
{
	struct nw_map bigger = {.n = m->n, .used = m->n};

	bigger.cap = 16;
	while (bigger.cap < m->n * 3)
		bigger.cap *= 2;
	bigger.slots = nw_must_calloc(bigger.cap, sizeof(*bigger.slots));
	nw_map_each (m, s) {
		*find(&bigger, s->key, s->hash) = *s;
	}
	free(m->slots);
	*m = bigger;
}

void *nw_map_get(const struct nw_map *m, struct nw_str key)
{
	return m->n ? find(m, key, nw_hash64(key))->value : NULL;
}

void *nw_map_put(struct nw_map *m, struct nw_str key, void *value)
{
	const uint64_t hash = nw_hash64(key);
	struct nw_map_slot *s;
	void *old;

	if ((m->used + 1) * 4 > m->cap * 3)
		rehash(m);
	s = find(m, key, hash);
	old = s->key.p ? s->value : NULL;
	if (!s->key.p) {
		m->used++;
		m->n++;
	}
	*s = (struct nw_map_slot){key.p ? key : NW_STR(""), hash, value};
	return old;
}

void *nw_map_remove(struct nw_map *m, struct nw_str key)
{
	struct nw_map_slot *s;
	void *old;

	if (!m->n)
		return NULL;
	s = find(m, key, nw_hash64(key));
	old = s->key.p ? s->value : NULL;
	if (old) {
		s->value = NULL;
		m->n--;
	}
	return old;
}
