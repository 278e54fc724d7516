#include "rig.h"

#include "base/json.h"

#define RULE(more) "alert flash { topics = {libya} send = {\"file:a\"} " more " }\n"

static void a_first_report_is_told_once(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE(""));
	rig_report(r, 1, 1, 1);
	rig_state(r, "flash", 1, "first");
	rig_told(r, "first>file:a");
	rig_report(r, 1, 2, 2);
	rig_report(r, 1, 2, 2); /* the same once more */
	rig_told(r, "");
	rig_report(r, 2, 3, 1);
	rig_told(r, "first>file:a");
}

static void what_never_alerts_does_not(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE("languages = {en} feeds = {} min-score = 5"));
	e = rig_article(r, 1, 1);
	e.backfill = true;
	rig_consider(r, &e);
	e = rig_article(r, 1, 1);
	e.published.unix_s = r->now_s - 86401;
	rig_consider(r, &e);
	e = rig_article(r, 1, 1);
	e.published.unix_s = r->now_s - INT64_C(2) * 86400 - 1;
	e.published.precision = NW_WHEN_DAY;
	rig_consider(r, &e);
	e = rig_article(r, 1, 1);
	e.tags = NULL;
	rig_consider(r, &e);
	e = rig_article(r, 1, 1);
	e.language = NW_STR("fr");
	rig_consider(r, &e);
	e = rig_article(r, 1, 1);
	e.kind = NW_KIND_UPDATE;
	e.version = 2;
	e.first_published = (struct nw_when){r->now_s - 86401, 0, NW_WHEN_SECOND};
	rig_consider(r, &e);
	rig_told(r, "");
	assert_int_equal(nw_alerts_count(r->alerts), 0);
	e = rig_article(r, 1, 1);
	e.language = NW_STR("en-GB");
	e.published.unix_s = r->now_s - INT64_C(2) * 86400;
	e.published.precision = NW_WHEN_DAY; /* a day ago at its end */
	rig_consider(r, &e);
	rig_told(r, "first>file:a");
}

static void steps_of_growth_are_told_once_each_and_the_highest_alone(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE(""));
	rig_report(r, 1, 1, 1);
	rig_report(r, 1, 2, 2);
	rig_told(r, "first>file:a");
	rig_report(r, 1, 3, 3);
	rig_state(r, "flash", 1, "grew");
	rig_told(r, "grew-3>file:a");
	rig_report(r, 1, 4, 4);
	rig_report(r, 1, 5, 11);
	rig_told(r, "grew-10>file:a");
	rig_report(r, 1, 6, 2);
	rig_report(r, 1, 7, 12);
	rig_told(r, "");
}

static void clock_set_back_makes_nobody_wait_for_years(void **state)
{
	struct rig *r = *state;
	const int64_t noon_s = (rig_begin(r, RULE("throttle = 1/h")), r->now_s);

	r->now_s = noon_s + INT64_C(3650) * 86400;
	rig_report(r, 1, 1, 1);
	rig_report(r, 2, 2, 1); /* waits for the throttle */
	rig_told(r, "first>file:a");
	r->now_s = noon_s;
	nw_alerts_tick(r->alerts, r->arena, r->now_s, &r->outcome);
	assert_true(nw_alerts_next(r->alerts) <= noon_s + 3600);
	rig_pass(r, 3600);
	assert_int_equal(r->outcome.n_letters, 1);
	assert_true(nw_str_starts(r->outcome.letters[0].transition, NW_STR("digest-2026-11-21")));
}

static void clock_set_back_lets_go_what_is_held(void **state)
{
	struct rig *r = *state;
	const int64_t noon_s = (rig_begin(r, RULE("wait = 90s")), r->now_s);

	r->now_s = noon_s + INT64_C(2) * 86400;
	rig_report(r, 1, 1, 1);
	r->now_s = noon_s;
	nw_alerts_tick(r->alerts, r->arena, r->now_s, &r->outcome);
	rig_told(r, "");
	rig_pass(r, 90);
	rig_told(r, "first>file:a");
}

