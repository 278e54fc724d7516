#ifndef NW_TEST_BASE_CHECK_H
#define NW_TEST_BASE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"

/* What every test of base needs; *state is the group's arena. */

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define assert_str(got, want) check_str((got), (want), __FILE__, __LINE__)

static inline void check_str(struct nw_str got, const char *want, const char *file, int line)
{
	if (nw_str_eq(got, nw_str(want)))
		return;
	print_error("got  '%.*s'\nwant '%s'\n", NW_ARG(got), want);
	_fail(file, line);
}

static inline int open_arena(void **state)
{
	*state = nw_arena_new();
	return 0;
}

static inline int close_arena(void **state)
{
	nw_arena_free(*state);
	return 0;
}

#endif
