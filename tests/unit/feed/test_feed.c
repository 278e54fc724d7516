/*
 * Every case below tests/fixtures/feed: in.* read, and all that want.json says
 * of it found to be so. want.json has the shape of newswire-feed/1 and names
 * only what its case is about; "input" says what came with the bytes, "error"
 * how the refusal has to read. null and 0 mean: nothing there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <newswire/feed.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/str.h"
#include "base/when.h"

struct field {
	const char *name;
	size_t offset;
};

#define FIELD(type, name)                          \
	{                                          \
#name, offsetof(struct type, name) \
	}

static const struct field feed_fields[] = {FIELD(nw_feed, title), FIELD(nw_feed, title_text),
	FIELD(nw_feed, description), FIELD(nw_feed, link), FIELD(nw_feed, id),
	FIELD(nw_feed, language), FIELD(nw_feed, rights), FIELD(nw_feed, generator),
	FIELD(nw_feed, image), FIELD(nw_feed, new_location), FIELD(nw_feed, ttl), {0}};
static const struct field item_fields[] = {FIELD(nw_item, id), FIELD(nw_item, title),
	FIELD(nw_item, title_text), FIELD(nw_item, link), FIELD(nw_item, summary),
	FIELD(nw_item, content), FIELD(nw_item, content_type), FIELD(nw_item, content_src),
	FIELD(nw_item, language), FIELD(nw_item, rights), FIELD(nw_item, comments),
	FIELD(nw_item, image), FIELD(nw_item, thumbnail), {0}};
static const struct field link_fields[] = {FIELD(nw_feed_link, rel), FIELD(nw_feed_link, href),
	FIELD(nw_feed_link, type), FIELD(nw_feed_link, title), FIELD(nw_feed_link, hreflang),
	FIELD(nw_feed_link, length), {0}};
static const struct field category_fields[] = {FIELD(nw_feed_category, term),
	FIELD(nw_feed_category, scheme), FIELD(nw_feed_category, label), {0}};
static const struct field person_fields[] = {
	FIELD(nw_feed_person, name), FIELD(nw_feed_person, email), FIELD(nw_feed_person, url), {0}};
static const struct field enclosure_fields[] = {FIELD(nw_feed_enclosure, url),
	FIELD(nw_feed_enclosure, type), FIELD(nw_feed_enclosure, length), {0}};
static const struct field deletion_fields[] = {
	FIELD(nw_feed_deletion, id), FIELD(nw_feed_deletion, comment), {0}};
static const struct field source_fields[] = {
	FIELD(nw_feed_source, title), FIELD(nw_feed_source, link), FIELD(nw_feed_source, id), {0}};

static const char *place; /* the case that is being compared */
static int wrong;         /* what was found to be otherwise, in all cases so far */

static void complain(const char *format, ...) NW_PRINTF(1, 2);
static void complain(const char *format, ...)
{
	va_list ap;

	print_error("%s: ", strrchr(place, '/') + 1);
	va_start(ap, format);
	vprint_error(format, ap);
	va_end(ap);
	print_error("\n");
	wrong++;
}

static void expect_text(const char *name, const json_t *want, struct nw_str got)
{
	const struct nw_str text = {json_string_value(want), json_string_length(want)};

	if (json_is_null(want) ? got.n == 0 : nw_str_eq(text, got))
		return;
	complain("%s is \"%.*s\", not \"%.*s\"", name, NW_ARG(got), NW_ARG(text));
}

static void expect_number(const char *name, const json_t *want, int64_t got)
{
	const int64_t number =
		json_is_boolean(want) ? json_is_true(want) : json_integer_value(want);

	if (number != got)
		complain("%s is %lld, not %lld", name, (long long)got, (long long)number);
}

static void expect_date(const char *name, const json_t *want, const struct nw_feed_date *date)
{
	char text[NW_WHEN_TEXT] = "";

	if (date->when.precision != NW_WHEN_UNKNOWN)
		(void)nw_when_rfc3339(date->when.unix_s, text);
	expect_text(name, want, nw_str(text));
}

