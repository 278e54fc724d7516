#include "rig.h"

#include <inttypes.h>

#include "rt/metrics.h"

static const char *const all[] = {"all/", NULL};
static const char *const libya[] = {"topic/libya/", NULL};
static const char *const everything[] = {"", NULL};

static void assert_message(const struct got *got, const char *key, int64_t seq, int64_t prev)
{
	char want[64];

	assert_str(got->frames[0], key);
	(void)snprintf(want, sizeof(want), "NW1 item %" PRId64 " %" PRId64 " ", seq, prev);
	if (!nw_str_starts(got->frames[1], nw_str(want)))
		fail_msg("'%.*s' does not begin '%s'", NW_ARG(got->frames[1]), want);
}

static void article_goes_out_under_all_and_under_its_tag(void **state)
{
	struct rig *rig = *state;
	struct got got;
	void *sub;

	start_bus(rig);
	sub = subscribe(rig, everything);
	publish(rig, "libya");
	got = take_item(rig, sub);
	assert_message(&got, "all/", 1, 0);
	assert_str(
		got.frames[2], "{\"_newswire\":{\"seq\":1},\"title\":\"On \xc3\xa9quit\xc3\xa9\"}");
	assert_str(got.frames[3], " date 2023-11-14 On \xc3\xa9quit\xc3\xa9\n\nA paragraph.\n");
	got = take_item(rig, sub);
	assert_message(&got, "topic/libya/", 1, 0);
	hang_up(rig, sub);
}

static void prev_is_the_one_before_under_the_same_key(void **state)
{
	struct rig *rig = *state;
	struct got got;
	void *sub;

	start_bus(rig);
	sub = subscribe(rig, libya);
	publish(rig, "libya");
	publish(rig, "ceasefire");
	publish(rig, NULL);
	publish(rig, "libya");
	got = take_item(rig, sub);
	assert_message(&got, "topic/libya/", 1, 0);
	got = take_item(rig, sub);
	assert_message(&got, "topic/libya/", 4, 1);
	hang_up(rig, sub);
}

static void subscription_ends_at_the_slash(void **state)
{
	struct rig *rig = *state;
	struct got got;
	void *sub;

	start_bus(rig);
	sub = subscribe(rig, libya);
	publish(rig, "libya-oil");
	publish(rig, "libya/haftar");
	got = take_item(rig, sub);
	assert_message(&got, "topic/libya/haftar/", 2, 0);
	hang_up(rig, sub);
}

static void heartbeat_tells_the_last_seq_of_every_key(void **state)
{
	struct rig *rig = *state;
	struct got got;
	void *sub;

	publish(rig, "libya");
	publish(rig, "ceasefire");
	start_bus(rig);
	sub = peer(rig, ZMQ_SUB, rig->live);
	(void)zmq_setsockopt(sub, ZMQ_SUBSCRIBE, "sys/", 4);
	got = take_beat(rig, sub);
	assert_true(nw_str_starts(got.frames[1], NW_STR("NW1 heartbeat 2 0 ")));
	assert_true(nw_str_ends(got.frames[1], NW_STR(" - v1")));
	assert_str(got.frames[2],
		"{\"last\":{\"all/\":2,\"topic/ceasefire/\":2,\"topic/libya/\":1},\"oldest\":1}");
	hang_up(rig, sub);
}

static void everyone_who_subscribes_gets_a_heartbeat_at_once(void **state)
{
	struct rig *rig = *state;
	void *subs[5];

	/* No heartbeat comes by itself within the patience of this test. */
	rig->options.heartbeat_ms = (int64_t)10 * PATIENCE_MS;
	start_bus(rig);
	for (size_t i = 0; i < 5; i++)
		subs[i] = subscribe(rig, all);
	for (size_t i = 0; i < 5; i++)
		hang_up(rig, subs[i]);
}

static void heartbeats_go_on_by_themselves(void **state)
{
	struct rig *rig = *state;
	struct got got;
	void *sub;

	rig->options.heartbeat_ms = 20;
	start_bus(rig);
	sub = subscribe(rig, all);
	for (int i = 0; i < 5; i++)
		got = take_beat(rig, sub);
	assert_str(got.frames[2], "{\"last\":{},\"oldest\":0}");
	hang_up(rig, sub);
}

/* What was committed and not published is not sent late, but nobody can miss it. */
static void kill_between_commit_and_publish_is_seen_by_heartbeat_and_prev(void **state)
{
	struct rig *rig = *state;
	struct got got;
	void *sub;

	start_bus(rig);
	publish(rig, NULL);
	stop_bus(rig);
	publish(rig, NULL);
	start_bus(rig);
	sub = peer(rig, ZMQ_SUB, rig->live);
	(void)zmq_setsockopt(sub, ZMQ_SUBSCRIBE, "", 0);
	got = take_beat(rig, sub);
	assert_str(got.frames[2], "{\"last\":{\"all/\":2},\"oldest\":1}");
	publish(rig, NULL);
	got = take_item(rig, sub);
	assert_message(&got, "all/", 3, 2);
	hang_up(rig, sub);
}

static void what_is_committed_is_published_before_the_stop(void **state)
{
	struct rig *rig = *state;
	struct got got;
	void *sub;

	start_bus(rig);
	sub = subscribe(rig, all);
	begin(rig);
	for (int i = 0; i < 1000; i++)
		add(rig, NULL, NW_STR("text"));
	commit(rig);
	stop_bus(rig);
	for (int i = 1; i <= 1000; i++) {
		got = take_item(rig, sub);
		assert_message(&got, "all/", i, i - 1);
	}
	hang_up(rig, sub);
}

