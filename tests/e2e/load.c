/*
 * The bus under load, over tcp, subscribers in processes of their own:
 *
 *   load stalled SUBSCRIBERS MESSAGES   one subscriber stops reading beside the others, who must get
 *                                       everything live; it gets the rest by replay, and the daemon's
 *                                       side, this process, does not grow meanwhile
 *   load replays PEERS ROWS             a slow replay of all rows, and as many at a time as there are
 *                                       peers, while the journal is written: its log stays short
 */
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zmq.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "bus/bus.h"
#include "rt/metrics.h"
#include "store/journal.h"

#define PATIENCE_MS 120000 /* for anything: a bound, never a measure */
#define BODY 2000
#define ROUND 500 /* messages, then the others are waited for: a publisher's queue holds 10000 */
#define BEHIND \
	12000 /* messages after which a stalled subscriber's queue is full, and so are all caches */
#define GROWTH_KB \
	16384 /* less than a third of what an endless queue would hold in the short form */
#define LOG_BYTES 83886080 /* of the journal's -wal: 16000 pages and a batch on either side */
#define WRITTEN (3 * LOG_BYTES)
#define WRITE_ROWS 256
#define LAST 500      /* rows that each of many peers asks for */
#define REPLAY_KB 512 /* that one replay may cost: a page, and what libzmq holds of another */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_TELLS 0 /* the sanitizers keep what was freed */
#else
#define MEMORY_TELLS 1
#endif

struct load {
	char dir[32], path[64], live[128], replay[128];
	struct nw_journal *journal;
	struct nw_bus *bus;
	int to[2], from[2]; /* the children's pipes: both read `to` and write `from` */
	int64_t newest;
};

__attribute__((format(printf, 2, 3))) static void check(bool ok, const char *form, ...)
{
	va_list args;

	if (ok)
		return;
	va_start(args, form);
	(void)fprintf(stderr, "load: ");
	(void)vfprintf(stderr, form, args);
	(void)fprintf(stderr, "\n");
	va_end(args);
	exit(1);
}

static void say(int fd, char word)
{
	check(write(fd, &word, 1) == 1, "nobody listens");
}

static void hear(int fd, char word)
{
	char got = 0;

	check(read(fd, &got, 1) == 1 && got == word, "the other side has ended");
}

/* --- the subscribers' side --- */

static void *open_peer(void *context, int type, const char *endpoint, int receive_max)
{
	void *socket = zmq_socket(context, type);
	const int none = 0, patience = PATIENCE_MS, few = 4096;

	(void)zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof(none));
	(void)zmq_setsockopt(socket, ZMQ_RCVHWM, &receive_max, sizeof(receive_max));
	(void)zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof(patience));
	if (receive_max)
		(void)zmq_setsockopt(socket, ZMQ_RCVBUF, &few, sizeof(few));
	if (type == ZMQ_SUB) {
		(void)zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "all/", 4);
		(void)zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "sys/", 4);
	}
	check(zmq_connect(socket, endpoint) == 0, "cannot connect to %s", endpoint);
	return socket;
}

enum took { TOOK_MESSAGE, TOOK_BEAT, TOOK_LINE };

/* The next message, of which seq and prev are kept, or the first words of a single frame. */
static enum took take(void *socket, struct nw_message *message, char line[64])
{
	int n = 0, more = 1;
	zmq_msg_t msg;

	(void)zmq_msg_init(&msg);
	for (; more; n++) {
		check(zmq_msg_recv(&msg, socket, 0) >= 0, "nothing comes any more");
		more = zmq_msg_more(&msg);
		if (n == 0)
			(void)snprintf(line, 64, "%.*s", (int)zmq_msg_size(&msg),
				(const char *)zmq_msg_data(&msg));
		if (n == 1)
			check(nw_wire_read_header(
				      (struct nw_str){zmq_msg_data(&msg), zmq_msg_size(&msg)},
				      message, NULL) == NW_OK,
				"no header after %s", line);
	}
	(void)zmq_msg_close(&msg);
	return n == 1 ? TOOK_LINE : message->kind == NW_KIND_HEARTBEAT ? TOOK_BEAT : TOOK_MESSAGE;
}

static void await_beat(void *sub)
{
	struct nw_message message;
	char line[64];

	while (take(sub, &message, line) != TOOK_BEAT)
		continue;
}

