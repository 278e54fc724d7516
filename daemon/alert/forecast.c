#include "alert/forecast.h"

#include <stdlib.h>

#include "alert/engine.h"
#include "alert/message.h"
#include "alert/reading.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "base/str.h"
#include "base/when.h"

/* An incident of which something is ready to be told, and waits. */
struct waiting {
	struct nw_str id, why; /* owned */
	json_t *what;          /* the names of what is to be told: "first", "grew" */
	int64_t since_s;
	bool is_held; /* not only gathered */
};

struct forecasting {
	const struct nw_forecast_options *options;
	struct nw_forecast *forecast;
	struct nw_alerts *engine;
	struct nw_alert_reading reading;
	struct nw_arena *arena; /* of the page */
	struct nw_map waiting;  /* id -> struct waiting */
	int64_t since_s, after; /* what is told, and which records count */
	int64_t clock_s;        /* the simulated one, which never goes back */
	int64_t trimmed;        /* the last record that was */
};

/* --- what waits --- */

static struct nw_str owned(struct nw_str s)
{
	return (struct nw_str){nw_must_strdup(s), s.n};
}

static void free_str(struct nw_str s)
{
	free((void *)(uintptr_t)s.p); /* NOLINT(performance-no-int-to-ptr): casts const away */
}

static void free_waiting(struct waiting *w)
{
	if (!w)
		return;
	free_str(w->id);
	free_str(w->why);
	json_decref(w->what);
	free(w);
}

static struct waiting *begin_waiting(struct forecasting *f, struct nw_str id)
{
	struct waiting *w = nw_must_calloc(1, sizeof(*w));

	w->id = owned(id);
	w->since_s = f->clock_s;
	(void)nw_map_put(&f->waiting, w->id, w);
	return w;
}

/* What an incident is to tell later, at a time of its own or in a digest; the caller's. */
static json_t *find_waiting(
	const struct forecasting *f, const struct nw_incident_row *row, const json_t *body)
{
	json_t *what = json_array();

	if (nw_str_eq(row->state, NW_STR("closed")))
		return what;
	if (nw_json_get_int(body, "hold", 0) > f->clock_s)
		(void)json_array_extend(what, json_object_get(body, "pending"));
	if (json_object_get(body, "rest"))
		(void)json_array_extend(what, json_object_get(body, "rest"));
	return what;
}

static void note_waiting(struct forecasting *f, const struct nw_incident_row *row, json_t *what,
	struct nw_str why, bool is_asked)
{
	struct waiting *w = nw_map_get(&f->waiting, row->id);

	if (!w)
		w = begin_waiting(f, row->id);
	free_str(w->why);
	w->why = owned(why);
	json_decref(w->what);
	w->what = json_incref(what);
	if (w->is_held || nw_str_eq(row->state, NW_STR("new")))
		return;
	w->is_held = true;
	f->forecast->held += is_asked;
}

static void note_row(struct forecasting *f, const struct nw_incident_row *row, bool is_asked)
{
	json_t *body = NULL, *what;

	if (!row->story.n || nw_json_parse(row->body, &body, NULL))
		return; /* the rule's own */
	what = find_waiting(f, row, body);
	if (json_array_size(what))
		note_waiting(f, row, what, nw_json_get_str(body, "why"), is_asked);
	else
		free_waiting(nw_map_remove(&f->waiting, row->id));
	json_decref(what);
	json_decref(body);
}

/* --- messages --- */

/* Whether it is that what a message tells: the transition "grew-5" tells "grew". */
static bool is_told_of(const struct waiting *w, struct nw_str transition)
{
	const struct nw_str name = nw_str_head(transition, nw_str_find(transition, NW_STR("-")));
	const json_t *one;
	size_t i;

	json_array_foreach(w->what, i, one)
	{
		if (nw_str_eq(name, nw_str(json_string_value(one))))
			return true;
	}
	return false;
}