static void digest_of_a_time_that_came_before_has_a_key_of_its_own(void **state)
{
	struct rig *r = *state;
	const int64_t noon_s = (rig_begin(r, RULE("digest = {\"13:00\"}")), r->now_s);
	struct nw_str key;

	rig_report(r, 1, 1, 1);
	rig_pass(r, 7200);
	assert_int_equal(r->outcome.n_letters, 1);
	key = r->outcome.letters[0].key;
	rig_clear(r);
	r->now_s = noon_s;
	rig_report(r, 2, 2, 1);
	rig_pass(r, 7200);
	assert_int_equal(r->outcome.n_letters, 1);
	assert_false(nw_str_eq(r->outcome.letters[0].key, key));
}

struct listed {
	size_t n;
	int64_t before_s;
};

static void list(void *arg, const struct nw_incident_row *row)
{
	struct listed *l = arg;

	assert_true(!l->n || row->changed_s <= l->before_s);
	l->before_s = row->changed_s;
	l->n++;
}

static void those_who_look_see_what_changed_last(void **state)
{
	struct rig *r = *state;
	struct listed l = {0};

	rig_begin(r, RULE(""));
	for (unsigned i = 1; i <= 50; i++) {
		rig_report(r, i, i, 1);
		r->now_s++;
	}
	rig_report(r, 7, 100, 2);
	nw_alerts_newest(r->alerts, 10, list, &l);
	assert_int_equal(l.n, 10);
	assert_int_equal(l.before_s, r->now_s - 9);
}

/* Every minute another number, for ten hours. */
static void whoever_corrects_without_end_is_told_now_and_then(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE("throttle = 6/h"));
	e = rig_article(r, 1, 1);
	e.title = NW_STR("Raid on Sirte kills 6");
	rig_consider(r, &e);
	for (unsigned i = 0; i < 600; i++) {
		rig_pass(r, 60);
		e = rig_article(r, 1, 1);
		e.kind = NW_KIND_UPDATE;
		e.version = i + 2;
		e.title = nw_arena_printf(r->arena, "Raid on Sirte kills %u", i + 7);
		rig_consider(r, &e);
	}
	assert_in_range(r->outcome.n_letters, 10, 20);
	rig_clear(r);
	rig_pass(r, 21600);
	assert_int_equal(r->outcome.n_letters, 1); /* and the last of them is not lost */
}

static void whoever_withdraws_without_end_is_told_now_and_then(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE(""));
	for (unsigned i = 0; i < 600; i++) {
		rig_pass(r, 60);
		e = rig_article(r, 1, 1);
		e.version = i + 1;
		e.kind = i % 2 ? NW_KIND_CANCEL : NW_KIND_ITEM;
		rig_consider(r, &e);
	}
	assert_in_range(r->outcome.n_letters, 6, 20);
}

static void an_id_in_a_title_is_not_that_article(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE("when = {\"sources>=2\"}"));
	e = rig_article(r, 1, 1);
	e.title = nw_arena_printf(r->arena, "Not %.*s at all", NW_ARG(rig_id(r, 2)));
	rig_consider(r, &e);
	rig_told(r, "");
	rig_report(r, 1, 2, 2);
	rig_told(r, "first>file:a");
}

static void a_condition_holds_the_first_report_back(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("when = {\"sources>=3\", \"score>=9\"}"));
	rig_report(r, 1, 1, 1);
	rig_state(r, "flash", 1, "new");
	rig_report(r, 1, 2, 2);
	rig_told(r, "");
	rig_report(r, 1, 3, 3);
	rig_told(r, "first>file:a");
	{
		struct nw_event e = rig_article(r, 2, 4);
		struct nw_tag tag = {.name = NW_STR("libya/haftar"), .score = 9};

		e.tags = &tag;
		rig_consider(r, &e);
	}
	rig_told(r, "first>file:a");
}

static void a_burst_is_gathered(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("wait = 90s"));
	rig_report(r, 1, 1, 1);
	rig_pass(r, 60);
	rig_report(r, 1, 2, 4);
	rig_state(r, "flash", 1, "new");
	rig_pass(r, 29);
	rig_told(r, "");
	rig_pass(r, 1);
	rig_told(r, "first>file:a");
	rig_report(r, 1, 3, 5);
	rig_told(r, "grew-5>file:a"); /* 3 was told with the first */
}

