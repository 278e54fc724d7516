#include "place.h"

#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "base/file.h"
#include "store/schema.h"

#define FORM 2 /* of the fixture */

/* A journal as the first two migrations left it, with three records. */
static void make_older(const struct place *place)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_error error = {0};
	struct nw_str sql;
	char dir[96];

	(void)snprintf(dir, sizeof(dir), "%s/state", place->dir);
	assert_true(mkdir(dir, 0755) == 0 || errno == EEXIST);
	must(nw_file_read(arena, NW_FIXTURES "/form-2.sql", 65536, &sql, &error), &error);
	assert_int_equal(meddle(place, sql.p), SQLITE_OK);
	nw_arena_free(arena);
}

/* Beside the journal; form 0: of this program's own. */
static const char *name_copy(const struct place *place, int form, char name[128])
{
	(void)snprintf(name, 128, "%s.before-%d", place->path, form ? form : (int)nw_n_migrations);
	return name;
}

static int64_t ask(const char *path, const char *sql)
{
	struct nw_error error = {0};
	struct nw_db db;
	int64_t answer;

	must(nw_db_open(&db, path, SQLITE_OPEN_READWRITE, &error), &error);
	must(nw_db_ask(&db, sql, &answer, &error), &error);
	nw_db_close(&db);
	return answer;
}

static void make_file(const char *path)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
}

static void an_older_journal_is_copied_before_it_is_changed(void **state)
{
	const struct place *place = *state;
	struct stat st;
	char copy[128], part[136];

	make_older(place);
	nw_journal_close(open_journal(place));
	assert_int_equal(ask(place->path, "PRAGMA user_version"), (int)nw_n_migrations);
	assert_int_equal(stat(name_copy(place, 0, copy), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(ask(copy, "PRAGMA user_version"), FORM);
	assert_int_equal(ask(copy, "SELECT count(*) FROM journal"), 3);
	assert_int_equal(ask(copy, "SELECT count(*) FROM sqlite_master WHERE name = 'article'"), 0);
	assert_int_equal(ask(copy,
				 "SELECT count(*) FROM pragma_integrity_check WHERE"
				 " integrity_check <> 'ok'"),
		0);
	(void)snprintf(part, sizeof(part), "%s.part", copy);
	assert_int_equal(access(part, F_OK), -1);
}

/* What the operator does who goes back to an older program. */
static void a_copy_in_the_journals_place_is_the_older_journal(void **state)
{
	const struct place *place = *state;
	char copy[128], name[128];

	make_older(place);
	nw_journal_close(open_journal(place));
	for (const char *const *end = (const char *const[]){"-wal", "-shm", NULL}; *end; end++) {
		(void)snprintf(name, sizeof(name), "%s%s", place->path, *end);
		assert_int_equal(unlink(name), 0);
	}
	assert_int_equal(rename(name_copy(place, 0, copy), place->path), 0);
	assert_int_equal(ask(place->path, "PRAGMA user_version"), FORM);
	nw_journal_close(open_journal(place)); /* and forward once more */
	assert_int_equal(access(copy, F_OK), 0);
	assert_int_equal(ask(place->path, "SELECT count(*) FROM article"), 2);
}

static void a_journal_without_older_tables_is_not_copied(void **state)
{
	const struct place *place = *state;
	char copy[128];

	nw_journal_close(open_journal(place));
	nw_journal_close(open_journal(place));
	assert_int_equal(access(name_copy(place, 0, copy), F_OK), -1);
}

static void only_the_newest_copy_stays(void **state)
{
	const struct place *place = *state;
	char older[128], part[128], theirs[128];

	make_older(place);
	make_file(name_copy(place, 1, older));
	(void)snprintf(part, sizeof(part), "%s.before-2.part", place->path);
	make_file(part);
	(void)snprintf(theirs, sizeof(theirs), "%s.before-the-move", place->path);
	make_file(theirs);
	nw_journal_close(open_journal(place));
	assert_int_equal(access(older, F_OK), -1);
	assert_int_equal(access(part, F_OK), -1);
	assert_int_equal(access(theirs, F_OK), 0); /* somebody's own */
	assert_int_equal(access(name_copy(place, 0, older), F_OK), 0);
}

static void check_left_alone(const struct place *place, const char *reason)
{
	struct nw_error error = {0};
	struct nw_journal *journal;
	char copy[128];

	assert_int_equal(nw_journal_open(place->path, &journal, &error), NW_E_SYSTEM);
	assert_non_null(strstr(error.text, reason));
	assert_int_equal(ask(place->path, "PRAGMA user_version"), FORM);
	assert_int_equal(access(name_copy(place, 0, copy), F_OK), -1);
}

static void without_a_copy_nothing_is_changed(void **state)
{
	const struct place *place = *state;
	char copy[128], part[136];

	make_older(place);
	(void)snprintf(part, sizeof(part), "%s.part", name_copy(place, 0, copy));
	assert_int_equal(mkdir(part, 0750), 0);
	check_left_alone(place, "cannot create");
	assert_int_equal(rmdir(part), 0);
	nw_journal_close(open_journal(place));
}

/* In a process and mount namespace of its own. */
static void without_room_nothing_is_changed(void **state)
{
	const struct place *place = *state;
	char dir[96];
	pid_t pid;
	int status;

	(void)snprintf(dir, sizeof(dir), "%s/state", place->dir);
	assert_int_equal(mkdir(dir, 0755), 0);
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWNS) != 0 ||
			mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
			mount("small", dir, "tmpfs", 0, "size=8m") != 0)
			_exit(77);
		make_older(place);
		check_left_alone(place, "no room");
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip(); /* only root can mount, and not everywhere */
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_older_journal_is_copied_before_it_is_changed),
		TEST(a_copy_in_the_journals_place_is_the_older_journal),
		TEST(a_journal_without_older_tables_is_not_copied),
		TEST(only_the_newest_copy_stays),
		TEST(without_a_copy_nothing_is_changed),
		TEST(without_room_nothing_is_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
