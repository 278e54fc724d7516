#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "base/when.h"

#include "alert/internal.h"

#define LETTERS_SHOWN 500
#define INCIDENTS_SHOWN 500

/* --- what is --- */

static void set_time(json_t *o, const char *name, int64_t unix_s)
{
	char when[NW_WHEN_TEXT];

	if (unix_s > 0)
		nw_json_set_str(o, name, nw_str(nw_when_rfc3339(unix_s, when)));
}

static void list_incident(void *arg, const struct nw_incident_row *row)
{
	json_t *o = json_object(), *body;

	nw_json_set_str(o, "id", row->id);
	nw_json_set_str(o, "rule", row->rule);
	nw_json_set_str(o, "story", row->story);
	nw_json_set_str(o, "state", row->state);
	set_time(o, "changed", row->changed_s);
	if (nw_json_parse(row->body, &body, NULL) == NW_OK)
		nw_json_set(o, "body", body);
	nw_json_append(arg, o);
}

static void list_letter(void *arg, const struct nw_letter_row *row)
{
	json_t *o = json_object();

	nw_json_set_int(o, "letter", row->n);
	nw_json_set_str(o, "key", row->key);
	nw_json_set_str(o, "incident", row->incident);
	nw_json_set_str(o, "rule", row->rule);
	nw_json_set_str(o, "channel", row->channel);
	nw_json_set_str(o, "transition", row->transition);
	nw_json_set_str(o, "state", nw_str(nw_letter_state_name(row->state)));
	set_time(o, "created", row->created_s);
	set_time(o, "due", row->due_s);
	set_time(o, "ended", row->ended_s);
	if (row->state == NW_LETTER_WAITING)
		set_time(o, "next", row->next_s);
	nw_json_set_int(o, "tries", row->tries);
	nw_json_set_str(o, "error", row->error);
	nw_json_append(arg, o);
}

static const struct nw_channel_health *find_health(
	const struct nw_alerting *a, struct nw_str channel)
{
	const struct nw_channel_health *h;

	LIST_FOREACH(h, &a->healths, entry)
	if (nw_str_eq(channel, nw_str(h->name)))
		return h;
	return NULL;
}

struct looking {
	struct nw_str channel;
	struct nw_outbox_view found;
};

static void look(void *arg, const struct nw_outbox_view *view)
{
	struct looking *l = arg;

	if (nw_str_eq(view->channel, l->channel))
		l->found = *view;
}

/* Its name and kind: neither where it leads nor what opens it. */
static json_t *channel_json(const struct nw_alerting *a, const struct nw_config_channel *channel)
{
	const struct nw_channel_health *h = find_health(a, channel->name);
	struct looking l = {.channel = channel->name};
	json_t *o = json_object();

	nw_outbox_each(a->outbox, look, &l);
	nw_json_set_str(o, "name", channel->name);
	nw_json_set_str(o, "type", channel->type);
	nw_json_set_str(o, "fallback", channel->fallback);
	nw_json_set(o, "failing", json_boolean(h && h->is_failing));
	nw_json_set_int(o, "waiting", (int64_t)l.found.waiting);
	nw_json_set_int(o, "under_way", l.found.is_under_way ? 1 : 0);
	if (l.found.left_alone_until_s > nw_alerting_now_s(a))
		set_time(o, "left_alone_until", l.found.left_alone_until_s);
	if (h) {
		nw_json_set_int(o, "sent", h->sent);
		nw_json_set_int(o, "given_up", h->dead);
		set_time(o, "last_ok", h->last_ok_s);
		if (h->failures)
			nw_json_set_str(o, "reason", nw_str(h->reason));
	}
	return o;
}

void nw_alerting_write(struct nw_alerting *a, struct nw_buf *json)
{
	const struct nw_config *config = a->held->setting.config;
	json_t *o = json_object(), *channels = json_array();
	json_t *incidents = json_array(), *letters = json_array();
	struct nw_error error = {0};

	for (size_t i = 0; i < config->n_channels; i++)
		nw_json_append(channels, channel_json(a, &config->channels[i]));
	nw_alerts_newest(a->engine, INCIDENTS_SHOWN, list_incident, incidents);
	if (nw_journal_each_letter(a->reader, LETTERS_SHOWN, list_letter, letters, &error))
		nw_log_error(NW_LOG_ERROR, "alerts cannot be listed", &error);
	nw_json_set(o, "channels", channels);
	nw_json_set(o, "incidents", incidents);
	nw_json_set(o, "letters", letters);
	nw_json_write(json, o);
	json_decref(o);
}

struct waiting {
	const struct nw_channel_kind *kind;
	size_t n;
};

static void count_waiting(void *arg, const struct nw_outbox_view *view)
{
	struct waiting *w = arg;

	if (nw_channel_kind_of(view->channel) == w->kind)
		w->n += view->waiting;
}

static void write_waiting(const struct nw_alerting *a, json_t *status)
{
	nw_json_set_int(status, "alert_letters_waiting", (int64_t)nw_outbox_waiting(a->outbox));
	for (const struct nw_channel_kind *const *kind = nw_channel_kinds; *kind; kind++) {
		struct waiting w = {*kind, 0};
		char name[64];

		nw_outbox_each(a->outbox, count_waiting, &w);
		(void)snprintf(name, sizeof(name), "alert_%s_waiting", (*kind)->name);
		nw_json_set_int(status, name, (int64_t)w.n);
	}
}

