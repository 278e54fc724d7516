/* The durable cursor against a daemon that is played here: what is asked, when, and what an answer comes to. */
#include "played.h"

/* Opens with a cursor and has what was asked first answered: nothing, up to this seq. */
static void open_at(struct rig *rig, int64_t seq)
{
	char line[64];

	open_client(rig, (struct nw_client_options){.cursor = "desk"});
	(void)await_request(rig);
	(void)snprintf(line, sizeof(line), "END %lld 1", (long long)seq);
	answer(rig, line);
	while (nw_client_seq(rig->client) < seq)
		assert_int_equal(
			nw_client_next(rig->client, 10, &rig->message, NULL), NW_E_TIMEOUT);
}

static void publish(struct rig *rig, int64_t seq)
{
	send_item(rig->xpub, "all/", seq, seq - 1);
	assert_next(rig, "all/", seq);
}

/* The line that must come to the router next, while the client looks for messages that are not there. */
static void await_line(struct rig *rig, const char *want)
{
	zmq_pollitem_t item = {rig->router, -1, ZMQ_POLLIN, 0};
	int n;

	for (int i = 0; !(item.revents & ZMQ_POLLIN); i++) {
		assert_true(i < PATIENCE_MS / 10);
		assert_int_equal(
			nw_client_next(rig->client, 10, &rig->message, NULL), NW_E_TIMEOUT);
		assert_true(zmq_poll(&item, 1, 0) >= 0);
	}
	n = zmq_recv(rig->router, rig->peer, sizeof(rig->peer), 0);
	assert_true(n > 0);
	rig->n_peer = (size_t)n;
	n = zmq_recv(rig->router, rig->request, sizeof(rig->request) - 1, 0);
	assert_true(n >= 0);
	rig->request[n] = '\0';
	assert_string_equal(rig->request, want);
}

static void assert_no_line(struct rig *rig)
{
	zmq_pollitem_t item = {rig->router, -1, ZMQ_POLLIN, 0};

	assert_int_equal(nw_client_next(rig->client, 50, &rig->message, NULL), NW_E_TIMEOUT);
	assert_int_equal(zmq_poll(&item, 1, 0), 0);
}

static void await_acked(struct rig *rig, int64_t seq)
{
	for (int i = 0; nw_client_acked(rig->client) != seq; i++) {
		assert_true(i < PATIENCE_MS / 10);
		assert_int_equal(
			nw_client_next(rig->client, 10, &rig->message, NULL), NW_E_TIMEOUT);
	}
}

static void ack(struct rig *rig)
{
	assert_int_equal(nw_client_ack(rig->client, &rig->error), NW_OK);
}

static void first_replay_names_the_cursor_beside_the_start(void **state)
{
	static const struct {
		struct nw_client_options options;
		const char *want;
	} rows[] = {
		{{.from = NW_FROM_NOW}, "cursor=desk\nfrom=9223372036854775806"},
		{{.from = NW_FROM_SEQ, .seq = 4}, "cursor=desk\nfrom=5"},
		{{.from = NW_FROM_LAST, .last = 3}, "cursor=desk\nlast=3"},
		{{.from = NW_FROM_SINCE, .since_s = 1579168800},
			"cursor=desk\nsince=2020-01-16T10:00:00Z"},
	};
	struct rig *rig = *state;
	char want[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nw_client_options options = rows[i].options;

		options.cursor = "desk";
		open_client(rig, options);
		(void)snprintf(want, sizeof(want), "%s\ncredit=1000\nkeys=all/", rows[i].want);
		assert_string_equal(await_request(rig), want);
		assert_int_equal(nw_client_seq(rig->client), -1);
		nw_client_close(rig->client);
		rig->client = NULL;
	}
}

static void later_replays_go_on_from_what_was_had(void **state)
{
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){.cursor = "desk"});
	(void)await_request(rig);
	answer_item(rig, "all/", 8, 7);
	answer(rig, "ERR busy: too many replays");
	assert_next(rig, "all/", 8);
	assert_string_equal(await_request(rig), "from=9\ncredit=1000\nkeys=all/");
}

static void ack_says_what_was_handed_over_and_its_answer_is_kept(void **state)
{
	struct rig *rig = *state;

	open_at(rig, 4);
	publish(rig, 5);
	assert_int_equal(nw_client_acked(rig->client), -1);
	ack(rig);
	await_line(rig, "ACK desk 5");
	assert_int_equal(nw_client_acked(rig->client), -1);
	answer(rig, "ACK desk 5");
	await_acked(rig, 5);
	ack(rig);
	assert_no_line(rig);
}

