#include "pipeline/today.h"

#include <time.h>

/* A day of summer time's beginning or end has another length: mktime knows. */
static void begin_day(struct nw_today *today, int64_t now_s)
{
	const time_t now = (time_t)now_s;
	struct tm day;

	(void)localtime_r(&now, &day);
	day.tm_hour = day.tm_min = day.tm_sec = 0;
	day.tm_isdst = -1;
	today->begins_s = (int64_t)mktime(&day);
	day.tm_mday++;
	day.tm_isdst = -1;
	today->ends_s = (int64_t)mktime(&day);
	today->articles = 0;
}

int64_t nw_today_articles(struct nw_today *today, int64_t now_s)
{
	if (now_s < today->begins_s || now_s >= today->ends_s)
		begin_day(today, now_s);
	return today->articles;
}

void nw_today_add(struct nw_today *today, int64_t seen_s, int64_t now_s)
{
	(void)nw_today_articles(today, now_s);
	today->articles += seen_s >= today->begins_s && seen_s < today->ends_s;
}
