#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/str.h"
#include "story/story.h"

#define NOW_S 1772600000
#define HOUR_S 3600

struct rig {
	struct nw_stories *stories;
	struct nw_arena *arena;
	struct nw_joined joined; /* by the last article */
	size_t quiet, closed;    /* told by ticks */
};

static void begin(struct rig *rig, struct nw_stories_options options)
{
	*rig = (struct rig){.stories = nw_stories_new(&options), .arena = nw_arena_new()};
}

static void end(struct rig *rig)
{
	nw_stories_free(rig->stories);
	nw_arena_free(rig->arena);
}

static struct nw_hash id_of(const char *name)
{
	return nw_hash128(nw_str(name));
}

static const struct nw_joined *join(struct rig *rig, const char *name, struct nw_sketch_text text,
	const char *site, int64_t at_s)
{
	struct nw_sketch sketch;

	nw_sketch_of(&text, &sketch);
	nw_stories_join(rig->stories,
		&(struct nw_story_article){.id = id_of(name),
			.sketch = &sketch,
			.title = text.title,
			.site = nw_str(site),
			.seen_s = at_s},
		&rig->joined);
	return &rig->joined;
}

/* One of the wire stories, in tests/fixtures/story/wire: the first line is the title. */
static struct nw_sketch_text read_wire(struct rig *rig, const char *name)
{
	const struct nw_str path = nw_arena_printf(rig->arena, NW_FIXTURES "/wire/%s.txt", name);
	struct nw_str body, title;

	assert_int_equal(nw_file_read(rig->arena, path.p, 1 << 20, &body, NULL), NW_OK);
	assert_true(nw_str_cut(&body, '\n', &title));
	return (struct nw_sketch_text){title, nw_str_trim(body), {0}};
}

static const struct nw_joined *join_wire(
	struct rig *rig, const char *name, const char *site, int64_t at_s)
{
	return join(rig, name, read_wire(rig, name), site, at_s);
}

static struct nw_story story_of(struct rig *rig, const char *article)
{
	struct nw_story story;
	struct nw_hash id;

	assert_true(nw_stories_of(rig->stories, id_of(article), &id));
	assert_true(nw_stories_get(rig->stories, id, &story));
	return story;
}

/* --- which story --- */

static void articles_join_what_tells_the_same(void **state)
{
	static const struct {
		const char *name, *first; /* of its story */
		bool is_copy;
		int hours;
	} rows[] = {
		{"sirte-1", "sirte-1", false, 0},
		{"sirte-2-copy-cut", "sirte-1", true, 1},
		{"nyala-1", "nyala-1", false, 1},
		{"sirte-3-copy-longer", "sirte-1", true, 2},
		{"sirte-4-other-words", "sirte-1", false, 12},
		{"zawiya-1", "zawiya-1", false, 13},
		{"gao-1", "gao-1", false, 14},
		{"gao-2-copy", "gao-1", true, 15},
		{"derna-1", "derna-1", false, 15},
		{"dakar-1", "dakar-1", false, 15},
		{"gao-3-other-words", "gao-1", false, 20},
		{"derna-2-copy", "derna-1", true, 20},
		{"derna-3-other-words", "derna-1", false, 21},
		{"benghazi-1", "benghazi-1", false, 22},
		{"sirte-5-next-day", "sirte-1", false, 40},
	};
	struct rig rig;

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1000});
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct nw_joined *joined =
			join_wire(&rig, rows[i].name, rows[i].name, NOW_S + rows[i].hours * HOUR_S);

		if (!nw_hash_eq(joined->story, id_of(rows[i].first)) ||
			joined->is_copy != rows[i].is_copy)
			fail_msg("%s: joined with %.2f, a copy: %d", rows[i].name, joined->score,
				joined->is_copy);
		assert_int_equal(joined->opened, strcmp(rows[i].name, rows[i].first) == 0);
	}
	assert_int_equal(story_of(&rig, "sirte-1").articles, 5);
	assert_int_equal(story_of(&rig, "sirte-1").sources, 3);
	assert_true(nw_str_eq(
		story_of(&rig, "sirte-5-next-day").title, read_wire(&rig, "sirte-1").title));
	assert_string_equal(story_of(&rig, "gao-1").language, "fr");
	assert_string_equal(story_of(&rig, "derna-1").language, "ar");
	end(&rig);
}

