/* The client against a daemon that is played here, so that it can lose and refuse what it likes. */
#include "played.h"

static void live_message_is_handed_over_whole(void **state)
{
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){0});
	assert_int_equal(nw_client_seq(rig->client), -1);
	beat(rig, 41, "\"all/\":41");
	send_item(rig->xpub, "all/", 42, 41);
	assert_next(rig, "all/", 42);
	assert_int_equal(rig->message.kind, NW_KIND_ITEM);
	assert_int_equal(rig->message.prev, 41);
	assert_int_equal(rig->message.unix_ms, 1700000000000);
	assert_int_equal(rig->message.version, 1);
	assert_int_equal(rig->message.id.n, 32);
	assert_true(nw_str_eq(rig->message.json, NW_STR("{\"_newswire\":{\"seq\":42}}")));
	assert_true(nw_str_eq(rig->message.text, NW_STR("text\n")));
	assert_false(rig->message.replayed);
	assert_int_equal(nw_client_seq(rig->client), 42);
}

static void beginning_is_replayed_and_then_live_goes_on(void **state)
{
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){.from = NW_FROM_SEQ, .seq = 4});
	send_item(rig->xpub, "all/", 6, 5);
	send_item(rig->xpub, "all/", 7, 6);
	assert_string_equal(await_request(rig), "from=5\ncredit=1000\nkeys=all/");
	answer_item(rig, "all/", 5, 4);
	answer_item(rig, "all/", 6, 5);
	answer(rig, "END 6 1");
	assert_next(rig, "all/", 5);
	assert_true(rig->message.replayed);
	assert_next(rig, "all/", 6);
	assert_next(rig, "all/", 7);
	assert_false(rig->message.replayed);
	assert_int_equal(nw_client_seq(rig->client), 7);
}

static void gap_is_filled_before_what_comes_after_it(void **state)
{
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){0});
	send_item(rig->xpub, "all/", 1, 0);
	send_item(rig->xpub, "all/", 4, 3);
	send_item(rig->xpub, "all/", 5, 4);
	assert_next(rig, "all/", 1);
	assert_string_equal(await_request(rig), "from=2\ncredit=1000\nkeys=all/");
	for (int64_t seq = 2; seq <= 4; seq++)
		answer_item(rig, "all/", seq, seq - 1);
	answer(rig, "END 4 1");
	for (int64_t seq = 2; seq <= 5; seq++)
		assert_next(rig, "all/", seq);
}

static void loss_under_one_key_is_not_hidden_by_another(void **state)
{
	static const char *const keys[] = {"all/", "topic/", NULL};
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){.keys = keys});
	beat(rig, 0, "");
	send_item(rig->xpub, "all/", 1, 0);
	send_item(rig->xpub, "all/", 2, 1);
	send_item(rig->xpub, "topic/libya/", 2, 1);
	assert_next(rig, "all/", 1);
	assert_next(rig, "all/", 2);
	assert_string_equal(await_request(rig), "from=1\ncredit=1000\nkeys=all/,topic/");
	answer_item(rig, "all/", 1, 0);
	answer_item(rig, "topic/libya/", 1, 0);
	answer_item(rig, "all/", 2, 1);
	answer_item(rig, "topic/libya/", 2, 1);
	answer(rig, "END 2 1");
	assert_next(rig, "topic/libya/", 1);
	assert_next(rig, "topic/libya/", 2);
	assert_int_equal(nw_client_next(rig->client, 10, &rig->message, NULL), NW_E_TIMEOUT);
	assert_int_equal(nw_client_seq(rig->client), 2);
}

