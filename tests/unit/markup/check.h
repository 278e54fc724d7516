#ifndef MARKUP_CHECK_H
#define MARKUP_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "markup/markup.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define assert_str(got, want)                                                                 \
	do {                                                                                  \
		const struct nw_str got_ = (got), want_ = (want);                             \
		if (!nw_str_eq(got_, want_))                                                  \
			fail_msg("got \"%.*s\", want \"%.*s\"", NW_ARG(got_), NW_ARG(want_)); \
	} while (0)

/* One arena for each test. */
static inline int set_up(void **state)
{
	*state = nw_arena_new();
	return 0;
}

static inline int tear_down(void **state)
{
	nw_arena_free(*state);
	return 0;
}

#define test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

/* The inside of n as it is written, in the arena. */
static inline struct nw_str inside(struct nw_arena *a, const struct nw_node *n)
{
	struct nw_buf out;
	struct nw_str s;

	nw_buf_init(&out, (size_t)1 << 26);
	nw_node_write_inside(&out, n);
	s = nw_arena_str(a, nw_buf_str(&out));
	nw_buf_clear(&out);
	return s;
}

static inline const struct nw_node *xml_root(struct nw_arena *a, struct nw_str bytes)
{
	struct nw_markup m;

	assert_int_equal(
		nw_markup_xml(a, bytes, (struct nw_str){0}, &nw_markup_default_limits, &m, NULL),
		NW_OK);
	return m.root;
}

static inline const struct nw_node *fragment_root(struct nw_arena *a, struct nw_str text)
{
	struct nw_markup m;

	assert_int_equal(nw_markup_fragment(a, text, &nw_markup_default_limits, &m, NULL), NW_OK);
	return m.root;
}

#endif
