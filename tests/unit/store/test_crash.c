#include "place.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#define ROUNDS 30

static const char *const names[] = {"topic/libya/", "topic/ceasefire/", "topic/rare/"};

/* Appends until it is killed; says the last seq of each batch once it is committed. */
static void write_for_ever(const struct place *place, int acks, uint64_t state)
{
	struct nw_error error;
	struct nw_journal *journal;
	char id[64], text[3000];

	memset(text, 'x', sizeof(text));
	if (nw_journal_open(place->path, &journal, &error) != NW_OK)
		_exit(1);
	for (unsigned n = 0;;) {
		int64_t seq = 0;
		bool is_new;

		if (nw_journal_begin(journal, &error) != NW_OK)
			_exit(2);
		for (uint32_t left = 1 + dice(&state, 40); left; left--) {
			struct nw_journal_key keys[4] = {{NW_STR("all/"), 0}};
			struct nw_record record = {.version = 1,
				.keys = keys,
				.n_keys = 1,
				.text = {text, dice(&state, sizeof(text))}};

			(void)snprintf(id, sizeof(id), "%ld-%u", (long)getpid(), n++);
			record.id = nw_str(id);
			for (size_t i = 0; i < 3; i++)
				if (dice(&state, i == 2 ? 50 : 3) == 0)
					keys[record.n_keys++].key = nw_str(names[i]);
			if (nw_journal_append(journal, &record, &is_new, &error) != NW_OK ||
				!is_new)
				_exit(3);
			seq = record.seq;
		}
		if (nw_journal_commit(journal, &error) != NW_OK)
			_exit(4);
		if (write(acks, &seq, sizeof(seq)) != sizeof(seq))
			_exit(5);
	}
}

static int64_t kill_writer_after(const struct place *place, int ms, uint64_t state)
{
	int64_t seq, last = 0;
	int acks[2], status;
	pid_t pid;

	assert_int_equal(pipe(acks), 0);
	pid = fork();
	if (pid == 0) {
		close(acks[0]);
		write_for_ever(place, acks[1], state);
	}
	close(acks[1]);
	(void)nanosleep(&(struct timespec){0, ms * 1000000L}, NULL);
	(void)kill(pid, SIGKILL);
	while (read(acks[0], &seq, sizeof(seq)) == sizeof(seq))
		last = seq;
	close(acks[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	return last;
}

static void check_integrity(const struct place *place)
{
	sqlite3 *db;
	sqlite3_stmt *statement;

	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal(sqlite3_column_text(statement, 0), "ok");
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
}

static int64_t *last_of(struct nw_str key, int64_t last[4])
{
	for (int i = 0; i < 3; i++)
		if (nw_str_eq(key, nw_str(names[i])))
			return &last[i];
	return &last[3];
}

/* Every number from 1 on is there, and each key's prev leads to the one before. Returns the last. */
static int64_t check_chain(const struct place *place)
{
	struct nw_journal_reader *reader = open_reader(place);
	struct nw_journal_query q = {.limit = 500};
	struct nw_error error = {0};
	int64_t seq = 0, next = 0, last[4] = {0};

	do {
		struct nw_arena *arena = nw_arena_new();
		struct nw_record *records;
		size_t n;

		q.after = next;
		must(nw_journal_read(reader, &q, arena, &records, &n, &next, &error), &error);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(records[i].seq, ++seq);
			for (size_t k = 0; k < records[i].n_keys; k++) {
				int64_t *before = last_of(records[i].keys[k].key, last);

				assert_int_equal(records[i].keys[k].prev, *before);
				*before = seq;
			}
		}
		nw_arena_free(arena);
	} while (next != q.after);
	nw_journal_reader_close(reader);
	return seq;
}

static void nothing_committed_is_lost_to_a_kill(void **state)
{
	uint64_t dices = 23;
	int64_t before = 0, acked = 0;

	for (int i = 0; i < ROUNDS; i++) {
		const int64_t last =
			kill_writer_after(*state, 1 + (int)dice(&dices, 60), dices + (unsigned)i);
		int64_t now;

		if (last)
			acked = last;
		assert_true(acked >= before);
		if (!acked)
			continue; /* killed before there was anything, perhaps before there were tables */
		check_integrity(*state);
		now = check_chain(*state);
		assert_true(now >= acked);
		before = now;
		acked = now;
	}
	assert_true(before > 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_committed_is_lost_to_a_kill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
