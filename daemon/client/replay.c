#include "client/client.h"

#include <inttypes.h>
#include <stdio.h>

#include "article/wire.h"
#include "base/error.h"
#include "base/str.h"
#include "base/when.h"

#define CREDIT 1000
#define PAUSE_MS 1000     /* after a replay that failed */
#define LOST_MS 100       /* after a connection that was lost */
#define PATIENCE_MS 30000 /* in which some of a replay must come, or it is asked for anew */

/* From now on, as a number: what is yet to come ends at once, and its END tells where we are. */
#define FROM_NOW (INT64_MAX - 1)

static void write_start(struct nw_client *c)
{
	const bool is_known = c->position.base >= 0;
	char text[NW_WHEN_TEXT];

	if (!is_known && c->cursor.name.n)
		nw_buf_printf(&c->request, "cursor=%.*s\n", NW_ARG(c->cursor.name));
	if (is_known)
		nw_buf_printf(&c->request, "from=%" PRId64, c->position.base + 1);
	else if (c->from == NW_FROM_SINCE)
		nw_buf_printf(&c->request, "since=%s", nw_when_rfc3339(c->since_s, text));
	else if (c->from == NW_FROM_LAST)
		nw_buf_printf(&c->request, "last=%" PRId64, c->last);
	else
		nw_buf_printf(&c->request, "from=%" PRId64,
			c->from == NW_FROM_SEQ ? c->seq + 1 : FROM_NOW);
}

static bool ask(struct nw_client *c, int64_t now_ms, struct nw_error *error)
{
	struct nw_str lines;

	if (!nw_link_open(c, &c->link, error))
		return false;
	nw_buf_empty(&c->request);
	write_start(c);
	nw_buf_printf(&c->request, "\ncredit=%d\nkeys=", CREDIT);
	for (size_t i = 0; i < c->n_prefixes; i++)
		nw_buf_printf(&c->request, "%s%.*s", i ? "," : "", NW_ARG(c->prefixes[i]));
	lines = nw_buf_str(&c->request);
	(void)zmq_send(c->link.dealer, NW_WIRE_REPLAY, sizeof(NW_WIRE_REPLAY) - 1,
		ZMQ_SNDMORE | ZMQ_DONTWAIT);
	(void)zmq_send(c->link.dealer, lines.p, lines.n, ZMQ_DONTWAIT);
	c->moved_ms = now_ms;
	c->unpaid = 0;
	return true;
}

/* Ends the attempt, not the replay: it is asked for again, from where it stood. */
static void give_up(struct nw_client *c, int64_t at_ms)
{
	nw_link_close(c, &c->link);
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
static enum nw_took start_over(
	struct nw_client *c, int64_t oldest, int64_t now_ms, struct nw_message *message)
{
	c->ask_at_ms = now_ms + PAUSE_MS; /* a daemon that says so each time is asked no faster */
	nw_position_clear(&c->position);
	nw_position_settle(&c->position, oldest > 0 ? oldest - 1 : 0);
	nw_client_cursor_reset(c);
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
	nw_link_close(c, &c->link);
	if (numbers[0] < c->position.base)
		return start_over(c, numbers[1], now_ms, message);
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
	if (zmq_send(c->link.dealer, line, (size_t)n, ZMQ_DONTWAIT) >= 0)
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
	return client->link.dealer ? client->moved_ms + PATIENCE_MS : client->ask_at_ms;
}

enum nw_took nw_client_take_replayed(struct nw_client *client, int64_t now_ms,
	struct nw_message *message, struct nw_error *error)
{
	struct nw_str line;

	if (!client->link.dealer && now_ms < client->ask_at_ms)
		return NW_TOOK_NOTHING;
	if (!client->link.dealer && !ask(client, now_ms, error)) {
		give_up(client, now_ms + PAUSE_MS);
		return NW_TOOK_REFUSAL;
	}
	if (!nw_parts_receive(&client->parts, client->link.dealer)) {
		if (nw_link_is_lost(&client->link))
			give_up(client, now_ms + LOST_MS);
		else if (now_ms - client->moved_ms >= PATIENCE_MS)
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
