/* The live socket with CURVE, without its thread: what has come is judged when the test says so. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "bus/curve.h"
#include "rt/metrics.h"

#define PATIENCE_MS 60000
#define SETTLE_MS 200 /* for what was sent to be there */
#define CLIENTS 2     /* narrow and wide */
#define PEERS 16

struct pair {
	char public_key[NW_CURVE_TEXT + 1], secret_key[NW_CURVE_TEXT + 1];
	char raw[NW_CURVE_BYTES];
};

struct rig {
	void *ours, *theirs; /* contexts */
	struct pair server, clients[CLIENTS];
	struct nw_config_client configured[CLIENTS];
	const char *live[2], *none[1];
	struct nw_bus_curve curve;
	void *peers[PEERS];
	size_t n_peers, n_met;
	int64_t now_ms;
};

enum { NARROW, WIDE };

static void make_pair(struct pair *pair)
{
	assert_int_equal(zmq_curve_keypair(pair->public_key, pair->secret_key), 0);
	assert_non_null(zmq_z85_decode((uint8_t *)pair->raw, pair->public_key));
}

static int setup(void **state)
{
	static const char *narrow[] = {"topic/none/", NULL}, *wide[] = {"", NULL};
	struct rig *rig = calloc(1, sizeof(*rig));
	struct nw_bus_options options = {.max_subscriptions = 20, .max_replays = 1};
	struct nw_error error = {0};

	make_pair(&rig->server);
	for (size_t i = 0; i < CLIENTS; i++) {
		make_pair(&rig->clients[i]);
		rig->configured[i] = (struct nw_config_client){
			.name = i == NARROW ? NW_STR("narrow") : NW_STR("wide"),
			.key = {rig->clients[i].raw, NW_CURVE_BYTES},
			.read = {i == NARROW ? narrow : wide, 1}};
	}
	rig->live[0] = "curve+tcp://127.0.0.1:*";
	options.live = rig->live;
	options.replay = rig->none;
	options.server_key = rig->server.secret_key;
	options.clients = rig->configured;
	options.n_clients = CLIENTS;
	rig->ours = zmq_ctx_new();
	rig->theirs = zmq_ctx_new();
	rig->now_ms = 1;
	if (nw_bus_curve_open(&rig->curve, rig->ours, &options, NULL, &error))
		fail_msg("%s", error.text);
	*state = rig;
	return 0;
}

static void hang_up(struct rig *rig)
{
	while (rig->n_peers)
		(void)zmq_close(rig->peers[--rig->n_peers]);
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	hang_up(rig);
	(void)zmq_ctx_term(rig->theirs);
	nw_bus_curve_close(&rig->curve);
	(void)zmq_ctx_term(rig->ours);
	free(rig);
	return 0;
}

static void turn(struct rig *rig)
{
	(void)nw_bus_curve_turn(&rig->curve, rig->now_ms);
}

static void settle(void)
{
	const struct timespec a_while = {0, SETTLE_MS * 1000000L};

	(void)nanosleep(&a_while, NULL);
}

/* An XSUB, which sends whatever it is told to and drops nothing that comes; connected when it returns. */
static void *come_in(struct rig *rig, const struct pair *pair)
{
	void *socket = zmq_socket(rig->theirs, ZMQ_XSUB), *monitor;
	const int none = 0, slow = 60000;
	zmq_pollitem_t item;
	char name[64];

	assert_non_null(socket);
	assert_true(rig->n_peers < PEERS);
	(void)zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof(none));
	(void)zmq_setsockopt(socket, ZMQ_RECONNECT_IVL, &slow, sizeof(slow));
	(void)zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, rig->server.public_key, 41);
	(void)zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, pair->public_key, 41);
	(void)zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, pair->secret_key, 41);
	(void)snprintf(name, sizeof(name), "inproc://monitor-%zu", rig->n_met++);
	(void)zmq_socket_monitor(socket, name, ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
	monitor = zmq_socket(rig->theirs, ZMQ_PAIR);
	assert_int_equal(zmq_connect(monitor, name), 0);
	assert_int_equal(zmq_connect(socket, rig->curve.xpub.endpoints[0] + 6), 0);
	item = (zmq_pollitem_t){monitor, 0, ZMQ_POLLIN, 0};
	for (int waited = 0; zmq_poll(&item, 1, 5) == 0; waited += 5) {
		assert_true(waited < PATIENCE_MS);
		turn(rig);
	}
	(void)zmq_socket_monitor(socket, NULL, 0);
	(void)zmq_close(monitor);
	/* It is there at the other end too: from here on what is said is read in its order. */
	settle();
	turn(rig);
	rig->peers[rig->n_peers++] = socket;
	return socket;
}

