#include "alert/engine.h"

#include <stdlib.h>

#include "alert/desk.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/when.h"

#define WHO_BYTES 80
#define ALIKE 52 /* percent; see is_doubtful */
#define NEVER_S INT64_C(-1)

/* --- heaps --- */

static bool is_due_before(const struct nw_incident *a, const struct nw_incident *b)
{
	if (a->due_s != b->due_s)
		return a->due_s < b->due_s;
	return nw_str_cmp(a->id, b->id) < 0;
}

/* 0: closed; 1: open; 2: somebody is still to be told of it. */
static int worth_of(const struct nw_incident *i)
{
	if (i->pending || i->queued)
		return 2;
	return i->state == NW_INCIDENT_CLOSED ? 0 : 1;
}

/* Those that nobody waits for first, then by when they changed. */
static bool is_forgotten_before(const struct nw_incident *a, const struct nw_incident *b)
{
	const int x = worth_of(a), y = worth_of(b);

	if (x != y)
		return x < y;
	if (a->changed_s != b->changed_s)
		return a->changed_s < b->changed_s;
	return nw_str_cmp(a->id, b->id) < 0;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return b && b < a ? b : a;
}

static int64_t due_of(const struct nw_incident *i)
{
	int64_t due = earlier(INT64_MAX, i->escalate_s);

	if (i->pending)
		return earlier(due, i->hold_s);
	if (i->state == NW_INCIDENT_CLOSED)
		return i->closed_s + NW_INCIDENT_KEEP_S;
	return i->queued || i->escalate_s ? due : earlier(due, i->last_s + NW_INCIDENT_QUIET_S);
}

static void add(struct nw_alerts *alerts, struct nw_incident *incident)
{
	incident->due_s = due_of(incident);
	(void)nw_map_put(&alerts->by_id, incident->id, incident);
	for (int i = 0; i < NW_N_HEAPS; i++)
		nw_heap_add(&alerts->heaps[i], incident);
}

static void forget(struct nw_alerts *alerts, struct nw_incident *incident)
{
	nw_digest_remove(&alerts->desks[incident->rule], incident);
	for (int i = 0; i < NW_N_HEAPS; i++)
		nw_heap_remove(&alerts->heaps[i], incident);
	(void)nw_map_remove(&alerts->by_id, incident->id);
	nw_incident_free(incident);
}

void nw_engine_touch(struct nw_turn *turn, struct nw_incident *incident)
{
	incident->changed_s = turn->now_s;
	incident->due_s = due_of(incident);
	for (int i = 0; i < NW_N_HEAPS; i++)
		nw_heap_fix(&turn->alerts->heaps[i], incident);
	nw_outcome_row(turn, incident);
}

void nw_engine_plan(struct nw_alerts *alerts)
{
	const size_t n = alerts->heaps[NW_HEAP_DUE].n;
	struct nw_incident **all = nw_must_calloc(n + 1, sizeof(struct nw_incident *));

	for (size_t i = 0; i < n; i++)
		all[i] = alerts->heaps[NW_HEAP_DUE].v[i];
	for (int k = 0; k < NW_N_HEAPS; k++)
		alerts->heaps[k].n = 0;
	for (size_t i = 0; i < n; i++) {
		all[i]->due_s = due_of(all[i]);
		for (int k = 0; k < NW_N_HEAPS; k++)
			nw_heap_add(&alerts->heaps[k], all[i]);
	}
	free(all);
}

/* --- closing --- */

static void close_incident(struct nw_turn *turn, struct nw_incident *incident, const char *why)
{
	incident->closed_s = turn->now_s;
	incident->escalate_s = 0;
	incident->pending = 0;
	incident->hold_s = 0;
	nw_tell_set_why(incident, nw_str(why));
	nw_tell_set_state(turn, incident, NW_INCIDENT_CLOSED, (struct nw_str){0});
}

