#include "topics.h"

#include "tag/arabic.h"
#include "tag/words.h"

/* The folded words of a text, with '|' between. */
static void assert_words(const char *text, const char *want)
{
	static struct nw_fold fold;
	struct nw_words words;
	struct nw_word word;
	char got[512] = "";

	nw_fold_init(&fold);
	nw_words_init(&words, &fold, nw_str(text));
	while (nw_words_next(&words, &word)) {
		const struct nw_str s = nw_words_fold(&words, &word);

		assert_true(word.hash == nw_word_hash(s));
		assert_true(word.head == nw_word_head(s));
		assert_true(word.start < word.end && word.end <= strlen(text));
		(void)snprintf(got + strlen(got), sizeof(got) - strlen(got), "%.*s|", NW_ARG(s));
	}
	assert_string_equal(got, want);
}

static void words_are_letters_and_digits_in_small_letters(void **state)
{
	(void)state;
	assert_words("", "");
	assert_words("  ,;  ", "");
	assert_words("Haftar's 2nd \xe2\x80\x9cLNA\xe2\x80\x9d attack!", "haftar|2nd|lna|attack|");
	assert_words("a_b c/d [e]@f{g}`h", "a|b|c|d|e|f|g|h|");
}

static void words_of_any_length_and_place_are_cut_alike(void **state)
{
	char text[400];

	(void)state;
	for (size_t lead = 0; lead < 130; lead++) {
		memset(text, ' ', sizeof(text));
		memcpy(text + lead, "Internationalisation x", 22);
		text[lead + 22] = '\0';
		assert_words(text, "internationalisation|x|");
	}
}

static void marks_and_cases_are_folded(void **state)
{
	(void)state;
	assert_words("Trêve ÉTÉ e\xcc\x81te\xcc\x81 Straße ﬁn", "treve|ete|ete|strasse|fin|");
	assert_words("İstanbul ISPARTA ısı Işık", "istanbul|isparta|isi|isik|");
	assert_words("Наёмники Ёлка й", "наемники|елка|и|");
	assert_words("ΣΊΣΥΦΟΣ", "σισυφοσ|");
	assert_words("ﬀ２０２０ ٢٠٢٠ ۲۰", "ff2020|2020|20|");
}

static void arabic_forms_are_one(void **state)
{
	(void)state;
	assert_words("إطلاق أطلاق آطلاق ٱطلاق", "اطلاق|اطلاق|اطلاق|اطلاق|");
	assert_words("هُدْنَة هدنه", "هدنه|هدنه|");
	assert_words("مستشفى مستشفي مستشفی", "مستشفي|مستشفي|مستشفي|");
	assert_words("لـــيـبيا", "ليبيا|");
	assert_words("كتاب کتاب", "كتاب|كتاب|");
}

static void an_apostrophe_ends_a_word(void **state)
{
	(void)state;
	assert_words("Hafter'in Libya\xe2\x80\x99s l'Italie", "hafter|in|libya|l|italie|");
	assert_words("'s x 's", "s|x|s|");
}

static void scripts_without_spaces_are_cut_at_each_letter(void **state)
{
	(void)state;
	assert_words("停战 ab停", "停|战|ab|停|");
}

static void no_word_is_longer_than_the_limit(void **state)
{
	char text[NW_WORD_MAX + 40];
	static struct nw_fold fold;
	struct nw_words words;
	struct nw_word word;

	(void)state;
	nw_fold_init(&fold);
	memset(text, 'x', sizeof(text));
	nw_words_init(&words, &fold, (struct nw_str){text, sizeof(text)});
	assert_true(nw_words_next(&words, &word));
	assert_int_equal(nw_words_fold(&words, &word).n, 0);
	assert_int_equal(word.end, sizeof(text));
	assert_false(nw_words_next(&words, &word));
}

static void invalid_bytes_end_words_and_do_no_harm(void **state)
{
	(void)state;
	assert_words("ab\xff"
		     "cd\xc3",
		"ab|cd|");
	assert_words("\xd9", "");
}

static void hyphens_and_initials_tie_words(void **state)
{
	static const struct {
		const char *text;
		enum nw_tie tie;
	} cases[] = {{"cease-fire", NW_TIE_HYPHEN},
		{"cease\xe2\x80\x91"
		 "fire",
			NW_TIE_HYPHEN},
		{"cease - fire", NW_TIE_NONE}, {"cease-", NW_TIE_NONE}, {"U.S", NW_TIE_DOT},
		{"U.SA", NW_TIE_NONE}, {"end.New", NW_TIE_NONE}, {"3.5", NW_TIE_NONE}};
	static struct nw_fold fold;

	(void)state;
	nw_fold_init(&fold);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct nw_words words;
		struct nw_word word;

		nw_words_init(&words, &fold, nw_str(cases[i].text));
		assert_true(nw_words_next(&words, &word));
		assert_int_equal(nw_words_tie(&words, &word), cases[i].tie);
	}
}

static bool has_form(const char *word, const char *form)
{
	struct nw_arabic forms;

	nw_arabic_forms(nw_str(word), &forms);
	for (size_t i = 0; i < forms.n; i++) {
		if (nw_str_eq(forms.form[i], nw_str(form)))
			return true;
	}
	return false;
}

static void clitics_are_tried_off(void **state)
{
	(void)state;
	assert_true(has_form("الجيش", "جيش"));
	assert_true(has_form("والجيش", "الجيش"));
	assert_true(has_form("والجيش", "جيش"));
	assert_true(has_form("بليبيا", "ليبيا"));
	assert_true(has_form("وبالجيش", "جيش"));
	assert_true(has_form("للجيش", "الجيش"));
	assert_true(has_form("للجيش", "جيش"));
	assert_false(has_form("وقف", "قف"));
	assert_false(has_form("libya", "ibya"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_letters_and_digits_in_small_letters),
		cmocka_unit_test(words_of_any_length_and_place_are_cut_alike),
		cmocka_unit_test(marks_and_cases_are_folded),
		cmocka_unit_test(arabic_forms_are_one),
		cmocka_unit_test(an_apostrophe_ends_a_word),
		cmocka_unit_test(scripts_without_spaces_are_cut_at_each_letter),
		cmocka_unit_test(no_word_is_longer_than_the_limit),
		cmocka_unit_test(invalid_bytes_end_words_and_do_no_harm),
		cmocka_unit_test(hyphens_and_initials_tie_words),
		cmocka_unit_test(clitics_are_tried_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
