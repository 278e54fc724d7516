#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alert/letter.h"
#include "base/arena.h"
#include "base/str.h"

static void begin(struct nw_delivery *d)
{
	*d = (struct nw_delivery){.arena = nw_arena_new(),
		.letter = {.key = NW_STR("k1"),
			.channel = NW_STR("webhook:x"),
			.rule = NW_STR("r")},
		.message = {.subject = NW_STR("S"),
			.text = NW_STR("one \"two\"\n<b>&</b> @all"),
			.link = NW_STR("https://example.org/"),
			.json = NW_STR("{\"subject\":\"S\"}")}};
}

static struct nw_str fill(
	struct nw_delivery *d, const char *json, enum nw_letter_dialect dialect, size_t max)
{
	const struct nw_letter_template template = {nw_str(json), dialect, max};
	struct nw_str filled;

	assert_int_equal(nw_letter_fill(d, &template, &filled, NULL), NW_OK);
	return filled;
}

static void names_are_replaced_inside_strings_alone(void **state)
{
	struct nw_delivery d;

	(void)state;
	begin(&d);
	assert_string_equal(
		fill(&d, "{\"{{key}}\":[1,null,\"<{{subject}}|{{link}}>\"]}", NW_LETTER_PLAIN, 0).p,
		"{\"{{key}}\":[1,null,\"<S|https://example.org/>\"]}");
	nw_arena_free(d.arena);
}

static void no_text_changes_the_form(void **state)
{
	struct nw_delivery d;

	(void)state;
	begin(&d);
	d.message.subject = NW_STR("\",\"evil\":\"{{key}}\\");
	assert_string_equal(fill(&d, "{\"a\":\"{{subject}}\"}", NW_LETTER_PLAIN, 0).p,
		"{\"a\":\"\\\",\\\"evil\\\":\\\"{{key}}\\\\\"}");
	nw_arena_free(d.arena);
}

static void the_letter_whole_takes_a_strings_place(void **state)
{
	struct nw_delivery d;

	(void)state;
	begin(&d);
	assert_string_equal(fill(&d, "{\"a\":\"{{json}}\"}", NW_LETTER_PLAIN, 0).p,
		"{\"a\":{\"subject\":\"S\",\"key\":\"k1\",\"channel\":\"webhook:x\"}}");
	nw_arena_free(d.arena);
}

static void nobody_is_mentioned(void **state)
{
	struct nw_delivery d;

	(void)state;
	begin(&d);
	assert_string_equal(fill(&d, "\"{{text}}\"", NW_LETTER_SLACK, 0).p,
		"\"one \\\"two\\\"\\n&lt;b&gt;&amp;&lt;/b&gt; @all\"");
	assert_string_equal(fill(&d, "\"{{text}}\"", NW_LETTER_MARKDOWN, 0).p,
		"\"one \\\"two\\\"\\n<\xe2\x80\x8b"
		"b>&<\xe2\x80\x8b/b> @\xe2\x80\x8b"
		"all\"");
	nw_arena_free(d.arena);
}

static void text_is_no_markdown(void **state)
{
	static const struct {
		const char *text, *filled;
	} rows[] = {
		{"**a** _b_ `c` ~~d~~ ||e||",
			"\\*\\*a\\*\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~ \\|\\|e\\|\\|"},
		{"![x](http://e/y.png)", "!\\[x\\](http://e/y.png)"},
		{"a\\[b]", "a\\\\\\[b\\]"},
		{"# a\n  > b\n#c d > e # f\n---\n- g",
			"\\# a\n  \\> b\n\\#c d > e # f\n\\---\n- g"},
		{"<https://e/|x>", "<\xe2\x80\x8bhttps://e/%7Cx%3E"},
		/* An address stays one, and leads where it led. */
		{"HTTPS://e.org/a_b*c(d)/@who/[x] _", "HTTPS://e.org/a_b*c(d)/%40who/%5Bx%5D \\_"},
		{"httpx://_", "httpx://\\_"},
	};
	struct nw_delivery d;

	(void)state;
	begin(&d);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *filled;

		d.message.text = nw_str(rows[i].text);
		assert_int_equal(nw_json_parse(fill(&d, "[\"{{text}}\"]", NW_LETTER_MARKDOWN, 0),
					 &filled, NULL),
			NW_OK);
		assert_string_equal(json_string_value(json_array_get(filled, 0)), rows[i].filled);
		json_decref(filled);
	}
	nw_arena_free(d.arena);
}

