/* Who hears of what is pending, and when. */
#include <stdlib.h>

#include "alert/desk.h"
#include "base/arena.h"
#include "base/str.h"
#include "base/when.h"

/* Whoever takes a report back again and again is told together: after so many, so long, longer each time. */
#define SPACED_AFTER 5
#define SPACED_S INT64_C(600)
#define SPACED_MOST_S INT64_C(21600)

static const unsigned steps[] = {3, 5, 10};

bool nw_tell_has(const struct nw_config_alert *alert, enum nw_condition_kind kind)
{
	for (size_t i = 0; i < alert->n_when; i++) {
		if (alert->when[i].kind == kind)
			return true;
	}
	return false;
}

unsigned nw_tell_step(const struct nw_incident *incident, const struct nw_config_alert *alert)
{
	const bool grows = nw_tell_has(alert, NW_CONDITION_GREW);
	unsigned best = 0;

	for (size_t i = 0; grows && i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (steps[i] <= incident->sources && steps[i] > incident->grew)
			best = steps[i];
	}
	for (size_t i = 0; i < alert->n_when; i++) {
		const int64_t n = alert->when[i].n;

		if (alert->when[i].kind == NW_CONDITION_SOURCES && n <= incident->sources &&
			n > incident->grew && n > best)
			best = (unsigned)n;
	}
	return best;
}

bool nw_tell_is_in(const struct nw_list *list, const char *channel)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->v[i], channel) == 0)
			return true;
	}
	return false;
}

struct nw_str nw_tell_transition(const struct nw_turn *turn, const struct nw_incident *incident,
	enum nw_telling telling, bool is_told)
{
	const struct nw_config_alert *alert = nw_desk_of(turn, incident)->rule->config;
	const char *name = nw_telling_rows[telling].name;
	unsigned number = incident->told[telling] + !is_told;

	if (telling == NW_TELL_FIRST)
		return nw_str(name);
	if (telling == NW_TELL_GREW)
		number = is_told ? incident->grew : nw_tell_step(incident, alert);
	return nw_arena_printf(turn->arena, "%s-%u", name, number);
}

void nw_tell_set_why(struct nw_incident *incident, struct nw_str why)
{
	nw_incident_keep(&incident->why, why);
}

void nw_tell_set_state(struct nw_turn *turn, struct nw_incident *incident,
	enum nw_incident_state state, struct nw_str payload)
{
	const struct nw_change change = {.rule = nw_desk_of(turn, incident)->rule->config->name,
		.incident = nw_arena_str(turn->arena, incident->id),
		.story = nw_arena_str(turn->arena, incident->story),
		.from = nw_incident_state_names[incident->state],
		.to = nw_incident_state_names[state],
		.why = nw_arena_str(turn->arena, incident->why),
		.payload = payload};

	if (state == incident->state && !payload.n)
		return;
	incident->state = state;
	nw_outcome_change(turn, &change);
}

static void add_channels(json_t *list, const struct nw_list *channels)
{
	for (size_t i = 0; i < channels->n; i++) {
		bool known = false;

		for (size_t k = 0; k < json_array_size(list) && !known; k++)
			known = strcmp(json_string_value(json_array_get(list, k)),
					channels->v[i]) == 0;
		if (!known)
			nw_json_append(list, nw_json_str(nw_str(channels->v[i])));
	}
}

void nw_tell_add_channels(struct nw_incident *incident, const struct nw_list *channels)
{
	json_t *all = nw_incident_list(incident->told_to);
	json_t *reports = nw_incident_list(incident->reports);
	json_t *shown = json_array_get(reports, nw_incident_find(reports, incident->shown));

	add_channels(all, channels);
	nw_incident_store(&incident->told_to, all);
	if (shown && !json_object_get(shown, "told"))
		nw_json_set(shown, "told", json_array());
	add_channels(json_object_get(shown, "told"), channels);
	nw_incident_store(&incident->reports, reports);
}

/* Who was told of a report. */
static struct nw_list told_channels(const struct nw_turn *turn, const json_t *report)
{
	const json_t *list = json_object_get(report, "told");
	struct nw_list channels = {.n = json_array_size(list)};

	channels.v = NW_ARENA_ARRAY(turn->arena, const char *, channels.n + 1);
	for (size_t i = 0; i < channels.n; i++) {
		const json_t *name = json_array_get(list, i);
		const struct nw_str text = {json_string_value(name), json_string_length(name)};

		channels.v[i] = nw_arena_str(turn->arena, text).p;
	}
	return channels;
}

/* --- holding --- */

/* "quiet hours until 2026-11-22T06:30:00+02:00". */
static void hold(
	struct nw_turn *turn, struct nw_incident *incident, const char *what, int64_t until_s)
{
	char text[NW_WHEN_TEXT];

	nw_tell_set_why(incident,
		nw_arena_printf(turn->arena, "%s until %s", what,
			nw_zone_rfc3339(nw_desk_of(turn, incident)->rule->zone, until_s, text)));
	if (!incident->hold_s || until_s < incident->hold_s)
		incident->hold_s = until_s;
}

