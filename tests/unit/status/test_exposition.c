#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rt/metrics.h"
#include "status/gauge.h"
#include "status/process.h"

static int setup(void **state)
{
	static struct nw_buf out;

	nw_buf_init(&out, 1 << 20);
	*state = &out;
	return 0;
}

static int teardown(void **state)
{
	nw_buf_clear(*state);
	return 0;
}

static void a_label_is_escaped_and_nothing_else_is(void **state)
{
	static const struct nw_family family = {"feeds", "gauge", "feed", "Feeds."};
	struct nw_buf *out = *state;

	nw_exposition_family(out, "x_", &family);
	nw_exposition_int(out, "x_", &family, NW_STR("a\"b\\c\nd\te{}\xd8\xa7"), -7);
	assert_string_equal(out->p,
		"# HELP x_feeds Feeds.\n# TYPE x_feeds gauge\n"
		"x_feeds{feed=\"a\\\"b\\\\c\\nd\te{}\xd8\xa7\"} -7\n");
}

static void a_family_without_a_label_has_a_bare_name(void **state)
{
	static const struct nw_family family = {"up_seconds", "gauge", NULL, "Time."};
	struct nw_buf *out = *state;

	nw_exposition_double(out, "", &family, NW_STR("not looked at"), 0.25);
	assert_string_equal(out->p, "up_seconds 0.25\n");
}

/* Prometheus: [a-zA-Z_:][a-zA-Z0-9_:]*; ours are of lower case. */
static void check_name(const char *name, const char *type)
{
	const struct nw_str s = nw_str(name);

	assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), s.n);
	assert_int_equal(nw_str_ends(s, NW_STR("_total")), strcmp(type, "counter") == 0);
}

static void check_help(const char *help)
{
	assert_null(strpbrk(help, "\n\\"));
	assert_true(nw_str_ends(nw_str(help), NW_STR(".")));
}

static void names_are_as_prometheus_wants_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < NW_N_GAUGES; i++) {
		check_name(nw_gauge_rows[i].name, nw_gauge_rows[i].type);
		check_help(nw_gauge_rows[i].help);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(nw_gauge_rows[i].name, nw_gauge_rows[k].name);
	}
	for (size_t i = 0; i < NW_N_COUNTERS; i++) {
		check_name(nw_counter_rows[i].name, "counter");
		check_help(nw_counter_rows[i].help);
	}
	for (size_t i = 0; i < NW_N_TIMINGS; i++) {
		check_name(nw_timing_rows[i].family->name, "histogram");
		check_help(nw_timing_rows[i].family->help);
		assert_true(
			nw_str_ends(nw_str(nw_timing_rows[i].family->name), NW_STR("_seconds")));
	}
}

static void a_histogram_ends_with_all_there_were(void **state)
{
	struct nw_buf *out = *state;

	nw_time_took(NW_T_PARSE, 2000000);
	nw_time_took(NW_T_COMMIT, 20000000000);
	nw_exposition_timings(out);
	assert_non_null(
		strstr(out->p, "newswired_step_seconds_bucket{step=\"parse\",le=\"0.001\"} 0\n"));
	assert_non_null(
		strstr(out->p, "newswired_step_seconds_bucket{step=\"parse\",le=\"0.0025\"} 1\n"));
	assert_non_null(
		strstr(out->p, "newswired_step_seconds_bucket{step=\"parse\",le=\"+Inf\"} 1\n"));
	assert_non_null(strstr(out->p, "newswired_step_seconds_sum{step=\"parse\"} 0.002000000\n"));
	assert_non_null(strstr(out->p, "newswired_step_seconds_count{step=\"parse\"} 1\n"));
	assert_non_null(strstr(out->p, "newswired_commit_seconds_bucket{le=\"10\"} 0\n"));
	assert_non_null(strstr(out->p, "newswired_commit_seconds_bucket{le=\"+Inf\"} 1\n"));
	assert_non_null(strstr(out->p, "newswired_commit_seconds_sum 20.000000000\n"));
}

static double value_of(const struct nw_buf *out, const char *name)
{
	const char *at = strstr(out->p, name);

	assert_non_null(at);
	return strtod(at + strlen(name), NULL);
}

static void the_process_is_told_of(void **state)
{
	struct nw_buf *out = *state;

	nw_process_write(out);
	assert_true(value_of(out, "\nprocess_cpu_seconds_total ") >= 0);
	assert_true(value_of(out, "\nprocess_resident_memory_bytes ") > 100000);
	assert_true(value_of(out, "\nprocess_virtual_memory_bytes ") >
		value_of(out, "\nprocess_resident_memory_bytes "));
	assert_in_range((uintmax_t)value_of(out, "\nprocess_open_fds "), 3, 1000);
	assert_true(value_of(out, "\nprocess_start_time_seconds ") > 1.6e9);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_label_is_escaped_and_nothing_else_is),
		TEST(a_family_without_a_label_has_a_bare_name),
		TEST(names_are_as_prometheus_wants_them),
		TEST(a_histogram_ends_with_all_there_were),
		TEST(the_process_is_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
