#include "../store/place.h"

#include "article/encode.h"
#include "pipeline/stories.h"

#define STEPS 400
#define ARTICLES 90
#define SUBJECTS 9

/* A journal, and a pipeline with nothing but its stories. */
struct rig {
	struct place *place;
	struct nw_journal *journal;
	struct nw_config config;
	struct nw_snapshot snapshot;
	struct nw_pipeline pipeline;
	struct nw_visit visit;
	uint32_t dice;
};

static int set_up(void **state)
{
	struct rig *r = nw_must_calloc(1, sizeof(*r));
	void *place;

	if (make_place(&place))
		return -1;
	r->place = place;
	r->journal = open_journal(r->place);
	r->config.stories = 5000;
	r->snapshot.config = &r->config;
	r->pipeline.loop = nw_loop_new();
	r->pipeline.snapshot = &r->snapshot;
	r->pipeline.stories = nw_stories_new(&(struct nw_stories_options){.articles = 5000});
	r->visit.pipeline = &r->pipeline;
	r->dice = 1;
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;
	void *place = r->place;

	nw_stories_free(r->pipeline.stories);
	nw_loop_free(r->pipeline.loop);
	nw_journal_close(r->journal);
	free(r);
	return remove_place(&place);
}

static uint32_t roll(struct rig *r, uint32_t sides)
{
	r->dice = r->dice * 1664525 + 1013904223;
	return (r->dice >> 8) % sides;
}

static struct nw_hash id_of(uint32_t n)
{
	return (struct nw_hash){UINT64_C(0x5151) + n, n};
}

/* Every third article of a subject is a near-copy of the first, the others say it in turn. */
static struct nw_str body_of(struct nw_arena *arena, uint32_t n, uint32_t edition)
{
	const uint32_t subject = n % SUBJECTS, wording = n / SUBJECTS % 3;
	struct nw_buf buf;
	struct nw_str body;

	nw_buf_init(&buf, 20000);
	for (uint32_t i = 0; i < 40; i++)
		nw_buf_printf(&buf, "Minister%c%c met delegate%u about matter%u near Port%c%c; ",
			(char)('a' + subject), (char)('a' + i % 7), wording ? wording * 100 + i : i,
			subject * 50 + i % 9, (char)('p' + subject), (char)('a' + i % 5));
	nw_buf_printf(&buf, "edition %u said so.", edition);
	body = nw_arena_str(arena, nw_buf_str(&buf));
	nw_buf_clear(&buf);
	return body;
}

static struct nw_article_work *make_article(struct rig *r, uint32_t n, uint32_t edition)
{
	struct nw_article_work *a = nw_must_calloc(1, sizeof(*a));
	char id[NW_HASH_HEX + 1];

	a->visit = &r->visit;
	a->arena = nw_arena_new();
	a->mark.article = id_of(n);
	nw_hash_hex(a->mark.article, id);
	a->article.id = nw_arena_str(a->arena, nw_str(id));
	a->article.title = nw_arena_printf(a->arena, "Minister%c at Port%c, report %u",
		(char)('a' + n % SUBJECTS), (char)('p' + n % SUBJECTS), n);
	a->article.url = nw_arena_printf(a->arena, "https://www.site%u.example/%u", n % 11, n);
	a->article.body = body_of(a->arena, n, edition);
	a->article.language = NW_STR("en");
	if (n % 2) {
		a->article.tags = NW_ARENA_NEW(a->arena, struct nw_tag);
		a->article.tags->name = NW_STR("libya");
	}
	nw_storied_sketch(a);
	nw_storied_join(a);
	return a;
}

/* As the steps append and finish do. */
static void keep(struct rig *r, struct nw_article_work *a, unsigned version)
{
	struct nw_journal_key key = {NW_STR("all/"), 0};
	struct nw_error error = {0};

	a->record = (struct nw_record){.kind = version > 1 ? NW_KIND_UPDATE : NW_KIND_ITEM,
		.version = version,
		.id = a->article.id,
		.keys = &key,
		.n_keys = 1};
	begin(r->journal);
	assert_true(append(r->journal, &a->record));
	must(nw_storied_write(a, r->journal, &error), &error);
	commit(r->journal);
	nw_storied_settle(a, true);
}

static void free_article(struct nw_article_work *a)
{
	nw_arena_free(a->arena);
	free(a);
}

static void withdraw(struct rig *r, uint32_t n, unsigned version)
{
	struct nw_journal_key key = {NW_STR("all/"), 0};
	struct nw_kept_sketch kept = {.kind = NW_KIND_CANCEL, .article = id_of(n)};
	struct nw_record record = {
		.kind = NW_KIND_CANCEL, .version = version, .keys = &key, .n_keys = 1};
	struct nw_error error = {0};
	char id[NW_HASH_HEX + 1];
	struct nw_hash story;

	nw_hash_hex(kept.article, id);
	record.id = nw_str(id);
	begin(r->journal);
	assert_true(append(r->journal, &record));
	kept.seq = record.seq;
	must(nw_journal_save_sketch(r->journal, &kept, &error), &error);
	commit(r->journal);
	assert_true(nw_stories_cancel(r->pipeline.stories, kept.article, &story));
}

struct comparison {
	const struct nw_stories *other;
	size_t n;
};