static void a_value_is_measured_as_it_is_written(void **state)
{
	struct nw_delivery d;

	(void)state;
	begin(&d);
	d.message.text = NW_STR("a&b<");
	assert_string_equal(fill(&d, "\"{{text}}\"", NW_LETTER_SLACK, 11).p, "\"a&amp;b&lt;\"");
	assert_string_equal(
		fill(&d, "\"{{text}}\"", NW_LETTER_SLACK, 10).p, "\"a&amp;b\xe2\x80\xa6\"");
	assert_string_equal(fill(&d, "\"{{text}}\"", NW_LETTER_SLACK, 5).p, "\"a\xe2\x80\xa6\"");
	/* What is beyond the first 65,536 characters is two units. */
	d.message.text = NW_STR("\xf0\x9f\x98\x80\xf0\x9f\x98\x80");
	assert_string_equal(
		fill(&d, "\"{{text}}\"", NW_LETTER_PLAIN, 3).p, "\"\xf0\x9f\x98\x80\xe2\x80\xa6\"");
	assert_string_equal(fill(&d, "\"{{text}}\"", NW_LETTER_PLAIN, 4).p,
		"\"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\"");
	nw_arena_free(d.arena);
}

static void a_long_value_is_cut_at_a_character(void **state)
{
	struct nw_delivery d;

	(void)state;
	begin(&d);
	d.message.text = NW_STR("\xd9\x88\xd9\x82\xd9\x81\xd8\xa5");
	assert_string_equal(
		fill(&d, "\"{{text}}\"", NW_LETTER_PLAIN, 3).p, "\"\xd9\x88\xd9\x82\xe2\x80\xa6\"");
	assert_string_equal(fill(&d, "\"{{text}}\"", NW_LETTER_PLAIN, 4).p,
		"\"\xd9\x88\xd9\x82\xd9\x81\xd8\xa5\"");
	nw_arena_free(d.arena);
}

static void a_name_nobody_knows_is_an_error(void **state)
{
	static const char *const bad[] = {"\"{{nothing}}\"", "\"{{text\"", "\"{{}}\"", "{"};
	struct nw_delivery d;
	struct nw_str filled;

	(void)state;
	begin(&d);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct nw_letter_template template = {nw_str(bad[i]), NW_LETTER_PLAIN, 0};

		assert_int_equal(nw_letter_fill(&d, &template, &filled, NULL), NW_E_SYNTAX);
		assert_int_equal(filled.n, 0);
	}
	nw_arena_free(d.arena);
}

static void a_line_is_one_line(void **state)
{
	struct nw_delivery d;
	struct nw_str line;

	(void)state;
	begin(&d);
	d.message.json = NW_STR("{\"text\":\"a\\nb\"}");
	line = nw_letter_line(&d);
	assert_int_equal(nw_str_find(line, NW_STR("\n")), line.n - 1);
	assert_true(nw_str_starts(line, NW_STR("{\"text\":\"a\\nb\",\"key\":\"k1\"")));
	nw_arena_free(d.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_replaced_inside_strings_alone),
		cmocka_unit_test(no_text_changes_the_form),
		cmocka_unit_test(the_letter_whole_takes_a_strings_place),
		cmocka_unit_test(nobody_is_mentioned),
		cmocka_unit_test(text_is_no_markdown),
		cmocka_unit_test(a_value_is_measured_as_it_is_written),
		cmocka_unit_test(a_long_value_is_cut_at_a_character),
		cmocka_unit_test(a_name_nobody_knows_is_an_error),
		cmocka_unit_test(a_line_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
