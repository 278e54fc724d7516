#include "client/client.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "client/beat.h"

#define LIVE "tcp://127.0.0.1:7340"
#define REPLAY "tcp://127.0.0.1:7341"
#define SINCE_MAX_S INT64_C(253402300799) /* the end of the year 9999 */
#define FRAME_MAX ((int64_t)128 << 20)
#define BLIND_MS 100 /* between two looks at what cannot be watched */
#define LOOKS 1000   /* at what is not for the caller, before the clock is read again */
#define REQUEST_MAX (NW_WIRE_KEYS_MAX * (NW_WIRE_KEY_MAX + 1) + 256)

/*
 * SNDHWM 0: subscriptions sent again after a reconnect would be lost past it, without
 * a word. RCVHWM: more than any credit, and more than a subscriber should ever be
 * behind, since libzmq 4.3.4 aborts when a connection is made anew while its queue is
 * full (libzmq issue 3937). For that reason, too, no ZMQ_HEARTBEAT_IVL, which takes a
 * full queue for a dead connection: TCP's own keepalive finds those.
 */
static const struct {
	int name, value;
} socket_options[] = {
	{ZMQ_LINGER, 0},
	{ZMQ_SNDHWM, 0},
	{ZMQ_RCVHWM, 100000},
	{ZMQ_RECONNECT_IVL, 100},
	{ZMQ_RECONNECT_IVL_MAX, 2000},
	{ZMQ_TCP_KEEPALIVE, 1},
	{ZMQ_TCP_KEEPALIVE_IDLE, 60},
};

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The keys have been looked at: nothing here can fail. */
static void set_curve(const struct nw_client *c, void *socket)
{
	(void)zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, c->server_key, sizeof(c->server_key));
	(void)zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, c->public_key, sizeof(c->public_key));
	(void)zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, c->secret_key, sizeof(c->secret_key));
}

void *nw_client_socket(const struct nw_client *client, int type, struct nw_error *error)
{
	void *socket = zmq_socket(client->context, type);
	const int64_t most = FRAME_MAX;

	if (!socket) {
		(void)nw_fail(
			error, NW_E_SYSTEM, "cannot make a socket: %s", zmq_strerror(zmq_errno()));
		return NULL;
	}
	for (size_t i = 0; i < sizeof(socket_options) / sizeof(socket_options[0]); i++)
		(void)zmq_setsockopt(socket, socket_options[i].name, &socket_options[i].value,
			sizeof(socket_options[i].value));
	(void)zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &most, sizeof(most));
	if (client->has_curve)
		set_curve(client, socket);
	return socket;
}

bool nw_client_connect(void *socket, const char *endpoint, struct nw_error *error)
{
	const int is_v6 = nw_str_starts(nw_str(endpoint), NW_STR("tcp://["));

	(void)zmq_setsockopt(socket, ZMQ_IPV6, &is_v6, sizeof(is_v6));
	if (zmq_connect(socket, endpoint) == 0)
		return true;
	(void)nw_fail(error, NW_E_SYNTAX, "cannot connect to '%s': %s", endpoint,
		zmq_strerror(zmq_errno()));
	return false;
}

/* --- open and close --- */

static enum nw_err add_prefix(struct nw_client *c, const char *text, struct nw_error *error)
{
	const struct nw_str prefix = nw_str(text);

	if (!nw_wire_is_prefix(prefix))
		return nw_fail(error, NW_E_SYNTAX, "'%.*s' begins no key",
			NW_ARG(nw_str_head(prefix, NW_WIRE_KEY_MAX)));
	if (c->n_prefixes == NW_WIRE_KEYS_MAX)
		return nw_fail(error, NW_E_LIMIT, "more than %d keys", NW_WIRE_KEYS_MAX);
	c->prefixes[c->n_prefixes++] = nw_arena_str(c->arena, prefix);
	return NW_OK;
}

/* Everything, as one prefix, needs no others beside it. */
static void drop_if_everything(struct nw_client *c)
{
	for (size_t i = 0; i < c->n_prefixes; i++) {
		if (c->prefixes[i].n)
			continue;
		c->prefixes[0] = c->prefixes[i];
		c->n_prefixes = 1;
	}
}

static enum nw_err set_prefixes(
	struct nw_client *c, const char *const *keys, struct nw_error *error)
{
	static const char *const all[] = {"all/", NULL};
	enum nw_err err = NW_OK;

