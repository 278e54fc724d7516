#include "web/seldom.h"

#define SELDOM_MS 10000

int64_t nw_seldom_count(struct nw_seldom *seldom, int64_t now_ms)
{
	const int64_t n = ++seldom->n;

	if (seldom->at_ms && now_ms - seldom->at_ms < SELDOM_MS)
		return 0;
	*seldom = (struct nw_seldom){.at_ms = now_ms};
	return n;
}
