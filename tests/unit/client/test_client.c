/* The client against a daemon that is played here, so that it can lose and refuse what it likes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <zmq.h>

#include "base/str.h"
#include <newswire/client.h>

#define PATIENCE_MS 60000

struct rig {
	char dir[64], live[96], replay[96];
	void *context, *xpub, *router;
	struct nw_client *client;
	char peer[256];
	size_t n_peer;
	char request[16384];
	struct nw_message message;
	struct nw_error error;
};

static int set_up(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	const int yes = 1, patience = PATIENCE_MS, none = 0;

	assert_non_null(rig);
	(void)snprintf(rig->dir, sizeof(rig->dir), "/tmp/nw-client-XXXXXX");
	assert_non_null(mkdtemp(rig->dir));
	(void)snprintf(rig->live, sizeof(rig->live), "ipc://%s/live", rig->dir);
	(void)snprintf(rig->replay, sizeof(rig->replay), "ipc://%s/replay", rig->dir);
	rig->context = zmq_ctx_new();
	rig->xpub = zmq_socket(rig->context, ZMQ_XPUB);
	rig->router = zmq_socket(rig->context, ZMQ_ROUTER);
	(void)zmq_setsockopt(rig->xpub, ZMQ_XPUB_VERBOSE, &yes, sizeof(yes));
	(void)zmq_setsockopt(rig->xpub, ZMQ_RCVTIMEO, &patience, sizeof(patience));
	(void)zmq_setsockopt(rig->router, ZMQ_RCVTIMEO, &patience, sizeof(patience));
	(void)zmq_setsockopt(rig->xpub, ZMQ_LINGER, &none, sizeof(none));
	(void)zmq_setsockopt(rig->router, ZMQ_LINGER, &none, sizeof(none));
	assert_int_equal(zmq_bind(rig->xpub, rig->live), 0);
	assert_int_equal(zmq_bind(rig->router, rig->replay), 0);
	*state = rig;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;

	nw_client_close(rig->client);
	(void)zmq_close(rig->xpub);
	(void)zmq_close(rig->router);
	(void)zmq_ctx_term(rig->context);
	(void)unlink(rig->live + 6);
	(void)unlink(rig->replay + 6);
	(void)rmdir(rig->dir);
	free(rig);
	return 0;
}

/* Opens the client and waits until its subscriptions, the heartbeat's last, are here. */
static void open_client(struct rig *rig, struct nw_client_options options)
{
	char frame[256];
	int n;

	options.live = rig->live;
	options.replay = rig->replay;
	if (nw_client_open(&options, &rig->client, &rig->error))
		fail_msg("%s", rig->error.text);
	do {
		n = zmq_recv(rig->xpub, frame, sizeof(frame), 0);
		assert_true(n > 0);
	} while (n != 14 || memcmp(frame, "\1sys/heartbeat", 14) != 0);
}

static void send_text(void *socket, const char *text, int flags)
{
	assert_true(zmq_send(socket, text, strlen(text), flags) >= 0);
}

static void send_item(void *socket, const char *key, int64_t seq, int64_t prev)
{
	char header[128], json[64];

	(void)snprintf(header, sizeof(header), "NW1 item %lld %lld 1700000000000 %032llx v1",
		(long long)seq, (long long)prev, (long long)seq);
	(void)snprintf(json, sizeof(json), "{\"_newswire\":{\"seq\":%lld}}", (long long)seq);
	send_text(socket, key, ZMQ_SNDMORE);
	send_text(socket, header, ZMQ_SNDMORE);
	send_text(socket, json, ZMQ_SNDMORE);
	send_text(socket, "text\n", 0);
}

static void beat(struct rig *rig, int64_t seq, const char *last)
{
	char header[128], json[256];

	(void)snprintf(
		header, sizeof(header), "NW1 heartbeat %lld 0 1700000000000 - v1", (long long)seq);
	(void)snprintf(json, sizeof(json), "{\"last\":{%s},\"oldest\":1}", last);
	send_text(rig->xpub, "sys/heartbeat", ZMQ_SNDMORE);
	send_text(rig->xpub, header, ZMQ_SNDMORE);
	send_text(rig->xpub, json, 0);
}

/* A request of the client, which makes it while it is asked for its next message. */
static const char *await_request(struct rig *rig)
{
	zmq_pollitem_t item = {rig->router, -1, ZMQ_POLLIN, 0};
	char magic[32];
	int n;

	for (int i = 0; !(item.revents & ZMQ_POLLIN); i++) {
		assert_true(i < PATIENCE_MS / 10);
		assert_int_equal(
			nw_client_next(rig->client, 10, &rig->message, &rig->error), NW_E_TIMEOUT);
		assert_true(zmq_poll(&item, 1, 0) >= 0);
	}
	n = zmq_recv(rig->router, rig->peer, sizeof(rig->peer), 0);
	assert_true(n > 0);
	rig->n_peer = (size_t)n;
	assert_int_equal(zmq_recv(rig->router, magic, sizeof(magic), 0), 9);
	assert_memory_equal(magic, "NWREPLAY1", 9);
	n = zmq_recv(rig->router, rig->request, sizeof(rig->request) - 1, 0);
	assert_true(n >= 0 && (size_t)n < sizeof(rig->request));
	rig->request[n] = '\0';
	return rig->request;
}

static void answer(struct rig *rig, const char *line)
{
	assert_true(zmq_send(rig->router, rig->peer, rig->n_peer, ZMQ_SNDMORE) > 0);
	send_text(rig->router, line, 0);
}

static void answer_item(struct rig *rig, const char *key, int64_t seq, int64_t prev)
{
	assert_true(zmq_send(rig->router, rig->peer, rig->n_peer, ZMQ_SNDMORE) > 0);
	send_item(rig->router, key, seq, prev);
}

static void assert_next(struct rig *rig, const char *key, int64_t seq)
{
	const enum nw_err err =
		nw_client_next(rig->client, PATIENCE_MS, &rig->message, &rig->error);

	if (err)
		fail_msg("%s", rig->error.text);
	if (!nw_str_eq(rig->message.key, nw_str(key)) || rig->message.seq != seq)
		fail_msg("got %.*s %lld, want %s %lld", NW_ARG(rig->message.key),
			(long long)rig->message.seq, key, (long long)seq);
}

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
