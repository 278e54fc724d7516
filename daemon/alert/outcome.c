/* What a call answers: rows, letters, changes. */
#include <stdlib.h>

#include "alert/desk.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"

#define BODY_MAX ((size_t)1 << 20)
#define TOLD_AT_MAX ((size_t)1000)

/* Room for one more; what was there is left to the arena. */
static void *grow(const struct nw_turn *turn, void *v, size_t n, size_t *cap, size_t size)
{
	void *more;

	if (n < *cap)
		return v;
	*cap = *cap ? *cap * 2 : 8;
	more = nw_arena_array(turn->arena, size, *cap);
	if (n)
		memcpy(more, v, n * size);
	return more;
}

static void add_row(struct nw_turn *turn, struct nw_incident_row row)
{
	struct nw_outcome *o = turn->outcome;

	o->rows = grow(turn, o->rows, o->n_rows, &o->rows_cap, sizeof(*o->rows));
	o->rows[o->n_rows++] = row;
}

static struct nw_incident_row row_of(
	const struct nw_alerts *alerts, const struct nw_incident *incident, struct nw_arena *arena)
{
	return (struct nw_incident_row){.id = nw_arena_str(arena, incident->id),
		.rule = nw_arena_str(arena, alerts->desks[incident->rule].rule->config->name),
		.story = nw_arena_str(arena, incident->story),
		.state = nw_str(nw_incident_state_names[incident->state]),
		.body = nw_incident_body(incident, arena),
		.changed_s = incident->changed_s};
}

void nw_outcome_row(struct nw_turn *turn, const struct nw_incident *incident)
{
	add_row(turn, row_of(turn->alerts, incident, turn->arena));
}

struct nw_incident_row nw_desk_row(const struct nw_desk *desk, struct nw_arena *arena)
{
	const struct nw_str name = nw_arena_str(arena, desk->rule->config->name);
	struct nw_incident_row row = {.id = nw_arena_printf(arena, "%.*s/", NW_ARG(name)),
		.rule = name,
		.story = NW_STR(""),
		.state = NW_STR("rule")};
	json_t *o = json_object(), *told_at = json_array();
	struct nw_buf text;

	nw_json_set_int(o, "mute_until", desk->mute_until_s);
	nw_json_set_int(o, "digest_due", desk->digest_due_s);
	nw_json_set_int(o, "digest_told", desk->digest_told_s);
	nw_json_set_int(o, "last_queued", (int64_t)desk->last_queued);
	for (size_t i = 0; i < desk->n_told_at; i++)
		nw_json_append(told_at, json_integer(desk->told_at[i]));
	nw_json_set(o, "told_at", told_at);
	nw_buf_init(&text, BODY_MAX);
	nw_json_write(&text, o);
	row.body = nw_arena_str(arena, nw_buf_str(&text));
	nw_buf_clear(&text);
	json_decref(o);
	return row;
}

void nw_outcome_desk(struct nw_turn *turn, struct nw_desk *desk)
{
	struct nw_incident_row row;

	if (!desk->is_changed)
		return;
	desk->is_changed = false;
	row = nw_desk_row(desk, turn->arena);
	row.changed_s = turn->now_s;
	add_row(turn, row);
}

enum nw_err nw_desk_read(
	struct nw_desk *desk, const struct nw_incident_row *row, struct nw_error *error)
{
	const size_t most = (size_t)desk->rule->config->throttle_n;
	const json_t *told_at;
	json_t *o = NULL;
	enum nw_err err = nw_json_parse(row->body, &o, error);

	if (!err && !json_is_object(o))
		err = nw_fail(error, NW_E_SYNTAX, "not a rule's row: '%.*s'",
			NW_ARG(nw_str_head(row->id, 128)));
	told_at = json_object_get(o, "told_at");
	for (size_t i = 0; !err && i < json_array_size(told_at); i++) {
		const size_t left = json_array_size(told_at) - i;

		if (left <= most) /* the newest, where the rule allows less than it did */
			desk->told_at[desk->n_told_at++] =
				json_integer_value(json_array_get(told_at, i));
	}
	if (!err) {
		desk->mute_until_s = nw_json_get_int(o, "mute_until", 0);
		desk->digest_due_s = nw_json_get_int(o, "digest_due", 0);
		desk->digest_told_s = nw_json_get_int(o, "digest_told", 0);
		desk->last_queued = (uint64_t)nw_json_get_int(o, "last_queued", 0);
	}
	json_decref(o);
	return err;
}

