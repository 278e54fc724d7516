#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/str.h"
#include "clean/measure.h"
#include "clean/phrases.h"

static void the_table_is_sorted_and_folded(void **state)
{
	(void)state;
	for (size_t i = 0; i < nw_n_phrases; i++) {
		char folded[160];
		const struct nw_str text = nw_str(nw_phrases[i].text);
		const struct nw_str again = {folded, nw_fold(text, folded, sizeof(folded), true)};

		if (i && nw_str_cmp(nw_str(nw_phrases[i - 1].text), text) > 0)
			fail_msg("\"%s\" is not in order", nw_phrases[i].text);
		if (!nw_str_eq(text, again))
			fail_msg("\"%s\" should be written \"%.*s\"", nw_phrases[i].text,
				NW_ARG(again));
		assert_true(
			nw_phrases[i].is & (NW_PHRASE_TAIL | NW_PHRASE_JUNK | NW_PHRASE_REMARKS));
	}
}

static unsigned phrase(const char *line)
{
	return nw_phrase_of(nw_str(line), nw_measure(nw_str(line)));
}

static void lines_are_known_by_their_beginning(void **state)
{
	(void)state;
	assert_true(phrase("ADVERTISEMENT") & NW_PHRASE_JUNK);
	assert_true(phrase("Read more: Ferry line opens") & NW_PHRASE_JUNK);
	assert_true(phrase("» Lire aussi : La digue") & NW_PHRASE_JUNK);
	assert_true(phrase("Фото: С. Салем") & NW_PHRASE_JUNK);
	assert_true(phrase("Related articles") & NW_PHRASE_TAIL);
	assert_true(phrase("مواضيع ذات صلة") & NW_PHRASE_TAIL);
	assert_true(phrase("関連記事") & NW_PHRASE_TAIL);
}

static void sentences_that_begin_alike_are_left_alone(void **state)
{
	(void)state;
	assert_int_equal(phrase("Advertisement revenue fell in spring."), 0);
	assert_int_equal(phrase("Photographs of the wall were shown."), 0);
	assert_int_equal(phrase("Photo agencies sent their people to the port."), 0);
	assert_int_equal(phrase("The post of harbour master is vacant."), 0);
	assert_int_equal(phrase(""), 0);
}

static void long_lines_are_paragraphs(void **state)
{
	(void)state;
	assert_int_equal(nw_phrase_of(NW_STR("Advertisement"), 61), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_sorted_and_folded),
		cmocka_unit_test(lines_are_known_by_their_beginning),
		cmocka_unit_test(sentences_that_begin_alike_are_left_alone),
		cmocka_unit_test(long_lines_are_paragraphs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