static void the_same_news_a_week_later_is_another_story(void **state)
{
	struct rig rig;

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1000});
	join_wire(&rig, "sirte-1", "a", NOW_S);
	assert_true(join_wire(&rig, "sirte-2-copy-cut", "b", NOW_S + 7 * 24 * HOUR_S)->opened);
	end(&rig);
}

static void a_text_of_nothing_opens_a_story_each_time(void **state)
{
	struct rig rig;

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1000});
	assert_true(join(&rig, "1", (struct nw_sketch_text){0}, "a", NOW_S)->opened);
	assert_true(join(&rig, "2", (struct nw_sketch_text){0}, "b", NOW_S)->opened);
	assert_true(
		join(&rig, "3", (struct nw_sketch_text){.body = NW_STR("The the of")}, "c", NOW_S)
			->opened);
	end(&rig);
}

static void a_headline_alone_joins_its_twin(void **state)
{
	const struct nw_sketch_text text = {
		.title = NW_STR("Rival forces sign truce for Sirte after talks in Ghadames")};
	struct rig rig;

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1000});
	assert_true(join(&rig, "1", text, "a", NOW_S)->opened);
	assert_false(join(&rig, "2", text, "b", NOW_S)->opened);
	end(&rig);
}

/* --- sources --- */

static void near_copies_and_one_site_are_one_source(void **state)
{
	struct rig rig;

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1000});
	assert_true(join_wire(&rig, "sirte-1", "agency", NOW_S)->new_source);
	assert_false(join_wire(&rig, "sirte-2-copy-cut", "b", NOW_S)->new_source);
	assert_true(join_wire(&rig, "sirte-4-other-words", "c", NOW_S)->new_source);
	assert_false(join_wire(&rig, "sirte-5-next-day", "c", NOW_S)->new_source);
	assert_int_equal(story_of(&rig, "sirte-1").sources, 2);
	end(&rig);
}

static struct nw_sketch_text write_report(struct rig *rig, unsigned n)
{
	/* The same names in sentences of which no two have a run of words in common. */
	return (struct nw_sketch_text){.title = nw_arena_printf(rig->arena,
					       "Sirte %u Haddad %u Ghadames %u Misrata", n, n, n),
		.body = nw_arena_printf(rig->arena,
			"Today x%u Sirte y%u Haddad z%u Ghadames v%u Misrata "
			"w%u Coastal u%u Battalion t%u Sirte",
			n, n, n, n, n, n, n),
		.language = NW_STR("en")};
}

static void growth_is_told_at_3_5_and_10_sources_once(void **state)
{
	struct rig rig;
	struct nw_hash story;

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1000});
	for (unsigned i = 1; i <= 12; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "%u", i);
		join(&rig, name, write_report(&rig, i), name, NOW_S);
		assert_int_equal(rig.joined.opened, i == 1);
	}
	for (unsigned i = 5; i <= 12; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "%u", i);
		assert_true(nw_stories_cancel(rig.stories, id_of(name), &story));
	}
	assert_int_equal(story_of(&rig, "1").sources, 4);
	assert_true(join(&rig, "13", write_report(&rig, 13), "13", NOW_S)->new_source);
	end(&rig);
}

/* --- versions and withdrawals --- */

static void a_new_version_stays_in_its_story(void **state)
{
	struct rig rig;
	const struct nw_joined *joined;

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1000});
	join_wire(&rig, "sirte-1", "a", NOW_S);
	joined = join(&rig, "sirte-1", read_wire(&rig, "zawiya-1"), "a", NOW_S + 60);
	assert_true(joined->is_version && !joined->opened && !joined->new_source);
	assert_true(nw_hash_eq(joined->story, id_of("sirte-1")));
	assert_int_equal(story_of(&rig, "sirte-1").articles, 1);
	/* its new words count, the old ones do not */
	assert_false(join(&rig, "z", read_wire(&rig, "zawiya-1"), "b", NOW_S + 90)->opened);
	assert_true(join_wire(&rig, "sirte-2-copy-cut", "c", NOW_S + 120)->opened);
	end(&rig);
}

