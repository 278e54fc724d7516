#include "topics.h"

static void what_analysts_type_is_taken(void **state)
{
	static const char *const lines[] = {"word", "\"two words\"", "=LNA", "=\"Exactly So\"",
		"a | b", "a OR b", "a AND b", "a AND NOT b", "a NOT b", "a -b", "(a | b) AND c",
		"a NEAR b", "a NEAR/3 (b | \"c d\")", "a ONEAR/0 b", "a W/5 b", "a PRE/3 b",
		"\"a b c\"~5", "title:word", "title:(a | b)", "lead:a NEAR b", "section:sport*",
		"site:libyaherald.com", "atleast3(a | b)", "para(a AND b)", "sent(a AND NOT b)",
		"first50(a)", "stem(fighting)", "stem(a | \"b c\")", "libya*", "wom?n",
		"\xe2\x80\x9cx y\xe2\x80\x9d", "a |\nb |\nc", "a\n| b", "(a |\n b)", "a AND\nb",
		"a # comment", "\"a # b\""};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		nw_topics_free(build_line(lines[i]));
}

static void what_is_wrong_is_refused_with_place_and_reason(void **state)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{"two words", "t/a.topic:3:5: words side by side; write a phrase in quotes"},
		{"a | b AND c", "t/a.topic:3:3: AND and OR mixed; put brackets"},
		{"a AND b | c", "t/a.topic:3:9: AND and OR mixed"},
		{"(a | b", "t/a.topic:3:1: bracket not closed"},
		{"a | b)", "t/a.topic:3:6: bracket closed that was not opened"},
		{"()", "t/a.topic:3:2: nothing in the brackets"},
		{"\"a b", "t/a.topic:3:1: quote not closed"},
		{"titel:a", "t/a.topic:3:1: unknown field 'titel', do you mean 'title'"},
		{"foo:a", "unknown field 'foo'; there are title"},
		{"title:lead:a", "field within a field"},
		{"@name", "t/a.topic:3:1: unknown set '@name'; do you mean '@names'?"},
		{"@nothing", "unknown set '@nothing'; write [nothing]"},
		{"li*", "t/a.topic:3:3: wildcard needs 3 letters before it: 'li'"},
		{"a?b", "wildcard needs 3 letters"},
		{"lib*ya", "'*' stands at the end of a word: 'lib*ya'"},
		{"*ya", "'*' stands at the end of a word"},
		{"=lib*", "wildcard in an exact word"},
		{"stem(lib*)", "wildcard in stem()"},
		{"stem(@names)", "set in stem()"},
		{"para(sent(para(a AND b)))", "two are enough"},
		{"a NEAR (b AND c)", "NEAR stands between words"},
		{"a NEAR title:b", "field within NEAR"},
		{"atleast2(a AND b)", "atleast counts words"},
		{"atleast(a)", "unknown word before a bracket"},
		{"AND a", "operator with nothing before it"},
		{"a AND", "pattern ends too soon"},
		{"NOT NOT a", "NOT twice"},
		{"NOT a", "line holds for nearly every article"},
		{"a AND para(NOT b)", "para() of nothing but NOT"},
		{"&&", "nothing to look for"},
		{"Х\x61\x66tar", "letters of two scripts in one word"},
		{"a \xe2\x80\xae"
		 "b",
			"bidi control U+202E"},
		{"a \x01", "control character U+0001"},
		{"a \xff", "t/a.topic:3:3: not UTF-8"},
		{"((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))",
			"brackets too deep"},
		{"\"a b c d e f g h i j k l m n o p q\"", "phrase of more than 16 words"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_refused(cases[i].line, cases[i].want);
}

static void assert_topic_refused(const char *topic, const char *set, const char *want)
{
	struct told told;
	struct nw_topics *topics = build(topic, set, &told);

	nw_topics_free(topics);
	if (topics || told.n == 0)
		fail_msg("taken, want '%s'", want);
	if (!strstr(told.text[0], want))
		fail_msg("'%s', want '%s'", told.text[0], want);
}

static void a_topic_is_refused_as_a_whole(void **state)
{
	(void)state;
	assert_topic_refused("", "", "t/a.topic:1:1: no topic line");
	assert_topic_refused("topic Libya\n[match]\na\n", "", "topic's name is not");
	assert_topic_refused("topic a/-b\n[match]\na\n", "", "topic's name is not");
	assert_topic_refused("topic a\n", "", "topic can never fire");
	assert_topic_refused(
		"topic a\ntopic b\n[match]\nc\n", "", "a.topic:2:1: second topic line");
	assert_topic_refused("topic a\nmood good\n", "", "unknown word 'mood'");
	assert_topic_refused(
		"topic a\n[macth]\nb\n", "", "unknown section 'macth', do you mean 'match'");
	assert_topic_refused("topic a\ncode 20000056\n", "", "code without its scheme");
	assert_topic_refused("topic a\n[score]\n5 b\n", "", "no score to reach");
	assert_topic_refused("topic a\nscore 5\n[score]\nb\n", "", "begins with its points");
	assert_topic_refused(
		"topic a\nscore 5\n[score]\n0 b\n", "", "begins with its points, not 0");
	assert_topic_refused("topic a\nscore 5\n[score]\n2 b\n-9 c\n", "",
		"a.topic:2:1: score 5 cannot be reached: all lines together give 4 at most");
	assert_topic_refused("topic a\nscore 3\n[score]\n2 body:b\n", "", "give 2 at most");
	assert_topic_refused(
		"topic a\nscore 0\n[score]\n2 b\n", "", "score is not a number above 0");
	assert_topic_refused("topic a\n[match]\nb\n[tests]\nmaybe b\n", "", "line of [tests] is");
	assert_topic_refused("topic a\n[match]\n@x\n", "[x]\n@y\n[y]\n@x\n", "has itself in it");
	assert_topic_refused("topic a\n[match]\nb\n", "[x]\n", "a.set:1:2: set 'x' is empty");
	assert_topic_refused("topic a\n[match]\nb\n", "word\n", "line before the first set");
	assert_topic_refused(
		"topic a\n[match]\nb\n", "[x]\na\n[x]\nb\n", "set 'x' is there already");
	assert_topic_refused("topic a\n[match]\nb\n", "[X y]\na\n", "set's name is not");
	assert_topic_refused(
		"topic a\n[match]\nb\n[exclude]\nNOT c\n", "", "line excludes nearly every");
}

