#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/str.h"
#include "base/when.h"
#include <newswire/article.h>

static int new_arena(void **state)
{
	*state = nw_arena_new();
	return 0;
}

static int free_arena(void **state)
{
	nw_arena_free(*state);
	return 0;
}

static struct nw_article read_text(struct nw_arena *a, const char *text)
{
	struct nw_error error = {0};
	struct nw_article article;

	assert_int_equal(nw_text_read(a, nw_str(text), &article, &error), NW_OK);
	return article;
}

static void assert_str(struct nw_str got, const char *want)
{
	if (!nw_str_eq(got, nw_str(want)))
		fail_msg("got '%.*s', want '%s'", NW_ARG(got), want);
}

static void assert_day(struct nw_when when, const char *want)
{
	char text[NW_WHEN_TEXT];

	assert_int_equal(when.precision, NW_WHEN_DAY);
	assert_string_equal(nw_when_day(when, text), want);
}

static void assert_written(const struct nw_article *article, const char *want)
{
	struct nw_arena *arena = nw_arena_new();

	assert_str(nw_text_write(arena, article), want);
	nw_arena_free(arena);
}

static const struct nw_when day = {.unix_s = 1579132800, .precision = NW_WHEN_DAY};

static void a_dated_article_is_written_to_the_letter(void **state)
{
	const struct nw_article article = {.title = NW_STR("Title of the story"),
		.body = NW_STR("First paragraph, on one line.\n\nSecond paragraph."),
		.published = day};

	(void)state;
	assert_written(&article,
		" date 2020-01-16 Title of the story\n\n"
		"First paragraph, on one line.\n\nSecond paragraph.\n");
}

static void without_a_date_line_one_is_the_title_alone(void **state)
{
	const struct nw_article article = {.title = NW_STR("Title"), .body = NW_STR("Body.")};

	(void)state;
	assert_written(&article, "Title\n\nBody.\n");
}

static void the_day_is_the_publishers_own(void **state)
{
	/* 23:30 UTC on the 15th is the 16th in Tripoli. */
	const struct nw_article article = {.title = NW_STR("T"),
		.published = {
			.unix_s = 1579131000, .offset_min = 120, .precision = NW_WHEN_SECOND}};

	(void)state;
	assert_written(&article, " date 2020-01-16 T\n");
}

static void a_title_is_one_line_whatever_it_held(void **state)
{
	const struct nw_article article = {.title = NW_STR(" Two\nlines \t of\xc2\xa0title ")};

	(void)state;
	assert_written(&article, "Two lines of title\n");
}

static void a_date_without_a_title_stands_alone(void **state)
{
	const struct nw_article article = {.body = NW_STR("Body."), .published = day};

	assert_written(&article, " date 2020-01-16\n\nBody.\n");
	assert_str(read_text(*state, " date 2020-01-16\n\nBody.\n").title, "");
	assert_str(read_text(*state, " date 2020-01-16\n\nBody.\n").body, "Body.");
}

static void the_date_line_is_read(void **state)
{
	const struct nw_article article =
		read_text(*state, " date 2020-01-16 Title of the story\n\nOne.\n\nTwo.\n");

	assert_day(article.published, "2020-01-16");
	assert_str(article.title, "Title of the story");
	assert_str(article.body, "One.\n\nTwo.");
}

static void a_title_that_speaks_of_a_date_is_only_a_title(void **state)
{
	static const char *const titles[] = {"date 2020-01-16 is when it was", " date 2020-02-30 x",
		" date 2020-1-16 x", " date 2020-01-16x", " dated 2020-01-16 x",
		" date -020-01-16 x"};

	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++) {
		const struct nw_article article = read_text(*state, titles[i]);

		assert_int_equal(article.published.precision, NW_WHEN_UNKNOWN);
		assert_str(article.title, nw_str_trim(nw_str(titles[i])).p);
	}
}

static void paragraphs_may_come_one_a_line(void **state)
{
	const struct nw_article article = read_text(
		*state, "\xef\xbb\xbf\r\n\r\n Title\r\nOne.\r\n\r\n\r\nTwo.\nThree.\r\n\r\n");

	assert_str(article.title, "Title");
	assert_str(article.body, "One.\n\nTwo.\n\nThree.");
}

static void invalid_bytes_are_refused_with_their_offset(void **state)
{
	struct nw_article article;
	struct nw_error error;

	assert_int_equal(
		nw_text_read(*state, NW_STR("Title\n\nA \xff"), &article, &error), NW_E_SYNTAX);
	assert_non_null(strstr(error.text, "byte 9"));
	assert_int_equal(article.title.n, 0);
}

