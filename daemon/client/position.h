#ifndef NW_CLIENT_POSITION_H
#define NW_CLIENT_POSITION_H

#include <stdbool.h>

#include "base/map.h"

/*
 * What has been handed over: everything up to base, whatever its key, and beyond
 * base, per key, everything up to that key's last. Messages of one key come in
 * order, but that none of another key was lost is only known from a heartbeat or
 * the end of a replay: those move base, and the keys are forgotten again.
 */
struct nw_position {
	int64_t base;       /* -1: not known yet */
	bool one_key;       /* there is but one key, so that each message moves base */
	struct nw_map keys; /* of those beyond base */
	int64_t furthest;   /* the last of them */
};

void nw_position_clear(struct nw_position *position);

bool nw_position_has(const struct nw_position *position, struct nw_str key, int64_t seq);
/* Everything up to seq has been handed over. Never goes back. */
void nw_position_settle(struct nw_position *position, int64_t seq);
/* This message is handed over, and with it all of its key before it. */
void nw_position_put(struct nw_position *position, struct nw_str key, int64_t seq);

#endif