static bool is_excepted(const struct nw_incident *incident, const struct nw_config_alert *alert)
{
	if (!alert->has_except)
		return false;
	if (alert->except.kind == NW_CONDITION_SOURCES)
		return incident->sources >= alert->except.n;
	return incident->score >= (double)alert->except.n;
}

/* True when it is not told now: it stays pending, or, while its rule is mute, is dropped. */
static bool is_held(struct nw_turn *turn, struct nw_incident *incident, enum nw_telling telling)
{
	const struct nw_desk *desk = nw_desk_of(turn, incident);
	const struct nw_config_alert *alert = desk->rule->config;
	const int64_t gathered_s = incident->opened_s + alert->wait_s;
	int64_t end;

	if (desk->mute_until_s > turn->now_s) {
		hold(turn, incident, "muted", desk->mute_until_s);
		if (!nw_telling_rows[telling].to_the_told)
			incident->pending &= ~NW_TELL_BIT(telling);
	} else if (telling == NW_TELL_FIRST && gathered_s > turn->now_s) {
		hold(turn, incident, "gathered", gathered_s);
		return true; /* it is new still */
	} else if (!is_excepted(incident, alert) &&
		nw_zone_is_within(desk->rule->zone, turn->now_s, alert->quiet_from_min,
			alert->quiet_to_min, &end)) {
		hold(turn, incident, "quiet hours", end);
	} else if (nw_telling_rows[telling].is_spaced && incident->spaced_s > turn->now_s) {
		hold(turn, incident, "changed again and again: gathered", incident->spaced_s);
	} else {
		return false;
	}
	if (!incident->told_s)
		nw_tell_set_state(turn, incident, NW_INCIDENT_HELD, (struct nw_str){0});
	return true;
}

/* --- throttle --- */

/* Whether there is room for one message more. */
static bool has_room(const struct nw_turn *turn, const struct nw_desk *desk)
{
	const struct nw_config_alert *alert = desk->rule->config;

	return !alert->throttle_n || desk->n_told_at < (size_t)alert->throttle_n ||
		desk->told_at[0] + alert->throttle_per_s <= turn->now_s;
}

void nw_tell_count(struct nw_turn *turn, struct nw_desk *desk)
{
	const size_t most = (size_t)desk->rule->config->throttle_n;

	if (!most)
		return;
	if (desk->n_told_at == most)
		memmove(desk->told_at, desk->told_at + 1, --desk->n_told_at * sizeof(int64_t));
	desk->told_at[desk->n_told_at++] = turn->now_s;
	desk->is_changed = true;
}

/* --- telling --- */

/* What its reader has of the report that is shown is how it is now. */
static void forget_old_words(struct nw_incident *incident)
{
	json_t *reports = nw_incident_list(incident->reports);
	json_t *shown = json_array_get(reports, nw_incident_find(reports, incident->shown));

	if (shown && json_object_get(shown, "was")) {
		(void)json_object_del(shown, "was");
		nw_incident_store(&incident->reports, json_incref(reports));
	}
	json_decref(reports);
	nw_incident_keep(&incident->changes, (struct nw_str){0});
}

void nw_tell_done(struct nw_turn *turn, struct nw_incident *incident, enum nw_telling telling)
{
	/* Any message shows the report as it is, and says how many there are. */
	const unsigned covered = NW_TELL_BIT(telling) | NW_TELL_BIT(NW_TELL_UPDATE) |
		NW_TELL_BIT(NW_TELL_CORRECTION) | NW_TELL_BIT(NW_TELL_GREW);
	const struct nw_config_alert *alert = nw_desk_of(turn, incident)->rule->config;
	const unsigned step = nw_tell_step(incident, alert);

	incident->told[telling]++;
	incident->pending &= ~(NW_TELL_BIT(telling) | NW_TELL_BIT(NW_TELL_GREW));
	incident->queued_rest &= ~covered;
	if (!incident->told_s)
		incident->told_s = turn->now_s;
	if (step > incident->grew)
		incident->grew = step;
	if ((telling == NW_TELL_FIRST || telling == NW_TELL_REOPENED) && alert->escalate_to.n &&
		!incident->acked_by.n)
		incident->escalate_s = turn->now_s + alert->escalate_after_s;
	forget_old_words(incident);
	nw_tell_set_why(incident, (struct nw_str){0});
}

static void space(const struct nw_turn *turn, struct nw_incident *incident)
{
	int64_t n = 1 - SPACED_AFTER, wait_s;

	for (size_t i = 0; i < NW_N_TELLINGS; i++)
		n += nw_telling_rows[i].is_spaced ? incident->told[i] : 0;
	wait_s = n * SPACED_S;
	if (n > 0)
		incident->spaced_s =
			turn->now_s + (wait_s < SPACED_MOST_S ? wait_s : SPACED_MOST_S);
}

