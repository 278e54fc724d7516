/* One incident as its row has it, and back. */
#include "alert/incident.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#define BODY_MAX ((size_t)1 << 20)

const char *const nw_incident_state_names[NW_INCIDENT_N_STATES] = {
	[NW_INCIDENT_NEW] = "new",
	[NW_INCIDENT_HELD] = "held",
	[NW_INCIDENT_FIRST] = "first",
	[NW_INCIDENT_GREW] = "grew",
	[NW_INCIDENT_UPDATED] = "updated",
	[NW_INCIDENT_CORRECTED] = "corrected",
	[NW_INCIDENT_WITHDRAWN] = "withdrawn",
	[NW_INCIDENT_CLOSED] = "closed",
	[NW_INCIDENT_REOPENED] = "reopened",
};

const struct nw_telling_row nw_telling_rows[NW_N_TELLINGS] = {
	[NW_TELL_WITHDRAWN] = {"withdrawn", NW_INCIDENT_WITHDRAWN, true, true},
	[NW_TELL_FIRST] = {"first", NW_INCIDENT_FIRST, false, false},
	[NW_TELL_REOPENED] = {"reopened", NW_INCIDENT_REOPENED, false, true},
	[NW_TELL_UPDATE] = {"update", NW_INCIDENT_UPDATED, false, false},
	[NW_TELL_CORRECTION] = {"correction", NW_INCIDENT_CORRECTED, true, true},
	[NW_TELL_GREW] = {"grew", NW_INCIDENT_GREW, false, false},
};

struct nw_incident *nw_incident_new(struct nw_str rule, struct nw_str story)
{
	struct nw_incident *i = nw_must_calloc(1, sizeof(*i));
	char *id = nw_must_calloc(rule.n + story.n + 2, 1);

	memcpy(id, rule.p, rule.n);
	id[rule.n] = '/';
	memcpy(id + rule.n + 1, story.p, story.n);
	i->id = (struct nw_str){id, rule.n + 1 + story.n};
	i->story = nw_str_from(i->id, rule.n + 1);
	return i;
}

static void drop(struct nw_str *owned)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): casts const away */
	free((void *)(uintptr_t)owned->p);
	*owned = (struct nw_str){0};
}

void nw_incident_keep(struct nw_str *owned, struct nw_str s)
{
	char *copy = s.n ? nw_must_strdup(s) : NULL;

	drop(owned);
	*owned = (struct nw_str){copy, s.n};
}

void nw_incident_free(struct nw_incident *incident)
{
	struct nw_str *const owned[] = {&incident->shown, &incident->reports, &incident->withdrawn,
		&incident->changes, &incident->told_to, &incident->acked_by, &incident->why,
		&incident->id};

	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
		drop(owned[i]);
	free(incident);
}

json_t *nw_incident_list(struct nw_str text)
{
	json_t *value = NULL;

	if (text.n && nw_json_parse(text, &value, NULL) == NW_OK && json_is_array(value))
		return value;
	json_decref(value);
	return json_array();
}

json_t *nw_incident_object(struct nw_str text)
{
	json_t *value = NULL;

	if (text.n && nw_json_parse(text, &value, NULL) == NW_OK && json_is_object(value))
		return value;
	json_decref(value);
	return json_object();
}

void nw_incident_store(struct nw_str *owned, json_t *value)
{
	struct nw_buf text;

	nw_buf_init(&text, BODY_MAX);
	nw_json_write(&text, value);
	if (text.failed || json_is_null(value) || (json_is_array(value) && !json_array_size(value)))
		nw_buf_empty(&text);
	nw_incident_keep(owned, nw_buf_str(&text));
	nw_buf_clear(&text);
	json_decref(value);
}

size_t nw_incident_find(const json_t *reports, struct nw_str article)
{
	size_t i = 0;

	while (i < json_array_size(reports) &&
		!nw_str_eq(nw_json_get_str(
				   json_object_get(json_array_get(reports, i), "article"), "id"),
			article))
		i++;
	return i;
}

json_t *nw_incident_shown(const struct nw_incident *incident)
{
	json_t *reports = nw_incident_list(incident->reports);
	json_t *report = json_array_get(reports, nw_incident_find(reports, incident->shown));

	report = report ? json_incref(report) : json_object();
	json_decref(reports);
	return report;
}

/* --- the row --- */