	if (!keys)
		keys = all;
	for (size_t i = 0; !err && keys[i]; i++)
		err = add_prefix(c, keys[i], error);
	if (!err && !c->n_prefixes)
		err = nw_fail(error, NW_E_SYNTAX, "no key to follow");
	drop_if_everything(c);
	/* There is no key below all/: every article is right under it. */
	c->position.one_key = c->n_prefixes == 1 && nw_str_eq(c->prefixes[0], NW_STR("all/"));
	return err;
}

static enum nw_err set_cursor(struct nw_client *c, const char *text, struct nw_error *error)
{
	const struct nw_str name = nw_str(text);

	if (!text)
		return NW_OK;
	if (!nw_wire_is_name(name))
		return nw_fail(error, NW_E_SYNTAX, "'%.*s' is no name of a cursor: " NW_WIRE_NAME,
			NW_ARG(nw_str_head(name, NW_WIRE_NAME_MAX)));
	c->cursor.name = nw_arena_str(c->arena, name);
	return NW_OK;
}

static enum nw_err set_start(
	struct nw_client *c, const struct nw_client_options *options, struct nw_error *error)
{
	c->from = options->from;
	c->last = options->last;
	c->since_s = options->since_s > 0 ? options->since_s : 0;
	c->seq = options->seq;
	c->replaying = options->from != NW_FROM_NOW || c->cursor.name.n;
	if (options->from == NW_FROM_SEQ && (c->seq < 0 || c->seq == INT64_MAX))
		return nw_fail(error, NW_E_SYNTAX, "no sequence number to begin after");
	/* Beside a cursor that is only where to begin when none is kept yet. */
	if (options->from == NW_FROM_SEQ && !c->cursor.name.n)
		nw_position_settle(&c->position, c->seq);
	if (options->from == NW_FROM_LAST && (c->last < 1 || c->last > NW_WIRE_LAST_MAX))
		return nw_fail(
			error, NW_E_SYNTAX, "the last so many are from 1 to %d", NW_WIRE_LAST_MAX);
	if (options->from == NW_FROM_SINCE && c->since_s > SINCE_MAX_S)
		return nw_fail(error, NW_E_SYNTAX, "no time to begin at");
	return NW_OK;
}

static enum nw_err set_keys(
	struct nw_client *c, const struct nw_client_options *options, struct nw_error *error)
{
	unsigned char key[NW_CURVE_BYTES];
	enum nw_err err;

	if (!options->server_key && !options->key_file)
		return NW_OK;
	if (!options->server_key || !nw_curve_decode(nw_str(options->server_key), key))
		return nw_fail(error, NW_E_SYNTAX,
			"no server key: it is 40 characters, as newswire keygen prints them");
	if (!options->key_file)
		return nw_fail(error, NW_E_SYNTAX,
			"a server key takes a key of one's own: newswire keygen --out FILE");
	memcpy(c->server_key, options->server_key, sizeof(c->server_key));
	err = nw_curve_read(options->key_file, c->secret_key, error);
	if (!err && zmq_curve_public(c->public_key, c->secret_key))
		err = nw_fail(error, NW_E_SYSTEM, "cannot use keys: %s", zmq_strerror(zmq_errno()));
	c->has_curve = !err;
	/* A replay is refused by a word, a subscription by nothing but the end of its connection. */
	c->replaying |= c->has_curve;
	return err;
}

/* The heartbeat last: when one comes, the others are in force. */
static void subscribe(struct nw_client *c)
{
	for (size_t i = 0; i < c->n_prefixes; i++)
		(void)zmq_setsockopt(c->sub, ZMQ_SUBSCRIBE, c->prefixes[i].p, c->prefixes[i].n);
	(void)zmq_setsockopt(
		c->sub, ZMQ_SUBSCRIBE, NW_WIRE_HEARTBEAT, sizeof(NW_WIRE_HEARTBEAT) - 1);
}

/* A bad endpoint for replays is told now, not when the first gap has to be filled. */
static enum nw_err try_replay(struct nw_client *c, struct nw_error *error)
{
	void *trial = nw_client_socket(c, ZMQ_DEALER, error);
	bool connected;

	if (!trial)
		return NW_E_SYSTEM;
	connected = nw_client_connect(trial, c->replay, error);
	(void)zmq_close(trial);
	return connected ? NW_OK : NW_E_SYNTAX;
}

static enum nw_err connect_all(
	struct nw_client *c, const struct nw_client_options *options, struct nw_error *error)
{
	c->replay = nw_arena_str(c->arena, nw_str(options->replay ? options->replay : REPLAY)).p;
	c->context = zmq_ctx_new();
	if (!c->context)
		return nw_fail(
			error, NW_E_SYSTEM, "cannot start libzmq: %s", zmq_strerror(zmq_errno()));
	c->sub = nw_client_socket(c, ZMQ_SUB, error);
	if (!c->sub)
		return NW_E_SYSTEM;
	if (!nw_client_connect(c->sub, options->live ? options->live : LIVE, error))
		return NW_E_SYNTAX;
	subscribe(c);
	return try_replay(c, error);
}

