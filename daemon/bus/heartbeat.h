#ifndef NW_BUS_HEARTBEAT_H
#define NW_BUS_HEARTBEAT_H

#include "base/buf.h"
#include "base/map.h"
#include "bus/rights.h"

/* The last seq published under every key: what a heartbeat says. {0} is none. */
struct nw_last_key {
	int64_t seq;
	size_t n;
	char key[];
};

struct nw_lasts {
	struct nw_map by_key;        /* of struct nw_last_key */
	struct nw_last_key **sorted; /* by key, so that equal states give equal bytes */
	size_t n, cap;
	int64_t newest;
};

void nw_lasts_clear(struct nw_lasts *lasts);
void nw_lasts_put(struct nw_lasts *lasts, struct nw_str key, int64_t seq);

/* {"last":{"all/":10482,...},"oldest":1}, of the keys that the right is for; NULL: of all. */
void nw_lasts_write(const struct nw_lasts *lasts, const struct nw_right *right, int64_t oldest,
	struct nw_buf *json);

#endif
