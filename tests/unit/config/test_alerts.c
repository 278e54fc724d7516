#include "base/arena.h"
#include "config/alert.h"
#include "rig.h"

static enum nw_err load_alerts(struct place *p, const char *alerts)
{
	put(p, "alerts.d/a.conf", alerts);
	return load(p);
}

static int setup(void **state)
{
	static const char *const dirs[] = {"feeds.d", "alerts.d", NULL};
	struct place *p = make_place(dirs);

	put(p, "feeds.d/a.conf", "feed \"sirte-post\" { url = \"https://example.org/\" }\n");
	put(p, "alerts.d/secret", "s3cret\n");
	set_mode(p, "alerts.d/secret", 0600);
	put(p, "alerts.d/open", "s3cret\n");
	set_mode(p, "alerts.d/open", 0644);
	*state = p;
	return 0;
}

static void a_rule_is_read_with_all_that_it_may_say(void **state)
{
	struct place *p = *state;
	const struct nw_config_alert *a;

	if (load_alerts(p,
		    "alert \"libya-flash\" {\n"
		    "	topics   = {\"libya\", \"ceasefire\"}   # all of them\n"
		    "	query    = 'Sirte OR \"Wadi Harawah\"'\n"
		    "	when     = {\"new-story\", \"sources>=3\", \"score >= 9\", \"cancel\"}\n"
		    "	send     = {\"mail:desk\", \"file:x\"}\n"
		    "	digest   = {\"18:00\", \"07:00\"}\n"
		    "	digest-to = {\"file:x\"}\n"
		    "	wait     = 90s\n"
		    "	throttle = 6/h\n"
		    "	quiet    = \"22:00-06:30 Africa/Tripoli\"\n"
		    "	except   = \"sources>=5\"\n"
		    "	languages = {en, ar}\n	feeds = {sirte-post}\n	min-score = 3\n"
		    "	max-age = 6h\n	escalate-after = 10m\n	escalate-to = {\"file:x\"}\n}\n"
		    "channel \"mail:desk\" {\n"
		    "	to = {\"desk@example.org\", \"Night <night@example.org>\"}\n"
		    "	from = newswire@example.org\n	server = \"smtps://mail.example.org:465\"\n"
		    "	user = newswire\n	password-file = secret\n	fallback = \"file:x\"\n"
		    "	tls = required\n	ca = open\n}\n"
		    "channel \"file:x\" { path = \"alerts.jsonl\" }\n") != NW_OK)
		fail_msg("%d: %s", p->error.line, p->error.text);
	a = nw_config_alert(p->config, NW_STR("libya-flash"));
	assert_non_null(a);
	assert_int_equal(a->topics.n, 2);
	assert_string_equal(a->query.p, "Sirte OR \"Wadi Harawah\"");
	assert_int_equal(a->n_when, 4);
	assert_int_equal(a->when[1].kind, NW_CONDITION_SOURCES);
	assert_int_equal(a->when[1].n, 3);
	assert_int_equal(a->when[2].kind, NW_CONDITION_SCORE);
	assert_int_equal(a->when[2].n, 9);
	assert_int_equal(a->n_digests, 2);
	assert_int_equal(a->digest_min[0], 7 * 60);
	assert_int_equal(a->digest_min[1], 18 * 60);
	assert_int_equal(a->wait_s, 90);
	assert_int_equal(a->throttle_n, 6);
	assert_int_equal(a->throttle_per_s, 3600);
	assert_int_equal(a->quiet_from_min, 22 * 60);
	assert_int_equal(a->quiet_to_min, 6 * 60 + 30);
	assert_string_equal(a->zone.p, "Africa/Tripoli");
	assert_true(a->has_except && a->except.n == 5);
	assert_int_equal(a->max_age_s, 6 * 3600);
	assert_int_equal(a->escalate_after_s, 600);
	assert_int_equal(
		nw_config_alert_place(a, offsetof(struct nw_config_alert, topics), 1).line, 2);
	assert_int_equal(
		nw_config_alert_place(a, offsetof(struct nw_config_alert, topics), 1).column, 24);
}

