/* A clock that is set back. */
#include "alert/desk.h"

#define BACK_S 60 /* by less the time of day is set back all the time, and it does no harm */

/* No later than that; 0 stays. */
static void limit(int64_t *moment_s, int64_t most_s)
{
	if (*moment_s > most_s)
		*moment_s = most_s;
}

static void set_back_incident(const struct nw_turn *turn, struct nw_incident *incident)
{
	const struct nw_config_alert *alert = nw_desk_of(turn, incident)->rule->config;
	int64_t *const past[] = {&incident->opened_s, &incident->last_s, &incident->changed_s,
		&incident->told_s, &incident->closed_s, &incident->hold_s, &incident->spaced_s};

	for (size_t i = 0; i < sizeof(past) / sizeof(past[0]); i++)
		limit(past[i], turn->now_s); /* what is held is looked at anew */
	limit(&incident->escalate_s, turn->now_s + alert->escalate_after_s);
}

/* A mute stays: whoever asked for it named a time of day. */
static void set_back_desk(const struct nw_turn *turn, struct nw_desk *desk)
{
	for (size_t i = 0; i < desk->n_told_at; i++)
		limit(&desk->told_at[i], turn->now_s);
	if (desk->digest_due_s)
		nw_digest_plan(turn, desk);
	desk->is_changed = true;
}

void nw_clock_follow(struct nw_turn *turn)
{
	struct nw_alerts *alerts = turn->alerts;
	const struct nw_heap *all = &alerts->heaps[NW_HEAP_AGE];
	const bool is_back = alerts->now_s - turn->now_s > BACK_S;

	alerts->now_s = turn->now_s;
	for (size_t i = 0; i < alerts->n_desks; i++) {
		nw_digest_sort(&alerts->desks[i]);
		if (is_back)
			set_back_desk(turn, &alerts->desks[i]);
	}
	if (!is_back)
		return;
	for (size_t i = 0; i < all->n; i++)
		set_back_incident(turn, all->v[i]);
	nw_engine_plan(alerts);
}
