#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "rt/child.h"

struct outcome {
	struct nw_loop *loop;
	bool timed_out;
	int code, signal, times;
	char output[NW_CHILD_OUTPUT + 1];
	size_t n;
};

static void on_end(void *arg, const struct nw_child_end *end)
{
	struct outcome *o = arg;

	o->times++;
	o->timed_out = end->timed_out;
	o->code = end->code;
	o->signal = end->signal;
	o->n = end->output.n;
	memcpy(o->output, end->output.n ? end->output.p : "", end->output.n);
	o->output[o->n] = '\0';
	nw_loop_stop(o->loop);
}

static struct outcome run(const char *script, struct nw_str in, int64_t timeout_ms)
{
	const char *argv[] = {"sh", "-c", script, NULL};
	const struct nw_child_request request = {argv, in, timeout_ms};
	struct outcome o = {.loop = nw_loop_new()};
	struct nw_child *child;

	assert_int_equal(nw_child_start(o.loop, &request, on_end, &o, &child, NULL), NW_OK);
	assert_int_equal(nw_loop_run(o.loop), 0);
	nw_loop_free(o.loop);
	assert_int_equal(o.times, 1);
	return o;
}

static void it_reads_what_it_is_given_and_is_heard(void **state)
{
	const struct outcome o = run("cat; echo; echo bad >&2; exit 3", NW_STR("{\"a\":1}"), 5000);

	(void)state;
	assert_string_equal(o.output, "{\"a\":1}\nbad\n");
	assert_int_equal(o.code, 3);
	assert_int_equal(o.signal, 0);
	assert_false(o.timed_out);
}

static void much_is_given_to_who_reads_slowly(void **state)
{
	const size_t n = (size_t)1 << 20;
	char *text = nw_must_calloc(n, 1);
	struct outcome o;

	(void)state;
	memset(text, 'x', n);
	o = run("sleep 0.2; wc -c", (struct nw_str){text, n}, 20000);
	assert_int_equal(strtol(o.output, NULL, 10), (long)n);
	assert_int_equal(o.code, 0);
	free(text);
}

static void who_does_not_read_harms_nobody(void **state)
{
	const size_t n = (size_t)1 << 20;
	char *text = nw_must_calloc(n, 1);
	struct outcome o;

	(void)state;
	o = run("exit 0", (struct nw_str){text, n}, 20000);
	assert_int_equal(o.code, 0);
	free(text);
}

static void what_it_says_is_cut_at_a_limit(void **state)
{
	const struct outcome o = run("head -c 1000000 /dev/zero | tr '\\0' x", NW_STR(""), 20000);

	(void)state;
	assert_int_equal(o.code, 0);
	assert_int_equal(o.n, NW_CHILD_OUTPUT);
}

static void who_takes_too_long_is_ended(void **state)
{
	const struct outcome o = run("sleep 60", NW_STR(""), 100);

	(void)state;
	assert_true(o.timed_out);
	assert_int_equal(o.signal, SIGTERM);
	assert_int_equal(o.code, -1);
}

static void who_will_not_end_is_killed_with_its_children(void **state)
{
	const struct outcome o =
		run("trap '' TERM; (trap '' TERM; sleep 60) & echo $!; wait; sleep 60", NW_STR(""),
			100);
	const pid_t grandchild = (pid_t)strtol(o.output, NULL, 10);

	(void)state;
	assert_true(o.timed_out);
	assert_int_equal(o.signal, SIGKILL);
	assert_true(grandchild > 0);
	for (int i = 0; i < 100 && kill(grandchild, 0) == 0; i++)
		(void)usleep(10000);
	/* It may stay as a zombie where nobody adopts it. */
	if (kill(grandchild, 0) == 0) {
		char path[64], line[256] = "";
		FILE *file;

		(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)grandchild);
		file = fopen(path, "r");
		assert_non_null(file);
		assert_non_null(fgets(line, sizeof(line), file));
		(void)fclose(file);
		assert_non_null(strstr(line, ") Z "));
	}
}

static void whoever_it_left_behind_keeps_nobody_waiting(void **state)
{
	const struct outcome o = run("sleep 5 & echo there", NW_STR(""), 3000);

	(void)state;
	assert_false(o.timed_out);
	assert_int_equal(o.code, 0);
	assert_string_equal(o.output, "there\n");
}

static void it_has_no_descriptor_but_three(void **state)
{
	const int fd = open("/dev/null", O_RDONLY); /* NOLINT(android-cloexec-open): on purpose */
	/* The shell waits for ls, and has no pipe of its own meanwhile. */
	const struct outcome o = run("ls /proc/$$/fd; :", NW_STR(""), 5000);

	(void)state;
	assert_true(fd > 2);
	assert_string_equal(o.output, "0\n1\n2\n");
	(void)close(fd);
}

static void a_signal_ignored_here_is_not_ignored_there(void **state)
{
	const struct outcome o = run("kill -PIPE $$; echo no", NW_STR(""), 5000);

	(void)state;
	assert_int_equal(o.signal, SIGPIPE);
	assert_string_equal(o.output, "");
}

static void what_cannot_be_run_is_told_at_once(void **state)
{
	const char *argv[] = {"/nowhere/at-all", NULL};
	const struct nw_child_request request = {argv, NW_STR(""), 1000};
	struct nw_loop *loop = nw_loop_new();
	struct nw_child *child;
	struct nw_error error = {0};

	(void)state;
	assert_int_equal(nw_child_start(loop, &request, on_end, NULL, &child, &error), NW_E_SYSTEM);
	assert_null(child);
	assert_non_null(strstr(error.text, "/nowhere/at-all"));
	nw_loop_free(loop);
}

static void one_that_is_killed_says_nothing(void **state)
{
	const char *argv[] = {"sleep", "60", NULL};
	const struct nw_child_request request = {argv, NW_STR(""), 100000};
	struct nw_loop *loop = nw_loop_new();
	struct outcome o = {.loop = loop};
	struct nw_child *child;

	(void)state;
	assert_int_equal(nw_child_start(loop, &request, on_end, &o, &child, NULL), NW_OK);
	nw_child_kill(child);
	nw_loop_free(loop);
	assert_int_equal(o.times, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_reads_what_it_is_given_and_is_heard),
		cmocka_unit_test(much_is_given_to_who_reads_slowly),
		cmocka_unit_test(who_does_not_read_harms_nobody),
		cmocka_unit_test(what_it_says_is_cut_at_a_limit),
		cmocka_unit_test(who_takes_too_long_is_ended),
		cmocka_unit_test(who_will_not_end_is_killed_with_its_children),
		cmocka_unit_test(whoever_it_left_behind_keeps_nobody_waiting),
		cmocka_unit_test(it_has_no_descriptor_but_three),
		cmocka_unit_test(a_signal_ignored_here_is_not_ignored_there),
		cmocka_unit_test(what_cannot_be_run_is_told_at_once),
		cmocka_unit_test(one_that_is_killed_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
