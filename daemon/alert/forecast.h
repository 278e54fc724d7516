#ifndef NW_ALERT_FORECAST_H
#define NW_ALERT_FORECAST_H

#include "alert/rule.h"
#include "base/json.h"

/*
 * What a rule would have told of what the journal holds: an engine of its own is given the
 * records at the times that they have, and is ticked between them whenever something is due,
 * as the daemon's is. It begins some days before, since what was told before is not told again.
 * As if nobody had acknowledged or muted anything. The journal is only read, a page at a time;
 * beside the page there are no more than the engine's incidents in memory.
 */
#define NW_FORECAST_BEFORE_S (INT64_C(7) * 86400) /* a story's articles lie within 72 hours */

struct nw_forecast_options {
	const char *journal;          /* the database's path */
	const struct nw_rules *rules; /* one */
	int64_t since_s;              /* what is told at or after this moment, ... */
	int64_t after; /* or, where it is not negative, of the records behind this seq */
	int64_t now_s; /* up to this moment */
	/*
	 * Each message as newswire-alerts(5) has it, with "channels" and, of it or of an item of a
	 * digest that was not told as soon as it could be, "held": {since, why}. It lives
	 * until the callback returns.
	 */
	void (*on_message)(void *arg, const json_t *message);
	void *arg;
};

struct nw_forecast {
	int64_t from_s, to_s; /* from_s: later than asked for where the journal begins later */
	bool is_trimmed;      /* some of what was asked for is in the journal no more */
	size_t articles;   /* articles, new versions of them and withdrawals that were looked at */
	size_t unreadable; /* and records that are none */
	size_t matched;    /* articles that met the rule */
	size_t incidents, messages;
	size_t held;     /* held for quiet hours, or for a digest or the throttle */
	size_t waiting;  /* to be told later than now_s */
	unsigned unseen; /* 1 << i: no article had the rule's topic i, which may be a new one */
};

enum nw_err nw_forecast_run(const struct nw_forecast_options *options, struct nw_forecast *forecast,
	struct nw_error *error) NW_MUST;

#endif
