#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bus/quiet.h"

static void it_is_told_at_once_and_then_once_a_minute_with_how_often(void **state)
{
	struct nw_quiet quiet = {0};

	(void)state;
	assert_int_equal(nw_quiet_count(&quiet, 1, 5), 1);
	for (int64_t at = 6; at < 5 + NW_QUIET_MS; at += 100)
		assert_int_equal(nw_quiet_count(&quiet, 2, at), 0);
	assert_int_equal(nw_quiet_count(&quiet, 1, 5 + NW_QUIET_MS), 1201);
	assert_int_equal(nw_quiet_count(&quiet, 1, 6 + NW_QUIET_MS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_told_at_once_and_then_once_a_minute_with_how_often),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