/* How far the rules are behind the journal. */
static void write_lag(const struct nw_alerting *a, json_t *status)
{
	int64_t oldest, newest;

	if (a->held->setting.rules->n && a->cursor >= 0 &&
		nw_journal_bounds(a->reader, &oldest, &newest, NULL) == NW_OK)
		nw_json_set_int(status, "alert_lag", newest > a->cursor ? newest - a->cursor : 0);
}

void nw_alerting_write_status(const struct nw_alerting *a, json_t *status)
{
	const struct nw_config *config = a->held->setting.config;
	json_t *failing = json_array();

	for (size_t i = 0; i < config->n_channels; i++) {
		const struct nw_channel_health *h = find_health(a, config->channels[i].name);

		if (h && h->is_failing)
			nw_json_append(failing, nw_json_str(config->channels[i].name));
	}
	nw_json_set_int(status, "alert_rules", (int64_t)config->n_alerts);
	nw_json_set_int(status, "alert_incidents", (int64_t)nw_alerts_count(a->engine));
	nw_json_set_int(status, "alert_incidents_open", (int64_t)nw_alerts_open(a->engine));
	write_lag(a, status);
	write_waiting(a, status);
	nw_json_set(status, "alert_channels_failing", failing);
}

/* --- what is asked --- */

/* One thing the engine can be asked for, out of the JSON; what it answers is in the arena. */
typedef bool ask(struct nw_alerting *a, struct nw_arena *arena, const json_t *o, int64_t now_s,
	struct nw_outcome *outcome);

static bool ask_test(struct nw_alerting *a, struct nw_arena *arena, const json_t *o, int64_t now_s,
	struct nw_outcome *outcome)
{
	return nw_alerts_test(
		a->engine, arena, nw_arena_str(arena, nw_json_get_str(o, "rule")), now_s, outcome);
}

static bool ask_mute(struct nw_alerting *a, struct nw_arena *arena, const json_t *o, int64_t now_s,
	struct nw_outcome *outcome)
{
	return nw_alerts_mute(a->engine, arena, nw_arena_str(arena, nw_json_get_str(o, "rule")),
		nw_json_get_int(o, "until", 0), now_s, outcome);
}

static bool ask_ack(struct nw_alerting *a, struct nw_arena *arena, const json_t *o, int64_t now_s,
	struct nw_outcome *outcome)
{
	return nw_alerts_ack(a->engine, arena, nw_arena_str(arena, nw_json_get_str(o, "incident")),
		nw_arena_str(arena, nw_json_get_str(o, "who")), now_s, outcome);
}

static const struct {
	const char *name;
	ask *call;
} asks[] = {
	{"test", ask_test},
	{"mute", ask_mute},
	{"ack", ask_ack},
};

static bool ask_engine(struct nw_alerting *a, const json_t *o, ask *call)
{
	const int64_t now_s = nw_alerting_now_s(a);
	struct nw_outcome outcome = {0};
	struct nw_alert_job *job = nw_alert_job_new(a);
	const bool is_there = call(a, job->arena, o, now_s, &outcome);

	nw_alert_job_fill(job, &outcome, now_s);
	if (nw_alert_job_is_empty(job))
		nw_alert_job_free(job);
	else
		nw_alert_job_post(job);
	return is_there;
}

/* A dead letter waits again, with its key; one that waits does so no longer. */
static bool retry_letter(struct nw_alerting *a, int64_t n)
{
	const int64_t now_s = nw_alerting_now_s(a);
	struct nw_alert_job *job = nw_alert_job_new(a);

	if (nw_journal_letter(a->reader, job->arena, n, &job->note, NULL) ||
		job->note.state == NW_LETTER_SENT) {
		nw_alert_job_free(job);
		return false;
	}
	if (job->note.state == NW_LETTER_WAITING) {
		(void)nw_outbox_hasten(a->outbox, job->note.channel, now_s);
		nw_alert_job_free(job);
		return true;
	}
	job->note.state = NW_LETTER_WAITING;
	job->note.due_s = job->note.next_s = now_s;
	job->note.tries = job->note.ended_s = 0;
	job->is_revived = true;
	nw_alert_job_post(job);
	return true;
}

static bool retry(struct nw_alerting *a, const json_t *o)
{
	const struct nw_str channel = nw_json_get_str(o, "channel");

	if (channel.n) /* of one that is there all the same, nothing may wait */
		return nw_outbox_hasten(a->outbox, channel, nw_alerting_now_s(a)) ||
			nw_config_channel(a->held->setting.config, channel);
	return retry_letter(a, nw_json_get_int(o, "letter", 0));
}

bool nw_alerting_ask(struct nw_alerting *alerting, struct nw_str json)
{
	struct nw_str name;
	json_t *o;
	bool is_there = false;

	if (nw_json_parse(json, &o, NULL))
		return false;
	name = nw_json_get_str(o, "ask");
	if (nw_str_eq(name, NW_STR("retry")))
		is_there = retry(alerting, o);
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++)
		if (nw_str_eq(name, nw_str(asks[i].name)))
			is_there = ask_engine(alerting, o, asks[i].call);
	json_decref(o);
	nw_outbox_run(alerting->outbox, nw_alerting_now_s(alerting));
	nw_alerting_plan(alerting);
	return is_there;
}
