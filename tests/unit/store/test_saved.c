#include "place.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/wait.h>

#include "store/saved.h"
#include "store/schema.h"

static void fill(const struct place *place, int first, int n)
{
	struct nw_journal *journal = open_journal(place);
	int64_t seq;

	begin(journal);
	for (int i = first; i < first + n; i++)
		assert_true(append_under(journal, i, NULL, 0, &seq));
	commit(journal);
	nw_journal_close(journal);
}

static struct nw_saving saving_of(const struct place *place, char file[128])
{
	(void)snprintf(file, 128, "%s/saved", place->dir);
	return (struct nw_saving){.database = place->path, .file = file, .now_s = 1795284000};
}

static int64_t ask(const char *path, const char *sql)
{
	sqlite3_stmt *statement;
	sqlite3 *db;
	int64_t n;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	n = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
	return n;
}

static bool is_there(const char *path, const char *suffix)
{
	char name[256];

	(void)snprintf(name, sizeof(name), "%s%s", path, suffix);
	return access(name, F_OK) == 0;
}

static void check_refusal(enum nw_err err, const struct nw_error *error, const char *reason)
{
	assert_int_not_equal(err, NW_OK);
	if (!strstr(error->text, reason))
		fail_msg("'%s' is not in '%s'", reason, error->text);
}

/* Appends while the copy is under way: what is saved is as of its beginning. */
struct meanwhile {
	struct nw_journal *journal;
	int calls;
};

static void on_progress(void *arg, int64_t done, int64_t pages)
{
	struct meanwhile *m = arg;
	int64_t seq;

	assert_true(done <= pages);
	begin(m->journal);
	assert_true(append_under(m->journal, 100000 + m->calls++, NULL, 0, &seq));
	commit(m->journal);
}

static void a_journal_in_use_is_saved_as_it_was(void **state)
{
	const struct place *place = *state;
	char file[128];
	struct nw_saving saving = saving_of(place, file);
	struct meanwhile m = {0};
	struct nw_error error = {0};
	struct nw_saved saved;
	struct stat st;

	fill(place, 1, 30000);
	m.journal = open_journal(place);
	saving.on_progress = on_progress;
	saving.arg = &m;
	must(nw_journal_save(&saving, &saved, &error), &error);
	assert_true(m.calls >= 2);
	assert_int_equal(ask(file, "SELECT count(*) FROM pragma_integrity_check"), 1);
	assert_int_equal(ask(file, "SELECT max(seq) FROM journal"), 30000);
	assert_int_equal(saved.newest, 30000);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, saved.bytes);
	assert_false(is_there(file, ".part"));
	assert_false(is_there(file, "-wal"));
	check_refusal(nw_journal_save(&saving, &saved, &error), &error, "is there already");
	nw_journal_close(m.journal);
}

static void what_is_restored_is_what_was_saved_and_what_was_there_stays(void **state)
{
	const struct place *place = *state;
	char file[128], replaced[PATH_MAX];
	const struct nw_saving saving = saving_of(place, file);
	struct nw_error error = {0};
	struct nw_journal *journal;
	struct nw_saved saved;
	int64_t seq;

	fill(place, 1, 100);
	must(nw_journal_save(&saving, &saved, &error), &error);
	fill(place, 101, 50);
	must(nw_journal_put_back(&saving, &saved, &error), &error);
	assert_int_equal(saved.newest, 100);
	assert_int_equal(saved.was_newest, 150);
	(void)snprintf(replaced, sizeof(replaced), "%s.replaced-20261121T180000Z", place->path);
	assert_string_equal(saved.replaced, replaced);
	assert_int_equal(ask(replaced, "SELECT max(seq) FROM journal"), 150);
	journal = open_journal(place);
	begin(journal);
	assert_true(append_under(journal, 500, NULL, 0, &seq));
	assert_int_equal(seq, 151);
	commit(journal);
	nw_journal_close(journal);
	/* One of the same second does not take its name. */
	must(nw_journal_put_back(&saving, &saved, &error), &error);
	assert_int_equal(ask(replaced, "SELECT max(seq) FROM journal"), 150);
	(void)snprintf(replaced, sizeof(replaced), "%s.replaced-20261121T180000Z-2", place->path);
	assert_string_equal(saved.replaced, replaced);
	assert_int_equal(ask(replaced, "SELECT max(seq) FROM journal"), 151);
	assert_int_equal(ask(place->path, "SELECT max(seq) FROM journal"), 100);
	assert_false(is_there(place->path, ".restored.part"));
}

