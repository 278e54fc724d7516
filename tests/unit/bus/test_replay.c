#include "rig.h"

#include <inttypes.h>

#include "store/trim.h"

/* Articles 1-9: odd ones under topic/libya/ too, 6 under topic/libya-oil/. */
static int set_up_nine(void **state)
{
	struct rig *rig;

	set_up(state);
	rig = *state;
	for (int i = 1; i <= 9; i++)
		publish(rig, i % 2 ? "libya" : i == 6 ? "libya-oil" : NULL);
	start_bus(rig);
	return 0;
}

/* Takes messages up to the single frame that ends them, as "key seq " each, into text. */
static const char *take_all(struct rig *rig, void *dealer, char *text, size_t size)
{
	struct got got = take_message(rig, dealer);
	size_t n = 0;

	text[0] = '\0';
	for (; got.n == 4; got = take_message(rig, dealer)) {
		struct nw_str rest = got.frames[1], word;

		for (int i = 0; i < 3; i++)
			assert_true(nw_str_cut(&rest, ' ', &word));
		n += (size_t)snprintf(
			text + n, size - n, "%.*s%.*s ", NW_ARG(got.frames[0]), NW_ARG(word));
		assert_true(n < size);
	}
	assert_int_equal(got.n, 1);
	(void)snprintf(text + n, size - n, "%.*s", NW_ARG(got.frames[0]));
	return text;
}

static void replay_gives_what_was_asked_for_in_order(void **state)
{
	static const struct {
		const char *lines, *want;
	} rows[] = {
		{"from=8\nkeys=all/", "all/8 all/9 END 9 1"},
		{"from=7\nkeys=all/\ncredit=1000000000", "all/7 all/8 all/9 END 9 1"},
		{"from=8", "all/8 all/9 topic/libya/9 END 9 1"},
		{"from=0\nkeys=topic/libya/",
			"topic/libya/1 topic/libya/3 topic/libya/5 topic/libya/7 topic/libya/9 END 9 1"},
		{"from=5\nkeys=topic/",
			"topic/libya/5 topic/libya-oil/6 topic/libya/7 topic/libya/9 END 9 1"},
		{"from=9\nkeys=topic/libya/,all/", "all/9 topic/libya/9 END 9 1"},
		{"from=10", "END 9 1"},
		{"from=1000", "END 9 1"},
		{"from=1\nkeys=story/", "END 9 1"},
		{"last=2\nkeys=topic/libya/", "topic/libya/7 topic/libya/9 END 9 1"},
		{"last=2\nkeys=all/\nbody=none", "all/8 all/9 END 9 1"},
		{"last=50\nkeys=topic/libya-oil/", "topic/libya-oil/6 END 9 1"},
		{"since=2001-01-01T00:00:00Z\nkeys=topic/libya-oil/", "topic/libya-oil/6 END 9 1"},
		{"since=2101-01-01T00:00:00Z", "END 9 1"},
	};
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);
	char text[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ask(dealer, rows[i].lines);
		assert_string_equal(take_all(rig, dealer, text, sizeof(text)), rows[i].want);
	}
	hang_up(rig, dealer);
}

static void replayed_message_equals_the_live_one(void **state)
{
	static const char *const everything[] = {"", NULL};
	struct rig *rig = *state;
	void *sub = subscribe(rig, everything), *dealer = peer(rig, ZMQ_DEALER, rig->replay);
	struct got live, again;

	publish(rig, "libya");
	ask(dealer, "from=10");
	for (int i = 0; i < 2; i++) {
		live = take_item(rig, sub);
		again = take_message(rig, dealer);
		assert_int_equal(again.n, 4);
		for (size_t k = 0; k < 4; k++)
			assert_true(nw_str_eq(live.frames[k], again.frames[k]));
	}
	hang_up(rig, sub);
	hang_up(rig, dealer);
}

static void text_is_left_out_when_it_is_not_wanted(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);
	struct got got;

	ask(dealer, "from=9\nkeys=all/\nbody=none");
	got = take_message(rig, dealer);
	assert_int_equal(got.n, 4);
	assert_true(got.frames[2].n > 0);
	assert_int_equal(got.frames[3].n, 0);
	hang_up(rig, dealer);
}

static void no_more_is_sent_than_credit_was_given_for(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay),
	     *other = peer(rig, ZMQ_DEALER, rig->replay);
	char text[128];

	ask(dealer, "from=1\ncredit=2");
	assert_str(take_message(rig, dealer).frames[0], "all/");
	assert_str(take_message(rig, dealer).frames[0], "topic/libya/");
	/* Another's whole replay is answered meanwhile, so that the silence means something. */
	ask(other, "from=9\nkeys=all/");
	assert_string_equal(take_all(rig, other, text, sizeof(text)), "all/9 END 9 1");
	assert_int_equal(zmq_recv(dealer, text, sizeof(text), ZMQ_DONTWAIT), -1);
	assert_int_equal(zmq_send(dealer, "MORE 1", 6, 0), 6);
	assert_str(take_message(rig, dealer).frames[0], "all/");
	ask(other, "from=9\nkeys=all/");
	assert_string_equal(take_all(rig, other, text, sizeof(text)), "all/9 END 9 1");
	assert_int_equal(zmq_recv(dealer, text, sizeof(text), ZMQ_DONTWAIT), -1);
	hang_up(rig, dealer);
	hang_up(rig, other);
}

