#ifndef NW_BUS_RIGHTS_H
#define NW_BUS_RIGHTS_H

#include "article/wire.h"
#include "base/curve.h"
#include "base/map.h"
#include "base/seldom.h"
#include "bus/request.h"
#include "config/config.h"

/* What somebody by CURVE is cut off for at the live socket. */
enum nw_refusal {
	NW_REFUSED_WIDE, /* it asked for what it may not read */
	NW_REFUSED_MUCH, /* for more than it may have at a time */
	NW_REFUSED_JUNK, /* what it sent is no subscription */
	NW_REFUSED_NOW,  /* nothing could be granted then */
	NW_REFUSALS,
};
#define NW_REFUSALS_MS 60000 /* those of a kind, and of one of them, are told once in this time */

/*
 * Who may read what by CURVE, as the configuration says: one snapshot, made anew by a
 * reload. A peer is known by its public key as text (Z85), which libzmq hands over with
 * each of its messages as their User-Id; its name may be another's after a reload.
 */
struct nw_right {
	char key[NW_CURVE_TEXT + 1];
	struct nw_str name;
	struct nw_str beat_key;  /* what its heartbeats go out under */
	struct nw_str *prefixes; /* sorted, none the beginning of another; "": everything */
	size_t n_prefixes;

	/* Of the FOLLOW thread, to be used as it likes. */
	int64_t barred_until_ms; /* from the live socket */
	int64_t pause_ms;        /* for which it was last barred for asking too much; 0: never */
	struct nw_seldom told[NW_REFUSALS];
	size_t listeners;
};

struct nw_rights {
	struct nw_arena *arena;
	struct nw_right *rights; /* those who have a key */
	size_t n;
	struct nw_map by_key;
};

struct nw_rights *nw_rights_new(const struct nw_config_client *clients, size_t n);
void nw_rights_free(struct nw_rights *rights); /* NULL is fine */

/* Who has the same key in both has in these what the FOLLOW thread noted there. */
void nw_rights_carry(struct nw_rights *rights, const struct nw_rights *old);

/* NULL: nobody has that key. A NULL key is nobody's. */
struct nw_right *nw_rights_find(const struct nw_rights *rights, const char *key);

/* Whether all keys that begin so may be read; not asked of heartbeats. */
bool nw_right_allows(const struct nw_right *right, struct nw_str prefix);
/* Whether whatever old may read may be read still, and it is called the same. */
bool nw_right_covers(const struct nw_right *right, const struct nw_right *old);

/*
 * What a subscriber gets for a prefix that it asks for: that prefix, or instead of one that
 * would take in other clients' heartbeats its own and the families of keys beside them.
 * Returns how many are in granted, 0: it may not read all of that.
 */
#define NW_RIGHT_GRANTS 8
size_t nw_right_grant(
	const struct nw_right *right, struct nw_str prefix, struct nw_str granted[NW_RIGHT_GRANTS]);

/*
 * Holds a request to the right: without keys it is for all that may be read; its cursor
 * becomes the client's own, in the room given. The reason is fit to be sent back.
 */
#define NW_RIGHT_CURSOR (2 * NW_WIRE_NAME_MAX + 2)
enum nw_err nw_right_narrow(const struct nw_right *right, struct nw_request *request,
	char cursor[NW_RIGHT_CURSOR], struct nw_error *error) NW_MUST;

#endif
