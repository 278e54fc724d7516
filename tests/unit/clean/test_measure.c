#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/str.h"
#include "clean/measure.h"

static void words_are_counted_in_every_script(void **state)
{
	static const struct {
		const char *text;
		uint32_t words;
	} cases[] = {
		{"", 0},
		{" - . ", 0},
		{"one", 1},
		{"it's two-fold", 4},
		{"l’été à Paris", 4},
		{"Стены порта устояли", 3},
		{"صمد كاسر الأمواج", 3},
		{"防波堤经受住", 3},
		{"防波堤は、6月に", 4},
		{"ท่าเรือ", 2},
		{"방파제가 버텼다", 2},
		{"समुद्र की दीवार", 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (nw_measure(nw_str(cases[i].text)) != cases[i].words)
			fail_msg("\"%s\" has %u words", cases[i].text,
				(unsigned)nw_measure(nw_str(cases[i].text)));
	}
}

static void sentences_end_in_their_languages_signs(void **state)
{
	static const char *const ends[] = {"It held.", "It held.”", "Held?", "He said: “Yes!” ",
		"صمد الجدار؟", "防波堤が残った。", "दीवार बची रही।", "(Reuters)", "And so…"};
	static const char *const others[] = {
		"", "Breakwater holds", "3 May 2024", "It held. But", "—"};

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		assert_true(nw_ends_sentence(nw_str(ends[i])));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(nw_ends_sentence(nw_str(others[i])));
}

static void check_fold(const char *text, bool keep_colon, const char *want)
{
	char folded[64];
	const struct nw_str got = {
		folded, nw_fold(nw_str(text), folded, sizeof(folded), keep_colon)};

	if (!nw_str_eq(got, nw_str(want)))
		fail_msg("\"%s\" is folded to \"%.*s\"", text, NW_ARG(got));
}

static void folding_leaves_words_alone(void **state)
{
	(void)state;
	check_fold("  Breakwater, holds -- THROUGH (winter)!", false,
		"breakwater holds through winter");
	check_fold("ÉTÉ à Paris", false, "été à paris");
	check_fold("СТЕНА", false, "стена");
	check_fold("", false, "");
}

static void folding_keeps_a_colon_where_asked(void **state)
{
	(void)state;
	check_fold("Related: The wall", true, "related: the wall");
	check_fold("Photo : S. Salem", true, "photo: s salem");
	check_fold("Related: The wall", false, "related the wall");
	check_fold(":: Home", true, "home");
}

static void folding_ends_on_a_whole_word(void **state)
{
	char folded[16];
	const size_t n = nw_fold(NW_STR("breakwater holds"), folded, sizeof(folded), false);

	(void)state;
	assert_true(nw_str_eq((struct nw_str){folded, n}, NW_STR("breakwater")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_counted_in_every_script),
		cmocka_unit_test(sentences_end_in_their_languages_signs),
		cmocka_unit_test(folding_leaves_words_alone),
		cmocka_unit_test(folding_keeps_a_colon_where_asked),
		cmocka_unit_test(folding_ends_on_a_whole_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