/* Room for one more: the row of what is let go says that it is closed. */
static void make_room(struct nw_turn *turn)
{
	struct nw_alerts *alerts = turn->alerts;

	while (alerts->heaps[NW_HEAP_AGE].n >= NW_INCIDENTS_MAX) {
		struct nw_incident *oldest = alerts->heaps[NW_HEAP_AGE].v[0];

		if (oldest->state != NW_INCIDENT_CLOSED) {
			close_incident(turn, oldest, "too many incidents are open");
			nw_engine_touch(turn, oldest);
		}
		forget(alerts, oldest);
	}
}

/* --- life --- */

static void set_desks(struct nw_alerts *alerts, const struct nw_rules *rules)
{
	alerts->rules = rules;
	alerts->n_desks = rules->n;
	alerts->desks = nw_must_calloc(rules->n + 1, sizeof(*alerts->desks));
	for (size_t i = 0; i < rules->n; i++) {
		const size_t n = (size_t)rules->rule[i].config->throttle_n;

		alerts->desks[i].rule = &rules->rule[i];
		alerts->desks[i].told_at = nw_must_calloc(n + 1, sizeof(int64_t));
	}
}

static void free_desks(struct nw_desk *desks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(desks[i].told_at);
	free(desks);
}

struct nw_alerts *nw_alerts_new(const struct nw_rules *rules)
{
	struct nw_alerts *alerts = nw_must_calloc(1, sizeof(*alerts));

	alerts->heaps[NW_HEAP_DUE] =
		(struct nw_heap){.which = NW_HEAP_DUE, .is_before = is_due_before};
	alerts->heaps[NW_HEAP_AGE] =
		(struct nw_heap){.which = NW_HEAP_AGE, .is_before = is_forgotten_before};
	set_desks(alerts, rules);
	return alerts;
}

void nw_alerts_free(struct nw_alerts *alerts)
{
	if (!alerts)
		return;
	while (alerts->heaps[0].n)
		forget(alerts, alerts->heaps[0].v[alerts->heaps[0].n - 1]);
	for (int i = 0; i < NW_N_HEAPS; i++)
		free(alerts->heaps[i].v);
	nw_map_clear(&alerts->by_id);
	free_desks(alerts->desks, alerts->n_desks);
	free(alerts);
}

static size_t find_desk(const struct nw_alerts *alerts, struct nw_str rule)
{
	size_t i = 0;

	while (i < alerts->n_desks && !nw_str_eq(alerts->desks[i].rule->config->name, rule))
		i++;
	return i;
}

/* --- restoring --- */

enum nw_err nw_alerts_restore(
	struct nw_alerts *alerts, const struct nw_incident_row *row, struct nw_error *error)
{
	const size_t desk = find_desk(alerts, row->rule);
	struct nw_incident *incident;
	enum nw_err err;

	if (desk == alerts->n_desks)
		return NW_OK; /* its rule is gone */
	if (row->changed_s > alerts->now_s)
		alerts->now_s = row->changed_s;
	if (!row->story.n)
		return nw_desk_read(&alerts->desks[desk], row, error);
	incident = nw_incident_new(row->rule, row->story);
	incident->rule = desk;
	err = nw_incident_read(incident, row, error);
	if (!err && nw_map_get(&alerts->by_id, incident->id))
		err = nw_fail(error, NW_E_SYNTAX, "two rows of one incident: '%.*s'",
			NW_ARG(nw_str_head(row->id, 128)));
	if (err) {
		nw_incident_free(incident);
		return err;
	}
	if (incident->queued)
		nw_digest_restore(&alerts->desks[desk], incident);
	add(alerts, incident);
	if (alerts->heaps[0].n > NW_INCIDENTS_MAX)
		forget(alerts, alerts->heaps[NW_HEAP_AGE].v[0]);
	return NW_OK;
}

