#include "web/date.h"

#include <stdio.h>

#include "base/when.h"

const char *nw_http_date(int64_t unix_s, char text[NW_HTTP_DATE])
{
	/* 1970 began on a Thursday. */
	static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const int64_t s = unix_s > 0 ? unix_s : 0;
	const struct nw_civil c = nw_when_civil(s);

	(void)snprintf(text, NW_HTTP_DATE, "%s, %02d %s %04d %02d:%02d:%02d GMT",
		days[s / 86400 % 7], c.day, months[c.month - 1], c.year, c.hour, c.minute,
		c.second);
	return text;
}
