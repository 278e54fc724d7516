#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "check.h"

struct place {
	struct nw_arena *a;
	char dir[64];
};

static int make_place(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	p->a = nw_arena_new();
	(void)snprintf(p->dir, sizeof(p->dir), "/tmp/nw_base_file.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	*state = p;
	return 0;
}

static const char *path_of(const struct place *p, const char *name)
{
	return nw_arena_printf(p->a, "%s/%s", p->dir, name).p;
}

static int remove_place(void **state)
{
	static const char *const names[] = {
		"a.topic", "b.topic", ".hidden.topic", "c.conf", "file", "x/y/z", "x/y", "x"};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT(names); i++)
		(void)remove(path_of(p, names[i]));
	assert_int_equal(rmdir(p->dir), 0); /* and nothing else is left behind */
	nw_arena_free(p->a);
	free(p);
	return 0;
}

static void a_file_reads_as_it_was_written(void **state)
{
	struct place *p = *state;
	struct nw_str got;

	assert_int_equal(nw_file_write(path_of(p, "file"), NW_STR("one\0two"), NULL), NW_OK);
	assert_int_equal(nw_file_write(path_of(p, "file"), NW_STR("three\0"), NULL), NW_OK);
	assert_int_equal(nw_file_read(p->a, path_of(p, "file"), 6, &got, NULL), NW_OK);
	assert_int_equal(got.n, 6);
	assert_memory_equal(got.p, "three\0", 7);
}

static void a_file_past_the_limit_is_refused(void **state)
{
	struct place *p = *state;
	struct nw_error e = {0};
	struct nw_str got;

	assert_int_equal(nw_file_write(path_of(p, "file"), NW_STR("123456"), NULL), NW_OK);
	assert_int_equal(nw_file_read(p->a, path_of(p, "file"), 5, &got, &e), NW_E_LIMIT);
	assert_int_equal(got.n, 0);
	assert_string_equal(e.text, "larger than the limit of 5 bytes");
	assert_string_equal(e.file, path_of(p, "file"));
}

static void what_is_not_there_is_named(void **state)
{
	struct place *p = *state;
	struct nw_error e = {0};
	struct nw_str got, *names;
	size_t n;

	assert_int_equal(nw_file_read(p->a, path_of(p, "none"), 9, &got, &e), NW_E_SYSTEM);
	assert_string_equal(e.file, path_of(p, "none"));
	assert_int_equal(
		nw_dir_list(p->a, path_of(p, "none"), NW_STR(""), &names, &n, &e), NW_E_SYSTEM);
	assert_int_equal(nw_file_read(p->a, p->dir, 9, &got, &e), NW_E_SYSTEM);
}

static void a_failed_write_leaves_nothing_behind(void **state)
{
	struct place *p = *state;
	struct nw_error e = {0};

	assert_int_equal(mkdir(path_of(p, "x"), 0700), 0);
	assert_int_equal(nw_file_write(path_of(p, "x"), NW_STR("1"), &e), NW_E_SYSTEM);
	assert_string_equal(e.file, path_of(p, "x"));
	assert_int_equal(nw_file_write(path_of(p, "none/file"), NW_STR("1"), &e), NW_E_SYSTEM);
}

static void names_are_listed_in_order(void **state)
{
	static const char *const files[] = {"b.topic", "c.conf", ".hidden.topic", "a.topic"};
	struct place *p = *state;
	struct nw_str *names;
	size_t n;

	assert_int_equal(nw_dir_list(p->a, p->dir, NW_STR(""), &names, &n, NULL), NW_OK);
	assert_int_equal(n, 0);
	for (size_t i = 0; i < COUNT(files); i++)
		assert_int_equal(nw_file_write(path_of(p, files[i]), NW_STR(""), NULL), NW_OK);
	assert_int_equal(nw_dir_list(p->a, p->dir, NW_STR(".topic"), &names, &n, NULL), NW_OK);
	assert_int_equal(n, 2);
	assert_str(names[0], "a.topic");
	assert_str(names[1], "b.topic");
}

static void a_directory_is_made_with_its_parents(void **state)
{
	struct place *p = *state;
	struct stat st;

	assert_int_equal(nw_dir_make(path_of(p, "x/y//z/"), NULL), NW_OK);
	assert_int_equal(nw_dir_make(path_of(p, "x/y/z"), NULL), NW_OK);
	assert_int_equal(stat(path_of(p, "x/y/z"), &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(st.st_mode & 07, 0);
	assert_int_equal(nw_dir_make("/", NULL), NW_OK);
}

static void a_file_in_the_way_of_a_directory_is_an_error(void **state)
{
	struct place *p = *state;
	struct nw_error e = {0};

	assert_int_equal(nw_file_write(path_of(p, "file"), NW_STR(""), NULL), NW_OK);
	assert_int_equal(nw_dir_make(path_of(p, "file"), &e), NW_E_SYSTEM);
	assert_string_equal(e.text, "cannot make the directory: Not a directory");
	assert_int_equal(nw_dir_make(path_of(p, "file/x"), &e), NW_E_SYSTEM);
	assert_int_equal(nw_dir_make("", &e), NW_E_SYNTAX);
}

static void standard_input_is_a_file_too(void **state)
{
	struct place *p = *state;
	const int kept = dup(STDIN_FILENO);
	struct nw_str got;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "piped", 5), 5);
	(void)close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	(void)close(ends[0]);
	assert_int_equal(nw_file_read(p->a, "-", 9, &got, NULL), NW_OK);
	(void)dup2(kept, STDIN_FILENO);
	(void)close(kept);
	assert_str(got, "piped");
}

static void only_an_ordinary_file_is_read_where_one_is_asked_for(void **state)
{
	struct place *p = *state;
	struct nw_error error;
	struct nw_str got;

	assert_int_equal(nw_file_write(path_of(p, "file"), NW_STR("text"), NULL), NW_OK);
	assert_int_equal(nw_file_read_regular(p->a, path_of(p, "file"), 4, &got, NULL), NW_OK);
	assert_str(got, "text");
	assert_int_equal(nw_file_read_regular(p->a, path_of(p, "file"), 3, &got, NULL), NW_E_LIMIT);
	assert_int_equal(mkdir(path_of(p, "x"), 0700), 0);
	assert_int_equal(nw_file_read_regular(p->a, path_of(p, "x"), 4, &got, &error), NW_E_SYSTEM);
	assert_string_equal(error.text, "not a regular file");
	assert_string_equal(error.file, path_of(p, "x"));
	assert_int_equal(mkfifo(path_of(p, "c.conf"), 0600), 0);
	assert_int_equal(
		nw_file_read_regular(p->a, path_of(p, "c.conf"), 4, &got, &error), NW_E_SYSTEM);
	assert_string_equal(error.text, "not a regular file");
}

#define in_a_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_place(a_file_reads_as_it_was_written),
		in_a_place(a_file_past_the_limit_is_refused),
		in_a_place(what_is_not_there_is_named),
		in_a_place(a_failed_write_leaves_nothing_behind),
		in_a_place(names_are_listed_in_order),
		in_a_place(a_directory_is_made_with_its_parents),
		in_a_place(a_file_in_the_way_of_a_directory_is_an_error),
		in_a_place(standard_input_is_a_file_too),
		in_a_place(only_an_ordinary_file_is_read_where_one_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