static const struct {
	const char *name;
	size_t offset;
} moments[] =
	{
		{"opened", offsetof(struct nw_incident, opened_s)},
		{"last", offsetof(struct nw_incident, last_s)},
		{"told", offsetof(struct nw_incident, told_s)},
		{"closed", offsetof(struct nw_incident, closed_s)},
		{"hold", offsetof(struct nw_incident, hold_s)},
		{"escalate", offsetof(struct nw_incident, escalate_s)},
		{"spaced", offsetof(struct nw_incident, spaced_s)},
},
  counts[] = {
	  {"articles", offsetof(struct nw_incident, articles)},
	  {"sources", offsetof(struct nw_incident, sources)},
	  {"grew", offsetof(struct nw_incident, grew)},
};

#define N_MOMENTS (sizeof(moments) / sizeof(moments[0]))
#define N_COUNTS (sizeof(counts) / sizeof(counts[0]))

static int64_t *moment_of(const struct nw_incident *incident, size_t i)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): casts const away */
	return (int64_t *)(uintptr_t)((const char *)incident + moments[i].offset);
}

static unsigned *count_of(const struct nw_incident *incident, size_t i)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): casts const away */
	return (unsigned *)(uintptr_t)((const char *)incident + counts[i].offset);
}

static json_t *bits_json(unsigned bits)
{
	json_t *list = json_array();

	for (size_t i = 0; i < NW_N_TELLINGS; i++) {
		if (bits >> i & 1)
			nw_json_append(list, nw_json_str(nw_str(nw_telling_rows[i].name)));
	}
	return list;
}

static json_t *told_json(const struct nw_incident *incident)
{
	json_t *o = json_object();

	for (size_t i = 0; i < NW_N_TELLINGS; i++) {
		if (incident->told[i])
			nw_json_set_int(o, nw_telling_rows[i].name, incident->told[i]);
	}
	return o;
}

static void set_texts(json_t *o, const struct nw_incident *incident)
{
	nw_json_set_str(o, "shown", incident->shown);
	if (incident->reports.n)
		nw_json_set(o, "reports", nw_incident_list(incident->reports));
	if (incident->withdrawn.n)
		nw_json_set(o, "withdrawn", nw_incident_list(incident->withdrawn));
	if (incident->changes.n)
		nw_json_set(o, "changes", nw_incident_list(incident->changes));
	if (incident->told_to.n)
		nw_json_set(o, "told_to", nw_incident_list(incident->told_to));
	nw_json_set_str(o, "acked_by", incident->acked_by);
}

struct nw_str nw_incident_body(const struct nw_incident *incident, struct nw_arena *arena)
{
	json_t *o = json_object();
	struct nw_buf text;
	struct nw_str body;

	for (size_t i = 0; i < N_MOMENTS; i++) {
		if (*moment_of(incident, i))
			nw_json_set_int(o, moments[i].name, *moment_of(incident, i));
	}
	for (size_t i = 0; i < N_COUNTS; i++)
		nw_json_set_int(o, counts[i].name, *count_of(incident, i));
	nw_json_set(o, "score", json_real(incident->score));
	nw_json_set_str(o, "why", incident->why);
	if (incident->pending)
		nw_json_set(o, "pending", bits_json(incident->pending));
	nw_json_set(o, "messages", told_json(incident));
	if (incident->queued) {
		nw_json_set_int(o, "queued", (int64_t)incident->queued);
		nw_json_set(o, "queued_for", bits_json(incident->queued_tell));
		nw_json_set(o, "rest", bits_json(incident->queued_rest));
	}
	set_texts(o, incident);
	nw_buf_init(&text, BODY_MAX * 4);
	nw_json_write(&text, o);
	body = nw_arena_str(arena, nw_buf_str(&text));
	nw_buf_clear(&text);
	json_decref(o);
	return body;
}

static bool read_state(struct nw_str name, enum nw_incident_state *state)
{
	for (int i = 0; i < NW_INCIDENT_N_STATES; i++) {
		if (nw_str_eq(name, nw_str(nw_incident_state_names[i]))) {
			*state = (enum nw_incident_state)i;
			return true;
		}
	}
	return false;
}

static unsigned read_bits(const json_t *list)
{
	unsigned bits = 0;

	for (size_t k = 0; k < json_array_size(list); k++) {
		for (size_t i = 0; i < NW_N_TELLINGS; i++) {
			const char *name = json_string_value(json_array_get(list, k));

			if (name && strcmp(name, nw_telling_rows[i].name) == 0)
				bits |= 1U << i;
		}
	}
	return bits;
}

static void keep_member(struct nw_str *owned, const json_t *o, const char *key)
{
	json_t *value = json_object_get(o, key);

	if (value)
		nw_incident_store(owned, json_incref(value));
}

