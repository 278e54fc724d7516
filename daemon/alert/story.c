/* What an event means to one incident: what there is to tell, not yet to whom. */
#include "alert/changes.h"
#include "alert/desk.h"
#include "base/str.h"

#define REPORTS_MAX 12
#define CHANGES_MAX 8

static void pend(struct nw_incident *incident, enum nw_telling telling)
{
	incident->pending |= 1U << telling;
}

/* --- reports --- */

static size_t find_report(const json_t *reports, struct nw_str id)
{
	size_t i = 0;

	while (i < json_array_size(reports) &&
		!nw_str_eq(nw_json_get_str(json_array_get(reports, i), "id"), id))
		i++;
	return i;
}

/* Looked for in the text first: nearly always it is not there, nor in anybody's title. */
bool nw_story_knows(const struct nw_incident *incident, struct nw_str article)
{
	json_t *reports;
	bool is_known;

	if (!article.n || nw_str_find(incident->reports, article) == incident->reports.n)
		return false;
	reports = nw_incident_list(incident->reports);
	is_known = find_report(reports, article) < json_array_size(reports);
	json_decref(reports);
	return is_known;
}

static void add_report(
	struct nw_turn *turn, struct nw_incident *incident, const struct nw_event *event)
{
	json_t *reports = nw_incident_list(incident->reports);

	if (json_array_size(reports) < REPORTS_MAX)
		nw_json_append(reports,
			nw_payload_report(nw_desk_of(turn, incident)->rule, event, turn->arena));
	nw_incident_store(&incident->reports, reports);
}

static void count(struct nw_turn *turn, struct nw_incident *incident, const struct nw_event *event)
{
	const struct nw_event_story *s = &event->story;

	incident->last_s = turn->now_s;
	if (!nw_str_eq(incident->story,
		    s->id)) { /* told by itself: the story's numbers are not its own */
		incident->articles = incident->sources = 1;
		return;
	}
	incident->articles = s->articles ? s->articles : incident->articles + 1;
	incident->sources = s->sources ? s->sources : incident->sources ? incident->sources : 1;
}

/* --- what is ready to be told --- */

static bool is_ready(const struct nw_incident *incident, const struct nw_config_alert *alert)
{
	for (size_t i = 0; i < alert->n_when; i++) {
		const struct nw_condition *c = &alert->when[i];

		if (c->kind == NW_CONDITION_NEW_STORY ||
			(c->kind == NW_CONDITION_SOURCES && incident->sources >= c->n) ||
			(c->kind == NW_CONDITION_SCORE && incident->score >= (double)c->n))
			return true;
	}
	return false;
}

/* A first report, or that it grew. */
static void see_growth(struct nw_turn *turn, struct nw_incident *incident)
{
	const struct nw_config_alert *alert = nw_desk_of(turn, incident)->rule->config;

	if (!incident->reports.n)
		return;
	if (incident->told_s) {
		if (nw_tell_step(incident, alert))
			pend(incident, NW_TELL_GREW);
	} else if (!(incident->queued_tell >> NW_TELL_FIRST & 1)) {
		if (is_ready(incident, alert))
			pend(incident, NW_TELL_FIRST);
		else
			nw_tell_set_why(incident, NW_STR("a condition of when is not met yet"));
	}
}

static bool is_withdrawn(const struct nw_incident *incident)
{
	json_t *face = nw_incident_object(incident->face);
	const bool is = json_is_true(json_object_get(face, "withdrawn"));

	json_decref(face);
	return is;
}

static void set_face(struct nw_turn *turn, struct nw_incident *incident,
	const struct nw_event *event, const struct nw_tag *asked)
{
	nw_incident_store(&incident->face,
		nw_payload_face(nw_desk_of(turn, incident)->rule, event, asked, turn->arena));
}

static void reopen(struct nw_turn *turn, struct nw_incident *incident)
{
	incident->closed_s = 0;
	if (!incident->told_s) {
		nw_tell_set_state(turn, incident, NW_INCIDENT_NEW, (struct nw_str){0});
		return;
	}
	nw_tell_set_state(turn, incident, NW_INCIDENT_REOPENED, (struct nw_str){0});
	pend(incident, NW_TELL_REOPENED);
	nw_incident_keep(&incident->acked_by, (struct nw_str){0});
}

bool nw_story_article(struct nw_turn *turn, struct nw_incident *incident,
	const struct nw_event *event, const struct nw_tag *asked, bool is_met, double score)
{
	const bool is_closed = incident->state == NW_INCIDENT_CLOSED;

	if (event->backfill || (is_closed && (!is_met || event->story.is_copy)))
		return false; /* what is closed is not opened by a copy */
	count(turn, incident, event);
	if (is_met) {
		incident->score = score > incident->score ? score : incident->score;
		if (!event->story.is_copy || !incident->reports.n)
			add_report(turn, incident, event);
		if (!incident->face.n || is_withdrawn(incident)) {
			set_face(turn, incident, event, asked);
			incident->pending &= ~(1U << NW_TELL_WITHDRAWN); /* it stands again */
		}
	}
	if (is_closed) {
		set_face(turn, incident, event, asked); /* what it was opened again by */
		reopen(turn, incident);
	}
	see_growth(turn, incident);
	return true;
}

/* --- new versions --- */

