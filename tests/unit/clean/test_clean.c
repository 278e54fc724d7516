/*
 * Every case below tests/fixtures/clean: in.html cleaned, and all that want.json
 * says of it found to be so. "input" in it says what came with the page. Members
 * of an article have its names; "body" is an array of paragraphs, "date" is as
 * newswire clean --json writes it, "others" what lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <newswire/clean.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/str.h"
#include "base/text.h"
#include "base/when.h"

static int wrong; /* what was found to be otherwise, in all cases so far */

static struct nw_str text_of(const json_t *value)
{
	if (!json_is_string(value))
		return (struct nw_str){0};
	return (struct nw_str){json_string_value(value), json_string_length(value)};
}

static void expect_text(const char *place, const char *name, struct nw_str want, struct nw_str got)
{
	if (nw_str_eq(want, got))
		return;
	print_error("%s: %s is \"%.*s\", not \"%.*s\"\n", place, name, NW_ARG(got), NW_ARG(want));
	wrong++;
}

/* The array's strings, joined as paragraphs are. */
static struct nw_str paragraphs_of(struct nw_arena *arena, const json_t *array)
{
	struct nw_str all = {0};

	for (size_t i = 0; i < json_array_size(array); i++)
		all = nw_arena_printf(arena, "%.*s%s%.*s", NW_ARG(all), i ? "\n\n" : "",
			NW_ARG(text_of(json_array_get(array, i))));
	return all;
}

static struct nw_str names_of(struct nw_arena *arena, const struct nw_author *authors)
{
	struct nw_str all = {0};

	for (const struct nw_author *a = authors; a; a = a->next)
		all = nw_arena_printf(arena, "%.*s%s%.*s", NW_ARG(all), a == authors ? "" : "\n\n",
			NW_ARG(a->name));
	return all;
}

static struct nw_str date_of(struct nw_arena *arena, struct nw_when when)
{
	char text[NW_WHEN_TEXT] = "";

	if (when.precision == NW_WHEN_SECOND)
		(void)nw_when_local(when, text);
	else if (when.precision == NW_WHEN_DAY)
		(void)nw_when_day(when, text);
	return nw_arena_str(arena, nw_str(text));
}

/* "json-ld 2024-05-03", a paragraph each, the winner left out. */
static struct nw_str others_of(struct nw_arena *arena, const struct nw_date_candidate *dates)
{
	struct nw_str all = {0};

	for (const struct nw_date_candidate *d = dates ? dates->next : NULL; d; d = d->next)
		all = nw_arena_printf(arena, "%.*s%s%s %.*s", NW_ARG(all), all.n ? "\n\n" : "",
			d->from, NW_ARG(date_of(arena, d->when)));
	return all;
}

static void compare(
	struct nw_arena *arena, const char *place, json_t *want, const struct nw_cleaned *got)
{
	const struct {
		const char *name;
		struct nw_str text;
	} texts[] = {
		{"title", got->title},
		{"state", nw_str(nw_page_state_name(got->state))},
		{"date", date_of(arena, got->date)},
		{"from", nw_str(got->date_from)},
		{"canonical", got->canonical},
		{"site", got->site},
		{"language", got->language},
		{"section", got->section},
		{"image", got->image},
		{"summary", got->summary},
		{"wire", got->wire},
		{"conflict", got->date_conflict ? NW_STR("yes") : NW_STR("no")},
	};
	const struct {
		const char *name;
		struct nw_str text;
	} lists[] = {
		{"body", got->body},
		{"authors", names_of(arena, got->authors)},
		{"others", others_of(arena, got->dates)},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (json_object_get(want, texts[i].name))
			expect_text(place, texts[i].name,
				text_of(json_object_get(want, texts[i].name)), texts[i].text);
	}
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (json_object_get(want, lists[i].name))
			expect_text(place, lists[i].name,
				paragraphs_of(arena, json_object_get(want, lists[i].name)),
				lists[i].text);
	}
}