/* The next article: it must be the one after last. */
static void take_next(void *socket, int64_t last)
{
	struct nw_message message;
	enum took took = TOOK_BEAT;
	char line[64] = "";

	while (took == TOOK_BEAT)
		took = take(socket, &message, line);
	check(took == TOOK_MESSAGE, "'%s' in place of %" PRId64, line, last + 1);
	check(message.seq == last + 1 && message.prev == last,
		"%" PRId64 " after %" PRId64 " in place of %" PRId64, message.seq, message.prev,
		last + 1);
}

static void ask(void *dealer, const char *lines)
{
	check(zmq_send(dealer, "NWREPLAY1", 9, ZMQ_SNDMORE) == 9 &&
			zmq_send(dealer, lines, strlen(lines), 0) > 0,
		"cannot ask");
}

static void pay(void *dealer, int credit)
{
	char line[32];
	const int n = snprintf(line, sizeof(line), "MORE %d", credit);

	check(zmq_send(dealer, line, (size_t)n, 0) == n, "cannot pay");
}

/* What is asked for must come in order, after last and up to an END at upto. */
static void take_replay(void *dealer, int64_t last, int64_t upto)
{
	char line[64], want[64];
	struct nw_message message;

	for (; last < upto; last++) {
		take_next(dealer, last);
		if (last % 250 == 0)
			pay(dealer, 250);
	}
	check(take(dealer, &message, line) == TOOK_LINE, "more than was asked for");
	(void)snprintf(want, sizeof(want), "END %" PRId64 " 1", upto);
	check(strcmp(line, want) == 0, "'%s' in place of '%s'", line, want);
}

/* --- the daemon's side --- */

static void append(struct load *load, int rows, size_t bytes)
{
	static char body[BODY];
	struct nw_error error = {0};
	enum nw_err err = nw_journal_begin(load->journal, &error);

	memset(body, 'x', sizeof(body));
	for (int i = 0; !err && i < rows; i++) {
		struct nw_journal_key key = {NW_STR("all/"), 0};
		char id[33];
		struct nw_record record = {.version = 1,
			.keys = &key,
			.n_keys = 1,
			.json = NW_STR("}}"),
			.text = {body, bytes}};
		bool is_new;

		(void)snprintf(id, sizeof(id), "%032" PRIx64, load->newest + 1);
		record.id = nw_str(id);
		err = nw_journal_append(load->journal, &record, &is_new, &error);
		load->newest = record.seq;
	}
	if (!err)
		err = nw_journal_commit(load->journal, &error);
	check(!err, "%s", error.text);
	if (load->bus)
		nw_bus_wake(load->bus);
}

static void open_journal(struct load *load)
{
	struct nw_error error = {0};

	(void)snprintf(load->dir, sizeof(load->dir), "/tmp/nw-load-XXXXXX");
	check(mkdtemp(load->dir) != NULL, "no directory");
	(void)snprintf(load->path, sizeof(load->path), "%s/journal.db", load->dir);
	check(!nw_journal_open(load->path, &load->journal, &error), "%s", error.text);
}

static void open_bus(struct load *load, int max_replays)
{
	static const char *const loopback[] = {"tcp://127.0.0.1:*", NULL};
	const struct nw_bus_options options = {.journal = load->path,
		.live = loopback,
		.replay = loopback,
		.heartbeat_ms = 5000,
		.max_subscriptions = 100,
		.max_replays = (size_t)max_replays};
	struct nw_error error = {0};

	check(!nw_bus_start(&options, &load->bus, &error), "%s", error.text);
	(void)snprintf(load->live, sizeof(load->live), "%s", nw_bus_live(load->bus, 0));
	(void)snprintf(load->replay, sizeof(load->replay), "%s", nw_bus_replay(load->bus, 0));
}

static void close_all(struct load *load)
{
	static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
	char path[80];

	nw_bus_stop(load->bus);
	nw_journal_close(load->journal);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", load->path, ends[i]);
		(void)unlink(path);
	}
	(void)rmdir(load->dir);
}

/* A child before anything here has threads; it is told where to connect. */
static pid_t start(
	struct load *load, void (*run)(struct load *load, int n, int64_t upto), int n, int64_t upto)
{
	pid_t pid;

	check(pipe(load->to) == 0 && pipe(load->from) == 0, "no pipe");
	pid = fork();
	check(pid >= 0, "no process");
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(load->to[1]);
		(void)close(load->from[0]);
		check(read(load->to[0], load->live, sizeof(load->live)) == sizeof(load->live) &&
				read(load->to[0], load->replay, sizeof(load->replay)) ==
					sizeof(load->replay),
			"no endpoints");
		run(load, n, upto);
		exit(0);
	}
	(void)close(load->to[0]);
	(void)close(load->from[1]);
	return pid;
}

