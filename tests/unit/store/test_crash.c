#include "place.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "store/trim.h"
#include "store/writing.h"

#define ROUNDS 30

static const char *const names[] = {"topic/libya/", "topic/ceasefire/", "topic/rare/"};

/* Appends until it is killed; says the last seq of each batch once it is committed. */
static void write_for_ever(const struct place *place, int acks, uint64_t state, int64_t keep_bytes)
{
	const struct nw_trim rules = {.keep_bytes = keep_bytes, .remember = 2000};
	struct nw_trimmed trimmed;
	struct nw_error error;
	struct nw_journal *journal;
	char id[64], text[3000];

	memset(text, 'x', sizeof(text));
	if (nw_journal_open(place->path, &journal, &error) != NW_OK)
		_exit(1);
	journal->versions.run_max = 200;
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
		if (keep_bytes && nw_journal_trim(journal, &rules, &trimmed, &error) != NW_OK)
			_exit(6);
		if (nw_journal_commit(journal, &error) != NW_OK)
			_exit(4);
		if (write(acks, &seq, sizeof(seq)) != sizeof(seq))
			_exit(5);
	}
}

/* Kills it at some moment of what follows so many commits; the last seq it told of. */
static int64_t kill_writer_after(
	const struct place *place, unsigned commits, uint64_t state, int64_t keep_bytes)
{
	int64_t seq, last = 0;
	int acks[2], status;
	pid_t pid;

	assert_int_equal(pipe(acks), 0);
	pid = fork();
	if (pid == 0) {
		close(acks[0]);
		write_for_ever(place, acks[1], state, keep_bytes);
	}
	close(acks[1]);
	while (commits-- && read(acks[0], &seq, sizeof(seq)) == sizeof(seq))
		last = seq;
	(void)nanosleep(&(struct timespec){0, (long)dice(&state, 5000000)}, NULL);
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

/* Whatever there is a record of is known, and not added once more. */
static void check_versions(const struct place *place)
{
	struct nw_journal *journal = open_journal(place);
	struct nw_journal_reader *reader = open_reader(place);
	struct nw_arena *arena = nw_arena_new();
	struct nw_journal_query q = {.limit = 100000, .no_text = true};
	struct nw_error error = {0};
	struct nw_record *records;
	size_t n = 1;

	begin(journal);
	for (int64_t next; n; q.after = next) {
		must(nw_journal_read(reader, &q, arena, &records, &n, &next, &error), &error);
		for (size_t i = 0; i < n; i++)
			assert_false(append(journal, &records[i]));
	}
	nw_journal_rollback(journal);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
	nw_arena_free(arena);
}

static int64_t *last_of(struct nw_str key, int64_t last[4])
{
	for (int i = 0; i < 3; i++)
		if (nw_str_eq(key, nw_str(names[i])))
			return &last[i];
	return &last[3];
}

/*
 * Every number from the oldest on is there, and each key's prev leads to the one before, of
 * those that are there. Returns the last.
 */
static int64_t check_chain(const struct place *place, int64_t *oldest)
{
	struct nw_journal_reader *reader = open_reader(place);
	struct nw_journal_query q = {.limit = 500};
	struct nw_error error = {0};
	int64_t newest, seq, next, last[4];

	must(nw_journal_bounds(reader, oldest, &newest, &error), &error);
	seq = next = *oldest - 1;
	for (int i = 0; i < 4; i++)
		last[i] = -1;
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

				if (*before < 0)
					assert_true(records[i].keys[k].prev < *oldest);
				else
					assert_int_equal(records[i].keys[k].prev, *before);
				*before = seq;
			}
		}
		nw_arena_free(arena);
	} while (next != q.after);
	nw_journal_reader_close(reader);
	assert_int_equal(seq, newest);
	return seq;
}

/* Kills again and again; the oldest record that is there at the end. */
static int64_t kill_often(const struct place *place, int64_t keep_bytes)
{
	uint64_t dices = 23;
	int64_t before = 0, acked = 0, oldest = 0;

	for (int i = 0; i < ROUNDS; i++) {
		const int64_t last =
			kill_writer_after(place, dice(&dices, 12), dices + (unsigned)i, keep_bytes);
		int64_t now;

		if (last)
			acked = last;
		assert_true(acked >= before);
		if (!acked)
			continue; /* killed before there was anything, perhaps before there were tables */
		check_integrity(place);
		now = check_chain(place, &oldest);
		check_versions(place);
		assert_true(now >= acked);
		before = now;
		acked = now;
	}
	assert_true(before > 0);
	return oldest;
}

static void nothing_committed_is_lost_to_a_kill(void **state)
{
	assert_int_equal(kill_often(*state, 0), 1);
}

static void a_kill_amid_trimming_harms_nothing(void **state)
{
	assert_true(kill_often(*state, 1 << 20) > 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_committed_is_lost_to_a_kill),
		TEST(a_kill_amid_trimming_harms_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
