#ifndef TESTS_UNIT_CLIENT_PLAYED_H
#define TESTS_UNIT_CLIENT_PLAYED_H

/* A client and a daemon that is played by the test, so that it can lose and refuse what it likes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <zmq.h>

#include "base/str.h"
#include <newswire/client.h>

#define PATIENCE_MS 60000

struct rig {
	char dir[64], live[96], replay[96];
	void *context, *xpub, *router;
	struct nw_client *client;
	char peer[256];
	size_t n_peer;
	char request[16384];
	struct nw_message message;
	struct nw_error error;
};

static inline int set_up(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	const int yes = 1, patience = PATIENCE_MS, none = 0;

	assert_non_null(rig);
	(void)snprintf(rig->dir, sizeof(rig->dir), "/tmp/nw-client-XXXXXX");
	assert_non_null(mkdtemp(rig->dir));
	(void)snprintf(rig->live, sizeof(rig->live), "ipc://%s/live", rig->dir);
	(void)snprintf(rig->replay, sizeof(rig->replay), "ipc://%s/replay", rig->dir);
	rig->context = zmq_ctx_new();
	rig->xpub = zmq_socket(rig->context, ZMQ_XPUB);
	rig->router = zmq_socket(rig->context, ZMQ_ROUTER);
	(void)zmq_setsockopt(rig->xpub, ZMQ_XPUB_VERBOSE, &yes, sizeof(yes));
	(void)zmq_setsockopt(rig->xpub, ZMQ_RCVTIMEO, &patience, sizeof(patience));
	(void)zmq_setsockopt(rig->router, ZMQ_RCVTIMEO, &patience, sizeof(patience));
	(void)zmq_setsockopt(rig->xpub, ZMQ_LINGER, &none, sizeof(none));
	(void)zmq_setsockopt(rig->router, ZMQ_LINGER, &none, sizeof(none));
	assert_int_equal(zmq_bind(rig->xpub, rig->live), 0);
	assert_int_equal(zmq_bind(rig->router, rig->replay), 0);
	*state = rig;
	return 0;
}

static inline int tear_down(void **state)
{
	struct rig *rig = *state;

	nw_client_close(rig->client);
	(void)zmq_close(rig->xpub);
	(void)zmq_close(rig->router);
	(void)zmq_ctx_term(rig->context);
	(void)unlink(rig->live + 6);
	(void)unlink(rig->replay + 6);
	(void)rmdir(rig->dir);
	free(rig);
	return 0;
}

/* Opens the client and waits until its subscriptions, the heartbeat's last, are here. */
static inline void open_client(struct rig *rig, struct nw_client_options options)
{
	char frame[256];
	int n;

	options.live = rig->live;
	options.replay = rig->replay;
	if (nw_client_open(&options, &rig->client, &rig->error))
		fail_msg("%s", rig->error.text);
	do {
		n = zmq_recv(rig->xpub, frame, sizeof(frame), 0);
		assert_true(n > 0);
	} while (n != 14 || memcmp(frame, "\1sys/heartbeat", 14) != 0);
}

static inline void send_text(void *socket, const char *text, int flags)
{
	assert_true(zmq_send(socket, text, strlen(text), flags) >= 0);
}

static inline void send_item(void *socket, const char *key, int64_t seq, int64_t prev)
{
	char header[128], json[64];

	(void)snprintf(header, sizeof(header), "NW1 item %lld %lld 1700000000000 %032llx v1",
		(long long)seq, (long long)prev, (long long)seq);
	(void)snprintf(json, sizeof(json), "{\"_newswire\":{\"seq\":%lld}}", (long long)seq);
	send_text(socket, key, ZMQ_SNDMORE);
	send_text(socket, header, ZMQ_SNDMORE);
	send_text(socket, json, ZMQ_SNDMORE);
	send_text(socket, "text\n", 0);
}

static inline void beat(struct rig *rig, int64_t seq, const char *last)
{
	char header[128], json[256];

	(void)snprintf(
		header, sizeof(header), "NW1 heartbeat %lld 0 1700000000000 - v1", (long long)seq);
	(void)snprintf(json, sizeof(json), "{\"last\":{%s},\"oldest\":1}", last);
	send_text(rig->xpub, "sys/heartbeat", ZMQ_SNDMORE);
	send_text(rig->xpub, header, ZMQ_SNDMORE);
	send_text(rig->xpub, json, 0);
}

/* A request of the client, which makes it while it is asked for its next message. */
static inline const char *await_request(struct rig *rig)
{
	zmq_pollitem_t item = {rig->router, -1, ZMQ_POLLIN, 0};
	char magic[32];
	int n;

	for (int i = 0; !(item.revents & ZMQ_POLLIN); i++) {
		assert_true(i < PATIENCE_MS / 10);
		assert_int_equal(
			nw_client_next(rig->client, 10, &rig->message, &rig->error), NW_E_TIMEOUT);
		assert_true(zmq_poll(&item, 1, 0) >= 0);
	}
	n = zmq_recv(rig->router, rig->peer, sizeof(rig->peer), 0);
	assert_true(n > 0);
	rig->n_peer = (size_t)n;
	assert_int_equal(zmq_recv(rig->router, magic, sizeof(magic), 0), 9);
	assert_memory_equal(magic, "NWREPLAY1", 9);
	n = zmq_recv(rig->router, rig->request, sizeof(rig->request) - 1, 0);
	assert_true(n >= 0 && (size_t)n < sizeof(rig->request));
	rig->request[n] = '\0';
	return rig->request;
}

static inline void answer(struct rig *rig, const char *line)
{
	assert_true(zmq_send(rig->router, rig->peer, rig->n_peer, ZMQ_SNDMORE) > 0);
	send_text(rig->router, line, 0);
}

static inline void answer_item(struct rig *rig, const char *key, int64_t seq, int64_t prev)
{
	assert_true(zmq_send(rig->router, rig->peer, rig->n_peer, ZMQ_SNDMORE) > 0);
	send_item(rig->router, key, seq, prev);
}

static inline void assert_next(struct rig *rig, const char *key, int64_t seq)
{
	const enum nw_err err =
		nw_client_next(rig->client, PATIENCE_MS, &rig->message, &rig->error);

	if (err)
		fail_msg("%s", rig->error.text);
	if (!nw_str_eq(rig->message.key, nw_str(key)) || rig->message.seq != seq)
		fail_msg("got %.*s %lld, want %s %lld", NW_ARG(rig->message.key),
			(long long)rig->message.seq, key, (long long)seq);
}

#endif