static void trim_by(struct rig *rig, const struct nw_trim *rules)
{
	struct nw_trimmed trimmed = {.more = true};

	while (trimmed.more) {
		begin(rig);
		assert_int_equal(nw_journal_trim(rig->journal, rules, &trimmed, NULL), NW_OK);
		commit(rig);
	}
}

/* All that is there. */
static void trim_all(struct rig *rig)
{
	const struct nw_trim rules = {.now_s = 5000000000, .keeps.keep_s = 1, .remember = 1000};

	trim_by(rig, &rules);
}

static void what_was_trimmed_is_told_to_be_gone(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);
	char text[512];

	trim_all(rig);
	ask(dealer, "from=1\nkeys=topic/libya/");
	assert_str(take_message(rig, dealer).frames[0], "GONE 10");
	assert_string_equal(take_all(rig, dealer, text, sizeof(text)), "END 9 10");
	publish(rig, "libya");
	ask(dealer, "from=10\nkeys=all/");
	assert_string_equal(take_all(rig, dealer, text, sizeof(text)), "all/10 END 10 10");
	ask(dealer, "last=5\nkeys=all/");
	assert_string_equal(take_all(rig, dealer, text, sizeof(text)), "all/10 END 10 10");
	hang_up(rig, dealer);
}

/* Libya is kept longer than what lies around it: nobody is told of a loss that is none. */
static void what_was_trimmed_around_it_is_told_to_those_who_ask_for_it(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);
	struct nw_trim rules = {.now_s = 5000000000, .keeps.keep_s = 1, .remember = 1000};
	char text[512];

	nw_keeps_add(&rules.keeps, NW_STR("libya"), 0);
	trim_by(rig, &rules);
	publish(rig, NULL);
	ask(dealer, "from=1\nkeys=topic/libya/");
	assert_string_equal(take_all(rig, dealer, text, sizeof(text)),
		"topic/libya/1 topic/libya/3 topic/libya/5 topic/libya/7 topic/libya/9 END 10 1");
	ask(dealer, "from=1\nkeys=all/");
	assert_str(take_message(rig, dealer).frames[0], "GONE 1");
	assert_string_equal(take_all(rig, dealer, text, sizeof(text)),
		"all/1 all/3 all/5 all/7 all/9 all/10 END 10 1");
	ask(dealer, "from=10\nkeys=all/");
	assert_string_equal(take_all(rig, dealer, text, sizeof(text)), "all/10 END 10 1");
	hang_up(rig, dealer);
}

/* It has a page in hand, and that is sent; what would have been in the next one is gone. */
static void what_is_trimmed_past_a_slow_reader_is_told_to_be_gone(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);
	struct got got;
	int64_t n = 0;

	for (int i = 0; i < 1000; i++)
		publish(rig, NULL);
	ask(dealer, "from=1\nkeys=all/\ncredit=10");
	for (; n < 10; n++)
		assert_int_equal(take_message(rig, dealer).n, 4);
	trim_all(rig);
	for (int i = 0; i < 3; i++)
		publish(rig, NULL);
	assert_int_equal(zmq_send(dealer, "MORE 5000", 9, 0), 9);
	for (got = take_message(rig, dealer); got.n == 4; got = take_message(rig, dealer))
		n++;
	assert_true(n > 10 && n < 1009);
	assert_str(got.frames[0], "GONE 1010");
	for (int i = 0; i < 3; i++)
		assert_int_equal(take_message(rig, dealer).n, 4);
	assert_str(take_message(rig, dealer).frames[0], "END 1012 1010");
	hang_up(rig, dealer);
}

static void end_needs_no_credit(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);
	char text[128];

	ask(dealer, "from=8\nkeys=all/\ncredit=2");
	assert_string_equal(take_all(rig, dealer, text, sizeof(text)), "all/8 all/9 END 9 1");
	hang_up(rig, dealer);
}

static void new_request_takes_the_place_of_the_old(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);
	char text[128];

	ask(dealer, "from=1\nkeys=all/\ncredit=1");
	assert_str(take_message(rig, dealer).frames[0], "all/");
	ask(dealer, "from=9\nkeys=all/");
	assert_string_equal(take_all(rig, dealer, text, sizeof(text)), "all/9 END 9 1");
	hang_up(rig, dealer);
}

