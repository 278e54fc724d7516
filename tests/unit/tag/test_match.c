#include "topics.h"

#include <pthread.h>

#include "base/hash.h"

static void phrases_are_words_in_a_row(void **state)
{
	(void)state;
	assert_line("\"national army\"", "The National  Army.", true);
	assert_line("\"national army\"", "the national, army", true);
	assert_line("\"national army\"", "national guard, army", false);
	assert_line("\"national army\"", "national\n\narmy", false);
	assert_line("army", "armyworm", false);
	assert_line("\"a b a c\"", "a b a b a c", true);
	assert_line("\"a a b\"", "a a a b", true);
}

static void operators_do_what_they_say(void **state)
{
	(void)state;
	assert_line("a AND b", "b x a", true);
	assert_line("a AND b", "a x", false);
	assert_line("a | b", "x b", true);
	assert_line("a AND NOT b", "a x", true);
	assert_line("a AND NOT b", "a b", false);
	assert_line("a -b", "a b", false);
	assert_line("a NOT (b | c)", "a c", false);
	assert_line("(a | b) AND (c | d)", "b d", true);
	assert_line("(a | b) AND (c | d)", "a b", false);
}

static void near_counts_the_words_between(void **state)
{
	(void)state;
	assert_line("a NEAR/2 b", "a x y b", true);
	assert_line("a NEAR/2 b", "b x y a", true);
	assert_line("a NEAR/2 b", "a x y z b", false);
	assert_line("a ONEAR/2 b", "a x y b", true);
	assert_line("a ONEAR/2 b", "b x y a", false);
	assert_line("a NEAR/0 b", "a b", true);
	assert_line("a NEAR b", "a 1 2 3 4 5 6 7 8 9 10 b", true);
	assert_line("a NEAR b", "a 1 2 3 4 5 6 7 8 9 10 11 b", false);
	assert_line("a NEAR/1 a", "a", false);
	assert_line("a NEAR/1 a", "a x a", true);
	assert_line("a NEAR/1 b NEAR/1 c", "c x a x b", true);
	assert_line("a NEAR/1 b NEAR/1 c", "a x b x x c", false);
	assert_line("\"a b c\"~1", "a x b x c", true);
	assert_line("(a | \"x y\") NEAR/1 b", "x y z b", true);
}

static void near_never_crosses_from_title_into_body(void **state)
{
	struct nw_topics *topics = build_line("a NEAR/5 b");

	(void)state;
	assert_false(fires_on(topics, "a", "b", ""));
	assert_true(fires_on(topics, "a b", "", ""));
	nw_topics_free(topics);
}

static void wildcards_stand_for_letters(void **state)
{
	(void)state;
	assert_line("libya*", "Libyans", true);
	assert_line("libya*", "Libya", true);
	assert_line("libya*", "Libby", false);
	assert_line("lib* AND liby*", "Libyan", true);
	assert_line("lib* AND libyan*", "Libya", false);
	assert_line("wom?n", "women", true);
	assert_line("wom?n", "womn", false);
	assert_line("wom?n", "womens", false);
	assert_line("wom?n*", "womens", true);
	assert_line("?atar", "Qatar", true);
	assert_line("\"foreign interven*\"", "a foreign intervention", true);
	assert_line("наступлен*", "О наступлении войск", true);
	assert_line("нас?уплен*", "наступление", true);
}

static void an_equals_sign_means_exactly_so(void **state)
{
	(void)state;
	assert_line("=LNA", "the LNA said", true);
	assert_line("=LNA", "the Lna said", false);
	assert_line("=LNA", "the LNA's men", true);
	assert_line("LNA", "lna", true);
	assert_line("=\"Armed Forces\"", "the Armed Forces", true);
	assert_line("=\"Armed Forces\"", "the armed forces", false);
	assert_line("=US", "they told us", false);
	assert_line("=US", "the U.S. said", true);
}

