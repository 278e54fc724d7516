#ifndef NW_TAG_GROW_H
#define NW_TAG_GROW_H

#include "base/arena.h"

/* An array with room for one more than n elements; it doubles. free() it at the end. */
static inline void *nw_grow(void *items, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return items;
	*cap = *cap ? 2 * *cap : 16;
	return nw_must_realloc(items, *cap * size);
}

#define NW_GROW(items, n, cap) ((items) = nw_grow((items), (n), &(cap), sizeof(*(items))))

#endif