/* libzmq takes some turns to forget a connection. */
static void await_count(struct rig *rig, size_t n)
{
	for (int waited = 0; rig->curve.guests.shares.n != n; waited += SETTLE_MS) {
		assert_true(waited < PATIENCE_MS);
		settle();
		turn(rig);
	}
}

static void say(void *socket, const char *bytes, size_t n)
{
	assert_int_equal(zmq_send(socket, bytes, n, 0), n);
	settle();
}

static void subscribe(void *socket, const char *prefix)
{
	char bytes[256];

	say(socket, bytes, (size_t)snprintf(bytes, sizeof(bytes), "\1%s", prefix));
}

static void publish(struct rig *rig, const char *key)
{
	assert_int_equal(zmq_send(rig->curve.xpub.zmq, key, strlen(key), 0), strlen(key));
}

/* What has come, or "" in the time that it would take. */
static const char *got(void *socket)
{
	static char text[256];
	zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};
	int n = 0;

	if (zmq_poll(&item, 1, SETTLE_MS) > 0)
		n = zmq_recv(socket, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void a_subscription_is_in_force_once_it_is_granted(void **state)
{
	struct rig *rig = *state;
	void *wide = come_in(rig, &rig->clients[WIDE]);
	void *narrow = come_in(rig, &rig->clients[NARROW]);

	subscribe(wide, "all/");
	publish(rig, "all/");
	assert_string_equal(got(wide), "");
	turn(rig);
	publish(rig, "all/");
	publish(rig, "topic/none/");
	assert_string_equal(got(wide), "all/");
	subscribe(narrow, "topic/none/");
	turn(rig);
	publish(rig, "all/");
	publish(rig, "topic/none/");
	assert_string_equal(got(narrow), "topic/none/");
	assert_string_equal(got(narrow), "");
	say(wide, "\0all/", 5);
	turn(rig);
	assert_string_equal(got(wide), "all/"); /* from before */
	publish(rig, "all/");
	assert_string_equal(got(wide), "");
}

/* Without care libzmq 4.3.4 gives what the second asks for to the third. */
static void after_junk_nothing_is_granted_to_anybody_else(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} junk[] = {{"junk", 4}, {"", 0}, {"\2", 1}};
	struct rig *rig = *state;

	for (size_t i = 0; i < sizeof(junk) / sizeof(junk[0]); i++) {
		void *hostile = come_in(rig, &rig->clients[NARROW]);
		void *wide = come_in(rig, &rig->clients[WIDE]);
		void *narrow = come_in(rig, &rig->clients[NARROW]);

		say(hostile, junk[i].bytes, junk[i].n);
		subscribe(wide, "all/");
		subscribe(narrow, "topic/none/");
		turn(rig);
		publish(rig, "all/");
		assert_string_equal(got(narrow), "");
		assert_string_equal(got(hostile), "");
		hang_up(rig);
		await_count(rig, 0);
		assert_false(rig->curve.guests.crooked);
		wide = come_in(rig, &rig->clients[WIDE]);
		subscribe(wide, "all/");
		turn(rig);
		publish(rig, "all/");
		assert_string_equal(got(wide), "all/");
		hang_up(rig);
		await_count(rig, 0);
		rig->now_ms += 60000; /* for less than that it is not let in again */
	}
}

