#include "check.h"

static void case_is_folded_in_ascii_only(void **state)
{
	(void)state;
	assert_true(nw_str_eq_nocase(NW_STR("Content-TYPE"), NW_STR("content-type")));
	assert_false(nw_str_eq_nocase(NW_STR("\xc3\x89"), NW_STR("\xc3\xa9")));
	assert_false(nw_str_eq_nocase(NW_STR("@["), NW_STR("`{")));
}

static void bytes_after_a_nul_count(void **state)
{
	(void)state;
	assert_false(nw_str_eq(NW_STR("a\0b"), NW_STR("a\0c")));
	assert_false(nw_str_eq_nocase(NW_STR("a\0b"), NW_STR("a\0c")));
	assert_int_equal(nw_str_find(NW_STR("a\0bc"), NW_STR("c")), 3);
}

static void starts_and_ends_are_whole_matches(void **state)
{
	(void)state;
	assert_true(nw_str_starts(NW_STR("http://x"), NW_STR("http:")));
	assert_false(nw_str_starts(NW_STR("htt"), NW_STR("http:")));
	assert_true(nw_str_starts_nocase(NW_STR("HTTP:"), NW_STR("http:")));
	assert_true(nw_str_ends(NW_STR("a.xml"), NW_STR(".xml")));
	assert_false(nw_str_ends(NW_STR("xml"), NW_STR(".xml")));
	assert_true(nw_str_starts(nw_str(NULL), NW_STR("")));
}

static void order_is_by_bytes_then_by_length(void **state)
{
	static const char *const sorted[] = {"", "A", "a", "ab", "b", "\xc3\xa9"};

	(void)state;
	for (size_t i = 0; i < COUNT(sorted); i++) {
		for (size_t j = 0; j < COUNT(sorted); j++) {
			const int order = nw_str_cmp(nw_str(sorted[i]), nw_str(sorted[j]));

			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
	}
}

static void what_is_not_found_is_at_the_end(void **state)
{
	(void)state;
	assert_int_equal(nw_str_find(NW_STR("abcabc"), NW_STR("ca")), 2);
	assert_int_equal(nw_str_find(NW_STR("abc"), NW_STR("x")), 3);
	assert_int_equal(nw_str_find(NW_STR(""), NW_STR("x")), 0);
	assert_int_equal(nw_str_find_nocase(NW_STR("<HTML><Body"), NW_STR("<body")), 6);
	assert_int_equal(nw_str_find_nocase(NW_STR("abc"), NW_STR("abcd")), 3);
}

static void white_space_is_trimmed_at_both_ends(void **state)
{
	(void)state;
	assert_str(nw_str_trim(NW_STR(" \t\r\n a b \v\f")), "a b");
	assert_str(nw_str_trim(NW_STR(" \n ")), "");
	assert_str(nw_str_trim(nw_str(NULL)), "");
}

static void slices_stay_inside(void **state)
{
	const struct nw_str s = NW_STR("abc");

	(void)state;
	assert_str(nw_str_from(NW_STR("abc"), 1), "bc");
	assert_str(nw_str_from(NW_STR("abc"), 9), "");
	assert_ptr_equal(nw_str_from(s, 9).p, s.p + 3); /* where the text ends */
	assert_str(nw_str_head(NW_STR("abc"), 2), "ab");
	assert_str(nw_str_head(NW_STR("abc"), 9), "abc");
}

static void cutting_gives_every_part_once(void **state)
{
	struct nw_str rest = NW_STR("a,,b,"), part;

	(void)state;
	assert_true(nw_str_cut(&rest, ',', &part));
	assert_str(part, "a");
	assert_true(nw_str_cut(&rest, ',', &part));
	assert_str(part, "");
	assert_true(nw_str_cut(&rest, ',', &part));
	assert_str(part, "b");
	assert_true(nw_str_cut(&rest, ',', &part));
	assert_str(part, "");
	assert_false(nw_str_cut(&rest, ',', &part));
}

static void numbers_are_whole_and_in_range(void **state)
{
	static const struct {
		const char *text;
		int64_t min, max;
		int ok;
		int64_t value;
	} cases[] = {
		{"0", 0, 9, 1, 0},
		{"-5", -9, 9, 1, -5},
		{"10", 0, 9, 0, 0},
		{"", 0, 9, 0, 0},
		{"-", -9, 9, 0, 0},
		{"+1", 0, 9, 0, 0},
		{" 1", 0, 9, 0, 0},
		{"1x", 0, 9, 0, 0},
		{"9223372036854775807", INT64_MIN, INT64_MAX, 1, INT64_MAX},
		{"9223372036854775808", INT64_MIN, INT64_MAX, 0, 0},
		{"-9223372036854775808", INT64_MIN, INT64_MAX, 1, INT64_MIN},
		{"-9223372036854775809", INT64_MIN, INT64_MAX, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t value = 7;

		assert_int_equal(
			nw_str_int(nw_str(cases[i].text), cases[i].min, cases[i].max, &value),
			cases[i].ok);
		assert_true(value == cases[i].value);
	}
}

static void formatted_text_ends_in_a_nul(void **state)
{
	const struct nw_str s = nw_arena_printf(*state, "%s-%d", "seq", 7);

	assert_str(s, "seq-7");
	assert_int_equal(s.p[s.n], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_is_folded_in_ascii_only),
		cmocka_unit_test(bytes_after_a_nul_count),
		cmocka_unit_test(starts_and_ends_are_whole_matches),
		cmocka_unit_test(order_is_by_bytes_then_by_length),
		cmocka_unit_test(what_is_not_found_is_at_the_end),
		cmocka_unit_test(white_space_is_trimmed_at_both_ends),
		cmocka_unit_test(slices_stay_inside),
		cmocka_unit_test(cutting_gives_every_part_once),
		cmocka_unit_test(numbers_are_whole_and_in_range),
		cmocka_unit_test(formatted_text_ends_in_a_nul),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