void nw_outcome_change(struct nw_turn *turn, const struct nw_change *change)
{
	struct nw_outcome *o = turn->outcome;

	o->changes = grow(turn, o->changes, o->n_changes, &o->changes_cap, sizeof(*o->changes));
	o->changes[o->n_changes] = *change;
	o->changes[o->n_changes++].rule = nw_arena_str(turn->arena, change->rule);
}

/* No part has a NUL or a line end in it. */
static struct nw_str key_of(const struct nw_turn *turn, struct nw_str rule, struct nw_str story,
	struct nw_str transition, struct nw_str channel)
{
	const struct nw_str whole = nw_arena_printf(turn->arena, "%.*s\n%.*s\n%.*s\n%.*s",
		NW_ARG(rule), NW_ARG(story), NW_ARG(transition), NW_ARG(channel));
	char hex[NW_HASH_HEX + 1];

	nw_hash_hex(nw_hash128(whole), hex);
	return nw_arena_str(turn->arena, nw_str(hex));
}

void nw_outcome_letters(struct nw_turn *turn, const struct nw_desk *desk,
	const struct nw_incident *incident, struct nw_str transition, struct nw_str payload,
	const struct nw_list *channels)
{
	struct nw_outcome *o = turn->outcome;
	const struct nw_str rule = nw_arena_str(turn->arena, desk->rule->config->name);
	const struct nw_str id = incident ? nw_arena_str(turn->arena, incident->id)
					  : nw_arena_printf(turn->arena, "%.*s/", NW_ARG(rule));
	const struct nw_str story = incident ? incident->story : NW_STR("");

	for (size_t i = 0; i < channels->n; i++) {
		const struct nw_str channel = nw_arena_str(turn->arena, nw_str(channels->v[i]));

		o->letters =
			grow(turn, o->letters, o->n_letters, &o->letters_cap, sizeof(*o->letters));
		o->letters[o->n_letters++] =
			(struct nw_letter){.key = key_of(turn, rule, story, transition, channel),
				.incident = id,
				.rule = rule,
				.channel = channel,
				.transition = transition,
				.due_s = turn->now_s,
				.payload = payload};
	}
}

/* --- for those who look --- */

static int by_change(const void *a, const void *b)
{
	const struct nw_incident *x = *(struct nw_incident *const *)a;
	const struct nw_incident *y = *(struct nw_incident *const *)b;

	if (x->changed_s != y->changed_s)
		return x->changed_s > y->changed_s ? -1 : 1;
	return nw_str_cmp(x->id, y->id);
}

bool nw_desk_has_row(const struct nw_desk *desk)
{
	return desk->mute_until_s || desk->digest_due_s || desk->last_queued || desk->n_told_at;
}

void nw_alerts_newest(
	const struct nw_alerts *alerts, size_t most, nw_on_incident *on_row, void *arg)
{
	const struct nw_heap *all = &alerts->heaps[NW_HEAP_AGE];
	struct nw_incident **sorted = nw_must_calloc(all->n + 1, sizeof(struct nw_incident *));
	struct nw_arena *arena = nw_arena_new();

	for (size_t i = 0; i < alerts->n_desks; i++) {
		if (nw_desk_has_row(&alerts->desks[i])) {
			const struct nw_incident_row row = nw_desk_row(&alerts->desks[i], arena);

			on_row(arg, &row);
		}
	}
	for (size_t i = 0; i < all->n; i++)
		sorted[i] = all->v[i];
	qsort(sorted, all->n, sizeof(struct nw_incident *), by_change);
	for (size_t i = 0; i < all->n && i < most; i++) {
		const struct nw_incident_row row = row_of(alerts, sorted[i], arena);

		on_row(arg, &row);
	}
	nw_arena_free(arena);
	free(sorted);
}
