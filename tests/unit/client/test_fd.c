/* The client in somebody else's loop: nw_client_next is called when its descriptor says so, and only then. */
#include "../bus/rig.h"

#include <event2/event.h>
#include <newswire/client.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>

#define N 6000

/* A subscriber in a loop, and what the loop was woken for. */
struct looped {
	struct nw_client *client;
	int64_t all, libya;
	size_t messages, wakes, idle; /* idle: wakes that brought nothing */
	bool greedy;                  /* calls until NW_E_TIMEOUT, or once a wake */
};

static const char *const both[] = {"all/", "topic/libya/", NULL};

static void open_looped(struct rig *rig, struct looped *l, enum nw_from from)
{
	const struct nw_client_options options = {
		.live = rig->live, .replay = rig->replay, .keys = both, .from = from};
	struct nw_error error = {0};

	if (nw_client_open(&options, &l->client, &error))
		fail_msg("%s", error.text);
}

static void take_one(struct looped *l, const struct nw_message *m)
{
	l->messages++;
	if (nw_str_eq(m->key, NW_STR("all/"))) {
		assert_int_equal(m->seq, l->all + 1);
		l->all = m->seq;
	} else {
		assert_int_equal(m->seq, l->libya + 3);
		l->libya = m->seq;
	}
}

static void on_readable(struct looped *l)
{
	const size_t before = l->messages;
	enum nw_err err;

	l->wakes++;
	do {
		struct nw_message m;

		err = nw_client_next(l->client, 0, &m, NULL);
		if (err == NW_OK)
			take_one(l, &m);
		else
			assert_int_equal(err, NW_E_TIMEOUT);
	} while (err == NW_OK && l->greedy);
	l->idle += l->messages == before;
}

static bool has_all(const struct looped *l)
{
	return l->all == N && l->libya == N - N % 3;
}

static void write_some(struct rig *rig, int64_t *written, int n)
{
	begin(rig);
	for (int i = 0; i < n && *written < N; i++)
		*written = add(rig, *written % 3 == 2 ? "libya" : NULL, NW_STR("text\n"));
	commit(rig);
}

/* Bursts of all sizes; every so often the bus goes, with what it had not sent yet. */
static void write_all(struct rig *rig)
{
	int64_t written = 0;

	for (int round = 0; written < N; round++) {
		write_some(rig, &written, 1 + round * 31 % 97);
		if (round % 16 == 15) {
			struct nw_bus *bus = rig->bus;

			rig->bus = NULL;
			write_some(rig, &written, 11);
			nw_bus_stop(bus);
			write_some(rig, &written, 11);
			start_bus(rig);
		}
		if (round % 3 == 0)
			(void)usleep(2000);
	}
}

static void *write_beside(void *arg)
{
	write_all(arg);
	return NULL;
}

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for the descriptor and nothing else; false when it was not readable in the time. */
static bool poll_once(struct looped *l, int timeout_ms)
{
	struct pollfd fd = {.fd = nw_client_fd(l->client), .events = POLLIN};
	const int n = poll(&fd, 1, timeout_ms);

	assert_true(n >= 0);
	if (n)
		on_readable(l);
	return n > 0;
}

/* A wake may be for something of libzmq's own, or a heartbeat: of these there are few. */
static void assert_no_spin(const struct looped *l, int64_t ms)
{
	if (l->idle > 1000)
		fail_msg("%zu wakes, %zu of them for nothing, for %zu messages in %lld ms",
			l->wakes, l->idle, l->messages, (long long)ms);
}

static void run_poll_loop(struct rig *rig, bool greedy)
{
	struct looped l = {.greedy = greedy};
	const int64_t began = now_ms();
	pthread_t writer;

	rig->options.heartbeat_ms = 200;
	start_bus(rig);
	open_looped(rig, &l, NW_FROM_SEQ);
	assert_int_equal(pthread_create(&writer, NULL, write_beside, rig), 0);
	while (!has_all(&l))
		assert_true(poll_once(&l, PATIENCE_MS));
	pthread_join(writer, NULL);
	assert_no_spin(&l, now_ms() - began);
	nw_client_close(l.client);
}

static void poll_loop_that_takes_all_there_is_misses_nothing(void **state)
{
	run_poll_loop(*state, true);
}

static void poll_loop_that_takes_one_at_a_time_misses_nothing(void **state)
{
	run_poll_loop(*state, false);
}

struct event_loop {
	struct looped looped;
	struct event_base *base;
	bool timed_out;
};

static void on_event(evutil_socket_t fd, short what, void *arg)
{
	struct event_loop *loop = arg;

	(void)fd;
	if (what & EV_TIMEOUT)
		loop->timed_out = true;
	else
		on_readable(&loop->looped);
	if (loop->timed_out || has_all(&loop->looped))
		(void)event_base_loopbreak(loop->base);
}