static void move_desk(struct nw_desk *to, struct nw_desk *from)
{
	const size_t most = (size_t)to->rule->config->throttle_n;
	const size_t n = from->n_told_at < most ? from->n_told_at : most;

	to->mute_until_s = from->mute_until_s;
	to->digest_due_s = from->digest_due_s;
	to->digest_told_s = from->digest_told_s;
	to->is_mixed = from->is_mixed;
	to->is_read = from->is_read;
	to->last_queued = from->last_queued;
	to->first = from->first;
	to->last = from->last;
	to->n_told_at = n;
	if (n)
		memcpy(to->told_at, from->told_at + from->n_told_at - n, n * sizeof(*to->told_at));
}

/* Those whose rule is gone are let go; the others stand at their rule's new desk. */
static void move_incidents(struct nw_alerts *alerts, const size_t *place, size_t gone)
{
	const size_t n = alerts->heaps[NW_HEAP_DUE].n;
	struct nw_incident **all = nw_must_calloc(n + 1, sizeof(struct nw_incident *));

	for (size_t i = 0; i < n; i++)
		all[i] = alerts->heaps[NW_HEAP_DUE].v[i];
	for (size_t i = 0; i < n; i++) {
		if (place[all[i]->rule] == gone)
			forget(alerts, all[i]);
		else
			all[i]->rule = place[all[i]->rule];
	}
	free(all);
}

static void change_desks(struct nw_alerts *alerts, const struct nw_rules *rules)
{
	struct nw_desk *const old = alerts->desks;
	const size_t n_old = alerts->n_desks;
	size_t *place = nw_must_calloc(n_old + 1, sizeof(*place));
	struct nw_desk *desks;

	set_desks(alerts, rules);
	for (size_t i = 0; i < n_old; i++)
		place[i] = find_desk(alerts, old[i].rule->config->name);
	desks = alerts->desks;
	alerts->desks = old; /* those that are let go leave the queues there */
	move_incidents(alerts, place, rules->n);
	alerts->desks = desks;
	for (size_t i = 0; i < n_old; i++) {
		if (place[i] < rules->n)
			move_desk(&desks[place[i]], &old[i]);
	}
	free(place);
	free_desks(old, n_old);
}

struct nw_str nw_alerts_unread(const struct nw_alerts *alerts)
{
	for (size_t i = 0; i < alerts->n_desks; i++) {
		if (!alerts->desks[i].is_read)
			return alerts->desks[i].rule->config->name;
	}
	return (struct nw_str){0};
}

void nw_alerts_restored(struct nw_alerts *alerts, struct nw_str rule)
{
	const size_t at = find_desk(alerts, rule);

	if (at < alerts->n_desks)
		alerts->desks[at].is_read = true;
}

/* --- events --- */

static struct nw_incident *find(
	const struct nw_turn *turn, const struct nw_desk *desk, struct nw_str story)
{
	const struct nw_str id = nw_arena_printf(
		turn->arena, "%.*s/%.*s", NW_ARG(desk->rule->config->name), NW_ARG(story));

	return nw_map_get(&turn->alerts->by_id, id);
}

/* Without a story an article is one of its own. */
static struct nw_str story_of(const struct nw_event *event)
{
	return event->story.id.n ? event->story.id : event->id;
}

static struct nw_incident *begin(struct nw_turn *turn, size_t desk, struct nw_str story)
{
	const struct nw_config_alert *alert = turn->alerts->desks[desk].rule->config;
	struct nw_incident *incident = nw_incident_new(alert->name, story);
	const struct nw_change change = {.rule = alert->name,
		.incident = nw_arena_str(turn->arena, incident->id),
		.story = nw_arena_str(turn->arena, incident->story),
		.to = nw_incident_state_names[NW_INCIDENT_NEW]};

	incident->rule = desk;
	incident->opened_s = incident->last_s = turn->now_s;
	nw_outcome_change(turn, &change);
	make_room(turn);
	add(turn->alerts, incident);
	return incident;
}