static void quiet_hours_hold_and_do_not_lose(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("quiet = \"22:00-06:30\" zone = Africa/Tripoli except = \"sources>=5\""));
	rig_pass(r, INT64_C(9) * 3600); /* 21:00 UTC is 23:00 there */
	rig_report(r, 1, 1, 1);
	rig_state(r, "flash", 1, "held");
	rig_report(r, 2, 2, 1);
	rig_report(r, 2, 3, 5);
	rig_told(r, "first>file:a"); /* the exception */
	rig_until(r, nw_when_from_civil((struct nw_civil){2026, 11, 22, 4, 29, 59}));
	rig_told(r, "");
	rig_pass(r, 1);
	rig_state(r, "flash", 1, "first");
	rig_told(r, "first>file:a");
}

static void what_the_throttle_stops_is_told_together(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("throttle = 2/h"));
	for (unsigned i = 1; i <= 5; i++)
		rig_report(r, i, i, 1);
	rig_state(r, "flash", 5, "held");
	rig_told(r, "first>file:a first>file:a");
	rig_pass(r, 3599);
	rig_told(r, "");
	rig_pass(r, 1);
	assert_int_equal(r->outcome.n_letters, 1);
	assert_non_null(strstr(r->outcome.letters[0].payload.p, "00000005"));
	rig_state(r, "flash", 5, "first");
	rig_told(r, "digest-2026-11-21T13:00:00Z>file:a");
	rig_report(r, 5, 6, 3);
	rig_told(r, "grew-3>file:a");
}

static void a_digest_tells_a_channel_what_it_was_not_told_at_once(void **state)
{
	struct rig *r = *state;

	rig_begin(r,
		RULE("digest-to = {\"file:a\", \"file:b\"} digest = {\"15:00\", \"18:00\"} "
		     "throttle = 1/d"));
	rig_report(r, 1, 1, 1);
	rig_report(r, 2, 2, 1);
	rig_told(r, "first>file:a");
	rig_pass(r, INT64_C(3) * 3600);
	assert_int_equal(r->outcome.n_letters, 2);
	/* the channels that heard nothing get both, the other one the rest */
	assert_non_null(strstr(r->outcome.letters[0].payload.p, "00000001"));
	assert_null(strstr(r->outcome.letters[1].payload.p, "00000001"));
	assert_non_null(strstr(r->outcome.letters[1].payload.p, "00000002"));
	rig_told(r, "digest-2026-11-21T15:00:00Z>file:b digest-2026-11-21T15:00:00Z>file:a");
	rig_pass(r, INT64_C(3) * 3600);
	rig_told(r, "");
}

static void a_digest_without_throttle_is_instead_of_at_once(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("digest = {\"07:00\"} zone = Africa/Tripoli"));
	rig_report(r, 1, 1, 1);
	rig_state(r, "flash", 1, "held");
	rig_told(r, "");
	rig_report(r, 1, 2, 4);
	rig_pass(r, 86400);
	rig_told(r, "digest-2026-11-22T07:00:00+02:00>file:a");
	rig_report(r, 1, 3, 5);
	rig_pass(r, 86400);
	rig_told(r, "digest-2026-11-23T07:00:00+02:00>file:a");
	rig_pass(r, 86400);
	rig_told(r, "");
}

static struct nw_event version(const struct rig *r, unsigned number, const char *title)
{
	struct nw_event e = rig_article(r, 1, 1);

	e.kind = NW_KIND_UPDATE;
	e.version = number;
	e.title = nw_str(title);
	return e;
}

static void a_correction_is_told_with_the_old_and_the_new_words(void **state)
{
	struct rig *r = *state;
	struct nw_event e;
	const char *payload;

	rig_begin(r, RULE(""));
	e = rig_article(r, 1, 1);
	e.title = NW_STR("Raid on Sirte kills 12, officials say");
	rig_consider(r, &e);
	rig_told(r, "first>file:a");
	e = version(r, 2, "Officials say: raid on Sirte kills 12"); /* the same in other words */
	rig_consider(r, &e);
	e = version(r, 3, "Officials say: raid on Sirte kills 12");
	e.published.unix_s += 600; /* only the date moved */
	rig_consider(r, &e);
	rig_told(r, "");
	e = version(r, 4, "Officials say: raid on Sirte kills 8");
	rig_consider(r, &e);
	payload = r->outcome.letters[0].payload.p;
	assert_non_null(strstr(payload, "\"old\":\"on Sirte kills 12, officials say\""));
	assert_non_null(strstr(payload, "\"new\":\"on Sirte kills 8\""));
	rig_state(r, "flash", 1, "corrected");
	rig_told(r, "correction-1>file:a");
	rig_consider(r, &e); /* met again */
	rig_told(r, "");
	e = version(r, 5, "Officials say: raid on Sirte did not kill 8");
	rig_consider(r, &e);
	rig_told(r, "correction-2>file:a");
}

