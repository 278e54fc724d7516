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
#define PACED 2000
#define PACED_ROUNDS 7
#define JSON_BYTES 1200
#define TEXT_BYTES 2800

struct bench {
	char dir[64], path[96];
	void *context, *peers; /* two contexts, since a subscriber is another process */
	struct nw_journal_reader *reader;
	struct nw_bus *bus;
	struct nw_bus_socket ours; /* the bus's own kind of XPUB */
	void *bare_pub, *bare_router;
	void *ours_sub, *bare_sub, *ours_dealer, *bare_dealer;
	void *ours_crowd[CROWD], *bare_crowd[CROWD];
	struct nw_bus_socket ours_to_crowd;
	void *bare_to_crowd;
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

static void *take_crowd(void *sockets)
{
	for (int i = 0; i < CROWD; i++)
		take(((void **)sockets)[i], N_CROWD);
	return NULL;
}

/* --- publishing --- */

/* The last n of the journal, to whoever takes them. */
static void publish(const struct bench *b, void *xpub, int n, void *(*taker)(void *), void *arg)
{
	struct nw_publisher publisher;
	pthread_t thread;
	bool more = true;

	check(!nw_publisher_open(&publisher, xpub, b->reader, NULL), "publisher");
	publisher.after = N - n;
	check(!pthread_create(&thread, NULL, taker, arg), "thread");
	while (more)
		check(!nw_publisher_page(&publisher, &more, NULL), "page");
	(void)pthread_join(thread, NULL);
	nw_publisher_close(&publisher);
}

static double publish_ours(void *arg)
{
	struct bench *b = arg;

	publish(b, b->ours.zmq, N, take_round, b->ours_sub);
	return N;
}

static double publish_ours_to_crowd(void *arg)
{
	struct bench *b = arg;

	publish(b, b->ours_to_crowd.zmq, N_CROWD, take_crowd, b->ours_crowd);
	return N_CROWD * CROWD;
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

static double publish_bare_to_crowd(void *arg)
{
	struct bench *b = arg;
	pthread_t thread;

	check(!pthread_create(&thread, NULL, take_crowd, b->bare_crowd), "thread");
	for (int i = 0; i < N_CROWD; i++)
		send_bare(b, b->bare_to_crowd, i);
	(void)pthread_join(thread, NULL);
	return N_CROWD * CROWD;
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
	void *socket = zmq_socket(b->peers, type);
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

static const char *const loopback[] = {"tcp://127.0.0.1:*", NULL};

static void open_crowds(struct bench *b)
{
	char pub[NW_BUS_ENDPOINT_MAX];

	check(!nw_bus_socket_open(b->context, ZMQ_XPUB, loopback, NULL, &b->ours_to_crowd, NULL),
		"xpub");
	b->bare_to_crowd = bind_bare(b, ZMQ_XPUB, pub);
	for (int i = 0; i < CROWD; i++) {
		const int verbose = 1;

		(void)zmq_setsockopt(b->bare_to_crowd, ZMQ_XPUB_VERBOSE, &verbose, sizeof(verbose));
		b->ours_crowd[i] = connect_to(b, ZMQ_SUB, b->ours_to_crowd.endpoints[0]);
		b->bare_crowd[i] = connect_to(b, ZMQ_SUB, pub);
		await_subscription(b->ours_to_crowd.zmq, "ours");
		await_subscription(b->bare_to_crowd, "bare");
	}
}

static void open_sockets(struct bench *b)
{
	const struct nw_bus_options options = {.journal = b->path,
		.live = loopback,
		.replay = loopback,
		.heartbeat_ms = 5000,
		.max_subscriptions = 100,
		.max_replays = 4};
	char pub[NW_BUS_ENDPOINT_MAX], router[NW_BUS_ENDPOINT_MAX];

	b->context = zmq_ctx_new();
	b->peers = zmq_ctx_new();
	(void)zmq_ctx_set(b->peers, ZMQ_IO_THREADS, 2);
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
	open_crowds(b);
}

static void close_all(struct bench *b)
{
	static const char *const names[] = {
		"journal.db", "journal.db-wal", "journal.db-shm", "journal.db.lock"};
	void *const sockets[] = {b->bare_pub, b->bare_router, b->ours_sub, b->bare_sub,
		b->ours_dealer, b->bare_dealer};
	char path[128];

	for (size_t i = 0; i < sizeof(sockets) / sizeof(sockets[0]); i++)
		(void)zmq_close(sockets[i]);
	for (int i = 0; i < CROWD; i++) {
		(void)zmq_close(b->ours_crowd[i]);
		(void)zmq_close(b->bare_crowd[i]);
	}
	(void)zmq_close(b->bare_to_crowd);
	nw_bus_socket_close(&b->ours_to_crowd);
	nw_bus_socket_close(&b->ours);
	nw_bus_stop(b->bus);
	nw_journal_reader_close(b->reader);
	(void)zmq_ctx_term(b->context);
	(void)zmq_ctx_term(b->peers);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", b->dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(b->dir);
}

/* --- from an article in hand to its frames --- */

struct paced {
	struct nw_store_job job; /* first, so that a letter is one */
	const struct bench *bench;
	int number;
	double posted_s, received_s;
};

static double now_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static enum nw_err write_paced(
	struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error)
{
	const struct paced *p = (const struct paced *)job;
	struct nw_journal_key keys[] = {{NW_STR("all/"), 0}, {NW_STR("topic/libya/"), 0}};
	struct nw_record record = {.version = 1,
		.unix_ms = 1700000000000,
		.keys = keys,
		.n_keys = 2,
		.json = {p->bench->json, JSON_BYTES - 24},
		.text = {p->bench->text, TEXT_BYTES}};
	char id[33];
	bool is_new;

	(void)snprintf(id, sizeof(id), "%032x", N + p->number);
	record.id = nw_str(id);
	return nw_journal_append(journal, &record, &is_new, error);
}

static void leave(struct nw_store_job *job)
{
	(void)job; /* they are all freed in the end */
}

static void wake_bus(void *arg)
{
	nw_bus_wake(arg);
}

struct receiver {
	void *sub;
	struct paced *paced;
};

static void *receive_paced(void *arg)
{
	const struct receiver *r = arg;

	for (int i = 0; i < PACED; i++) {
		take(r->sub, 1);
		r->paced[i].received_s = now_s();
	}
	return NULL;
}

static void post_paced(
	const struct bench *b, struct nw_writer *writer, struct paced *paced, int first)
{
	struct timespec at;

	(void)clock_gettime(CLOCK_MONOTONIC, &at);
	for (int i = 0; i < PACED; i++) {
		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
		paced[i] = (struct paced){.job = {.write = write_paced, .on_commit = leave},
			.bench = b,
			.number = first + i,
			.posted_s = now_s()};
		nw_mailbox_post(nw_writer_box(writer), &paced[i].job.mail);
		at.tv_nsec += 1000000000 / PACE;
		if (at.tv_nsec >= 1000000000) {
			at.tv_nsec -= 1000000000;
			at.tv_sec++;
		}
	}
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* What of it is the disk's: a page written and synced, alone. */
static double sync_alone_ms(const struct bench *b)
{
	enum { ROUNDS = 101 };
	double took[ROUNDS];
	char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/page", b->dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	for (int i = 0; i < ROUNDS; i++) {
		const double start = now_s();

		check(pwrite(fd, b->text, TEXT_BYTES, (off_t)i * 4096) == TEXT_BYTES &&
				fsync(fd) == 0,
			"sync");
		took[i] = (now_s() - start) * 1000;
	}
	(void)close(fd);
	(void)unlink(path);
	qsort(took, ROUNDS, sizeof(*took), by_size);
	return took[ROUNDS / 2];
}

static bool is_on_disk(const char *dir)
{
	struct statfs fs;

	return statfs(dir, &fs) == 0 && fs.f_type != TMPFS_MAGIC;
}

/* Of one round, in ms: the median, the 99th of 100, the worst. */
static void rank(const struct paced *paced, double ranks[3])
{
	static double ms[PACED];

	for (int i = 0; i < PACED; i++)
		ms[i] = (paced[i].received_s - paced[i].posted_s) * 1000;
	qsort(ms, PACED, sizeof(*ms), by_size);
	ranks[0] = ms[PACED / 2];
	ranks[1] = ms[PACED * 99 / 100];
	ranks[2] = ms[PACED - 1];
}

static void print_latency(const struct bench *b, double ranks[3][PACED_ROUNDS])
{
	for (int i = 0; i < 3; i++)
		qsort(ranks[i], PACED_ROUNDS, sizeof(ranks[i][0]), by_size);
	printf("%-34s p50 %.1f ms, p99 %.1f (%.1f-%.1f) ms, max %.1f ms: %d rounds of %d articles, %d a "
	       "second; a write and sync alone %.1f ms%s  p99 < 20\n",
		"article in hand to frames, 4 KB", ranks[0][PACED_ROUNDS / 2],
		ranks[1][PACED_ROUNDS / 2], ranks[1][0], ranks[1][PACED_ROUNDS - 1],
		ranks[2][PACED_ROUNDS - 1], PACED_ROUNDS, PACED, PACE, sync_alone_ms(b),
		is_on_disk(b->dir) ? "" : "; this is no disk: set TMPDIR");
	(void)fflush(stdout);
}

static void measure_latency(struct bench *b)
{
	static struct paced paced[PACED];
	const struct nw_writer_options options = {
		.path = b->path, .on_commit = wake_bus, .arg = b->bus};
	struct receiver receiver = {connect_to(b, ZMQ_SUB, nw_bus_live(b->bus, 0)), paced};
	double ranks[3][PACED_ROUNDS], of_round[3];
	struct nw_writer *writer;
	pthread_t thread;

	check(!nw_writer_start(&options, &writer, NULL), "writer");
	(void)zmq_setsockopt(receiver.sub, ZMQ_SUBSCRIBE, "sys/", 4);
	take(receiver.sub, 1); /* a heartbeat: the subscription is in force */
	(void)zmq_setsockopt(receiver.sub, ZMQ_UNSUBSCRIBE, "sys/", 4);
	for (int round = 0; round < PACED_ROUNDS; round++) {
		check(!pthread_create(&thread, NULL, receive_paced, &receiver), "thread");
		post_paced(b, writer, paced, round * PACED);
		(void)pthread_join(thread, NULL);
		rank(paced, of_round);
		for (int i = 0; i < 3; i++)
			ranks[i][round] = of_round[i];
	}
	nw_writer_stop(writer);
	(void)zmq_close(receiver.sub);
	print_latency(b, ranks);
}

int main(void)
{
	static struct bench b;
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(b.dir, sizeof(b.dir), "%s/nw-bench-XXXXXX", tmp ? tmp : "/tmp");
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
	nw_bench_run(&(struct nw_bench){.name = "publish, 4 KB, 100 subscribers",
		.unit = "messages",
		.bare_name = "libzmq, tcp",
		.reach = 0.6,
		.ours = publish_ours_to_crowd,
		.bare = publish_bare_to_crowd,
		.arg = &b});
	nw_bench_run(&(struct nw_bench){.name = "replay, 4 KB",
		.unit = "messages",
		.bare_name = "libzmq, tcp",
		.reach = 0.5,
		.ours = replay_ours,
		.bare = replay_bare,
		.arg = &b});
	measure_latency(&b);
	close_all(&b);
	return 0;
}
