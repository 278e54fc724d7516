#ifndef NW_BUS_CURVE_H
#define NW_BUS_CURVE_H

#include <stdatomic.h>

#include "bus/bus.h"
#include "bus/fence.h"
#include "bus/guests.h"
#include "bus/publish.h"
#include "bus/replay.h"
#include "bus/zap.h"

/*
 * The sockets for other machines, with all that tells who is there: an XPUB and a ROUTER
 * beside the plain ones, which stay as fast and as simple as they are. Owned by the
 * FOLLOW thread but for nw_bus_curve_give.
 */
struct nw_bus_curve {
	struct nw_zap zap;
	struct nw_fence fence;
	struct nw_bus_socket xpub, router;
	struct nw_leavers leavers[2]; /* of the two, and what failed before ZAP could be asked */
	struct nw_rights *rights;
	_Atomic(struct nw_rights *) next; /* to be taken in their place; NULL: none */
	struct nw_guests guests;
	struct nw_acks acks;
	struct nw_replays *replays;
	struct nw_seldom failures;
};

/* Opened only where there is an endpoint for it. */
bool nw_bus_curve_is_wanted(const struct nw_bus_options *options);
/* On failure what was opened is closed by nw_bus_curve_close all the same. */
enum nw_err nw_bus_curve_open(struct nw_bus_curve *curve, void *context,
	const struct nw_bus_options *options, struct nw_journal_reader *reader,
	struct nw_error *error) NW_MUST;
void nw_bus_curve_close(struct nw_bus_curve *curve); /* {0} is fine */

/* From any thread: these are the rights from the thread's next turn on. Takes them over. */
void nw_bus_curve_give(struct nw_bus_curve *curve, struct nw_rights *rights);

#define NW_BUS_CURVE_POLLED 6
/* What to wake up for; then nw_bus_curve_turn does it. */
void nw_bus_curve_poll(const struct nw_bus_curve *curve, zmq_pollitem_t items[NW_BUS_CURVE_POLLED]);

/* Takes in who comes and what they subscribe to; true when somebody subscribed to anything. */
bool nw_bus_curve_turn(struct nw_bus_curve *curve, int64_t now_ms);

/* The socket to publish to; NULL while nobody would get it. */
void *nw_bus_curve_live(const struct nw_bus_curve *curve);
/* A heartbeat for each client who listens, of the keys that it may read. */
void nw_bus_curve_beat(
	struct nw_bus_curve *curve, struct nw_publisher *publisher, int64_t now_unix_ms);

#endif
