/* Rules against what only others know: topics, the queries' language, zones. */
#include "rig.h"

#include "tag/load.h"

#define F "channel \"file:f\" { path = f }\n"

static struct nw_topics *topics(void)
{
	static const struct nw_topic_file files[] = {
		{{"libya.topic", 11}, {"topic libya\n[match]\nLibya\n", 26}},
		{{"a.topic", 7}, {"topic oil/gas\n[match]\nmethane\n", 30}}};
	struct nw_topics *t = NULL;
	struct nw_error error = {0};

	(void)error;
	assert_int_equal(nw_topics_build("/nowhere", files, 1, NULL, &t), NW_OK);
	return t;
}

static void what_cannot_be_met_is_told_with_its_place(void **state)
{
	static const struct {
		const char *rule;
		int line, column;
		const char *says;
	} rows[] = {
		{"alert a {\n topics = {libya,\n  libia} send = {\"file:f\"} }\n", 3, 3,
			"directory of the topics for 'libia'"},
		{"alert a {\n query = \"Sirte AND\"\n send = {\"file:f\"} }\n", 2, 11, ""},
		{"alert a {\n query = \"Sirte AND Hun OR Waddan\"\n send = {\"file:f\"} }\n", 2, 0,
			""},
		{"alert a {\n query = \"@nobody\"\n send = {\"file:f\"} }\n", 2, 11, "nobody"},
		{"alert a {\n topics = {libya} zone = Mars/Olympus send = {\"file:f\"} }\n", 2, 26,
			"no such zone"},
		{"alert a {\n topics = {libya} send = {\"file:f\"}\n"
		 " quiet = \"22:00-06:30 Mars/Olympus\" }\n",
			3, 11, "no such zone"},
		{"alert a { topics = {libya} send = {\"file:f\"} }\n"
		 "channel \"webhook:w\" { url = \"https://example.org\"\n template = broken }\n",
			3, 13, "broken': "},
		{"alert a { topics = {libya} send = {\"file:f\"} }\n"
		 "channel \"webhook:w\" { url = \"https://example.org\"\n template = odd }\n",
			3, 13, "{{titel}}"},
	};
	struct rig *r = *state;
	const struct nw_complain complain = {rig_complain, r};
	struct nw_topics *known = topics();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[1024];
		struct nw_rules *rules;

		(void)snprintf(text, sizeof(text), "%s" F, rows[i].rule);
		rig_write(r, "alerts.d/a.conf", text);
		rig_write(r, "alerts.d/broken", "{\"text\": ");
		rig_write(r, "alerts.d/odd", "{\"text\": \"{{titel}}\"}");
		nw_config_free(r->config);
		r->complaints = 0;
		assert_int_equal(nw_config_load(r->file, &complain, &r->config), NW_OK);
		assert_int_equal(
			nw_rules_compile(r->config, known, &complain, &rules), NW_E_SYNTAX);
		assert_null(rules);
		assert_true(r->complaints >= 1);
		if (!strstr(r->error.text, rows[i].says) || r->error.line != rows[i].line ||
			(rows[i].column && r->error.column < rows[i].column))
			fail_msg("%s: %d:%d %s", rows[i].rule, r->error.line, r->error.column,
				r->error.text);
		assert_non_null(strstr(r->error.file, "alerts.d/a.conf"));
	}
	nw_topics_free(known);
}

static void the_least_score_of_all_topics_counts(void **state)
{
	struct rig *r = *state;
	struct nw_event e;
	struct nw_tag libya = {.name = NW_STR("libya/haftar"), .score = 4},
		      more = {.next = &libya, .name = NW_STR("libya"), .score = 8},
		      oil = {.next = &more, .name = NW_STR("oil"), .score = 6};
	double score = 0;

	rig_begin(r,
		"alert a { topics = {libya, oil} min-score = 6 send = {\"file:a\"} }\n"
		"alert b { feeds = {} query = \"Sirte\" send = {\"file:a\"} }\n");
	e = rig_article(r, 1, 1);
	assert_false(nw_rule_meets(&r->rules->rule[0], &e, NULL, &score));
	e.tags = &oil;
	assert_true(nw_rule_meets(&r->rules->rule[0], &e, NULL, &score));
	assert_int_equal((int)score, 6);
	oil.score = 5;
	assert_false(nw_rule_meets(&r->rules->rule[0], &e, NULL, &score));
	assert_false(nw_rule_meets(&r->rules->rule[1], &e, NULL, &score));
	assert_true(nw_rule_meets(
		&r->rules->rule[1], &e, nw_rules_ask(r->rules, &e, r->arena), &score));
	assert_int_equal((int)score, 8);
}

static void age_is_counted_from_when_it_was_seen(void **state)
{
	struct rig *r = *state;
	struct nw_event e;
	double score;

	rig_begin(r, "alert a { topics = {libya} max-age = 1h send = {\"file:a\"} }\n");
	e = rig_article(r, 1, 1);
	e.published.unix_s = r->now_s - 3600;
	assert_true(nw_rule_meets(&r->rules->rule[0], &e, NULL, &score));
	e.published.unix_s--;
	assert_false(nw_rule_meets(&r->rules->rule[0], &e, NULL, &score));
	e.published = (struct nw_when){0};
	assert_true(nw_rule_meets(&r->rules->rule[0], &e, NULL, &score));
	e.published = (struct nw_when){r->now_s + 86400, 0, NW_WHEN_SECOND};
	assert_true(nw_rule_meets(&r->rules->rule[0], &e, NULL, &score));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_cannot_be_met_is_told_with_its_place),
		TEST(the_least_score_of_all_topics_counts),
		TEST(age_is_counted_from_when_it_was_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
