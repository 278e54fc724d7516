/* Which reports an incident has, and who was told of which of them. */
#include "rig.h"

#define RULE(more) "alert flash { topics = {libya} send = {\"file:a\"} " more " }\n"

static struct nw_event version(const struct rig *r, unsigned number, const char *title)
{
	struct nw_event e = rig_article(r, 1, 1);

	e.kind = NW_KIND_UPDATE;
	e.version = number;
	e.title = nw_str(title);
	return e;
}

static void cancel(struct rig *r, unsigned story, unsigned article, unsigned left)
{
	struct nw_event e = rig_article(r, story, article);

	e.kind = NW_KIND_CANCEL;
	e.version = 9;
	e.story.articles = e.story.sources = left;
	rig_consider(r, &e);
}

/* The letters since the last clear are of these articles, by the end of their ids. */
static void rig_of(const struct rig *r, size_t n, const char *const *articles)
{
	assert_int_equal(r->outcome.n_letters, n);
	for (size_t i = 0; i < n; i++) {
		const struct nw_str want =
			nw_arena_printf(r->arena, "\"id\":\"%032x\"", (unsigned)atoi(articles[i]));
		const char *article = strstr(r->outcome.letters[i].payload.p, "\"article\":");

		assert_non_null(article);
		assert_non_null(strstr(article, want.p));
		assert_true(strstr(article, want.p) - article < 20);
	}
}

static void a_report_that_was_told_before_another_one_is_withdrawn_too(void **state)
{
	static const char *const told[] = {"1"};
	struct rig *r = *state;

	rig_begin(r, RULE(""));
	rig_report(r, 1, 1, 1);
	rig_pass(r, INT64_C(2) * 86400);
	rig_report(r, 1, 2, 2);
	rig_told(r, "first>file:a reopened-1>file:a");
	cancel(r, 1, 1, 1);
	rig_of(r, 1, told);
	rig_told(r, "withdrawn-1>file:a");
	cancel(r, 1, 2, 0);
	rig_told(r, "withdrawn-2>file:a");
}

static void what_stands_after_a_withdrawal_is_told(void **state)
{
	static const char *const told[] = {"1", "2"};
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE("wait = 1m"));
	rig_report(r, 1, 1, 1);
	rig_pass(r, 60);
	rig_report(r, 1, 2, 2);
	rig_told(r, "first>file:a");
	cancel(r, 1, 1, 1);
	rig_of(r, 2, told);
	assert_non_null(strstr(r->outcome.letters[1].payload.p, "\"extract\":[["));
	rig_told(r, "withdrawn-1>file:a reopened-1>file:a");
	e = rig_article(r, 1, 2);
	e.kind = NW_KIND_UPDATE;
	e.version = 2;
	e.title = NW_STR("No truce in Sirte, 14 killed");
	rig_consider(r, &e);
	rig_told(r, "correction-1>file:a");
	cancel(r, 1, 2, 0);
	rig_told(r, "withdrawn-2>file:a");
	e = rig_article(r, 1, 3);
	e.story.is_copy = true; /* of what was taken back */
	rig_consider(r, &e);
	rig_told(r, "");
	rig_report(r, 1, 4, 2);
	rig_told(r, "reopened-2>file:a");
}

static void what_takes_the_place_of_a_report_is_told_as_whole(void **state)
{
	static const char *const told[] = {"2"};
	struct rig *r = *state;

	rig_begin(r, RULE("wait = 10m"));
	rig_report(r, 1, 1, 1);
	rig_report(r, 1, 2, 2);
	cancel(r, 1, 1, 1);
	rig_pass(r, 600);
	rig_of(r, 1, told);
	assert_non_null(strstr(r->outcome.letters[0].payload.p, "\"extract\":[["));
	assert_non_null(strstr(r->outcome.letters[0].payload.p, "\"why\":[{"));
	rig_told(r, "first>file:a");
	{
		struct nw_event e = rig_article(r, 1, 2);

		e.kind = NW_KIND_UPDATE;
		e.version = 2;
		e.published.unix_s += 60; /* the same words */
		rig_consider(r, &e);
	}
	rig_told(r, "");
}

