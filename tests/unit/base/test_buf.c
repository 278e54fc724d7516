#include "base/buf.h"
#include "check.h"

static void bytes_are_added_one_after_another(void **state)
{
	struct nw_buf b;

	(void)state;
	nw_buf_init(&b, 100);
	assert_str(nw_buf_str(&b), "");
	nw_buf_add(&b, NW_STR("seq"));
	nw_buf_add_c(&b, '=');
	nw_buf_printf(&b, "%d", 42);
	assert_str(nw_buf_str(&b), "seq=42");
	assert_int_equal(b.p[b.n], 0);
	nw_buf_clear(&b);
	assert_str(nw_buf_str(&b), "");
}

static void the_maximum_may_be_reached_exactly(void **state)
{
	struct nw_buf b;

	(void)state;
	nw_buf_init(&b, 5);
	nw_buf_add(&b, NW_STR("12345"));
	assert_false(b.failed);
	assert_str(nw_buf_str(&b), "12345");
	nw_buf_add(&b, NW_STR(""));
	assert_false(b.failed);
	nw_buf_clear(&b);
}

static void a_failure_cuts_off_and_stays(void **state)
{
	struct nw_buf b;

	(void)state;
	nw_buf_init(&b, 5);
	nw_buf_add(&b, NW_STR("1234"));
	nw_buf_printf(&b, "%s", "56");
	nw_buf_add_c(&b, '5'); /* would fit, but comes after what did not */
	assert_true(b.failed);
	assert_str(nw_buf_str(&b), "1234");
	nw_buf_clear(&b);
}

static void an_emptied_buffer_starts_again(void **state)
{
	struct nw_buf b;

	(void)state;
	nw_buf_init(&b, 3);
	nw_buf_add(&b, NW_STR("abc"));
	nw_buf_add_c(&b, 'd');
	nw_buf_empty(&b);
	assert_false(b.failed);
	assert_string_equal(b.p, "");
	nw_buf_add(&b, NW_STR("x"));
	assert_str(nw_buf_str(&b), "x");
	nw_buf_clear(&b);
}

static void growth_keeps_what_is_there(void **state)
{
	struct nw_buf b;

	(void)state;
	nw_buf_init(&b, SIZE_MAX / 2);
	for (int i = 0; i < 10000; i++)
		nw_buf_printf(&b, "%05d", i);
	assert_false(b.failed);
	assert_int_equal(b.n, 50000);
	assert_memory_equal(b.p, "0000000001", 10);
	assert_memory_equal(b.p + 49995, "09999", 5);
	nw_buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_added_one_after_another),
		cmocka_unit_test(the_maximum_may_be_reached_exactly),
		cmocka_unit_test(a_failure_cuts_off_and_stays),
		cmocka_unit_test(an_emptied_buffer_starts_again),
		cmocka_unit_test(growth_keeps_what_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
