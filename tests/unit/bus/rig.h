#ifndef TESTS_UNIT_BUS_RIG_H
#define TESTS_UNIT_BUS_RIG_H

/* A bus over a journal of its own in a directory of its own, and bare ZeroMQ peers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <zmq.h>

#include "base/arena.h"
#include "base/str.h"
#include "bus/bus.h"
#include "store/journal.h"

#define PATIENCE_MS 60000 /* a test that waits this long for a message has failed */
#define FRAMES 5

struct rig {
	char dir[64], journal_path[96], live[96], replay[96];
	const char *live_list[2], *replay_list[2];
	struct nw_bus_options options;
	struct nw_journal *journal;
	struct nw_bus *bus;
	void *context;
	struct nw_arena *arena;
	void *peers[320];
};

/* A message as received: up to FRAMES frames. */
struct got {
	size_t n;
	struct nw_str frames[FRAMES];
};

static inline void start_bus(struct rig *rig)
{
	struct nw_error error = {0};

	if (nw_bus_start(&rig->options, &rig->bus, &error))
		fail_msg("%s", error.text);
}

static inline void stop_bus(struct rig *rig)
{
	nw_bus_stop(rig->bus);
	rig->bus = NULL;
}

static inline int set_up(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	struct nw_error error = {0};

	(void)snprintf(rig->dir, sizeof(rig->dir), "/tmp/nw-bus-XXXXXX");
	assert_non_null(mkdtemp(rig->dir));
	(void)snprintf(rig->journal_path, sizeof(rig->journal_path), "%s/journal.db", rig->dir);
	(void)snprintf(rig->live, sizeof(rig->live), "ipc://%s/live", rig->dir);
	(void)snprintf(rig->replay, sizeof(rig->replay), "ipc://%s/replay", rig->dir);
	rig->live_list[0] = rig->live;
	rig->replay_list[0] = rig->replay;
	rig->options = (struct nw_bus_options){.journal = rig->journal_path,
		.live = rig->live_list,
		.replay = rig->replay_list,
		.heartbeat_ms = 5000,
		.max_subscriptions = 100000,
		.max_replays = 16};
	if (nw_journal_open(rig->journal_path, &rig->journal, &error))
		fail_msg("%s", error.text);
	rig->context = zmq_ctx_new();
	rig->arena = nw_arena_new();
	*state = rig;
	return 0;
}

static inline void hang_up(struct rig *rig, void *socket)
{
	(void)zmq_close(socket);
	for (size_t i = 0; i < sizeof(rig->peers) / sizeof(rig->peers[0]); i++) {
		if (rig->peers[i] == socket)
			rig->peers[i] = NULL;
	}
}

static inline int tear_down(void **state)
{
	static const char *const names[] = {
		"journal.db", "journal.db-wal", "journal.db-shm", "live", "replay"};
	struct rig *rig = *state;
	char path[160];

	for (size_t i = 0; i < sizeof(rig->peers) / sizeof(rig->peers[0]); i++) {
		if (rig->peers[i])
			hang_up(rig, rig->peers[i]);
	}
	nw_bus_stop(rig->bus);
	nw_journal_close(rig->journal);
	(void)zmq_ctx_term(rig->context);
	nw_arena_free(rig->arena);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", rig->dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(rig->dir);
	free(rig);
	return 0;
}

/* One article more, under all/ and under the tag (may be NULL); answers its seq. */
static inline int64_t add(struct rig *rig, const char *tag, struct nw_str text)
{
	static int count;
	char id[33], key[160];
	struct nw_journal_key keys[2] = {{.key = NW_STR("all/")}};
	struct nw_record record = {.kind = NW_KIND_ITEM,
		.version = 1,
		.unix_ms = 1700000000000 + count,
		.json = NW_STR("},\"title\":\"On \xc3\xa9quit\xc3\xa9\"}"),
		.text = text,
		.keys = keys,
		.n_keys = tag ? 2 : 1};
	struct nw_error error = {0};
	bool is_new;

	(void)snprintf(id, sizeof(id), "%032x", ++count);
	record.id = nw_str(id);
	(void)snprintf(key, sizeof(key), "topic/%s/", tag ? tag : "");
	keys[1].key = nw_str(key);
	if (nw_journal_append(rig->journal, &record, &is_new, &error))
		fail_msg("%s", error.text);
	return record.seq;
}

