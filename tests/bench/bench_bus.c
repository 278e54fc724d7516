#include <fcntl.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include <zmq.h>

#include "base/str.h"
#include "bench.h"
#include "bus/bus.h"
#include "bus/publish.h"
#include "bus/socket.h"
#include "store/writer.h"

/*
 * The bus against libzmq itself: the same four frames of the same 4 KB over tcp, to one
 * peer or to a hundred, in a context of their own. Ours reads them from the journal and
 * joins them; bare has them in memory. And the time from an article in hand to its frames at a
 * subscriber, through the writer with its real syncs and the bus, at a steady pace.
 */
#define N 8000 /* fewer than a publisher keeps for one subscriber, so that none is dropped */
#define CROWD 100
#define N_CROWD 2000
#define PACE 1000 /* articles a second */
#define PACED_S 6
#define JSON_BYTES 1200
#define TEXT_BYTES 2800

struct bench {
	char dir[64], path[96];
	void *context;
	struct nw_journal_reader *reader;
	struct nw_bus *bus;
	struct nw_bus_socket ours; /* the bus's own kind of XPUB */
	void *bare_pub, *bare_router;
	void *ours_sub, *bare_sub, *ours_dealer, *bare_dealer;
	char json[JSON_BYTES + 64], text[TEXT_BYTES];
};

static void check(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_bus: %s\n", what);
	exit(1);
}

/* --- receiving --- */

/* Whole messages, up to n of them or to one of a single frame. */
static void take(void *socket, int n)
{
	int frames = 0;
	zmq_msg_t msg;

	(void)zmq_msg_init(&msg);
	while (n > 0) {
		check(zmq_msg_recv(&msg, socket, 0) >= 0, "nothing comes any more");
		frames++;
		if (zmq_msg_more(&msg))
			continue;
		n = frames == 1 ? 0 : n - 1;
		frames = 0;
	}
	(void)zmq_msg_close(&msg);
}

static void *take_round(void *socket)
{
	take(socket, N);
	return NULL;
}

/* --- publishing --- */

static double publish_ours(void *arg)
{
	struct bench *b = arg;
	struct nw_publisher publisher;
	pthread_t thread;
	bool more = true;

	check(!nw_publisher_open(&publisher, b->ours.zmq, b->reader, NULL), "publisher");
	publisher.after = 0;
	check(!pthread_create(&thread, NULL, take_round, b->ours_sub), "thread");
	while (more)
		check(!nw_publisher_page(&publisher, &more, NULL), "page");
	(void)pthread_join(thread, NULL);
	nw_publisher_close(&publisher);
	return N;
}

static void send_bare(const struct bench *b, void *socket, int i)
{
	char header[128];
	const int n = snprintf(
		header, sizeof(header), "NW1 item %d %d 1700000000000 %032x v1", i + 1, i, i);

	(void)zmq_send(socket, "all/", 4, ZMQ_SNDMORE);
	(void)zmq_send(socket, header, (size_t)n, ZMQ_SNDMORE);
	(void)zmq_send(socket, b->json, JSON_BYTES, ZMQ_SNDMORE);
	check(zmq_send(socket, b->text, TEXT_BYTES, 0) == TEXT_BYTES, "send");
}

static double publish_bare(void *arg)
{
	struct bench *b = arg;
	pthread_t thread;

	check(!pthread_create(&thread, NULL, take_round, b->bare_sub), "thread");
	for (int i = 0; i < N; i++)
		send_bare(b, b->bare_pub, i);
	(void)pthread_join(thread, NULL);
	return N;
}

/* --- replaying --- */

static double replay_ours(void *arg)
{
	static const char request[] = "from=1\nkeys=all/\ncredit=1000000000";
	struct bench *b = arg;

	(void)zmq_send(b->ours_dealer, "NWREPLAY1", 9, ZMQ_SNDMORE);
	(void)zmq_send(b->ours_dealer, request, sizeof(request) - 1, 0);
	take(b->ours_dealer, N + 1);
	return N;
}

static void *answer_bare(void *arg)
{
	struct bench *b = arg;
	char peer[256], request[64];
	const int n = zmq_recv(b->bare_router, peer, sizeof(peer), 0);

	check(n > 0 && zmq_recv(b->bare_router, request, sizeof(request), 0) > 0, "request");
	for (int i = 0; i < N; i++) {
		(void)zmq_send(b->bare_router, peer, (size_t)n, ZMQ_SNDMORE);
		send_bare(b, b->bare_router, i);
	}
	return NULL;
}

static double replay_bare(void *arg)
{
	struct bench *b = arg;
	pthread_t thread;

	check(!pthread_create(&thread, NULL, answer_bare, b), "thread");
	(void)zmq_send(b->bare_dealer, "all", 3, 0);
	take(b->bare_dealer, N);
	(void)pthread_join(thread, NULL);
	return N;
}

/* --- setting up --- */