static void message_stays_valid_while_it_is_acked(void **state)
{
	struct rig *rig = *state;

	open_at(rig, 0);
	publish(rig, 1);
	ack(rig);
	assert_int_equal(nw_client_flush(rig->client, 0, NULL), NW_E_TIMEOUT);
	assert_true(nw_str_eq(rig->message.text, NW_STR("text\n")));
}

static void of_acks_under_one_another_the_last_counts(void **state)
{
	struct rig *rig = *state;

	open_at(rig, 0);
	for (int64_t seq = 1; seq <= 50; seq++) {
		publish(rig, seq);
		ack(rig);
	}
	await_line(rig, "ACK desk 1");
	assert_no_line(rig);
	answer(rig, "ACK desk 1");
	await_line(rig, "ACK desk 50");
	answer(rig, "ACK desk 50");
	await_acked(rig, 50);
	assert_no_line(rig);
}

static void ack_before_anything_is_known_asks_for_nothing(void **state)
{
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){.cursor = "desk"});
	(void)await_request(rig);
	ack(rig);
	assert_no_line(rig);
	assert_int_equal(nw_client_flush(rig->client, -1, NULL), NW_OK);
}

static void ack_does_not_pass_what_may_still_be_missing(void **state)
{
	static const char *const keys[] = {"all/", "topic/", NULL};
	struct rig *rig = *state;

	open_client(rig, (struct nw_client_options){.keys = keys, .cursor = "desk"});
	(void)await_request(rig);
	answer(rig, "END 1 1");
	assert_int_equal(nw_client_next(rig->client, 50, &rig->message, NULL), NW_E_TIMEOUT);
	publish(rig, 2);
	ack(rig);
	await_line(rig, "ACK desk 1");
	answer(rig, "ACK desk 1");
	/* What it tells is handed over: the cursor may follow. */
	beat(rig, 2, "\"all/\":2");
	while (nw_client_seq(rig->client) < 2)
		assert_int_equal(
			nw_client_next(rig->client, 10, &rig->message, NULL), NW_E_TIMEOUT);
	ack(rig);
	await_line(rig, "ACK desk 2");
}

static void refusal_is_told_once_and_the_next_ack_tries_again(void **state)
{
	struct rig *rig = *state;

	open_at(rig, 0);
	publish(rig, 1);
	ack(rig);
	await_line(rig, "ACK desk 1");
	answer(rig, "ERR ACK desk: there are 1000 cursors already");
	assert_int_equal(
		nw_client_next(rig->client, PATIENCE_MS, &rig->message, &rig->error), NW_E_SYSTEM);
	assert_string_equal(rig->error.text,
		"the daemon does not move cursor 'desk': there are 1000 cursors already");
	assert_no_line(rig);
	ack(rig);
	await_line(rig, "ACK desk 1");
	answer(rig, "ERR ACK desk: there are 1000 cursors already");
	assert_int_equal(nw_client_flush(rig->client, -1, &rig->error), NW_E_SYSTEM);
	assert_no_line(rig);
	publish(rig, 2);
	ack(rig);
	await_line(rig, "ACK desk 2");
	answer(rig, "ACK desk 2");
	await_acked(rig, 2);
}

static void daemon_that_knows_no_cursors_is_a_refusal(void **state)
{
	struct rig *rig = *state;

	open_at(rig, 1);
	ack(rig);
	await_line(rig, "ACK desk 1");
	answer(rig, "ERR unknown request");
	assert_int_equal(
		nw_client_next(rig->client, PATIENCE_MS, &rig->message, &rig->error), NW_E_SYSTEM);
	assert_string_equal(
		rig->error.text, "the daemon does not move cursor 'desk': unknown request");
}

static void busy_daemon_is_asked_again(void **state)
{
	struct rig *rig = *state;

	open_at(rig, 1);
	ack(rig);
	await_line(rig, "ACK desk 1");
	answer(rig, "ERR ACK desk: busy: the journal cannot be written");
	await_line(rig, "ACK desk 1");
	answer(rig, "ERR busy: whatever it is");
	await_line(rig, "ACK desk 1");
	answer(rig, "ACK desk 1");
	assert_int_equal(nw_client_flush(rig->client, PATIENCE_MS, &rig->error), NW_OK);
	assert_int_equal(nw_client_acked(rig->client), 1);
}