static void an_addition_is_an_update_for_those_who_want_them(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r,
		RULE("when = {new-story, update}") "alert other { topics = {libya} send = "
						   "{\"file:b\"} }\n");
	rig_report(r, 1, 1, 1);
	rig_told(r, "first>file:a first>file:b");
	e = version(r, 2, "Five killed as truce in Sirte breaks, Haftar says");
	rig_consider(r, &e);
	rig_state(r, "flash", 1, "updated");
	rig_told(r, "update-1>file:a");
}

static void a_correction_that_takes_the_topic_away_is_told_still(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE(""));
	rig_report(r, 1, 1, 1);
	rig_told(r, "first>file:a");
	e = version(r, 2, "Five killed as truce in Derna breaks");
	e.tags = NULL;
	e.body = NW_STR("Five people were killed in Derna.");
	rig_consider(r, &e);
	rig_told(r, "correction-1>file:a");
}

static void a_withdrawal_is_told_to_all_who_were_told(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE("when = {new-story} escalate-to = {\"file:c\"} escalate-after = 10m"));
	rig_report(r, 1, 1, 1);
	rig_report(r, 1, 2, 2);
	rig_pass(r, 600);
	rig_told(r, "first>file:a escalation>file:c");
	e = rig_article(r, 1, 2);
	e.kind = NW_KIND_CANCEL;
	e.version = 2;
	rig_consider(r, &e); /* not the one that was shown */
	rig_told(r, "");
	e.id = rig_id(r, 1);
	e.story.id = (struct nw_str){0}; /* of which story it does not say */
	rig_consider(r, &e);
	rig_state(r, "flash", 1, "withdrawn");
	rig_told(r, "withdrawn-1>file:a withdrawn-1>file:c");
}

static void what_is_withdrawn_before_it_was_told_is_not_told(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE("wait = 1m"));
	rig_report(r, 1, 1, 1);
	rig_report(r, 2, 2, 1);
	rig_report(r, 2, 3, 2);
	e = rig_article(r, 1, 1);
	e.kind = NW_KIND_CANCEL;
	rig_consider(r, &e);
	rig_state(r, "flash", 1, "withdrawn");
	e = rig_article(r, 2, 2);
	e.kind = NW_KIND_CANCEL;
	rig_consider(r, &e);
	rig_pass(r, 60);
	assert_int_equal(r->outcome.n_letters, 1);
	assert_non_null(strstr(r->outcome.letters[0].payload.p, "https://example.org/3"));
	rig_told(r, "first>file:a"); /* the other report of the second story stands */
}

static void a_quiet_story_is_closed_reopened_and_forgotten(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE(""));
	rig_report(r, 1, 1, 1);
	rig_told(r, "first>file:a");
	rig_pass(r, 86400 - 1);
	rig_told(r, "");
	rig_pass(r, 1);
	rig_state(r, "flash", 1, "closed");
	rig_told(r, "");
	e = rig_article(r, 1, 2);
	e.story.is_copy = true;
	rig_consider(r, &e);
	rig_told(r, ""); /* a copy opens nothing */
	rig_report(r, 1, 3, 2);
	rig_state(r, "flash", 1, "reopened");
	rig_told(r, "reopened-1>file:a");
	rig_pass(r, 86400);
	rig_state(r, "flash", 1, "closed");
	assert_int_equal(nw_alerts_count(r->alerts), 1);
	rig_pass(r, INT64_C(30) * 86400);
	assert_int_equal(nw_alerts_count(r->alerts), 0);
	assert_int_equal(nw_alerts_next(r->alerts), INT64_MAX);
}

