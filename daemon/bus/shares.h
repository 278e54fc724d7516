#ifndef NW_BUS_SHARES_H
#define NW_BUS_SHARES_H

#include "base/curve.h"
#include "base/map.h"

/*
 * What the clients by CURVE have subscribed to: the different prefixes of each, however
 * many of its connections ask for one. All together are limited, and each has a share, so
 * that one cannot lock out the others.
 */
struct nw_share {
	char key[NW_CURVE_TEXT + 1]; /* the client's */
	struct nw_map prefixes;      /* struct nw_held */
	size_t bytes;                /* of what was granted for these */
	size_t subscriptions;        /* of all of its connections */
	size_t connections;
};

/* A prefix that some connections of one client ask for. */
struct nw_held {
	size_t connections;
	size_t bytes; /* of what was granted for it */
	size_t n;
	char text[];
};

struct nw_shares {
	struct nw_map by_key;
	size_t max;      /* different prefixes, the sum over the clients */
	size_t n, bytes; /* there are */
};

void nw_shares_init(struct nw_shares *shares, size_t max);

/* Of one client: max / NW_SHARE_PART different prefixes, and NW_SHARE_MIN where that is less. */
#define NW_SHARE_PART 10
#define NW_SHARE_MIN 100

/* One connection more, and one less: with its last a share ends, and has to be empty by then. */
struct nw_share *nw_shares_join(struct nw_shares *shares, const char *key);
void nw_shares_leave(struct nw_shares *shares, struct nw_share *share);

/* Whether a connection of the client with that key may ask for one more. */
bool nw_shares_have_room(
	const struct nw_shares *shares, const char *key, struct nw_str prefix, size_t bytes);
/* There has to be room. Lives until it was released as often. */
struct nw_held *nw_shares_hold(
	struct nw_shares *shares, struct nw_share *share, struct nw_str prefix, size_t bytes);
void nw_shares_release(struct nw_shares *shares, struct nw_share *share, struct nw_held *held);

#endif