static void lost_tail_is_seen_by_the_heartbeat(void **state)
{
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){0});
	send_item(rig->xpub, "all/", 1, 0);
	beat(rig, 3, "\"all/\":3,\"topic/libya/\":3");
	assert_next(rig, "all/", 1);
	assert_false(nw_client_caught_up(rig->client));
	assert_string_equal(await_request(rig), "from=2\ncredit=1000\nkeys=all/");
	answer_item(rig, "all/", 2, 1);
	answer_item(rig, "all/", 3, 2);
	answer(rig, "END 3 1");
	assert_next(rig, "all/", 2);
	assert_next(rig, "all/", 3);
	assert_int_equal(nw_client_next(rig->client, 10, &rig->message, NULL), NW_E_TIMEOUT);
	assert_true(nw_client_caught_up(rig->client));
}

static void heartbeat_of_other_keys_asks_for_nothing(void **state)
{
	static const char *const keys[] = {"topic/libya/", NULL};
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){.keys = keys});
	beat(rig, 7, "\"all/\":7,\"topic/libya/\":5");
	beat(rig, 9, "\"all/\":9,\"topic/libya/\":5");
	send_item(rig->xpub, "topic/libya/", 10, 5);
	assert_next(rig, "topic/libya/", 10);
	/* Only a heartbeat tells that nothing came under another key of this prefix. */
	assert_int_equal(nw_client_seq(rig->client), 9);
	beat(rig, 12, "\"all/\":12,\"topic/libya/\":10");
	assert_int_equal(nw_client_next(rig->client, 0, &rig->message, NULL), NW_E_TIMEOUT);
	while (nw_client_seq(rig->client) < 12)
		assert_int_equal(
			nw_client_next(rig->client, 10, &rig->message, NULL), NW_E_TIMEOUT);
}

static void replay_that_breaks_off_is_resumed(void **state)
{
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){.from = NW_FROM_SEQ, .seq = 0});
	(void)await_request(rig);
	answer_item(rig, "all/", 1, 0);
	answer_item(rig, "all/", 2, 1);
	answer(rig, "ERR busy: too many replays");
	assert_next(rig, "all/", 1);
	assert_next(rig, "all/", 2);
	assert_string_equal(await_request(rig), "from=3\ncredit=1000\nkeys=all/");
	answer_item(rig, "all/", 3, 2);
	answer(rig, "END 3 1");
	assert_next(rig, "all/", 3);
}

static void refusal_is_told_with_its_reason(void **state)
{
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){.from = NW_FROM_LAST, .last = 3});
	assert_string_equal(await_request(rig), "last=3\ncredit=1000\nkeys=all/");
	answer(rig, "ERR not today");
	assert_int_equal(
		nw_client_next(rig->client, PATIENCE_MS, &rig->message, &rig->error), NW_E_SYSTEM);
	assert_string_equal(rig->error.text, "the daemon refused to replay: not today");
	(void)await_request(rig);
}

static void what_is_gone_is_told_once(void **state)
{
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){.from = NW_FROM_SINCE, .since_s = 1579168800});
	assert_string_equal(
		await_request(rig), "since=2020-01-16T10:00:00Z\ncredit=1000\nkeys=all/");
	answer(rig, "GONE 100");
	assert_int_equal(
		nw_client_next(rig->client, PATIENCE_MS, &rig->message, &rig->error), NW_E_GONE);
	assert_int_equal(rig->message.seq, 100);
	answer_item(rig, "all/", 100, 99);
	answer(rig, "END 100 100");
	assert_next(rig, "all/", 100);
}

static void journal_that_begins_anew_is_told_and_read_from_its_start(void **state)
{
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){.from = NW_FROM_SEQ, .seq = 1000});
	assert_string_equal(await_request(rig), "from=1001\ncredit=1000\nkeys=all/");
	answer(rig, "END 2 1");
	assert_int_equal(
		nw_client_next(rig->client, PATIENCE_MS, &rig->message, &rig->error), NW_E_GONE);
	assert_int_equal(rig->message.seq, 1);
	assert_string_equal(await_request(rig), "from=1\ncredit=1000\nkeys=all/");
	answer_item(rig, "all/", 1, 0);
	answer_item(rig, "all/", 2, 1);
	answer(rig, "END 2 1");
	assert_next(rig, "all/", 1);
	assert_next(rig, "all/", 2);
}

