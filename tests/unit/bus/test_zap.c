#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zmq.h>

#include "base/str.h"
#include "bus/zap.h"

static const char raw[NW_CURVE_BYTES] = {1};

struct rig {
	void *context, *peer;
	struct nw_zap zap;
	struct nw_leavers leavers; /* that hear nothing */
	struct nw_rights *rights;
};

static int setup(void **state)
{
	static const char *read[] = {"", NULL};
	const struct nw_config_client client = {
		.name = NW_STR("desk"), .key = {raw, NW_CURVE_BYTES}, .read = {read, 1}};
	struct rig *rig = calloc(1, sizeof(*rig));
	struct nw_error error = {0};
	const int none = 0;

	rig->context = zmq_ctx_new();
	rig->rights = nw_rights_new(&client, 1);
	if (nw_zap_open(rig->context, &rig->leavers, &rig->zap, &error))
		fail_msg("%s", error.text);
	rig->peer = zmq_socket(rig->context, ZMQ_REQ);
	(void)zmq_setsockopt(rig->peer, ZMQ_LINGER, &none, sizeof(none));
	assert_int_equal(zmq_connect(rig->peer, NW_ZAP_ENDPOINT), 0);
	*state = rig;
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	(void)zmq_close(rig->peer);
	nw_zap_close(&rig->zap);
	(void)zmq_ctx_term(rig->context);
	nw_rights_free(rig->rights);
	free(rig);
	return 0;
}

#define FRAMES 9

/* Sends so many of: version, id, domain, address, identity, mechanism, key, and more. */
static void ask(struct rig *rig, size_t n, size_t at, struct nw_str other)
{
	struct nw_str frames[FRAMES] = {NW_STR("1.0"), NW_STR("7"), NW_STR("live"),
		NW_STR("192.0.2.1"), NW_STR(""), NW_STR("CURVE"), {raw, NW_CURVE_BYTES},
		NW_STR("more"), NW_STR("and more")};

	if (at < FRAMES)
		frames[at] = other;
	for (size_t i = 0; i < n; i++)
		assert_true(zmq_send(rig->peer, frames[i].p, frames[i].n,
				    i + 1 < n ? ZMQ_SNDMORE : 0) >= 0);
}

/* The status code; the user's id too. */
static const char *answer(struct rig *rig, char user[64])
{
	static char frames[8][64];
	int more = 1;
	size_t n = 0, size = sizeof(more);

	for (; more && n < 8; n++) {
		const int got = zmq_recv(rig->peer, frames[n], 63, 0);

		assert_true(got >= 0 && got < 64);
		frames[n][got] = '\0';
		(void)zmq_getsockopt(rig->peer, ZMQ_RCVMORE, &more, &size);
	}
	assert_int_equal(n, 6);
	assert_string_equal(frames[0], "1.0");
	(void)snprintf(user, 64, "%s", frames[4]);
	assert_string_equal(frames[5], strcmp(frames[2], "200") ? "" : "\21" NW_ZAP_NUMBER);
	return frames[2];
}

static void a_known_key_is_let_in_by_its_text(void **state)
{
	struct rig *rig = *state;
	char user[64];

	ask(rig, 7, FRAMES, NW_STR(""));
	assert_int_equal(nw_zap_receive(&rig->zap, rig->rights, 1), 1);
	assert_string_equal(answer(rig, user), "200");
	assert_ptr_equal(nw_rights_find(rig->rights, user), &rig->rights->rights[0]);
}

static void an_unknown_key_is_not(void **state)
{
	static const char other[NW_CURVE_BYTES] = {2};
	struct rig *rig = *state;
	char user[64];

	ask(rig, 7, 6, (struct nw_str){other, NW_CURVE_BYTES});
	assert_int_equal(nw_zap_receive(&rig->zap, rig->rights, 1), 0);
	assert_string_equal(answer(rig, user), "300"); /* after a 400 it would never come again */
	assert_string_equal(user, "");
}

static void who_is_barred_is_to_try_later(void **state)
{
	struct rig *rig = *state;
	char user[64];

	rig->rights->rights[0].barred_until_ms = 100;
	ask(rig, 7, FRAMES, NW_STR(""));
	assert_int_equal(nw_zap_receive(&rig->zap, rig->rights, 99), 0);
	assert_string_equal(answer(rig, user), "300");
	ask(rig, 7, FRAMES, NW_STR(""));
	assert_int_equal(nw_zap_receive(&rig->zap, rig->rights, 100), 1);
	assert_string_equal(answer(rig, user), "200");
}

static void whoever_is_barred_from_the_live_socket_may_ask_for_replays(void **state)
{
	struct rig *rig = *state;
	char user[64];

	rig->rights->rights[0].barred_until_ms = 100;
	ask(rig, 7, 2, NW_STR("replay"));
	assert_int_equal(nw_zap_receive(&rig->zap, rig->rights, 99), 1);
	assert_string_equal(answer(rig, user), "200");
}

static void strangers_are_told_of_one_by_one_as_long_as_they_are_few(void **state)
{
	char other[NW_CURVE_BYTES] = {2};
	struct rig *rig = *state;
	char user[64];

	for (int64_t i = 0; i < 100; i++) {
		other[1] = (char)(i % 20);
		ask(rig, 7, 6, (struct nw_str){other, NW_CURVE_BYTES});
		assert_int_equal(nw_zap_receive(&rig->zap, rig->rights, 1 + i), 0);
		(void)answer(rig, user);
	}
	for (size_t i = 0; i < NW_ZAP_STRANGERS; i++)
		assert_int_equal(rig->zap.strangers[i].told.times, 4);
	assert_int_equal(rig->zap.others.times, 100 - NW_ZAP_STRANGERS * 5 - 1);
}

static void what_is_no_request_lets_nobody_in_and_is_answered_all_the_same(void **state)
{
	static char large[300];
	const struct {
		size_t n, at;
		struct nw_str other;
	} rows[] = {
		{1, FRAMES, {0}},
		{6, FRAMES, {0}},
		{8, FRAMES, {0}},
		{9, FRAMES, {0}},
		{7, 0, NW_STR("2.0")},
		{7, 3, {large, sizeof(large)}},
		{7, 5, NW_STR("PLAIN")},
		{7, 5, NW_STR("NULL")},
		{7, 6, {raw, NW_CURVE_BYTES - 1}},
		{7, 6, NW_STR("")},
		{7, 6, NW_STR("0000000000000000000000000000000000000000")},
	};
	struct rig *rig = *state;
	char user[64];

	memset(large, 'x', sizeof(large));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ask(rig, rows[i].n, rows[i].at, rows[i].other);
		assert_int_equal(nw_zap_receive(&rig->zap, rig->rights, 1), 0);
		assert_string_equal(answer(rig, user), "500");
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_known_key_is_let_in_by_its_text),
		T(an_unknown_key_is_not),
		T(who_is_barred_is_to_try_later),
		T(whoever_is_barred_from_the_live_socket_may_ask_for_replays),
		T(strangers_are_told_of_one_by_one_as_long_as_they_are_few),
		T(what_is_no_request_lets_nobody_in_and_is_answered_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
