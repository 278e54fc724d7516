#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <zmq.h>

#include "base/buf.h"
#include "base/str.h"
#include "bus/heartbeat.h"
#include "bus/rights.h"

struct who {
	char keys[2][NW_CURVE_TEXT + 1];
	struct nw_rights *rights;
	struct nw_right *desk, *all;
};

static int setup(void **state)
{
	static const char raw[2][NW_CURVE_BYTES] = {{1}, {2}};
	static const char *desk[] = {"topic/libya/haftar/", "topic/libya/", "story/libya/", NULL};
	static const char *all[] = {"all/", "", "sys/", NULL};
	const struct nw_config_client clients[] = {
		{.name = NW_STR("desk"), .key = {raw[0], NW_CURVE_BYTES}, .read = {desk, 3}},
		{.name = NW_STR("web"), .token = NW_STR("t"), .read = {all, 3}},
		{.name = NW_STR("whole.sale"), .key = {raw[1], NW_CURVE_BYTES}, .read = {all, 3}},
	};
	struct who *who = calloc(1, sizeof(*who));

	who->rights = nw_rights_new(clients, 3);
	for (size_t i = 0; i < 2; i++)
		(void)zmq_z85_encode(who->keys[i], (const uint8_t *)raw[i], NW_CURVE_BYTES);
	who->desk = nw_rights_find(who->rights, who->keys[0]);
	who->all = nw_rights_find(who->rights, who->keys[1]);
	*state = who;
	return 0;
}

static int teardown(void **state)
{
	struct who *who = *state;

	nw_rights_free(who->rights);
	free(who);
	return 0;
}

static void a_key_finds_its_client_and_no_key_finds_nobody(void **state)
{
	const struct who *who = *state;

	assert_int_equal(who->rights->n, 2);
	assert_true(nw_str_eq(who->desk->name, NW_STR("desk")));
	assert_true(nw_str_eq(who->all->beat_key, NW_STR("sys/heartbeat/whole.sale/")));
	assert_null(nw_rights_find(who->rights, NULL));
	assert_null(nw_rights_find(who->rights, ""));
	assert_null(nw_rights_find(who->rights, "0000000000000000000000000000000000000000"));
}

static void what_is_wider_than_a_prefix_is_not_allowed(void **state)
{
	static const char *const allowed[] = {
		"topic/libya/", "topic/libya/oil/", "topic/libya/x", "story/libya/"};
	static const char *const wider[] = {
		"", "topic/", "topic/libya", "topic/libya-oil/", "all/"};
	const struct who *who = *state;

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		assert_true(nw_right_allows(who->desk, nw_str(allowed[i])));
	for (size_t i = 0; i < sizeof(wider) / sizeof(wider[0]); i++) {
		assert_false(nw_right_allows(who->desk, nw_str(wider[i])));
		assert_true(nw_right_allows(who->all, nw_str(wider[i])));
	}
}

static void a_prefix_within_another_is_not_kept_twice(void **state)
{
	const struct who *who = *state;

	assert_int_equal(who->desk->n_prefixes, 2);
	assert_int_equal(who->all->n_prefixes, 1);
	assert_int_equal(who->all->prefixes[0].n, 0);
}

/* What is granted for a prefix, with commas. */
static const char *grants(const struct nw_right *right, const char *prefix)
{
	static char text[512];
	struct nw_str granted[NW_RIGHT_GRANTS];
	const size_t n = nw_right_grant(right, nw_str(prefix), granted);
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(
			text + at, sizeof(text) - at, "%s%.*s", i ? "," : "", NW_ARG(granted[i]));
	return text;
}

static void heartbeats_are_granted_to_everybody_but_each_its_own(void **state)
{
	static const char *const asked[] = {
		"sys/heartbeat", "sys/heartbeat/", "sys/heartbeat/de", "sys/heartbeat/desk/"};
	static const char *const others[] = {"sys/heartbeat/whole.sale/", "sys/heartbeats",
		"sys/heartbeat/desk/x", "sys/heartbeat/desks/"};
	const struct who *who = *state;

	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(grants(who->desk, asked[i]), "sys/heartbeat/desk/");
		assert_string_equal(grants(who->desk, others[i]), "");
	}
}

static void whoever_may_read_everything_is_not_given_the_heartbeats_of_others(void **state)
{
	const struct who *who = *state;

	assert_string_equal(grants(who->all, ""),
		"sys/heartbeat/whole.sale/,all/,topic/,story/,alert/,sys/feed/,sys/reload/,sys/alert/");
	assert_string_equal(grants(who->all, "sys/"),
		"sys/heartbeat/whole.sale/,sys/feed/,sys/reload/,sys/alert/");
	assert_string_equal(grants(who->all, "sys/h"), "sys/heartbeat/whole.sale/");
	assert_string_equal(grants(who->all, "sys/feed/"), "sys/feed/");
	assert_string_equal(grants(who->all, "topic/x"), "topic/x");
	assert_string_equal(grants(who->desk, "topic/libya/"), "topic/libya/");
	assert_string_equal(grants(who->desk, ""), "");
	assert_string_equal(grants(who->desk, "s"), "");
	assert_string_equal(grants(who->desk, "topic/"), "");
}