static void libevent_misses_nothing(void **state)
{
	const struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
	struct event_loop loop = {.looped.greedy = true, .base = event_base_new()};
	struct rig *rig = *state;
	struct event *event;
	const int64_t began = now_ms();
	pthread_t writer;

	rig->options.heartbeat_ms = 200;
	start_bus(rig);
	open_looped(rig, &loop.looped, NW_FROM_SEQ);
	event = event_new(
		loop.base, nw_client_fd(loop.looped.client), EV_READ | EV_PERSIST, on_event, &loop);
	assert_int_equal(event_add(event, &patience), 0);
	assert_int_equal(pthread_create(&writer, NULL, write_beside, rig), 0);
	assert_int_equal(event_base_dispatch(loop.base), 0);
	pthread_join(writer, NULL);
	assert_false(loop.timed_out);
	assert_true(has_all(&loop.looped));
	assert_no_spin(&loop.looped, now_ms() - began);
	event_free(event);
	event_base_free(loop.base);
	nw_client_close(loop.looped.client);
}

/* How often a loop is woken in a while in which nothing happens. */
static size_t count_wakes(struct looped *l, int ms)
{
	const int64_t until = now_ms() + ms;
	const size_t before = l->wakes;

	for (int64_t left = ms; left > 0; left = until - now_ms())
		(void)poll_once(l, (int)left);
	return l->wakes - before;
}

static void idle_client_wakes_nobody(void **state)
{
	struct looped l = {.greedy = true};
	struct rig *rig = *state;

	rig->options.heartbeat_ms = 100000;
	start_bus(rig);
	open_looped(rig, &l, NW_FROM_SEQ);
	while (!nw_client_caught_up(l.client))
		assert_true(poll_once(&l, PATIENCE_MS));
	(void)count_wakes(&l, 100);
	assert_true(count_wakes(&l, 400) <= 2);
	publish(rig, NULL);
	while (l.all < 1)
		assert_true(poll_once(&l, PATIENCE_MS));
	(void)count_wakes(&l, 100);
	assert_true(count_wakes(&l, 400) <= 2);
	nw_client_close(l.client);
}

/* It is asked for a replay again and again, by a timer: a few times a second at most. */
static void client_without_a_daemon_hardly_wakes_anybody(void **state)
{
	struct looped l = {.greedy = true};
	struct rig *rig = *state;

	open_looped(rig, &l, NW_FROM_SEQ);
	(void)count_wakes(&l, 200);
	assert_true(count_wakes(&l, 1000) <= 20);
	start_bus(rig);
	publish(rig, NULL);
	while (l.all < 1)
		assert_true(poll_once(&l, PATIENCE_MS));
	nw_client_close(l.client);
}

/* What one call leaves, the descriptor goes on telling of. */
static void descriptor_tells_of_what_is_left(void **state)
{
	struct looped l = {0};
	struct rig *rig = *state;
	int64_t written = 0;

	start_bus(rig);
	open_looped(rig, &l, NW_FROM_SEQ);
	write_some(rig, &written, 1000);
	while (l.all < 1)
		assert_true(poll_once(&l, PATIENCE_MS));
	(void)usleep(100000);
	/* Blocking calls between, as a caller may make them, take nothing back. */
	for (int i = 0; i < 10; i++) {
		struct nw_message m;

		assert_int_equal(nw_client_next(l.client, PATIENCE_MS, &m, NULL), NW_OK);
		take_one(&l, &m);
	}
	while (l.all < 1000)
		assert_true(poll_once(&l, PATIENCE_MS));
	nw_client_close(l.client);
}

/* A thread that takes so many from a client it was given; what is wrong is for the test to say. */
struct taker {
	struct nw_client *client;
	int64_t from, to; /* seqs under all/ */
	bool wrong;
};

static void *take_some(void *arg)
{
	struct taker *t = arg;

	for (int64_t seq = t->from; seq <= t->to; seq++) {
		struct nw_message m;

		t->wrong |= nw_client_next(t->client, PATIENCE_MS, &m, NULL) != NW_OK;
		t->wrong |= m.seq != seq;
	}
	return NULL;
}

static void clients_are_given_on_and_know_nothing_of_each_other(void **state)
{
	enum { THREADS = 4, HALF = 1000 };
	struct taker takers[THREADS];
	struct rig *rig = *state;
	pthread_t threads[THREADS];
	int64_t written = 0;

	start_bus(rig);
	for (int i = 0; i < THREADS; i++) {
		const struct nw_client_options options = {
			.live = rig->live, .replay = rig->replay, .from = NW_FROM_SEQ};

		takers[i] = (struct taker){.from = 1, .to = HALF};
		assert_int_equal(nw_client_open(&options, &takers[i].client, NULL), NW_OK);
	}
	for (int half = 0; half < 2; half++) {
		for (int i = 0; i < THREADS; i++)
			assert_int_equal(
				pthread_create(&threads[i], NULL, take_some, &takers[i]), 0);
		for (int i = 0; i < HALF / 50; i++)
			write_some(rig, &written, 50);
		for (int i = 0; i < THREADS; i++) {
			pthread_join(threads[i], NULL);
			assert_false(takers[i].wrong);
			takers[i].from = HALF + 1;
			takers[i].to = 2 * HALF;
		}
	}
	for (int i = 0; i < THREADS; i++)
		nw_client_close(takers[i].client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(poll_loop_that_takes_all_there_is_misses_nothing),
		TEST(poll_loop_that_takes_one_at_a_time_misses_nothing),
		TEST(libevent_misses_nothing),
		TEST(idle_client_wakes_nobody),
		TEST(client_without_a_daemon_hardly_wakes_anybody),
		TEST(descriptor_tells_of_what_is_left),
		TEST(clients_are_given_on_and_know_nothing_of_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