static void what_a_connection_had_granted_ends_with_it(void **state)
{
	struct rig *rig = *state;
	void *wide = come_in(rig, &rig->clients[WIDE]);

	subscribe(wide, "all/");
	subscribe(wide, "all/"); /* twice is counted once */
	subscribe(wide, "topic/");
	turn(rig);
	assert_int_equal(rig->curve.guests.shares.n, 2);
	assert_non_null(nw_bus_curve_live(&rig->curve));
	hang_up(rig);
	await_count(rig, 0);
	assert_int_equal(rig->curve.guests.shares.bytes, 0);
	assert_null(nw_bus_curve_live(&rig->curve));
}

static void subscriptions_are_limited_in_all(void **state)
{
	struct rig *rig = *state;
	void *wide = come_in(rig, &rig->clients[WIDE]);
	void *narrow = come_in(rig, &rig->clients[NARROW]);
	const uint64_t before = nw_counter_value(NW_C_SUBSCRIPTIONS_REFUSED);
	char prefix[32] = "\1topic/xx";

	subscribe(narrow, "topic/none/");
	for (int i = 0; i < 20; i++) {
		(void)snprintf(prefix + 7, sizeof(prefix) - 7, "%d/", i);
		assert_int_equal(zmq_send(wide, prefix, strlen(prefix), 0), strlen(prefix));
	}
	settle();
	turn(rig);
	assert_true(nw_counter_value(NW_C_SUBSCRIPTIONS_REFUSED) > before);
	await_count(rig, 1);
	publish(rig, "topic/none/");
	assert_string_equal(got(narrow), "topic/none/");
	publish(rig, "topic/1/");
	assert_string_equal(got(wide), "");
}

static void who_has_lost_a_right_is_sent_nothing_more(void **state)
{
	struct rig *rig = *state;
	void *wide = come_in(rig, &rig->clients[WIDE]);
	void *narrow = come_in(rig, &rig->clients[NARROW]);

	subscribe(wide, "topic/none/");
	subscribe(narrow, "topic/none/");
	turn(rig);
	nw_bus_curve_give(&rig->curve, nw_rights_new(rig->configured, 1)); /* narrow alone */
	turn(rig);
	publish(rig, "topic/none/");
	assert_string_equal(got(narrow), "topic/none/");
	assert_string_equal(got(wide), "");
}

static void whoever_asks_for_too_much_is_not_let_in_for_longer_each_time(void **state)
{
	static const int64_t pauses[] = {1000, 2000, 4000, 8000, 16000, 30000, 30000};
	struct rig *rig = *state;
	struct nw_right *right = nw_rights_find(rig->curve.rights, rig->clients[NARROW].public_key);

	for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
		void *narrow = come_in(rig, &rig->clients[NARROW]);

		subscribe(narrow, "sys/heartbeat");
		subscribe(narrow, "all/");
		subscribe(narrow, "topic/"); /* it was cut off already: not one time more */
		turn(rig);
		assert_int_equal(right->pause_ms, pauses[i]);
		assert_int_equal(right->barred_until_ms, rig->now_ms + pauses[i]);
		hang_up(rig);
		await_count(rig, 0);
		rig->now_ms = right->barred_until_ms;
	}
	rig->now_ms += 60000;
	subscribe(come_in(rig, &rig->clients[NARROW]), "all/");
	turn(rig);
	assert_int_equal(right->pause_ms, 1000);
	nw_bus_curve_give(&rig->curve, nw_rights_new(rig->configured, CLIENTS));
	turn(rig);
	right = nw_rights_find(rig->curve.rights, rig->clients[NARROW].public_key);
	assert_int_equal(right->barred_until_ms, rig->now_ms + 1000);
}

static void what_counts_is_what_was_granted(void **state)
{
	static const char everything[] =
		"sys/heartbeat/wide/all/topic/story/alert/sys/feed/sys/reload/sys/alert/";
	struct rig *rig = *state;
	void *wide = come_in(rig, &rig->clients[WIDE]);

	subscribe(wide, "");
	turn(rig);
	assert_int_equal(rig->curve.guests.shares.bytes, sizeof(everything) - 1);
}

