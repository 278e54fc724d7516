#include "client/client.h"

#include <inttypes.h>
#include <stdio.h>

#include "article/wire.h"
#include "base/error.h"
#include "base/str.h"
#include "base/when.h"

#define CREDIT 1000
#define PAUSE_MS 1000     /* after a replay that failed */
#define PATIENCE_MS 30000 /* in which some of a replay must come, or it is asked for anew */

/*
 * The monitor ends before its reader goes: libzmq's own thread would wait for ever to
 * tell nobody of a lost connection, and no socket would connect again.
 */
static void hang_up(struct nw_client *c)
{
	if (c->dealer)
		(void)zmq_socket_monitor(c->dealer, NULL, 0);
	if (c->monitor)
		(void)zmq_close(c->monitor);
	if (c->dealer)
		(void)zmq_close(c->dealer);
	c->dealer = c->monitor = NULL;
}

/*
 * A daemon that was restarted knows nothing of our replay, and libzmq connects to
 * it again without a word: its monitor has to be asked. Without one patience does.
 * Each has a name of its own, since libzmq frees the last one's in its own time.
 */
static void watch_connection(struct nw_client *c)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "inproc://monitor-%u", c->asked++);
	if (zmq_socket_monitor(c->dealer, name, ZMQ_EVENT_DISCONNECTED))
		return;
	c->monitor = zmq_socket(c->context, ZMQ_PAIR);
	if (c->monitor && zmq_connect(c->monitor, name)) {
		(void)zmq_close(c->monitor);
		c->monitor = NULL;
	}
}

static bool is_disconnected(const struct nw_client *c)
{
	zmq_pollitem_t item = {c->monitor, -1, ZMQ_POLLIN, 0};

	return c->monitor && zmq_poll(&item, 1, 0) > 0;
}

static void write_start(struct nw_client *c)
{
	char text[NW_WHEN_TEXT];

	if (c->position.base >= 0)
		nw_buf_printf(&c->request, "from=%" PRId64, c->position.base + 1);
	else if (c->from == NW_FROM_SINCE)
		nw_buf_printf(&c->request, "since=%s", nw_when_rfc3339(c->since_s, text));
	else
		nw_buf_printf(&c->request, "last=%" PRId64, c->last);
}

static bool ask(struct nw_client *c, int64_t now_ms, struct nw_error *error)
{
	struct nw_str lines;

	c->dealer = nw_client_socket(c->context, ZMQ_DEALER, error);
	if (!c->dealer)
		return false;
	watch_connection(c);
	if (!nw_client_connect(c->dealer, c->replay, error)) {
		hang_up(c);
		return false;
	}
	nw_buf_empty(&c->request);
	write_start(c);
	nw_buf_printf(&c->request, "\ncredit=%d\nkeys=", CREDIT);
	for (size_t i = 0; i < c->n_prefixes; i++)
		nw_buf_printf(&c->request, "%s%.*s", i ? "," : "", NW_ARG(c->prefixes[i]));
	lines = nw_buf_str(&c->request);
	(void)zmq_send(
		c->dealer, NW_WIRE_REPLAY, sizeof(NW_WIRE_REPLAY) - 1, ZMQ_SNDMORE | ZMQ_DONTWAIT);
	(void)zmq_send(c->dealer, lines.p, lines.n, ZMQ_DONTWAIT);
	c->moved_ms = now_ms;
	c->unpaid = 0;
	return true;
}

/* Ends the attempt, not the replay: it is asked for again, from where it stood. */
static void give_up(struct nw_client *c, int64_t at_ms)
{
	hang_up(c);
	c->ask_at_ms = at_ms;
}

static bool read_numbers(struct nw_str line, int64_t *numbers, size_t n)
{
	struct nw_str rest = line, word;

	(void)nw_str_cut(&rest, ' ', &word);
	for (size_t i = 0; i < n; i++) {
		if (!nw_str_cut(&rest, ' ', &word) ||
			!nw_str_int(word, 0, INT64_MAX - 1, &numbers[i]))
			return false;
	}
	return !rest.p;
}

