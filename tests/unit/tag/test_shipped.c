/* The topics in etc/topics.d, by their own tests and on texts as they occur in the wild. */
#include "topics.h"

#include "base/file.h"

static void on_failure(void *arg, const struct nw_error *error)
{
	char text[NW_ERROR_TEXT];

	(void)arg;
	print_error("%s\n", nw_error_text(error, text));
}

static struct nw_topics *load_shipped(void)
{
	const struct nw_complain complain = {on_failure, NULL};
	struct nw_topics *topics;

	assert_int_equal(nw_topics_load(NW_SOURCE "/etc/topics.d", &complain, &topics), NW_OK);
	return topics;
}

static void the_shipped_topics_pass_their_own_tests(void **state)
{
	const struct nw_complain complain = {on_failure, NULL};
	struct nw_topics *topics = load_shipped();
	size_t n;

	(void)state;
	assert_int_equal(nw_topics_test(topics, &complain, &n), 0);
	assert_true(n >= 40 * nw_topics_count(topics));
	nw_topics_free(topics);
}

static void texts_in_the_wild_get_the_tags_they_should(void **state)
{
	static const struct {
		const char *name, *tags;
	} seeds[] = {
		{"000_a7f284c17a125498.txt", " ceasefire foreign-intervention libya"},
		{"001_028eee75ba93bdb3.txt", " ceasefire foreign-intervention libya"},
		{"002_87fe39219c93fd90.txt", " ceasefire foreign-intervention libya"},
		{"003_a4f0d62193802dcc.txt", " foreign-intervention libya"},
		{"004_d4d68821ea1de431.txt", " foreign-intervention libya"},
	};
	struct nw_topics *topics = load_shipped();
	struct nw_arena *arena = nw_arena_new();
	bool absent = false;

	(void)state;
	for (size_t i = 0; i < sizeof(seeds) / sizeof(*seeds); i++) {
		const struct nw_str path =
			nw_arena_printf(arena, NW_SOURCE "/../shared/seeds/%s", seeds[i].name);
		struct nw_article article;
		struct nw_str bytes;
		char got[128] = "";

		absent = nw_file_read(arena, path.p, 1 << 20, &bytes, NULL) != NW_OK;
		if (absent)
			break;
		assert_int_equal(nw_text_read(arena, bytes, &article, NULL), NW_OK);
		for (const struct nw_tag *t = nw_topics_match(topics, &article, arena); t;
			t = t->next)
			(void)snprintf(got + strlen(got), sizeof(got) - strlen(got), " %.*s",
				NW_ARG(t->name));
		assert_string_equal(got, seeds[i].tags);
	}
	nw_arena_free(arena);
	nw_topics_free(topics);
	if (absent)
		skip();
}

/* How often a topic was right, wrongly given, and missed. */
struct tally {
	const char *name;
	size_t right, wrong, missed;
};

static bool has_tag(const struct nw_tag *tags, struct nw_str name)
{
	while (tags && !nw_str_eq(tags->name, name))
		tags = tags->next;
	return tags != NULL;
}

/* A story is its labels in one line, then an article in the text format. */
static void count_story(const struct nw_topics *topics, struct nw_str story, struct tally tally[3])
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_article article;
	struct nw_str labels;
	const struct nw_tag *tags;

	assert_true(nw_str_cut(&story, '\n', &labels));
	assert_int_equal(nw_text_read(arena, story, &article, NULL), NW_OK);
	tags = nw_topics_match(topics, &article, arena);
	for (size_t i = 0; i < 3; i++) {
		const struct nw_str name = nw_str(tally[i].name);
		const bool want = nw_str_find(labels, name) < labels.n;
		const bool got = has_tag(tags, name);

		tally[i].right += want && got;
		tally[i].wrong += !want && got;
		tally[i].missed += want && !got;
		if (want != got)
			print_message("%s%s: %.*s\n", want ? "no " : "", tally[i].name,
				NW_ARG(article.title));
	}
	nw_arena_free(arena);
}

static void stories_get_the_topics_that_a_reader_gave_them(void **state)
{
	struct tally tally[3] = {
		{.name = "libya"}, {.name = "ceasefire"}, {.name = "foreign-intervention"}};
	struct nw_topics *topics = load_shipped();
	struct nw_arena *arena = nw_arena_new();
	struct nw_str rest;

	(void)state;
	assert_int_equal(
		nw_file_read(arena, NW_FIXTURES "/labelled.txt", 1 << 20, &rest, NULL), NW_OK);
	while (rest.n) {
		const size_t next = nw_str_find(nw_str_from(rest, 2), NW_STR("\n== "));
		const size_t empty = nw_str_find(nw_str_from(rest, 2), NW_STR("\n==\n"));
		const size_t end = 2 + (next < empty ? next : empty);

		count_story(topics, nw_str_head(rest, end), tally);
		rest = nw_str_from(rest, end + 1);
	}
	for (size_t i = 0; i < 3; i++) {
		assert_true(tally[i].right >= 18);
		assert_true(tally[i].wrong * 20 <= tally[i].right);
		assert_true(tally[i].missed * 10 <= tally[i].right);
	}
	nw_arena_free(arena);
	nw_topics_free(topics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shipped_topics_pass_their_own_tests),
		cmocka_unit_test(stories_get_the_topics_that_a_reader_gave_them),
		cmocka_unit_test(texts_in_the_wild_get_the_tags_they_should),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
