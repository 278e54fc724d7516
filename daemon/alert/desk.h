#ifndef NW_ALERT_DESK_H
#define NW_ALERT_DESK_H

#include "alert/incident.h"
#include "base/map.h"

/* Private to the engine: what its files share. */

#define NW_INCIDENT_QUIET_S (24 * INT64_C(3600)) /* without an article until it is closed */
#define NW_INCIDENT_KEEP_S (INT64_C(30) * 24 * 3600)

/* One rule and what it remembers itself. */
struct nw_desk {
	const struct nw_rule_ready *rule;
	int64_t mute_until_s; /* 0 or past: not muted */
	int64_t digest_due_s; /* 0: nothing is queued */
	int64_t *told_at;     /* the newest throttle_n times, oldest first */
	size_t n_told_at;
	int64_t digest_told_s; /* when the newest digest that was sent was due */
	uint64_t last_queued;
	struct nw_incident *first, *last; /* the queue, in order ... */
	bool is_mixed;                    /* ... but for what was just restored */
	bool is_changed;                  /* its row is to be saved */
	bool is_read;                     /* its rows were restored */
};

struct nw_alerts {
	const struct nw_rules *rules;
	struct nw_desk *desks; /* in the order of the rules */
	size_t n_desks;
	struct nw_map by_id;
	struct nw_heap heaps[NW_N_HEAPS];
	int64_t now_s; /* the latest that was heard of, before a restart too */
};

/* One call of the engine. */
struct nw_turn {
	struct nw_alerts *alerts;
	struct nw_arena *arena;
	int64_t now_s;
	struct nw_outcome *outcome;
};

static inline struct nw_desk *nw_desk_of(const struct nw_turn *turn, const struct nw_incident *i)
{
	return &turn->alerts->desks[i->rule];
}

/* --- engine.c --- */

/* It was changed: its place in the heaps and its row follow. */
void nw_engine_touch(struct nw_turn *turn, struct nw_incident *incident);

/* What is due at other times than it was. */
void nw_engine_plan(struct nw_alerts *alerts);

/* --- clock.c --- */

/* At the beginning of every turn: what was to be waited for by a clock that was set back is not. */
void nw_clock_follow(struct nw_turn *turn);

/* --- story.c: what an event means to one incident --- */

/* event: of a story that the incident is of; tells nothing yet. False: it changed nothing. */
bool nw_story_article(struct nw_turn *turn, struct nw_incident *incident,
	const struct nw_event *event, const struct nw_tag *asked, bool is_met, double score);
bool nw_story_revise(struct nw_turn *turn, struct nw_incident *incident,
	const struct nw_event *event, const struct nw_tag *asked);
bool nw_story_cancel(
	struct nw_turn *turn, struct nw_incident *incident, const struct nw_event *event);
/* Whether an article is among the reports that are kept. */
bool nw_story_knows(const struct nw_incident *incident, struct nw_str article);

/* --- tell.c: who hears of it, and when --- */

/* Does with everything pending what is to be done now. */
void nw_tell_pending(struct nw_turn *turn, struct nw_incident *incident);
void nw_tell_escalation(struct nw_turn *turn, struct nw_incident *incident);
/* It was told what is shown: by a letter just written, or in a digest. */
void nw_tell_done(struct nw_turn *turn, struct nw_incident *incident, enum nw_telling telling);
/* They were told of the report that is shown. */
void nw_tell_add_channels(struct nw_incident *incident, const struct nw_list *channels);
/* The highest step of sources that there is to tell; 0: none. */
unsigned nw_tell_step(const struct nw_incident *incident, const struct nw_config_alert *alert);
bool nw_tell_has(const struct nw_config_alert *alert, enum nw_condition_kind kind);
bool nw_tell_is_in(const struct nw_list *list, const char *channel);
/* A transition as its letters name it, "grew-5", "update-2": the next one, or the last that was told. */
struct nw_str nw_tell_transition(const struct nw_turn *turn, const struct nw_incident *incident,
	enum nw_telling telling, bool is_told);
void nw_tell_set_state(struct nw_turn *turn, struct nw_incident *incident,
	enum nw_incident_state state, struct nw_str payload);
void nw_tell_set_why(struct nw_incident *incident, struct nw_str why);
/* Counts one message in the throttle's window. */
void nw_tell_count(struct nw_turn *turn, struct nw_desk *desk);

/* --- digest.c --- */

void nw_digest_add(
	struct nw_turn *turn, struct nw_incident *incident, enum nw_telling telling, bool is_rest);
void nw_digest_remove(struct nw_desk *desk, struct nw_incident *incident);
/* That is nothing to be told any more. */
void nw_digest_drop(struct nw_desk *desk, struct nw_incident *incident, unsigned tellings);
/* A queued incident as it was restored, in any order; then nw_digest_sort. */
void nw_digest_restore(struct nw_desk *desk, struct nw_incident *incident);
void nw_digest_sort(struct nw_desk *desk);
/* The next one's time is reckoned anew: the clock was set. */
void nw_digest_plan(const struct nw_turn *turn, struct nw_desk *desk);
/* When the next one is sent: not while its rule is muted; INT64_MAX: never. */
int64_t nw_digest_due(const struct nw_desk *desk);
void nw_digest_send(struct nw_turn *turn, struct nw_desk *desk);

/* --- outcome.c --- */

void nw_outcome_row(struct nw_turn *turn, const struct nw_incident *incident);
void nw_outcome_desk(struct nw_turn *turn, struct nw_desk *desk);
/* Whether it has anything to remember. */
bool nw_desk_has_row(const struct nw_desk *desk);
/* All of it but when it changed. */
struct nw_incident_row nw_desk_row(const struct nw_desk *desk, struct nw_arena *arena);
void nw_outcome_change(struct nw_turn *turn, const struct nw_change *change);
/* incident NULL: of the rule itself. */
void nw_outcome_letters(struct nw_turn *turn, const struct nw_desk *desk,
	const struct nw_incident *incident, struct nw_str transition, struct nw_str payload,
	const struct nw_list *channels);
enum nw_err nw_desk_read(
	struct nw_desk *desk, const struct nw_incident_row *row, struct nw_error *error) NW_MUST;

/* --- payload.c --- */

/* A report as an incident keeps it; the caller's. */
json_t *nw_payload_report(const struct nw_rule_ready *rule, const struct nw_event *event,
	const struct nw_tag *asked, struct nw_arena *arena);
/* What says of one report of an incident; note may be empty. */
struct nw_str nw_payload_incident(const struct nw_turn *turn, const struct nw_incident *incident,
	const json_t *report, struct nw_str transition, enum nw_incident_state state,
	struct nw_str note);
/* One line of a digest, for these of the tellings that are queued; the caller's. */
json_t *nw_payload_item(
	const struct nw_turn *turn, const struct nw_incident *incident, unsigned tellings);
struct nw_str nw_payload_digest(const struct nw_turn *turn, const struct nw_desk *desk,
	struct nw_str transition, json_t *items, size_t more);
struct nw_str nw_payload_test(
	const struct nw_turn *turn, const struct nw_desk *desk, struct nw_str transition);

#endif