static void what_is_not_said_is_the_default(void **state)
{
	struct place *p = *state;
	const struct nw_config_alert *a;
	const struct nw_config_channel *c;

	assert_int_equal(load_alerts(p,
				 "alert a { topics = {libya} send = {\"exec:x\"} }\n"
				 "channel \"exec:x\" { argv = {\"/bin/true\", \"\"} }\n"),
		NW_OK);
	a = nw_config_alert(p->config, NW_STR("a"));
	assert_int_equal(a->n_when, 4);
	assert_int_equal(a->when[0].kind, NW_CONDITION_NEW_STORY);
	assert_int_equal(a->max_age_s, 86400);
	assert_int_equal(a->escalate_after_s, 1800);
	assert_int_equal(a->wait_s, 0);
	assert_int_equal(a->throttle_n, 0);
	assert_int_equal(a->quiet_from_min, a->quiet_to_min);
	assert_string_equal(a->zone.p, "UTC");
	c = nw_config_channel(p->config, NW_STR("exec:x"));
	assert_string_equal(nw_arena_str(p->config->arena, c->type).p, "exec");
	assert_int_equal(c->argv.n, 2);
	assert_int_equal(c->timeout_ms, 30000);
	assert_null(nw_config_channel(p->config, NW_STR("exec:y")));
}

#define A "alert a { topics = {x} send = {\"file:f\"} "
#define F "channel \"file:f\" { path = f }\n"
#define M "channel \"mail:x\" { to = {\"a@b\"} from = c@d server = \"smtp://e\" "

/* A file, and where in it stands what is wrong with it; column 0: anywhere. */
struct wrong {
	const char *text;
	int line, column;
	const char *says;
};

static void hold_wrong(struct place *p, const struct wrong *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(load_alerts(p, rows[i].text), NW_E_SYNTAX);
		if (!strstr(p->error.text, rows[i].says))
			fail_msg("%s: %s", rows[i].text, p->error.text);
		if (rows[i].column && p->error.column != rows[i].column)
			fail_msg("%s: column %d", rows[i].text, p->error.column);
		assert_int_equal(p->error.line, rows[i].line);
		assert_non_null(strstr(p->error.file, "alerts.d/a.conf"));
	}
}

