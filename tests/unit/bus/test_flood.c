#include "rig.h"

#include <inttypes.h>

#include "rt/metrics.h"

#define PEERS 100
#define PREFIXES 10000
#define REPLAYS 256 /* the default of max-replays */
#define ROWS 300

static const char *const all[] = {"all/", NULL};

static void forget(struct rig *rig)
{
	nw_arena_free(rig->arena);
	rig->arena = nw_arena_new();
}

static void name_topic(char name[32], int i)
{
	(void)snprintf(name, 32, "t%d", i);
}

/* Subscribes peer p of n to every n-th of the topics; they are in force when a heartbeat comes. */
static void *subscribe_to_some(struct rig *rig, int p, int n)
{
	void *sub = peer(rig, ZMQ_SUB, rig->live);
	char prefix[64];

	for (int i = p; i < PREFIXES; i += n) {
		(void)snprintf(prefix, sizeof(prefix), "topic/t%d/", i);
		(void)zmq_setsockopt(sub, ZMQ_SUBSCRIBE, prefix, strlen(prefix));
	}
	(void)zmq_setsockopt(sub, ZMQ_SUBSCRIBE, "sys/", 4);
	(void)take_beat(rig, sub);
	return sub;
}

/* One message under each topic, some at a time, each to the one who asked for it. */
static void assert_each_arrives(struct rig *rig, void *const *subs, int n)
{
	enum { SOME = 1000 };

	for (int first = 0; first < PREFIXES; first += SOME) {
		char name[32], key[64];

		begin(rig);
		for (int i = first; i < first + SOME; i++) {
			name_topic(name, i);
			add(rig, name, NW_STR("text"));
		}
		commit(rig);
		for (int i = first; i < first + SOME; i++) {
			(void)snprintf(key, sizeof(key), "topic/t%d/", i);
			assert_str(take_item(rig, subs[i % n]).frames[0], key);
		}
		forget(rig);
	}
}

static void ten_thousand_subscriptions_of_one_are_each_honoured(void **state)
{
	struct rig *rig = *state;
	void *sub;

	start_bus(rig);
	sub = subscribe_to_some(rig, 0, 1);
	assert_each_arrives(rig, &sub, 1);
	hang_up(rig, sub);
}

static void ten_thousand_subscriptions_of_a_hundred_are_each_honoured(void **state)
{
	struct rig *rig = *state;
	void *subs[PEERS];

	start_bus(rig);
	for (int p = 0; p < PEERS; p++)
		subs[p] = subscribe_to_some(rig, p, PEERS);
	assert_each_arrives(rig, subs, PEERS);
	for (int p = 0; p < PEERS; p++)
		hang_up(rig, subs[p]);
}

/* Ten thousand from one peer alone, where there is room for a tenth: it is cut off, and counted, the others stay. */
static void a_flood_past_the_limit_is_refused_and_the_rest_goes_on(void **state)
{
	struct rig *rig = *state;
	const uint64_t refused = nw_counter_value(NW_C_SUBSCRIPTIONS_REFUSED);
	void *good[10], *greedy;
	char prefix[64];

	rig->options.max_subscriptions = PREFIXES / 10;
	start_bus(rig);
	for (int p = 0; p < 10; p++)
		good[p] = subscribe(rig, all);
	greedy = peer(rig, ZMQ_SUB, rig->live);
	for (int i = 0; i < PREFIXES; i++) {
		(void)snprintf(prefix, sizeof(prefix), "topic/t%d/", i);
		(void)zmq_setsockopt(greedy, ZMQ_SUBSCRIBE, prefix, strlen(prefix));
	}
	while (nw_counter_value(NW_C_SUBSCRIPTIONS_REFUSED) == refused)
		(void)take_beat(rig, good[0]);
	publish(rig, "libya");
	for (int p = 0; p < 10; p++)
		assert_str(take_item(rig, good[p]).frames[0], "all/");
	hang_up(rig, greedy);
	/* When it has gone there is room again. */
	hang_up(rig, subscribe(rig, (const char *const[]){"topic/libya/", NULL}));
	for (int p = 0; p < 10; p++)
		hang_up(rig, good[p]);
}

static void assert_row(struct rig *rig, void *dealer, int row)
{
	const struct got got = take_message(rig, dealer);
	char want[64];

	assert_int_equal(got.n, 4);
	(void)snprintf(want, sizeof(want), "NW1 item %d %d ", row, row - 1);
	assert_true(nw_str_starts(got.frames[1], nw_str(want)));
}

/* Each has had its first message before any gets its second; all end whole and in order, and one more is refused. */
static void as_many_replays_as_allowed_go_on_at_a_time(void **state)
{
	struct rig *rig = *state;
	void *dealers[REPLAYS], *late;

	rig->options.max_replays = REPLAYS;
	begin(rig);
	for (int i = 0; i < ROWS; i++)
		add(rig, NULL, NW_STR("text"));
	commit(rig);
	start_bus(rig);
	for (int i = 0; i < REPLAYS; i++) {
		dealers[i] = peer(rig, ZMQ_DEALER, rig->replay);
		ask(dealers[i], "from=1\nkeys=all/\ncredit=1");
	}
	for (int i = 0; i < REPLAYS; i++)
		assert_row(rig, dealers[i], 1);
	late = peer(rig, ZMQ_DEALER, rig->replay);
	ask(late, "from=1\nkeys=all/");
	assert_str(take_message(rig, late).frames[0], "ERR busy: too many replays");
	for (int i = 0; i < REPLAYS; i++)
		assert_int_equal(zmq_send(dealers[i], "MORE 1000", 9, 0), 9);
	for (int i = 0; i < REPLAYS; i++) {
		for (int row = 2; row <= ROWS; row++)
			assert_row(rig, dealers[i], row);
		assert_str(take_message(rig, dealers[i]).frames[0], "END 300 1");
		forget(rig);
	}
	ask(late, "from=300\nkeys=all/");
	assert_row(rig, late, ROWS);
	for (int i = 0; i < REPLAYS; i++)
		hang_up(rig, dealers[i]);
	hang_up(rig, late);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ten_thousand_subscriptions_of_one_are_each_honoured),
		TEST(ten_thousand_subscriptions_of_a_hundred_are_each_honoured),
		TEST(a_flood_past_the_limit_is_refused_and_the_rest_goes_on),
		TEST(as_many_replays_as_allowed_go_on_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