static int64_t ask_trimmed(const struct place *place, int64_t after)
{
	const struct nw_str all = NW_STR("all/");
	const struct nw_journal_query query = {.after = after, .prefixes = &all, .n_prefixes = 1};
	struct nw_journal_reader *reader = open_reader(place);
	struct nw_error error = {0};
	int64_t trimmed, oldest;

	must(nw_journal_trimmed(reader, &query, &trimmed, &oldest, &error), &error);
	nw_journal_reader_close(reader);
	return trimmed > after ? trimmed : 0;
}

/* A subscriber drops what it has had, by its number. */
static void no_number_is_given_out_twice_however_often_it_is_restored(void **state)
{
	const struct place *place = *state;
	char file[128];
	const struct nw_saving saving = saving_of(place, file);
	struct nw_journal_reader *reader;
	struct nw_error error = {0};
	struct nw_saved saved;
	int64_t oldest, newest;

	fill(place, 1, 100);
	must(nw_journal_save(&saving, &saved, &error), &error);
	fill(place, 101, 50);
	for (int i = 0; i < 2; i++) {
		must(nw_journal_put_back(&saving, &saved, &error), &error);
		assert_int_equal(saved.newest, 100);
		assert_int_equal(saved.was_newest, 150);
		assert_true(saved.goes_on);
	}
	reader = open_reader(place);
	must(nw_journal_bounds(reader, &oldest, &newest, &error), &error);
	nw_journal_reader_close(reader);
	assert_int_equal(oldest, 1);
	assert_int_equal(newest, 150);
	assert_int_equal(ask_trimmed(place, 120), 150);
	assert_int_equal(ask_trimmed(place, 150), 0);
	fill(place, 201, 1);
	assert_int_equal(ask(place->path, "SELECT max(seq) FROM journal"), 151);
}

static void it_is_restored_where_nothing_was(void **state)
{
	const struct place *place = *state;
	char file[128];
	const struct nw_saving saving = saving_of(place, file);
	struct nw_error error = {0};
	struct nw_saved saved;

	fill(place, 1, 10);
	must(nw_journal_save(&saving, &saved, &error), &error);
	assert_int_equal(meddle(place, "PRAGMA wal_checkpoint(TRUNCATE)"), SQLITE_OK);
	assert_int_equal(unlink(place->path), 0);
	must(nw_journal_put_back(&saving, &saved, &error), &error);
	assert_string_equal(saved.replaced, "");
	assert_int_equal(saved.was_newest, -1);
	fill(place, 11, 1);
	assert_int_equal(ask(place->path, "SELECT max(seq) FROM journal"), 11);
}

static void a_journal_in_use_is_not_replaced(void **state)
{
	const struct place *place = *state;
	char file[128];
	const struct nw_saving saving = saving_of(place, file);
	struct nw_error error = {0};
	struct nw_journal *journal;
	struct nw_saved saved;

	fill(place, 1, 10);
	must(nw_journal_save(&saving, &saved, &error), &error);
	journal = open_journal(place);
	check_refusal(nw_journal_put_back(&saving, &saved, &error), &error, "another newswired");
	nw_journal_close(journal);
}