static void hyphens_join_and_split(void **state)
{
	static const char *const forms[] = {"a cease-fire held", "a ceasefire held",
		"a cease fire held",
		"a cease\xe2\x80\x91"
		"fire held"};
	static const char *const lines[] = {"cease-fire", "\"cease-fire held\"", "\"a cease-fire\"",
		"cease-fire NEAR/0 held", "cease-fir*"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		for (size_t j = 0; j < 5; j++)
			assert_line(lines[j], forms[i], true);
	}
	assert_line("ceasefire", "cease-fire", true);
	assert_line("\"cease fire\"", "cease-fire", true);
	assert_line("\"cease fire\"", "ceasefire", false);
	assert_line("\"state of the art\"", "state-of-the-art", true);
	assert_line("stateofthe", "state-of-the-art", true);
	assert_line("haftar", "anti-Haftar", true);
}

static void other_scripts_are_met_in_all_their_forms(void **state)
{
	(void)state;
	assert_line("\"وقف إطلاق النار\"", "أعلن عن وقف اطلاق النار", true);
	assert_line("هدنة", "والهدنه", true);
	assert_line("\"الجيش الوطني\"", "للجيش الوطني", true);
	assert_line("هجوم", "بالهجوم", true);
	assert_line("هجوم*", "والهجومات", true);
	assert_line("ليبيا", "ليبيريا", false);
	assert_line("Hafter", "Hafter'in güçleri", true);
	assert_line("İstanbul", "istanbul", true);
	assert_line("saldırı*", "SALDIRILAR", true);
	assert_line("наемник*", "Наёмники", true);
	assert_line("停战", "宣布停战协议", true);
}

static void stems_follow_the_language_of_the_article(void **state)
{
	struct nw_topics *topics = build_line("stem(fighting)");

	(void)state;
	assert_true(fires_on(topics, "", "They fight.", "en"));
	assert_true(fires_on(topics, "", "He fights.", "en-GB"));
	assert_false(fires_on(topics, "", "They fight.", "fr"));
	assert_true(fires_on(topics, "", "fighting", "fr"));
	assert_true(fires_on(topics, "", "The two of them fight for it and for the rest", ""));
	nw_topics_free(topics);
	topics = build_line("stem(\"foreign fighter\")");
	assert_true(fires_on(topics, "", "Foreign fighters", "en"));
	nw_topics_free(topics);
	topics = build_line("stem(наступление)");
	assert_true(fires_on(topics, "", "наступлением", "ru"));
	nw_topics_free(topics);
	topics = build_line("stem(offensive)");
	assert_true(fires_on(topics, "", "Les offensives", "fr"));
	nw_topics_free(topics);
}