static void a_withdrawn_article_counts_no_more(void **state)
{
	struct rig rig;
	struct nw_hash story;

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1000});
	join_wire(&rig, "sirte-1", "a", NOW_S);
	join_wire(&rig, "sirte-4-other-words", "b", NOW_S);
	assert_true(nw_stories_cancel(rig.stories, id_of("sirte-4-other-words"), &story));
	assert_true(nw_hash_eq(story, id_of("sirte-1")));
	assert_true(nw_stories_cancel(rig.stories, id_of("sirte-4-other-words"), &story));
	assert_int_equal(story_of(&rig, "sirte-1").articles, 1);
	assert_int_equal(story_of(&rig, "sirte-1").sources, 1);
	assert_false(nw_stories_cancel(rig.stories, id_of("unknown"), &story));
	/* the withdrawal was none */
	nw_stories_stand(rig.stories, id_of("sirte-4-other-words"));
	nw_stories_stand(rig.stories, id_of("sirte-4-other-words"));
	assert_int_equal(story_of(&rig, "sirte-1").articles, 2);
	assert_int_equal(story_of(&rig, "sirte-1").sources, 2);
	assert_true(nw_stories_cancel(rig.stories, id_of("sirte-4-other-words"), &story));
	/* published again it counts again */
	assert_true(join_wire(&rig, "sirte-4-other-words", "b", NOW_S)->is_version);
	assert_int_equal(story_of(&rig, "sirte-1").articles, 2);
	assert_int_equal(story_of(&rig, "sirte-1").sources, 2);
	end(&rig);
}

/* --- a life --- */

static void count_change(void *arg, const struct nw_story *story)
{
	struct rig *rig = arg;

	rig->quiet += story->state == NW_STORY_QUIET;
	rig->closed += story->state == NW_STORY_CLOSED;
}

static void stories_grow_quiet_close_and_open_again(void **state)
{
	struct rig rig;

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1000});
	join_wire(&rig, "sirte-1", "a", NOW_S);
	nw_stories_tick(rig.stories, NOW_S + 5 * HOUR_S, count_change, &rig);
	assert_int_equal(rig.quiet, 0);
	nw_stories_tick(rig.stories, NOW_S + 6 * HOUR_S, count_change, &rig);
	nw_stories_tick(rig.stories, NOW_S + 23 * HOUR_S, count_change, &rig);
	assert_int_equal(rig.quiet, 1);
	assert_int_equal(rig.closed, 0);
	nw_stories_tick(rig.stories, NOW_S + 24 * HOUR_S, count_change, &rig);
	assert_int_equal(rig.closed, 1);
	assert_true(join_wire(&rig, "sirte-2-copy-cut", "b", NOW_S + 25 * HOUR_S)->reopened);
	assert_int_equal(story_of(&rig, "sirte-1").state, NW_STORY_OPEN);
	assert_false(join_wire(&rig, "sirte-4-other-words", "c", NOW_S + 26 * HOUR_S)->reopened);
	/* whether somebody ticked in between or not */
	assert_true(join_wire(&rig, "sirte-5-next-day", "d", NOW_S + 51 * HOUR_S)->reopened);
	nw_stories_tick(rig.stories, NOW_S + 100 * HOUR_S, count_change, &rig);
	assert_int_equal(rig.quiet, 2);
	assert_int_equal(rig.closed, 2);
	end(&rig);
}

static void tags_are_those_of_all_articles(void **state)
{
	static const struct nw_str first[] = {{"libya", 5}, {"ceasefire", 9}};
	static const struct nw_str then[] = {
		{"ceasefire", 9}, {"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}};
	struct nw_sketch sketch = {0};
	struct nw_story_article article = {
		.id = {1, 1}, .sketch = &sketch, .seen_s = NOW_S, .tags = first, .n_tags = 2};
	struct nw_joined joined;
	struct nw_story story;
	struct rig rig;

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1000});
	nw_stories_join(rig.stories, &article, &joined);
	article.tags = then;
	article.n_tags = 5;
	nw_stories_join(rig.stories, &article, &joined);
	assert_true(nw_stories_get(rig.stories, article.id, &story));
	assert_int_equal(story.n_tags, 6);
	assert_true(nw_str_eq(story.tags[1], NW_STR("ceasefire")));
	assert_true(nw_str_eq(story.tags[5], NW_STR("d")));
	end(&rig);
}

/* --- starting again --- */

