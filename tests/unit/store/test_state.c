#include "place.h"

#define MANY 700 /* more than a page of feeds */

struct seen_feeds {
	int n;
	struct nw_arena *arena;
	struct nw_feed_state last;
	char previous[32];
};

static void on_feed(void *arg, const struct nw_feed_state *state)
{
	struct seen_feeds *seen = arg;

	assert_true(strcmp(seen->previous, state->id.p) < 0); /* sorted, each once */
	(void)snprintf(seen->previous, sizeof(seen->previous), "%s", state->id.p);
	seen->last = *state;
	seen->last.etag = nw_arena_str(seen->arena, state->etag);
	seen->last.reason = nw_arena_str(seen->arena, state->reason);
	seen->last.title = nw_arena_str(seen->arena, state->title);
	seen->n++;
}

static void save(struct nw_journal *journal, const struct nw_feed_state *feed)
{
	struct nw_error error = {0};

	begin(journal);
	must(nw_journal_save_feed(journal, feed, &error), &error);
	commit(journal);
}

static void a_feeds_state_comes_back_whole(void **state)
{
	const struct nw_feed_state was = {.id = NW_STR("bbc"),
		.url = NW_STR("https://x.example/"),
		.etag = NW_STR("W/\"\xff\""),
		.body = {1, 2},
		.reason = NW_STR("no"),
		.state_since_s = 3,
		.last_visit_s = 4,
		.last_ok_s = 5,
		.last_new_s = 6,
		.next_due_s = 7,
		.interval_s = 8,
		.failures = 9,
		.items = 10,
		.articles = 11,
		.moved = -12,
		.title = NW_STR("BBC")};
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader = open_reader(*state);
	struct seen_feeds seen = {.arena = nw_arena_new()};
	struct nw_error error = {0};

	save(journal, &(struct nw_feed_state){.id = NW_STR("bbc"), .items = 99});
	save(journal, &was);
	must(nw_journal_each_feed(reader, on_feed, &seen, &error), &error);
	assert_int_equal(seen.n, 1);
	assert_true(nw_str_eq(seen.last.etag, was.etag));
	assert_true(nw_str_eq(seen.last.reason, was.reason));
	assert_true(nw_str_eq(seen.last.title, was.title));
	assert_true(nw_hash_eq(seen.last.body, was.body));
	assert_int_equal(seen.last.last_new_s, 6);
	assert_int_equal(seen.last.next_due_s, 7);
	assert_int_equal(seen.last.articles, 11);
	assert_int_equal(seen.last.moved, -12);
	nw_arena_free(seen.arena);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
}

static void every_feed_of_many_is_told_once(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader = open_reader(*state);
	struct seen_feeds seen = {.arena = nw_arena_new()};
	struct nw_error error = {0};

	begin(journal);
	for (int i = 0; i < MANY; i++) {
		char id[32];

		(void)snprintf(id, sizeof(id), "feed-%d", i);
		must(nw_journal_save_feed(
			     journal, &(struct nw_feed_state){.id = nw_str(id)}, &error),
			&error);
	}
	commit(journal);
	must(nw_journal_each_feed(reader, on_feed, &seen, &error), &error);
	assert_int_equal(seen.n, MANY);
	nw_arena_free(seen.arena);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
}

struct seen_identities {
	uint64_t next;
	int n;
};

static void on_identity(void *arg, const struct nw_identity *identity)
{
	struct seen_identities *seen = arg;

	assert_int_equal(identity->identity.high, seen->next);
	assert_int_equal(identity->article.low, seen->next);
	assert_int_equal(identity->content.high, 7);
	seen->next++;
	seen->n++;
}

static void newest_identities_come_oldest_first(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader = open_reader(*state);
	struct nw_error error = {0};
	struct seen_identities none = {0}, all = {0}, some = {.next = 4000};

	must(nw_journal_each_identity(reader, 10, on_identity, &none, &error), &error);
	assert_int_equal(none.n, 0);
	begin(journal);
	for (uint64_t i = 0; i < 9000; i++) {
		const struct nw_identity one = {{i, 1}, {2, i}, {7, 0}};

		must(nw_journal_identify(journal, &one, 1, 1000, &error), &error);
	}
	commit(journal);
	must(nw_journal_each_identity(reader, SIZE_MAX, on_identity, &all, &error), &error);
	assert_int_equal(all.n, 9000);
	must(nw_journal_each_identity(reader, 5000, on_identity, &some, &error), &error);
	assert_int_equal(some.n, 5000);
	must(nw_journal_each_identity(reader, 0, on_identity, &none, &error), &error);
	assert_int_equal(none.n, 0);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
}