/*
 * Of stories one that takes in a little too much is the better one; of alerts it is the
 * other way round, since what it takes in is never told. An article that is only so much like
 * what its story has is told by itself.
 */
static bool is_doubtful(const struct nw_event *event)
{
	return event->kind == NW_KIND_ITEM && event->story.id.n && !event->story.is_new &&
		!event->story.is_copy && event->story.alike < ALIKE;
}

static void consider_article(
	struct nw_turn *turn, size_t desk, const struct nw_event *event, const struct nw_tag *asked)
{
	const struct nw_desk *d = &turn->alerts->desks[desk];
	struct nw_incident *own = find(turn, d, event->id);
	struct nw_incident *incident = own ? own : find(turn, d, story_of(event));
	struct nw_str story = story_of(event);
	double score = 0;
	bool changed, is_met;

	if (incident && nw_story_knows(incident, event->id)) {
		changed = nw_story_revise(turn, incident, event, asked);
	} else {
		is_met = nw_rule_meets(d->rule, event, asked, &score);
		turn->outcome->n_met += is_met;
		if (incident && is_met && !own && is_doubtful(event)) {
			incident = NULL;
			story = event->id;
		}
		if (!incident && is_met)
			incident = begin(turn, desk, story);
		changed = incident && nw_story_article(turn, incident, event, asked, is_met, score);
	}
	if (!changed)
		return;
	nw_tell_pending(turn, incident);
	nw_engine_touch(turn, incident);
}

static void cancel_in(
	struct nw_turn *turn, struct nw_incident *incident, const struct nw_event *event)
{
	if (!nw_story_cancel(turn, incident, event))
		return;
	nw_tell_pending(turn, incident);
	nw_engine_touch(turn, incident);
}

static int by_id(const void *a, const void *b)
{
	return nw_str_cmp(
		(*(struct nw_incident *const *)a)->id, (*(struct nw_incident *const *)b)->id);
}

/* The order in a heap is of its past, which an engine that was restored does not have. */
static void sort(struct nw_incident **incidents, size_t n)
{
	if (n)
		qsort((void *)incidents, n, sizeof(struct nw_incident *), by_id);
}

/* A withdrawal that does not say of which story: whoever has the article. Rare, and looked for. */
static void cancel_anywhere(struct nw_turn *turn, const struct nw_event *event)
{
	const struct nw_heap *heap = &turn->alerts->heaps[NW_HEAP_AGE];
	struct nw_incident **found = NW_ARENA_ARRAY(turn->arena, struct nw_incident *, heap->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < heap->n; i++) {
		if (nw_story_knows(heap->v[i], event->id))
			found[n++] = heap->v[i];
	}
	sort(found, n);
	for (size_t i = 0; i < n; i++)
		cancel_in(turn, found[i], event);
}

static void consider_cancel(struct nw_turn *turn, const struct nw_event *event)
{
	struct nw_incident *incident;

	if (!event->story.id.n) {
		cancel_anywhere(turn, event);
		return;
	}
	for (size_t i = 0; i < turn->alerts->n_desks; i++) {
		incident = find(turn, &turn->alerts->desks[i], event->id);
		if (!incident)
			incident = find(turn, &turn->alerts->desks[i], event->story.id);
		if (incident)
			cancel_in(turn, incident, event);
	}
}

static void save_desks(struct nw_turn *turn)
{
	for (size_t i = 0; i < turn->alerts->n_desks; i++)
		nw_outcome_desk(turn, &turn->alerts->desks[i]);
}

void nw_alerts_consider(struct nw_alerts *alerts, struct nw_arena *arena,
	const struct nw_event *event, int64_t now_s, struct nw_outcome *outcome)
{
	struct nw_turn turn = {alerts, arena, now_s, outcome};
	const struct nw_tag *asked;

	nw_clock_follow(&turn);
	if (event->kind == NW_KIND_CANCEL) {
		consider_cancel(&turn, event);
	} else {
		asked = nw_rules_ask(alerts->rules, event, arena);
		for (size_t i = 0; i < alerts->n_desks; i++)
			consider_article(&turn, i, event, asked);
	}
	save_desks(&turn);
}

