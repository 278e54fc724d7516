#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/header.h"

#define NOW 1700000000 /* Tue, 14 Nov 2023 22:13:20 GMT */

static struct nw_header header;

static int start(void **state)
{
	(void)state;
	nw_header_init(&header);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	nw_header_clear(&header);
	return 0;
}

/* Lines of one header, written with "\n" between. */
static enum nw_header_err read(const char *lines)
{
	enum nw_header_err err = NW_HEADER_OK;

	nw_header_reset(&header);
	for (const char *end; *lines && err == NW_HEADER_OK; lines = end) {
		end = strchr(lines, '\n') + 1;
		err = nw_header_line(&header, (struct nw_str){lines, (size_t)(end - lines)});
	}
	return err;
}

static void assert_field(enum nw_field field, const char *want)
{
	const struct nw_str value = nw_header_field(&header, field);

	assert_int_equal(value.n, strlen(want));
	assert_memory_equal(value.p, want, value.n);
}

static struct nw_http_response judged(const char *lines)
{
	struct nw_http_response r = {0};

	assert_int_equal(read(lines), NW_HEADER_OK);
	nw_header_judge(&header, NOW, &r);
	return r;
}

static void names_are_read_in_any_case_and_values_trimmed(void **state)
{
	(void)state;
	assert_int_equal(
		read("HTTP/1.1 200 OK\r\neTag:\t \"x\" \r\nCONTENT-type: text/xml\r\n\r\n"),
		NW_HEADER_OK);
	assert_int_equal(header.status, 200);
	assert_true(header.is_whole);
	assert_field(NW_FIELD_ETAG, "\"x\"");
	assert_field(NW_FIELD_CONTENT_TYPE, "text/xml");
	assert_field(NW_FIELD_LOCATION, "");
}

static void lists_are_joined_and_of_others_the_first_counts(void **state)
{
	(void)state;
	assert_int_equal(
		read("HTTP/2 200\r\nLink: <a>\r\nETag: \"1\"\r\nLink: <b>\r\nETag: \"2\"\r\n"
		     "link: <c>\r\n\r\n"),
		NW_HEADER_OK);
	assert_field(NW_FIELD_LINK, "<a>, <b>, <c>");
	assert_field(NW_FIELD_ETAG, "\"1\"");
}

static void informational_responses_and_trailers_tell_nothing(void **state)
{
	(void)state;
	assert_int_equal(
		read("HTTP/1.1 103 Early Hints\r\nLink: <early>\r\nETag: \"early\"\r\n\r\n"),
		NW_HEADER_OK);
	assert_false(header.is_whole);
	assert_int_equal(
		read("HTTP/1.1 103 Early Hints\r\nETag: \"early\"\r\n\r\nHTTP/1.1 302 Found\r\n"
		     "Location: /a\r\n\r\nETag: \"trailer\"\r\nHTTP/1.1 200: x\r\nLocation: /b\r\n\r\n"),
		NW_HEADER_OK);
	assert_int_equal(header.status, 302);
	assert_field(NW_FIELD_ETAG, "");
	assert_field(NW_FIELD_LOCATION, "/a");
}

static void what_is_no_field_is_passed_over(void **state)
{
	(void)state;
	assert_int_equal(read("HTTP/1.1 200 OK\r\nETag\r\nETag:\r\n Location: /a\r\n: x\r\n"
			      "Etag: a\rb\r\nLink: \x01\r\n\r\n"),
		NW_HEADER_OK);
	for (int i = 0; i < NW_N_FIELDS; i++)
		assert_field((enum nw_field)i, "");
}

static void one_coding_is_taken_and_two_are_not(void **state)
{
	static const char *const bad[] = {"Content-Encoding: gzip, gzip\r\n",
		"Content-Encoding: gzip\r\nContent-Encoding: br\r\n",
		"Transfer-Encoding: gzip, chunked\r\nContent-Encoding: br\r\n",
		"content-encoding: identity,deflate , x-gzip\r\n"};
	char lines[256];

	(void)state;
	assert_int_equal(
		read("HTTP/1.1 200 OK\r\nContent-Encoding: gzip, identity\r\nTransfer-Encoding: chunked\r\n"
		     "\r\n"),
		NW_HEADER_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(lines, sizeof(lines), "HTTP/1.1 200 OK\r\n%s\r\n", bad[i]);
		assert_int_equal(read(lines), NW_HEADER_CODINGS);
	}
}

static void long_field_is_as_good_as_none(void **state)
{
	static char wide[NW_FIELD_BYTES + 1], lines[NW_FIELD_BYTES + 100];

	(void)state;
	memset(wide, 'x', NW_FIELD_BYTES);
	(void)snprintf(
		lines, sizeof(lines), "HTTP/1.1 200 OK\r\nETag: %s\r\nLink: a\r\n\r\n", wide);
	assert_int_equal(read(lines), NW_HEADER_OK);
	assert_field(NW_FIELD_ETAG, "");
	assert_field(NW_FIELD_LINK, "a");
}

