/* Cursors and both ends of the bus: subscribers and buses come and go, and nothing is lost on the way. */
#include "../bus/rig.h"

#include <newswire/client.h>
#include <poll.h>
#include <pthread.h>

#include "rt/mailbox.h"
#include "store/writer.h"

#define N 1500

/* The STORE thread's part: whoever writes to the journal holds the lock. */
static struct nw_mailbox store;
static pthread_mutex_t journal_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_t store_thread;

static void *keep(void *arg)
{
	struct rig *rig = arg;
	struct nw_mail *mail;

	while ((mail = nw_mailbox_wait(&store)) != NULL) {
		struct nw_store_job *job = (struct nw_store_job *)mail;
		struct nw_error error = {0};
		enum nw_err err;

		pthread_mutex_lock(&journal_lock);
		if (nw_journal_begin(rig->journal, NULL))
			abort();
		err = job->write(job, rig->journal, &error);
		if (nw_journal_commit(rig->journal, NULL))
			abort();
		pthread_mutex_unlock(&journal_lock);
		if (err)
			job->on_abandon(job, &error);
		else
			job->on_commit(job);
	}
	return NULL;
}

static void start_durable(struct rig *rig)
{
	nw_mailbox_init(&store, NW_MAILBOX_BLOCKING);
	rig->options.store = &store;
	start_bus(rig);
	assert_int_equal(pthread_create(&store_thread, NULL, keep, rig), 0);
}

/* In the order in which the daemon does it: no more ACKs, the writer, the bus. */
static void stop_durable(struct rig *rig)
{
	nw_bus_end_acks(rig->bus);
	nw_mailbox_close(&store);
	pthread_join(store_thread, NULL);
	stop_bus(rig);
	nw_mailbox_clear(&store);
}

static int tear_down_durable(void **state)
{
	struct rig *rig = *state;

	if (rig->bus)
		stop_durable(rig);
	return tear_down(state);
}

static void write_some(struct rig *rig, int64_t *written, int n)
{
	pthread_mutex_lock(&journal_lock);
	begin(rig);
	for (int i = 0; i < n && *written < N; i++)
		*written = add(rig, *written % 3 == 2 ? "libya" : NULL, NW_STR("text\n"));
	commit(rig);
	pthread_mutex_unlock(&journal_lock);
}

static struct nw_client *open_desk(struct rig *rig, const char *const *keys)
{
	const struct nw_client_options options = {.live = rig->live,
		.replay = rig->replay,
		.keys = keys,
		.from = NW_FROM_SEQ,
		.cursor = "desk"};
	struct nw_client *client;
	struct nw_error error = {0};

	if (nw_client_open(&options, &client, &error))
		fail_msg("%s", error.text);
	return client;
}

/* What a subscriber has dealt with; what comes again is counted, what does not come fails. */
struct desk {
	int64_t all, libya;
	size_t again;
};

/* Takes at most n, or what comes in the time; acks each. */
static void work(struct desk *desk, struct nw_client *client, int n, int timeout_ms)
{
	int64_t all = -1, libya = -1; /* of this client */
	struct nw_message m;

	for (; n && nw_client_next(client, timeout_ms, &m, NULL) == NW_OK; n--) {
		const bool is_all = nw_str_eq(m.key, NW_STR("all/"));
		int64_t *last = is_all ? &desk->all : &desk->libya, *here = is_all ? &all : &libya;
		const int64_t step = is_all ? 1 : 3;

		assert_true(m.seq <= *last + step); /* none is missing */
		assert_true(*here < 0 ||
			m.seq == *here + step); /* none comes twice, nor out of order */
		*here = m.seq;
		if (m.seq <= *last)
			desk->again++;
		else
			*last = m.seq;
		assert_int_equal(nw_client_ack(client, NULL), NW_OK);
	}
}

static void work_to_the_end(struct rig *rig, struct desk *desk, const char *const *keys)
{
	struct nw_client *client = open_desk(rig, keys);
	const int64_t n_libya = keys ? N - N % 3 : 0;

	for (int i = 0; desk->all < N || desk->libya < n_libya; i++) {
		assert_true(i < PATIENCE_MS / 50);
		work(desk, client, -1, 50);
	}
	while (nw_client_seq(client) < N)
		assert_int_equal(
			nw_client_next(client, 10, &(struct nw_message){0}, NULL), NW_E_TIMEOUT);
	assert_int_equal(nw_client_ack(client, NULL), NW_OK);
	assert_int_equal(nw_client_flush(client, PATIENCE_MS, NULL), NW_OK);
	assert_int_equal(nw_client_acked(client), N);
	nw_client_close(client);
}