static void mute_is_silent_and_ends(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE(""));
	assert_false(nw_alerts_mute(
		r->alerts, r->arena, NW_STR("none"), r->now_s + 9, r->now_s, &r->outcome));
	assert_true(nw_alerts_mute(
		r->alerts, r->arena, NW_STR("flash"), r->now_s + 600, r->now_s, &r->outcome));
	rig_report(r, 1, 1, 1);
	rig_state(r, "flash", 1, "held");
	rig_pass(r, 600);
	rig_told(r, "");
	rig_report(r, 2, 2, 1);
	rig_told(r, "first>file:a");
	rig_report(r, 1, 3, 2); /* it goes on: news now */
	rig_told(r, "first>file:a");
}

static void mute(struct rig *r, int64_t until_s)
{
	assert_true(nw_alerts_mute(
		r->alerts, r->arena, NW_STR("flash"), until_s, r->now_s, &r->outcome));
}

static void a_mute_that_is_ended_ends_at_once(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE("escalate-to = {\"file:c\"} escalate-after = 5m"));
	rig_report(r, 1, 1, 1);
	rig_report(r, 2, 2, 1);
	rig_told(r, "first>file:a first>file:a");
	mute(r, r->now_s + 86400);
	e = rig_article(r, 1, 1);
	e.kind = NW_KIND_CANCEL;
	e.version = 2;
	rig_consider(r, &e);
	rig_pass(r, 600); /* nobody acknowledged the other one meanwhile */
	rig_told(r, "");
	mute(r, r->now_s + 1800); /* shorter: not yet */
	rig_told(r, "");
	assert_in_range(nw_alerts_next(r->alerts), r->now_s + 1, r->now_s + 1800);
	mute(r, 0);
	assert_int_equal(r->outcome.n_letters, 2);
	rig_clear(r);
	assert_true(nw_alerts_next(r->alerts) > r->now_s + 1800);
	rig_report(r, 3, 3, 1);
	rig_told(r, "first>file:a");
}

static void nobody_acknowledged_is_told_further(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("escalate-to = {\"file:c\"}"));
	rig_report(r, 1, 1, 1);
	rig_report(r, 2, 2, 1);
	rig_clear(r);
	rig_pass(r, 60);
	assert_true(nw_alerts_ack(r->alerts, r->arena, nw_arena_printf(r->arena, "flash/%032x", 2U),
		NW_STR("ada"), r->now_s, &r->outcome));
	assert_false(nw_alerts_ack(
		r->alerts, r->arena, NW_STR("flash/none"), NW_STR("ada"), r->now_s, &r->outcome));
	rig_pass(r, INT64_C(30) * 60 - 61);
	rig_told(r, "");
	rig_pass(r, 1);
	assert_non_null(strstr(r->outcome.letters[0].incident.p, "00000001"));
	rig_told(r, "escalation>file:c");
	rig_pass(r, 3600);
	rig_told(r, "");
}

static void a_query_is_met_by_its_words(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, "alert q { query = '@haftar AND \"Sirte\"' send = {\"file:a\"} }\n");
	e = rig_article(r, 1, 1);
	e.tags = NULL;
	rig_consider(r, &e);
	rig_told(r, "");
	e.body = NW_STR("Hifter spoke in Sirte on Friday.");
	rig_consider(r, &e);
	assert_non_null(strstr(r->outcome.letters[0].payload.p, "{\"match\":\"Hifter\"}"));
	rig_told(r, "first>file:a");
}

static void a_test_reaches_every_channel_of_a_rule(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("escalate-to = {\"file:c\"}"));
	assert_true(nw_alerts_test(r->alerts, r->arena, NW_STR("flash"), r->now_s, &r->outcome));
	assert_false(nw_alerts_test(r->alerts, r->arena, NW_STR("none"), r->now_s, &r->outcome));
	assert_int_equal(r->outcome.n_letters, 2);
	rig_clear(r);
}