static inline void begin(struct rig *rig)
{
	assert_int_equal(nw_journal_begin(rig->journal, NULL), NW_OK);
}

static inline void commit(struct rig *rig)
{
	assert_int_equal(nw_journal_commit(rig->journal, NULL), NW_OK);
	if (rig->bus)
		nw_bus_wake(rig->bus);
}

/* The usual: one article in a commit of its own. */
static inline int64_t publish(struct rig *rig, const char *tag)
{
	int64_t seq;

	begin(rig);
	seq = add(rig, tag, NW_STR(" date 2023-11-14 On \xc3\xa9quit\xc3\xa9\n\nA paragraph.\n"));
	commit(rig);
	return seq;
}

/* A socket that connects to nothing yet; closed by hang_up, or when the test ends. */
static inline void *unconnected(struct rig *rig, int type)
{
	void *socket = zmq_socket(rig->context, type);
	const int none = 0, patience = PATIENCE_MS;
	size_t i = 0;

	assert_non_null(socket);
	(void)zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof(none));
	(void)zmq_setsockopt(socket, ZMQ_SNDHWM, &none, sizeof(none));
	(void)zmq_setsockopt(socket, ZMQ_RCVHWM, &none, sizeof(none));
	(void)zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof(patience));
	while (rig->peers[i])
		i++;
	assert_true(i < sizeof(rig->peers) / sizeof(rig->peers[0]));
	rig->peers[i] = socket;
	return socket;
}

static inline void *peer(struct rig *rig, int type, const char *endpoint)
{
	void *socket = unconnected(rig, type);

	assert_int_equal(zmq_connect(socket, endpoint), 0);
	return socket;
}

static inline void take_frame(struct rig *rig, void *socket, struct got *got, bool *more)
{
	zmq_msg_t msg;

	(void)zmq_msg_init(&msg);
	if (zmq_msg_recv(&msg, socket, 0) < 0)
		fail_msg("no message came: %s", zmq_strerror(zmq_errno()));
	assert_true(got->n < FRAMES);
	got->frames[got->n++] =
		nw_arena_str(rig->arena, (struct nw_str){zmq_msg_data(&msg), zmq_msg_size(&msg)});
	*more = zmq_msg_more(&msg);
	(void)zmq_msg_close(&msg);
}

static inline struct got take_message(struct rig *rig, void *socket)
{
	struct got got = {0};
	bool more = true;

	while (more)
		take_frame(rig, socket, &got, &more);
	return got;
}

static inline void assert_str(struct nw_str got, const char *want)
{
	if (!nw_str_eq(got, nw_str(want)))
		fail_msg("got '%.*s', want '%s'", NW_ARG(got), want);
}

static inline bool is_beat(const struct got *got)
{
	return nw_str_eq(got->frames[0], NW_STR("sys/heartbeat"));
}

static inline struct got take_beat(struct rig *rig, void *sub)
{
	struct got got;

	do
		got = take_message(rig, sub);
	while (!is_beat(&got));
	assert_int_equal(got.n, 3);
	return got;
}

/* A SUB whose subscriptions are known to be in force: its first heartbeat has come. */
static inline void *subscribe(struct rig *rig, const char *const *prefixes)
{
	void *sub = peer(rig, ZMQ_SUB, rig->live);

	for (size_t i = 0; prefixes[i]; i++)
		(void)zmq_setsockopt(sub, ZMQ_SUBSCRIBE, prefixes[i], strlen(prefixes[i]));
	(void)zmq_setsockopt(sub, ZMQ_SUBSCRIBE, "sys/heartbeat", 13);
	(void)take_beat(rig, sub);
	return sub;
}

/* The next article on a SUB. */
static inline struct got take_item(struct rig *rig, void *sub)
{
	struct got got;

	do
		got = take_message(rig, sub);
	while (is_beat(&got));
	assert_int_equal(got.n, 4);
	return got;
}

static inline void ask(void *dealer, const char *lines)
{
	assert_true(zmq_send(dealer, "NWREPLAY1", 9, ZMQ_SNDMORE) == 9);
	assert_true(zmq_send(dealer, lines, strlen(lines), 0) >= 0);
}

#endif
