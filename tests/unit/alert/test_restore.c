/* An engine that is stopped anywhere and restored from its rows tells what one that never stopped does. */
#include "rig.h"

#include "base/json.h"
#include "base/map.h"

#define STEPS 500
#define SEEDS 5

static const char rules[] =
	"alert flash { topics = {libya} send = {\"file:a\"} wait = 90s throttle = 6/h\n"
	"	quiet = \"22:00-06:30 Africa/Tripoli\" except = \"sources>=5\" }\n"
	"alert all { topics = {libya} send = {\"file:a\", \"file:b\"}\n"
	"	when = {new-story, grew, update, correction, cancel}\n"
	"	escalate-to = {\"file:c\"} escalate-after = 20m }\n"
	"alert late { topics = {libya} when = {\"sources>=3\", \"score>=9\"} digest-to = {\"file:c\"}\n"
	"	digest = {\"07:00\", \"18:00\"} zone = Europe/Berlin send = {\"file:a\"} throttle = 3/d }\n"
	"alert digest { query = \"killed OR truce\" digest = {\"12:15\"} send = {\"file:b\"} }\n";

/* As rules are after a reload: other times, and one that is gone for a while. */
static const char other_rules[] =
	"alert flash { topics = {libya} send = {\"file:a\"} wait = 10s throttle = 2/h\n"
	"	quiet = \"21:00-05:00 Africa/Tripoli\" }\n"
	"alert late { topics = {libya} when = {\"sources>=3\", \"score>=9\"} digest-to = {\"file:c\"}\n"
	"	digest = {\"09:00\"} zone = Europe/Berlin send = {\"file:a\"} throttle = 5/d\n"
	"	escalate-to = {\"file:b\"} escalate-after = 2d }\n"
	"alert digest { query = \"killed OR truce\" digest = {\"12:15\"} send = {\"file:b\"} }\n";

static uint64_t dice;

static unsigned roll(unsigned n)
{
	dice = dice * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(dice >> 33) % n;
}

/* The newest row of each id, as the store has them. */
struct stored {
	struct nw_map rows;
};

static void store(struct stored *s, const struct nw_outcome *outcome)
{
	for (size_t i = 0; i < outcome->n_rows; i++)
		(void)nw_map_put(&s->rows, outcome->rows[i].id, &outcome->rows[i]);
}

static bool has_rule(const struct rig *r, struct nw_str name)
{
	for (size_t i = 0; i < r->rules->n; i++) {
		if (nw_str_eq(r->rules->rule[i].config->name, name))
			return true;
	}
	return false;
}

/* What the engine has not read: all of a new one, of another what came back. */
static void restore(struct nw_alerts *alerts, const struct stored *s)
{
	struct nw_str rule;

	while ((rule = nw_alerts_unread(alerts)).n) {
		nw_map_each (&s->rows, slot) {
			const struct nw_incident_row *row = slot->value;

			if (nw_str_eq(row->rule, rule))
				assert_int_equal(nw_alerts_restore(alerts, row, NULL), NW_OK);
		}
		nw_alerts_restored(alerts, rule);
	}
}

static struct nw_alerts *restored(const struct rig *r, const struct stored *s)
{
	struct nw_alerts *alerts = nw_alerts_new(r->rules);

	restore(alerts, s);
	return alerts;
}

/* As nw_journal_close_incidents. */
static void close_gone(const struct rig *r, const struct stored *s)
{
	nw_map_each (&s->rows, slot) {
		struct nw_incident_row *row = slot->value;

		if (has_rule(r, row->rule) || nw_str_eq(row->state, NW_STR("closed")))
			continue;
		row->state = NW_STR("closed");
		row->changed_s = r->now_s;
	}
}

static struct nw_event any_event(const struct rig *r)
{
	static const char *const titles[] = {"Raid on Sirte kills 12", "Raid on Sirte kills 8",
		"Raid near Sirte killed 12, Haftar says", "No raid on Sirte, Haftar says",
		"Truce in Sirte"};
	const unsigned story = 1 + roll(40), article = story * 100 + roll(8);
	struct nw_event e = rig_article(r, story, article);
	struct nw_tag *tag = NW_ARENA_NEW(r->arena, struct nw_tag);

	e.kind = roll(20) == 0 ? NW_KIND_CANCEL : roll(4) == 0 ? NW_KIND_UPDATE : NW_KIND_ITEM;
	e.version = e.kind == NW_KIND_ITEM ? 1 : 2 + roll(4);
	e.title = nw_str(titles[roll(5)]);
	e.story.sources = 1 + roll(12);
	e.story.articles = e.story.sources + roll(9);
	e.story.is_copy = roll(3) == 0;
	e.story.alike = roll(4) ? 100 : 40;
	e.backfill = roll(30) == 0;
	*tag = *e.tags;
	tag->score = roll(12);
	e.tags = tag;
	if (roll(6) == 0)
		e.tags = NULL;
	return e;
}

