#ifndef NW_TAG_GROW_H
#define NW_TAG_GROW_H

#include "base/arena.h"

/* Room for one more element of an array that doubles; free() it at the end. */
#define NW_GROW(items, n, cap)                                                                \
	do {                                                                                  \
		if ((n) == (cap)) {                                                           \
			(cap) = (cap) ? 2 * (cap) : 16;                                       \
			(items) = nw_must_realloc((items), (size_t)(cap) * sizeof(*(items))); \
		}                                                                             \
	} while (0)

#endif
