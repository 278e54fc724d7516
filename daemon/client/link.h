#ifndef NW_CLIENT_LINK_H
#define NW_CLIENT_LINK_H

#include <stdbool.h>

#include <newswire/base.h>

struct nw_client;

/*
 * A connection to the replay endpoint that is given up when it is lost, and never
 * made anew by itself: a daemon that was restarted knows nothing of what was asked.
 */
struct nw_link {
	void *dealer;  /* NULL: there is none */
	void *monitor; /* readable once it is lost; NULL where libzmq has none to give */
};

/* False, with the reason, when there can be none. That nobody listens is no reason. */
bool nw_link_open(struct nw_client *client, struct nw_link *link, struct nw_error *error);
void nw_link_close(struct nw_client *client, struct nw_link *link);
bool nw_link_is_lost(const struct nw_link *link);

#endif
