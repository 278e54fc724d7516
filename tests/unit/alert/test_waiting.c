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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		TEST(an_escalation_may_come_after_days),
		TEST(what_a_digest_told_first_is_escalated_too),
		TEST(what_was_acknowledged_before_it_was_told_is_not_escalated),
		TEST(a_mute_puts_an_escalation_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
