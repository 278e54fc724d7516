#ifndef NW_ALERT_LOOK_H
#define NW_ALERT_LOOK_H

#include "alert/alerting.h"

/* How alerts are, for metrics and readiness. On the LOOP. */
struct nw_alerting_view {
	size_t rules, incidents;
	size_t open;   /* of these, those that are not closed */
	int64_t after; /* everything up to this seq was considered; -1: there are no rules */
};
void nw_alerting_look(const struct nw_alerting *alerting, struct nw_alerting_view *view);

/* Each channel of the configuration, in its order. */
struct nw_channel_view {
	struct nw_str name;
	struct nw_str reason; /* of the last failure, without secrets */
	bool is_failing;
	size_t waiting;     /* letters, the one under way among them */
	int64_t sent, dead; /* since the start */
};
void nw_alerting_each_channel(const struct nw_alerting *alerting,
	void (*on_channel)(void *arg, const struct nw_channel_view *channel), void *arg);

#endif