enum nw_err nw_client_open(
	const struct nw_client_options *options, struct nw_client **client, struct nw_error *error)
{
	struct nw_client *c = nw_must_calloc(1, sizeof(*c));
	enum nw_err err;

	*client = NULL;
	c->arena = nw_arena_new();
	nw_parts_init(&c->parts);
	nw_client_cursor_init(&c->cursor);
	nw_buf_init(&c->request, REQUEST_MAX);
	nw_position_clear(&c->position);
	err = nw_watch_open(&c->watch, error);
	if (!err)
		err = set_prefixes(c, options->keys, error);
	if (!err)
		err = set_cursor(c, options->cursor, error);
	if (!err)
		err = set_start(c, options, error);
	if (!err)
		err = set_keys(c, options, error);
	if (!err)
		err = connect_all(c, options, error);
	if (err)
		nw_client_close(c);
	else
		*client = c;
	return err;
}

void nw_client_close(struct nw_client *client)
{
	if (!client)
		return;
	nw_parts_clear(&client->parts);
	nw_link_close(client, &client->link);
	nw_client_cursor_clear(client);
	nw_watch_close(&client->watch);
	if (client->sub)
		(void)zmq_close(client->sub);
	while (client->context && zmq_ctx_term(client->context) && zmq_errno() == EINTR)
		continue;
	nw_position_clear(&client->position);
	nw_buf_clear(&client->request);
	nw_arena_free(client->arena);
	explicit_bzero(client->secret_key, sizeof(client->secret_key));
	free(client);
}

/* --- next --- */

static void want_replay(struct nw_client *c)
{
	c->replaying = true;
	c->caught_up = false;
	c->ask_at_ms = 0;
}

/*
 * A heartbeat that is behind us was queued before a replay, or comes from a journal
 * that begins anew: the end of a replay will tell.
 */
static void on_beat(struct nw_client *c, const struct nw_message *beat)
{
	c->beaten = true;
	if (c->position.base < 0)
		nw_position_settle(&c->position, beat->seq);
	if (beat->seq < c->position.base ||
		nw_beat_tells_more(&c->position, beat->json, c->prefixes, c->n_prefixes))
		want_replay(c);
	else
		nw_position_settle(&c->position, beat->seq);
}

/* What is of a kind that we do not know is had all the same, or it would be missed for ever. */
static enum nw_took take_live(struct nw_client *c, struct nw_message *message)
{
	bool is_known;

	if (!nw_parts_receive(&c->parts, c->sub))
		return NW_TOOK_NOTHING;
	is_known = nw_parts_read(&c->parts, message);
	if (!is_known && !message->seq)
		return NW_TOOK_OTHER;
	if (is_known && message->kind == NW_KIND_HEARTBEAT) {
		on_beat(c, message);
		return NW_TOOK_OTHER;
	}
	/* From now on: what came before the first message was not asked for. */
	if (c->position.base < 0)
		nw_position_settle(&c->position, message->seq - 1);
	if (nw_position_has(&c->position, message->key, message->seq))
		return NW_TOOK_OTHER;
	if (!nw_position_has(&c->position, message->key, message->prev)) {
		/* The replay ends after this message, so that it need not be kept. */
		want_replay(c);
		return NW_TOOK_OTHER;
	}
	nw_position_put(&c->position, message->key, message->seq);
	return is_known ? NW_TOOK_MESSAGE : NW_TOOK_OTHER;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/*
 * What to wait for: what was looked at until nothing was there. While replaying that
 * leaves out the SUB. `again`: not all was looked at, and there is no need to wait.
 */
static void set_watch(struct nw_client *c, bool again)
{
	void *const sockets[NW_WATCH_SOCKETS] = {c->replaying ? c->link.dealer : c->sub,
		c->link.monitor, c->cursor.link.dealer, c->cursor.link.monitor};
	const int64_t replay_due = c->replaying ? nw_client_replay_due(c) : INT64_MAX;
	const int64_t due = earlier(replay_due, nw_client_cursor_due(&c->cursor));

	if (!nw_watch_set(&c->watch, sockets, again ? 0 : due))
		(void)nw_watch_set(&c->watch, sockets, earlier(due, now_ms() + BLIND_MS));
}

static void show(struct nw_client *c, bool again)
{
	if (c->is_watched)
		set_watch(c, again);
}

static bool wait_until(const struct nw_client *c, int64_t now, int64_t until)
{
	return nw_watch_wait(&c->watch, until == INT64_MAX ? -1 : (int)(until - now));
}

static enum nw_took look(
	struct nw_client *c, int64_t now, struct nw_message *message, struct nw_error *error)
{
	enum nw_took took = NW_TOOK_OTHER;

