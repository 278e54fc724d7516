#include "client/cursor.h"

#include <inttypes.h>
#include <stdio.h>

#include "article/wire.h"
#include "base/error.h"
#include "base/str.h"
#include "client/client.h"

#define PAUSE_MS 1000     /* after one that was refused */
#define LOST_MS 100       /* after a connection that was lost */
#define PATIENCE_MS 30000 /* for an answer; a disk in trouble takes its time */

void nw_client_cursor_init(struct nw_client_cursor *cursor)
{
	nw_parts_init(&cursor->parts);
	cursor->want = cursor->sent = cursor->stands = cursor->looked_ms = -1;
}

void nw_client_cursor_clear(struct nw_client *client)
{
	nw_link_close(client, &client->cursor.link);
	nw_parts_clear(&client->cursor.parts);
}

void nw_client_cursor_reset(struct nw_client *client)
{
	struct nw_client_cursor *cursor = &client->cursor;

	nw_link_close(client, &cursor->link);
	cursor->want = cursor->sent = cursor->stands = -1;
	cursor->refusal[0] = '\0';
}

void nw_client_cursor_want(struct nw_client_cursor *cursor, int64_t seq)
{
	if (seq > cursor->want)
		cursor->want = seq;
	cursor->refusal[0] = '\0';
}

/* --- answers --- */

/* "ACK desk 41" */
static bool read_ack(const struct nw_client_cursor *cursor, struct nw_str line, int64_t *seq)
{
	struct nw_str rest = line, word, name;

	return nw_str_cut(&rest, ' ', &word) && nw_str_eq(word, NW_STR("ACK")) &&
		nw_str_cut(&rest, ' ', &name) && nw_str_eq(name, cursor->name) &&
		nw_str_int(rest, 0, INT64_MAX - 1, seq);
}

/* "ERR ACK desk: the journal ends at 3": the words after the name, or all of them. */
static struct nw_str read_reason(struct nw_str line)
{
	const struct nw_str why = nw_str_from(line, 4);
	struct nw_str rest = why, head;

	if (nw_str_starts(why, NW_STR("ACK ")) && nw_str_cut(&rest, ':', &head) && rest.p)
		return nw_str_trim(rest);
	return why;
}

/* True when it is final: asked again, the daemon would say the same. */
static bool is_refusal(struct nw_str line)
{
	return nw_str_starts(line, NW_STR("ERR ")) &&
		!nw_str_starts(read_reason(line), NW_STR("busy"));
}

static void refuse(struct nw_client_cursor *cursor, struct nw_str why)
{
	(void)snprintf(cursor->refusal, sizeof(cursor->refusal),
		"the daemon does not move cursor '%.*s': %.*s", NW_ARG(cursor->name),
		NW_ARG(nw_str_head(why, 128)));
	cursor->want = cursor->stands;
}

static void on_answer(struct nw_client_cursor *cursor, struct nw_str line, int64_t now_ms)
{
	const int64_t sent = cursor->sent;
	int64_t seq;

	cursor->sent = -1;
	if (read_ack(cursor, line, &seq)) {
		if (seq > cursor->stands)
			cursor->stands = seq;
		cursor->told = false;
		if (cursor->stands >= sent)
			return;
	}
	if (is_refusal(line))
		refuse(cursor, read_reason(line));
	cursor->at_ms = now_ms + PAUSE_MS;
}

/* --- questions --- */

static bool is_wanted(const struct nw_client_cursor *cursor)
{
	return cursor->sent < 0 && cursor->want > cursor->stands;
}

int64_t nw_client_cursor_due(const struct nw_client_cursor *cursor)
{
	if (cursor->sent >= 0)
		return cursor->sent_ms + PATIENCE_MS;
	return is_wanted(cursor) ? cursor->at_ms : INT64_MAX;
}

/* True when something was sent, and what is there has to be looked at again. */
static bool send_wanted(struct nw_client *client, int64_t now_ms)
{
	struct nw_client_cursor *cursor = &client->cursor;
	char line[sizeof("ACK ") + NW_WIRE_NAME_MAX + 32];
	int n;

	if (!is_wanted(cursor) || now_ms < cursor->at_ms)
		return false;
	n = snprintf(line, sizeof(line), "ACK %.*s %" PRId64, NW_ARG(cursor->name), cursor->want);
	if ((!cursor->link.dealer && !nw_link_open(client, &cursor->link, NULL)) ||
		zmq_send(cursor->link.dealer, line, (size_t)n, ZMQ_DONTWAIT) < 0) {
		cursor->at_ms = now_ms + PAUSE_MS;
		return false;
	}
	cursor->sent = cursor->want;
	cursor->sent_ms = now_ms;
	return true;
}

static bool is_over(const struct nw_client_cursor *cursor, int64_t now_ms)
{
	return (cursor->sent >= 0 && now_ms - cursor->sent_ms >= PATIENCE_MS) ||
		nw_link_is_lost(&cursor->link);
}

void nw_client_cursor_step(struct nw_client *client, int64_t now_ms)
{
	struct nw_client_cursor *cursor = &client->cursor;

	cursor->looked_ms = now_ms;
	do {
		while (cursor->link.dealer && nw_parts_receive(&cursor->parts, cursor->link.dealer))
			on_answer(cursor, nw_parts_frame(&cursor->parts, 0), now_ms);
	} while (send_wanted(client, now_ms));
	if (cursor->link.dealer && is_over(cursor, now_ms)) {
		nw_link_close(client, &cursor->link);
		cursor->sent = -1;
		cursor->at_ms = now_ms + LOST_MS;
	}
}

enum nw_err nw_client_cursor_refusal(struct nw_client_cursor *cursor, struct nw_error *error)
{
	if (!cursor->refusal[0])
		return NW_OK;
	cursor->told = true;
	return nw_fail(error, NW_E_SYSTEM, "%s", cursor->refusal);
}

enum nw_err nw_client_cursor_tell(struct nw_client_cursor *cursor, struct nw_error *error)
{
	return cursor->told ? NW_OK : nw_client_cursor_refusal(cursor, error);
}
