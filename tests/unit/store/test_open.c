#include "place.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>

#include "store/schema.h"

static enum nw_err try_open(const struct place *place, struct nw_error *error)
{
	struct nw_journal *journal;
	const enum nw_err err = nw_journal_open(place->path, &journal, error);

	assert_true((err == NW_OK) == (journal != NULL));
	nw_journal_close(journal);
	return err;
}

static enum nw_err try_read(const struct place *place, struct nw_error *error)
{
	struct nw_journal_reader *reader;
	const enum nw_err err = nw_journal_reader_open(place->path, &reader, error);

	assert_true((err == NW_OK) == (reader != NULL));
	nw_journal_reader_close(reader);
	return err;
}

static void a_second_writer_is_refused_with_the_first_ones_number(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_error error = {0};
	char process[32];

	(void)snprintf(process, sizeof(process), "(process %ld)", (long)getpid());
	assert_int_equal(try_open(*state, &error), NW_E_SYSTEM);
	assert_non_null(strstr(error.text, process));
	assert_string_equal(error.file, ((struct place *)*state)->path);
	must(try_read(*state, &error), &error);
	nw_journal_close(journal);
	must(try_open(*state, &error), &error);
}

/* In another process; the exit status is the answer. */
static int in_child(
	enum nw_err (*ask)(const struct place *, struct nw_error *), const struct place *place)
{
	const pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct nw_error error;

