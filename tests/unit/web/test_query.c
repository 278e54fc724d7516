#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"
#include "web/query.h"

static struct nw_arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = nw_arena_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	nw_arena_free(arena);
	return 0;
}

static struct nw_query take(const char *target)
{
	struct nw_error error = {0};
	struct nw_query query;
	const int status = nw_query_parse(arena, nw_str(target), &query, &error);

	if (status)
		fail_msg("%s: %d %s", target, status, error.text);
	return query;
}

static void a_stream_begins_now_with_everything(void **state)
{
	const struct nw_query q = take("/v1/stream");

	(void)state;
	assert_int_equal(q.page, NW_PAGE_STREAM);
	assert_int_equal(q.form, NW_FORM_ANY);
	assert_int_equal(q.n_prefixes, 1);
	assert_true(nw_str_eq(q.prefixes[0], NW_STR("all/")));
	assert_false(q.has_keys || q.since.is_given);
}

static void keys_and_places_are_read(void **state)
{
	const struct nw_query q = take("/v1/articles?keys=topic%2Flibya/,story/&since=42"
				       "&before=2026-11-20T10:00:00%2b02:00&limit=500");

	(void)state;
	assert_int_equal(q.page, NW_PAGE_ARTICLES);
	assert_int_equal(q.n_prefixes, 2);
	assert_true(nw_str_eq(q.prefixes[0], NW_STR("topic/libya/")));
	assert_true(nw_str_eq(q.prefixes[1], NW_STR("story/")));
	assert_true(q.since.is_given && !q.since.is_time);
	assert_int_equal(q.since.value, 42);
	assert_true(q.before.is_time);
	assert_int_equal(q.before.value, 1795161600000);
	assert_int_equal(q.limit, 500);
	/* As people write it: no '+' is a space here. */
	assert_int_equal(
		take("/v1/stream?since=2026-11-20T10:00:00+02:00").since.value, 1795161600000);
}

static void a_topic_has_a_feed_in_two_forms(void **state)
{
	struct nw_query q = take("/topics/libya/haftar.atom?limit=1");

	(void)state;
	assert_int_equal(q.form, NW_FORM_ATOM);
	assert_true(nw_str_eq(q.topic, NW_STR("libya/haftar")));
	assert_true(nw_str_eq(q.prefixes[0], NW_STR("topic/libya/haftar/")));
	assert_int_equal(q.limit, 1);
	q = take("/topics/a.json");
	assert_int_equal(q.form, NW_FORM_JSON);
	assert_true(nw_str_eq(q.topic, NW_STR("a")));
	q = take("/all.json");
	assert_int_equal(q.limit, 50);
	assert_int_equal(q.topic.n, 0);
}

static const struct {
	const char *target;
	int status;
	const char *says;
} bad[] = {
	{"/", 404, "/v1/stream"},
	{"/v1/Stream", 404, "no such page"},
	{"/v1/stream/", 404, "no such page"},
	{"/topics/.atom", 404, "no such page"},
	{"/topics/libya.rss", 404, "no such page"},
	{"/topics/Libya.atom", 404, "no such page"},
	{"/topics//a.atom", 404, "no such page"},
	{"/topics/a%2f.json", 404, "no such page"},
	{"/%zz", 400, "'%'"},
	{"/v1/stream?keys=%0", 400, "'%'"},
	{"/v1/stream?keys=%00", 400, "'%'"},
	{"/v1/stream?keys", 400, "'='"},
	{"/v1/stream?keys=", 400, "keys"},
	{"/v1/stream?keys=all/,,", 400, "keys"},
	{"/v1/stream?keys=Topic/", 400, "keys=topic/libya/"},
	{"/v1/stream?keys=/", 400, "keys"},
	{"/v1/stream?since=", 400, "since=42"},
	{"/v1/stream?since=-1", 400, "since"},
	{"/v1/stream?since=-0", 400, "since"},
	{"/v1/stream?since=9223372036854775808", 400, "since"},
	{"/v1/stream?since=yesterday", 400, "since"},
	{"/v1/stream?since=2026-11-20", 400, "since"},
	{"/v1/stream?since=2026-13-20T10:00:00Z", 400, "since"},
	{"/v1/stream?since=1&since=1", 400, "twice"},
	{"/v1/stream?format=json", 400, "ndjson"},
	{"/v1/stream?limit=1", 400, "known are keys, since, format"},
	{"/v1/articles?limit=0", 400, "500"},
	{"/v1/articles?limit=501", 400, "500"},
	{"/v1/articles?before=x", 400, "before"},
	{"/all.atom?keys=a", 400, "limit"},
};

static void what_is_wrong_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct nw_error error = {0};
		struct nw_query query;
		const int status = nw_query_parse(arena, nw_str(bad[i].target), &query, &error);

		if (status != bad[i].status || !strstr(error.text, bad[i].says))
			fail_msg("%s: %d %s", bad[i].target, status, error.text);
	}
}

static void sixty_four_keys_are_the_most(void **state)
{
	struct nw_str target = NW_STR("/v1/stream?keys=a");
	struct nw_query query;

	(void)state;
	for (int i = 1; i < NW_WIRE_KEYS_MAX; i++)
		target = nw_arena_printf(arena, "%.*s,a", NW_ARG(target));
	assert_int_equal(nw_query_parse(arena, target, &query, NULL), 0);
	assert_int_equal(query.n_prefixes, NW_WIRE_KEYS_MAX);
	target = nw_arena_printf(arena, "%.*s,a", NW_ARG(target));
	assert_int_equal(nw_query_parse(arena, target, &query, NULL), 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_stream_begins_now_with_everything, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keys_and_places_are_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_topic_has_a_feed_in_two_forms, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sixty_four_keys_are_the_most, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
