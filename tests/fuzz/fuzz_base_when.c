/* A date in any form: what is read is a real day, and reads the same once written. */
#include <stdlib.h>

#include "base/str.h"
#include "base/when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nw_str text = {(const char *)data, size};
	struct nw_when when, again;
	char written[NW_WHEN_TEXT];
	struct nw_civil c;

	(void)nw_when_month(text);
	if (!nw_when_parse(text, &when)) {
		check(when.unix_s == 0 && when.offset_min == 0);
		check(when.precision == NW_WHEN_UNKNOWN);
		return 0;
	}
	check(when.offset_min > -1440 && when.offset_min < 1440);
	c = nw_when_civil(when.unix_s);
	check(nw_when_is_day(c.year, c.month, c.day));
	/* A day at either end of the calendar may lie beyond it elsewhere. */
	if (c.year < 2 || c.year > 9998)
		return 0;
	check(nw_when_from_civil(c) == when.unix_s);
	check(nw_when_parse(nw_str(nw_when_rfc3339(when.unix_s, written)), &again));
	check(again.unix_s == when.unix_s);
	check(nw_when_parse(nw_str(nw_when_local(when, written)), &again));
	check(again.unix_s == when.unix_s && again.offset_min == when.offset_min);
	if (when.precision == NW_WHEN_DAY) {
		check(nw_when_parse(nw_str(nw_when_day(when, written)), &again));
		check(again.unix_s - when.unix_s == (int64_t)when.offset_min * 60);
	}
	return 0;
}