		_exit((int)ask(place, &error));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void other_processes_may_read_but_not_write(void **state)
{
	struct nw_journal *journal = open_journal(*state);

	assert_int_equal(in_child(try_open, *state), NW_E_SYSTEM);
	assert_int_equal(in_child(try_read, *state), NW_OK);
	nw_journal_close(journal);
	assert_int_equal(in_child(try_open, *state), NW_OK);
}

static enum nw_err read_as_nobody(const struct place *place, struct nw_error *error)
{
	if (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
		return NW_E_UNKNOWN;
	return try_read(place, error);
}

/* What a member of the group is: allowed to read, but neither the files nor the directory to write. */
static void a_reader_needs_no_right_to_write(void **state)
{
	const struct place *place = *state;
	struct nw_journal *journal = open_journal(place);
	char name[128];

	if (geteuid() != 0) {
		nw_journal_close(journal);
		skip(); /* only root can become someone else */
	}
	assert_int_equal(chmod(place->dir, 0755), 0);
	(void)snprintf(name, sizeof(name), "%s/state", place->dir);
	assert_int_equal(chmod(name, 0755), 0);
	for (const char *const *end = (const char *const[]){"", "-wal", "-shm", NULL}; *end;
		end++) {
		(void)snprintf(name, sizeof(name), "%s%s", place->path, *end);
		assert_int_equal(chmod(name, 0644), 0);
	}
	assert_int_equal(in_child(read_as_nobody, place), NW_OK);
	nw_journal_close(journal);
	assert_int_equal(in_child(read_as_nobody, place), NW_OK); /* while no daemon runs, too */
}

static void a_newer_journal_is_refused_and_left_alone(void **state)
{
	struct nw_error error = {0};

	must(try_open(*state, &error), &error);
	assert_int_equal(meddle(*state, "PRAGMA user_version = 999"), SQLITE_OK);
	assert_int_equal(try_open(*state, &error), NW_E_SYSTEM);
	assert_non_null(strstr(error.text, "journal of a newer newswire (form 999"));
	assert_int_equal(try_read(*state, &error), NW_E_SYSTEM);
	assert_non_null(strstr(error.text, "newer newswire"));
}

/* As the first two migrations left it: versions were known from the records alone. */
static void an_older_journal_keeps_its_versions(void **state)
{
	const struct place *place = *state;
	struct nw_journal *journal;
	struct nw_newest newest;
	struct nw_error error = {0};
	char dir[96];

	(void)snprintf(dir, sizeof(dir), "%s/state", place->dir);
	assert_int_equal(mkdir(dir, 0755), 0);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(meddle(place, nw_migrations[i].sql), SQLITE_OK);
	assert_int_equal(
		meddle(place,
			"PRAGMA application_id = 0x4e575231; PRAGMA user_version = 2;"
			"INSERT INTO keys VALUES (1, 'all/', 3);"
			"INSERT INTO journal (seq, kind, version, unix_ms, latest_ms, id, content, whole,"
			" keys, json, text) VALUES"
			" (1, 0, 1, 7, 7, 'x', zeroblob(16), 0, 'all/ 0\n', '}', 't'),"
			" (2, 0, 1, 7, 7, x'000102030405060708090a0b0c0d0e0f', zeroblob(16), 1,"
			"  'all/ 1\n', '}', 't'),"
			" (3, 1, 2, 7, 7, 'x', zeroblob(16), 1, 'all/ 2\n', '}', 't')"),
		SQLITE_OK);
	journal = open_journal(place);
	begin(journal);
	must(nw_journal_newest(journal, NW_STR("x"), &newest, &error), &error);
	assert_true(newest.version == 2 && newest.whole);
	must(nw_journal_newest(
		     journal, NW_STR("000102030405060708090a0b0c0d0e0f"), &newest, &error),
		&error);
	assert_true(newest.version == 1 && newest.whole);
	nw_journal_rollback(journal);
	nw_journal_close(journal);
	must(try_read(place, &error), &error);
}

static void another_programs_database_is_refused_and_left_alone(void **state)
{
	const struct place *place = *state;
	struct nw_error error = {0};
	char dir[96];
	struct stat before, after;

	(void)snprintf(dir, sizeof(dir), "%s/state", place->dir);
	assert_int_equal(mkdir(dir, 0755), 0);
	assert_int_equal(meddle(place, "CREATE TABLE theirs (x)"), SQLITE_OK);
	assert_int_equal(stat(place->path, &before), 0);
	assert_int_equal(try_open(place, &error), NW_E_SYSTEM);
	assert_string_equal(error.text, "not a newswire journal: choose another path");
	assert_int_equal(try_read(place, &error), NW_E_SYSTEM);
	assert_int_equal(stat(place->path, &after), 0);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}

static void rubbish_is_refused_with_a_reason(void **state)
{
	const struct place *place = *state;
	struct nw_error error = {0};
	char dir[96];
	FILE *f;

	(void)snprintf(dir, sizeof(dir), "%s/state", place->dir);
	assert_int_equal(mkdir(dir, 0755), 0);
	f = fopen(place->path, "w");
	for (int i = 0; i < 4096; i++)
		(void)fputs("no database ", f);
	(void)fclose(f);
	assert_int_equal(try_open(place, &error), NW_E_SYSTEM);
	assert_string_equal(error.text, "file is not a database");
	assert_int_equal(try_read(place, &error), NW_E_SYSTEM);
}

static void a_reader_of_what_is_not_there_is_told_so(void **state)
{
	struct place elsewhere = *(struct place *)*state;
	struct nw_error error = {0};

	assert_int_equal(try_read(&elsewhere, &error), NW_E_SYSTEM);
	assert_non_null(strstr(error.text, "unable to open database file"));
	(void)snprintf(elsewhere.path, sizeof(elsewhere.path), "/proc/no/such/journal.db");
	assert_int_equal(try_open(&elsewhere, &error), NW_E_SYSTEM);
	assert_non_null(strstr(error.text, "cannot make the directory"));
}

static void an_interrupted_first_start_is_made_good(void **state)
{
	const struct place *place = *state;
	struct nw_error error = {0};
	char dir[96];

	(void)snprintf(dir, sizeof(dir), "%s/state", place->dir);
	assert_int_equal(mkdir(dir, 0755), 0);
	close(open(place->path, O_CREAT | O_WRONLY, 0640)); /* made, and then the power went */
	assert_int_equal(try_read(place, &error), NW_E_SYSTEM);
	assert_non_null(strstr(error.text, "no journal yet"));
	must(try_open(place, &error), &error);
	must(try_read(place, &error), &error);
}

static void check_begin_is_refused(struct nw_journal *journal, const struct place *place)
{
	struct nw_error error = {0};

	assert_int_equal(nw_journal_begin(journal, &error), NW_E_SYSTEM);
	assert_non_null(strstr(error.text, "removed or replaced"));
	assert_string_equal(error.file, place->path);
}

static void nothing_is_written_to_a_journal_that_is_not_in_its_place(void **state)
{
	const struct place *place = *state;
	struct nw_journal *journal = open_journal(place);
	char away[128];
	int64_t seq;

	(void)snprintf(away, sizeof(away), "%s.away", place->path);
	assert_int_equal(rename(place->path, away), 0);
	check_begin_is_refused(journal, place);
	close(open(place->path, O_CREAT | O_WRONLY, 0640)); /* another in its place */
	check_begin_is_refused(journal, place);
	assert_int_equal(rename(away, place->path), 0);
	begin(journal);
	assert_true(append_under(journal, 1, NULL, 0, &seq));
	commit(journal);
	assert_int_equal(unlink(place->path), 0);
	check_begin_is_refused(journal, place);
	nw_journal_close(journal);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_second_writer_is_refused_with_the_first_ones_number),
		TEST(other_processes_may_read_but_not_write),
		TEST(a_reader_needs_no_right_to_write),
		TEST(a_newer_journal_is_refused_and_left_alone),
		TEST(an_older_journal_keeps_its_versions),
		TEST(another_programs_database_is_refused_and_left_alone),
		TEST(rubbish_is_refused_with_a_reason),
		TEST(a_reader_of_what_is_not_there_is_told_so),
		TEST(an_interrupted_first_start_is_made_good),
		TEST(nothing_is_written_to_a_journal_that_is_not_in_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
