/* What waits, for an acknowledgement, the throttle or the end of a mute, and what becomes of it. */
#include "rig.h"

#define RULE(more) "alert flash { topics = {libya} send = {\"file:a\"} " more " }\n"
#define HOUR_S INT64_C(3600)

static void mute(struct rig *r, int64_t until_s)
{
	assert_true(nw_alerts_mute(
		r->alerts, r->arena, NW_STR("flash"), until_s, r->now_s, &r->outcome));
}

static void acknowledge(struct rig *r, unsigned story)
{
	assert_true(
		nw_alerts_ack(r->alerts, r->arena, nw_arena_printf(r->arena, "flash/%032x", story),
			NW_STR("ada"), r->now_s, &r->outcome));
}

static void an_escalation_may_come_after_days(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("escalate-to = {\"file:b\"} escalate-after = 2d"));
	rig_report(r, 1, 1, 1);
	rig_report(r, 2, 2, 1);
	rig_clear(r);
	acknowledge(r, 2);
	rig_pass(r, 48 * HOUR_S - 1);
	rig_state(r, "flash", 2, "closed");
	rig_told(r, "");
	rig_pass(r, 1);
	rig_state(r, "flash", 1, "closed"); /* at once, then */
	rig_told(r, "escalation>file:b");
}

static void what_a_digest_told_first_is_escalated_too(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("throttle = 1/h escalate-to = {\"file:b\"} escalate-after = 10m"));
	rig_report(r, 1, 1, 1);
	rig_report(r, 2, 2, 1);
	rig_told(r, "first>file:a");
	rig_pass(r, 2 * HOUR_S);
	rig_told(r, "escalation>file:b digest-2026-11-21T13:00:00Z>file:a escalation>file:b");
}

static void what_was_acknowledged_before_it_was_told_is_not_escalated(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("wait = 5m escalate-to = {\"file:b\"} escalate-after = 10m"));
	rig_report(r, 1, 1, 1);
	acknowledge(r, 1);
	rig_pass(r, HOUR_S);
	rig_told(r, "first>file:a");
	rig_pass(r, 30 * HOUR_S);
	rig_report(r, 1, 2, 2); /* of which nobody has heard */
	rig_pass(r, HOUR_S);
	rig_told(r, "reopened-1>file:a escalation-2>file:b");
}

static void a_mute_puts_an_escalation_off(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("escalate-to = {\"file:b\"} escalate-after = 10m"));
	rig_report(r, 1, 1, 1);
	rig_told(r, "first>file:a");
	mute(r, r->now_s + 100 * HOUR_S);
	rig_pass(r, 100 * HOUR_S - 1);
	rig_told(r, "");
	rig_pass(r, 1);
	rig_told(r, "escalation>file:b");
}

static void a_digest_waits_for_the_end_of_a_mute_however_it_ends(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("digest = {\"18:00\"}"));
	rig_report(r, 1, 1, 1);
	mute(r, r->now_s + 168 * HOUR_S);
	rig_pass(r, 7 * HOUR_S);
	rig_told(r, "");
	mute(r, 0);
	rig_pass(r, 1);
	rig_told(r, "digest-2026-11-21T18:00:00Z>file:a");
	rig_report(r, 2, 2, 1);
	mute(r, r->now_s + 30 * HOUR_S);
	rig_pass(r, 30 * HOUR_S - 1);
	rig_told(r, "");
	rig_pass(r, 1);
	rig_told(r, "digest-2026-11-22T18:00:00Z>file:a");
}

static void an_escalation_that_a_mute_holds_outlasts_the_day(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("escalate-to = {\"file:b\"} escalate-after = 30m"));
	rig_report(r, 1, 1, 1);
	rig_told(r, "first>file:a");
	mute(r, r->now_s + 480 * HOUR_S);
	rig_pass(r, 60 * HOUR_S);
	rig_told(r, "");
	mute(r, 0);
	rig_told(r, "escalation>file:b");
}

static void what_the_throttle_stops_is_not_told_in_quiet_hours(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("throttle = 1/h quiet = \"22:00-06:30\""));
	rig_pass(r, 9 * HOUR_S + 1800);
	rig_report(r, 1, 1, 1);
	rig_report(r, 2, 2, 1);
	rig_told(r, "first>file:a");
	rig_pass(r, 9 * HOUR_S - 1);
	rig_told(r, "");
	rig_pass(r, 1);
	rig_told(r, "digest-2026-11-22T06:30:00Z>file:a");
}

static void a_digest_that_nothing_is_left_for_takes_no_room(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE("throttle = 1/h"));
	rig_report(r, 1, 1, 1);
	rig_report(r, 2, 2, 1);
	e = rig_article(r, 2, 2);
	e.kind = NW_KIND_CANCEL;
	rig_consider(r, &e);
	rig_told(r, "first>file:a");
	rig_pass(r, HOUR_S);
	rig_report(r, 3, 3, 1);
	rig_told(r, "first>file:a");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		TEST(an_escalation_may_come_after_days),
		TEST(what_a_digest_told_first_is_escalated_too),
		TEST(what_was_acknowledged_before_it_was_told_is_not_escalated),
		TEST(a_mute_puts_an_escalation_off),
		TEST(a_digest_waits_for_the_end_of_a_mute_however_it_ends),
		TEST(an_escalation_that_a_mute_holds_outlasts_the_day),
		TEST(what_the_throttle_stops_is_not_told_in_quiet_hours),
		TEST(a_digest_that_nothing_is_left_for_takes_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