static void what_is_withdrawn_comes_in_no_digest(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("digest = {\"18:00\"} digest-to = {\"file:b\"}"));
	rig_report(r, 1, 1, 1);
	cancel(r, 1, 1, 0);
	rig_told(r, "first>file:a withdrawn-1>file:a");
	rig_pass(r, 86400);
	rig_told(r, "");
	rig_report(r, 2, 2, 1);
	rig_report(r, 2, 3, 2);
	cancel(r, 2, 2, 1);
	rig_clear(r);
	rig_pass(r, 86400);
	assert_null(strstr(r->outcome.letters[0].payload.p, "https://example.org/2"));
	rig_told(r, "digest-2026-11-22T18:00:00Z>file:b"); /* of what stands */
	cancel(r, 2, 3, 0);
	rig_told(r, "withdrawn-2>file:a withdrawn-2>file:b");
}

static void what_was_reverted_while_it_was_held_is_not_told(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE("quiet = \"22:00-06:30\""));
	e = rig_article(r, 1, 1);
	e.title = NW_STR("Raid on Sirte kills 12");
	rig_consider(r, &e);
	rig_told(r, "first>file:a");
	rig_pass(r, INT64_C(11) * 3600);
	e = version(r, 2, "Raid on Sirte kills 20");
	rig_consider(r, &e);
	e = version(r, 3, "Raid on Sirte kills 12");
	rig_consider(r, &e);
	rig_pass(r, INT64_C(9) * 3600);
	rig_told(r, "");
	e = version(r, 4, "Raid on Sirte kills 31");
	rig_consider(r, &e);
	assert_non_null(strstr(r->outcome.letters[0].payload.p, "kills 12"));
	assert_null(strstr(r->outcome.letters[0].payload.p, "kills 20"));
	rig_told(r, "correction-1>file:a");
}

static void a_correction_of_what_is_withdrawn_is_not_told(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(
		r, RULE("quiet = \"22:00-06:30\" escalate-to = {\"file:c\"} escalate-after = 20h"));
	e = rig_article(r, 1, 1);
	e.title = NW_STR("Raid on Sirte kills 12");
	rig_consider(r, &e);
	rig_told(r, "first>file:a");
	rig_pass(r, INT64_C(11) * 3600);
	e = version(r, 2, "Raid on Sirte kills 20");
	rig_consider(r, &e);
	cancel(r, 1, 1, 0);
	rig_pass(r, 86400);
	rig_told(r, "withdrawn-1>file:a"); /* nor is it escalated */
}

static void items_of_a_digest_have_the_names_that_were_told(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r,
		RULE("when = {new-story, update, grew} throttle = 2/h digest = {\"18:00\"} "
		     "digest-to = {\"file:b\"}"));
	rig_report(r, 1, 1, 1);
	e = version(r, 2, "Five killed as truce in Sirte breaks near Benghazi");
	rig_consider(r, &e);
	rig_report(r, 1, 2, 3); /* stopped */
	rig_told(r, "first>file:a update-1>file:a");
	rig_pass(r, INT64_C(7) * 3600);
	rig_told(r, "digest-2026-11-21T18:00:00Z>file:b");
	e = version(r, 3, "Five killed as truce in Sirte breaks near Benghazi, 17 hurt");
	rig_consider(r, &e);
	rig_told(r, "update-2>file:a");
	rig_report(r, 1, 3, 5);
	rig_told(r, "grew-5>file:a");
	rig_pass(r, INT64_C(23) * 3600);
	assert_non_null(strstr(r->outcome.letters[0].payload.p, "\"update-2\""));
	rig_clear(r);
	rig_report(r, 1, 4, 10);
	rig_told(r, "grew-10>file:a");
	rig_pass(r, 86400);
	assert_non_null(strstr(r->outcome.letters[0].payload.p, "\"grew-10\""));
}

