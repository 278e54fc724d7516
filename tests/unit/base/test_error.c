#include <errno.h>

#include "base/error.h"
#include "check.h"

static void an_error_says_where_and_why(void **state)
{
	struct nw_error e = {0};
	char text[NW_ERROR_TEXT];

	(void)state;
	assert_int_equal(
		nw_fail_at(&e, NW_E_SYNTAX, 3, 9, "no such option: '%s'", "hots"), NW_E_SYNTAX);
	nw_error_set_file(&e, "newswired.conf");
	assert_string_equal(nw_error_text(&e, text), "newswired.conf:3:9: no such option: 'hots'");
}

static void what_is_not_known_is_left_out(void **state)
{
	static const struct {
		const char *file;
		int line, column;
		const char *want;
	} cases[] = {
		{"", 0, 0, "why"},
		{"a", 0, 0, "a: why"},
		{"a", 2, 0, "a:2: why"},
		{"a", 2, 5, "a:2:5: why"},
		{"", 2, 0, "line 2: why"},
		{"", 2, 5, "line 2, column 5: why"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nw_error e = {0};
		char text[NW_ERROR_TEXT];

		(void)nw_fail_at(&e, NW_E_SYNTAX, cases[i].line, cases[i].column, "why");
		nw_error_set_file(&e, cases[i].file);
		assert_string_equal(nw_error_text(&e, text), cases[i].want);
	}
}

static void a_later_failure_forgets_the_earlier_place(void **state)
{
	struct nw_error e = {0};
	char text[NW_ERROR_TEXT];

	(void)state;
	(void)nw_fail_at(&e, NW_E_SYNTAX, 3, 9, "first");
	nw_error_set_file(&e, "file");
	(void)nw_fail(&e, NW_E_LIMIT, "second");
	assert_string_equal(nw_error_text(&e, text), "second");
}

static void nobody_need_listen(void **state)
{
	(void)state;
	assert_int_equal(nw_fail(NULL, NW_E_LIMIT, "why"), NW_E_LIMIT);
	assert_int_equal(nw_fail_at(NULL, NW_E_SYNTAX, 1, 1, "why"), NW_E_SYNTAX);
	assert_int_equal(nw_fail_errno(NULL, "file", "cannot open"), NW_E_SYSTEM);
	nw_error_set_file(NULL, "file");
}

static void the_systems_reason_is_told(void **state)
{
	struct nw_error e = {0};
	char text[NW_ERROR_TEXT];

	(void)state;
	errno = ENOENT;
	assert_int_equal(nw_fail_errno(&e, "topics.d", "cannot open"), NW_E_SYSTEM);
	assert_string_equal(
		nw_error_text(&e, text), "topics.d: cannot open: No such file or directory");
}

static void long_texts_are_cut_between_characters(void **state)
{
	struct nw_error e = {0};
	char subject[600] = "", text[NW_ERROR_TEXT];

	(void)state;
	for (size_t i = 0; i + 2 < sizeof(subject); i += 2)
		memcpy(subject + i, "\xd8\xa7", 2);
	subject[sizeof(subject) - 2] = '\0';
	for (int shift = 0; shift < 2; shift++) {
		(void)nw_fail(&e, NW_E_SYNTAX, "%s%s", shift ? "x" : "", subject);
		nw_error_set_file(&e, subject + 2 * shift);
		assert_int_equal(strlen(e.text) % 2, shift);
		assert_int_equal(strlen(e.file) % 2, 0);
		assert_in_range(strlen(nw_error_text(&e, text)), 400, NW_ERROR_TEXT - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_error_says_where_and_why),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(a_later_failure_forgets_the_earlier_place),
		cmocka_unit_test(nobody_need_listen),
		cmocka_unit_test(the_systems_reason_is_told),
		cmocka_unit_test(long_texts_are_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