static void fill_journal(struct bench *b)
{
	struct nw_journal *journal;
	char id[33];

	check(!nw_journal_open(b->path, &journal, NULL), "journal");
	check(!nw_journal_begin(journal, NULL), "begin");
	for (int i = 0; i < N; i++) {
		struct nw_journal_key key = {NW_STR("all/"), 0};
		struct nw_record record = {.version = 1,
			.unix_ms = 1700000000000,
			.keys = &key,
			.n_keys = 1,
			.json = {b->json, JSON_BYTES - 24},
			.text = {b->text, TEXT_BYTES}};
		bool is_new;

		(void)snprintf(id, sizeof(id), "%032x", i);
		record.id = nw_str(id);
		check(!nw_journal_append(journal, &record, &is_new, NULL), "append");
	}
	check(!nw_journal_commit(journal, NULL), "commit");
	nw_journal_close(journal);
}

static void *bind_bare(struct bench *b, int type, char endpoint[NW_BUS_ENDPOINT_MAX])
{
	void *socket = zmq_socket(b->context, type);
	size_t size = NW_BUS_ENDPOINT_MAX;
	const int none = 0;

	(void)zmq_setsockopt(socket, ZMQ_SNDHWM, &none, sizeof(none));
	check(!zmq_bind(socket, "tcp://127.0.0.1:*"), "bind");
	check(!zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size), "endpoint");
	return socket;
}

static void *connect_to(struct bench *b, int type, const char *endpoint)
{
	void *socket = zmq_socket(b->context, type);
	const int none = 0, patience = 20000;

	(void)zmq_setsockopt(socket, ZMQ_RCVHWM, &none, sizeof(none));
	(void)zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof(patience));
	(void)zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof(none));
	if (type == ZMQ_SUB)
		(void)zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "all/", 4);
	check(!zmq_connect(socket, endpoint), "connect");
	return socket;
}

/* What is sent from here on reaches the subscriber. */
static void await_subscription(void *xpub, const char *what)
{
	char frame[64];

	check(zmq_recv(xpub, frame, sizeof(frame), 0) == 5, what);
}

static void open_sockets(struct bench *b)
{
	static const char *const loopback[] = {"tcp://127.0.0.1:*", NULL};
	const struct nw_bus_options options = {.journal = b->path,
		.live = loopback,
		.replay = loopback,
		.heartbeat_ms = 5000,
		.max_subscriptions = 100,
		.max_replays = 4};
	char pub[NW_BUS_ENDPOINT_MAX], router[NW_BUS_ENDPOINT_MAX];

	b->context = zmq_ctx_new();
	check(!nw_journal_reader_open(b->path, &b->reader, NULL), "reader");
	check(!nw_bus_start(&options, &b->bus, NULL), "bus");
	check(!nw_bus_socket_open(b->context, ZMQ_XPUB, loopback, NULL, &b->ours, NULL), "xpub");
	b->bare_pub = bind_bare(b, ZMQ_XPUB, pub);
	b->bare_router = bind_bare(b, ZMQ_ROUTER, router);
	b->ours_sub = connect_to(b, ZMQ_SUB, b->ours.endpoints[0]);
	b->bare_sub = connect_to(b, ZMQ_SUB, pub);
	b->ours_dealer = connect_to(b, ZMQ_DEALER, nw_bus_replay(b->bus, 0));
	b->bare_dealer = connect_to(b, ZMQ_DEALER, router);
	await_subscription(b->ours.zmq, "ours");
	await_subscription(b->bare_pub, "bare");
}

static void close_all(struct bench *b)
{
	static const char *const names[] = {"journal.db", "journal.db-wal", "journal.db-shm"};
	void *const sockets[] = {b->bare_pub, b->bare_router, b->ours_sub, b->bare_sub,
		b->ours_dealer, b->bare_dealer};
	char path[128];

	for (size_t i = 0; i < sizeof(sockets) / sizeof(sockets[0]); i++)
		(void)zmq_close(sockets[i]);
	nw_bus_socket_close(&b->ours);
	nw_bus_stop(b->bus);
	nw_journal_reader_close(b->reader);
	(void)zmq_ctx_term(b->context);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", b->dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(b->dir);
}

int main(void)
{
	static struct bench b = {.dir = "/tmp/nw-bench-XXXXXX"};

	check(mkdtemp(b.dir) != NULL, "directory");
	(void)snprintf(b.path, sizeof(b.path), "%s/journal.db", b.dir);
	memset(b.json, 'j', sizeof(b.json));
	memset(b.text, 't', sizeof(b.text));
	fill_journal(&b);
	open_sockets(&b);
	nw_bench_run(&(struct nw_bench){.name = "publish, 4 KB, 1 subscriber",
		.unit = "messages",
		.bare_name = "libzmq, tcp",
		.reach = 0.6,
		.ours = publish_ours,
		.bare = publish_bare,
		.arg = &b});
	nw_bench_run(&(struct nw_bench){.name = "replay, 4 KB",
		.unit = "messages",
		.bare_name = "libzmq, tcp",
		.reach = 0.5,
		.ours = replay_ours,
		.bare = replay_bare,
		.arg = &b});
	close_all(&b);
	return 0;
}
