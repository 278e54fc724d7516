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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shipped_topics_pass_their_own_tests),
		cmocka_unit_test(texts_in_the_wild_get_the_tags_they_should),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
