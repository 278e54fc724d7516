#include "bus/quiet.h"

int64_t nw_quiet_count(struct nw_quiet *quiet, int64_t times, int64_t now_ms)
{
	const int64_t all = quiet->times + times;

	quiet->times = all;
	if (quiet->told_ms && now_ms - quiet->told_ms < NW_QUIET_MS)
		return 0;
	*quiet = (struct nw_quiet){.told_ms = now_ms};
	return all;
}
