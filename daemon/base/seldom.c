#include "base/seldom.h"

int64_t nw_seldom_count(struct nw_seldom *seldom, int64_t times, int64_t each_ms, int64_t now_ms)
{
	const int64_t all = seldom->times + times;

	seldom->times = all;
	if (seldom->told_ms && now_ms - seldom->told_ms < each_ms)
		return 0;
	*seldom = (struct nw_seldom){.told_ms = now_ms};
	return all;
}