static void what_was_told_at_once_is_not_told_by_the_throttle_again(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("throttle = 1/h digest = {\"18:00\"}"));
	rig_report(r, 1, 1, 1);
	rig_report(r, 1, 2, 3); /* stopped */
	rig_told(r, "first>file:a");
	rig_pass(r, 3600);
	rig_report(r, 1, 3, 5);
	rig_told(r, "grew-5>file:a");
	rig_pass(r, 86400);
	rig_told(r, "");
}

/* As rows were until 2026-11-22: the report that is shown by itself, a bit for the whole of a digest. */
static void rows_of_the_form_before_are_read(void **state)
{
	static const char *const told[] = {"1", "2"};
	struct rig *r = *state;
	struct nw_event e;
	const struct nw_str body = nw_arena_printf(r->arena,
		"{\"last\":1795262400,\"told\":1795262400,\"sources\":2,\"messages\":{\"first\":1},"
		"\"queued\":1,\"rest\":true,\"queued_for\":[\"grew\"],\"told_to\":[\"file:b\"],"
		"\"face\":{\"article\":{\"id\":\"%032x\",\"version\":1,\"title\":\"Raid kills 12\"},"
		"\"extract\":[],\"why\":[],\"lead\":\"\"},"
		"\"reports\":[{\"id\":\"%032x\",\"version\":1},{\"id\":\"%032x\",\"version\":1}]}",
		1U, 1U, 2U);
	const struct nw_incident_row row = {.id = nw_arena_printf(r->arena, "flash/%032x", 1U),
		.rule = NW_STR("flash"),
		.story = rig_id(r, 1),
		.state = NW_STR("first"),
		.body = body,
		.changed_s = 1795262400};

	rig_begin(r, RULE("throttle = 1/h"));
	assert_int_equal(nw_alerts_restore(r->alerts, &row, NULL), NW_OK);
	e = version(r, 2, "Raid kills 20");
	e.body = NW_STR("");
	rig_consider(r, &e);
	rig_told(r, "correction-1>file:b");
	cancel(r, 1, 1, 1);
	rig_of(r, 2, told);
	rig_told(r, "withdrawn-1>file:b reopened-1>file:a");
}

static void a_closed_story_does_not_grow_by_a_new_version(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE(""));
	rig_report(r, 1, 1, 1);
	rig_told(r, "first>file:a");
	rig_pass(r, 86400);
	e = version(r, 2, "Five killed as truce in Sirte breaks");
	e.story.articles = e.story.sources = 4;
	rig_consider(r, &e);
	rig_told(r, "");
}

static void a_message_counts_what_stands_and_says_that_it_grew(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE("quiet = \"22:00-06:30\" wait = 1m"));
	rig_report(r, 1, 1, 1);
	rig_report(r, 1, 2, 2);
	cancel(r, 1, 2, 1);
	rig_pass(r, 60);
	assert_non_null(strstr(r->outcome.letters[0].payload.p, "\"articles\":1,\"sources\":1"));
	rig_told(r, "first>file:a");
	rig_pass(r, INT64_C(11) * 3600);
	rig_report(r, 1, 3, 3);
	e = version(r, 2, "No truce in Sirte, 14 killed");
	e.story.articles = e.story.sources = 3;
	rig_consider(r, &e);
	rig_pass(r, INT64_C(9) * 3600);
	rig_told(r, "correction-1>file:a");
}

static void a_correction_is_of_what_was_told_last(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE(""));
	e = rig_article(r, 1, 1);
	e.title = NW_STR("Raid on Sirte kills 12");
	rig_consider(r, &e);
	e = version(r, 2, "Raid on Sirte kills 20");
	rig_consider(r, &e);
	e = version(r, 3, "Raid on Sirte kills 12");
	rig_consider(r, &e);
	assert_non_null(strstr(r->outcome.letters[2].payload.p, "\"old\":\"on Sirte kills 20\""));
	rig_told(r, "first>file:a correction-1>file:a correction-2>file:a");
}

