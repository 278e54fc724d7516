#ifndef NW_BUS_SUBSCRIBE_H
#define NW_BUS_SUBSCRIBE_H

#include <stdbool.h>

#include "base/map.h"
#include "base/seldom.h"
#include "bus/socket.h"

/*
 * Who subscribes to what is libzmq's to know; here the different prefixes are
 * counted, and their bytes, since libzmq keeps a node for each: nobody can make the
 * daemon remember more than so many.
 */
struct nw_subscriptions {
	const struct nw_bus_socket *xpub;
	struct nw_map prefixes; /* each its own copy */
	size_t max, bytes;      /* of the latter at most NW_SUBSCRIPTION_BYTES each, on average */
	struct nw_seldom told;  /* refusals */
	int cut;                /* the descriptor last shut down, and when */
	int64_t cut_ms;
};

#define NW_SUBSCRIPTION_BYTES 48

void nw_subscriptions_clear(struct nw_subscriptions *subscriptions);

/* Takes what has come; true when anybody subscribed to anything. */
bool nw_subscriptions_receive(struct nw_subscriptions *subscriptions, int64_t now_ms);

#endif
