#ifndef NW_BUS_REPLAY_H
#define NW_BUS_REPLAY_H

#include "bus/acks.h"
#include "bus/rights.h"
#include "bus/socket.h"
#include "store/reader.h"

/*
 * Replays under way: one a peer, each standing somewhere in the journal. A page
 * of one is read and sent at a time, no more than its peer gave credit for and has
 * room for; nothing waits for a slow one, and an idle one is forgotten.
 */
struct nw_replays;

/* What is given is borrowed; ACKs that come on the same socket are passed to acks. */
struct nw_replays *nw_replays_new(
	void *router, struct nw_journal_reader *reader, struct nw_acks *acks, size_t max);
void nw_replays_free(struct nw_replays *replays); /* NULL is fine */

/*
 * By CURVE: what is asked for on this socket is held to these rights from now on, and what
 * is under way too; and of max one client may have a quarter. Both are borrowed.
 */
void nw_replays_restrict(struct nw_replays *replays, const struct nw_bus_socket *socket,
	const struct nw_rights *rights);

/* Takes what requests have come, a bounded number of them; true: there may be more. */
bool nw_replays_receive(struct nw_replays *replays, int64_t now_ms);

/* Sends for a short while; the ms after which to call again, -1: only after a request. */
int64_t nw_replays_run(struct nw_replays *replays, int64_t now_ms);

#endif
