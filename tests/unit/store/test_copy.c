#include "place.h"

#include <sys/file.h>
#include <sys/syscall.h>

#include "store/copy.h"

/* What another process does between two calls of ours: before the copy is locked. */
static const char *moved_from, *moved_to;

int flock(int fd, int operation)
{
	if (moved_from) {
		assert_int_equal(rename(moved_from, moved_to), 0);
		moved_from = NULL;
	}
	return (int)syscall(SYS_flock, fd, operation);
}

struct names {
	char path[128], partial[136];
};

static struct nw_copy copy_of(const struct place *place, struct names *names)
{
	(void)snprintf(names->path, sizeof(names->path), "%s/copy", place->dir);
	(void)snprintf(names->partial, sizeof(names->partial), "%s.part", names->path);
	return (struct nw_copy){.path = names->path,
		.partial = names->partial,
		.dir = place->dir,
		.mode = 0600,
		.never_over = true};
}

static struct nw_db open_source(const struct place *place)
{
	struct nw_error error = {0};
	struct nw_db db;

	nw_journal_close(open_journal(place));
	must(nw_db_open(&db, place->path, SQLITE_OPEN_READWRITE, &error), &error);
	return db;
}

static off_t size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

static void nobody_writes_to_a_copy_until_it_has_its_name(void **state)
{
	struct nw_db db = open_source(*state);
	struct names names;
	struct nw_copy one = copy_of(*state, &names), other = one;
	struct nw_error error = {0};
	off_t size;

	must(nw_copy_begin(&one, &db, &error), &error);
	size = size_of(names.partial);
	assert_int_equal(nw_copy_begin(&other, &db, &error), NW_E_SYSTEM);
	assert_non_null(strstr(error.text, "another copy"));
	assert_int_equal(size_of(names.partial), size);
	error = (struct nw_error){0};
	must(nw_copy_end(&one, &error), &error);
	assert_int_equal(size_of(names.path), size);
	nw_db_close(&db);
}

static void a_copy_that_ended_meanwhile_is_not_written_over(void **state)
{
	struct nw_db db = open_source(*state);
	struct names names;
	struct nw_copy copy = copy_of(*state, &names);
	struct nw_error error = {0};
	off_t size;

	must(nw_copy_begin(&copy, &db, &error), &error);
	nw_copy_drop(&copy);
	assert_int_equal(access(names.partial, F_OK), -1);
	must(nw_copy_begin(&copy, &db, &error), &error);
	must(nw_copy_end(&copy, &error), &error);
	size = size_of(names.path);
	assert_int_equal(rename(names.path, names.partial), 0);
	moved_from = names.partial;
	moved_to = names.path;
	assert_int_equal(nw_copy_begin(&copy, &db, &error), NW_E_SYSTEM);
	assert_non_null(strstr(error.text, "another copy"));
	assert_null(moved_from);
	assert_int_equal(size_of(names.path), size);
	nw_db_close(&db);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nobody_writes_to_a_copy_until_it_has_its_name),
		TEST(a_copy_that_ended_meanwhile_is_not_written_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
