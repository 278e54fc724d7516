/* What an event means to one incident: what there is to tell, not yet to whom. */
#include "alert/desk.h"
#include "base/str.h"
#include "changes/changes.h"

#define REPORTS_MAX 12
#define TEXTS_MAX \
	4 /* of these with extract and lead, so that each can be shown in another's place */

static void pend(struct nw_incident *incident, enum nw_telling telling)
{
	incident->pending |= NW_TELL_BIT(telling);
}

static bool is_pending(const struct nw_incident *incident, enum nw_telling telling)
{
	return incident->pending & NW_TELL_BIT(telling);
}

/* --- reports --- */

/* Looked for in the text first: nearly always it is not there, nor in anybody's title. */
bool nw_story_knows(const struct nw_incident *incident, struct nw_str article)
{
	json_t *reports;
	bool is_known;

	if (!article.n || nw_str_find(incident->reports, article) == incident->reports.n)
		return false;
	reports = nw_incident_list(incident->reports);
	is_known = nw_incident_find(reports, article) < json_array_size(reports);
	json_decref(reports);
	return is_known;
}

static bool is_told(const json_t *report)
{
	return json_object_get(report, "told");
}

static void drop_text(json_t *report)
{
	(void)json_object_del(report, "extract");
	(void)json_object_del(report, "why");
	(void)json_object_del(report, "lead");
}

/* The newest that nobody was told of, else the oldest. */
static void make_room(json_t *reports)
{
	size_t at = json_array_size(reports);

	if (at < REPORTS_MAX)
		return;
	while (at > 0 && is_told(json_array_get(reports, at - 1)))
		at--;
	(void)json_array_remove(reports, at ? at - 1 : 0);
}