/* Of a message, or of an item of a digest. */
static void set_held(const struct forecasting *f, json_t *o)
{
	const struct waiting *w = nw_map_get(&f->waiting, nw_json_get_str(o, "incident"));
	char text[NW_WHEN_TEXT];
	json_t *held;

	if (!w || !is_told_of(w, nw_json_get_str(o, "transition")))
		return;
	held = json_object();
	nw_json_set_str(held, "since",
		nw_str(nw_zone_rfc3339(f->options->rules->rule[0].zone, w->since_s, text)));
	nw_json_set_str(held, "why", w->why);
	nw_json_set(o, "held", held);
}

/* n letters with one payload: one message. */
static void tell(
	struct forecasting *f, struct nw_arena *arena, const struct nw_letter *letters, size_t n)
{
	json_t *o = NULL, *channels = json_array(), *items;
	struct nw_alert_message message;

	if (nw_alert_message(arena, letters[0].payload, &message, NULL) ||
		nw_json_parse(message.json, &o, NULL)) {
		json_decref(channels);
		return;
	}
	for (size_t i = 0; i < n; i++)
		nw_json_append(channels, nw_json_str(letters[i].channel));
	nw_json_set(o, "channels", channels);
	set_held(f, o);
	items = json_object_get(o, "items");
	for (size_t i = 0; i < json_array_size(items); i++)
		set_held(f, json_array_get(items, i));
	f->forecast->messages++;
	f->options->on_message(f->options->arg, o);
	json_decref(o);
}

static void tell_all(
	struct forecasting *f, struct nw_arena *arena, const struct nw_outcome *outcome)
{
	const struct nw_letter *letters = outcome->letters;
	size_t n;

	for (size_t i = 0; i < outcome->n_letters; i += n) {
		n = 1;
		while (i + n < outcome->n_letters &&
			letters[i + n].payload.p == letters[i].payload.p)
			n++;
		tell(f, arena, &letters[i], n);
	}
}

/* is_asked: it happened in the time that was asked for. */
static void take(struct forecasting *f, struct nw_arena *arena, const struct nw_outcome *outcome,
	bool is_asked)
{
	struct nw_forecast *sum = f->forecast;

	if (is_asked) {
		tell_all(f, arena, outcome);
		sum->matched += outcome->n_met;
		for (size_t i = 0; i < outcome->n_changes; i++)
			sum->incidents += !outcome->changes[i].from;
	}
	for (size_t i = 0; i < outcome->n_rows; i++)
		note_row(f, &outcome->rows[i], is_asked);
}

/* --- time --- */

/* Whatever is due up to a moment, each when it is. */
static void pass_until(struct forecasting *f, int64_t now_s)
{
	int64_t next_s;

	while ((next_s = nw_alerts_next(f->engine)) <= now_s) {
		struct nw_arena *arena = nw_arena_new();
		struct nw_outcome outcome = {0};

		if (next_s > f->clock_s)
			f->clock_s = next_s;
		nw_alerts_tick(f->engine, arena, f->clock_s, &outcome);
		take(f, arena, &outcome, f->clock_s >= f->since_s);
		nw_arena_free(arena);
	}
	if (now_s > f->clock_s)
		f->clock_s = now_s;
}

static void look_for_topics(struct forecasting *f, const struct nw_event *event)
{
	const struct nw_list *topics = &f->options->rules->rule[0].config->topics;

	for (size_t i = 0; i < topics->n; i++) {
		if (f->forecast->unseen >> i & 1 && nw_rule_is_tagged(event, nw_str(topics->v[i])))
			f->forecast->unseen &= ~(1U << i);
	}
}

static void on_event(void *arg, const struct nw_event *event)
{
	struct forecasting *f = arg;
	const bool is_asked = event->seq > f->after;
	struct nw_outcome outcome = {0};

	pass_until(f, event->unix_ms / 1000);
	f->forecast->articles += is_asked;
	look_for_topics(f, event);
	nw_alerts_consider(f->engine, f->arena, event, f->clock_s, &outcome);
	take(f, f->arena, &outcome, is_asked);
}

static void on_unreadable(void *arg, int64_t seq, const struct nw_error *error)
{
	struct forecasting *f = arg;

	(void)error;
	f->forecast->unreadable += seq > f->after;
}