static void heartbeats_end_with_the_last_name_they_were_asked_for_by(void **state)
{
	struct rig *rig = *state;
	void *narrow = come_in(rig, &rig->clients[NARROW]);

	say(narrow, "\0topic/", 7); /* an end without a beginning is nothing */
	turn(rig);
	assert_int_equal(rig->curve.guests.connections.n, 0);
	subscribe(narrow, "sys/heartbeat");
	subscribe(narrow, "sys/heartbeat/");
	turn(rig);
	say(narrow, "\0sys/heartbeat", 14);
	turn(rig);
	publish(rig, "sys/heartbeat/narrow/");
	assert_string_equal(got(narrow), "sys/heartbeat/narrow/");
	say(narrow, "\0sys/heartbeat/", 15);
	turn(rig);
	nw_guests_count_listeners(&rig->curve.guests);
	assert_int_equal(
		nw_rights_find(rig->curve.rights, rig->clients[NARROW].public_key)->listeners, 0);
	publish(rig, "sys/heartbeat/narrow/");
	assert_string_equal(got(narrow), "");
}

/* The one connection that there is, as a descriptor of ours; -1: none. */
static int accepted(struct rig *rig)
{
	int fd = 0, listens = 1;

	for (; fd < 1024; fd++) {
		socklen_t size = sizeof(listens);

		if (!getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) && !listens &&
			nw_bus_socket_accepted(&rig->curve.xpub, fd))
			return fd;
	}
	return -1;
}

/* Somebody connects, whom libzmq's thread gives that descriptor, and says nothing; a descriptor. */
static int take_over(const struct rig *rig, int fd)
{
	const char *endpoint = rig->curve.xpub.endpoints[0];
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(strrchr(endpoint, ':') + 1)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int filler[64];
	size_t n = 0;

	do
		filler[n] = dup(peer);
	while (filler[n] >= 0 && filler[n] < fd && ++n < 64);
	assert_int_equal(filler[n], fd);
	(void)close(fd);
	assert_int_equal(connect(peer, (struct sockaddr *)&address, sizeof(address)), 0);
	settle();
	while (n)
		(void)close(filler[--n]);
	return peer;
}

static void what_comes_from_who_is_gone_is_granted_to_nobody(void **state)
{
	struct rig *rig = *state;
	void *wide = come_in(rig, &rig->clients[WIDE]);
	const int fd = accepted(rig);
	int events, peer;
	size_t size = sizeof(events);

	assert_true(fd >= 0);
	subscribe(wide, "all/");
	assert_int_equal(zmq_getsockopt(rig->curve.xpub.zmq, ZMQ_EVENTS, &events, &size), 0);
	hang_up(rig);
	for (int i = 0; i < 4; i++) { /* libzmq forgets it, with what it said still to be read */
		settle();
		(void)zmq_getsockopt(rig->curve.xpub.zmq, ZMQ_EVENTS, &events, &size);
	}
	assert_int_equal(accepted(rig), -1);
	peer = take_over(rig, fd);
	assert_int_equal(accepted(rig), fd);
	turn(rig);
	assert_int_equal(rig->curve.guests.connections.n, 0);
	assert_int_equal(rig->curve.guests.shares.n, 0);
	(void)close(peer);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_subscription_is_in_force_once_it_is_granted),
		T(after_junk_nothing_is_granted_to_anybody_else),
		T(what_a_connection_had_granted_ends_with_it),
		T(subscriptions_are_limited_in_all),
		T(whoever_asks_for_too_much_is_not_let_in_for_longer_each_time),
		T(what_counts_is_what_was_granted),
		T(heartbeats_end_with_the_last_name_they_were_asked_for_by),
		T(who_has_lost_a_right_is_sent_nothing_more),
		T(what_comes_from_who_is_gone_is_granted_to_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
