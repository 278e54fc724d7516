#ifndef NW_BUS_LEAVERS_H
#define NW_BUS_LEAVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether the connection that a message came over has ended since. Its descriptor does not
 * tell: a new connection may have it by now. So the ends that libzmq's monitor tells of are
 * numbered, and who is let in is given the newest number (zap.h), which comes back with each
 * of its messages: an end of its descriptor with a higher one is its own, or later.
 *
 * libzmq closes a connection, and tells its end, before it lets go of it in the socket: who
 * has not ended by what has been read here is still there until the socket is touched again.
 */
struct nw_leavers {
	void *monitor;   /* a PAIR that hears ZMQ_EVENT_DISCONNECTED and failures of handshakes */
	uint64_t newest; /* ends so far */
	uint64_t *ends;  /* by descriptor: the number of its last end; 0: none */
	size_t cap;
	size_t failures; /* of handshakes; whoever counts them takes them from here */
};

void nw_leavers_clear(struct nw_leavers *leavers); /* the monitor is its opener's */

/* Reads what the monitor has told by now. */
void nw_leavers_read(struct nw_leavers *leavers);

/* Whether what was let in with that number, on that descriptor, has ended. */
bool nw_leavers_have(const struct nw_leavers *leavers, int fd, uint64_t number);

#endif
