#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "check.h"

/* Standard error is a file while a test logs; *state is what stood there before. */
static int catch_lines(void **state)
{
	char path[] = "/tmp/nw_base_log.XXXXXX";
	int *kept = malloc(sizeof(*kept));
	int fd;

	assert_non_null(kept);
	*kept = dup(STDERR_FILENO);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	(void)unlink(path);
	assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	(void)close(fd);
	nw_log_set_level(NW_LOG_INFO);
	*state = kept;
	return 0;
}

static int release_lines(void **state)
{
	int *kept = *state;

	(void)dup2(*kept, STDERR_FILENO);
	(void)close(*kept);
	free(kept);
	return 0;
}

static char line[16384];

#define TIME "time=2004-01-01T19:48:21.000Z "

/* What was logged since the last call, without its time. */
static const char *logged(void)
{
	const ssize_t n = pread(STDERR_FILENO, line, sizeof(line) - 1, 0);

	assert_true(n >= 0);
	line[n] = '\0';
	assert_int_equal(ftruncate(STDERR_FILENO, 0), 0);
	assert_int_equal(lseek(STDERR_FILENO, 0, SEEK_SET), 0);
	if (!n)
		return line;
	assert_memory_equal(line, "time=2", 6);
	return line + strlen(TIME);
}

static void an_event_is_one_line(void **state)
{
	(void)state;
	nw_log(NW_LOG_WARNING, "feed changed state", NW_KV("feed", NW_STR("bbc")),
		NW_KV("state", NW_STR("http 5xx")), NW_KVI("items", -3));
	assert_string_equal(logged(),
		"level=warning msg=\"feed changed state\" feed=bbc "
		"state=\"http 5xx\" items=-3\n");
}

static void outside_text_cannot_break_out(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", "\"\""},
		{"a\nlevel=error", "\"a\\nlevel=error\""},
		{"say \"x\" \\", "\"say \\\"x\\\" \\\\\""},
		{"\x1b[31m", "\"\\x1b[31m\""},
		{"\xc2\x9b"
		 "1m",
			"\"\\xc2\\x9b"
			"1m\""},
		{"\xff\xc3", "\"\\xff\\xc3\""},
		{"\xed\xa0\x80", "\"\\xed\\xa0\\x80\""},
		{"\xe2\x80\xae"
		 "gnp",
			"\"\\xe2\\x80\\xae"
			"gnp\""},
		{"\xd8\xa3\xd8\xae\xd8\xa8\xd8\xa7\xd8\xb1",
			"\"\xd8\xa3\xd8\xae\xd8\xa8\xd8\xa7\xd8\xb1\""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char want[256];

		nw_log(NW_LOG_INFO, "m", NW_KV("v", nw_str(cases[i].text)));
		(void)snprintf(want, sizeof(want), "level=info msg=m v=%s\n", cases[i].want);
		assert_string_equal(logged(), want);
	}
}

static void a_long_line_is_cut_and_still_ends(void **state)
{
	char text[4000];
	struct nw_kv kv[8];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < COUNT(kv); i++)
		kv[i] = NW_KV("v", ((struct nw_str){text, i % 2 ? sizeof(text) : 2047}));
	text[9] = ' ';
	nw_log_write(NW_LOG_ERROR, "m", kv, COUNT(kv));
	assert_in_range(strlen(logged()), 6000, 8193);
	assert_int_equal(line[strlen(line) - 1], '\n');
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void lines_below_the_level_are_not_written(void **state)
{
	(void)state;
	nw_log(NW_LOG_DEBUG, "unseen", NW_KVI("n", 1));
	nw_log_set_level(NW_LOG_ERROR);
	nw_log(NW_LOG_WARNING, "unseen", NW_KVI("n", 1));
	assert_string_equal(logged(), "");
}

static void an_error_is_logged_with_its_place(void **state)
{
	struct nw_error e = {0};

	(void)state;
	(void)nw_fail_at(&e, NW_E_SYNTAX, 3, 0, "no such option: 'hots'");
	nw_error_set_file(&e, "a.conf");
	nw_log_error(NW_LOG_ERROR, "cannot read the config", &e);
	assert_string_equal(logged(),
		"level=error msg=\"cannot read the config\" "
		"error=\"a.conf:3: no such option: 'hots'\"\n");
}

static int taken;

static bool take_errors(enum nw_level level, const char *message, const struct nw_kv *kv, size_t n)
{
	assert_string_equal(message, "m");
	assert_int_equal(n, 1);
	assert_string_equal(kv->key, "n");
	taken += level == NW_LOG_ERROR;
	return level == NW_LOG_ERROR;
}

static void what_a_sink_does_not_take_is_a_line(void **state)
{
	(void)state;
	nw_log_set_sink(take_errors);
	nw_log(NW_LOG_ERROR, "m", NW_KVI("n", 1));
	assert_string_equal(logged(), "");
	assert_int_equal(taken, 1);
	nw_log(NW_LOG_NOTICE, "m", NW_KVI("n", 1));
	nw_log_set_sink(NULL);
	assert_string_equal(logged(), "level=notice msg=m n=1\n");
}

static void levels_are_known_by_name(void **state)
{
	enum nw_level level = NW_LOG_INFO;

	(void)state;
	assert_true(nw_log_level_parse(NW_STR("debug"), &level));
	assert_int_equal(level, NW_LOG_DEBUG);
	assert_false(nw_log_level_parse(NW_STR("loud"), &level));
	assert_int_equal(level, NW_LOG_DEBUG);
}

#define catching(test) cmocka_unit_test_setup_teardown(test, catch_lines, release_lines)

int main(void)
{
	const struct CMUnitTest tests[] = {
		catching(an_event_is_one_line),
		catching(outside_text_cannot_break_out),
		catching(a_long_line_is_cut_and_still_ends),
		catching(lines_below_the_level_are_not_written),
		catching(an_error_is_logged_with_its_place),
		catching(what_a_sink_does_not_take_is_a_line),
		cmocka_unit_test(levels_are_known_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