	for (int i = 0; took == NW_TOOK_OTHER && i < LOOKS; i++)
		took = c->replaying ? nw_client_take_replayed(c, now, message, error)
				    : take_live(c, message);
	return took;
}

/* Looks at everything once; NW_E_TIMEOUT, and *drained when nothing is left to look at. */
static enum nw_err take(struct nw_client *c, int64_t now, bool *drained, struct nw_message *message,
	struct nw_error *error)
{
	enum nw_err refusal;

	*drained = false;
	if (now != c->cursor.looked_ms)
		nw_client_cursor_step(c, now);
	refusal = nw_client_cursor_tell(&c->cursor, error);
	if (refusal)
		return refusal;
	switch (look(c, now, message, error)) {
	case NW_TOOK_MESSAGE:
		c->caught_up = false;
		return NW_OK;
	case NW_TOOK_GONE:
		return nw_fail(error, NW_E_GONE, "the journal begins at %" PRId64, message->seq);
	case NW_TOOK_REFUSAL:
		return NW_E_SYSTEM;
	case NW_TOOK_NOTHING:
		if (!c->replaying)
			c->caught_up = c->beaten;
		nw_client_cursor_step(c, now);
		refusal = nw_client_cursor_tell(&c->cursor, error);
		*drained = true;
		break;
	case NW_TOOK_OTHER:
		break;
	}
	return refusal ? refusal : NW_E_TIMEOUT;
}

enum nw_err nw_client_next(struct nw_client *client, int timeout_ms, struct nw_message *message,
	struct nw_error *error)
{
	int64_t now = now_ms();
	const int64_t until = timeout_ms < 0 ? INT64_MAX : now + timeout_ms;
	enum nw_err err;
	bool drained;

	for (;;) {
		err = take(client, now, &drained, message, error);
		if (err != NW_E_TIMEOUT)
			break;
		now = now_ms();
		if (now >= until)
			break;
		if (drained) {
			set_watch(client, false);
			if (!wait_until(client, now, until))
				break;
			now = now_ms();
		}
	}
	show(client, err != NW_E_TIMEOUT || !drained);
	return err == NW_E_TIMEOUT ? nw_fail(error, err, "no message came") : err;
}

int nw_client_fd(struct nw_client *client)
{
	if (!client->is_watched)
		set_watch(client, true);
	client->is_watched = true;
	return client->watch.epoll;
}

int64_t nw_client_seq(const struct nw_client *client)
{
	return client->position.base;
}

bool nw_client_caught_up(const struct nw_client *client)
{
	return client->caught_up;
}

/* --- the cursor --- */

enum nw_err nw_client_ack(struct nw_client *client, struct nw_error *error)
{
	if (!client->cursor.name.n)
		return nw_fail(error, NW_E_UNKNOWN, "the client was opened without a cursor");
	nw_client_cursor_want(&client->cursor, client->position.base);
	nw_client_cursor_step(client, now_ms());
	show(client, true);
	return NW_OK;
}

/* Only the cursor is looked at, and waited for; what was read of it is no one else's. */
enum nw_err nw_client_flush(struct nw_client *client, int timeout_ms, struct nw_error *error)
{
	struct nw_client_cursor *cursor = &client->cursor;
	int64_t now = now_ms();
	const int64_t until = timeout_ms < 0 ? INT64_MAX : now + timeout_ms;
	enum nw_err err = NW_OK;

	for (;;) {
		nw_client_cursor_step(client, now);
		err = nw_client_cursor_refusal(cursor, error);
		if (err || cursor->want <= cursor->stands)
			break;
		(void)nw_watch_set(&client->watch,
			(void *const[NW_WATCH_SOCKETS]){cursor->link.dealer, cursor->link.monitor},
			nw_client_cursor_due(cursor));
		if (now >= until || !wait_until(client, now, until)) {
			err = nw_fail(error, NW_E_TIMEOUT, "the daemon has not answered");
			break;
		}
		now = now_ms();
	}
	show(client, true);
	return err;
}

int64_t nw_client_acked(const struct nw_client *client)
{
	return client->cursor.stands;
}
