#ifndef NW_BUS_SUBSCRIBE_H
#define NW_BUS_SUBSCRIBE_H

#include <stdbool.h>

#include "base/map.h"

/*
 * Who subscribes to what is libzmq's to know; here the different prefixes are
 * counted, so that nobody can make the daemon remember more than so many.
 */
struct nw_subscriptions {
	void *xpub;
	struct nw_map prefixes; /* each its own copy */
	size_t max;
	int64_t logged_ms; /* when a refusal was last logged */
};

void nw_subscriptions_clear(struct nw_subscriptions *subscriptions);

/* Takes what has come; true when anybody subscribed to anything. */
bool nw_subscriptions_receive(struct nw_subscriptions *subscriptions, int64_t now_ms);

#endif