/* With one key, who flushes before he goes has nothing twice. */
static void flushed_cursor_goes_on_exactly_where_it_was(void **state)
{
	struct rig *rig = *state;
	struct desk desk = {0};
	int64_t written = 0;

	start_durable(rig);
	for (int round = 0; written < N; round++) {
		struct nw_client *client = open_desk(rig, NULL);
		struct nw_error error = {0};

		write_some(rig, &written, 40);
		work(&desk, client, 30 + round % 20, PATIENCE_MS / 100);
		if (nw_client_flush(client, PATIENCE_MS, &error))
			fail_msg("%s", error.text);
		assert_int_equal(nw_client_acked(client), desk.all);
		nw_client_close(client);
		if (round % 4 == 3) {
			stop_durable(rig);
			write_some(rig, &written, 7);
			start_durable(rig);
		}
	}
	work_to_the_end(rig, &desk, NULL);
	assert_int_equal(desk.again, 0);
}

/* Gone in the middle of everything, with two keys: nothing is lost, and a client of its own repeats nothing. */
static void lost_subscribers_lose_nothing(void **state)
{
	static const char *const keys[] = {"all/", "topic/libya/", NULL};
	struct rig *rig = *state;
	struct desk desk = {0};
	int64_t written = 0;

	rig->options.heartbeat_ms = 50;
	start_durable(rig);
	for (int round = 0; written < N; round++) {
		struct nw_client *client = open_desk(rig, keys);

		write_some(rig, &written, 60);
		work(&desk, client, 1 + round * 7 % 90, 100);
		nw_client_close(client);
	}
	work_to_the_end(rig, &desk, keys);
	/* Acked again and again, it is not all that comes again. */
	assert_true(desk.again < N);
}

/* The bus goes while ACKs are under way, and comes again: the same client has it all acked in the end. */
static void buses_come_and_go_under_acks(void **state)
{
	struct rig *rig = *state;
	struct desk desk = {0};
	struct nw_client *client;
	int64_t written = 0, before = 0;

	start_durable(rig);
	client = open_desk(rig, NULL);
	for (int round = 0; written < N; round++) {
		write_some(rig, &written, 50);
		/* One client sees no message twice, whatever happens to the bus. */
		while (desk.all < written - round % 30) {
			struct nw_message m;

			assert_int_equal(nw_client_next(client, PATIENCE_MS, &m, NULL), NW_OK);
			assert_int_equal(m.seq, desk.all + 1);
			desk.all = m.seq;
			assert_int_equal(nw_client_ack(client, NULL), NW_OK);
		}
		if (round % 5 == 4) {
			stop_durable(rig);
			assert_int_equal(nw_client_ack(client, NULL), NW_OK);
			assert_true(nw_client_acked(client) >= before);
			before = nw_client_acked(client);
			start_durable(rig);
		}
	}
	while (desk.all < N) {
		struct nw_message m;

		assert_int_equal(nw_client_next(client, PATIENCE_MS, &m, NULL), NW_OK);
		assert_int_equal(m.seq, ++desk.all);
		assert_int_equal(nw_client_ack(client, NULL), NW_OK);
	}
	assert_int_equal(nw_client_flush(client, PATIENCE_MS, NULL), NW_OK);
	assert_int_equal(nw_client_acked(client), N);
	nw_client_close(client);
}

/* In a loop that looks at nothing but the descriptor, the last ACK is taken in the end as well. */
static void acks_in_a_loop_of_the_callers_are_all_taken(void **state)
{
	struct rig *rig = *state;
	struct nw_client *client;
	int64_t written = 0, all = 0;
	size_t wakes = 0;

	start_durable(rig);
	client = open_desk(rig, NULL);
	for (int round = 0; nw_client_acked(client) < N; wakes++) {
		struct pollfd fd = {.fd = nw_client_fd(client), .events = POLLIN};
		struct nw_message m;

		if (all == written && written < N) {
			write_some(rig, &written, 50);
			if (++round % 7 == 0) {
				stop_durable(rig);
				start_durable(rig);
			}
		}
		assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
		while (nw_client_next(client, 0, &m, NULL) == NW_OK) {
			assert_int_equal(m.seq, ++all);
			assert_int_equal(nw_client_ack(client, NULL), NW_OK);
		}
	}
	assert_int_equal(all, N);
	assert_true(wakes < 10 * N);
	nw_client_close(client);
}

/* A daemon that keeps no cursors says so; messages come all the same. */
static void refused_acks_stop_nothing(void **state)
{
	struct rig *rig = *state;
	struct nw_client *client;
	struct nw_message m;
	struct nw_error error = {0};
	int64_t written = 0;
	size_t n = 0;

	start_bus(rig);
	client = open_desk(rig, NULL);
	write_some(rig, &written, 10);
	while (n < 10) {
		assert_int_equal(nw_client_next(client, PATIENCE_MS, &m, NULL), NW_OK);
		assert_int_equal(m.seq, ++n);
		assert_int_equal(nw_client_ack(client, NULL), NW_OK);
	}
	/* "busy", and so it is tried again, as long as one likes. */
	assert_int_equal(nw_client_flush(client, 100, &error), NW_E_TIMEOUT);
	nw_client_close(client);
	stop_bus(rig);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down_durable)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(flushed_cursor_goes_on_exactly_where_it_was),
		TEST(lost_subscribers_lose_nothing),
		TEST(buses_come_and_go_under_acks),
		TEST(acks_in_a_loop_of_the_callers_are_all_taken),
		cmocka_unit_test_setup_teardown(refused_acks_stop_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
