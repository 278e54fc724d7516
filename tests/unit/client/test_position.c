#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "client/beat.h"
#include "client/position.h"

#define ALL NW_STR("all/")
#define LIBYA NW_STR("topic/libya/")

static void keys_advance_on_their_own(void **state)
{
	struct nw_position p = {0};

	(void)state;
	nw_position_clear(&p);
	nw_position_settle(&p, 10);
	assert_true(nw_position_has(&p, ALL, 10));
	assert_false(nw_position_has(&p, ALL, 11));
	nw_position_put(&p, ALL, 12);
	assert_true(nw_position_has(&p, ALL, 11));
	assert_true(nw_position_has(&p, ALL, 12));
	assert_false(nw_position_has(&p, LIBYA, 11));
	assert_int_equal(p.base, 10);
	nw_position_clear(&p);
}

static void what_is_settled_holds_for_every_key(void **state)
{
	struct nw_position p = {0};

	(void)state;
	nw_position_clear(&p);
	nw_position_put(&p, ALL, 12);
	nw_position_put(&p, LIBYA, 14);
	nw_position_settle(&p, 12);
	assert_true(nw_position_has(&p, LIBYA, 14));
	assert_false(nw_position_has(&p, ALL, 13));
	nw_position_settle(&p, 14);
	assert_true(nw_position_has(&p, ALL, 14));
	assert_int_equal(p.keys.n, 0);
	nw_position_settle(&p, 3);
	assert_int_equal(p.base, 14);
	nw_position_clear(&p);
}

static void single_key_is_known_at_every_message(void **state)
{
	struct nw_position p = {.one_key = true};

	(void)state;
	nw_position_clear(&p);
	assert_int_equal(p.base, -1);
	nw_position_put(&p, ALL, 7);
	assert_int_equal(p.base, 7);
	assert_int_equal(p.keys.n, 0);
	nw_position_clear(&p);
}

static void heartbeat_tells_of_followed_keys_only(void **state)
{
	const struct nw_str json =
		nw_str("{\"last\":{\"all/\":9,\"topic/libya/\":7,\"topic/oil/\":3},\"oldest\":1}");
	const struct nw_str libya = LIBYA, topics = NW_STR("topic/"), all = ALL, every = NW_STR("");
	struct nw_position p = {0};

	(void)state;
	nw_position_clear(&p);
	nw_position_settle(&p, 7);
	assert_false(nw_beat_tells_more(&p, json, &libya, 1));
	assert_false(nw_beat_tells_more(&p, json, &topics, 1));
	assert_true(nw_beat_tells_more(&p, json, &all, 1));
	assert_true(nw_beat_tells_more(&p, json, &every, 1));
	nw_position_put(&p, ALL, 9);
	assert_false(nw_beat_tells_more(&p, json, &every, 1));
	nw_position_clear(&p);
}

static void heartbeat_that_is_none_tells_nothing(void **state)
{
	static const char *const rows[] = {"", "{", "[]", "7", "{\"last\":7}", "{\"last\":[1]}",
		"{\"last\":{\"all/\":\"9\"}}", "{\"last\":{\"all/\":9.5}}"};
	const struct nw_str every = NW_STR("");
	struct nw_position p = {0};

	(void)state;
	nw_position_clear(&p);
	nw_position_settle(&p, 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_false(nw_beat_tells_more(&p, nw_str(rows[i]), &every, 1));
	nw_position_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_advance_on_their_own),
		cmocka_unit_test(what_is_settled_holds_for_every_key),
		cmocka_unit_test(single_key_is_known_at_every_message),
		cmocka_unit_test(heartbeat_tells_of_followed_keys_only),
		cmocka_unit_test(heartbeat_that_is_none_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
