#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "config/source.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int setup(void **state)
{
	*state = nw_arena_new();
	return 0;
}

static int teardown(void **state)
{
	nw_arena_free(*state);
	return 0;
}

static const struct {
	const char *text, *plain;
} good[] = {
	{"", ""},
	{"a = 1\n", "a = 1\n"},
	{"a = 1 # x\nb", "a = 1    \nb"},
	{"a // {\nb", "a     \nb"},
	{"a //x\nb", "a    \nb"},
	{"a /* \"\n{ */ b", "a     \n     b"},
	{"a /**/ b", "a      b"},
	{"url = http://x//y/*z*/", "url = http://x//y/*z*/"},
	{"a='#{/*' b=\"//\\\"{\"", "a='#{/*' b=\"//\\\"{\""},
	{"a = \"${HOME}$x\\${b}\"", "a = \"\\${HOME}$x\\${b}\""},
	{"a = '${HOME}'", "a = '${HOME}'"},
	{"a = $x#\n", "a = $x \n"},
	{"f 'x' { l = {1} }", "f 'x' { l = {1} }"},
	{"} a", "} a"},
	{"a = '\\'{'", "a = '\\'{'"},
};

static void comments_become_spaces_and_nothing_is_left_to_replace(void **state)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		struct nw_source source = {.text = nw_str(good[i].text)};
		struct nw_error error = {0};

		if (nw_source_scan(*state, &source, &error))
			fail_msg("'%s': %s", good[i].text, error.text);
		assert_string_equal(source.plain, good[i].plain);
	}
}

static const struct {
	const char *text;
	int line, column;
	const char *says;
} bad[] = {
	{"a = {1, 2\nb = 3\n", 1, 5, "not closed: add '}'"},
	{"f 'x' {\n}\nf 'y' {\n g {} # }\n", 3, 7, "not closed: add '}'"},
	{"{{{{{{{{{{{{{{{{{{", 1, 16, "not closed: add '}'"},
	{"a = 1 /* b\nc *", 1, 7, "comment not closed: add '*/'"},
	{"/*/", 1, 1, "comment not closed: add '*/'"},
	{"a = \"b\nc = \"d\"\n", 1, 5, "string not closed: add '\"' on its line"},
	{"\na = 'b", 2, 5, "string not closed: add \"'\" on its line"},
	{"a = \"b\\", 1, 5, "string not closed: add '\"' on its line"},
	{"a = \"b\\\"", 1, 5, "string not closed: add '\"' on its line"},
	{"a = ${HOME}", 1, 5, "'${' outside quotes: write it between quotes"},
	{"a = b${HOME}", 1, 6, "'${' outside quotes: write it between quotes"},
};

static void what_is_not_closed_is_told_where_it_began(void **state)
{
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct nw_source source = {.text = nw_str(bad[i].text)};
		struct nw_error error = {0};

		assert_int_equal(nw_source_scan(*state, &source, &error), NW_E_SYNTAX);
		assert_null(source.plain);
		assert_string_equal(error.text, bad[i].says);
		if (error.line != bad[i].line || error.column != bad[i].column)
			fail_msg("'%s': at %d:%d", bad[i].text, error.line, error.column);
	}
}

static void a_text_does_not_end_at_a_zero(void **state)
{
	struct nw_source source = {.text = NW_STR("a = 1\nb\0 = 2")};
	struct nw_error error;

	assert_int_equal(nw_source_scan(*state, &source, &error), NW_E_SYNTAX);
	assert_int_equal(error.line, 2);
	assert_int_equal(error.column, 2);
}

static void a_word_is_found_in_its_own_line_only(void **state)
{
	const struct nw_source source = {.text = NW_STR("b a\n  a\n\nc")};

	(void)state;
	assert_int_equal(nw_source_column(&source, 1, "a"), 3);
	assert_int_equal(nw_source_column(&source, 2, "a"), 3);
	assert_int_equal(nw_source_column(&source, 3, "c"), 0);
	assert_int_equal(nw_source_column(&source, 4, "c"), 1);
	assert_int_equal(nw_source_column(&source, 5, "c"), 0);
	assert_int_equal(nw_source_column(&source, 0, "b"), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(comments_become_spaces_and_nothing_is_left_to_replace),
		TEST(what_is_not_closed_is_told_where_it_began),
		TEST(a_text_does_not_end_at_a_zero),
		TEST(a_word_is_found_in_its_own_line_only),
	};

	return cmocka_run_group_tests_name("config/source", tests, NULL, NULL);
}