static void bad_request_is_told_why(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);
	char text[256];

	ask(dealer, "from=x");
	assert_string_equal(
		take_all(rig, dealer, text, sizeof(text)), "ERR from is no sequence number");
	assert_int_equal(zmq_send(dealer, "NAK desk 9", 10, 0), 10);
	assert_true(nw_str_starts(
		nw_str(take_all(rig, dealer, text, sizeof(text))), NW_STR("ERR unknown request")));
	for (int i = 0; i < 50; i++)
		assert_int_equal(zmq_send(dealer, "x", 1, i < 49 ? ZMQ_SNDMORE : 0), 1);
	assert_true(nw_str_starts(
		nw_str(take_all(rig, dealer, text, sizeof(text))), NW_STR("ERR unknown request")));
	ask(dealer, "from=9\nkeys=all/");
	assert_string_equal(take_all(rig, dealer, text, sizeof(text)), "all/9 END 9 1");
	hang_up(rig, dealer);
}

static void more_without_a_replay_is_ignored(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);
	char text[128];

	assert_int_equal(zmq_send(dealer, "MORE 5", 6, 0), 6);
	ask(dealer, "from=9\nkeys=all/");
	assert_string_equal(take_all(rig, dealer, text, sizeof(text)), "all/9 END 9 1");
	hang_up(rig, dealer);
}

static void too_many_replays_at_a_time_are_refused(void **state)
{
	struct rig *rig = *state;
	void *dealers[17];
	char text[128];

	for (int i = 0; i < 17; i++) {
		dealers[i] = peer(rig, ZMQ_DEALER, rig->replay);
		ask(dealers[i], "from=1\nkeys=all/\ncredit=1");
		if (i < 16)
			assert_str(take_message(rig, dealers[i]).frames[0], "all/");
	}
	assert_string_equal(
		take_all(rig, dealers[16], text, sizeof(text)), "ERR busy: too many replays");
	for (int i = 0; i < 17; i++)
		hang_up(rig, dealers[i]);
}

static void forget(struct rig *rig)
{
	nw_arena_free(rig->arena);
	rig->arena = nw_arena_new();
}

/* Given credit without end, a reader that does not read holds up neither live nor others. */
static void slow_reader_costs_nobody_anything(void **state)
{
	enum { N = 20000, SIZE = 4096 };
	static const char *const all[] = {"all/", NULL};
	static char body[SIZE];
	struct rig *rig = *state;
	const int few = 1;
	void *slow, *dealer, *sub;
	char text[128];
	struct got got;

	memset(body, 'x', sizeof(body));
	stop_bus(rig);
	begin(rig);
	for (int i = 10; i < N; i++)
		add(rig, NULL, (struct nw_str){body, SIZE});
	commit(rig);
	start_bus(rig);
	slow = unconnected(rig, ZMQ_DEALER);
	(void)zmq_setsockopt(slow, ZMQ_RCVHWM, &few, sizeof(few));
	assert_int_equal(zmq_connect(slow, rig->replay), 0);
	ask(slow, "from=1\nkeys=all/\ncredit=1000000");
	(void)take_message(rig, slow);
	dealer = peer(rig, ZMQ_DEALER, rig->replay);
	ask(dealer, "from=9\nkeys=topic/libya/");
	assert_string_equal(take_all(rig, dealer, text, sizeof(text)), "topic/libya/9 END 19999 1");
	sub = subscribe(rig, all);
	publish(rig, NULL);
	got = take_item(rig, sub);
	assert_true(nw_str_starts(got.frames[1], NW_STR("NW1 item 20000 19999 ")));
	/* And it goes on once it reads again. */
	for (int i = 2; i <= N; i++) {
		got = take_message(rig, slow);
		assert_int_equal(got.n, 4);
		forget(rig);
	}
	got = take_message(rig, slow);
	assert_str(got.frames[0], "END 20000 1");
	hang_up(rig, slow);
	hang_up(rig, dealer);
	hang_up(rig, sub);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_nine, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(replay_gives_what_was_asked_for_in_order),
		TEST(replayed_message_equals_the_live_one),
		TEST(text_is_left_out_when_it_is_not_wanted),
		TEST(no_more_is_sent_than_credit_was_given_for),
		TEST(what_was_trimmed_is_told_to_be_gone),
		TEST(what_was_trimmed_around_it_is_told_to_those_who_ask_for_it),
		TEST(what_is_trimmed_past_a_slow_reader_is_told_to_be_gone),
		TEST(end_needs_no_credit),
		TEST(new_request_takes_the_place_of_the_old),
		TEST(bad_request_is_told_why),
		TEST(more_without_a_replay_is_ignored),
		TEST(too_many_replays_at_a_time_are_refused),
		TEST(slow_reader_costs_nobody_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
