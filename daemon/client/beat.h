#ifndef NW_CLIENT_BEAT_H
#define NW_CLIENT_BEAT_H

#include "client/position.h"

/*
 * A heartbeat's JSON held against a position: true when under a key that begins
 * with any of the prefixes there is something that has not been handed over. What
 * is no JSON, or of another form, tells nothing.
 */
bool nw_beat_tells_more(const struct nw_position *position, struct nw_str json,
	const struct nw_str *prefixes, size_t n_prefixes);

#endif