static bool compare_story(void *arg, const struct nw_story *story)
{
	struct comparison *c = arg;
	struct nw_story other;

	assert_true(nw_stories_get(c->other, story->id, &other));
	assert_true(nw_str_eq(story->title, other.title));
	assert_string_equal(story->language, other.language);
	assert_int_equal(story->opened_s, other.opened_s);
	assert_int_equal(story->articles, other.articles);
	assert_int_equal(story->sources, other.sources);
	assert_int_equal(story->state, other.state);
	assert_int_equal(story->n_tags, other.n_tags);
	c->n++;
	return true;
}

/* What a start would find in the journal is what there is. */
static void check_recall(struct rig *r)
{
	struct nw_journal_reader *reader = open_reader(r->place);
	struct nw_pipeline later = {.loop = r->pipeline.loop, .snapshot = &r->snapshot};
	struct comparison c = {.other = r->pipeline.stories};
	struct nw_error error = {0};

	later.stories = nw_stories_new(&(struct nw_stories_options){.articles = 5000});
	must(nw_pipeline_recall_stories(&later, reader, &error), &error);
	nw_stories_each(later.stories, compare_story, &c);
	assert_int_equal(c.n, nw_stories_count(r->pipeline.stories).stories);
	nw_stories_free(later.stories);
	nw_journal_reader_close(reader);
}

static void what_is_recalled_is_what_there_was(void **state)
{
	struct rig *r = *state;
	unsigned versions[ARTICLES] = {0};
	bool gone[ARTICLES] = {0};

	for (uint32_t i = 0; i < STEPS; i++) {
		const uint32_t n = roll(r, ARTICLES);
		struct nw_article_work *a;

		if (versions[n] && !gone[n] && roll(r, 5) == 0) {
			withdraw(r, n, ++versions[n]);
			gone[n] = true;
			continue;
		}
		a = make_article(r, n, versions[n]);
		if (versions[n] && roll(r, 3) == 0) {
			nw_storied_settle(a, false); /* nothing new in it */
		} else {
			keep(r, a, ++versions[n]);
			gone[n] = false;
		}
		free_article(a);
		if (i % 80 == 79)
			check_recall(r);
	}
	check_recall(r);
	assert_in_range(nw_stories_count(r->pipeline.stories).stories, SUBJECTS, ARTICLES / 2);
}

static void what_the_journal_does_not_keep_counts_in_no_story(void **state)
{
	struct rig *r = *state;
	struct nw_article_work *first = make_article(r, 1, 0), *second;
	struct nw_story story;

	keep(r, first, 1);
	second = make_article(r, 1 + 3 * SUBJECTS, 0);
	assert_true(second->storied->joined.is_copy);
	assert_int_equal(second->article.story.articles, 2);
	nw_storied_settle(second, false);
	assert_true(nw_stories_get(r->pipeline.stories, id_of(1), &story));
	assert_int_equal(story.articles, 1);
	free_article(second);
	second = make_article(r, 1, 1);
	assert_string_equal(second->storied->record.json.p ? "corrected" : "", "corrected");
	assert_int_equal(second->article.story.articles, 1);
	nw_storied_settle(second, false);
	assert_true(nw_stories_get(r->pipeline.stories, id_of(1), &story));
	assert_int_equal(story.articles, 1);
	free_article(second);
	free_article(first);
}

static void a_change_is_told_under_each_tag(void **state)
{
	struct nw_arena *arena = nw_arena_new();
	const struct nw_story story = {.id = id_of(7),
		.title = NW_STR("Truce"),
		.language = "en",
		.opened_s = 1795284000,
		.last_s = 1795284060,
		.articles = 3,
		.sources = 1,
		.tags = {NW_STR("libya"), NW_STR("libya/haftar")},
		.n_tags = 2};
	const struct nw_story_change change = {.name = "grew", .article = id_of(8)};
	struct nw_record record;

	(void)state;
	nw_story_tell(arena, &story, &change, &record);
	assert_int_equal(record.kind, NW_KIND_STORY);
	assert_int_equal(record.n_keys, 2);
	assert_true(nw_str_eq(record.keys[1].key, NW_STR("story/libya/haftar/")));
	assert_true(nw_str_eq(record.text, NW_STR("Truce\n\n3 articles, 1 source\n")));
	assert_true(nw_str_eq(record.json,
		NW_STR(",\"story\":{\"id\":\"00000000000051580000000000000007\",\"change\":\"grew\","
		       "\"articles\":3,\"sources\":1,\"opened\":\"2026-11-21T18:00:00Z\","
		       "\"last\":\"2026-11-21T18:01:00Z\",\"tags\":[\"libya\",\"libya/haftar\"],"
		       "\"language\":\"en\",\"article\":\"00000000000051590000000000000008\","
		       "\"backfill\":false}},\"title\":\"Truce\"}")));
	nw_arena_free(arena);
}

static void a_story_without_tags_is_not_told(void **state)
{
	struct nw_arena *arena = nw_arena_new();
	const struct nw_story story = {.id = id_of(7), .title = NW_STR("Truce")};
	const struct nw_story_change change = {.name = "closed"};
	struct nw_record record;

	(void)state;
	nw_story_tell(arena, &story, &change, &record);
	assert_int_equal(record.n_keys, 0);
	nw_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_recalled_is_what_there_was, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_the_journal_does_not_keep_counts_in_no_story, set_up, tear_down),
		cmocka_unit_test(a_change_is_told_under_each_tag),
		cmocka_unit_test(a_story_without_tags_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
