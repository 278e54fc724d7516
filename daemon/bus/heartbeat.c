#include "bus/heartbeat.h"

#include <inttypes.h>
#include <stdlib.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/str.h"

void nw_lasts_clear(struct nw_lasts *lasts)
{
	for (size_t i = 0; i < lasts->n; i++)
		free(lasts->sorted[i]);
	free(lasts->sorted);
	nw_map_clear(&lasts->by_key);
	*lasts = (struct nw_lasts){0};
}

/* Where the key is or would go. */
static size_t find_place(const struct nw_lasts *lasts, struct nw_str key)
{
	size_t low = 0, high = lasts->n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct nw_last_key *k = lasts->sorted[middle];

		if (nw_str_cmp((struct nw_str){k->key, k->n}, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct nw_last_key *add_key(struct nw_lasts *lasts, struct nw_str key)
{
	struct nw_last_key *k = nw_must_calloc(1, sizeof(*k) + key.n + 1);
	const size_t at = find_place(lasts, key);

	k->n = key.n;
	memcpy(k->key, key.p, key.n);
	if (lasts->n == lasts->cap) {
		lasts->cap = lasts->cap ? lasts->cap * 2 : 64;
		lasts->sorted =
			nw_must_realloc(lasts->sorted, lasts->cap * sizeof(struct nw_last_key *));
	}
	memmove(lasts->sorted + at + 1, lasts->sorted + at,
		(lasts->n - at) * sizeof(struct nw_last_key *));
	lasts->sorted[at] = k;
	lasts->n++;
	(void)nw_map_put(&lasts->by_key, (struct nw_str){k->key, k->n}, k);
	return k;
}

void nw_lasts_put(struct nw_lasts *lasts, struct nw_str key, int64_t seq)
{
	struct nw_last_key *k = nw_map_get(&lasts->by_key, key);

	/* What is no key cannot be subscribed to, and needs no quoting rules here. */
	if (!k && nw_wire_is_key(key))
		k = add_key(lasts, key);
	if (k)
		k->seq = seq;
	if (seq > lasts->newest)
		lasts->newest = seq;
}

static bool is_below(const struct nw_last_key *k, struct nw_str prefix)
{
	return nw_str_starts((struct nw_str){k->key, k->n}, prefix);
}

void nw_lasts_write(const struct nw_lasts *lasts, const struct nw_right *right, int64_t oldest,
	struct nw_buf *json)
{
	const struct nw_str everything = {0};
	const struct nw_str *prefixes = right ? right->prefixes : &everything;
	const size_t n_prefixes = right ? right->n_prefixes : 1;
	const char *comma = "";

	nw_buf_add(json, NW_STR("{\"last\":{"));
	for (size_t p = 0; p < n_prefixes; p++) {
		for (size_t i = find_place(lasts, prefixes[p]);
			i < lasts->n && is_below(lasts->sorted[i], prefixes[p]); i++) {
			nw_buf_printf(json, "%s\"%s\":%" PRId64, comma, lasts->sorted[i]->key,
				lasts->sorted[i]->seq);
			comma = ",";
		}
	}
	nw_buf_printf(json, "},\"oldest\":%" PRId64 "}", oldest);
}