static void fields_are_looked_at_where_they_are(void **state)
{
	struct nw_author second = {.name = NW_STR("Omar Fezzani")};
	const struct nw_author first = {.next = &second, .name = NW_STR("Amal Idris")};
	const struct nw_article article = {.title = NW_STR("title words"),
		.body = NW_STR("body words"),
		.url = NW_STR("https://www.libyaherald.com/2020/sirte.html"),
		.source = NW_STR("Libya Herald"),
		.feed = NW_STR("herald-en"),
		.language = NW_STR("en"),
		.feed_country = NW_STR("ly"),
		.section = NW_STR("Sports/Football"),
		.authors = &first};
	static const struct {
		const char *line;
		bool want;
	} cases[] = {{"title:title", true}, {"title:body", false}, {"body:body", true},
		{"body:title", false}, {"title:words AND body:words", true},
		{"site:libyaherald.com", true}, {"site:herald.com", false},
		{"site:(x | libyaherald.com)", true}, {"source:\"libya herald\"", true},
		{"feed:herald-en", true}, {"lang:en", true}, {"lang:ar", false},
		{"country:ly", true}, {"section:sport*", true}, {"author:idris", true},
		{"author:\"Omar Fezzani\"", true}, {"author:\"Idris Omar\"", true},
		{"url:sirte", true}, {"sirte", false}, {"herald", false},
		{"words AND NOT section:sport*", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct nw_topics *topics = build_line(cases[i].line);
		struct nw_arena *arena = nw_arena_new();

		if ((nw_topics_match(topics, &article, arena) != NULL) != cases[i].want)
			fail_msg("%s: not %d", cases[i].line, cases[i].want);
		nw_arena_free(arena);
		nw_topics_free(topics);
	}
}

static void paragraphs_sentences_and_beginnings_are_windows(void **state)
{
	(void)state;
	assert_line("para(a AND b)", "a x b\n\nc", true);
	assert_line("para(a AND b)", "a\n\nb", false);
	assert_line("para(a AND NOT b)", "a b\n\na", true);
	assert_line("sent(a AND b)", "An a fox. Then b.", false);
	assert_line("sent(a AND b)", "Then a with b. More.", true);
	assert_line("sent(a AND b)", "Mr. a met Gen. b. More.", true);
	assert_line("sent(a AND b)", "The U.S. a met b.", true);
	assert_line("sent(a AND b)", "a costs 3.5 b", true);
	assert_line("sent(a AND b)", "It is a! Was it b?", false);
	assert_line("first3(c)", "a b c d", true);
	assert_line("first3(d)", "a b c d", false);
	assert_line("first3(\"c d\")", "a b c d", false);
	assert_line("atleast3(a)", "a b a", false);
	assert_line("atleast3(a)", "a b a\n\na", true);
	assert_line("atleast2(a | \"a b\")", "a b", false);
	assert_line("atleast2(cease-fire)", "cease-fire", false);
	assert_line("para(atleast2(a))", "a\n\na", false);
	assert_line("lead:a", "x\n\ny a", true);
	assert_line("para(sent(a AND b) AND c)", "The c sat. A b.\n\nd", true);
}

static void the_lead_ends_with_its_sentence(void **state)
{
	char body[2048] = "";

	(void)state;
	for (int i = 0; i < 45; i++)
		strcat(body, "w ");
	strcat(body, "inside. Outside");
	assert_line("lead:inside", body, true);
	assert_line("lead:outside", body, false);
	assert_line("lead:b", "a\n\nb. c", true);
}

static const char scored[] =
	"topic t\nscore 6\n[score]\n3 haftar\n2.5 sirte\n1 troops # many\n-4 title:quiz\n"
	"[require]\n@libya OR site:x.ly\n[exclude]\nsection:sport*\n";
static const char scored_set[] = "[libya]\nLibya | Libyan*\n";

static double score_of(const char *title, const char *body, const char *section)
{
	const struct nw_article article = {
		.title = nw_str(title), .body = nw_str(body), .section = nw_str(section)};
	struct nw_arena *arena = nw_arena_new();
	struct told told;
	struct nw_topics *topics = build(scored, scored_set, &told);
	const struct nw_tag *tag;
	double score = 0;

	assert_non_null(topics);
	tag = nw_topics_match(topics, &article, arena);
	if (tag)
		score = tag->score;
	nw_arena_free(arena);
	nw_topics_free(topics);
	return score;
}

static void each_line_counts_once_and_double_in_the_title(void **state)
{
	(void)state;
	assert_true(score_of("Haftar", "Libya", "") == 6);
	assert_true(score_of("", "Haftar Haftar Haftar Libya", "") == 0);
	assert_true(score_of("", "Haftar, Sirte, troops, Libya", "") == 6.5);
	assert_true(score_of("Haftar in Sirte", "Haftar, Libyan troops", "") == 12);
	assert_true(score_of("Haftar quiz", "Sirte, Libya", "") == 0);
	assert_true(score_of("Haftar in Sirte, a quiz", "Libyan troops", "") == 0);
}

static void require_and_exclude_have_the_last_word(void **state)
{
	(void)state;
	assert_true(score_of("Haftar in Sirte", "troops", "") == 0);
	assert_true(score_of("Haftar in Sirte", "Libyan troops", "Sports") == 0);
}

static void a_tag_says_why(void **state)
{
	const struct nw_article article = {.title = NW_STR("Haftar\xe2\x80\x99s men near Sirte"),
		.body = NW_STR("One.\n\nLibyan troops.\n\nThree.")};
	struct nw_arena *arena = nw_arena_new();
	struct told told;
	struct nw_topics *topics = build(scored, scored_set, &told);
	const struct nw_tag *tag = nw_topics_match(topics, &article, arena);
	const struct nw_match *m;

	(void)state;
	assert_non_null(tag);
	assert_null(tag->next);
	assert_true(nw_str_eq(tag->name, NW_STR("t")));
	assert_int_equal(tag->hash.n, NW_HASH_HEX);
	assert_true(tag->score == 12 && tag->threshold == 6);
	m = tag->matches;
	assert_true(nw_str_eq(m->rule, NW_STR("a.topic:4")) && m->points == 6);
	assert_true(nw_str_eq(m->quote, NW_STR("Haftar")) && nw_str_eq(m->field, NW_STR("title")));
	m = m->next->next;
	assert_true(nw_str_eq(m->rule, NW_STR("a.topic:6")) && m->points == 1);
	assert_true(nw_str_eq(m->quote, NW_STR("troops")) && nw_str_eq(m->field, NW_STR("body")));
	assert_int_equal(m->paragraph, 1);
	assert_int_equal(m->start, 13);
	assert_int_equal(m->end, 19);
	m = m->next;
	assert_true(nw_str_eq(m->rule, NW_STR("a.topic:9")) && m->points == 0);
	assert_null(m->next);
	nw_arena_free(arena);
	nw_topics_free(topics);
}

static void near_tells_its_distance_and_quotes_all_of_it(void **state)
{
	const struct nw_article article = {.body = NW_STR("the Haftar, whose own troops")};
	struct nw_arena *arena = nw_arena_new();
	struct nw_topics *topics = build_line("troops NEAR/5 haftar");
	const struct nw_tag *tag = nw_topics_match(topics, &article, arena);

	(void)state;
	assert_non_null(tag);
	assert_int_equal(tag->matches->distance, 2);
	assert_true(nw_str_eq(tag->matches->quote, NW_STR("Haftar, whose own troops")));
	nw_arena_free(arena);
	nw_topics_free(topics);
}

static void the_hash_is_of_the_topic_and_its_sets(void **state)
{
	static const char *const topic[] = {"topic t\n[match]\n@a\n", "topic t\n[match]\n@a \n"};
	static const char *const set[] = {"[a]\n@b\n[b]\nx\n[c]\ny\n", "[a]\n@b\n[b]\nx\n[c]\nz\n",
		"[a]\n@b\n[b]\nx | y\n[c]\ny\n"};
	static const struct {
		size_t topic, set;
		bool same;
	} cases[] = {{0, 0, true}, {0, 1, true}, {0, 2, false}, {1, 0, false}};
	char first[NW_HASH_HEX + 1] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct nw_article article = {.body = NW_STR("x")};
		struct nw_arena *arena = nw_arena_new();
		struct told told;
		struct nw_topics *topics = build(topic[cases[i].topic], set[cases[i].set], &told);
		const struct nw_tag *tag = nw_topics_match(topics, &article, arena);

		assert_non_null(tag);
		if (i == 0)
			memcpy(first, tag->hash.p, NW_HASH_HEX);
		assert_int_equal(strncmp(first, tag->hash.p, NW_HASH_HEX) == 0, cases[i].same);
		nw_arena_free(arena);
		nw_topics_free(topics);
	}
}

