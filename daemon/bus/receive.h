#ifndef NW_BUS_RECEIVE_H
#define NW_BUS_RECEIVE_H

#include <stdbool.h>

#include <zmq.h>

#include <newswire/base.h>

/*
 * One whole message from outside, of which no more than max frames are kept, and one that
 * stands for all beyond: that there are too many is seen, however many they are.
 */
#define NW_RECEIVED_MAX 8

struct nw_received {
	zmq_msg_t msgs[NW_RECEIVED_MAX + 1];
	struct nw_str frames[NW_RECEIVED_MAX + 1]; /* what is in them */
	size_t n;                                  /* max + 1: there were more; 0: nothing came */
};

/* Without waiting; max is NW_RECEIVED_MAX at most. False where nothing came; to be cleared in any case. */
bool nw_received_take(struct nw_received *received, void *socket, size_t max);
void nw_received_clear(struct nw_received *received);

#endif