/* What happens in one step, to either engine alike. */
struct step {
	struct nw_event event;
	unsigned what;
	struct nw_str incident;
};

static void take(const struct rig *r, struct nw_alerts *alerts, const struct step *step,
	struct nw_outcome *outcome)
{
	nw_alerts_tick(alerts, r->arena, r->now_s, outcome);
	if (step->what == 0 || step->what > 45)
		(void)nw_alerts_mute(alerts, r->arena, nw_str(step->what & 1 ? "late" : "all"),
			step->what > 47 ? 0 : r->now_s + 7200, r->now_s, outcome);
	else if (step->what == 1)
		(void)nw_alerts_ack(
			alerts, r->arena, step->incident, NW_STR("ada"), r->now_s, outcome);
	else
		nw_alerts_consider(alerts, r->arena, &step->event, r->now_s, outcome);
}

static void assert_str(struct nw_str a, struct nw_str b)
{
	assert_int_equal(a.n, b.n);
	if (a.n)
		assert_memory_equal(a.p, b.p, a.n);
}

static void assert_same(const struct nw_outcome *a, const struct nw_outcome *b)
{
	assert_int_equal(a->n_letters, b->n_letters);
	assert_int_equal(a->n_rows, b->n_rows);
	assert_int_equal(a->n_changes, b->n_changes);
	for (size_t i = 0; i < a->n_letters; i++) {
		assert_str(a->letters[i].key, b->letters[i].key);
		assert_str(a->letters[i].transition, b->letters[i].transition);
		assert_str(a->letters[i].payload, b->letters[i].payload);
	}
	for (size_t i = 0; i < a->n_rows; i++) {
		assert_str(a->rows[i].id, b->rows[i].id);
		assert_str(a->rows[i].state, b->rows[i].state);
		assert_str(a->rows[i].body, b->rows[i].body);
	}
	for (size_t i = 0; i < a->n_changes; i++) {
		assert_str(a->changes[i].incident, b->changes[i].incident);
		assert_str(a->changes[i].why, b->changes[i].why);
	}
}

/* What no order of events may bring about. */
static void assert_sound(struct nw_map *keys, const struct nw_outcome *outcome)
{
	for (size_t i = 0; i < outcome->n_letters; i++)
		assert_null(nw_map_put(keys, outcome->letters[i].key, &outcome->letters[i]));
}

/* Both engines take other rules, and what is stored of those that came back. */
static void reload(struct rig *r, struct nw_alerts *const engines[2], struct stored *stored)
{
	struct nw_rules *old_rules = r->rules;
	struct nw_config *old_config = r->config;
	struct nw_outcome outcomes[2] = {{0}, {0}};
	char text[4096];

	(void)snprintf(text, sizeof(text), CHANNELS "%s",
		has_rule(r, NW_STR("all")) ? other_rules : rules);
	assert_int_equal(rig_load(r, text), NW_OK);
	for (size_t i = 0; i < 2; i++)
		nw_alerts_set_rules(engines[i], r->arena, r->rules, r->now_s, &outcomes[i]);
	assert_same(&outcomes[0], &outcomes[1]);
	store(stored, &outcomes[0]);
	close_gone(r, stored);
	for (size_t i = 0; i < 2; i++)
		restore(engines[i], stored);
	nw_rules_free(old_rules);
	nw_config_free(old_config);
}

static size_t run(struct rig *r, uint64_t seed)
{
	struct nw_alerts *never = nw_alerts_new(r->rules), *often = nw_alerts_new(r->rules);
	struct stored stored = {{0}};
	struct nw_map keys = {0};
	size_t letters = 0;

	dice = seed;
	restore(never, &stored);
	restore(often, &stored);
	for (unsigned i = 0; i < STEPS; i++) {
		struct nw_outcome one = {0}, other = {0};
		struct step step = {.event = any_event(r), .what = roll(50)};

		step.incident = nw_arena_printf(r->arena, "all/%032x", 1 + roll(40));
		r->now_s += roll(3) ? roll(120) : roll(20) ? roll(3000) : roll(100000);
		step.event.unix_ms = r->now_s * 1000;
		step.event.published.unix_s = r->now_s - 60;
		if (roll(12) == 0) {
			nw_alerts_free(often);
			often = restored(r, &stored);
		}
		if (roll(40) == 0)
			reload(r, (struct nw_alerts *const[]){never, often}, &stored);
		assert_int_equal(nw_alerts_next(never), nw_alerts_next(often));
		take(r, never, &step, &one);
		take(r, often, &step, &other);
		assert_same(&one, &other);
		assert_sound(&keys, &one);
		store(&stored, &other);
		letters += one.n_letters;
	}
	nw_alerts_free(never);
	nw_alerts_free(often);
	nw_map_clear(&stored.rows);
	nw_map_clear(&keys);
	return letters;
}