/* False where no field has that name. */
static bool expect_field(
	const struct field *fields, const char *name, const json_t *want, const void *thing)
{
	for (; fields->name; fields++) {
		if (strcmp(fields->name, name) == 0) {
			expect_text(name, want,
				*(const struct nw_str *)((const char *)thing + fields->offset));
			return true;
		}
	}
	return false;
}

static void expect_row(const struct field *fields, json_t *want, const void *thing)
{
	const char *name;
	json_t *value;

	json_object_foreach(want, name, value)
		assert_true(expect_field(fields, name, value, thing));
}

/* Every list of ours begins with its next pointer. */
static const void *next_of(const void *row)
{
	return *(const void *const *)row;
}

static void expect_list(
	const char *name, const struct field *fields, json_t *want, const void *list)
{
	for (size_t i = 0; i < json_array_size(want); i++, list = next_of(list)) {
		if (!list) {
			complain("%s has only %zu", name, i);
			return;
		}
		expect_row(fields, json_array_get(want, i), list);
	}
	if (list)
		complain("%s has more than %zu", name, json_array_size(want));
}

static void expect_item(json_t *want, const struct nw_item *item)
{
	const char *name;
	json_t *value;

	json_object_foreach(want, name, value)
	{
		if (strcmp(name, "published") == 0)
			expect_date(name, value, &item->published);
		else if (strcmp(name, "updated") == 0)
			expect_date(name, value, &item->updated);
		else if (strcmp(name, "published_raw") == 0)
			expect_text(name, value, item->published.raw);
		else if (strcmp(name, "guid_is_link") == 0)
			expect_number(name, value, item->guid_is_link);
		else if (strcmp(name, "line") == 0)
			expect_number(name, value, item->line);
		else if (strcmp(name, "authors") == 0)
			expect_list(name, person_fields, value, item->authors);
		else if (strcmp(name, "categories") == 0)
			expect_list(name, category_fields, value, item->categories);
		else if (strcmp(name, "links") == 0)
			expect_list(name, link_fields, value, item->links);
		else if (strcmp(name, "enclosures") == 0)
			expect_list(name, enclosure_fields, value, item->enclosures);
		else if (strcmp(name, "source") == 0)
			expect_row(source_fields, value, &item->source);
		else if (!expect_field(item_fields, name, value, item))
			fail_msg("%s: no field \"%s\"", place, name);
	}
}

static void expect_channel(json_t *want, const struct nw_feed *feed)
{
	const char *name;
	json_t *value;

	json_object_foreach(want, name, value)
	{
		if (strcmp(name, "published") == 0)
			expect_date(name, value, &feed->published);
		else if (strcmp(name, "updated") == 0)
			expect_date(name, value, &feed->updated);
		else if (strcmp(name, "poll_every_s") == 0)
			expect_number(name, value, feed->poll_every_s);
		else if (strcmp(name, "skip_hours") == 0)
			expect_number(name, value, feed->skip_hours);
		else if (strcmp(name, "skip_days") == 0)
			expect_number(name, value, feed->skip_days);
		else if (strcmp(name, "authors") == 0)
			expect_list(name, person_fields, value, feed->authors);
		else if (strcmp(name, "categories") == 0)
			expect_list(name, category_fields, value, feed->categories);
		else if (strcmp(name, "links") == 0)
			expect_list(name, link_fields, value, feed->links);
		else if (strcmp(name, "cloud_domain") == 0)
			expect_text(name, value, feed->cloud.domain);
		else if (!expect_field(feed_fields, name, value, feed))
			fail_msg("%s: no field \"%s\"", place, name);
	}
}

static void expect_deletions(json_t *want, const struct nw_feed *feed)
{
	const struct nw_feed_deletion *deletion = feed->deletions;

	if (json_array_size(want) != feed->n_deletions)
		complain("%zu deletions, not %zu", feed->n_deletions, json_array_size(want));
	for (size_t i = 0; deletion && i < json_array_size(want); i++, deletion = deletion->next) {
		json_t *row = json_array_get(want, i);

		expect_date("when", json_object_get(row, "when"), &deletion->when);
		(void)json_object_del(row, "when");
		expect_row(deletion_fields, row, deletion);
	}
}

