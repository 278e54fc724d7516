/* What is told together, at the times of digests or when the throttle has room again. */
#include <stdlib.h>

#include "alert/desk.h"
#include "base/arena.h"
#include "base/str.h"
#include "base/when.h"

#define ITEMS_MAX 300
/* Of titles, sources and addresses: six times as much in HTML, and still a mail that is taken. */
#define ITEMS_BYTES ((size_t)128 << 10)

static int64_t next_time(const struct nw_turn *turn, const struct nw_desk *desk)
{
	const struct nw_config_alert *alert = desk->rule->config;
	int64_t best = INT64_MAX, end;

	for (size_t i = 0; i < alert->n_digests; i++) {
		const int64_t at =
			nw_zone_next(desk->rule->zone, turn->now_s, alert->digest_min[i]);

		best = at < best ? at : best;
	}
	if (!alert->n_digests)
		best = desk->n_told_at ? desk->told_at[0] + alert->throttle_per_s : turn->now_s + 1;
	if (best <= turn->now_s)
		best = turn->now_s + 1;
	if (!alert->n_digests &&
		nw_zone_is_within(
			desk->rule->zone, best, alert->quiet_from_min, alert->quiet_to_min, &end))
		best = end;
	return best;
}

static void link_last(struct nw_desk *desk, struct nw_incident *incident)
{
	incident->prev = desk->last;
	incident->next = NULL;
	*(desk->last ? &desk->last->next : &desk->first) = incident;
	desk->last = incident;
}

void nw_digest_plan(const struct nw_turn *turn, struct nw_desk *desk)
{
	desk->digest_due_s = next_time(turn, desk);
}

void nw_digest_restore(struct nw_desk *desk, struct nw_incident *incident)
{
	link_last(desk, incident);
	desk->is_mixed = true;
}

static int by_number(const void *a, const void *b)
{
	const struct nw_incident *x = *(struct nw_incident *const *)a;
	const struct nw_incident *y = *(struct nw_incident *const *)b;

	return x->queued < y->queued ? -1 : x->queued > y->queued;
}

void nw_digest_sort(struct nw_desk *desk)
{
	struct nw_incident **all;
	size_t n = 0;

	if (!desk->is_mixed)
		return;
	for (const struct nw_incident *i = desk->first; i; i = i->next)
		n++;
	all = nw_must_calloc(n + 1, sizeof(struct nw_incident *));
	n = 0;
	for (struct nw_incident *i = desk->first; i; i = i->next)
		all[n++] = i;
	qsort(all, n, sizeof(struct nw_incident *), by_number);
	desk->first = desk->last = NULL;
	for (size_t i = 0; i < n; i++)
		link_last(desk, all[i]);
	free(all);
	desk->is_mixed = false;
}

void nw_digest_add(
	struct nw_turn *turn, struct nw_incident *incident, enum nw_telling telling, bool is_rest)
{
	struct nw_desk *desk = nw_desk_of(turn, incident);
	char text[NW_WHEN_TEXT];

	if (!desk->digest_due_s)
		desk->digest_due_s = next_time(turn, desk);
	if (!incident->queued) {
		incident->queued = ++desk->last_queued;
		link_last(desk, incident);
	}
	desk->is_changed = true;
	incident->queued_tell |= NW_TELL_BIT(telling);
	incident->queued_rest |= is_rest ? NW_TELL_BIT(telling) : 0;
	incident->pending &= ~NW_TELL_BIT(telling);
	if (!is_rest)
		return;
	nw_tell_set_why(incident,
		nw_arena_printf(turn->arena, "digest at %s",
			nw_zone_rfc3339(desk->rule->zone, desk->digest_due_s, text)));
	if (!incident->told_s)
		nw_tell_set_state(turn, incident, NW_INCIDENT_HELD, (struct nw_str){0});
}

void nw_digest_remove(struct nw_desk *desk, struct nw_incident *incident)
{
	if (!incident->queued)
		return;
	*(incident->prev ? &incident->prev->next : &desk->first) = incident->next;
	*(incident->next ? &incident->next->prev : &desk->last) = incident->prev;
	incident->next = incident->prev = NULL;
	incident->queued = 0;
	incident->queued_tell = 0;
	incident->queued_rest = 0;
}

void nw_digest_drop(struct nw_desk *desk, struct nw_incident *incident, unsigned tellings)
{
	incident->queued_tell &= ~tellings;
	incident->queued_rest &= ~tellings;
	if (!incident->queued_tell)
		nw_digest_remove(desk, incident);
}

static size_t length_of(const json_t *item)
{
	return nw_json_get_str(item, "title").n + nw_json_get_str(item, "source").n +
		nw_json_get_str(item, "url").n;
}