static void bytes_and_lines_are_bounded_over_all_responses(void **state)
{
	static const char wide[] =
		"X: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n";
	enum nw_header_err err = NW_HEADER_OK;
	unsigned n = 0;

	(void)state;
	nw_header_reset(&header);
	while (err == NW_HEADER_OK && n < 1000) {
		err = nw_header_line(
			&header, n % 2 ? NW_STR("HTTP/1.1 100 Continue\r\n") : NW_STR("\r\n"));
		n++;
	}
	assert_int_equal(err, NW_HEADER_TOO_LARGE);
	assert_int_equal(n, NW_HEADER_LINES + 1);

	nw_header_reset(&header);
	for (n = 0; n < NW_HEADER_LINES; n++)
		assert_int_equal(nw_header_line(&header, nw_str(wide)), NW_HEADER_OK);
	assert_int_equal(nw_header_line(&header, nw_str(wide)), NW_HEADER_TOO_LARGE);
}

static void joined_fields_do_not_grow_without_end(void **state)
{
	char line[300] = "Link: ";

	(void)state;
	memset(line + 6, 'x', 220);
	memcpy(line + 226, "\r\n", 3);
	nw_header_reset(&header);
	(void)nw_header_line(&header, NW_STR("HTTP/1.1 200 OK\r\n"));
	for (int i = 0; i < NW_HEADER_LINES - 1; i++)
		assert_int_equal(nw_header_line(&header, nw_str(line)), NW_HEADER_OK);
	assert_in_range(nw_header_field(&header, NW_FIELD_LINK).n, 7000, NW_FIELD_BYTES);
}

static void freshness_is_read_in_all_its_forms(void **state)
{
	static const struct {
		const char *lines;
		int64_t max_age_s;
	} rows[] = {
		{"", -1},
		{"Cache-Control: max-age=300\r\n", 300},
		{"Cache-Control: public, MAX-AGE=\"300\", immutable\r\n", 300},
		{"Cache-Control: public\r\nCache-Control: max-age=300\r\nAge: 100\r\n", 200},
		{"Cache-Control: max-age=300\r\nAge: 1000\r\n", 0},
		{"Cache-Control: max-age=300\r\nAge: soon\r\n", 300},
		{"Cache-Control: s-maxage=300, no-cache\r\n", -1},
		{"Cache-Control: max-age=-1, max-age=\", max-age=x\r\n", -1},
	};
	char lines[256];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(lines, sizeof(lines), "HTTP/1.1 200 OK\r\n%s\r\n", rows[i].lines);
		assert_int_equal(judged(lines).max_age_s, rows[i].max_age_s);
	}
	assert_true(
		judged("HTTP/1.1 200 OK\r\nCache-Control: max-age=99999999999999999999999\r\n\r\n")
			.max_age_s > 1000000000);
}

static void expiry_is_moved_to_our_clock(void **state)
{
	(void)state;
	assert_int_equal(judged("HTTP/1.1 200 OK\r\nExpires: Tue, 14 Nov 2023 23:13:20 GMT\r\n\r\n")
				 .expires_s,
		NOW + 3600);
	assert_int_equal(judged("HTTP/1.1 200 OK\r\nDate: Tue, 14 Nov 2023 10:00:00 GMT\r\n"
				"Expires: Tue, 14 Nov 2023 10:30:00 GMT\r\nAge: 60\r\n\r\n")
				 .expires_s,
		NOW + 1740);
	assert_int_equal(judged("HTTP/1.1 200 OK\r\nExpires: 0\r\n\r\n").expires_s, 0);
	assert_int_equal(judged("HTTP/1.1 200 OK\r\nExpires: -1\r\n\r\n").expires_s, 0);
}

static void retry_after_is_read_in_both_forms_and_held_to_a_day(void **state)
{
	static const struct {
		const char *lines;
		int64_t want;
	} rows[] = {
		{"Retry-After: 120\r\n", 120},
		{"Retry-After: 0\r\n", 0},
		{"Retry-After: 99999999999\r\n", 86400},
		{"Retry-After: 99999999999999999999999999999999\r\n", 86400},
		{"Retry-After: -5\r\n", 0},
		{"Retry-After: soon\r\n", 0},
		{"Retry-After: Tue, 14 Nov 2023 22:15:20 GMT\r\n", 120},
		{"Retry-After: Tuesday, 14-Nov-23 22:15:20 GMT\r\n", 120},
		{"Retry-After: Tue Nov 14 22:15:20 2023\r\n", 120},
		{"Retry-After: Tue, 14 Nov 2023 22:00:00 GMT\r\n", 0},
		{"Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n", 86400},
		{"Date: Mon, 13 Nov 2023 10:00:00 GMT\r\nRetry-After: Mon, 13 Nov 2023 10:05:00 GMT\r\n",
			300},
	};
	char lines[256];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(lines, sizeof(lines), "HTTP/1.1 503 Later\r\n%s\r\n", rows[i].lines);
		if (judged(lines).retry_after_s != rows[i].want)
			fail_msg("%s", rows[i].lines);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_read_in_any_case_and_values_trimmed),
		cmocka_unit_test(lists_are_joined_and_of_others_the_first_counts),
		cmocka_unit_test(informational_responses_and_trailers_tell_nothing),
		cmocka_unit_test(what_is_no_field_is_passed_over),
		cmocka_unit_test(one_coding_is_taken_and_two_are_not),
		cmocka_unit_test(long_field_is_as_good_as_none),
		cmocka_unit_test(bytes_and_lines_are_bounded_over_all_responses),
		cmocka_unit_test(joined_fields_do_not_grow_without_end),
		cmocka_unit_test(freshness_is_read_in_all_its_forms),
		cmocka_unit_test(expiry_is_moved_to_our_clock),
		cmocka_unit_test(retry_after_is_read_in_both_forms_and_held_to_a_day),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