static void what_was_told_before_takes_the_place_of_what_is_withdrawn(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE(""));
	rig_report(r, 1, 1, 1);
	rig_report(r, 1, 2, 2);
	rig_pass(r, INT64_C(2) * 86400);
	rig_report(r, 1, 3, 2);
	cancel(r, 1, 1, 2);
	rig_told(r, "first>file:a reopened-1>file:a withdrawn-1>file:a");
	rig_pass(r, INT64_C(2) * 86400);
	rig_report(r, 1, 4, 2);
	rig_told(r, "reopened-2>file:a");
	cancel(r, 1, 4, 2); /* that of before stands, and was told; 2 never was, and is old */
	rig_told(r, "withdrawn-2>file:a");
}

static void a_report_that_was_told_is_not_given_up_for_others(void **state)
{
	struct rig *r = *state;

	rig_begin(r, RULE("when = {new-story}"));
	for (unsigned i = 1; i <= 20; i++)
		rig_report(r, 1, i, i);
	rig_told(r, "first>file:a");
	rig_pass(r, INT64_C(2) * 86400);
	rig_report(r, 1, 21, 21);
	cancel(r, 1, 1, 20);
	rig_told(r, "reopened-1>file:a withdrawn-1>file:a");
	cancel(r, 1, 21, 19);
	assert_int_equal(r->outcome.n_letters, 2); /* and one that stands */
	rig_clear(r);
}

static void a_near_copy_is_no_source_of_its_own(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE("wait = 1m"));
	rig_report(r, 1, 1, 1);
	e = rig_article(r, 1, 2);
	e.story.is_copy = true;
	e.story.articles = 2;
	rig_consider(r, &e);
	rig_pass(r, 60);
	assert_null(strstr(r->outcome.letters[0].payload.p, "https://example.org/2"));
	rig_told(r, "first>file:a");
}

static void what_stands_again_before_its_withdrawal_was_told_is_as_it_was(void **state)
{
	struct rig *r = *state;
	struct nw_event e;

	rig_begin(r, RULE("quiet = \"22:00-06:30\""));
	e = rig_article(r, 1, 1);
	e.title = NW_STR("Raid on Sirte kills 12");
	rig_consider(r, &e);
	rig_told(r, "first>file:a");
	rig_pass(r, INT64_C(11) * 3600);
	rig_report(r, 1, 2, 2);
	cancel(r, 1, 1, 1);
	e = version(r, 10, "Raid on Sirte kills 20");
	e.story.articles = e.story.sources = 2;
	rig_consider(r, &e);
	rig_pass(r, INT64_C(9) * 3600);
	assert_non_null(strstr(r->outcome.letters[0].payload.p, "kills 12"));
	rig_told(r, "correction-1>file:a"); /* neither that it was taken back nor the other one */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_report_that_was_told_before_another_one_is_withdrawn_too),
		TEST(what_stands_after_a_withdrawal_is_told),
		TEST(what_takes_the_place_of_a_report_is_told_as_whole),
		TEST(what_is_withdrawn_comes_in_no_digest),
		TEST(what_was_reverted_while_it_was_held_is_not_told),
		TEST(a_correction_of_what_is_withdrawn_is_not_told),
		TEST(items_of_a_digest_have_the_names_that_were_told),
		TEST(what_was_told_at_once_is_not_told_by_the_throttle_again),
		TEST(rows_of_the_form_before_are_read),
		TEST(a_closed_story_does_not_grow_by_a_new_version),
		TEST(a_message_counts_what_stands_and_says_that_it_grew),
		TEST(a_correction_is_of_what_was_told_last),
		TEST(what_was_told_before_takes_the_place_of_what_is_withdrawn),
		TEST(a_report_that_was_told_is_not_given_up_for_others),
		TEST(a_near_copy_is_no_source_of_its_own),
		TEST(what_stands_again_before_its_withdrawal_was_told_is_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