static void write_file(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static int change(const char *path, const char *sql)
{
	sqlite3 *db;
	int said = sqlite3_open(path, &db);

	if (said == SQLITE_OK)
		said = sqlite3_exec(db, sql, NULL, NULL, NULL);
	(void)sqlite3_close(db);
	return said;
}

static void spoil(const char *path)
{
	const int fd = open(path, O_WRONLY);
	char junk[4096];

	memset(junk, 0x5a, sizeof(junk));
	for (int page = 3; page < 9; page++)
		assert_int_equal(pwrite(fd, junk, sizeof(junk), page * 4096), sizeof(junk));
	close(fd);
}

/* Of a journal that somebody has changed: that would be run by the daemon. */
static void refuse_with(const struct nw_saving *saving, const char *sql, const char *reason)
{
	struct nw_error error = {0};
	struct nw_saved saved;

	(void)unlink(saving->file);
	must(nw_journal_save(saving, &saved, &error), &error);
	assert_int_equal(change(saving->file, sql), SQLITE_OK);
	check_refusal(nw_journal_put_back(saving, &saved, &error), &error, reason);
}

static void what_is_no_sound_journal_of_ours_is_refused(void **state)
{
	const struct place *place = *state;
	char file[128], sql[64];
	struct nw_saving saving = saving_of(place, file);
	struct nw_error error = {0};
	struct nw_saved saved;

	fill(place, 1, 1000);
	check_refusal(nw_journal_put_back(&saving, &saved, &error), &error, "cannot read");
	write_file(file, "");
	check_refusal(nw_journal_put_back(&saving, &saved, &error), &error, "nothing is in it");
	write_file(file,
		"Certainly not a database, but some text that is long enough for a header. "
		"SQLite looks at a hundred bytes before it says anything at all.");
	check_refusal(nw_journal_put_back(&saving, &saved, &error), &error, "not a database");
	(void)unlink(file);
	assert_int_equal(change(file, "CREATE TABLE another (x)"), SQLITE_OK);
	check_refusal(nw_journal_put_back(&saving, &saved, &error), &error, "not a newswire");
	(void)unlink(file);
	must(nw_journal_save(&saving, &saved, &error), &error);
	(void)snprintf(sql, sizeof(sql), "PRAGMA user_version = %zu", nw_n_migrations + 1);
	assert_int_equal(change(file, sql), SQLITE_OK);
	check_refusal(nw_journal_put_back(&saving, &saved, &error), &error, "newer newswire");
	refuse_with(&saving,
		"CREATE TRIGGER t AFTER INSERT ON journal BEGIN DELETE FROM journal; END",
		"the trigger 't' is no part");
	refuse_with(&saving,
		"ALTER TABLE keys RENAME TO others; CREATE VIEW keys AS WITH RECURSIVE"
		" c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
		" SELECT x AS key, x AS last, 'a' AS name, 0 AS trimmed FROM c",
		"is no part");
	refuse_with(&saving, "CREATE UNIQUE INDEX i ON journal (kind) WHERE seq > 1000",
		"the index 'i' is no part");
	refuse_with(&saving, "DROP TABLE sketch", "a table is missing");
	(void)unlink(file);
	assert_int_equal(mkfifo(file, 0600), 0);
	check_refusal(nw_journal_put_back(&saving, &saved, &error), &error, "is no file");
	(void)unlink(file);
	must(nw_journal_save(&saving, &saved, &error), &error);
	assert_int_equal(change(file, "ANALYZE"), SQLITE_OK);
	must(nw_journal_put_back(&saving, &saved, &error), &error);
	spoil(file);
	assert_int_not_equal(nw_journal_put_back(&saving, &saved, &error), NW_OK);
	saving.file = place->path;
	check_refusal(nw_journal_put_back(&saving, &saved, &error), &error, "the journal itself");
	assert_int_equal(ask(place->path, "SELECT max(seq) FROM journal"), 1000);
	assert_false(is_there(place->path, ".restored.part"));
}

static void one_that_could_not_shrink_can_afterwards(void **state)
{
	const struct place *place = *state;
	char file[128];
	const struct nw_saving saving = saving_of(place, file);
	struct nw_error error = {0};
	struct nw_saved saved;

	fill(place, 1, 1000);
	assert_int_equal(
		meddle(place, "PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM"),
		SQLITE_OK);
	must(nw_journal_save(&saving, &saved, &error), &error);
	must(nw_journal_put_back(&saving, &saved, &error), &error);
	assert_int_equal(ask(place->path, "PRAGMA auto_vacuum"), 2);
	fill(place, 1001, 1);
}

/* Killed at any moment: the file is there whole or it is not, and the next one gets there. */
static volatile sig_atomic_t stop;

static void stop_it(void *arg, int64_t done, int64_t pages)
{
	(void)arg;
	(void)done;
	(void)pages;
	stop = SIGINT;
}

static void one_that_is_interrupted_leaves_nothing(void **state)
{
	const struct place *place = *state;
	char file[128];
	struct nw_saving saving = saving_of(place, file);
	struct nw_error error = {0};
	struct nw_saved saved;

	fill(place, 1, 10);
	must(nw_journal_save(&saving, &saved, &error), &error);
	saving.stop = &stop;
	saving.on_progress = stop_it;
	check_refusal(nw_journal_put_back(&saving, &saved, &error), &error, "interrupted");
	assert_false(is_there(place->path, ".restored.part"));
	(void)unlink(file);
	stop = 0;
	check_refusal(nw_journal_save(&saving, &saved, &error), &error, "interrupted");
	assert_false(is_there(file, ""));
	assert_false(is_there(file, ".part"));
}

static void a_killed_copy_leaves_all_or_nothing(void **state)
{
	const struct place *place = *state;
	char file[128];
	const struct nw_saving saving = saving_of(place, file);
	struct nw_error error = {0};
	struct nw_saved saved;
	int whole = 0;

	fill(place, 1, 60000);
	for (int i = 0; i < 12; i++) {
		const pid_t pid = fork();

		if (pid == 0)
			_exit(nw_journal_save(&saving, &saved, &error) == NW_OK ? 0 : 1);
		(void)usleep((useconds_t)(i * 4000));
		(void)kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		if (!is_there(file, ""))
			continue;
		whole++;
		assert_int_equal(ask(file, "SELECT count(*) FROM pragma_integrity_check"), 1);
		assert_int_equal(ask(file, "SELECT max(seq) FROM journal"), 60000);
		assert_int_equal(unlink(file), 0);
	}
	assert_true(whole < 12);
	must(nw_journal_save(&saving, &saved, &error), &error);
	assert_false(is_there(file, ".part"));
}

static void a_killed_restore_leaves_the_one_or_the_other(void **state)
{
	const struct place *place = *state;
	char file[128];
	struct nw_saving saving = saving_of(place, file);
	struct nw_error error = {0};
	struct nw_saved saved;

	fill(place, 1, 40000);
	must(nw_journal_save(&saving, &saved, &error), &error);
	fill(place, 40001, 1);
	for (int i = 0; i < 16; i++) {
		const pid_t pid = fork();
		int64_t n;

		saving.now_s += i;
		if (pid == 0)
			_exit(nw_journal_put_back(&saving, &saved, &error) == NW_OK ? 0 : 1);
		(void)usleep((useconds_t)(i * 6000));
		(void)kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		n = ask(place->path, "SELECT count(*) FROM journal");
		assert_true(n == 40000 || n == 40001);
		nw_journal_close(open_journal(place));
		if (n == 40000)
			fill(place, 40001, 1);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_journal_in_use_is_saved_as_it_was),
		TEST(what_is_restored_is_what_was_saved_and_what_was_there_stays),
		TEST(no_number_is_given_out_twice_however_often_it_is_restored),
		TEST(it_is_restored_where_nothing_was),
		TEST(a_journal_in_use_is_not_replaced),
		TEST(what_is_no_sound_journal_of_ours_is_refused),
		TEST(one_that_could_not_shrink_can_afterwards),
		TEST(one_that_is_interrupted_leaves_nothing),
		TEST(a_killed_copy_leaves_all_or_nothing),
		TEST(a_killed_restore_leaves_the_one_or_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
