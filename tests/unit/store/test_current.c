#include "place.h"
#include "store/current.h"
#include "store/writing.h"

/* A version of an article, under all/ and maybe a tag. */
static void add(struct nw_journal *journal, const char *id, unsigned version, const char *key)
{
	struct nw_journal_key keys[2] = {{NW_STR("all/"), 0}, {nw_str(key), 0}};
	struct nw_record record = {.kind = version > 1 ? NW_KIND_UPDATE : NW_KIND_ITEM,
		.version = version,
		.unix_ms = 1000,
		.id = nw_str(id),
		.json = NW_STR("}"),
		.text = NW_STR("0123456789"),
		.keys = keys,
		.n_keys = key ? 2 : 1};

	assert_true(append(journal, &record));
}

static struct nw_current read_current(
	struct nw_journal_reader *reader, struct nw_arena *arena, struct nw_current_query query)
{
	struct nw_error error = {0};
	struct nw_current page;

	must(nw_journal_current(reader, &query, arena, &page, &error), &error);
	return page;
}

/* seqs: a 1, b 2, a 3 (without its tag), c 4, b 5, d 6 */
static void fill(struct nw_journal *journal)
{
	begin(journal);
	add(journal, "a", 1, "topic/x/");
	add(journal, "b", 1, "topic/x/");
	add(journal, "a", 2, NULL);
	add(journal, "c", 1, "topic/x/y/");
	add(journal, "b", 2, "topic/x/");
	add(journal, "d", 1, NULL);
	commit(journal);
}

static void newest_versions_come_newest_first(void **state)
{
	static const struct nw_str all = {"all/", 4}, topic = {"topic/x/", 8};
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader;
	struct nw_arena *arena = nw_arena_new();
	struct nw_current page;

	fill(journal);
	reader = open_reader(*state);
	page = read_current(reader, arena,
		(struct nw_current_query){.prefixes = &all, .n_prefixes = 1, .limit = 50});
	assert_int_equal(page.n, 4);
	assert_int_equal(page.records[0].seq, 6);
	assert_int_equal(page.records[1].seq, 5);
	assert_int_equal(page.records[2].seq, 4);
	assert_int_equal(page.records[3].seq, 3);
	assert_int_equal(page.next, 0);
	/* What lost its tag is no more under it. */
	page = read_current(reader, arena,
		(struct nw_current_query){.prefixes = &topic, .n_prefixes = 1, .limit = 50});
	assert_int_equal(page.n, 2);
	assert_int_equal(page.records[0].seq, 5);
	assert_int_equal(page.records[1].seq, 4);
	assert_int_equal(page.next, 0);
	nw_arena_free(arena);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
}

static void pages_follow_one_another_to_the_end(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader;
	struct nw_arena *arena = nw_arena_new();
	struct nw_current_query query = {.limit = 1};
	int64_t seqs[8];
	size_t n = 0;

	fill(journal);
	reader = open_reader(*state);
	do {
		const struct nw_current page = read_current(reader, arena, query);

		assert_true(page.n <= 1 && n < 8);
		if (page.n)
			seqs[n++] = page.records[0].seq;
		query.before = page.next;
	} while (query.before);
	assert_int_equal(n, 4);
	assert_int_equal(seqs[0], 6);
	assert_int_equal(seqs[3], 3);
	nw_arena_free(arena);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
}

static void bounds_are_kept(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader = open_reader(*state);
	struct nw_arena *arena = nw_arena_new();
	struct nw_current page;

	assert_int_equal(read_current(reader, arena, (struct nw_current_query){.limit = 5}).n, 0);
	fill(journal);
	page = read_current(
		reader, arena, (struct nw_current_query){.after = 4, .before = 6, .limit = 5});
	assert_int_equal(page.n, 1);
	assert_int_equal(page.records[0].seq, 5);
	page = read_current(reader, arena, (struct nw_current_query){.before = 1, .limit = 5});
	assert_int_equal(page.n, 0);
	/* The record that reaches the bytes is the page's last. */
	page = read_current(reader, arena, (struct nw_current_query){.limit = 5, .bytes = 15});
	assert_int_equal(page.n, 2);
	assert_int_equal(page.next, 5);
	nw_arena_free(arena);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
}

static void take_back(struct nw_journal *journal, const char *id, unsigned version)
{
	struct nw_journal_key key = {NW_STR("all/"), 0};
	struct nw_record record = {.kind = NW_KIND_CANCEL,
		.version = version,
		.unix_ms = 1000,
		.id = nw_str(id),
		.json = NW_STR("}"),
		.keys = &key,
		.n_keys = 1};

	assert_true(append(journal, &record));
}

static void what_was_taken_back_is_not_shown(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader = open_reader(*state);
	struct nw_arena *arena = nw_arena_new();
	struct nw_current page;

	fill(journal);
	begin(journal);
	take_back(journal, "b", 3);
	commit(journal);
	page = read_current(reader, arena, (struct nw_current_query){.limit = 5});
	assert_int_equal(page.n, 3);
	assert_int_equal(page.records[0].seq, 6);
	assert_int_equal(page.records[1].seq, 4);
	assert_int_equal(page.records[2].seq, 3);
	/* One that is published again is there again. */
	begin(journal);
	add(journal, "b", 4, NULL);
	commit(journal);
	page = read_current(reader, arena, (struct nw_current_query){.limit = 5});
	assert_int_equal(page.n, 4);
	assert_int_equal(page.records[0].seq, 8);
	nw_arena_free(arena);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
}

/* Ids are looked for in the table and in what is not in it yet, whatever lies where. */
static void every_version_counts_while_runs_go_into_the_table(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader = open_reader(*state);

	journal->versions.run_max = 7;
	for (int round = 1; round <= 30; round++) {
		struct nw_arena *arena = nw_arena_new();
		struct nw_current page;

		begin(journal);
		for (int i = 0; i < 5; i++) {
			char id[8];

			(void)snprintf(id, sizeof(id), "%d", (round * 3 + i) % 11);
			add(journal, id, (unsigned)round, NULL);
		}
		commit(journal);
		page = read_current(reader, arena, (struct nw_current_query){.limit = 50});
		assert_true(page.n <= 11);
		for (size_t i = 0; i < page.n; i++)
			for (size_t j = 0; j < i; j++)
				assert_false(nw_str_eq(page.records[i].id, page.records[j].id));
		assert_true(round < 3 || page.n >= 10);
		nw_arena_free(arena);
	}
	assert_true(journal->versions.merged > 0);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			newest_versions_come_newest_first, make_place, remove_place),
		cmocka_unit_test_setup_teardown(
			pages_follow_one_another_to_the_end, make_place, remove_place),
		cmocka_unit_test_setup_teardown(bounds_are_kept, make_place, remove_place),
		cmocka_unit_test_setup_teardown(
			what_was_taken_back_is_not_shown, make_place, remove_place),
		cmocka_unit_test_setup_teardown(every_version_counts_while_runs_go_into_the_table,
			make_place, remove_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
