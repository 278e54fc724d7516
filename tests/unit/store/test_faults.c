#include "place.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>

#include "store/trim.h"
#include "store/writer.h"
#include "store/writing.h"

#define JOBS 3000

/*
 * This program's own pwrite64 and fdatasync, which SQLite finds before libc's: now and
 * then, while trouble is on, one fails, or writes half and then fails.
 */
static atomic_bool is_trouble;
static atomic_uint calls, failed, ended;

static bool fails(unsigned one_in)
{
	uint64_t state;

	if (!atomic_load(&is_trouble))
		return false;
	state = 0x9e3779b97f4a7c15ULL * (atomic_fetch_add(&calls, 1) + 1);
	if (dice(&state, one_in) != 0)
		return false;
	errno = atomic_fetch_add(&failed, 1) % 2 ? EIO : ENOSPC;
	return true;
}

__attribute__((visibility("default"))) ssize_t pwrite64(
	int fd, const void *bytes, size_t n, off64_t offset)
{
	if (fails(1500)) {
		const int error = errno;

		(void)syscall(SYS_pwrite64, fd, bytes, n / 2, offset);
		errno = error;
		return -1;
	}
	return syscall(SYS_pwrite64, fd, bytes, n, offset);
}

__attribute__((visibility("default"))) int fdatasync(int fd)
{
	return fails(8) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

struct job {
	struct nw_store_job job;
	int number;
	int64_t seq;
	int committed, abandoned;
};

static enum nw_err write_article(
	struct nw_store_job *mail, struct nw_journal *journal, struct nw_error *error)
{
	struct job *job = (struct job *)(void *)mail;
	static const char text[2000];
	struct nw_journal_key key = {NW_STR("all/"), 0};
	struct nw_record record = {.version = 1, .keys = &key, .n_keys = 1};
	char id[NW_HASH_HEX + 1];
	enum nw_err err;
	bool is_new;

	nw_hash_hex((struct nw_hash){(uint64_t)job->number << 40 | (uint64_t)job->number, 1}, id);
	record.id = nw_str(id);
	record.text = (struct nw_str){text, (size_t)job->number * 7 % sizeof(text)};
	err = nw_journal_append(journal, &record, &is_new, error);
	job->seq = is_new ? record.seq : 0;
	return err;
}

static void on_job_commit(struct nw_store_job *mail)
{
	((struct job *)(void *)mail)->committed++;
	atomic_fetch_add(&ended, 1);
}

static void on_job_abandon(struct nw_store_job *mail, const struct nw_error *error)
{
	(void)error;
	((struct job *)(void *)mail)->abandoned++;
}

static void check_integrity(const struct place *place)
{
	sqlite3_stmt *statement;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal(sqlite3_column_text(statement, 0), "ok");
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
}

static void writes_and_syncs_that_fail_lose_nothing(void **state)
{
	const struct place *place = *state;
	const struct nw_writer_options options = {.path = place->path};
	struct job *jobs = nw_must_calloc(JOBS, sizeof(*jobs));
	struct nw_error error = {0};
	struct nw_writer *writer;

	must(nw_writer_start(&options, &writer, &error), &error);
	atomic_store(&is_trouble, true);
	for (int i = 0; i < JOBS; i++) {
		jobs[i] = (struct job){.job = {.write = write_article,
					       .on_commit = on_job_commit,
					       .on_abandon = on_job_abandon},
			.number = i};
		nw_mailbox_post(nw_writer_box(writer), &jobs[i].job.mail);
		if (i % 50 == 0)
			(void)usleep(1000); /* batches of several sizes */
	}
	for (int i = 0; i < 500 && atomic_load(&failed) < 4; i++)
		(void)usleep(10000);
	atomic_store(&is_trouble, false);
	for (int i = 0; i < 3000 && atomic_load(&ended) < JOBS; i++)
		(void)usleep(10000);
	nw_writer_stop(writer);
	for (int i = 0; i < JOBS; i++)
		assert_true(
			jobs[i].committed == 1 && jobs[i].abandoned == 0 && jobs[i].seq == i + 1);
	check_integrity(place);
	free(jobs);
}

/* Without the thread: any step of a transaction may fail; what was committed stays, and only that. */
static void a_transaction_that_fails_leaves_nothing(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_error error = {0};
	int64_t kept = 0;

	atomic_store(&is_trouble, true);
	for (int i = 0; i < 500; i++) {
		struct job job = {.number = 100000 + i};
		enum nw_err err = nw_journal_begin(journal, &error);

		for (int k = 0; !err && k < 3; k++) {
			job.number = i * 3 + k;
			err = write_article(&job.job, journal, &error);
			assert_true(err || job.seq == kept + k + 1);
		}
		if (!err)
			err = nw_journal_commit(journal, &error);
		assert_true(!err || err == NW_E_SYSTEM);
		if (err)
			nw_journal_rollback(journal);
		else
			kept += 3;
	}
	atomic_store(&is_trouble, false);
	assert_true(kept > 0 && kept < 1500);
	nw_journal_close(journal);
	check_integrity(*state);
	{
		struct nw_journal_reader *reader = open_reader(*state);
		int64_t oldest, newest;

		must(nw_journal_bounds(reader, &oldest, &newest, &error), &error);
		assert_int_equal(oldest, 1);
		assert_int_equal(newest, kept);
		nw_journal_reader_close(reader);
	}
}

/* Trimming that fails at any step has trimmed nothing; that which holds has lost no version. */
static void trimming_that_fails_is_done_again(void **state)
{
	const struct nw_trim rules = {.keep_bytes = 1 << 20, .remember = 100};
	struct nw_journal *journal = open_journal(*state);
	struct nw_error error = {0};
	int64_t kept = 0, trimmed_all = 0;

	atomic_store(&is_trouble, true);
	journal->versions.run_max = 100;
	for (int i = 0; i < 4000; i++) {
		struct job job = {.number = (int)kept + 1};
		struct nw_trimmed trimmed = {0};
		enum nw_err err = nw_journal_begin(journal, &error);

		if (!err)
			err = write_article(&job.job, journal, &error);
		if (!err)
			err = nw_journal_trim(journal, &rules, &trimmed, &error);
		if (!err)
			err = nw_journal_commit(journal, &error);
		if (err) {
			nw_journal_rollback(journal);
			continue;
		}
		assert_int_equal(job.seq, ++kept);
		trimmed_all += trimmed.records;
		assert_int_equal(trimmed.oldest, trimmed_all + 1);
	}
	atomic_store(&is_trouble, false);
	assert_true(kept > 1000 && kept < 4000 && trimmed_all > 0);
	nw_journal_close(journal);
	check_integrity(*state);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(writes_and_syncs_that_fail_lose_nothing),
		TEST(a_transaction_that_fails_leaves_nothing),
		TEST(trimming_that_fails_is_done_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
