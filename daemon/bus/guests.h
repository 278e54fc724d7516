#ifndef NW_BUS_GUESTS_H
#define NW_BUS_GUESTS_H

#include "base/map.h"
#include "bus/leavers.h"
#include "bus/peer.h"
#include "bus/rights.h"
#include "bus/shares.h"

/*
 * Who follows live by CURVE. That XPUB is in libzmq's manual mode, where a subscription
 * is in force only once it is granted, so that nothing goes out that has not been judged.
 * Three faults of libzmq 4.3.4 are kept clear of:
 *
 * - A grant goes to the connection at the head of a queue of its own, which gives one
 *   up for every message read, though only subscriptions put one in. After a message of
 *   another kind the next grants would go to others. Who sends one is cut off and not let
 *   in for a while, and until the queue has been read to its end, when both are empty,
 *   nothing is granted: who asked meanwhile is cut off, comes back and asks again.
 * - In that queue connections are known by an address in memory, which a new one may
 *   take over from one that is gone. So nobody is let in (zap.h) but while the queue
 *   is empty, and the socket is not touched until libzmq's own thread has made the
 *   connections of all who were (curve.c): none of them can stand in for what is queued.
 * - A grant to one that is gone is made all the same, and what then matches it is sent to
 *   whichever connection what is left of that memory leads to. So what comes from
 *   who has ended since (leavers.h) is granted nothing.
 *
 * libzmq's client comes back at once, for ever, and asks again for what it was cut off for.
 * So who asks for too much is not let in (zap.h) for a while, which grows with each time.
 */
struct nw_guests {
	const struct nw_bus_socket *xpub;
	const struct nw_rights *rights;
	struct nw_leavers *leavers; /* of that socket */
	struct nw_map connections;  /* by their cookie, of those with a subscription */
	struct nw_shares shares;    /* of what is granted */
	bool crooked;               /* the queues are out of step */
	bool drained;               /* nothing is queued */
	bool somebody_left, swept;  /* in this turn */
	struct nw_seldom strangers; /* clients until a reload */
};

void nw_guests_clear(struct nw_guests *guests);

/* Takes and judges what has come; true when anything was granted. */
bool nw_guests_receive(struct nw_guests *guests, int64_t now_ms);

/* From now on these are the rights; who has lost any of the old ones is disconnected. */
void nw_guests_judge_anew(struct nw_guests *guests, const struct nw_rights *rights);

/* Sets listeners of every right: connections that subscribed to heartbeats. */
void nw_guests_count_listeners(const struct nw_guests *guests);

#endif
