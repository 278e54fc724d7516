#include "place.h"

static const char *const libya[] = {"topic/libya/"};
static const char *const both[] = {"topic/libya/", "topic/ceasefire/"};

static size_t read_all(struct nw_journal_reader *reader, const struct nw_journal_query *query,
	struct nw_arena *arena, struct nw_record **records)
{
	struct nw_error error = {0};
	int64_t next;
	size_t n;

	must(nw_journal_read(reader, query, arena, records, &n, &next, &error), &error);
	return n;
}

static void directory_and_files_are_for_owner_and_group_alone(void **state)
{
	const struct place *place = *state;
	char dir[96], wal[128];
	struct stat st;
	const mode_t before = umask(022);
	struct nw_journal *journal = open_journal(place);
	int64_t seq;

	(void)umask(before);
	begin(journal);
	assert_true(append_under(journal, 1, NULL, 0, &seq));
	commit(journal);
	(void)snprintf(dir, sizeof(dir), "%s/state", place->dir);
	(void)snprintf(wal, sizeof(wal), "%s-wal", place->path);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0750);
	assert_int_equal(stat(place->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(stat(wal, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	nw_journal_close(journal);
}

static void seq_grows_and_prev_is_the_last_under_each_key(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader;
	struct nw_arena *arena = nw_arena_new();
	struct nw_record *r;
	int64_t seq;

	begin(journal);
	assert_true(append_under(journal, 1, both, 2, &seq));
	assert_int_equal(seq, 1);
	assert_true(append_under(journal, 2, NULL, 0, &seq));
	commit(journal);
	begin(journal);
	assert_true(append_under(journal, 3, libya, 1, &seq));
	assert_int_equal(seq, 3);
	commit(journal);
	reader = open_reader(*state);
	assert_int_equal(read_all(reader, &(struct nw_journal_query){.limit = 10}, arena, &r), 3);
	assert_int_equal(r[0].n_keys, 3);
	assert_int_equal(r[0].keys[0].prev, 0);
	assert_int_equal(r[1].keys[0].prev, 1);
	assert_int_equal(r[2].keys[0].prev, 2);
	assert_true(nw_str_eq(r[2].keys[1].key, NW_STR("topic/libya/")));
	assert_int_equal(r[2].keys[1].prev, 1);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
	nw_arena_free(arena);
}

static void a_record_is_read_as_it_was_written(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader;
	struct nw_arena *arena = nw_arena_new();
	struct nw_journal_key key = {NW_STR("alert/x/"), 0};
	/* Bytes that are no text at all must come back, too. */
	const struct nw_record was = {.kind = NW_KIND_ALERT,
		.version = 7,
		.unix_ms = -5,
		.id = NW_STR("x-17"),
		.json = NW_STR("a\0b\xff"),
		.text = NW_STR("\xc3\n\0"),
		.keys = &key,
		.n_keys = 1};
	struct nw_record copy = was, *r;

	begin(journal);
	assert_true(append(journal, &copy));
	commit(journal);
	reader = open_reader(*state);
	assert_int_equal(read_all(reader, &(struct nw_journal_query){.limit = 1}, arena, &r), 1);
	assert_int_equal(r->seq, 1);
	assert_int_equal(r->kind, NW_KIND_ALERT);
	assert_int_equal(r->version, 7);
	assert_int_equal(r->unix_ms, -5);
	assert_true(nw_str_eq(r->id, was.id));
	assert_true(nw_str_eq(r->json, was.json));
	assert_true(nw_str_eq(r->text, was.text));
	assert_int_equal(read_all(reader, &(struct nw_journal_query){.limit = 1, .no_text = true},
				 arena, &r),
		1);
	assert_int_equal(r->text.n, 0);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
	nw_arena_free(arena);
}

static void an_articles_version_is_added_once(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	int64_t first, again;

	begin(journal);
	assert_true(append_under(journal, 1, libya, 1, &first));
	assert_false(append_under(journal, 1, both, 2, &again));
	commit(journal);
	assert_int_equal(again, 0);
	begin(journal);
	assert_false(append_under(journal, 1, both, 2, &again));
	assert_int_equal(again, 0);
	assert_true(append_under(journal, 2, both, 2, &again));
	assert_int_equal(again, first + 1); /* no number was lost */
	commit(journal);
	nw_journal_close(journal);
}

static void a_cancel_is_a_version_too(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_key key = {NW_STR("all/"), 0};
	struct nw_record cancel = {.kind = NW_KIND_CANCEL,
		.version = 1,
		.keys = &key,
		.n_keys = 1,
		.id = NW_STR("00000000000000000000000000000001")};

	begin(journal);
	assert_true(append(journal, &cancel));
	assert_false(append(journal, &cancel));
	cancel.version++;
	assert_true(append(journal, &cancel));
	commit(journal);
	assert_int_equal(cancel.seq, 2);
	assert_int_equal(key.prev, 1);
	nw_journal_close(journal);
}

static void an_articles_newest_record_is_found_by_its_id(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_arena *arena = nw_arena_new();
	struct nw_journal_key keys[] = {{NW_STR("all/"), 0}, {NW_STR("topic/libya/"), 0}};
	struct nw_record record = {.version = 1,
		.keys = keys,
		.n_keys = 2,
		.id = NW_STR("00000000000000000000000000000001"),
		.json = NW_STR(",\"feed\":\"a\"}}")};
	struct nw_record found;
	struct nw_error error = {0};

	begin(journal);
	must(nw_journal_newest_record(journal, record.id, arena, &found, &error), &error);
	assert_int_equal(found.seq, 0);
	assert_true(append(journal, &record));
	commit(journal);
	nw_journal_close(journal);
	journal = open_journal(*state);
	begin(journal);
	must(nw_journal_newest_record(journal, record.id, arena, &found, &error), &error);
	assert_int_equal(found.seq, 1);
	assert_int_equal(found.kind, NW_KIND_ITEM);
	assert_int_equal(found.n_keys, 2);
	assert_true(nw_str_eq(found.keys[1].key, keys[1].key));
	assert_true(nw_str_eq(found.json, record.json));
	found.kind = NW_KIND_CANCEL;
	found.version++;
	assert_true(append(journal, &found));
	must(nw_journal_newest_record(journal, record.id, arena, &found, &error), &error);
	assert_int_equal(found.kind, NW_KIND_CANCEL);
	assert_int_equal(found.version, 2);
	commit(journal);
	nw_journal_close(journal);
	nw_arena_free(arena);
}

static void a_bad_record_leaves_the_transaction_as_it_was(void **state)
{
	static const char *const bad[] = {"topic/a b/", "topic/\n/", "", "t\xc3\xa4/"};
	struct nw_journal *journal = open_journal(*state);
	struct nw_error error = {0};
	struct nw_journal_key keys[2] = {{NW_STR("all/"), 0}};
	struct nw_record record = {.version = 1, .keys = keys, .n_keys = 2, .id = NW_STR("x")};
	int64_t seq;
	bool is_new;

	begin(journal);
	for (size_t i = 0; i < 4; i++) {
		keys[1].key = nw_str(bad[i]);
		assert_int_equal(nw_journal_append(journal, &record, &is_new, &error), NW_E_SYNTAX);
		assert_int_equal(record.seq, 0);
	}
	record.n_keys = 0;
	assert_int_equal(nw_journal_append(journal, &record, &is_new, &error), NW_E_SYNTAX);
	record.n_keys = 1;
	record.text = (struct nw_str){"", NW_RECORD_MAX + 1};
	assert_int_equal(nw_journal_append(journal, &record, &is_new, &error), NW_E_LIMIT);
	assert_true(append_under(journal, 1, libya, 1, &seq));
	commit(journal);
	assert_int_equal(seq, 1);
	nw_journal_close(journal);
}

static void rollback_takes_back_all_of_it(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader;
	struct nw_arena *arena = nw_arena_new();
	struct nw_error error = {0};
	struct nw_journal_key *keys;
	int64_t seq, oldest, newest;
	size_t n;

	begin(journal);
	assert_true(append_under(journal, 1, libya, 1, &seq));
	must(nw_journal_save_cursor(journal, NW_STR("c"), &(int64_t){1}, 0, &error), &error);
	nw_journal_rollback(journal);
	begin(journal);
	assert_true(append_under(journal, 1, NULL, 0, &seq));
	assert_int_equal(seq, 1);
	commit(journal);
	reader = open_reader(*state);
	must(nw_journal_last_keys(reader, arena, &keys, &n, &error), &error);
	assert_int_equal(n, 1);
	must(nw_journal_bounds(reader, &oldest, &newest, &error), &error);
	assert_int_equal(newest, 1);
	must(nw_journal_cursor(reader, NW_STR("c"), &seq, &error), &error);
	assert_int_equal(seq, -1);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
	nw_arena_free(arena);
}

static void readers_see_only_what_was_committed(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader = open_reader(*state);
	struct nw_arena *arena = nw_arena_new();
	const struct nw_journal_query query = {.limit = 10};
	struct nw_record *r;
	int64_t seq;

	begin(journal);
	assert_true(append_under(journal, 1, NULL, 0, &seq));
	assert_int_equal(read_all(reader, &query, arena, &r), 0);
	commit(journal);
	assert_int_equal(read_all(reader, &query, arena, &r), 1);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
	nw_arena_free(arena);
}

static void numbers_go_on_after_trimming(void **state)
{
	const struct nw_journal_query last_five = {.limit = 5};
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader;
	struct nw_arena *arena = nw_arena_new();
	struct nw_error error = {0};
	struct nw_journal_key *keys;
	int64_t seq, oldest, newest, after;
	struct nw_record *r;
	size_t n;

	begin(journal);
	for (int i = 1; i <= 9; i++)
		assert_true(append_under(journal, i, both, i % 2 ? 2 : 0, &seq));
	commit(journal);
	nw_journal_close(journal);
	assert_int_equal(meddle(*state, "DELETE FROM journal; DELETE FROM keyed"), SQLITE_OK);
	reader = open_reader(*state);
	must(nw_journal_bounds(reader, &oldest, &newest, &error), &error);
	assert_int_equal(newest, 9);
	assert_int_equal(oldest, 10);
	must(nw_journal_seek_last(reader, &last_five, &after, &error), &error);
	assert_int_equal(after, 9);
	journal = open_journal(*state);
	begin(journal);
	assert_true(append_under(journal, 10, both, 1, &seq));
	commit(journal);
	assert_int_equal(seq, 10);
	assert_int_equal(read_all(reader, &(struct nw_journal_query){.limit = 1}, arena, &r), 1);
	assert_int_equal(r->keys[0].prev, 9);
	assert_int_equal(r->keys[1].prev, 9);
	must(nw_journal_last_keys(reader, arena, &keys, &n, &error), &error);
	assert_int_equal(n, 3);
	assert_true(nw_str_eq(keys[1].key, NW_STR("topic/ceasefire/")));
	assert_int_equal(keys[1].prev, 9);
	assert_int_equal(keys[2].prev, 10);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
	nw_arena_free(arena);
}

/* Asked for one by one, since a journal of many feeds has as many keys and more. */
static void a_key_that_was_ever_written_is_known(void **state)
{
	static const struct {
		const char *prefix;
		bool has;
	} cases[] = {{"", true}, {"a", true}, {"all/", true}, {"topic/ceasefire/", true},
		{"topic/ceasefire", true}, {"topic/", true}, {"topic/ceasefire/x", false},
		{"topic/ceasefirf", false}, {"topic/cd", false}, {"z", false}, {"A", false}};
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader;
	struct nw_error error = {0};
	int64_t seq;
	bool has;

	begin(journal);
	assert_true(append_under(journal, 1, both, 2, &seq));
	commit(journal);
	nw_journal_close(journal);
	assert_int_equal(meddle(*state, "DELETE FROM journal; DELETE FROM keyed"), SQLITE_OK);
	reader = open_reader(*state);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		must(nw_journal_has_key(reader, nw_str(cases[i].prefix), &has, &error), &error);
		assert_int_equal(has, cases[i].has);
	}
	nw_journal_reader_close(reader);
}

static void newest_version_is_seen_while_it_is_written(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_error error = {0};
	struct nw_journal_key key = {NW_STR("all/"), 0};
	struct nw_record record = {
		.keys = &key, .n_keys = 1, .id = NW_STR("0123456789abcdef0123456789abcdef")};
	struct nw_newest newest;

	begin(journal);
	must(nw_journal_newest(journal, record.id, &newest, &error), &error);
	assert_int_equal(newest.version, 0);
	for (unsigned v = 1; v <= 3; v++) {
		record.kind = v == 1 ? NW_KIND_ITEM : NW_KIND_UPDATE;
		record.version = v;
		record.content = (struct nw_hash){v, 40 + v};
		record.whole = v == 3;
		assert_true(append(journal, &record));
	}
	must(nw_journal_newest(journal, record.id, &newest, &error), &error);
	assert_int_equal(newest.version, 3);
	assert_true(nw_hash_eq(newest.content, (struct nw_hash){3, 43}));
	assert_true(newest.whole);
	commit(journal);
	nw_journal_close(journal);
}

static void nothing_is_committed_after_an_error_of_the_database(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_error error = {0};
	int64_t seq;
	bool is_new;
	struct nw_journal_key key = {NW_STR("all/"), 0};
	struct nw_record record = {.version = 1, .keys = &key, .n_keys = 1, .id = NW_STR("x")};

	assert_int_equal(meddle(*state,
				 "CREATE TRIGGER no BEFORE INSERT ON journal WHEN new.id = 'x'"
				 " BEGIN SELECT raise(FAIL, 'no'); END"),
		SQLITE_OK);
	begin(journal);
	assert_true(append_under(journal, 1, NULL, 0, &seq));
	assert_int_equal(nw_journal_append(journal, &record, &is_new, &error), NW_E_SYSTEM);
	assert_string_equal(error.text, "no");
	assert_int_equal(nw_journal_commit(journal, &error), NW_E_SYSTEM);
	begin(journal);
	assert_true(append_under(journal, 1, NULL, 0, &seq));
	assert_int_equal(seq, 1);
	commit(journal);
	nw_journal_close(journal);
}

static void a_long_way_back_is_taken_in_steps(void **state)
{
	enum { N = 5000 };
	struct nw_journal *journal = open_journal(*state);
	const struct nw_journal_query query = {.limit = N - 10};
	struct nw_journal_seek seek = {0};
	struct nw_journal_reader *reader;
	struct nw_error error = {0};
	int64_t seq;
	int steps = 0;

	begin(journal);
	for (int i = 1; i <= N; i++)
		assert_true(append_under(journal, i, NULL, 0, &seq));
	commit(journal);
	reader = open_reader(*state);
	for (; !seek.is_done; steps++)
		must(nw_journal_seek_step(reader, &query, &seek, &error), &error);
	assert_int_equal(seek.after, 10);
	assert_true(steps >= 3);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(directory_and_files_are_for_owner_and_group_alone),
		TEST(seq_grows_and_prev_is_the_last_under_each_key),
		TEST(a_record_is_read_as_it_was_written),
		TEST(an_articles_version_is_added_once),
		TEST(a_cancel_is_a_version_too),
		TEST(an_articles_newest_record_is_found_by_its_id),
		TEST(a_bad_record_leaves_the_transaction_as_it_was),
		TEST(rollback_takes_back_all_of_it),
		TEST(readers_see_only_what_was_committed),
		TEST(numbers_go_on_after_trimming),
		TEST(a_long_way_back_is_taken_in_steps),
		TEST(a_key_that_was_ever_written_is_known),
		TEST(newest_version_is_seen_while_it_is_written),
		TEST(nothing_is_committed_after_an_error_of_the_database),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