static void tell_endpoints(struct load *load)
{
	check(write(load->to[1], load->live, sizeof(load->live)) == sizeof(load->live) &&
			write(load->to[1], load->replay, sizeof(load->replay)) ==
				sizeof(load->replay),
		"nobody listens");
}

static void end(pid_t pid)
{
	int status;

	check(waitpid(pid, &status, 0) == pid && status == 0, "the subscribers failed");
}

static long memory_kb(void)
{
	char line[128];
	long kb = 0;
	FILE *f = fopen("/proc/self/status", "r");

	while (f && !kb && fgets(line, sizeof(line), f))
		if (strncmp(line, "VmRSS:", 6) == 0)
			kb = strtol(line + 6, NULL, 10);
	if (f)
		(void)fclose(f);
	return kb;
}

/* --- one that stalls --- */

static void run_crowd(struct load *load, int n, int64_t upto)
{
	void *context = zmq_ctx_new(), **subs = nw_must_calloc((size_t)n, sizeof(void *));

	(void)zmq_ctx_set(context, ZMQ_IO_THREADS, 2);
	for (int i = 0; i < n; i++)
		subs[i] = open_peer(context, ZMQ_SUB, load->live, 0);
	for (int i = 0; i < n; i++)
		await_beat(subs[i]);
	say(load->from[1], 'r');
	for (int64_t had = 0; had < upto; had += ROUND) {
		for (int i = 0; i < n; i++)
			for (int64_t k = 0; k < ROUND; k++)
				take_next(subs[i], had + k);
		say(load->from[1], 'k');
	}
	free(subs);
}

static void run_stalled(struct load *load, int n, int64_t upto)
{
	void *context = zmq_ctx_new(), *sub = open_peer(context, ZMQ_SUB, load->live, 1), *dealer;
	struct nw_message message;
	int64_t last = 0;
	char line[128];

	(void)n;
	await_beat(sub);
	say(load->from[1], 'r');
	hear(load->to[0], 'g');
	/* What its queues kept is whole; then a message or a heartbeat tells of the loss. */
	while (take(sub, &message, line) == TOOK_MESSAGE ? message.prev == last
							 : message.seq <= last)
		last = message.seq > last ? message.seq : last;
	check(last < upto, "it lost nothing");
	dealer = open_peer(context, ZMQ_DEALER, load->replay, 0);
	(void)snprintf(line, sizeof(line), "from=%" PRId64 "\nkeys=all/", last + 1);
	ask(dealer, line);
	take_replay(dealer, last, upto);
	(void)printf("the stalled one had %" PRId64 " of its queue, %" PRId64 " by replay\n", last,
		upto - last);
}

static void stall(int n, int64_t upto)
{
	struct load crowd = {0}, stalled;
	const uint64_t dropped = nw_counter_value(NW_C_DROPPED);
	long before = 0, after;
	pid_t pids[2];

	upto -= upto % ROUND;
	check(upto > BEHIND, "no fewer than %d messages", BEHIND + ROUND);
	open_journal(&crowd);
	pids[0] = start(&crowd, run_crowd, n, upto);
	stalled = crowd;
	pids[1] = start(&stalled, run_stalled, 1, upto);
	open_bus(&crowd, 4);
	memcpy(stalled.live, crowd.live, sizeof(crowd.live));
	memcpy(stalled.replay, crowd.replay, sizeof(crowd.replay));
	tell_endpoints(&crowd);
	tell_endpoints(&stalled);
	hear(crowd.from[0], 'r');
	hear(stalled.from[0], 'r');
	while (crowd.newest < upto) {
		if (crowd.newest == BEHIND)
			before = memory_kb();
		append(&crowd, ROUND, BODY);
		hear(crowd.from[0], 'k');
	}
	after = memory_kb();
	say(stalled.to[1], 'g');
	end(pids[0]);
	end(pids[1]);
	check(nw_counter_value(NW_C_DROPPED) > dropped, "no drop was counted");
	(void)printf(
		"%d subscribers had %" PRId64 " messages live beside it; memory %ld KB after %d, "
		"%ld KB after all, %ld KB after the replay; times that one fell behind: %" PRIu64
		"\n",
		n, upto, before, BEHIND, after, memory_kb(),
		nw_counter_value(NW_C_DROPPED) - dropped);
	check(!MEMORY_TELLS || (after - before < GROWTH_KB && memory_kb() - before < GROWTH_KB),
		"memory grew by more than %d KB", GROWTH_KB);
	close_all(&crowd);
}

/* --- many replays --- */