/* --- the journal --- */

/* When the first record behind a seq was written; where there is none, now. */
static enum nw_err find_time(
	const struct forecasting *f, int64_t after, int64_t *unix_s, struct nw_error *error)
{
	const struct nw_journal_query query = {.after = after, .limit = 1, .no_text = true};
	struct nw_arena *arena = nw_arena_new();
	struct nw_record *records;
	int64_t next;
	size_t n;
	const enum nw_err err =
		nw_journal_read(f->reading.reader, &query, arena, &records, &n, &next, error);

	*unix_s = n ? records[0].unix_ms / 1000 : f->options->now_s;
	nw_arena_free(arena);
	return err;
}

/* From which moment, from which record, and from where on what was before is read. */
static enum nw_err find_begin(struct forecasting *f, struct nw_error *error)
{
	struct nw_journal_reader *reader = f->reading.reader;
	struct nw_forecast *sum = f->forecast;
	int64_t oldest, oldest_s = 0;
	enum nw_err err = nw_journal_bounds(reader, &oldest, &f->reading.upto, error);

	f->since_s = f->options->since_s;
	f->after = f->options->after;
	if (!err && f->after >= 0)
		err = find_time(f, f->after, &f->since_s, error);
	else if (!err)
		err = nw_journal_seek_time(reader, f->since_s * 1000, &f->after, error);
	if (!err)
		err = nw_journal_seek_time(reader, (f->since_s - NW_FORECAST_BEFORE_S) * 1000,
			&f->reading.cursor, error);
	if (!err)
		err = find_time(f, 0, &oldest_s, error);
	sum->from_s = oldest_s > f->since_s ? oldest_s : f->since_s;
	if (!err)
		err = nw_journal_trimmed(reader, &(struct nw_journal_query){.after = f->after},
			&f->trimmed, &oldest, error);
	sum->is_trimmed = f->trimmed > f->after ||
		(f->trimmed && f->options->after < 0 && oldest_s > f->since_s);
	return err;
}

static enum nw_err read_page(struct forecasting *f, bool *is_end, struct nw_error *error)
{
	const int64_t before = f->reading.cursor;
	int64_t trimmed;
	enum nw_err err;

	f->arena = nw_arena_new();
	err = nw_alert_read_page(&f->reading, f->arena, error);
	nw_arena_free(f->arena);
	trimmed = nw_journal_page_trimmed(f->reading.reader);
	if (before >= f->after && trimmed > before && trimmed > f->trimmed) {
		f->trimmed = trimmed;
		f->forecast->is_trimmed = true; /* meanwhile */
		f->forecast->from_s = f->clock_s;
	}
	*is_end = f->reading.cursor == before;
	return err;
}

static enum nw_err read_all(struct forecasting *f, struct nw_error *error)
{
	enum nw_err err = find_begin(f, error);
	bool is_end = false;

	f->clock_s = f->since_s - NW_FORECAST_BEFORE_S;
	while (!err && !is_end)
		err = read_page(f, &is_end, error);
	return err;
}

enum nw_err nw_forecast_run(const struct nw_forecast_options *options, struct nw_forecast *forecast,
	struct nw_error *error)
{
	struct forecasting f = {.options = options,
		.forecast = forecast,
		.reading = {.on_event = on_event, .on_unreadable = on_unreadable}};
	enum nw_err err = nw_journal_reader_open(options->journal, &f.reading.reader, error);

	*forecast = (struct nw_forecast){0};
	if (err)
		return err;
	f.reading.arg = &f;
	forecast->unseen = (1U << options->rules->rule[0].config->topics.n) - 1;
	f.engine = nw_alerts_new(options->rules);
	err = read_all(&f, error);
	if (!err) {
		pass_until(&f, options->now_s);
		forecast->to_s = f.clock_s;
		forecast->waiting = f.waiting.n;
	}
	nw_map_each (&f.waiting, slot)
		free_waiting(slot->value);
	nw_map_clear(&f.waiting);
	nw_alerts_free(f.engine);
	nw_journal_reader_close(f.reading.reader);
	return err;
}