static void a_document_of_nothing_is_refused(void **state)
{
	static const char *const texts[] = {"", "\n\n \r\n", "\xef\xbb\xbf", "\xe2\x80\x8b\n"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct nw_article article;
		struct nw_error error;

		assert_int_equal(
			nw_text_read(*state, nw_str(texts[i]), &article, &error), NW_E_SYNTAX);
	}
}

static void what_was_read_outlives_the_bytes(void **state)
{
	char bytes[] = "Title\n\nBody.";
	struct nw_article article;

	assert_int_equal(nw_text_read(*state, nw_str(bytes), &article, NULL), NW_OK);
	memset(bytes, 'x', sizeof(bytes) - 1);
	assert_str(article.title, "Title");
	assert_str(article.body, "Body.");
}

static void reading_what_was_written_gives_the_same_record(void **state)
{
	static const char *const titles[] = {"", "T", "date 2020-01-16 x",
		"\xd9\x84\xd9\x8a\xd8\xa8\xd9\x8a\xd8\xa7", "e\xcc\x81", " a  b "};
	static const char *const bodies[] = {
		"", "One.", "One.\n\nTwo.", " date 2020-01-16 x\nB", "\n\nA\r\n\r\nB\n"};

	for (size_t i = 0; i < 6 * 5 * 2; i++) {
		struct nw_article first = {.title = nw_str(titles[i % 6]),
			.body = nw_str(bodies[i / 6 % 5]),
			.published = i < 30 ? day : (struct nw_when){0}};
		struct nw_article again, third;
		struct nw_str text;

		if (i >= 30 && !first.title.n)
			continue; /* no first line to keep apart from the body */
		text = nw_text_write(*state, &first);
		assert_int_equal(nw_text_read(*state, text, &again, NULL), NW_OK);
		assert_int_equal(again.published.precision, first.published.precision);
		assert_true(again.published.unix_s == first.published.unix_s);
		text = nw_text_write(*state, &again);
		assert_int_equal(nw_text_read(*state, text, &third, NULL), NW_OK);
		assert_true(nw_str_eq(third.title, again.title));
		assert_true(nw_str_eq(third.body, again.body));
	}
}

static void texts_as_they_occur_in_the_wild_are_read(void **state)
{
	static const struct {
		const char *name, *day, *title;
	} seeds[] = {
		{"000_a7f284c17a125498.txt", "2020-01-16", "Mike Pompeo will push"},
		{"001_028eee75ba93bdb3.txt", "2020-01-17", "US Secretary of State"},
		{"002_87fe39219c93fd90.txt", NULL, "US presses for Libya ceasefire"},
		{"003_a4f0d62193802dcc.txt", NULL, "US wants Haftar to halt"},
		{"004_d4d68821ea1de431.txt", "2019-11-15", "Haberler English"},
	};

	for (size_t i = 0; i < sizeof(seeds) / sizeof(*seeds); i++) {
		const struct nw_str path =
			nw_arena_printf(*state, "%s/../shared/seeds/%s", NW_SOURCE, seeds[i].name);
		struct nw_article article;
		struct nw_str bytes;

		if (nw_file_read(*state, path.p, 1 << 20, &bytes, NULL) != NW_OK)
			skip();
		assert_int_equal(nw_text_read(*state, bytes, &article, NULL), NW_OK);
		assert_true(nw_str_starts(article.title, nw_str(seeds[i].title)));
		assert_true(article.body.n > 1000);
		if (seeds[i].day)
			assert_day(article.published, seeds[i].day);
		else
			assert_int_equal(article.published.precision, NW_WHEN_UNKNOWN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dated_article_is_written_to_the_letter),
		cmocka_unit_test(without_a_date_line_one_is_the_title_alone),
		cmocka_unit_test(the_day_is_the_publishers_own),
		cmocka_unit_test(a_title_is_one_line_whatever_it_held),
		cmocka_unit_test_setup_teardown(
			a_date_without_a_title_stands_alone, new_arena, free_arena),
		cmocka_unit_test_setup_teardown(the_date_line_is_read, new_arena, free_arena),
		cmocka_unit_test_setup_teardown(
			a_title_that_speaks_of_a_date_is_only_a_title, new_arena, free_arena),
		cmocka_unit_test_setup_teardown(
			paragraphs_may_come_one_a_line, new_arena, free_arena),
		cmocka_unit_test_setup_teardown(
			invalid_bytes_are_refused_with_their_offset, new_arena, free_arena),
		cmocka_unit_test_setup_teardown(
			a_document_of_nothing_is_refused, new_arena, free_arena),
		cmocka_unit_test_setup_teardown(
			what_was_read_outlives_the_bytes, new_arena, free_arena),
		cmocka_unit_test_setup_teardown(
			reading_what_was_written_gives_the_same_record, new_arena, free_arena),
		cmocka_unit_test_setup_teardown(
			texts_as_they_occur_in_the_wild_are_read, new_arena, free_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
