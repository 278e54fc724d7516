/* ttl, skipHours and skipDays of RSS 2.0; the syndication module of RSS 1.0. */
#include "base/str.h"
#include "feed/format.h"

#define MOST_MINUTES INT64_C(527040) /* a leap year */

static const struct {
	const char *name;
	int64_t seconds;
} periods[] = {
	{"hourly", 3600},
	{"daily", 86400},
	{"weekly", (int64_t)7 * 86400},
	{"monthly", (int64_t)30 * 86400},
	{"yearly", (int64_t)365 * 86400},
};

static void read_hours(struct nw_feed_reader *r, const struct nw_node *n)
{
	int64_t hour;

	for (const struct nw_node *c = n->children; c; c = c->next)
		if (c->tag == NW_TAG_HOUR && nw_str_int(nw_feed_read_word(r, c), 0, 24, &hour))
			r->feed->skip_hours |= UINT32_C(1) << (hour % 24); /* 0.91 counts from 1 */
}

static void read_days(struct nw_feed_reader *r, const struct nw_node *n)
{
	static const char *const days[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

	for (const struct nw_node *c = n->children; c; c = c->next) {
		if (c->tag != NW_TAG_DAY)
			continue;
		for (unsigned i = 0; i < sizeof(days) / sizeof(*days); i++)
			if (nw_str_starts_nocase(nw_feed_read_word(r, c), nw_str(days[i])))
				r->feed->skip_days |= UINT32_C(1) << i;
	}
}

void nw_feed_read_poll(struct nw_feed_reader *r, const struct nw_node *n)
{
	switch (n->tag) {
	case NW_TAG_TTL:
		r->feed->ttl = nw_feed_read_word(r, n);
		break;
	case NW_TAG_SKIPHOURS:
		read_hours(r, n);
		break;
	case NW_TAG_SKIPDAYS:
		read_days(r, n);
		break;
	case NW_TAG_UPDATEPERIOD:
		for (size_t i = 0; i < sizeof(periods) / sizeof(*periods); i++)
			if (nw_str_eq_nocase(nw_feed_read_word(r, n), nw_str(periods[i].name)))
				r->period_s = periods[i].seconds;
		break;
	case NW_TAG_UPDATEFREQUENCY:
		if (!nw_str_int(nw_feed_read_word(r, n), 1, 86400, &r->per_period))
			r->per_period = 0;
		break;
	default:
		break;
	}
}

void nw_feed_set_poll(struct nw_feed_reader *r)
{
	const int64_t period_s = r->period_s ? r->period_s : 86400; /* the module's default */
	int64_t minutes = 0, sy_s = 0;

	if (r->period_s || r->per_period)
		sy_s = period_s / (r->per_period ? r->per_period : 1);
	if (!nw_str_int(r->feed->ttl, 1, MOST_MINUTES, &minutes))
		minutes = 0;
	r->feed->poll_every_s = minutes * 60 > sy_s ? minutes * 60 : sy_s;
}