/* Sets s0, s1 ... each naming the next one `times` times; the last holds a word. */
static void write_sets(char *text, size_t size, int depth, int times)
{
	size_t n = 0;

	for (int i = 0; i < depth; i++) {
		n += (size_t)snprintf(text + n, size - n, "[s%d]\n", i);
		for (int j = 0; j < times; j++)
			n += (size_t)snprintf(text + n, size - n, "@s%d\n", i + 1);
	}
	(void)snprintf(text + n, size - n, "[s%d]\nword\n", depth);
}

static void sets_within_sets_have_an_end(void **state)
{
	static char text[16384];
	struct told told;
	struct nw_topics *topics;

	(void)state;
	write_sets(text, sizeof(text), 10, 2);
	topics = build("topic a\n[match]\n@s0\n", text, &told);
	assert_non_null(topics);
	assert_true(fires_on(topics, "", "a word", ""));
	nw_topics_free(topics);
	write_sets(text, sizeof(text), 100, 1);
	assert_topic_refused("topic a\n[match]\n@s0\n", text, "sets within sets, too deep");
	write_sets(text, sizeof(text), 14, 8);
	assert_topic_refused("topic a\n[match]\n@s0\n", text, "too many names in a set");
}

static void every_problem_is_told(void **state)
{
	struct told told;

	(void)state;
	assert_null(build("topic a\n[match]\n(b\n c d\n@x\n", "[y]\nli*\n", &told));
	assert_int_equal(told.n, 4);
	assert_non_null(strstr(told.text[0], "a.set:2:3"));
	assert_non_null(strstr(told.text[1], "a.topic:3:1"));
	assert_non_null(strstr(told.text[2], "a.topic:4:4"));
	assert_non_null(strstr(told.text[3], "a.topic:5:1"));
}

static void two_topics_of_one_name_are_refused(void **state)
{
	const struct nw_topic_file files[] = {{NW_STR("a.topic"), NW_STR("topic x\n[match]\na\n")},
		{NW_STR("b.topic"), NW_STR("topic x\n[match]\nb\n")}};
	struct told told = {.n = 0};
	const struct nw_complain complain = {on_problem, &told};
	struct nw_topics *topics;

	(void)state;
	assert_int_equal(nw_topics_build("t", files, 2, &complain, &topics), NW_E_SYNTAX);
	assert_null(topics);
	assert_int_equal(told.n, 1);
	assert_non_null(strstr(told.text[0], "topic 'x' is there already"));
}

static void a_directory_that_is_not_there_is_told(void **state)
{
	struct told told = {.n = 0};
	const struct nw_complain complain = {on_problem, &told};
	struct nw_topics *topics;

	(void)state;
	assert_int_equal(nw_topics_load("/nonexistent", &complain, &topics), NW_E_SYSTEM);
	assert_null(topics);
	assert_int_equal(told.n, 1);
	assert_int_equal(nw_topics_load("/nonexistent", NULL, &topics), NW_E_SYSTEM);
}

static void names_come_sorted(void **state)
{
	const struct nw_topic_file files[] = {{NW_STR("1.topic"), NW_STR("topic x\n[match]\na\n")},
		{NW_STR("2.topic"), NW_STR("topic b/c\n[match]\nb\n")}};
	struct nw_topics *topics;

	(void)state;
	assert_int_equal(nw_topics_build("t", files, 2, NULL, &topics), NW_OK);
	assert_int_equal(nw_topics_count(topics), 2);
	assert_true(nw_str_eq(nw_topics_name(topics, 0), NW_STR("b/c")));
	assert_true(nw_str_eq(nw_topics_name(topics, 1), NW_STR("x")));
	assert_int_equal(nw_topics_name(topics, 2).n, 0);
	nw_topics_free(topics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_analysts_type_is_taken),
		cmocka_unit_test(what_is_wrong_is_refused_with_place_and_reason),
		cmocka_unit_test(a_topic_is_refused_as_a_whole),
		cmocka_unit_test(sets_within_sets_have_an_end),
		cmocka_unit_test(every_problem_is_told),
		cmocka_unit_test(two_topics_of_one_name_are_refused),
		cmocka_unit_test(a_directory_that_is_not_there_is_told),
		cmocka_unit_test(names_come_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
