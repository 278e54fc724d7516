#ifndef NW_BUS_FLOOD_H
#define NW_BUS_FLOOD_H

#include "base/map.h"
#include "base/seldom.h"
#include "bus/socket.h"

/*
 * Cuts off who sends far more than any subscriber has to say. libzmq 4.3.4 bounds a
 * frame but not a message, which it gathers whole before it shows it, and hands what
 * comes to an XPUB over for as long as more comes: neither can be stopped by whoever
 * owns the socket. So this looks from outside, from another thread, at what the kernel
 * counts of each connection over TCP. Who comes in through the file system has its leave.
 */
#define NW_FLOOD_SOCKETS 4
struct nw_flood {
	struct nw_map connections;      /* by their cookie (peer.h) */
	size_t peers[NW_FLOOD_SOCKETS]; /* connections at each, when it was last looked */
	struct nw_seldom told;
};

/* The time between two calls is ever so long; NULLs are none. Monotonic ms. */
void nw_flood_look(struct nw_flood *flood,
	const struct nw_bus_socket *const sockets[NW_FLOOD_SOCKETS], int64_t now_ms);
void nw_flood_clear(struct nw_flood *flood);

#endif
