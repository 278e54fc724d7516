#ifndef NW_BASE_ARENA_H
#define NW_BASE_ARENA_H

#include <newswire/base.h>

/* Bytes asked of the system so far: what a limit on memory is checked against. */
size_t nw_arena_total(const struct nw_arena *a);

/* An array of n zeroed elements of one type. */
#define NW_ARENA_NEW(a, type) ((type *)nw_arena_alloc((a), sizeof(type)))
#define NW_ARENA_ARRAY(a, type, n) ((type *)nw_arena_array((a), sizeof(type), (n)))
void *nw_arena_array(struct nw_arena *a, size_t size, size_t n);

/* Ends the process with one line. */
_Noreturn void nw_out_of_memory(void);

/* malloc family that does so when memory is out. */
void *nw_must_calloc(size_t n, size_t size);
void *nw_must_realloc(void *p, size_t size);
char *nw_must_strdup(struct nw_str s);

#endif