static void add_changes(struct nw_incident *incident, const json_t *changes)
{
	json_t *list = nw_incident_list(incident->changes);

	for (size_t i = 0; i < json_array_size(changes) && json_array_size(list) < CHANGES_MAX; i++)
		nw_json_append(list, json_incref(json_array_get(changes, i)));
	nw_incident_store(&incident->changes, list);
}

/* What was told is told again where it says otherwise. */
static void compare_face(struct nw_turn *turn, struct nw_incident *incident,
	const struct nw_event *event, const json_t *face)
{
	const struct nw_config_alert *alert = nw_desk_of(turn, incident)->rule->config;
	const struct nw_version old = {
		.title = nw_json_get_str(json_object_get(face, "article"), "title"),
		.lead = nw_json_get_str(face, "lead")};
	const struct nw_version now = {event->title, nw_changes_lead(event->body), event->body};
	json_t *changes = NULL;
	const enum nw_change_kind kind = nw_changes_find(turn->arena, &old, &now, &changes);

	if (kind == NW_CHANGE_OTHER && nw_tell_has(alert, NW_CONDITION_CORRECTION)) {
		add_changes(incident, changes);
		pend(incident, NW_TELL_CORRECTION);
		incident->pending &= ~(1U << NW_TELL_UPDATE); /* one message says both */
	} else if (kind != NW_CHANGE_NONE && nw_tell_has(alert, NW_CONDITION_UPDATE)) {
		add_changes(incident, changes);
		if (!(incident->pending >> NW_TELL_CORRECTION & 1))
			pend(incident, NW_TELL_UPDATE);
	}
	json_decref(changes);
}

bool nw_story_revise(struct nw_turn *turn, struct nw_incident *incident,
	const struct nw_event *event, const struct nw_tag *asked)
{
	json_t *reports = nw_incident_list(incident->reports);
	const size_t at = find_report(reports, event->id);
	const int64_t known = nw_json_get_int(json_array_get(reports, at), "version", INT64_MAX);
	json_t *face;

	if (event->version <= known) {
		json_decref(reports);
		return false;
	}
	(void)json_array_set_new(reports, at,
		nw_payload_report(nw_desk_of(turn, incident)->rule, event, turn->arena));
	nw_incident_store(&incident->reports, reports);
	face = nw_incident_object(incident->face);
	if (nw_str_eq(nw_json_get_str(json_object_get(face, "article"), "id"), event->id)) {
		if (incident->told_s)
			compare_face(turn, incident, event, face);
		set_face(turn, incident, event, asked);
	}
	json_decref(face);
	if (event->story.articles)
		count(turn, incident, event);
	if (incident->state != NW_INCIDENT_CLOSED)
		see_growth(turn, incident);
	return true;
}

/* --- withdrawals --- */

/* Another report that stands is shown in the place of the one that does not. */
static void replace_face(struct nw_incident *incident)
{
	json_t *reports = nw_incident_list(incident->reports);
	json_t *next = json_array_get(reports, 0), *face = json_object();

	if (next)
		nw_json_set(face, "article", json_incref(next));
	nw_incident_store(&incident->face, face);
	json_decref(reports);
}

/* Nothing of it stands, and nobody was told: there is nothing to tell. */
static void drop_untold(struct nw_turn *turn, struct nw_incident *incident)
{
	nw_digest_remove(nw_desk_of(turn, incident), incident);
	incident->pending = 0;
	incident->hold_s = 0;
	nw_incident_keep(&incident->reports, (struct nw_str){0});
	nw_incident_keep(&incident->face, (struct nw_str){0});
	nw_tell_set_why(incident, NW_STR("withdrawn before anybody was told"));
	nw_tell_set_state(turn, incident, NW_INCIDENT_WITHDRAWN, (struct nw_str){0});
}

static void mark_withdrawn(struct nw_incident *incident)
{
	json_t *face = nw_incident_object(incident->face);

	nw_json_set(face, "withdrawn", json_true());
	nw_incident_store(&incident->face, face);
}

/* Of what is shown: whoever was told hears of it. */
static void withdraw_face(struct nw_turn *turn, struct nw_incident *incident, bool stands)
{
	if (incident->told_s) {
		mark_withdrawn(incident);
		incident->pending &= ~(1U << NW_TELL_UPDATE | 1U << NW_TELL_CORRECTION);
		incident->escalate_s = 0;
		pend(incident, NW_TELL_WITHDRAWN);
	} else if (stands) {
		replace_face(incident);
	} else {
		drop_untold(turn, incident);
	}
}

bool nw_story_cancel(
	struct nw_turn *turn, struct nw_incident *incident, const struct nw_event *event)
{
	json_t *reports = nw_incident_list(incident->reports);
	const size_t at = find_report(reports, event->id);
	bool stands, is_face;
	json_t *face;

	if (at == json_array_size(reports)) {
		json_decref(reports);
		return false;
	}
	(void)json_array_remove(reports, at);
	stands = json_array_size(reports) > 0;
	nw_incident_store(&incident->reports, reports);
	face = nw_incident_object(incident->face);
	is_face = nw_str_eq(nw_json_get_str(json_object_get(face, "article"), "id"), event->id);
	json_decref(face);
	if (nw_str_eq(incident->story, event->story.id)) {
		incident->articles = event->story.articles;
		incident->sources = event->story.sources;
	}
	if (is_face)
		withdraw_face(turn, incident, stands);
	return true;
}