static void expect_feed(const json_t *want, const struct nw_feed *feed)
{
	json_t *entries = json_object_get(want, "entries");
	const struct nw_item *item = feed->items;

	if (json_object_get(want, "format"))
		expect_text("format", json_object_get(want, "format"), nw_str(feed->format));
	if (json_object_get(want, "encoding"))
		expect_text("encoding", json_object_get(want, "encoding"), feed->encoding);
	if (json_object_get(want, "malformed"))
		expect_number("malformed", json_object_get(want, "malformed"), feed->malformed);
	expect_channel(json_object_get(want, "feed"), feed);
	expect_deletions(json_object_get(want, "deleted"), feed);
	if (!entries)
		return;
	if (json_array_size(entries) != feed->n_items)
		complain("%zu items, not %zu", feed->n_items, json_array_size(entries));
	for (size_t i = 0; item && i < json_array_size(entries); i++, item = item->next)
		expect_item(json_array_get(entries, i), item);
}

static struct nw_str read_input(struct nw_arena *a, const char *folder)
{
	static const char *const names[] = {"in.xml", "in.json", "in.html", "in.txt"};
	struct nw_str bytes;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *path = nw_arena_printf(a, "%s/%s", folder, names[i]).p;

		if (nw_file_read(a, path, 1 << 20, &bytes, NULL) == NW_OK)
			return bytes;
	}
	fail_msg("%s: no in.*", folder);
	return (struct nw_str){0};
}

static void check_case(const char *folder)
{
	struct nw_arena *a = nw_arena_new();
	struct nw_error error = {0};
	struct nw_feed_input input;
	struct nw_feed feed;
	struct nw_str text;
	const json_t *came;
	const char *path;
	json_t *want;
	enum nw_err err;

	place = folder;
	path = nw_arena_printf(a, "%s/want.json", folder).p;
	assert_int_equal(nw_file_read(a, path, 1 << 20, &text, &error), NW_OK);
	if (nw_json_parse(text, &want, &error))
		fail_msg("%s:%d: %s", path, error.line, error.text);
	came = json_object_get(want, "input");
	input = (struct nw_feed_input){.body = read_input(a, folder),
		.url = nw_json_get_str(came, "url"),
		.content_type = nw_json_get_str(came, "content_type"),
		.content_location = nw_json_get_str(came, "content_location"),
		.content_language = nw_json_get_str(came, "content_language")};
	err = nw_feed_parse(a, &input, &nw_feed_default_limits, &feed, &error);
	if (json_object_get(want, "error"))
		expect_text("error", json_object_get(want, "error"), nw_str(error.text));
	else if (err)
		complain("refused: %s", error.text);
	else
		expect_feed(want, &feed);
	json_decref(want);
	nw_arena_free(a);
}

static void each_fixture_reads_as_its_want_json_says(void **state)
{
	struct nw_arena *a = nw_arena_new();
	struct nw_str *names;
	size_t n;

	(void)state;
	assert_int_equal(nw_dir_list(a, NW_FIXTURES, NW_STR(""), &names, &n, NULL), NW_OK);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++)
		check_case(nw_arena_printf(a, NW_FIXTURES "/%.*s", NW_ARG(names[i])).p);
	assert_int_equal(wrong, 0);
	nw_arena_free(a);
}

static enum nw_err parse(
	struct nw_arena *a, const char *text, struct nw_feed_limits limits, struct nw_feed *feed)
{
	const struct nw_feed_input input = {.body = nw_str(text)};

	return nw_feed_parse(a, &input, &limits, feed, NULL);
}

static void items_past_the_limit_are_left_out_and_cut_says_so(void **state)
{
	static const char text[] =
		"<rss version='2.0'><channel><item><title>1</title></item>"
		"<item><title>2</title></item><item><title>3</title></item></channel></rss>";
	struct nw_arena *a = nw_arena_new();
	struct nw_feed feed;

	(void)state;
	assert_int_equal(parse(a, text, (struct nw_feed_limits){4096, 2}, &feed), NW_OK);
	assert_int_equal(feed.n_items, 2);
	assert_true(feed.cut);
	assert_null(feed.items->next->next);
	assert_int_equal(parse(a, text, (struct nw_feed_limits){4096, 3}, &feed), NW_OK);
	assert_false(feed.cut);
	nw_arena_free(a);
}

