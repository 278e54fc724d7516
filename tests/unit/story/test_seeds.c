#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <newswire/article.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/str.h"
#include "story/story.h"

#define SEEDS NW_SOURCE "/../shared/seeds"

/* Five articles as they occur in the wild, all at one time: the hardest way to tell them apart. */
static void the_seeds_are_three_stories(void **state)
{
	static const char *const names[] = {"000_a7f284c17a125498.txt", "001_028eee75ba93bdb3.txt",
		"002_87fe39219c93fd90.txt", "003_a4f0d62193802dcc.txt", "004_d4d68821ea1de431.txt"};
	static const size_t want[] = {0, 0, 2, 3, 3}; /* the first of its story */
	struct nw_stories *stories;
	struct nw_arena *arena;

	(void)state;
	if (access(SEEDS, R_OK) != 0) {
		print_message("[ SKIPPED  ] %s is not here\n", SEEDS);
		skip();
	}
	arena = nw_arena_new();
	stories = nw_stories_new(&(struct nw_stories_options){.articles = 1000});
	for (size_t i = 0; i < 5; i++) {
		const struct nw_str path = nw_arena_printf(arena, SEEDS "/%s", names[i]);
		struct nw_article article = {0};
		struct nw_joined joined;
		struct nw_sketch sketch;
		struct nw_str bytes;

		assert_int_equal(nw_file_read(arena, path.p, 1 << 20, &bytes, NULL), NW_OK);
		assert_int_equal(nw_text_read(arena, bytes, &article, NULL), NW_OK);
		nw_sketch_of(&(struct nw_sketch_text){article.title, article.body, {0}}, &sketch);
		nw_stories_join(stories,
			&(struct nw_story_article){.id = {i, i},
				.sketch = &sketch,
				.title = article.title,
				.site = nw_str(names[i]),
				.seen_s = 1772323200},
			&joined);
		print_message("%s: %.3f\n", names[i], joined.score);
		assert_int_equal(joined.story.low, want[i]);
	}
	nw_stories_free(stories);
	nw_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_seeds_are_three_stories)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
