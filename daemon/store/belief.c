#include "store/belief.h"

#define DAY_S INT64_C(86400)

static bool is_forward(int64_t offset_s, int64_t from_s)
{
	return offset_s - from_s > DAY_S;
}

static void doubt(struct nw_belief *b, int64_t offset_s, int64_t monotonic_ms)
{
	if (b->is_doubted && !is_forward(offset_s, b->doubted_s) &&
		!is_forward(b->doubted_s, offset_s))
		return;
	b->is_doubted = true;
	b->doubted_s = offset_s;
	b->doubted_ms = monotonic_ms;
}

int64_t nw_belief_now(struct nw_belief *b, int64_t unix_s, int64_t monotonic_ms)
{
	const int64_t offset_s = unix_s - monotonic_ms / 1000;

	if (b->is_known && is_forward(offset_s, b->offset_s)) {
		doubt(b, offset_s, monotonic_ms);
		if (monotonic_ms - b->doubted_ms < DAY_S * 1000)
			return monotonic_ms / 1000 + b->offset_s;
	}
	b->is_known = true;
	b->is_doubted = false;
	b->offset_s = offset_s;
	return unix_s;
}
