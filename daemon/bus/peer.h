#ifndef NW_BUS_PEER_H
#define NW_BUS_PEER_H

#include <zmq.h>

#include "bus/socket.h"

/*
 * The connection that a message came over, as far as libzmq lets one see: its descriptor,
 * which may have been closed and be another's by now, and a number that the kernel gives
 * each connection and never gives again.
 */
struct nw_peer {
	int fd;          /* -1: none */
	uint64_t cookie; /* 0: it is not, or no longer, a connection to that socket */
	const char *key; /* by CURVE: its public key; of the message; NULL: none */
};

struct nw_peer nw_peer_of(const struct nw_bus_socket *socket, zmq_msg_t *msg);
/* Of the connection that a descriptor is; 0: it is none. */
uint64_t nw_peer_cookie(int fd);
/* Whether the descriptor still is that connection. */
bool nw_peer_is_there(int fd, uint64_t cookie);
/* Shuts it down, if it still is there; libzmq then forgets all that came from it. */
void nw_peer_cut(int fd, uint64_t cookie);

#endif
