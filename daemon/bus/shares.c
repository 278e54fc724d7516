#include "bus/shares.h"

#include <stdio.h>
#include <stdlib.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/str.h"
#include "bus/subscribe.h"

void nw_shares_init(struct nw_shares *shares, size_t max)
{
	*shares = (struct nw_shares){.max = max};
}

struct nw_share *nw_shares_join(struct nw_shares *shares, const char *key)
{
	struct nw_share *share = nw_map_get(&shares->by_key, nw_str(key));

	if (!share) {
		share = nw_must_calloc(1, sizeof(*share));
		(void)snprintf(share->key, sizeof(share->key), "%s", key);
		(void)nw_map_put(&shares->by_key, nw_str(share->key), share);
	}
	share->connections++;
	return share;
}

void nw_shares_leave(struct nw_shares *shares, struct nw_share *share)
{
	if (--share->connections)
		return;
	(void)nw_map_remove(&shares->by_key, nw_str(share->key));
	nw_map_clear(&share->prefixes);
	free(share);
	if (!shares->by_key.n)
		nw_map_clear(&shares->by_key);
}

static bool fits(size_t n, size_t bytes, size_t max)
{
	return n < max && bytes <= max * NW_SUBSCRIPTION_BYTES;
}

/* The connections of one client together may not ask for all too much either: libzmq notes each. */
bool nw_shares_have_room(
	const struct nw_shares *shares, const char *key, struct nw_str prefix, size_t bytes)
{
	const struct nw_share *share = nw_map_get(&shares->by_key, nw_str(key));
	const size_t part = shares->max / NW_SHARE_PART;
	const size_t max = part < NW_SHARE_MIN ? NW_SHARE_MIN : part;

	if (prefix.n > NW_WIRE_KEY_MAX || (share && share->subscriptions >= shares->max))
		return false;
	if (share && nw_map_get(&share->prefixes, prefix))
		return true;
	return fits(shares->n, shares->bytes + bytes, shares->max) &&
		(!share || fits(share->prefixes.n, share->bytes + bytes, max));
}

struct nw_held *nw_shares_hold(
	struct nw_shares *shares, struct nw_share *share, struct nw_str prefix, size_t bytes)
{
	struct nw_held *held = nw_map_get(&share->prefixes, prefix);

	if (!held) {
		held = nw_must_calloc(1, sizeof(*held) + prefix.n + 1);
		held->bytes = bytes;
		held->n = prefix.n;
		if (prefix.n)
			memcpy(held->text, prefix.p, prefix.n);
		(void)nw_map_put(&share->prefixes, (struct nw_str){held->text, held->n}, held);
		share->bytes += bytes;
		shares->bytes += bytes;
		shares->n++;
	}
	held->connections++;
	share->subscriptions++;
	return held;
}

void nw_shares_release(struct nw_shares *shares, struct nw_share *share, struct nw_held *held)
{
	share->subscriptions--;
	if (--held->connections)
		return;
	(void)nw_map_remove(&share->prefixes, (struct nw_str){held->text, held->n});
	share->bytes -= held->bytes;
	shares->bytes -= held->bytes;
	shares->n--;
	free(held);
}