static void stopped_anywhere_it_tells_the_same(void **state)
{
	struct rig *r = *state;

	rig_begin(r, rules);
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		assert_true(run(r, seed) > 50);
}

static void rows_that_nobody_wrote_are_refused(void **state)
{
	static const struct {
		const char *state, *body;
	} rows[] = {{"first", "nonsense"}, {"first", "[]"}, {"asleep", "{}"}, {"rule", "7"}};
	struct rig *r = *state;

	rig_begin(r, rules);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct nw_incident_row row = {.id = NW_STR("all/1"),
			.rule = NW_STR("all"),
			.story = NW_STR("1"),
			.state = nw_str(rows[i].state),
			.body = nw_str(rows[i].body)};
		struct nw_error error = {0};

		assert_int_equal(nw_alerts_restore(r->alerts, &row, &error), NW_E_SYNTAX);
		assert_true(error.text[0]);
	}
	assert_int_equal(nw_alerts_count(r->alerts), 0);
}

/* Rows come in the order of their ids: it is that of no queue. */
static void a_long_queue_is_restored_before_anybody_gives_up(void **state)
{
	enum { QUEUED = 60000 };
	struct rig *r = *state;
	struct nw_str before = {0};
	json_t *payload;

	rig_begin(r, "alert flash { topics = {libya} send = {\"file:a\"} digest = {\"13:00\"} }\n");
	nw_alerts_free(r->alerts);
	r->alerts = nw_alerts_new(r->rules);
	(void)alarm(100); /* a bound: one at a time into its place takes many minutes */
	for (unsigned i = 0; i < QUEUED; i++) {
		const unsigned number = (i * 2654435761U) % QUEUED + 1;
		const struct nw_str story = rig_id(r, i + 1);
		const struct nw_incident_row row = {.rule = NW_STR("flash"),
			.story = story,
			.id = nw_arena_printf(r->arena, "flash/%.*s", NW_ARG(story)),
			.state = NW_STR("held"),
			.changed_s = r->now_s,
			.body = nw_arena_printf(r->arena,
				"{\"last\":%lld,\"queued\":%u,\"rest\":true,\"queued_for\":[\"first\"],"
				"\"face\":{\"article\":{\"title\":\"%06u\"}}}",
				(long long)r->now_s, number, number)};

		assert_int_equal(nw_alerts_restore(r->alerts, &row, NULL), NW_OK);
	}
	rig_report(r, QUEUED + 1, QUEUED + 2, 1); /* sets the time */
	rig_clear(r);
	rig_pass(r, 3600);
	(void)alarm(0);
	assert_int_equal(r->outcome.n_letters, 1);
	assert_int_equal(nw_json_parse(r->outcome.letters[0].payload, &payload, NULL), NW_OK);
	for (size_t i = 0; i < json_array_size(json_object_get(payload, "items")); i++) {
		const struct nw_str title = nw_json_get_str(
			json_array_get(json_object_get(payload, "items"), i), "title");

		assert_true(nw_str_cmp(before, title) <= 0);
		before = title;
	}
	json_decref(payload);
}

/* A flood of what was told pushes out nothing that somebody is still to be told of. */
static void what_is_to_be_told_is_forgotten_last(void **state)
{
	struct rig *r = *state;

	rig_begin(r, "alert flash { topics = {libya} send = {\"file:a\"} wait = 1h }\n");
	rig_report(r, 1, 1, 1);
	for (unsigned i = 2; i <= NW_INCIDENTS_MAX; i++) {
		const struct nw_str story = rig_id(r, i);
		const struct nw_incident_row row = {.rule = NW_STR("flash"),
			.story = story,
			.id = nw_arena_printf(r->arena, "flash/%.*s", NW_ARG(story)),
			.state = NW_STR("first"),
			.changed_s = r->now_s + 10,
			.body = nw_arena_printf(r->arena, "{\"last\":%lld}", (long long)r->now_s)};

		assert_int_equal(nw_alerts_restore(r->alerts, &row, NULL), NW_OK);
	}
	r->now_s += 20;
	rig_report(r, NW_INCIDENTS_MAX + 1, NW_INCIDENTS_MAX + 1, 1);
	assert_int_equal(nw_alerts_count(r->alerts), NW_INCIDENTS_MAX);
	rig_clear(r);
	rig_pass(r, 3600);
	rig_told(r, "first>file:a first>file:a");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		TEST(stopped_anywhere_it_tells_the_same),
		TEST(rows_that_nobody_wrote_are_refused),
		TEST(what_is_to_be_told_is_forgotten_last),
		TEST(a_long_queue_is_restored_before_anybody_gives_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