static void who_asks_for_too_much_is_cut_off_and_others_are_not(void **state)
{
	struct rig *rig = *state;
	const int64_t refused = (int64_t)nw_counter_value(NW_C_SUBSCRIPTIONS_REFUSED);
	char prefix[64];
	struct got got;
	void *good, *greedy;

	rig->options.max_subscriptions = 100;
	start_bus(rig);
	good = subscribe(rig, all);
	greedy = peer(rig, ZMQ_SUB, rig->live);
	for (int i = 0; i < 200; i++) {
		(void)snprintf(prefix, sizeof(prefix), "topic/t%d/", i);
		(void)zmq_setsockopt(greedy, ZMQ_SUBSCRIBE, prefix, strlen(prefix));
	}
	while ((int64_t)nw_counter_value(NW_C_SUBSCRIPTIONS_REFUSED) == refused)
		(void)take_beat(rig, good);
	hang_up(rig, greedy);
	publish(rig, "libya");
	got = take_item(rig, good);
	assert_message(&got, "all/", 1, 0);
	/* And when the greedy one has gone there is room again. */
	hang_up(rig, subscribe(rig, libya));
	hang_up(rig, good);
}

static void what_is_longer_than_any_key_is_cut_off(void **state)
{
	struct rig *rig = *state;
	const uint64_t refused = nw_counter_value(NW_C_SUBSCRIPTIONS_REFUSED);
	char prefix[256];
	void *good, *odd;

	memset(prefix, 'a', sizeof(prefix));
	rig->live_list[0] = "tcp://127.0.0.1:*";
	start_bus(rig);
	(void)snprintf(rig->live, sizeof(rig->live), "%s", nw_bus_live(rig->bus, 0));
	good = subscribe(rig, all);
	odd = peer(rig, ZMQ_SUB, rig->live);
	(void)zmq_setsockopt(odd, ZMQ_SUBSCRIBE, "sys/", 4);
	(void)take_beat(rig, odd);
	(void)zmq_setsockopt(odd, ZMQ_SUBSCRIBE, prefix, sizeof(prefix));
	/* It connects again, asks again, and is cut off again. */
	while (nw_counter_value(NW_C_SUBSCRIPTIONS_REFUSED) < refused + 2)
		(void)take_beat(rig, odd);
	hang_up(rig, odd);
	publish(rig, NULL);
	(void)take_item(rig, good);
	hang_up(rig, good);
}

/* A subscriber that never reads costs the others nothing; what it lost is counted. */
static void stalled_subscriber_harms_nobody(void **state)
{
	enum { ROUNDS = 30, ROUND = 1000, SIZE = 4096 };
	struct rig *rig = *state;
	const uint64_t dropped = nw_counter_value(NW_C_DROPPED);
	static char body[SIZE];
	const int small = 4096, few = 1;
	struct got got;
	void *good, *stalled;

	memset(body, 'x', sizeof(body));
	start_bus(rig);
	stalled = unconnected(rig, ZMQ_SUB);
	(void)zmq_setsockopt(stalled, ZMQ_RCVHWM, &few, sizeof(few));
	(void)zmq_setsockopt(stalled, ZMQ_RCVBUF, &small, sizeof(small));
	(void)zmq_setsockopt(stalled, ZMQ_SUBSCRIBE, "all/", 4);
	assert_int_equal(zmq_connect(stalled, rig->live), 0);
	good = subscribe(rig, all);
	for (int64_t seq = 1; seq <= (int64_t)ROUNDS * ROUND; seq++) {
		if (seq % ROUND == 1) {
			begin(rig);
			for (int i = 0; i < ROUND; i++)
				add(rig, NULL, (struct nw_str){body, SIZE});
			commit(rig);
		}
		got = take_item(rig, good);
		assert_message(&got, "all/", seq, seq - 1);
		nw_arena_free(rig->arena);
		rig->arena = nw_arena_new();
	}
	assert_true(nw_counter_value(NW_C_DROPPED) > dropped);
	hang_up(rig, stalled);
	hang_up(rig, good);
}

static void messages_that_are_no_subscriptions_change_nothing(void **state)
{
	struct rig *rig = *state;
	struct got got;
	void *sub, *odd;

	start_bus(rig);
	odd = peer(rig, ZMQ_XSUB, rig->live);
	assert_int_equal(zmq_send(odd, "junk", 4, ZMQ_SNDMORE), 4);
	assert_int_equal(zmq_send(odd, "", 0, 0), 0);
	assert_int_equal(zmq_send(odd, "\1sys/", 5, 0), 5);
	(void)take_beat(rig, odd);
	sub = subscribe(rig, libya);
	publish(rig, "libya");
	got = take_item(rig, sub);
	assert_message(&got, "topic/libya/", 1, 0);
	hang_up(rig, odd);
	hang_up(rig, sub);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(article_goes_out_under_all_and_under_its_tag),
		TEST(prev_is_the_one_before_under_the_same_key),
		TEST(subscription_ends_at_the_slash),
		TEST(heartbeat_tells_the_last_seq_of_every_key),
		TEST(everyone_who_subscribes_gets_a_heartbeat_at_once),
		TEST(heartbeats_go_on_by_themselves),
		TEST(kill_between_commit_and_publish_is_seen_by_heartbeat_and_prev),
		TEST(what_is_committed_is_published_before_the_stop),
		TEST(who_asks_for_too_much_is_cut_off_and_others_are_not),
		TEST(what_is_longer_than_any_key_is_cut_off),
		TEST(stalled_subscriber_harms_nobody),
		TEST(messages_that_are_no_subscriptions_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