static void try_case(const char *name)
{
	struct nw_arena *arena = nw_arena_new();
	const struct nw_str dir = nw_arena_printf(arena, NW_FIXTURES "/%s", name);
	struct nw_clean_input input = {0};
	struct nw_error error = {0};
	struct nw_cleaned cleaned;
	struct nw_str bytes;
	json_t *want, *with;

	assert_int_equal(nw_file_read(arena, nw_arena_printf(arena, "%s/in.html", dir.p).p, 1 << 20,
				 &input.body, &error),
		NW_OK);
	assert_int_equal(nw_file_read(arena, nw_arena_printf(arena, "%s/want.json", dir.p).p,
				 1 << 20, &bytes, &error),
		NW_OK);
	if (nw_json_parse(bytes, &want, &error))
		fail_msg("%s: %s", name, error.text);
	with = json_object_get(want, "input");
	input.url = nw_json_get_str(with, "url");
	input.content_type = nw_json_get_str(with, "content_type");
	input.feed_title = nw_json_get_str(with, "feed_title");
	input.now_s = nw_json_get_int(with, "now_s", 0);
	(void)nw_when_parse(nw_json_get_str(with, "feed_date"), &input.feed_date);
	assert_int_equal(nw_clean_html(arena, &input, &cleaned, &error), NW_OK);
	compare(arena, name, want, &cleaned);
	expect_text(name, "the body's form", nw_text_paragraphs(arena, cleaned.body), cleaned.body);
	json_decref(want);
	nw_arena_free(arena);
}

static void every_case_is_as_it_says(void **state)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_error error = {0};
	struct nw_str *names;
	size_t n;

	(void)state;
	assert_int_equal(
		nw_dir_list(arena, NW_FIXTURES, (struct nw_str){0}, &names, &n, &error), NW_OK);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		if (names[i].p[0] != '.')
			try_case(names[i].p);
	}
	nw_arena_free(arena);
	assert_int_equal(wrong, 0);
}

static struct nw_str repeat(struct nw_arena *arena, const char *part, size_t times)
{
	const size_t n = strlen(part);
	char *text = nw_arena_alloc(arena, n * times + 1);

	for (size_t i = 0; i < n * times; i++)
		text[i] = part[i % n];
	return (struct nw_str){text, n * times};
}

static void hostile_pages_end_soon_and_in_order(void **state)
{
	static const char *const parts[] = {"<div>", "<p>", "<a href=x>",
		"<b class='comment body'>", "<article class=article-body><h1>a b c</h1>",
		"<time datetime=2024-05-03>", "<span class='date byline'>by",
		"<meta property=og:title content=a>", "<br>word ", "<h1>title of it</h1>",
		"<script type=application/ld+json>[</script>", "<table><tr><td>some more words",
		"&nbsp;", "\xd8\xa7 ", "<ul><li>"};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct nw_arena *arena = nw_arena_new();
		const struct nw_clean_input input = {.body = repeat(arena, parts[i], 20000)};
		struct nw_cleaned cleaned;

		assert_int_equal(nw_clean_html(arena, &input, &cleaned, NULL), NW_OK);
		assert_true(nw_str_eq(nw_text_paragraphs(arena, cleaned.body), cleaned.body));
		nw_arena_free(arena);
	}
}

static void an_empty_page_is_too_short_or_no_page(void **state)
{
	struct nw_arena *arena = nw_arena_new();
	const struct nw_clean_input input = {.body = NW_STR(" ")};
	struct nw_cleaned cleaned;

	(void)state;
	if (nw_clean_html(arena, &input, &cleaned, NULL) == NW_OK)
		assert_int_equal(cleaned.state, NW_PAGE_TOO_SHORT);
	assert_int_equal(cleaned.body.n, 0);
	nw_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_is_as_it_says),
		cmocka_unit_test(hostile_pages_end_soon_and_in_order),
		cmocka_unit_test(an_empty_page_is_too_short_or_no_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
