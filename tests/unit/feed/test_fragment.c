/* HTML in strings: references made absolute, tags taken off, text told from HTML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/str.h"
#include "feed/format.h"

static void expect_absolute(const char *html, const char *base, const char *want)
{
	struct nw_arena *a = nw_arena_new();
	const struct nw_str got = nw_fragment_absolute(a, nw_str(html), nw_str(base));

	if (!nw_str_eq(got, nw_str(want)))
		fail_msg("\"%s\" became \"%.*s\", not \"%s\"", html, NW_ARG(got), want);
	nw_arena_free(a);
}

#define BASE "https://paper.example/news/"

static void references_become_absolute(void **state)
{
	(void)state;
	expect_absolute("<a href=\"story.html\">x</a>", BASE,
		"<a href=\"https://paper.example/news/story.html\">x</a>");
	expect_absolute(
		"<img alt=x src=/p.png>", BASE, "<img alt=x src=\"https://paper.example/p.png\">");
	expect_absolute("<a href='//cdn.example/a'>", BASE, "<a href=\"https://cdn.example/a\">");
	expect_absolute(
		"<A HREF = ?page=2 >", BASE, "<A HREF = \"https://paper.example/news/?page=2\" >");
	expect_absolute("<object data=\"f.swf\"><q cite=../a>", BASE,
		"<object data=\"https://paper.example/news/f.swf\">"
		"<q cite=\"https://paper.example/a\">");
}

static void an_ampersand_in_a_reference_is_read_and_written_escaped(void **state)
{
	(void)state;
	expect_absolute("<a href=\"?a=1&amp;b=2\">", BASE,
		"<a href=\"https://paper.example/news/?a=1&amp;b=2\">");
}

static void what_needs_no_change_is_not_copied(void **state)
{
	static const char *const same[] = {
		"<a href=\"http://other.example/\">",
		"<a href=\"mailto:desk@paper.example\">",
		"<a href=\"data:text/plain,x\">",
		"<a href=\"\">",
		"<a name=story.html>",
		"<data value=story.html data=story.html>",
		"a < b and <3",
		"<!-- <a href=\"x\"> -->",
		"<script>document.write('<a href=\"x\">')</script>",
		"<a href=\"x", /* a tag that is not closed is none */
		"",
	};
	struct nw_arena *a = nw_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		assert_ptr_equal(nw_fragment_absolute(a, nw_str(same[i]), nw_str(BASE)).p, same[i]);
	assert_string_equal(
		nw_fragment_absolute(a, NW_STR("<a href=x>"), (struct nw_str){0}).p, "<a href=x>");
	nw_arena_free(a);
}

static void tags_after_a_comment_or_a_script_are_found(void **state)
{
	(void)state;
	expect_absolute("<!-- > --><a href=x>", BASE,
		"<!-- > --><a href=\"https://paper.example/news/x\">");
	expect_absolute("<script>1<2</script><a href=x>", BASE,
		"<script>1<2</script><a href=\"https://paper.example/news/x\">");
}

static void tags_come_off(void **state)
{
	struct nw_arena *a = nw_arena_new();
	struct nw_str got;

	(void)state;
	got = nw_fragment_strip(a, NW_STR("A <b>bold</b> claim<br>&amp; <script>x</script>more"));
	assert_true(nw_str_eq(got, NW_STR("A bold claim & more")));
	got = nw_fragment_strip(a, NW_STR("1 < 2 &lt; 3"));
	assert_true(nw_str_eq(got, NW_STR("1 < 2 < 3")));
	nw_arena_free(a);
}

static void html_is_told_from_text_with_angle_brackets(void **state)
{
	(void)state;
	assert_true(nw_fragment_is_html(NW_STR("<b>x</b>")));
	assert_true(nw_fragment_is_html(NW_STR("one<br/>two")));
	assert_false(nw_fragment_is_html(NW_STR("the <b> tag")));
	assert_false(nw_fragment_is_html(NW_STR("List<String> and </String>")));
	assert_false(nw_fragment_is_html(NW_STR("1 < 2")));
	assert_false(nw_fragment_is_html(NW_STR("AT&amp;T")));
}

/* Tags, quotes and comments that never end: were the scanner quadratic, this would not end either. */
static void hostile_fragments_come_to_an_end(void **state)
{
	static const char *const parts[] = {
		"<a href=\"", "<!-- ", "<", "</", "<a ", "<script>", "<a href=x>", "&", "<a b='"};
	const size_t n = 1 << 22;
	char *text = malloc(n + 16);

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct nw_arena *a = nw_arena_new();
		const size_t step = strlen(parts[i]);
		size_t used = 0;

		for (; used + step <= n; used += step)
			memcpy(text + used, parts[i], step);
		(void)nw_fragment_absolute(a, (struct nw_str){text, used}, nw_str(BASE));
		(void)nw_fragment_strip(a, (struct nw_str){text, used});
		(void)nw_fragment_is_html((struct nw_str){text, used});
		nw_arena_free(a);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_become_absolute),
		cmocka_unit_test(an_ampersand_in_a_reference_is_read_and_written_escaped),
		cmocka_unit_test(what_needs_no_change_is_not_copied),
		cmocka_unit_test(tags_after_a_comment_or_a_script_are_found),
		cmocka_unit_test(tags_come_off),
		cmocka_unit_test(html_is_told_from_text_with_angle_brackets),
		cmocka_unit_test(hostile_fragments_come_to_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
