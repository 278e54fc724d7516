#include "rig.h"

#include "article/encode.h"
#include "base/json.h"
#include "base/utf8.h"

static void an_article_comes_back_as_it_was_encoded(void **state)
{
	struct nw_arena *a = nw_arena_new();
	struct nw_match match = {.rule = NW_STR("libya.topic:12"),
		.points = 3,
		.quote = NW_STR("Sirte"),
		.field = NW_STR("body"),
		.paragraph = 1,
		.start = 25,
		.end = 30};
	struct nw_tag tag = {
		.name = NW_STR("libya"), .score = 7.5, .threshold = 5, .matches = &match};
	struct nw_author author = {.name = NW_STR("A. Writer")};
	const struct nw_article article = {.id = NW_STR("0123456789abcdef0123456789abcdef"),
		.url = NW_STR("https://example.org/1"),
		.title = NW_STR("A title"),
		.summary = NW_STR("A summary."),
		.body = NW_STR("The first paragraph.\n\nIn Sirte, the second."),
		.language = NW_STR("en"),
		.section = NW_STR("world"),
		.published = {1795255200, 0, NW_WHEN_DAY},
		.date_from = "meta",
		.authors = &author,
		.feed = NW_STR("sirte-post"),
		.source = NW_STR("Sirte Post"),
		.feed_country = NW_STR("LY"),
		.tags = &tag,
		.backfill = true};
	struct nw_record record = {.seq = 9,
		.kind = NW_KIND_UPDATE,
		.version = 3,
		.unix_ms = 1795270000123,
		.id = article.id};
	struct nw_error error = {0};
	struct nw_event e;
	struct nw_buf tail;

	(void)state;
	nw_buf_init(&tail, 1 << 16);
	nw_article_encode(&tail, &article);
	record.json = nw_buf_str(&tail);
	record.text = nw_text_write(a, &article);
	if (nw_event_read(a, &record, &e, &error) != NW_OK)
		fail_msg("%s", error.text);
	assert_int_equal(e.kind, NW_KIND_UPDATE);
	assert_int_equal(e.version, 3);
	assert_int_equal(e.seq, 9);
	assert_true(nw_str_eq(e.body, article.body));
	assert_string_equal(e.title.p, "A title");
	assert_string_equal(e.source.p, "Sirte Post");
	assert_string_equal(e.feed.p, "sirte-post");
	assert_string_equal(e.country.p, "LY");
	assert_string_equal(e.section.p, "world");
	assert_string_equal(e.authors->name.p, "A. Writer");
	assert_int_equal(e.published.precision, NW_WHEN_DAY);
	assert_true(e.backfill);
	assert_string_equal(e.tags->name.p, "libya");
	assert_true(e.tags->score > 7.4 && e.tags->score < 7.6);
	assert_int_equal(e.tags->matches->start, 25);
	assert_memory_equal(e.body.p + e.tags->matches->start, "Sirte", 5);
	assert_int_equal(e.story.id.n, 0);
	nw_buf_clear(&tail);
	nw_arena_free(a);
}

static const char id[] = "0123456789abcdef0123456789abcdef";

static enum nw_err read_json(struct nw_arena *a, const char *tail, struct nw_event *e)
{
	const struct nw_record record = {
		.kind = NW_KIND_ITEM, .version = 1, .id = nw_str(id), .json = nw_str(tail)};
	struct nw_error error = {0};
	const enum nw_err err = nw_event_read(a, &record, e, &error);

	assert_int_equal(err != NW_OK, error.text[0] != '\0');
	return err;
}