static void add_report(struct nw_turn *turn, struct nw_incident *incident,
	const struct nw_event *event, const struct nw_tag *asked)
{
	const struct nw_rule_ready *rule = nw_desk_of(turn, incident)->rule;
	const bool is_shown = nw_str_eq(incident->shown, event->id);
	json_t *reports = nw_incident_list(incident->reports);

	if (is_shown)
		make_room(reports);
	if (json_array_size(reports) < REPORTS_MAX) {
		json_t *report = nw_payload_report(rule, event, asked, turn->arena);

		if (!is_shown && json_array_size(reports) >= TEXTS_MAX)
			drop_text(report);
		nw_json_append(reports, report);
	}
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

static bool is_shown_told(const struct nw_incident *incident)
{
	json_t *shown = nw_incident_shown(incident);
	const bool is = is_told(shown);

	json_decref(shown);
	return is;
}

/* A report that nobody was told of, or that there are more. */
static void see_growth(struct nw_turn *turn, struct nw_incident *incident)
{
	const unsigned reports = NW_TELL_BIT(NW_TELL_FIRST) | NW_TELL_BIT(NW_TELL_REOPENED);
	const struct nw_config_alert *alert = nw_desk_of(turn, incident)->rule->config;

	if (!incident->shown.n)
		return;
	if (is_shown_told(incident)) {
		if (nw_tell_step(incident, alert))
			pend(incident, NW_TELL_GREW);
	} else if (!(incident->queued_rest & reports)) {
		if (is_ready(incident, alert))
			pend(incident, incident->told_s ? NW_TELL_REOPENED : NW_TELL_FIRST);
		else
			nw_tell_set_why(incident, NW_STR("a condition of when is not met yet"));
	}
}

/* --- new versions --- */

/* What its reader was shown: not what nobody was told of since. */
static struct nw_version version_told(const json_t *report)
{
	const json_t *was = json_object_get(report, "was");

	if (was)
		return (struct nw_version){.title = nw_json_get_str(was, "title"),
			.lead = nw_json_get_str(was, "lead")};
	return (struct nw_version){
		.title = nw_json_get_str(json_object_get(report, "article"), "title"),
		.lead = nw_json_get_str(report, "lead")};
}

/* What was told is told again where it says otherwise than it did then. */
static void compare(struct nw_turn *turn, struct nw_incident *incident,
	const struct nw_event *event, const json_t *report)
{
	const unsigned revised = NW_TELL_BIT(NW_TELL_UPDATE) | NW_TELL_BIT(NW_TELL_CORRECTION);
	const struct nw_config_alert *alert = nw_desk_of(turn, incident)->rule->config;
	const struct nw_version old = version_told(report);
	const struct nw_version now = {event->title,
		json_object_get(report, "lead") ? nw_changes_lead(event->body) : NW_STR(""),
		event->body, event->language};
	json_t *changes = NULL;
	const enum nw_change_kind kind = nw_changes_find(turn->arena, &old, &now, &changes);

	incident->pending &= ~revised;
	if (kind == NW_CHANGE_OTHER && nw_tell_has(alert, NW_CONDITION_CORRECTION))
		pend(incident, NW_TELL_CORRECTION);
	else if (kind != NW_CHANGE_NONE && nw_tell_has(alert, NW_CONDITION_UPDATE))
		pend(incident, NW_TELL_UPDATE);
	else
		nw_digest_drop(nw_desk_of(turn, incident), incident,
			incident->queued_rest & NW_TELL_BIT(NW_TELL_UPDATE));
	nw_incident_store(&incident->changes, changes);
}

/* The new version in the place of the old one, with what is known of who was told. */
static json_t *revised_report(struct nw_turn *turn, const struct nw_incident *incident,
	const struct nw_event *event, const struct nw_tag *asked, const json_t *old)
{
	const struct nw_rule_ready *rule = nw_desk_of(turn, incident)->rule;
	const struct nw_version told = version_told(old);
	json_t *report = nw_payload_report(rule, event, asked, turn->arena), *was;

	if (!json_object_get(old, "lead") && !nw_str_eq(incident->shown, event->id))
		drop_text(report);
	if (!is_told(old))
		return report;
	nw_json_set(report, "told", json_incref(json_object_get(old, "told")));
	was = json_object();
	nw_json_set_str(was, "title", told.title);
	nw_json_set_str(was, "lead", told.lead);
	nw_json_set(report, "was", was);
	return report;
}

/* --- articles --- */

/* What was taken back and is there again before anybody was told of that is as it was. */
static bool stand_again(struct nw_turn *turn, struct nw_incident *incident,
	const struct nw_event *event, const struct nw_tag *asked)
{
	json_t *withdrawn = nw_incident_list(incident->withdrawn), *reports;
	const size_t at = nw_incident_find(withdrawn, event->id);
	json_t *old = json_array_get(withdrawn, at);

	if (!old) {
		json_decref(withdrawn);
		return false;
	}
	if (!is_shown_told(incident)) { /* nor is another one told in its place */
		nw_digest_remove(nw_desk_of(turn, incident), incident);
		incident->pending &= NW_TELL_BIT(NW_TELL_WITHDRAWN);
		nw_incident_keep(&incident->shown, event->id);
		compare(turn, incident, event, old);
	}
	reports = nw_incident_list(incident->reports);
	make_room(reports);
	nw_json_append(reports, revised_report(turn, incident, event, asked, old));
	nw_incident_store(&incident->reports, reports);
	(void)json_array_remove(withdrawn, at);
	if (!json_array_size(withdrawn))
		incident->pending &= ~NW_TELL_BIT(NW_TELL_WITHDRAWN);
	nw_incident_store(&incident->withdrawn, withdrawn);
	return true;
}

static void reopen(struct nw_turn *turn, struct nw_incident *incident)
{
	incident->closed_s = 0;
	nw_tell_set_state(turn, incident, incident->told_s ? NW_INCIDENT_REOPENED : NW_INCIDENT_NEW,
		(struct nw_str){0});
	nw_incident_keep(&incident->acked_by, (struct nw_str){0});
}

/* A copy is none: of what stands, and of what somebody was told of that was taken back. */
static bool is_report(const struct nw_incident *incident, const struct nw_event *event)
{
	return !event->story.is_copy || (!incident->reports.n && !incident->told_s);
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
		if (!stand_again(turn, incident, event, asked) && is_report(incident, event)) {
			if (!incident->shown.n || is_closed) /* or what it was opened again by */
				nw_incident_keep(&incident->shown, event->id);
			add_report(turn, incident, event, asked);
		}
	}
	if (is_closed)
		reopen(turn, incident);
	see_growth(turn, incident);
	return true;
}

