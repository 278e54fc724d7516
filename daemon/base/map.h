#ifndef NW_BASE_MAP_H
#define NW_BASE_MAP_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * Byte strings to pointers; open addressing. Keys are borrowed: they must
 * outlive their entry (usually they live in the value).
 */
struct nw_map_slot {
	struct nw_str key; /* key.p == NULL: never used */
	uint64_t hash;
	void *value; /* NULL: removed */
};

struct nw_map {
	struct nw_map_slot *slots;
	size_t cap, n, used; /* used: living and removed ones */
};

void nw_map_clear(struct nw_map *m); /* frees the table, not the values; {0} is a new map */
void *nw_map_get(const struct nw_map *m, struct nw_str key); /* NULL: none */

/* Value must not be NULL. Returns the value it replaces, or NULL. */
void *nw_map_put(struct nw_map *m, struct nw_str key, void *value);
void *nw_map_remove(struct nw_map *m, struct nw_str key); /* what was there, or NULL */

/* Every living entry, in no order; the map may not change meanwhile. */
/* NOLINTBEGIN(bugprone-macro-parentheses): slot is the name of a variable to declare */
#define nw_map_each(m, slot)                                                                      \
	for (struct nw_map_slot *slot = (m)->slots; slot && slot < (m)->slots + (m)->cap; slot++) \
		if (slot->value)
/* NOLINTEND(bugprone-macro-parentheses) */

#endif
