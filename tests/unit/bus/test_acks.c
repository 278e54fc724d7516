#include "rig.h"

#include "base/error.h"
#include "rt/mailbox.h"
#include "store/writer.h"

/* The store's side of the mailbox is played by the test: it decides when an ACK is durable. */
static struct nw_mailbox store;

static int set_up_three(void **state)
{
	struct rig *rig;

	set_up(state);
	rig = *state;
	nw_mailbox_init(&store, NW_MAILBOX_BLOCKING);
	rig->options.store = &store;
	for (int i = 1; i <= 3; i++)
		publish(rig, "libya");
	start_bus(rig);
	return 0;
}

static int tear_down_store(void **state)
{
	const int err = tear_down(state);

	nw_mailbox_clear(&store);
	return err;
}

static void say(void *dealer, const char *line)
{
	assert_true(zmq_send(dealer, line, strlen(line), 0) >= 0);
}

static struct nw_store_job *next_job(void)
{
	return (struct nw_store_job *)nw_mailbox_wait(&store);
}

/* As the writer does: in a transaction, and then the news of it. */
static void keep_next(struct rig *rig)
{
	struct nw_store_job *job = next_job();
	struct nw_error error = {0};

	begin(rig);
	/* A refusal too is none of the writer's business: what else is in the batch stays. */
	assert_int_equal(job->write(job, rig->journal, &error), NW_OK);
	commit(rig);
	job->on_commit(job);
}

static void take_line(struct rig *rig, void *dealer, const char *want)
{
	const struct got got = take_message(rig, dealer);

	assert_int_equal(got.n, 1);
	assert_str(got.frames[0], want);
}

/* The seqs of a replay under all/, up to its END. */
static void replay(struct rig *rig, void *dealer, const char *lines, const char *want)
{
	char text[256] = "";
	struct got got;
	size_t n = 0;

	ask(dealer, lines);
	for (got = take_message(rig, dealer); got.n == 4; got = take_message(rig, dealer)) {
		struct nw_str rest = got.frames[1], word;

		for (int i = 0; i < 3; i++)
			assert_true(nw_str_cut(&rest, ' ', &word));
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%.*s ", NW_ARG(word));
	}
	(void)snprintf(text + n, sizeof(text) - n, "%.*s", NW_ARG(got.frames[0]));
	assert_string_equal(text, want);
}

static void an_ack_is_answered_once_it_is_durable(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);

	say(dealer, "ACK desk 2");
	/* What was asked later is answered, and the ACK is not: nothing is durable yet. */
	replay(rig, dealer, "from=4", "END 3 1");
	keep_next(rig);
	take_line(rig, dealer, "ACK desk 2");
	replay(rig, dealer, "cursor=desk\nkeys=all/", "3 END 3 1");
	hang_up(rig, dealer);
}

static void a_cursor_is_everyones_and_outlives_its_bus(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);

	say(dealer, "ACK desk 1");
	keep_next(rig);
	take_line(rig, dealer, "ACK desk 1");
	hang_up(rig, dealer);
	stop_bus(rig);
	start_bus(rig);
	dealer = peer(rig, ZMQ_DEALER, rig->replay);
	replay(rig, dealer, "cursor=desk\nkeys=all/", "2 3 END 3 1");
	hang_up(rig, dealer);
}

static void a_cursor_that_is_not_kept_leaves_it_to_the_rest_of_the_request(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);

	replay(rig, dealer, "cursor=new\nkeys=all/", "1 2 3 END 3 1");
	replay(rig, dealer, "cursor=new\nlast=1\nkeys=all/", "3 END 3 1");
	replay(rig, dealer, "cursor=new\nfrom=3\nkeys=all/", "3 END 3 1");
	say(dealer, "ACK new 3");
	keep_next(rig);
	take_line(rig, dealer, "ACK new 3");
	replay(rig, dealer, "cursor=new\nfrom=1\nkeys=all/", "END 3 1");
	hang_up(rig, dealer);
}

static void an_ack_of_what_was_never_sent_is_refused(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);

	say(dealer, "ACK desk 4");
	keep_next(rig);
	take_line(rig, dealer, "ERR ACK desk: the journal ends at 3");
	hang_up(rig, dealer);
}

static void what_comes_while_one_is_on_its_way_is_one_more(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);

	say(dealer, "ACK desk 1");
	say(dealer, "ACK desk 2");
	say(dealer, "ACK other 1");
	say(dealer, "ACK desk 3");
	replay(rig, dealer, "from=4", "END 3 1"); /* all of them have been taken */
	keep_next(rig);
	keep_next(rig);
	take_line(rig, dealer, "ACK other 1");
	keep_next(rig);
	take_line(rig, dealer, "ACK desk 3");
	assert_null(nw_mailbox_take(&store));
	hang_up(rig, dealer);
}

static void a_peer_moves_so_many_cursors_at_a_time(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay), *modest;
	char line[32];

	for (int i = 0; i <= 16; i++) {
		(void)snprintf(line, sizeof(line), "ACK c%d 1", i);
		say(dealer, line);
	}
	take_line(rig, dealer, "ERR ACK c16: busy: too many cursors on their way");
	modest = peer(rig, ZMQ_DEALER, rig->replay);
	say(modest, "ACK desk 1");
	for (int i = 0; i <= 16; i++)
		keep_next(rig);
	take_line(rig, modest, "ACK desk 1");
	hang_up(rig, modest);
	hang_up(rig, dealer);
}

static void trouble_of_the_journal_is_no_fault_of_the_ack(void **state)
{
	struct nw_error error = {0};
	struct nw_store_job *job;
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);

	say(dealer, "ACK desk 1");
	job = next_job();
	(void)nw_fail(&error, NW_E_SYSTEM, "disk I/O error");
	job->on_abandon(job, &error);
	take_line(rig, dealer, "ERR ACK desk: busy: the journal cannot be written");
	hang_up(rig, dealer);
}

static void an_ack_that_crosses_the_stop_is_refused_and_not_posted(void **state)
{
	struct rig *rig = *state;
	void *dealer = peer(rig, ZMQ_DEALER, rig->replay);

	nw_bus_end_acks(rig->bus);
	say(dealer, "ACK desk 1");
	take_line(rig, dealer, "ERR ACK desk: busy: no cursor can be moved now");
	assert_null(nw_mailbox_take(&store));
	hang_up(rig, dealer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_three, tear_down_store)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_ack_is_answered_once_it_is_durable),
		TEST(a_cursor_is_everyones_and_outlives_its_bus),
		TEST(a_cursor_that_is_not_kept_leaves_it_to_the_rest_of_the_request),
		TEST(an_ack_of_what_was_never_sent_is_refused),
		TEST(what_comes_while_one_is_on_its_way_is_one_more),
		TEST(a_peer_moves_so_many_cursors_at_a_time),
		TEST(trouble_of_the_journal_is_no_fault_of_the_ack),
		TEST(an_ack_that_crosses_the_stop_is_refused_and_not_posted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
