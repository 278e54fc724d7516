#ifndef NW_ALERT_ENGINE_H
#define NW_ALERT_ENGINE_H

#include "alert/event.h"
#include "alert/rule.h"
#include "store/alerts.h"

/*
 * Who is to be told what, and when: incidents, one for each rule and story. No clock, no I/O:
 * the time is a parameter, and the same events at the same times give the same answers. What
 * an engine knows is exactly what its rows say: one that was given the newest row of each id
 * behaves as the one that wrote them. For one thread.
 *
 * At most NW_INCIDENTS_MAX incidents are held (some 3 KiB each, 12 where many reports stand); beyond,
 * the one that changed longest ago is forgotten, closed ones first, those that are still to be told
 * last. Closed ones are forgotten after 30 days.
 */
#define NW_INCIDENTS_MAX 100000

struct nw_alerts;

enum nw_incident_state {
	NW_INCIDENT_NEW, /* met; not told yet, since it waits to be gathered or for its condition */
	NW_INCIDENT_HELD, /* not told yet: quiet hours, throttle, digest, mute */
	NW_INCIDENT_FIRST,
	NW_INCIDENT_GREW,
	NW_INCIDENT_UPDATED,
	NW_INCIDENT_CORRECTED,
	NW_INCIDENT_WITHDRAWN,
	NW_INCIDENT_CLOSED, /* 24 hours without an article */
	NW_INCIDENT_REOPENED,
	NW_INCIDENT_N_STATES,
};
/* "new", "held", "first", "grew", ... */
extern const char *const nw_incident_state_names[NW_INCIDENT_N_STATES];

/* One message for one channel: a row of the outbox. */
struct nw_letter {
	struct nw_str key; /* 32 hexadecimal digits of hash128(rule, story, transition, channel) */
	struct nw_str incident, rule, channel;
	/* "first", "grew-3", "update-1", "correction-1", "withdrawn-1", "reopened-1", "escalation",
	 * "digest-2026-11-21T07:00:00+02:00"; "test-..." */
	struct nw_str transition;
	int64_t due_s;
	struct nw_str payload; /* JSON, see alert/message.h */
};

/* For the bus, under alert/RULE/. */
struct nw_change {
	struct nw_str rule, incident, story;
	const char *from, *to; /* states; from NULL: it is new */
	struct nw_str why;     /* "quiet hours until 2026-11-21T06:30:00+02:00"; for a person */
	struct nw_str payload; /* JSON as of a letter; empty where nothing was told */
};

/*
 * Everything that one call changed, in order. Strings and arrays are in the arena of the call.
 * A row is to be saved under its id, in the place of an older one, which may be of this outcome.
 * What a rule itself remembers is a row, too: "RULE/", with no story and the state "rule".
 */
struct nw_outcome {
	struct nw_incident_row *rows;
	size_t n_rows;
	struct nw_letter *letters;
	size_t n_letters;
	struct nw_change *changes;
	size_t n_changes;
	size_t n_met; /* articles that met a rule, once for each rule */
	size_t rows_cap, letters_cap, changes_cap; /* the engine's */
};

/* The rules are borrowed. */
struct nw_alerts *nw_alerts_new(const struct nw_rules *rules);
void nw_alerts_free(struct nw_alerts *alerts); /* NULL is fine */
/*
 * After a reload, the old rules being there still, and after a start with other rules than there
 * were before it: what is held is looked at again, by the rules as they are. Incidents of rules that
 * are gone are let go; their rows are to be closed by nw_journal_close_incidents.
 */
void nw_alerts_set_rules(struct nw_alerts *alerts, struct nw_arena *arena,
	const struct nw_rules *rules, int64_t now_s, struct nw_outcome *outcome);

/*
 * A rule, new to the engine, whose rows are to be restored before anything is considered:
 * every row there is of it, in any order, then nw_alerts_restored. Empty: none.
 */
struct nw_str nw_alerts_unread(const struct nw_alerts *alerts);
void nw_alerts_restored(struct nw_alerts *alerts, struct nw_str rule);
/* NW_E_SYNTAX for a row that no engine wrote. */
enum nw_err nw_alerts_restore(struct nw_alerts *alerts, const struct nw_incident_row *row,
	struct nw_error *error) NW_MUST;

/* Each adds to *outcome ({0} at first), in one arena for as long as it is used. */
void nw_alerts_consider(struct nw_alerts *alerts, struct nw_arena *arena,
	const struct nw_event *event, int64_t now_s, struct nw_outcome *outcome);
/* What is due: gathering, quiet hours, mutes that are over; digests, closing, escalation. */
void nw_alerts_tick(struct nw_alerts *alerts, struct nw_arena *arena, int64_t now_s,
	struct nw_outcome *outcome);
/* When the next tick is due, Unix s; INT64_MAX: never. A tick before that changes nothing. */
int64_t nw_alerts_next(const struct nw_alerts *alerts);

/* False for a rule or incident that is not there. until_s 0 or past: no longer. */
bool nw_alerts_mute(struct nw_alerts *alerts, struct nw_arena *arena, struct nw_str rule,
	int64_t until_s, int64_t now_s, struct nw_outcome *outcome);
bool nw_alerts_ack(struct nw_alerts *alerts, struct nw_arena *arena, struct nw_str incident,
	struct nw_str who, int64_t now_s, struct nw_outcome *outcome);
/* Letters to every channel of a rule, of a made-up article, that say that they are a test. */
bool nw_alerts_test(struct nw_alerts *alerts, struct nw_arena *arena, struct nw_str rule,
	int64_t now_s, struct nw_outcome *outcome);

/* The rows of the rules, then those of the incidents that changed last, newest first; none is kept. */
void nw_alerts_newest(
	const struct nw_alerts *alerts, size_t most, nw_on_incident *on_row, void *arg);
size_t nw_alerts_count(const struct nw_alerts *alerts); /* incidents held */
size_t nw_alerts_open(const struct nw_alerts *alerts);  /* those that are not closed */

#endif