static void json_items_are_limited_too(void **state)
{
	static const char text[] = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":["
				   "{\"id\":1},{\"id\":2},{\"id\":3}]}";
	struct nw_arena *a = nw_arena_new();
	struct nw_feed feed;

	(void)state;
	assert_int_equal(parse(a, text, (struct nw_feed_limits){4096, 2}, &feed), NW_OK);
	assert_int_equal(feed.n_items, 2);
	assert_true(feed.cut);
	nw_arena_free(a);
}

static void json_of_more_values_than_any_feed_is_refused(void **state)
{
	struct nw_arena *a = nw_arena_new();
	struct nw_feed feed;
	struct nw_buf buf;

	(void)state;
	nw_buf_init(&buf, 1 << 22);
	nw_buf_add(&buf, NW_STR("{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":["));
	for (int i = 0; i < 200001; i++)
		nw_buf_add(&buf, NW_STR("{},"));
	nw_buf_add(&buf, NW_STR("{}]}"));
	assert_int_equal(parse(a, buf.p, nw_feed_default_limits, &feed), NW_E_LIMIT);
	nw_buf_clear(&buf);
	nw_arena_free(a);
}

static void a_document_over_the_byte_limit_is_refused(void **state)
{
	struct nw_arena *a = nw_arena_new();
	struct nw_feed feed;

	(void)state;
	assert_int_equal(parse(a, "<rss version='2.0'/>", (struct nw_feed_limits){19, 10}, &feed),
		NW_E_LIMIT);
	assert_null(feed.format);
	nw_arena_free(a);
}

static void the_body_may_go_at_once(void **state)
{
	static const char text[] =
		"<rss version='2.0'><channel><title>The paper</title><item><link>http://a.example/1"
		"</link><description>Words &amp; more</description></item></channel></rss>";
	struct nw_arena *a = nw_arena_new();
	struct nw_feed_input input = {0};
	char *body = strdup(text);
	struct nw_feed feed;

	(void)state;
	input.body = nw_str(body);
	assert_int_equal(nw_feed_parse(a, &input, &nw_feed_default_limits, &feed, NULL), NW_OK);
	memset(body, 'X', strlen(body));
	free(body);
	assert_true(nw_str_eq(feed.title, NW_STR("The paper")));
	assert_true(nw_str_eq(feed.items->link, NW_STR("http://a.example/1")));
	assert_true(nw_str_eq(feed.items->summary, NW_STR("Words & more")));
	nw_arena_free(a);
}

static void a_list_without_end_is_cut(void **state)
{
	struct nw_arena *a = nw_arena_new();
	struct nw_feed feed;
	size_t n = 0;
	struct nw_buf buf;

	(void)state;
	nw_buf_init(&buf, 1 << 20);
	nw_buf_add(&buf, NW_STR("<rss version='2.0'><channel><item>"));
	for (int i = 0; i < 5000; i++)
		nw_buf_printf(&buf, "<category>c%d</category>", i);
	nw_buf_add(&buf, NW_STR("</item></channel></rss>"));
	assert_int_equal(parse(a, buf.p, nw_feed_default_limits, &feed), NW_OK);
	for (const struct nw_feed_category *c = feed.items->categories; c; c = c->next)
		n++;
	assert_int_equal(n, 128);
	assert_true(feed.cut);
	nw_buf_clear(&buf);
	nw_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fixture_reads_as_its_want_json_says),
		cmocka_unit_test(items_past_the_limit_are_left_out_and_cut_says_so),
		cmocka_unit_test(json_items_are_limited_too),
		cmocka_unit_test(json_of_more_values_than_any_feed_is_refused),
		cmocka_unit_test(a_document_over_the_byte_limit_is_refused),
		cmocka_unit_test(the_body_may_go_at_once),
		cmocka_unit_test(a_list_without_end_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