/* --- time --- */

static void tick_incident(struct nw_turn *turn, struct nw_incident *incident)
{
	if (incident->state == NW_INCIDENT_CLOSED && !incident->pending) {
		forget(turn->alerts, incident);
		return;
	}
	if (incident->escalate_s && incident->escalate_s <= turn->now_s)
		nw_tell_escalation(turn, incident);
	if (incident->pending && incident->hold_s <= turn->now_s)
		nw_tell_pending(turn, incident);
	if (!incident->pending && !incident->queued && !incident->escalate_s &&
		incident->state != NW_INCIDENT_CLOSED &&
		incident->last_s + NW_INCIDENT_QUIET_S <= turn->now_s)
		close_incident(turn, incident, "no article for 24 hours");
	nw_engine_touch(turn, incident);
}

static void tick_incidents(struct nw_turn *turn)
{
	const struct nw_heap *due = &turn->alerts->heaps[NW_HEAP_DUE];

	while (due->n && due->v[0]->due_s <= turn->now_s)
		tick_incident(turn, due->v[0]);
}

void nw_alerts_tick(
	struct nw_alerts *alerts, struct nw_arena *arena, int64_t now_s, struct nw_outcome *outcome)
{
	struct nw_turn turn = {alerts, arena, now_s, outcome};

	nw_clock_follow(&turn);
	tick_incidents(&turn);
	for (size_t i = 0; i < alerts->n_desks; i++) {
		struct nw_desk *desk = &alerts->desks[i];

		if (nw_digest_due(desk) <= now_s)
			nw_digest_send(&turn, desk);
	}
	tick_incidents(&turn); /* those that only their digest kept open */
	save_desks(&turn);
}

int64_t nw_alerts_next(const struct nw_alerts *alerts)
{
	const struct nw_heap *due = &alerts->heaps[NW_HEAP_DUE];
	int64_t next = due->n ? due->v[0]->due_s : INT64_MAX;

	for (size_t i = 0; i < alerts->n_desks; i++)
		next = earlier(next, nw_digest_due(&alerts->desks[i]));
	return next;
}

/* --- what people say --- */

/* What was held until a time is looked at again: that is another one now. desk NULL: every one. */
static void look_again(struct nw_turn *turn, const struct nw_desk *desk, int64_t was_until_s)
{
	const struct nw_heap *heap = &turn->alerts->heaps[NW_HEAP_AGE];
	struct nw_incident **found = NW_ARENA_ARRAY(turn->arena, struct nw_incident *, heap->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < heap->n; i++) {
		const struct nw_incident *one = heap->v[i];

		if ((!desk || desk == nw_desk_of(turn, one)) &&
			(one->pending || one->escalate_s == was_until_s))
			found[n++] = heap->v[i];
	}
	sort(found, n);
	for (size_t i = 0; i < n; i++) {
		if (found[i]->escalate_s == was_until_s)
			nw_tell_escalation(turn, found[i]);
		nw_tell_pending(turn, found[i]);
		nw_engine_touch(turn, found[i]);
	}
}

/* What a rule says of waiting may be another thing than it was. */
static void plan_anew(struct nw_turn *turn)
{
	for (size_t i = 0; i < turn->alerts->n_desks; i++) {
		struct nw_desk *desk = &turn->alerts->desks[i];

		if (desk->digest_due_s > turn->now_s) /* what is late is told at once */
			nw_digest_plan(turn, desk);
		desk->is_changed = nw_desk_has_row(desk);
	}
	look_again(turn, NULL, NEVER_S);
}

