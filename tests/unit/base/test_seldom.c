#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/seldom.h"

#define EACH_MS 60000

static void it_is_told_at_once_and_then_once_in_a_while_with_how_often(void **state)
{
	struct nw_seldom seldom = {0};

	(void)state;
	assert_int_equal(nw_seldom_count(&seldom, 1, EACH_MS, 5), 1);
	for (int64_t at = 6; at < 5 + EACH_MS; at += 100)
		assert_int_equal(nw_seldom_count(&seldom, 2, EACH_MS, at), 0);
	assert_int_equal(nw_seldom_count(&seldom, 1, EACH_MS, 5 + EACH_MS), 1201);
	assert_int_equal(nw_seldom_count(&seldom, 1, EACH_MS, 6 + EACH_MS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_told_at_once_and_then_once_in_a_while_with_how_often),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
