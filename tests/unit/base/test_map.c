#include "base/map.h"
#include "check.h"

static void an_empty_map_holds_nothing(void **state)
{
	struct nw_map m = {0};

	(void)state;
	assert_null(nw_map_get(&m, NW_STR("a")));
	assert_null(nw_map_remove(&m, NW_STR("a")));
	nw_map_each (&m, slot) {
		fail();
	}
	nw_map_clear(&m);
}

static void putting_again_replaces_value_and_key(void **state)
{
	char first_key[] = "feed", second_key[] = "feed";
	struct nw_map m = {0};
	int a, b;

	(void)state;
	assert_null(nw_map_put(&m, nw_str(first_key), &a));
	assert_ptr_equal(nw_map_put(&m, nw_str(second_key), &b), &a);
	first_key[0] = 'X'; /* the first key may go with its value */
	assert_ptr_equal(nw_map_get(&m, NW_STR("feed")), &b);
	assert_int_equal(m.n, 1);
	nw_map_clear(&m);
}

static void the_empty_key_is_a_key(void **state)
{
	struct nw_map m = {0};
	int a;

	(void)state;
	assert_null(nw_map_put(&m, nw_str(NULL), &a));
	assert_ptr_equal(nw_map_get(&m, NW_STR("")), &a);
	assert_ptr_equal(nw_map_remove(&m, nw_str(NULL)), &a);
	assert_null(nw_map_get(&m, NW_STR("")));
	nw_map_clear(&m);
}

static void thousands_come_and_go(void **state)
{
	static struct nw_str keys[5000];
	struct nw_map m = {0};
	size_t n = 0;

	for (size_t i = 0; i < COUNT(keys); i++) {
		keys[i] = nw_arena_printf(*state, "https://news.example/%zu", i);
		assert_null(nw_map_put(&m, keys[i], &keys[i]));
	}
	for (size_t i = 0; i < COUNT(keys); i += 2)
		assert_ptr_equal(nw_map_remove(&m, keys[i]), &keys[i]);
	for (size_t i = 0; i < COUNT(keys); i++)
		assert_ptr_equal(nw_map_get(&m, keys[i]), i % 2 ? &keys[i] : NULL);
	nw_map_each (&m, slot) {
		n++;
	}
	assert_int_equal(n, COUNT(keys) / 2);
	assert_int_equal(m.n, n);
	nw_map_clear(&m);
}

/* A queue of keys, one in and one out for ever, must not fill the table with removed slots. */
static void turnover_does_not_grow_the_table(void **state)
{
	struct nw_map m = {0};
	int value;

	for (size_t i = 0; i < 20000; i++) {
		(void)nw_map_put(&m, nw_arena_printf(*state, "%zu", i), &value);
		if (i >= 10)
			assert_non_null(nw_map_remove(&m, nw_arena_printf(*state, "%zu", i - 10)));
	}
	assert_int_equal(m.n, 10);
	assert_in_range(m.cap, 16, 128);
	nw_map_clear(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_map_holds_nothing),
		cmocka_unit_test(putting_again_replaces_value_and_key),
		cmocka_unit_test(the_empty_key_is_a_key),
		cmocka_unit_test(thousands_come_and_go),
		cmocka_unit_test(turnover_does_not_grow_the_table),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