static void restored_stories_are_the_same_and_go_on(void **state)
{
	struct rig rig;
	struct nw_sketch sketch;
	const struct nw_hash old = {7, 7}; /* its first article is no longer there */

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1000});
	for (size_t i = 0; i < 2; i++) {
		static const char *const names[] = {"sirte-1", "sirte-4-other-words"};
		const struct nw_sketch_text text = read_wire(&rig, names[i]);

		nw_sketch_of(&text, &sketch);
		nw_stories_restore(rig.stories,
			&(struct nw_story_article){.id = id_of(names[i]),
				.sketch = &sketch,
				.title = text.title,
				.site = nw_str(names[i]),
				.seen_s = NOW_S},
			&(struct nw_joined){.story = old}, true);
	}
	assert_true(nw_hash_eq(story_of(&rig, "sirte-1").id, old));
	assert_int_equal(story_of(&rig, "sirte-1").sources, 2);
	assert_false(join_wire(&rig, "sirte-2-copy-cut", "c", NOW_S + 60)->opened);
	assert_true(nw_hash_eq(rig.joined.story, old));
	assert_true(rig.joined.is_copy);
	end(&rig);
}

/* --- limits --- */

static void what_is_forgotten_takes_its_story_along(void **state)
{
	struct rig rig;
	struct nw_stories_counts counts;

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1024});
	join_wire(&rig, "sirte-1", "a", NOW_S);
	for (unsigned i = 0; i < 3000; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "%u", i);
		join(&rig, name,
			(struct nw_sketch_text){
				.title = nw_arena_printf(rig.arena, "w%u x%u z%u", i, i, i)},
			name, NOW_S);
	}
	counts = nw_stories_count(rig.stories);
	assert_int_equal(counts.articles, 1024);
	assert_int_equal(counts.stories, 1024);
	assert_true(join_wire(&rig, "sirte-2-copy-cut", "b", NOW_S)->opened);
	end(&rig);
}

/* Steps are counted, not time: as many as the chains allow, however many articles there are. */
static void a_join_costs_the_same_among_any_number_of_likes(void **state)
{
	const struct nw_sketch_text same = {.title = NW_STR("Market report: shares rise in Sirte"),
		.body = NW_STR("Shares rose. Bonds rose. Oil rose in Sirte and in Misrata today.")};
	uint64_t before = 0;
	struct rig rig;

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1 << 16});
	for (unsigned i = 0; i < 20000; i++) {
		struct nw_sketch_text text = same;
		char name[16];

		(void)snprintf(name, sizeof(name), "%u", i);
		if (i % 2) /* all of one title, of different bodies */
			text.body = nw_arena_printf(
				rig.arena, "a%u b%u c%u d%u e%u f%u", i, i, i, i, i, i);
		join(&rig, name, text, name, NOW_S + i);
		assert_true(nw_stories_count(rig.stories).steps - before <= 1100);
		before = nw_stories_count(rig.stories).steps;
	}
	assert_true(story_of(&rig, "0").sources <= 255);
	end(&rig);
}

static bool count_story(void *arg, const struct nw_story *story)
{
	size_t *n = arg;

	assert_true(story->articles > 0);
	return ++*n < 3;
}

static void stories_are_listed_until_enough(void **state)
{
	struct rig rig;
	size_t n = 0;

	(void)state;
	begin(&rig, (struct nw_stories_options){.articles = 1000});
	for (unsigned i = 0; i < 5; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "%u", i);
		join(&rig, name, (struct nw_sketch_text){.title = nw_str(name)}, "a", NOW_S);
	}
	nw_stories_each(rig.stories, count_story, &n);
	assert_int_equal(n, 3);
	end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(articles_join_what_tells_the_same),
		cmocka_unit_test(the_same_news_a_week_later_is_another_story),
		cmocka_unit_test(a_text_of_nothing_opens_a_story_each_time),
		cmocka_unit_test(a_headline_alone_joins_its_twin),
		cmocka_unit_test(near_copies_and_one_site_are_one_source),
		cmocka_unit_test(growth_is_told_at_3_5_and_10_sources_once),
		cmocka_unit_test(a_new_version_stays_in_its_story),
		cmocka_unit_test(a_withdrawn_article_counts_no_more),
		cmocka_unit_test(stories_grow_quiet_close_and_open_again),
		cmocka_unit_test(tags_are_those_of_all_articles),
		cmocka_unit_test(restored_stories_are_the_same_and_go_on),
		cmocka_unit_test(what_is_forgotten_takes_its_story_along),
		cmocka_unit_test(a_join_costs_the_same_among_any_number_of_likes),
		cmocka_unit_test(stories_are_listed_until_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
