#include <stdlib.h>

#include "check.h"

static void memory_is_zeroed_and_aligned(void **state)
{
	for (size_t size = 0; size < 300; size += 7) {
		unsigned char *p = nw_arena_alloc(*state, size);

#ifndef NW_ARENA_MALLOC
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
#endif
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, size);
	}
}

static void two_allocations_never_share_an_address(void **state)
{
	const char *empty = nw_arena_alloc(*state, 0);
	const char *other = nw_arena_alloc(*state, 0);

	assert_non_null(empty);
	assert_ptr_not_equal(empty, other);
}

static void empty_allocations_cost_next_to_nothing(void **state)
{
	struct nw_arena *a = nw_arena_new();

	(void)state;
	for (int i = 0; i < 1000; i++)
		(void)NW_ARENA_ARRAY(a, int, 0);
	assert_in_range(nw_arena_total(a), 1000, 64 * 1024);
	nw_arena_free(a);
}

static void a_large_allocation_wastes_no_room(void **state)
{
	struct nw_arena *a = nw_arena_new();
	const size_t large = (size_t)1024 * 1024;

	(void)state;
	for (int i = 0; i < 8; i++) {
		(void)nw_arena_alloc(a, 64);
		(void)nw_arena_alloc(a, large);
	}
	assert_in_range(nw_arena_total(a), 8 * large, 8 * large + 64 * 1024);
	nw_arena_free(a);
}

static void earlier_memory_stays_as_it_is(void **state)
{
	struct nw_str kept[200];

	for (size_t i = 0; i < COUNT(kept); i++) {
		kept[i] = nw_arena_printf(*state, "entry %zu", i);
		(void)nw_arena_alloc(*state, i * 100);
	}
	for (size_t i = 0; i < COUNT(kept); i++)
		assert_str(kept[i], nw_arena_printf(*state, "entry %zu", i).p);
}

static void a_copied_string_ends_in_a_nul(void **state)
{
	const char bytes[] = {'a', 'b', 'c'};
	const struct nw_str s = nw_arena_str(*state, (struct nw_str){bytes, 2});

	assert_str(s, "ab");
	assert_int_equal(s.p[2], 0);
	assert_str(nw_arena_str(*state, nw_str(NULL)), "");
}

static void freeing_nothing_is_fine(void **state)
{
	(void)state;
	nw_arena_free(NULL);
}

static void a_duplicate_is_a_c_string(void **state)
{
	char *copy = nw_must_strdup((struct nw_str){"abcdef", 3});

	(void)state;
	assert_string_equal(copy, "abc");
	copy = nw_must_realloc(copy, 0);
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(two_allocations_never_share_an_address),
		cmocka_unit_test(empty_allocations_cost_next_to_nothing),
		cmocka_unit_test(a_large_allocation_wastes_no_room),
		cmocka_unit_test(earlier_memory_stays_as_it_is),
		cmocka_unit_test(a_copied_string_ends_in_a_nul),
		cmocka_unit_test(freeing_nothing_is_fine),
		cmocka_unit_test(a_duplicate_is_a_c_string),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