/* As many at a time as there are peers: each has its first message before any has its second. */
static void run_many(void *context, const struct load *load, int n, int64_t upto)
{
	void **dealers = nw_must_calloc((size_t)n, sizeof(void *));
	char line[64];

	for (int i = 0; i < n; i++) {
		dealers[i] = open_peer(context, ZMQ_DEALER, load->replay, 0);
		(void)snprintf(line, sizeof(line), "from=%" PRId64 "\ncredit=1", upto - LAST + 1);
		ask(dealers[i], line);
	}
	for (int i = 0; i < n; i++)
		take_next(dealers[i], upto - LAST);
	for (int i = 0; i < n; i++)
		pay(dealers[i], LAST - 1);
	for (int i = 0; i < n; i++)
		for (int k = 1; k < LAST; k++)
			take_next(dealers[i], upto - LAST + k);
	for (int i = 0; i < n; i++)
		(void)zmq_close(dealers[i]);
	free(dealers);
}

static void run_replays(struct load *load, int n, int64_t upto)
{
	void *context = zmq_ctx_new(), *slow = open_peer(context, ZMQ_DEALER, load->replay, 0);
	const int64_t half = upto / 2;

	(void)zmq_ctx_set(context, ZMQ_IO_THREADS, 2);
	ask(slow, "from=1\ncredit=100");
	for (int64_t last = 0; last < half; last++) {
		take_next(slow, last);
		pay(slow, 1);
	}
	say(load->from[1], 'r');
	hear(load->to[0], 'g'); /* it stands in the middle of a page while the journal is written */
	run_many(context, load, n, upto);
	for (int64_t last = half; last < upto; last++) {
		take_next(slow, last);
		pay(slow, 1);
	}
	say(load->from[1], 'k');
}

static int64_t log_bytes(const struct load *load)
{
	struct stat st = {0};
	char path[80];

	(void)snprintf(path, sizeof(path), "%s-wal", load->path);
	check(stat(path, &st) == 0, "no log");
	return st.st_size;
}

static bool has_heard(int fd)
{
	zmq_pollitem_t item = {NULL, fd, ZMQ_POLLIN, 0};

	return zmq_poll(&item, 1, 0) > 0;
}

/* Writes so many bytes, and then on until the subscribers are done; how long the log became. */
static int64_t write_beside(struct load *load, int64_t enough)
{
	int64_t longest = 0;

	for (int64_t written = 0; enough ? written < enough : !has_heard(load->from[0]);
		written += WRITE_ROWS * BODY) {
		append(load, WRITE_ROWS, BODY);
		if (log_bytes(load) > longest)
			longest = log_bytes(load);
	}
	return longest;
}

static void replay(int n, int64_t upto)
{
	int64_t beside_one, beside_many;
	struct load load = {0};
	long before, after;
	pid_t pid;

	check(upto > 2 * LAST, "no fewer than %d rows", 2 * LAST + 1);
	open_journal(&load);
	pid = start(&load, run_replays, n, upto);
	while (load.newest < upto)
		append(&load, upto - load.newest < 1000 ? (int)(upto - load.newest) : 1000, 200);
	open_bus(&load, n + 1);
	tell_endpoints(&load);
	hear(load.from[0], 'r');
	before = memory_kb();
	beside_one = write_beside(&load, WRITTEN);
	say(load.to[1], 'g');
	beside_many = write_beside(&load, 0);
	hear(load.from[0], 'k');
	after = memory_kb();
	end(pid);
	(void)printf("a slow replay of %" PRId64
		     " rows and %d at a time beside it; the journal's log had "
		     "%" PRId64 " MB at most beside the one while %d MB were written, %" PRId64
		     " MB beside the many; memory %ld KB before them, %ld KB after\n",
		upto, n, beside_one >> 20, WRITTEN >> 20, beside_many >> 20, before, after);
	check(beside_one < LOG_BYTES && beside_many < LOG_BYTES, "the log grew past %d MB",
		LOG_BYTES >> 20);
	check(!MEMORY_TELLS || after - before < n * REPLAY_KB + GROWTH_KB,
		"memory grew by more than %d KB", n * REPLAY_KB + GROWTH_KB);
	close_all(&load);
}

int main(int argc, char **argv)
{
	const int n = argc == 4 ? atoi(argv[2]) : 0;
	const int64_t upto = argc == 4 ? strtoll(argv[3], NULL, 10) : 0;

	if (n > 0 && strcmp(argv[1], "stalled") == 0)
		stall(n, upto);
	else if (n > 0 && strcmp(argv[1], "replays") == 0)
		replay(n, upto);
	else
		check(false, "stalled SUBSCRIBERS MESSAGES | replays PEERS ROWS");
	return 0;
}