static void restart_router(struct rig *rig)
{
	const int patience = PATIENCE_MS, none = 0;

	assert_int_equal(zmq_close(rig->router), 0);
	rig->router = zmq_socket(rig->context, ZMQ_ROUTER);
	(void)zmq_setsockopt(rig->router, ZMQ_RCVTIMEO, &patience, sizeof(patience));
	(void)zmq_setsockopt(rig->router, ZMQ_LINGER, &none, sizeof(none));
	for (int i = 0; zmq_bind(rig->router, rig->replay); i++) {
		assert_true(i < PATIENCE_MS / 10);
		(void)usleep(10000);
	}
}

static void answer_that_is_lost_with_its_connection_is_asked_for_again(void **state)
{
	struct rig *rig = *state;

	open_at(rig, 1);
	ack(rig);
	await_line(rig, "ACK desk 1");
	restart_router(rig);
	await_line(rig, "ACK desk 1");
	answer(rig, "ACK desk 1");
	await_acked(rig, 1);
	/* Lost again, with nothing under way: the next goes the same way. */
	restart_router(rig);
	publish(rig, 2);
	ack(rig);
	await_line(rig, "ACK desk 2");
}

static void answers_that_are_none_are_passed_over(void **state)
{
	static const char *const bad[] = {"ACK desk x", "ACK other 1", "ACK desk 0"};
	struct rig *rig = *state;

	open_at(rig, 1);
	ack(rig);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		await_line(rig, "ACK desk 1");
		answer(rig, bad[i]);
	}
	await_line(rig, "ACK desk 1");
	answer(rig, "ACK desk 7"); /* somebody else has moved it further */
	await_acked(rig, 7);
}

static void journal_that_begins_anew_is_acked_anew(void **state)
{
	struct rig *rig = *state;

	open_at(rig, 1000);
	ack(rig);
	await_line(rig, "ACK desk 1000");
	answer(rig, "ACK desk 1000");
	await_acked(rig, 1000);
	beat(rig, 1, "\"all/\":1");
	assert_string_equal(await_request(rig), "from=1001\ncredit=1000\nkeys=all/");
	answer(rig, "END 1 1");
	assert_int_equal(
		nw_client_next(rig->client, PATIENCE_MS, &rig->message, &rig->error), NW_E_GONE);
	assert_int_equal(nw_client_acked(rig->client), -1);
	(void)await_request(rig);
	answer_item(rig, "all/", 1, 0);
	answer(rig, "END 1 1");
	assert_next(rig, "all/", 1);
	ack(rig);
	await_line(rig, "ACK desk 1");
}

static void cursors_that_cannot_be_are_refused(void **state)
{
	static const char *const bad[] = {"", "Desk", "a b", "../desk", "a\nfrom=1",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	struct rig *rig = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(nw_client_open(&(struct nw_client_options){.cursor = bad[i]},
					 &rig->client, &rig->error),
			NW_E_SYNTAX);
	open_client(rig, (struct nw_client_options){0});
	assert_int_equal(nw_client_ack(rig->client, &rig->error), NW_E_UNKNOWN);
	assert_int_equal(nw_client_flush(rig->client, -1, &rig->error), NW_OK);
	assert_int_equal(nw_client_acked(rig->client), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(first_replay_names_the_cursor_beside_the_start),
		TEST(later_replays_go_on_from_what_was_had),
		TEST(ack_says_what_was_handed_over_and_its_answer_is_kept),
		TEST(message_stays_valid_while_it_is_acked),
		TEST(of_acks_under_one_another_the_last_counts),
		TEST(ack_before_anything_is_known_asks_for_nothing),
		TEST(ack_does_not_pass_what_may_still_be_missing),
		TEST(refusal_is_told_once_and_the_next_ack_tries_again),
		TEST(daemon_that_knows_no_cursors_is_a_refusal),
		TEST(busy_daemon_is_asked_again),
		TEST(answer_that_is_lost_with_its_connection_is_asked_for_again),
		TEST(answers_that_are_none_are_passed_over),
		TEST(journal_that_begins_anew_is_acked_anew),
		TEST(cursors_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
