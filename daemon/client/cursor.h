#ifndef NW_CLIENT_CURSOR_H
#define NW_CLIENT_CURSOR_H

#include "client/link.h"
#include "client/message.h"

/*
 * The client's durable cursor: ACKs on a connection of their own, one at a time, each
 * for the furthest that was asked for by then. One whose answer got lost with its
 * connection is sent again; the daemon does not mind.
 */
struct nw_client_cursor {
	struct nw_link link;
	struct nw_parts parts;
	struct nw_str name; /* empty: the client has no cursor */
	int64_t want;       /* where it should stand; -1: nowhere yet */
	int64_t sent;       /* under way; -1: nothing is */
	int64_t stands;     /* on the daemon's disk; -1: not known */
	int64_t at_ms;      /* not to be sent before; monotonic */
	int64_t sent_ms, looked_ms;
	bool told;         /* that it was refused; once, until an ACK is taken */
	char refusal[256]; /* of the last ACK; empty: it was not refused */
};

void nw_client_cursor_init(struct nw_client_cursor *cursor);
void nw_client_cursor_clear(struct nw_client *client);
/* Of another journal: what was asked for means nothing there. */
void nw_client_cursor_reset(struct nw_client *client);

void nw_client_cursor_want(struct nw_client_cursor *cursor, int64_t seq);
/* Takes the answers that are there, and sends what is due. Never waits. */
void nw_client_cursor_step(struct nw_client *client, int64_t now_ms);
/* When to step though nothing came, in monotonic ms. */
int64_t nw_client_cursor_due(const struct nw_client_cursor *cursor);

/* A refusal nobody has heard of yet: NW_E_SYSTEM, once. */
enum nw_err nw_client_cursor_tell(struct nw_client_cursor *cursor, struct nw_error *error) NW_MUST;
/* The same, however often it is asked. */
enum nw_err nw_client_cursor_refusal(
	struct nw_client_cursor *cursor, struct nw_error *error) NW_MUST;

#endif