/* False where it has no room. */
static bool add_item(const struct nw_turn *turn, const struct nw_incident *i, unsigned tellings,
	json_t *items, size_t *bytes)
{
	json_t *item = nw_payload_item(turn, i, tellings);

	*bytes += length_of(item);
	if (*bytes <= ITEMS_BYTES && json_array_size(items) < ITEMS_MAX) {
		nw_json_append(items, item);
		return true;
	}
	json_decref(item);
	return false;
}

/* Everything, or only what went to nobody at once. */
static struct nw_str write_items(const struct nw_turn *turn, const struct nw_desk *desk,
	struct nw_str transition, bool is_all)
{
	json_t *items = json_array();
	size_t bytes = 0, more = 0;

	for (const struct nw_incident *i = desk->first; i; i = i->next) {
		const unsigned tellings = is_all ? i->queued_tell : i->queued_rest;

		if (tellings)
			more += more || !add_item(turn, i, tellings, items, &bytes);
	}
	if (json_array_size(items))
		return nw_payload_digest(turn, desk, transition, items, more);
	json_decref(items);
	return (struct nw_str){0};
}

/* What was only in the digest has been told by it. */
static void finish_item(struct nw_turn *turn, struct nw_incident *incident,
	const struct nw_list *all, const struct nw_list *rest)
{
	const unsigned tellings = incident->queued_rest;
	enum nw_incident_state state = incident->state;

	nw_tell_add_channels(incident, all);
	if (tellings)
		nw_tell_add_channels(incident, rest);
	for (unsigned i = 0; i < NW_N_TELLINGS; i++) {
		if (!(tellings >> i & 1))
			continue;
		nw_tell_done(turn, incident, (enum nw_telling)i);
		state = nw_telling_rows[i].state;
	}
	nw_digest_remove(nw_desk_of(turn, incident), incident);
	nw_tell_set_state(turn, incident, state, (struct nw_str){0});
	nw_engine_touch(turn, incident);
}

/* Channels that hear at once are told only the rest. */
static void split(const struct nw_turn *turn, const struct nw_config_alert *alert,
	struct nw_list *all, struct nw_list *rest)
{
	const struct nw_list *list = alert->digest_to.n ? &alert->digest_to : &alert->send;

	*all = *rest = (struct nw_list){0};
	all->v = NW_ARENA_ARRAY(turn->arena, const char *, list->n + 1);
	rest->v = NW_ARENA_ARRAY(turn->arena, const char *, list->n + 1);
	for (size_t i = 0; i < list->n; i++) {
		struct nw_list *into = nw_tell_is_in(&alert->send, list->v[i]) ? rest : all;

		into->v[into->n++] = list->v[i];
	}
}

/* Where the clock was set back one time comes twice, and a key must not. */
static struct nw_str name_digest(const struct nw_turn *turn, struct nw_desk *desk)
{
	char text[NW_WHEN_TEXT];
	const char *when = nw_zone_rfc3339(desk->rule->zone, desk->digest_due_s, text);
	const bool is_again = desk->digest_due_s <= desk->digest_told_s;

	if (is_again)
		return nw_arena_printf(
			turn->arena, "digest-%s-%llu", when, (unsigned long long)desk->last_queued);
	desk->digest_told_s = desk->digest_due_s;
	return nw_arena_printf(turn->arena, "digest-%s", when);
}

static void send_items(struct nw_turn *turn, struct nw_desk *desk, struct nw_str transition,
	bool is_all, const struct nw_list *channels)
{
	const struct nw_str payload =
		channels->n ? write_items(turn, desk, transition, is_all) : NW_STR("");

	if (payload.n)
		nw_outcome_letters(turn, desk, NULL, transition, payload, channels);
}

int64_t nw_digest_due(const struct nw_desk *desk)
{
	if (!desk->digest_due_s)
		return INT64_MAX;
	return desk->digest_due_s > desk->mute_until_s ? desk->digest_due_s : desk->mute_until_s;
}

void nw_digest_send(struct nw_turn *turn, struct nw_desk *desk)
{
	const size_t before = turn->outcome->n_letters;
	struct nw_list all, rest;
	struct nw_str transition;

	transition = name_digest(turn, desk);
	split(turn, desk->rule->config, &all, &rest);
	send_items(turn, desk, transition, true, &all);
	send_items(turn, desk, transition, false, &rest);
	while (desk->first)
		finish_item(turn, desk->first, &all, &rest);
	desk->digest_due_s = 0;
	desk->is_changed = true;
	if (!desk->rule->config->n_digests && turn->outcome->n_letters > before)
		nw_tell_count(turn, desk);
}