static void keys_are_the_same_for_the_same_and_differ_by_channel(void **state)
{
	struct rig *r = *state;
	struct nw_str keys[2];

	rig_begin(r, "alert flash { topics = {libya} send = {\"file:a\", \"file:b\"} }\n");
	rig_report(r, 1, 1, 1);
	keys[0] = r->outcome.letters[0].key;
	keys[1] = r->outcome.letters[1].key;
	assert_false(nw_str_eq(keys[0], keys[1]));
	rig_clear(r);
	nw_alerts_free(r->alerts);
	r->alerts = nw_alerts_new(r->rules);
	r->now_s += 60;
	rig_report(r, 1, 1, 1);
	assert_true(nw_str_eq(keys[0], r->outcome.letters[0].key));
	assert_true(nw_str_eq(keys[1], r->outcome.letters[1].key));
}

static void what_may_not_belong_to_a_story_is_told_by_itself(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE(""));
	rig_report(r, 1, 1, 1);
	e = rig_article(r, 1, 2);
	e.story.articles = e.story.sources = 2;
	e.story.alike = 41;
	rig_consider(r, &e);
	rig_state(r, "flash", 2, "first"); /* under its own id */
	rig_told(r, "first>file:a first>file:a");
	e.kind = NW_KIND_UPDATE;
	e.version = 2;
	e.title = NW_STR("No truce in Sirte, 14 killed");
	rig_consider(r, &e);
	rig_told(r, "correction-1>file:a");
	e.kind = NW_KIND_CANCEL;
	rig_consider(r, &e);
	rig_state(r, "flash", 2, "withdrawn");
	rig_told(r, "withdrawn-1>file:a");
	e = rig_article(r, 1, 3);
	e.story.alike = 41;
	e.story.is_copy = true; /* of what was told: no doubt */
	rig_consider(r, &e);
	rig_report(r, 1, 4, 3);
	rig_state(r, "flash", 1, "grew");
	rig_told(r, "grew-3>file:a");
}

static void rules_may_come_and_go(void **state)
{
	struct rig *r = *state;

	rig_begin(
		r, RULE("throttle = 9/h") "alert gone { topics = {libya} send = {\"file:b\"} }\n");
	rig_report(r, 1, 1, 1);
	assert_int_equal(nw_alerts_count(r->alerts), 2);
	rig_clear(r);
	rig_reload(r, "alert early { topics = {libya} send = {\"file:b\"} }\n" RULE(""));
	assert_int_equal(nw_alerts_count(r->alerts), 1);
	rig_report(r, 1, 2, 3);
	rig_told(r, "first>file:b grew-3>file:a");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_first_report_is_told_once),
		TEST(what_never_alerts_does_not),
		TEST(steps_of_growth_are_told_once_each_and_the_highest_alone),
		TEST(clock_set_back_makes_nobody_wait_for_years),
		TEST(clock_set_back_lets_go_what_is_held),
		TEST(digest_of_a_time_that_came_before_has_a_key_of_its_own),
		TEST(those_who_look_see_what_changed_last),
		TEST(whoever_corrects_without_end_is_told_now_and_then),
		TEST(whoever_withdraws_without_end_is_told_now_and_then),
		TEST(an_id_in_a_title_is_not_that_article),
		TEST(a_condition_holds_the_first_report_back),
		TEST(a_burst_is_gathered),
		TEST(quiet_hours_hold_and_do_not_lose),
		TEST(what_the_throttle_stops_is_told_together),
		TEST(a_digest_tells_a_channel_what_it_was_not_told_at_once),
		TEST(a_digest_without_throttle_is_instead_of_at_once),
		TEST(a_correction_is_told_with_the_old_and_the_new_words),
		TEST(an_addition_is_an_update_for_those_who_want_them),
		TEST(a_correction_that_takes_the_topic_away_is_told_still),
		TEST(a_withdrawal_is_told_to_all_who_were_told),
		TEST(what_is_withdrawn_before_it_was_told_is_not_told),
		TEST(a_quiet_story_is_closed_reopened_and_forgotten),
		TEST(mute_is_silent_and_ends),
		TEST(a_mute_that_is_ended_ends_at_once),
		TEST(nobody_acknowledged_is_told_further),
		TEST(a_query_is_met_by_its_words),
		TEST(a_test_reaches_every_channel_of_a_rule),
		TEST(keys_are_the_same_for_the_same_and_differ_by_channel),
		TEST(what_may_not_belong_to_a_story_is_told_by_itself),
		TEST(rules_may_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
