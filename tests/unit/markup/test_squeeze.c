#include "check.h"

#include "markup/squeeze.h"

static bool is_squeezed(struct nw_str text, bool is_html)
{
	struct nw_squeeze s;
	const struct nw_str out = is_html ? nw_squeeze_html(&s, text) : nw_squeeze_xml(&s, text);
	const bool squeezed = out.p != text.p;

	assert_int_equal(squeezed, s.n_raws > 0);
	nw_squeeze_clear(&s);
	return squeezed;
}

#define LONG " and what follows is long enough "

static void plain_text_and_sections_are_squeezed(void **state)
{
	(void)state;
	assert_true(is_squeezed(NW_STR("<a>text" LONG "</a>"), false));
	assert_true(is_squeezed(NW_STR("<a>&lt;p&gt; &#8212;" LONG "</a>"), false));
	assert_true(is_squeezed(NW_STR("<a><![CDATA[<p> & " LONG "]]></a>"), false));
}

static void what_libxml2_must_judge_is_left(void **state)
{
	static const char *const left[] = {"<a>" LONG "& b</a>", "<a>" LONG "&eacute;</a>",
		"<a>" LONG "&#1;</a>", "<a>" LONG "&#150;</a>", "<a>" LONG "]]></a>",
		"<a>" LONG "\x01</a>", "<a>" LONG "\r\n</a>", "<a>" LONG "\xef\xbf\xbf</a>",
		"<a><![CDATA[" LONG "\x02]]></a>", "<a><![CDATA[" LONG "</a>",
		"<!-- <a>" LONG "--><a/>", "<?a <b>" LONG "?><a/>", "<a b='<c>" LONG "'/>",
		"<a>                                          </a>"};

	(void)state;
	for (size_t i = 0; i < COUNT(left); i++)
		if (is_squeezed(nw_str(left[i]), false))
			fail_msg("squeezed: %s", left[i]);
}

static void scripts_and_styles_are_squeezed_and_nothing_else(void **state)
{
	(void)state;
	assert_true(is_squeezed(NW_STR("<script a='>'>" LONG "</script>"), true));
	assert_true(is_squeezed(NW_STR("<STYLE>" LONG "</sTyle>"), true));
	assert_true(is_squeezed(NW_STR("<script>" LONG), true));
	assert_false(is_squeezed(NW_STR("<scripts>" LONG "</scripts>"), true));
	assert_false(is_squeezed(NW_STR("<!-- <script>" LONG "</script> -->"), true));
	assert_false(is_squeezed(NW_STR("<a b='<script>" LONG "</script>'>"), true));
	assert_false(is_squeezed(NW_STR("<script/>" LONG "</script>"), true));
	assert_false(is_squeezed(NW_STR("<p>" LONG "</p>"), true));
}

static void page_that_has_our_mark_is_left_alone(void **state)
{
	(void)state;
	assert_false(is_squeezed(NW_STR("\xee\x80\x80<script>" LONG "</script>"), true));
	assert_false(is_squeezed(NW_STR("<a>\xee\x80\x80" LONG "</a>"), false));
}

static void marks_are_turned_back_and_their_lines_counted(void **state)
{
	struct nw_squeeze s;
	const struct nw_str text = NW_STR("<a>one\ntwo\n" LONG "</a>");
	const struct nw_str out = nw_squeeze_xml(&s, text);
	const struct nw_str mark = {out.p + 3, out.n - 7};
	uint32_t lines = 5;

	(void)state;
	assert_str(nw_squeeze_find(&s, mark, &lines), NW_STR("one\ntwo\n" LONG));
	assert_int_equal(lines, 7);
	assert_str(nw_squeeze_find(&s,
			   NW_STR("\xee\x80\x80"
				  "7"),
			   &lines),
		NW_STR("\xee\x80\x80"
		       "7"));
	assert_str(nw_squeeze_find(&s, NW_STR("x"), &lines), NW_STR("x"));
	assert_int_equal(lines, 7);
	nw_squeeze_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_and_sections_are_squeezed),
		cmocka_unit_test(what_libxml2_must_judge_is_left),
		cmocka_unit_test(scripts_and_styles_are_squeezed_and_nothing_else),
		cmocka_unit_test(page_that_has_our_mark_is_left_alone),
		cmocka_unit_test(marks_are_turned_back_and_their_lines_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
