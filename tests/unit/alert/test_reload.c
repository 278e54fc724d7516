/* Rules that change while something waits by them, that go and come back. */
#include "rig.h"

#include "base/json.h"

#define RULE(more) "alert flash { topics = {libya} send = {\"file:a\"} " more " }\n"
#define OTHER "alert other { topics = {none} send = {\"file:b\"} }\n"
#define HOUR_S INT64_C(3600)

static void quiet_hours_that_are_taken_out_hold_nothing(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("quiet = \"11:00-10:00\""));
	rig_report(r, 1, 1, 1);
	rig_reload(r, RULE("quiet = \"11:00-13:00\""));
	rig_told(r, "");
	rig_pass(r, HOUR_S);
	rig_told(r, "first>file:a");
	rig_reload(r, RULE("quiet = \"11:00-10:00\""));
	rig_report(r, 2, 2, 1);
	rig_told(r, "");
	rig_reload(r, RULE(""));
	rig_told(r, "first>file:a");
}

static void a_wait_that_is_shorter_is_over_sooner(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("wait = 1d"));
	rig_report(r, 1, 1, 1);
	rig_reload(r, RULE("wait = 10m"));
	rig_pass(r, 599);
	rig_told(r, "");
	rig_pass(r, 1);
	rig_told(r, "first>file:a");
}

static void a_digest_comes_at_the_times_of_the_rule_as_it_is(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("digest = {\"11:00\"}"));
	rig_report(r, 1, 1, 1);
	rig_reload(r, RULE("digest = {\"13:00\"}"));
	rig_pass(r, HOUR_S);
	rig_told(r, "digest-2026-11-21T13:00:00Z>file:a");
	r->now_s += 10; /* it is late: that is no reason to wait for the next one */
	rig_report(r, 2, 2, 1);
	r->now_s += 24 * HOUR_S;
	rig_reload(r, RULE("digest = {\"13:00\"}"));
	rig_pass(r, 1);
	rig_told(r, "digest-2026-11-22T13:00:00Z>file:a");
}

static void the_throttle_keeps_its_window(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("throttle = 3/h"));
	for (unsigned i = 1; i <= 3; i++) {
		rig_report(r, i, i, 1);
		rig_pass(r, 600);
	}
	rig_clear(r);
	rig_reload(r, RULE("throttle = 2/h")); /* the newest two count: of 12:10 and 12:20 */
	rig_report(r, 4, 4, 1);
	rig_pass(r, 2399);
	rig_told(r, "");
	rig_pass(r, 1);
	rig_told(r, "digest-2026-11-21T13:10:00Z>file:a");
}

/* What the store has of rules: the newest row of each id. */
static void restore_closed(struct rig *r, const struct nw_outcome *saved)
{
	struct nw_str rule;

	while ((rule = nw_alerts_unread(r->alerts)).n) {
		for (size_t i = saved->n_rows; i-- > 0;) {
			struct nw_incident_row row = saved->rows[i];
			bool is_newest = nw_str_eq(row.rule, rule);

			for (size_t k = i + 1; k < saved->n_rows; k++)
				is_newest = is_newest && !nw_str_eq(saved->rows[k].id, row.id);
			row.state = NW_STR("closed");
			row.changed_s = r->now_s;
			if (is_newest)
				assert_int_equal(nw_alerts_restore(r->alerts, &row, NULL), NW_OK);
		}
		nw_alerts_restored(r->alerts, rule);
	}
}

static void a_rule_that_comes_back_knows_what_it_told(void **state)
{
	struct nw_outcome saved;
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE(""));
	assert_true(nw_alerts_unread(r->alerts).n);
	restore_closed(r, &r->outcome);
	e = rig_article(r, 1, 1);
	e.title = NW_STR("Raid kills 12");
	rig_consider(r, &e);
	e.kind = NW_KIND_UPDATE;
	e.version = 2;
	e.title = NW_STR("Raid kills 20");
	rig_consider(r, &e);
	saved = r->outcome;
	rig_told(r, "first>file:a correction-1>file:a");
	rig_reload(r, OTHER);
	assert_string_equal(nw_alerts_unread(r->alerts).p, "other");
	rig_reload(r, RULE("") OTHER);
	assert_int_equal(nw_alerts_count(r->alerts), 0);
	restore_closed(r, &saved);
	assert_int_equal(nw_alerts_count(r->alerts), 1);
	e.version = 3;
	e.title = NW_STR("Raid kills 31");
	rig_consider(r, &e);
	rig_told(r, "correction-2>file:a");
}

static void what_waited_when_its_rule_went_is_not_told_when_it_comes_back(void **state)
{
	struct nw_outcome saved;
	struct rig *r = *state;

	rig_begin(r,
		RULE("digest = {\"18:00\"} digest-to = {\"file:b\"} escalate-to = {\"file:c\"}"));
	restore_closed(r, &r->outcome);
	rig_report(r, 1, 1, 1);
	saved = r->outcome;
	rig_clear(r);
	rig_reload(r, OTHER);
	rig_reload(r,
		RULE("digest = {\"18:00\"} digest-to = {\"file:b\"} escalate-to = {\"file:c\"}"));
	restore_closed(r, &saved);
	rig_pass(r, 24 * HOUR_S);
	rig_told(r, "");
	rig_report(r, 1, 2, 2); /* it goes on */
	rig_told(r, "reopened-1>file:a");
}

static void what_was_held_when_its_rule_went_is_not_told_either(void **state)
{
	struct nw_outcome saved;
	struct rig *r = *state;

	rig_begin(r, RULE("quiet = \"11:00-13:00\""));
	restore_closed(r, &r->outcome);
	rig_report(r, 1, 1, 1);
	saved = r->outcome;
	rig_reload(r, OTHER);
	rig_reload(r, RULE("quiet = \"11:00-13:00\""));
	restore_closed(r, &saved);
	rig_pass(r, 24 * HOUR_S);
	rig_told(r, "");
}

static void a_start_under_a_lower_throttle_counts_the_newest(void **state)
{
	struct rig *r = *state;
	const int64_t noon_s = (rig_begin(r, RULE("throttle = 2/h")), r->now_s);
	const struct nw_incident_row row = {.id = NW_STR("flash/"),
		.rule = NW_STR("flash"),
		.story = NW_STR(""),
		.state = NW_STR("rule"),
		.body = nw_arena_printf(r->arena, "{\"told_at\":[%lld,%lld,%lld]}",
			(long long)noon_s - 3599, (long long)noon_s - 60, (long long)noon_s - 30),
		.changed_s = noon_s};

	assert_int_equal(nw_alerts_restore(r->alerts, &row, NULL), NW_OK);
	rig_report(r, 1, 1, 1);
	rig_pass(r, HOUR_S - 61);
	rig_told(r, "");
	rig_pass(r, 1);
	assert_int_equal(r->outcome.n_letters, 1);
	rig_clear(r);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		TEST(quiet_hours_that_are_taken_out_hold_nothing),
		TEST(a_wait_that_is_shorter_is_over_sooner),
		TEST(a_digest_comes_at_the_times_of_the_rule_as_it_is),
		TEST(the_throttle_keeps_its_window),
		TEST(a_rule_that_comes_back_knows_what_it_told),
		TEST(what_waited_when_its_rule_went_is_not_told_when_it_comes_back),
		TEST(what_was_held_when_its_rule_went_is_not_told_either),
		TEST(a_start_under_a_lower_throttle_counts_the_newest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