static void append_some(struct nw_journal *journal, int n)
{
	struct nw_error error = {0};
	char id[16];
	bool is_new;

	for (int i = 0; i < n; i++) {
		struct nw_journal_key key = {.key = NW_STR("all/")};
		struct nw_record record = {.version = 1,
			.id = (struct nw_str){id,
				(size_t)snprintf(id, sizeof(id), "article-%d", i)},
			.keys = &key,
			.n_keys = 1};

		must(nw_journal_append(journal, &record, &is_new, &error), &error);
	}
}

/* Where it stands then. */
static int64_t move(struct nw_journal *journal, const char *name, int64_t seq, enum nw_err want)
{
	struct nw_error error = {0};

	assert_int_equal(nw_journal_save_cursor(journal, nw_str(name), &seq, 7, &error), want);
	assert_true(!want == !error.text[0]);
	return seq;
}

static void a_cursor_is_kept_by_its_name(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader = open_reader(*state);
	struct nw_error error = {0};
	int64_t seq;

	begin(journal);
	append_some(journal, 3);
	assert_int_equal(move(journal, "desk", 1, NW_OK), 1);
	assert_int_equal(move(journal, "desk", 3, NW_OK), 3);
	assert_int_equal(move(journal, "empty", 0, NW_OK), 0);
	commit(journal);
	must(nw_journal_cursor(reader, NW_STR("desk"), &seq, &error), &error);
	assert_int_equal(seq, 3);
	must(nw_journal_cursor(reader, NW_STR("empty"), &seq, &error), &error);
	assert_int_equal(seq, 0);
	must(nw_journal_cursor(reader, NW_STR("des"), &seq, &error), &error);
	assert_int_equal(seq, -1);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
}

static void a_cursor_neither_goes_back_nor_past_the_end(void **state)
{
	struct nw_journal *journal = open_journal(*state);

	begin(journal);
	append_some(journal, 3);
	assert_int_equal(move(journal, "desk", 2, NW_OK), 2);
	assert_int_equal(move(journal, "desk", 1, NW_OK), 2);
	(void)move(journal, "desk", 4, NW_E_SYNTAX);
	assert_int_equal(move(journal, "desk", 3, NW_OK), 3);
	commit(journal);
	nw_journal_close(journal);
}

static void there_are_so_many_cursors_and_no_more(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	char name[16];

	begin(journal);
	append_some(journal, 1);
	for (int i = 0; i < NW_CURSORS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "c%d", i);
		(void)move(journal, name, 0, NW_OK);
	}
	(void)move(journal, "another", 0, NW_E_LIMIT);
	assert_int_equal(move(journal, "c7", 1, NW_OK), 1);
	commit(journal);
	nw_journal_close(journal);
}

static void one_client_has_a_share_of_the_cursors(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	char name[32];

	begin(journal);
	append_some(journal, 1);
	for (int i = 0; i < NW_CURSORS_OF_ONE; i++) {
		(void)snprintf(name, sizeof(name), "desk/c%d", i);
		(void)move(journal, name, 0, NW_OK);
	}
	(void)move(journal, "desk/another", 0, NW_E_LIMIT);
	assert_int_equal(move(journal, "desk/c7", 1, NW_OK), 1);
	assert_int_equal(move(journal, "desks/another", 0, NW_OK), 0);
	assert_int_equal(move(journal, "another", 0, NW_OK), 0);
	commit(journal);
	nw_journal_close(journal);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_feeds_state_comes_back_whole),
		TEST(every_feed_of_many_is_told_once),
		TEST(newest_identities_come_oldest_first),
		TEST(a_cursor_is_kept_by_its_name),
		TEST(a_cursor_neither_goes_back_nor_past_the_end),
		TEST(there_are_so_many_cursors_and_no_more),
		TEST(one_client_has_a_share_of_the_cursors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
