#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

#define CHUNK_MIN ((size_t)16 * 1024)
#define CHUNK_MAX ((size_t)256 * 1024)

struct chunk {
	struct chunk *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

struct nw_arena {
	struct chunk *chunks; /* the first is the one being filled */
	size_t total;
};

void nw_out_of_memory(void)
{
	fputs("newswire: out of memory\n", stderr);
	abort();
}

static void *must(void *p)
{
	if (!p)
		nw_out_of_memory();
	return p;
}

void *nw_must_calloc(size_t n, size_t size)
{
	return must(calloc(n ? n : 1, size ? size : 1));
}

void *nw_must_realloc(void *p, size_t size)
{
	return must(realloc(p, size ? size : 1));
}

char *nw_must_strdup(struct nw_str s)
{
	char *copy = nw_must_calloc(s.n + 1, 1);

	if (s.n)
		memcpy(copy, s.p, s.n);
	return copy;
}

struct nw_arena *nw_arena_new(void)
{
	return nw_must_calloc(1, sizeof(struct nw_arena));
}

void nw_arena_free(struct nw_arena *a)
{
	if (!a)
		return;
	for (struct chunk *c = a->chunks, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

/* Chunks grow with the arena, so that a large page costs few of them. */
static size_t chunk_size(const struct nw_arena *a, size_t want)
{
#ifdef NW_ARENA_MALLOC
	(void)a; /* each allocation alone, for the sanitizers */
	return want;
#else
	size_t size = a->total / 2;

	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	if (size < CHUNK_MIN)
		size = CHUNK_MIN;
	return want > size ? want : size;
#endif
}

/*
 * What fills a chunk by itself is put behind the one being filled, whose room
 * would be lost otherwise.
 */
static struct chunk *add_chunk(struct nw_arena *a, size_t size)
{
	const size_t want = chunk_size(a, size);
	struct chunk *c = must(malloc(sizeof(*c) + want));
	struct chunk **at = a->chunks && want == size ? &a->chunks->next : &a->chunks;

	*c = (struct chunk){.next = *at, .size = want};
	*at = c;
	a->total += want;
	return c;
}

void *nw_arena_alloc(struct nw_arena *a, size_t size)
{
	const size_t mask = alignof(max_align_t) - 1;
	struct chunk *c = a->chunks;

	if (size > SIZE_MAX / 2)
		must(NULL);
	if (size == 0)
		size = 1; /* no two allocations are at one address */
#ifndef NW_ARENA_MALLOC
	size = (size + mask) & ~mask;
#else
	(void)mask;
#endif
	if (!c || c->size - c->used < size)
		c = add_chunk(a, size);
	c->used += size;
	return memset(c->data + c->used - size, 0, size);
}

void *nw_arena_array(struct nw_arena *a, size_t size, size_t n)
{
	size_t bytes;

	if (__builtin_mul_overflow(size, n, &bytes))
		must(NULL);
	return nw_arena_alloc(a, bytes);
}

struct nw_str nw_arena_str(struct nw_arena *a, struct nw_str s)
{
	char *p = nw_arena_alloc(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct nw_str){p, s.n};
}

size_t nw_arena_total(const struct nw_arena *a)
{
	return a->total;
}