void nw_alerts_set_rules(struct nw_alerts *alerts, struct nw_arena *arena,
	const struct nw_rules *rules, int64_t now_s, struct nw_outcome *outcome)
{
	struct nw_turn turn = {alerts, arena, now_s, outcome};

	change_desks(alerts, rules);
	nw_clock_follow(&turn);
	plan_anew(&turn);
	save_desks(&turn);
}

bool nw_alerts_mute(struct nw_alerts *alerts, struct nw_arena *arena, struct nw_str rule,
	int64_t until_s, int64_t now_s, struct nw_outcome *outcome)
{
	struct nw_turn turn = {alerts, arena, now_s, outcome};
	const size_t at = find_desk(alerts, rule);
	struct nw_desk *desk = &alerts->desks[at];
	char text[NW_WHEN_TEXT];
	int64_t was_until_s;

	if (at == alerts->n_desks)
		return false;
	was_until_s = desk->mute_until_s;
	desk->mute_until_s = until_s > now_s ? until_s : 0;
	desk->is_changed = true;
	nw_outcome_change(&turn,
		&(struct nw_change){.rule = desk->rule->config->name,
			.incident = nw_arena_printf(arena, "%.*s/", NW_ARG(rule)),
			.story = NW_STR(""),
			.to = "rule",
			.why = until_s > now_s
				? nw_arena_printf(arena, "muted until %s",
					  nw_zone_rfc3339(desk->rule->zone, until_s, text))
				: NW_STR("not muted")});
	if (was_until_s > now_s)
		look_again(&turn, desk, was_until_s);
	save_desks(&turn);
	return true;
}

bool nw_alerts_ack(struct nw_alerts *alerts, struct nw_arena *arena, struct nw_str incident,
	struct nw_str who, int64_t now_s, struct nw_outcome *outcome)
{
	struct nw_turn turn = {alerts, arena, now_s, outcome};
	struct nw_incident *i = nw_map_get(&alerts->by_id, incident);

	if (!i)
		return false;
	nw_incident_keep(&i->acked_by, who.n ? nw_str_head(who, WHO_BYTES) : NW_STR("somebody"));
	i->escalate_s = 0;
	nw_outcome_change(&turn,
		&(struct nw_change){.rule = nw_desk_of(&turn, i)->rule->config->name,
			.incident = nw_arena_str(arena, i->id),
			.story = nw_arena_str(arena, i->story),
			.from = nw_incident_state_names[i->state],
			.to = nw_incident_state_names[i->state],
			.why = nw_arena_printf(
				arena, "acknowledged by %.*s", NW_ARG(i->acked_by))});
	nw_engine_touch(&turn, i);
	return true;
}

bool nw_alerts_test(struct nw_alerts *alerts, struct nw_arena *arena, struct nw_str rule,
	int64_t now_s, struct nw_outcome *outcome)
{
	struct nw_turn turn = {alerts, arena, now_s, outcome};
	const size_t at = find_desk(alerts, rule);
	const struct nw_desk *desk = &alerts->desks[at];
	const struct nw_config_alert *alert = desk->rule ? desk->rule->config : NULL;
	const struct nw_str transition = nw_arena_printf(arena, "test-%lld", (long long)now_s);
	const struct nw_list *const lists[] = {alert ? &alert->send : NULL,
		alert ? &alert->digest_to : NULL, alert ? &alert->escalate_to : NULL};
	struct nw_str payload;

	if (at == alerts->n_desks)
		return false;
	payload = nw_payload_test(&turn, desk, transition);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		nw_outcome_letters(&turn, desk, NULL, transition, payload, lists[i]);
	return true;
}

size_t nw_alerts_count(const struct nw_alerts *alerts)
{
	return alerts->heaps[NW_HEAP_AGE].n;
}

size_t nw_alerts_open(const struct nw_alerts *alerts)
{
	const struct nw_heap *all = &alerts->heaps[NW_HEAP_AGE];
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->v[i]->state != NW_INCIDENT_CLOSED;
	return n;
}