static void tests_of_topics_are_run(void **state)
{
	struct told told;
	const struct nw_complain complain = {on_problem, &told};
	struct nw_topics *topics =
		build("topic t\nscore 2\n[score]\n1 a\n[tests]\nyes a\nno b\nyes b // a // c\n"
		      "no a #1\nyes @file missing.txt\n",
			"", &told);
	size_t n;

	(void)state;
	assert_non_null(topics);
	assert_int_equal(nw_topics_test(topics, &complain, &n), 3);
	assert_int_equal(n, 5);
	assert_int_equal(told.n, 3);
	assert_non_null(strstr(
		told.text[0], "t/a.topic:8:1: test is yes, the topic says no: score 1 of 2"));
	assert_non_null(strstr(told.text[1],
		"t/a.topic:9:1: test is no, the topic says yes: score 2 of 2, a.topic:4 by 'a'; 'a #1'"));
	assert_non_null(strstr(told.text[2], "missing.txt"));
	assert_int_equal(nw_topics_test(topics, NULL, &n), 3);
	nw_topics_free(topics);
}

static void stories_of_tests_are_files_beside_the_topics(void **state)
{
	struct nw_topics *topics;
	size_t n;

	(void)state;
	assert_int_equal(nw_topics_load(NW_FIXTURES "/stories", NULL, &topics), NW_OK);
	assert_int_equal(nw_topics_test(topics, NULL, &n), 0);
	assert_int_equal(n, 2);
	nw_topics_free(topics);
}