static void credit_is_renewed_before_it_is_used_up(void **state)
{
	struct rig *rig = *state;
	char frame[64];
	int n;

	open_client(rig, (struct nw_client_options){.from = NW_FROM_SEQ, .seq = 0});
	(void)await_request(rig);
	for (int64_t seq = 1; seq <= 500; seq++)
		answer_item(rig, "all/", seq, seq - 1);
	for (int64_t seq = 1; seq <= 500; seq++)
		assert_next(rig, "all/", seq);
	assert_true(zmq_recv(rig->router, frame, sizeof(frame), 0) > 0);
	n = zmq_recv(rig->router, frame, sizeof(frame), 0);
	assert_int_equal(n, 8);
	assert_memory_equal(frame, "MORE 500", 8);
}

static void what_is_not_understood_is_passed_over(void **state)
{
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){0});
	send_item(rig->xpub, "all/", 1, 0);
	send_text(rig->xpub, "all/", 0);
	send_text(rig->xpub, "all/", ZMQ_SNDMORE);
	send_text(rig->xpub, "NW1 rumour 2 1 1 a v1", 0);
	for (int i = 0; i < 20; i++)
		send_text(rig->xpub, "all/", i < 19 ? ZMQ_SNDMORE : 0);
	/* It counts as had: that it is missed would be a reason to ask for a replay. */
	send_item(rig->xpub, "all/", 3, 2);
	assert_next(rig, "all/", 1);
	assert_next(rig, "all/", 3);
}

static void repeated_message_is_handed_over_once(void **state)
{
	static const char *const keys[] = {"", NULL};
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){.keys = keys});
	for (int i = 0; i < 2; i++) {
		send_item(rig->xpub, "all/", 1, 0);
		send_item(rig->xpub, "topic/libya/", 1, 0);
	}
	send_item(rig->xpub, "all/", 2, 1);
	assert_next(rig, "all/", 1);
	assert_next(rig, "topic/libya/", 1);
	assert_next(rig, "all/", 2);
}

static void bad_options_are_refused(void **state)
{
	static const char *const bad_key[] = {"Topic/", NULL}, *const no_key[] = {NULL};
	static const struct nw_client_options rows[] = {
		{.keys = bad_key},
		{.keys = no_key},
		{.live = "nowhere"},
		{.replay = "tcp://"},
		{.from = NW_FROM_SEQ, .seq = -1},
		{.from = NW_FROM_LAST, .last = 0},
	};
	const char *many[66] = {NULL};
	struct rig *rig = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rig->error.text[0] = '\0';
		assert_int_equal(nw_client_open(&rows[i], &rig->client, &rig->error), NW_E_SYNTAX);
		assert_null(rig->client);
		assert_true(rig->error.text[0]);
	}
	for (size_t i = 0; i < 65; i++)
		many[i] = "a/";
	assert_int_equal(
		nw_client_open(&(struct nw_client_options){.keys = many}, &rig->client, NULL),
		NW_E_LIMIT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(live_message_is_handed_over_whole),
		TEST(beginning_is_replayed_and_then_live_goes_on),
		TEST(gap_is_filled_before_what_comes_after_it),
		TEST(loss_under_one_key_is_not_hidden_by_another),
		TEST(lost_tail_is_seen_by_the_heartbeat),
		TEST(heartbeat_of_other_keys_asks_for_nothing),
		TEST(replay_that_breaks_off_is_resumed),
		TEST(refusal_is_told_with_its_reason),
		TEST(what_is_gone_is_told_once),
		TEST(journal_that_begins_anew_is_told_and_read_from_its_start),
		TEST(credit_is_renewed_before_it_is_used_up),
		TEST(what_is_not_understood_is_passed_over),
		TEST(repeated_message_is_handed_over_once),
		TEST(bad_options_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
