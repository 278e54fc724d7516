/* Both ends of the bus, with everything between them that can be lost. */
#include "../bus/rig.h"

#include <newswire/client.h>

#define N 3000

/* What each of two keys must bring, and how far it has come. */
struct follower {
	struct nw_client *client;
	int64_t all, libya; /* last seq under each */
	int64_t n_all, n_libya;
};

static void follow(struct rig *rig, struct follower *f, enum nw_from from, int64_t seq)
{
	static const char *const keys[] = {"all/", "topic/libya/", NULL};
	const struct nw_client_options options = {
		.live = rig->live, .replay = rig->replay, .keys = keys, .from = from, .seq = seq};
	struct nw_error error = {0};

	if (nw_client_open(&options, &f->client, &error))
		fail_msg("%s", error.text);
}

/* Takes what is there, for as long as that may take, and holds it to what must come next. */
static void take(struct follower *f, int timeout_ms)
{
	struct nw_message m;

	while (nw_client_next(f->client, timeout_ms, &m, NULL) == NW_OK) {
		if (nw_str_eq(m.key, NW_STR("all/"))) {
			assert_int_equal(m.seq, f->all + 1);
			f->all = m.seq;
			f->n_all++;
		} else {
			assert_true(nw_str_eq(m.key, NW_STR("topic/libya/")));
			/* Every third one is tagged. */
			assert_int_equal(m.seq, f->libya + 3);
			f->libya = m.seq;
			f->n_libya++;
		}
	}
}

static void write_some(struct rig *rig, int64_t *written, int n)
{
	begin(rig);
	for (int i = 0; i < n && *written < N; i++)
		*written = add(rig, *written % 3 == 2 ? "libya" : NULL, NW_STR("text\n"));
	commit(rig);
}

static void take_rest(struct follower *f)
{
	for (int i = 0; f->all < N || f->libya < N; i++) {
		assert_true(i < PATIENCE_MS / 50);
		take(f, 50);
	}
	assert_int_equal(f->n_all, N);
	assert_int_equal(f->n_libya, N / 3);
}

/* Stopped before the wake, a bus leaves what was committed last unpublished, as a kill does. */
static void restarts_lose_and_repeat_nothing(void **state)
{
	struct follower f = {0};
	struct rig *rig = *state;
	int64_t written = 0;

	start_bus(rig);
	follow(rig, &f, NW_FROM_SEQ, 0);
	for (int round = 0; written < N; round++) {
		write_some(rig, &written, 1 + round % 37);
		take(&f, 0);
		if (round % 5 == 4) {
			struct nw_bus *bus = rig->bus;

			rig->bus = NULL;
			write_some(rig, &written, 7);
			nw_bus_stop(bus);
			write_some(rig, &written, 7);
			start_bus(rig);
		}
	}
	take_rest(&f);
	nw_client_close(f.client);
}

static void late_subscriber_ends_with_the_same(void **state)
{
	struct follower f = {0};
	struct rig *rig = *state;
	int64_t written = 0;

	start_bus(rig);
	while (written < N / 2)
		write_some(rig, &written, 100);
	follow(rig, &f, NW_FROM_SEQ, 0);
	while (written < N) {
		write_some(rig, &written, 10);
		take(&f, 1);
	}
	take_rest(&f);
	nw_client_close(f.client);
}

/* Taken up again from nw_client_seq, nothing is lost; what was beyond it may come again. */
static void stopped_subscriber_goes_on_where_it_was(void **state)
{
	struct follower f = {0};
	struct rig *rig = *state;
	int64_t written = 0, seq = 0;

	rig->options.heartbeat_ms = 50;
	start_bus(rig);
	while (written < N) {
		follow(rig, &f, NW_FROM_SEQ, seq);
		write_some(rig, &written, 150);
		take(&f, 20);
		seq = nw_client_seq(f.client);
		assert_true(seq >= 0 && seq <= f.all);
		nw_client_close(f.client);
		write_some(rig, &written, 150);
		f.all = seq;
		f.libya = seq - seq % 3;
	}
	follow(rig, &f, NW_FROM_SEQ, seq);
	for (int i = 0; f.all < N || f.libya < N; i++) {
		assert_true(i < PATIENCE_MS / 50);
		take(&f, 50);
	}
	nw_client_close(f.client);
}

/* More than the queues hold is published while nobody reads: the rest comes by replay. */
static void slow_subscriber_ends_with_the_same(void **state)
{
	enum { MANY = 40000, SIZE = 2048 };
	static char body[SIZE];
	struct rig *rig = *state;
	const struct nw_client_options options = {
		.live = rig->live, .replay = rig->replay, .from = NW_FROM_SEQ};
	struct nw_client *client;
	struct nw_message m;
	void *watch;
	struct got got;

	memset(body, 'x', sizeof(body));
	rig->options.heartbeat_ms = 200;
	start_bus(rig);
	assert_int_equal(nw_client_open(&options, &client, NULL), NW_OK);
	publish(rig, NULL);
	assert_int_equal(nw_client_next(client, PATIENCE_MS, &m, NULL), NW_OK);
	begin(rig);
	for (int i = 1; i < MANY; i++)
		add(rig, NULL, (struct nw_str){body, SIZE});
	commit(rig);
	/* Whoever subscribes gets a heartbeat: asked until it tells of the last message. */
	do {
		watch = peer(rig, ZMQ_SUB, rig->live);
		(void)zmq_setsockopt(watch, ZMQ_SUBSCRIBE, "sys/", 4);
		got = take_beat(rig, watch);
		hang_up(rig, watch);
	} while (!nw_str_starts(got.frames[1], NW_STR("NW1 heartbeat 40000 ")));
	for (int64_t seq = m.seq + 1; seq <= MANY; seq++) {
		assert_int_equal(nw_client_next(client, PATIENCE_MS, &m, NULL), NW_OK);
		assert_int_equal(m.seq, seq);
	}
	assert_int_equal(nw_client_next(client, 0, &m, NULL), NW_E_TIMEOUT);
	nw_client_close(client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(restarts_lose_and_repeat_nothing),
		TEST(late_subscriber_ends_with_the_same),
		TEST(stopped_subscriber_goes_on_where_it_was),
		TEST(slow_subscriber_ends_with_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