/* An end before what we already have: this is another journal, and none of it is ours yet. */
static enum nw_took start_over(struct nw_client *c, int64_t oldest, struct nw_message *message)
{
	nw_position_clear(&c->position);
	nw_position_settle(&c->position, 0);
	*message = (struct nw_message){.seq = oldest};
	return NW_TOOK_GONE;
}

static enum nw_took on_end(
	struct nw_client *c, struct nw_str line, int64_t now_ms, struct nw_message *message)
{
	int64_t numbers[2];

	if (!read_numbers(line, numbers, 2)) {
		give_up(c, now_ms + PAUSE_MS);
		return NW_TOOK_OTHER;
	}
	hang_up(c);
	if (numbers[0] < c->position.base)
		return start_over(c, numbers[1], message);
	nw_position_settle(&c->position, numbers[0]);
	c->replaying = false;
	return NW_TOOK_OTHER;
}

static enum nw_took on_gone(struct nw_client *c, struct nw_str line, struct nw_message *message)
{
	int64_t oldest;

	if (!read_numbers(line, &oldest, 1) || oldest < 1)
		return NW_TOOK_OTHER;
	nw_position_settle(&c->position, oldest - 1);
	*message = (struct nw_message){.seq = oldest};
	return NW_TOOK_GONE;
}

static enum nw_took on_refusal(
	struct nw_client *c, struct nw_str line, int64_t now_ms, struct nw_error *error)
{
	give_up(c, now_ms + PAUSE_MS);
	if (nw_str_starts(line, NW_STR("ERR busy")))
		return NW_TOOK_OTHER;
	(void)nw_fail(error, NW_E_SYSTEM, "the daemon refused to replay: %.*s",
		NW_ARG(nw_str_head(nw_str_from(line, 4), 128)));
	return NW_TOOK_REFUSAL;
}

static void pay(struct nw_client *c)
{
	char line[32];
	int n;

	if (++c->unpaid < CREDIT / 2)
		return;
	n = snprintf(line, sizeof(line), "MORE %" PRId64, c->unpaid);
	if (zmq_send(c->dealer, line, (size_t)n, ZMQ_DONTWAIT) >= 0)
		c->unpaid = 0;
}

/* Everything before a replayed message has come before it. */
static enum nw_took on_message(struct nw_client *c, struct nw_message *message)
{
	bool is_known;

	pay(c);
	is_known = nw_parts_read(&c->parts, message);
	if (!is_known && !message->seq)
		return NW_TOOK_OTHER;
	nw_position_settle(&c->position, message->seq - 1);
	if (nw_position_has(&c->position, message->key, message->seq))
		return NW_TOOK_OTHER;
	nw_position_put(&c->position, message->key, message->seq);
	message->replayed = true;
	return is_known ? NW_TOOK_MESSAGE : NW_TOOK_OTHER;
}

int64_t nw_client_replay_due(const struct nw_client *client)
{
	return client->dealer ? client->moved_ms + PATIENCE_MS : client->ask_at_ms;
}

enum nw_took nw_client_take_replayed(struct nw_client *client, int64_t now_ms,
	struct nw_message *message, struct nw_error *error)
{
	struct nw_str line;

	if (!client->dealer && now_ms < client->ask_at_ms)
		return NW_TOOK_NOTHING;
	if (!client->dealer && !ask(client, now_ms, error)) {
		give_up(client, now_ms + PAUSE_MS);
		return NW_TOOK_REFUSAL;
	}
	if (!nw_parts_receive(&client->parts, client->dealer)) {
		if (now_ms - client->moved_ms >= PATIENCE_MS || is_disconnected(client))
			give_up(client, now_ms);
		return NW_TOOK_NOTHING;
	}
	client->moved_ms = now_ms;
	if (client->parts.n != 1)
		return on_message(client, message);
	line = nw_parts_frame(&client->parts, 0);
	if (nw_str_starts(line, NW_STR("END ")))
		return on_end(client, line, now_ms, message);
	if (nw_str_starts(line, NW_STR("GONE ")))
		return on_gone(client, line, message);
	if (nw_str_starts(line, NW_STR("ERR ")))
		return on_refusal(client, line, now_ms, error);
	return NW_TOOK_OTHER;
}
