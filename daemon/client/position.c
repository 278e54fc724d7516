#include "client/position.h"

#include <stdlib.h>

#include "base/arena.h"

struct key_last {
	int64_t seq;
	size_t n;
	char text[];
};

static void forget_keys(struct nw_position *position)
{
	nw_map_each (&position->keys, slot) {
		free(slot->value);
	}
	nw_map_clear(&position->keys);
	position->furthest = 0;
}

void nw_position_clear(struct nw_position *position)
{
	forget_keys(position);
	position->base = -1;
}

bool nw_position_has(const struct nw_position *position, struct nw_str key, int64_t seq)
{
	const struct key_last *last;

	if (seq <= position->base)
		return true;
	if (seq > position->furthest)
		return false;
	last = nw_map_get(&position->keys, key);
	return last && seq <= last->seq;
}

void nw_position_settle(struct nw_position *position, int64_t seq)
{
	if (seq <= position->base)
		return;
	position->base = seq;
	if (position->furthest && position->furthest <= seq)
		forget_keys(position);
}

void nw_position_put(struct nw_position *position, struct nw_str key, int64_t seq)
{
	struct key_last *last;

	if (position->one_key) {
		nw_position_settle(position, seq);
		return;
	}
	last = nw_map_get(&position->keys, key);
	if (!last) {
		last = nw_must_calloc(1, sizeof(*last) + key.n + 1);
		last->n = key.n;
		memcpy(last->text, key.p, key.n);
		(void)nw_map_put(&position->keys, (struct nw_str){last->text, last->n}, last);
	}
	last->seq = seq;
	if (seq > position->furthest)
		position->furthest = seq;
}