/* A letter about one report to each channel; the transition is counted by the caller. */
static void write_letters(struct nw_turn *turn, struct nw_incident *incident,
	enum nw_telling telling, const json_t *report, const struct nw_list *channels)
{
	const enum nw_incident_state state = nw_telling_rows[telling].state;
	const struct nw_str transition = nw_tell_transition(turn, incident, telling, false);
	const struct nw_str note = telling == NW_TELL_WITHDRAWN
		? NW_STR("the source took this report back")
		: NW_STR("");
	const struct nw_str payload =
		nw_payload_incident(turn, incident, report, transition, state, note);

	nw_outcome_letters(
		turn, nw_desk_of(turn, incident), incident, transition, payload, channels);
	nw_tell_set_why(incident, (struct nw_str){0});
	nw_tell_set_state(turn, incident, state, payload);
}

/* channels NULL: whoever was told of it before. */
static void tell_shown(struct nw_turn *turn, struct nw_incident *incident, enum nw_telling telling,
	const struct nw_list *channels)
{
	json_t *report = nw_incident_shown(incident);
	const struct nw_list told = told_channels(turn, report);

	write_letters(turn, incident, telling, report, channels ? channels : &told);
	json_decref(report);
	nw_tell_add_channels(incident, channels ? channels : &told);
	nw_tell_done(turn, incident, telling);
}

/* Of each report by itself, to those who were told of that one. */
static void tell_withdrawn(struct nw_turn *turn, struct nw_incident *incident)
{
	json_t *reports = nw_incident_list(incident->withdrawn);

	for (size_t i = 0; i < json_array_size(reports); i++) {
		const json_t *report = json_array_get(reports, i);
		const struct nw_list channels = told_channels(turn, report);

		write_letters(turn, incident, NW_TELL_WITHDRAWN, report, &channels);
		incident->told[NW_TELL_WITHDRAWN]++;
	}
	json_decref(reports);
	nw_incident_keep(&incident->withdrawn, (struct nw_str){0});
	incident->pending &= ~NW_TELL_BIT(NW_TELL_WITHDRAWN);
}

/* At once, in a digest, or both. */
static void route(struct nw_turn *turn, struct nw_incident *incident, enum nw_telling telling)
{
	struct nw_desk *desk = nw_desk_of(turn, incident);
	const struct nw_config_alert *alert = desk->rule->config;
	const bool is_digest_only =
		!alert->send.n || (alert->n_digests && !alert->digest_to.n && !alert->throttle_n);
	const bool is_now = !is_digest_only && has_room(turn, desk);

	if (is_now) {
		tell_shown(turn, incident, telling, &alert->send);
		nw_tell_count(turn, desk);
	}
	if (!is_now || alert->digest_to.n)
		nw_digest_add(turn, incident, telling, !is_now);
}

void nw_tell_pending(struct nw_turn *turn, struct nw_incident *incident)
{
	incident->hold_s = 0;
	if (!nw_tell_step(incident, nw_desk_of(turn, incident)->rule->config))
		incident->pending &=
			~NW_TELL_BIT(NW_TELL_GREW); /* a source was withdrawn meanwhile */
	for (unsigned i = 0; i < NW_N_TELLINGS; i++) {
		const enum nw_telling telling = (enum nw_telling)i;

		if (!(incident->pending >> i & 1) || is_held(turn, incident, telling))
			continue;
		if (telling == NW_TELL_WITHDRAWN)
			tell_withdrawn(turn, incident);
		else if (nw_telling_rows[i].to_the_told)
			tell_shown(turn, incident, telling, NULL);
		else
			route(turn, incident, telling);
		if (nw_telling_rows[i].is_spaced)
			space(turn, incident);
	}
	if (!incident->pending)
		incident->hold_s = 0;
}

void nw_tell_escalation(struct nw_turn *turn, struct nw_incident *incident)
{
	const struct nw_desk *desk = nw_desk_of(turn, incident);
	const struct nw_config_alert *alert = desk->rule->config;
	const unsigned again = incident->told[NW_TELL_REOPENED];
	struct nw_str transition = NW_STR("escalation"), note, payload;
	json_t *report;

	incident->escalate_s = 0;
	if (!alert->escalate_to.n)
		return;
	if (desk->mute_until_s > turn->now_s) {
		incident->escalate_s = desk->mute_until_s;
		return;
	}
	if (again)
		transition = nw_arena_printf(turn->arena, "escalation-%u", again + 1);
	note = nw_arena_printf(turn->arena, "nobody acknowledged this within %lld minutes",
		(long long)((alert->escalate_after_s + 59) / 60));
	report = nw_incident_shown(incident);
	payload = nw_payload_incident(turn, incident, report, transition, incident->state, note);
	json_decref(report);
	nw_outcome_letters(turn, desk, incident, transition, payload, &alert->escalate_to);
	nw_tell_add_channels(incident, &alert->escalate_to);
	nw_tell_set_state(turn, incident, incident->state, payload);
}