bool nw_story_revise(struct nw_turn *turn, struct nw_incident *incident,
	const struct nw_event *event, const struct nw_tag *asked)
{
	json_t *reports = nw_incident_list(incident->reports);
	const size_t at = nw_incident_find(reports, event->id);
	const json_t *old = json_array_get(reports, at);

	if (event->version <=
		nw_json_get_int(json_object_get(old, "article"), "version", INT64_MAX)) {
		json_decref(reports);
		return false;
	}
	if (is_told(old) && nw_str_eq(incident->shown, event->id))
		compare(turn, incident, event, old);
	(void)json_array_set_new(reports, at, revised_report(turn, incident, event, asked, old));
	nw_incident_store(&incident->reports, reports);
	if (event->story.articles)
		count(turn, incident, event);
	if (incident->state != NW_INCIDENT_CLOSED)
		see_growth(turn, incident);
	return true;
}

/* --- withdrawals --- */

/* The one that is shown in the place of one that is not any more: rather one that was told. */
static struct nw_str choose_shown(const json_t *reports)
{
	const json_t *best = json_array_get(reports, 0);

	for (size_t i = json_array_size(reports); i-- > 0;) {
		if (is_told(json_array_get(reports, i)))
			best = json_array_get(reports, i);
	}
	return nw_json_get_str(json_object_get(best, "article"), "id");
}

/* Nothing that was to be told of it is, in digests either. */
static void hide(struct nw_turn *turn, struct nw_incident *incident, const json_t *reports)
{
	nw_digest_remove(nw_desk_of(turn, incident), incident);
	incident->pending &= NW_TELL_BIT(NW_TELL_WITHDRAWN);
	nw_incident_keep(&incident->changes, (struct nw_str){0});
	nw_incident_keep(&incident->shown, choose_shown(reports));
	if (incident->shown.n || is_pending(incident, NW_TELL_WITHDRAWN))
		return;
	nw_tell_set_why(incident, NW_STR("withdrawn before anybody was told"));
	nw_tell_set_state(turn, incident, NW_INCIDENT_WITHDRAWN, (struct nw_str){0});
}

/* Whoever was told of it hears of it. */
static void withdraw(struct nw_incident *incident, json_t *report)
{
	json_t *list = nw_incident_list(incident->withdrawn);

	nw_json_append(list, json_incref(report));
	nw_incident_store(&incident->withdrawn, list);
	pend(incident, NW_TELL_WITHDRAWN);
}

/* One that nobody was told of is gone without a word; another that stands is told of instead. */
static void take_back(
	struct nw_turn *turn, struct nw_incident *incident, json_t *report, json_t *reports)
{
	const struct nw_str id = nw_json_get_str(json_object_get(report, "article"), "id");
	const bool is_shown = nw_str_eq(incident->shown, id);

	if (is_told(report))
		withdraw(incident, report);
	if (is_shown && is_told(report))
		incident->escalate_s = 0;
	if (is_shown)
		hide(turn, incident, reports);
}

bool nw_story_cancel(
	struct nw_turn *turn, struct nw_incident *incident, const struct nw_event *event)
{
	json_t *reports = nw_incident_list(incident->reports);
	const size_t at = nw_incident_find(reports, event->id);
	json_t *report = json_array_get(reports, at);

	if (!report) {
		json_decref(reports);
		return false;
	}
	(void)json_incref(report);
	(void)json_array_remove(reports, at);
	if (nw_str_eq(incident->story, event->story.id)) {
		incident->articles = event->story.articles;
		incident->sources = event->story.sources;
	}
	take_back(turn, incident, report, reports);
	json_decref(report);
	nw_incident_store(&incident->reports, reports);
	if (!nw_tell_step(incident, nw_desk_of(turn, incident)->rule->config))
		nw_digest_drop(nw_desk_of(turn, incident), incident,
			incident->queued_rest & NW_TELL_BIT(NW_TELL_GREW));
	if (incident->state != NW_INCIDENT_CLOSED)
		see_growth(turn, incident);
	return true;
}