/* One that was told, or not, as a row without "told" says it. */
static json_t *old_report(const struct nw_incident *i, json_t *face)
{
	json_t *report = json_copy(face);

	(void)json_object_del(report, "withdrawn");
	if (i->told_s)
		nw_json_set(report, "told", nw_incident_list(i->told_to));
	return report;
}

/* Rows had the report that is shown by itself, as "face", and of the others their articles. */
static void read_old_reports(struct nw_incident *i, const json_t *o)
{
	json_t *face = json_object_get(o, "face");
	const json_t *old = json_object_get(o, "reports");
	const struct nw_str id = nw_json_get_str(json_object_get(face, "article"), "id");
	json_t *reports = json_array();
	bool is_there = json_is_true(json_object_get(face, "withdrawn"));

	for (size_t k = 0; k < json_array_size(old); k++) {
		json_t *report, *article = json_array_get(old, k);

		if (nw_str_eq(nw_json_get_str(article, "id"), id)) {
			report = old_report(i, face);
			is_there = true;
		} else {
			report = json_object();
			nw_json_set(report, "article", json_incref(article));
		}
		nw_json_append(reports, report);
	}
	if (!is_there)
		nw_json_append(reports, old_report(i, face));
	if (nw_incident_find(reports, id) < json_array_size(reports)) {
		nw_incident_keep(&i->shown, id);
	} else if (i->pending & NW_TELL_BIT(NW_TELL_WITHDRAWN)) {
		json_t *withdrawn = json_array();

		nw_json_append(withdrawn, old_report(i, face));
		nw_incident_store(&i->withdrawn, withdrawn);
	}
	nw_incident_store(&i->reports, reports);
}

/* "rest" was true where all of it was. */
static unsigned read_rest(const json_t *o)
{
	const json_t *rest = json_object_get(o, "rest");

	return read_bits(json_is_true(rest) ? json_object_get(o, "queued_for") : rest);
}

static void read_body(struct nw_incident *i, const json_t *o)
{
	const json_t *messages = json_object_get(o, "messages");

	for (size_t k = 0; k < N_MOMENTS; k++)
		*moment_of(i, k) = nw_json_get_int(o, moments[k].name, 0);
	for (size_t k = 0; k < N_COUNTS; k++)
		*count_of(i, k) = (unsigned)nw_json_get_int(o, counts[k].name, 0);
	for (size_t k = 0; k < NW_N_TELLINGS; k++)
		i->told[k] = (unsigned)nw_json_get_int(messages, nw_telling_rows[k].name, 0);
	i->score = json_number_value(json_object_get(o, "score"));
	i->pending = read_bits(json_object_get(o, "pending"));
	i->queued = (uint64_t)nw_json_get_int(o, "queued", 0);
	i->queued_tell = read_bits(json_object_get(o, "queued_for"));
	i->queued_rest = read_rest(o);
	nw_incident_keep(&i->why, nw_json_get_str(o, "why"));
	nw_incident_keep(&i->acked_by, nw_json_get_str(o, "acked_by"));
	nw_incident_keep(&i->shown, nw_json_get_str(o, "shown"));
	keep_member(&i->withdrawn, o, "withdrawn");
	keep_member(&i->changes, o, "changes");
	keep_member(&i->told_to, o, "told_to");
	if (json_object_get(o, "face"))
		read_old_reports(i, o);
	else
		keep_member(&i->reports, o, "reports");
}

/* Of a rule that was gone for a time: its row was closed, and nothing more is to come of it. */
static void end(struct nw_incident *incident, int64_t closed_s)
{
	incident->closed_s = closed_s;
	incident->pending = 0;
	incident->hold_s = 0;
	incident->escalate_s = 0;
	incident->queued = 0;
	incident->queued_tell = 0;
	incident->queued_rest = 0;
	nw_incident_keep(&incident->withdrawn, (struct nw_str){0});
	nw_incident_keep(&incident->why, NW_STR("its rule was gone"));
}

enum nw_err nw_incident_read(
	struct nw_incident *incident, const struct nw_incident_row *row, struct nw_error *error)
{
	json_t *o = NULL;
	enum nw_err err = nw_json_parse(row->body, &o, error);

	if (!err && (!json_is_object(o) || !read_state(row->state, &incident->state)))
		err = nw_fail(error, NW_E_SYNTAX, "not an incident's row: '%.*s'",
			NW_ARG(nw_str_head(row->id, 128)));
	if (!err) {
		read_body(incident, o);
		incident->changed_s = row->changed_s;
		if (incident->state == NW_INCIDENT_CLOSED && !incident->closed_s)
			end(incident, row->changed_s);
	}
	json_decref(o);
	return err;
}