#define THREADS 4
#define TIMES 50

static void *match_often(void *arg)
{
	const struct nw_topics *topics = arg;
	size_t fired = 0;

	for (int i = 0; i < TIMES; i++) {
		fired += fires_on(topics, "Haftar\xe2\x80\x99s cease-fire",
			"They fight in Libya, U.S. says.", "en");
		fired += fires_on(topics, "Quiet", "Nothing.", "en");
	}
	return fired == TIMES ? arg : NULL;
}

static void any_number_of_threads_may_match(void **state)
{
	struct nw_topics *topics =
		build_line("(haft* NEAR/5 cease-fire) AND stem(fighting) AND =US");
	pthread_t threads[THREADS];
	void *done;

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, match_often, topics), 0);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &done), 0);
		assert_ptr_equal(done, topics);
	}
	nw_topics_free(topics);
}

static void an_article_without_words_has_no_tags(void **state)
{
	struct nw_topics *topics = build_line("a");

	(void)state;
	assert_false(fires_on(topics, "", "", ""));
	assert_false(fires_on(topics, "\xff\xfe", "\xc3", ""));
	nw_topics_free(topics);
	assert_int_equal(nw_topics_build("t", NULL, 0, NULL, &topics), NW_OK);
	assert_false(fires_on(topics, "a", "b", ""));
	nw_topics_free(topics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phrases_are_words_in_a_row),
		cmocka_unit_test(operators_do_what_they_say),
		cmocka_unit_test(near_counts_the_words_between),
		cmocka_unit_test(near_never_crosses_from_title_into_body),
		cmocka_unit_test(wildcards_stand_for_letters),
		cmocka_unit_test(an_equals_sign_means_exactly_so),
		cmocka_unit_test(hyphens_join_and_split),
		cmocka_unit_test(other_scripts_are_met_in_all_their_forms),
		cmocka_unit_test(stems_follow_the_language_of_the_article),
		cmocka_unit_test(fields_are_looked_at_where_they_are),
		cmocka_unit_test(paragraphs_sentences_and_beginnings_are_windows),
		cmocka_unit_test(the_lead_ends_with_its_sentence),
		cmocka_unit_test(each_line_counts_once_and_double_in_the_title),
		cmocka_unit_test(require_and_exclude_have_the_last_word),
		cmocka_unit_test(a_tag_says_why),
		cmocka_unit_test(near_tells_its_distance_and_quotes_all_of_it),
		cmocka_unit_test(the_hash_is_of_the_topic_and_its_sets),
		cmocka_unit_test(tests_of_topics_are_run),
		cmocka_unit_test(stories_of_tests_are_files_beside_the_topics),
		cmocka_unit_test(any_number_of_threads_may_match),
		cmocka_unit_test(an_article_without_words_has_no_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