static void what_is_wrong_with_a_rule_is_told_with_its_place(void **state)
{
	static const struct wrong rows[] = {
		{A "wait = soon }\n" F, 1, 42, "bad duration 'soon' for wait"},
		{A "throttle = 6/w }\n" F, 1, 42, "bad value '6/w' for throttle"},
		{A "throttle = 0/h }\n" F, 1, 42, "for throttle"},
		{A "quiet = \"22:00-6:30\" }\n" F, 1, 42, "two times of day"},
		{A "quiet = \"22:00-24:00\" }\n" F, 1, 42, "two times of day"},
		{A "quiet = \"22:00-22:00\" }\n" F, 1, 42, "two times of day"},
		{A "zone = \"../../etc/passwd\" }\n" F, 1, 42, "for zone"},
		{A "\n when = {new-story,\n  \"sources>3\"} }\n" F, 3, 0, "bad value 'sources>3'"},
		{A "when = {\"score>=0\"} }\n" F, 1, 42, "bad value 'score>=0'"},
		{A "when = {update} }\n" F, 1, 50, "no first report"},
		{A "escalate-after = 1h }\n" F, 1, 59, "escalate-after without anybody"},
		{"alert a { topics = {libya} digest = {\"07:00\"} digest-to = {\"file:f\"}\n"
		 " throttle = 6/h }\n" F,
			2, 13, "throttle without send"},
		{"alert a { topics = {libya} digest = {\"07:00\"} digest-to = {\"file:f\"}\n"
		 " quiet = \"22:00-06:30\" }\n" F,
			2, 11, "quiet without send"},
		{"alert a { topics = {libya} digest = {\"07:00\"} digest-to = {\"file:f\"}\n"
		 " wait = 90s }\n" F,
			2, 9, "wait without send"},
		{"alert \"A b\" { topics = {libya} send = {\"file:f\"}\n}\n" F, 1, 8,
			"bad alert name"},
		{A "when = {\"new-story>=2\"} }\n" F, 1, 42, "for when"},
		{A "digest = {\"7:00\"} }\n" F, 1, 42, "time of day"},
		{A "digest-to = {\"file:f\"} }\n" F, 1, 0, "digest-to without a time"},
		{A "except = \"sources>=5\" }\n" F, 1, 0, "except without quiet"},
		{A "except = \"new-story\" quiet = \"01:00-02:00\" }\n" F, 1, 0, "for except"},
		{A "min-score = many }\n" F, 1, 42, "bad number"},
		{A "colour = red }\n" F, 1, 0, "no such option 'colour'"},
		{A "feeds = {nobody} }\n" F, 1, 51, "unknown feed 'nobody'"},
		{A "languages = {English} }\n" F, 1, 42, "for languages"},
		{A "escalate-to = {\"file:g\"} }\n" F, 1, 58, "unknown channel 'file:g'"},
		{A "}\n", 1, 33, "unknown channel 'file:f'"},
		{A "} " A "}\n" F, 1, 0, "'a' stands twice"},
		{"alert a { topics = {x} }\n", 1, 0, "nobody to tell"},
		{"alert a { send = {\"file:f\"} }\n" F, 1, 0, "neither topics nor query"},
		{"alert \"A B\" { topics = {x} send = {\"file:f\"} }\n" F, 1, 0, "bad alert name"},
		{"alert a { topics = {\"a b\"} send = {\"file:f\"} }\n" F, 1, 11, "for topics"},
	};

	hold_wrong(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void what_is_wrong_with_a_channel_is_told_with_its_place(void **state)
{
	static const struct wrong rows[] = {
		{"channel \"pigeon:x\" { path = x }\n", 1, 10, "bad channel name"},
		{"\n\nchannel \"file\" {\n path = x\n}\n", 3, 10, "bad channel name"},
		{"channel \"file\" { path = x }\n", 1, 0, "bad channel name"},
		{"channel \"file:x\" { }\n", 1, 0, "has no path"},
		{"channel \"file:x\" { path = x\n url = \"https://example.org\" }\n", 2, 0,
			"takes no url"},
		{"channel \"webhook:x\" { preset = irc }\n", 1, 23, "for preset"},
		{"channel \"webhook:x\" { preset = slack }\n", 1, 0, "has no url|url-file"},
		{"channel \"webhook:x\" { url = \"ftp://example.org\" }\n", 1, 0, "for url"},
		{"channel \"webhook:x\" { url = \"https://u:p@example.org\" }\n", 1, 0,
			"bad value for url"},
		{"channel \"ntfy:x\" { url-file = nowhere }\n", 1, 0, "no such file for url-file"},
		{"channel \"ntfy:x\" { url-file = open }\n", 1, 0, "anybody may read"},
		{"channel \"mail:x\" { to = {\"a@b\"} from = c@d }\n", 1, 0, "has no server"},
		{"channel \"mail:x\" { to = {\"a@b\\nBcc: c@d\"} from = c@d server = "
		 "\"smtp://e\" }\n",
			1, 0, "for to"},
		{"channel \"mail:x\" { to = {\"a@b\"} from = c@d server = \"smtp://u:p@e\" }\n", 1,
			0, "for server"},
		{M "user = u }\n", 1, 0, "a name without a password"},
		{M "password-file = secret }\n", 1, 0, "a password without a name"},
		{M "tls = maybe }\n", 1, 0, "write required, or offered"},
		{M "ca = nowhere }\n", 1, 0, "no such file for ca"},
		{"channel \"file:x\" { path = y ca = open }\n", 1, 0, "takes no ca"},
		{"channel \"ntfy:x\" { url = \"http://example.org/t\" password-file = secret }\n",
			1, 0, "where others can read it"},
		{"channel \"file:x\" { path = \"a/../../b\" }\n", 1, 0, "without '..'"},
		{"channel \"file:x\" { path = x fallback = \"file:y\" }\n", 1, 0,
			"unknown channel 'file:y' as fallback"},
		{"channel \"file:x\" { path = x fallback = \"file:y\" }\n"
		 "channel \"file:y\" { path = y fallback = \"file:x\" }\n",
			1, 0, "comes back to itself"},
	};

	hold_wrong(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_secret_may_go_where_only_this_machine_reads_it_in_the_clear(void **state)
{
	static const char *const safe[] = {"https://example.org/x", "HTTPS://example.org",
		"smtps://e", "http://localhost:80/x", "http://127.8.0.1/", "http://[::1]:8080/x"};
	static const char *const open[] = {"http://example.org/x", "smtp://e",
		"http://localhost.example.org/", "http://127.0.0.1.example.org/", "http://[::2]/",
		"http://10.0.0.1/", "x"};

	(void)state;
	for (size_t i = 0; i < sizeof(safe) / sizeof(safe[0]); i++)
		assert_true(nw_config_is_secure(nw_str(safe[i])));
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
		assert_false(nw_config_is_secure(nw_str(open[i])));
}

static void one_name_stands_once_in_all_files(void **state)
{
	struct place *p = *state;

	put(p, "alerts.d/b.conf", A "}\n");
	assert_int_equal(load_alerts(p, A "}\n" F), NW_E_SYNTAX);
	assert_non_null(strstr(p->error.file, "b.conf"));
	assert_non_null(strstr(p->error.text, "alert 'a' stands twice: first in "));
}

static void no_directory_is_no_rules_but_a_named_one_must_be_there(void **state)
{
	struct place *p = *state;
	char path[128];

	assert_int_equal(load_alerts(p, ""), NW_OK);
	assert_int_equal(p->config->n_alerts, 0);
	(void)snprintf(path, sizeof(path), "%s/alerts.d/a.conf", p->dir);
	assert_int_equal(remove(path), 0);
	put(p, "newswired.conf", "alerts = \"nowhere\"\n");
	p->complaints = 0;
	nw_config_free(p->config);
	assert_int_equal(
		nw_config_load(p->file, &(struct nw_complain){on_complaint, p}, &p->config),
		NW_E_SYNTAX);
	assert_int_equal(p->complaints, 1);
}

static void a_secret_is_read_from_a_file_or_a_credential_only(void **state)
{
	struct place *p = *state;
	struct nw_arena *a = nw_arena_new();
	struct nw_error error = {0};
	struct nw_str secret;

	assert_int_equal(nw_secret_read(a, nw_arena_printf(a, "%s/alerts.d/secret", p->dir),
				 &secret, &error),
		NW_OK);
	assert_string_equal(nw_arena_str(a, secret).p, "s3cret");
	assert_int_equal(
		nw_secret_read(a, nw_arena_printf(a, "%s/alerts.d/open", p->dir), &secret, &error),
		NW_E_SYSTEM);
	assert_null(strstr(error.text, "s3cret"));
	/* NOLINTBEGIN(concurrency-mt-unsafe): there are no threads */
	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
	assert_int_equal(
		nw_secret_read(a, NW_STR("credential:secret"), &secret, &error), NW_E_SYSTEM);
	assert_int_equal(
		setenv("CREDENTIALS_DIRECTORY", nw_arena_printf(a, "%s/alerts.d", p->dir).p, 1), 0);
	/* NOLINTEND(concurrency-mt-unsafe) */
	assert_int_equal(nw_secret_read(a, NW_STR("credential:secret"), &secret, &error), NW_OK);
	assert_int_equal(
		nw_secret_read(a, NW_STR("credential:../secret"), &secret, &error), NW_E_SYNTAX);
	put(p, "alerts.d/secret", "two\nlines\n");
	assert_int_equal(
		nw_secret_read(a, NW_STR("credential:secret"), &secret, &error), NW_E_SYNTAX);
	assert_null(strstr(error.text, "two"));
	put(p, "alerts.d/secret", "\n");
	assert_int_equal(
		nw_secret_read(a, NW_STR("credential:secret"), &secret, &error), NW_E_SYNTAX);
	nw_arena_free(a);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_rule_is_read_with_all_that_it_may_say),
		TEST(what_is_not_said_is_the_default),
		TEST(what_is_wrong_with_a_rule_is_told_with_its_place),
		TEST(what_is_wrong_with_a_channel_is_told_with_its_place),
		cmocka_unit_test(a_secret_may_go_where_only_this_machine_reads_it_in_the_clear),
		TEST(one_name_stands_once_in_all_files),
		TEST(no_directory_is_no_rules_but_a_named_one_must_be_there),
		TEST(a_secret_is_read_from_a_file_or_a_credential_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