static void a_request_is_held_to_the_rights(void **state)
{
	const struct who *who = *state;
	struct nw_request q = {.cursor = NW_STR("mine")};
	struct nw_error error = {0};
	char cursor[NW_RIGHT_CURSOR];

	assert_int_equal(nw_right_narrow(who->desk, &q, cursor, &error), NW_OK);
	assert_int_equal(q.n_prefixes, 2);
	assert_true(nw_str_eq(q.prefixes[0], NW_STR("story/libya/")));
	assert_true(nw_str_eq(q.cursor, NW_STR("desk/mine")));
	q = (struct nw_request){
		.n_prefixes = 2, .prefixes = {NW_STR("topic/libya/oil/"), NW_STR("all/")}};
	assert_int_not_equal(nw_right_narrow(who->desk, &q, cursor, &error), NW_OK);
	assert_string_equal(error.text, "not allowed: all/");
	q.n_prefixes = 1;
	assert_int_equal(nw_right_narrow(who->desk, &q, cursor, &error), NW_OK);
	assert_int_equal(q.n_prefixes, 1);
	q.n_prefixes = 0;
	assert_int_equal(nw_right_narrow(who->all, &q, cursor, &error), NW_OK);
	assert_int_equal(q.n_prefixes, 0);
}

static void a_right_covers_another_when_nothing_of_that_is_lost(void **state)
{
	static const char *narrow[] = {"topic/libya/oil/", NULL};
	static const char raw[NW_CURVE_BYTES] = {1};
	const struct nw_config_client client = {
		.name = NW_STR("desk"), .key = {raw, NW_CURVE_BYTES}, .read = {narrow, 1}};
	const struct who *who = *state;
	struct nw_rights *rights = nw_rights_new(&client, 1);
	struct nw_right *now = nw_rights_find(rights, who->keys[0]);

	assert_true(nw_right_covers(who->desk, now));
	assert_false(nw_right_covers(now, who->desk));
	assert_false(nw_right_covers(who->all, now)); /* it is called otherwise */
	nw_rights_free(rights);
}

static void what_was_noted_of_a_key_outlives_a_reload(void **state)
{
	static const char *read[] = {"all/", NULL};
	static const char raw[2][NW_CURVE_BYTES] = {{1}, {3}};
	const struct nw_config_client clients[] = {
		{.name = NW_STR("fresh"), .key = {raw[1], NW_CURVE_BYTES}, .read = {read, 1}},
		{.name = NW_STR("renamed"), .key = {raw[0], NW_CURVE_BYTES}, .read = {read, 1}},
	};
	const struct who *who = *state;
	struct nw_rights *rights = nw_rights_new(clients, 2);

	who->desk->barred_until_ms = 7000;
	who->desk->pause_ms = 4000;
	who->desk->told[NW_REFUSED_WIDE].told_ms = 3000;
	nw_rights_carry(rights, who->rights);
	assert_int_equal(rights->rights[0].barred_until_ms, 0);
	assert_int_equal(rights->rights[1].barred_until_ms, 7000);
	assert_int_equal(rights->rights[1].pause_ms, 4000);
	assert_int_equal(rights->rights[1].told[NW_REFUSED_WIDE].told_ms, 3000);
	nw_rights_free(rights);
}

static void a_heartbeat_names_the_keys_that_may_be_read_and_no_others(void **state)
{
	static const char *const keys[] = {"all/", "story/libya/", "topic/libya-oil/",
		"topic/libya/", "topic/libya/haftar/", "topic/zebra/"};
	const struct who *who = *state;
	struct nw_lasts lasts = {0};
	struct nw_buf json;

	nw_buf_init(&json, 4096);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		nw_lasts_put(&lasts, nw_str(keys[i]), (int64_t)i + 1);
	nw_lasts_write(&lasts, who->desk, 1, &json);
	assert_true(nw_str_eq(nw_buf_str(&json),
		NW_STR("{\"last\":{\"story/libya/\":2,\"topic/libya/\":4,\"topic/libya/haftar/\":5},"
		       "\"oldest\":1}")));
	nw_buf_empty(&json);
	nw_lasts_write(&lasts, who->all, 1, &json);
	assert_true(nw_str_find(nw_buf_str(&json), NW_STR("zebra")) < nw_buf_str(&json).n);
	nw_buf_clear(&json);
	nw_lasts_clear(&lasts);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_key_finds_its_client_and_no_key_finds_nobody),
		T(what_is_wider_than_a_prefix_is_not_allowed),
		T(a_prefix_within_another_is_not_kept_twice),
		T(heartbeats_are_granted_to_everybody_but_each_its_own),
		T(whoever_may_read_everything_is_not_given_the_heartbeats_of_others),
		T(a_request_is_held_to_the_rights),
		T(a_right_covers_another_when_nothing_of_that_is_lost),
		T(what_was_noted_of_a_key_outlives_a_reload),
		T(a_heartbeat_names_the_keys_that_may_be_read_and_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