static void a_story_is_read_and_a_bad_one_is_none(void **state)
{
	struct nw_arena *a = nw_arena_new();
	struct nw_event e;

	(void)state;
	assert_int_equal(
		read_json(a,
			",\"story\":{\"id\":\"00112233445566778899aabbccddeeff\",\"articles\":7,"
			"\"sources\":3,\"first\":\"2026-11-21T12:00:00Z\",\"new\":true,"
			"\"copy\":true,\"alike\":50,\"title\":\"t\"}},\"title\":\"x\"}",
			&e),
		NW_OK);
	assert_string_equal(e.story.id.p, "00112233445566778899aabbccddeeff");
	assert_int_equal(e.story.articles, 7);
	assert_int_equal(e.story.sources, 3);
	assert_true(e.story.is_new && e.story.is_copy);
	assert_int_equal(e.story.first_s, 1795262400);
	assert_int_equal(e.story.alike, 50);
	assert_int_equal(
		read_json(a, ",\"story\":{\"id\":\"../x\",\"articles\":-7}},\"title\":\"x\"}", &e),
		NW_OK);
	assert_int_equal(e.story.id.n, 0);
	assert_int_equal(e.story.articles, 0);
	nw_arena_free(a);
}

static void what_is_no_article_is_refused(void **state)
{
	static const char *const tails[] = {"", "}", ",", "},7}", "]"};
	struct nw_arena *a = nw_arena_new();
	struct nw_event e;

	(void)state;
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		assert_int_equal(read_json(a, tails[i], &e), NW_E_SYNTAX);
	{
		const struct nw_record health = {.kind = NW_KIND_HEALTH, .id = nw_str(id)};
		const struct nw_record nameless = {.kind = NW_KIND_ITEM, .id = NW_STR("x")};

		assert_int_equal(nw_event_read(a, &health, &e, NULL), NW_E_UNKNOWN);
		assert_int_equal(nw_event_read(a, &nameless, &e, NULL), NW_E_SYNTAX);
	}
	nw_arena_free(a);
}

static void controls_and_addresses_that_are_none_stay_outside(void **state)
{
	struct nw_arena *a = nw_arena_new();
	struct nw_event e;

	(void)state;
	assert_int_equal(
		read_json(a,
			",\"source\":\"A\\u0000B\\u202ec\"},\"url\":\"javascript:x\",\"title\":"
			"\"\\u001b[1ma\\r\\nb\",\"tags\":7,\"authors\":{\"a\":1}}",
			&e),
		NW_OK);
	assert_string_equal(e.source.p, "ABc");
	assert_int_equal(e.url.n, 0);
	assert_string_equal(e.title.p, "[1ma b");
	assert_null(e.tags);
	assert_null(e.authors);
	nw_arena_free(a);
}

static void a_version_says_what_the_first_one_was(void **state)
{
	struct nw_arena *a = nw_arena_new();
	struct nw_article article = {.id = nw_str(id),
		.title = NW_STR("A title"),
		.published = {1795255200, 0, NW_WHEN_DAY},
		.backfill = true};
	struct nw_buf one, two, three;
	struct nw_event e;

	(void)state;
	nw_buf_init(&one, 1 << 16);
	nw_buf_init(&two, 1 << 16);
	nw_buf_init(&three, 1 << 16);
	nw_article_encode(&one, &article);
	article.published.unix_s += 864000;
	article.backfill = false;
	nw_article_encode_first(&two, nw_buf_str(&one));
	nw_article_encode(&two, &article);
	nw_article_encode_first(&three, nw_buf_str(&two));
	nw_article_encode(&three, &article);
	assert_int_equal(read_json(a, nw_arena_str(a, nw_buf_str(&three)).p, &e), NW_OK);
	assert_true(e.backfill);
	assert_int_equal(e.first_published.precision, NW_WHEN_DAY);
	assert_true(e.first_published.unix_s < e.published.unix_s);
	nw_buf_clear(&one);
	nw_buf_clear(&two);
	nw_buf_clear(&three);
	nw_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_article_comes_back_as_it_was_encoded),
		cmocka_unit_test(a_story_is_read_and_a_bad_one_is_none),
		cmocka_unit_test(what_is_no_article_is_refused),
		cmocka_unit_test(controls_and_addresses_that_are_none_stay_outside),
		cmocka_unit_test(a_version_says_what_the_first_one_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
