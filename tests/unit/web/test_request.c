#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/str.h"
#include "web/date.h"
#include "web/host.h"
#include "web/request.h"

static int aim(const char *address, struct nw_request *request)
{
	struct nw_error error = {0};
	const int status = nw_request_address(request, nw_str(address), &error);

	assert_true(status == 0 || error.text[0]);
	return status;
}

static int give(struct nw_request *request, const char *name, const char *value)
{
	struct nw_error error = {0};
	const int status = nw_request_header(request, nw_str(name), nw_str(value), &error);

	assert_true(status == 0 || error.text[0]);
	return status;
}

static void headers_that_count_are_kept(void **state)
{
	struct nw_request request = {0};

	(void)state;
	assert_int_equal(aim("/all.atom?limit=2", &request), 0);
	assert_int_equal(give(&request, "host", "localhost:7342"), 0);
	assert_int_equal(give(&request, "ACCEPT", " text/event-stream "), 0);
	assert_int_equal(give(&request, "If-None-Match", "\"a\""), 0);
	assert_int_equal(give(&request, "Last-Event-ID", "42"), 0);
	assert_int_equal(give(&request, "X-Other", "thing"), 0);
	assert_int_equal(give(&request, "X-Other", "thing"), 0);
	assert_true(nw_str_eq(request.target, NW_STR("/all.atom?limit=2")));
	assert_true(nw_str_eq(request.host, NW_STR("localhost:7342")));
	assert_true(nw_str_eq(request.accept, NW_STR("text/event-stream")));
	assert_true(nw_str_eq(request.if_none_match, NW_STR("\"a\"")));
	assert_true(nw_str_eq(request.last_event_id, NW_STR("42")));
}

static void a_second_of_those_that_count_is_refused(void **state)
{
	static const char *const names[] = {"Host", "Accept", "Last-Event-ID", "If-None-Match",
		"If-Modified-Since", "Authorization"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct nw_request request = {0};

		assert_int_equal(give(&request, names[i], ""), 0);
		assert_int_equal(give(&request, names[i], "a"), 400);
	}
}

static void a_name_that_is_none_is_refused(void **state)
{
	static const char *const names[] = {"", "Host ", "Transfer-Encoding\t", " Host", "Ho st",
		"H\xc3\xb6st", "a(b)", "a\x7f"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct nw_request request = {0};

		assert_int_equal(give(&request, names[i], "a"), 400);
		assert_int_equal(request.given, 0);
	}
}

static void the_host_of_a_whole_address_counts(void **state)
{
	struct nw_request request = {0};

	(void)state;
	assert_int_equal(aim("http://a:1/b?c", &request), 0);
	assert_int_equal(give(&request, "Host", "z"), 0);
	assert_true(nw_str_eq(request.host, NW_STR("a:1")));
	assert_true(nw_str_eq(request.target, NW_STR("/b?c")));
	assert_int_equal(aim("HTTP://a", &request), 0);
	assert_true(nw_str_eq(request.target, NW_STR("/")));
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const bad[] = {"", "a", "*", "/a b", "/a\tb", "/\x7f", "https://a/"};
	char text[NW_TARGET_MAX + 2] = "/";
	struct nw_request request = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(aim(bad[i], &request), 400);
	memset(text + 1, 'a', NW_TARGET_MAX - 1);
	assert_int_equal(aim(text, &request), 0);
	text[NW_TARGET_MAX] = 'a';
	assert_int_equal(aim(text, &request), 414);
}

static const struct {
	const char *host, *endpoint;
	bool is_loopback, is_right;
} hosts[] = {
	{"localhost", "127.0.0.1:7342", true, true},
	{"LocalHost:80", "127.0.0.1:7342", true, true},
	{"127.0.0.1:7342", "127.0.0.1:7342", true, true},
	{"[::1]:7342", "[::1]:7342", true, true},
	{"[::1]", "127.0.0.1:7342", true, true},
	{"127.0.0.9:1", "127.0.0.9:7342", true, true},
	{"127.0.0.9:1", "127.0.0.1:7342", true, false},
	{"evil.example", "127.0.0.1:7342", true, false},
	{"localhost.evil.example", "127.0.0.1:7342", true, false},
	{"evil.example:7342", "127.0.0.1:7342", true, false},
	{"localhost:", "127.0.0.1:7342", true, false},
	{"localhost:99999", "127.0.0.1:7342", true, false},
	{"local host", "127.0.0.1:7342", true, false},
	{"", "127.0.0.1:7342", true, true},
	{"news.example:80", "10.0.0.1:7342", false, true},
	{"a\"b", "10.0.0.1:7342", false, false},
	{"a/b", "10.0.0.1:7342", false, false},
	{"[::1", "10.0.0.1:7342", false, false},
	{":80", "10.0.0.1:7342", false, false},
};

static void only_this_machines_names_are_right_on_loopback(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		if (nw_host_is_right(nw_str(hosts[i].host), hosts[i].endpoint,
			    hosts[i].is_loopback) != hosts[i].is_right)
			fail_msg("%s at %s", hosts[i].host, hosts[i].endpoint);
	}
}

static void dates_are_as_http_writes_them(void **state)
{
	char text[NW_HTTP_DATE];

	(void)state;
	assert_string_equal(nw_http_date(784111777, text), "Sun, 06 Nov 1994 08:49:37 GMT");
	assert_string_equal(nw_http_date(0, text), "Thu, 01 Jan 1970 00:00:00 GMT");
	assert_string_equal(nw_http_date(1709164800, text), "Thu, 29 Feb 2024 00:00:00 GMT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_that_count_are_kept),
		cmocka_unit_test(a_second_of_those_that_count_is_refused),
		cmocka_unit_test(a_name_that_is_none_is_refused),
		cmocka_unit_test(the_host_of_a_whole_address_counts),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(only_this_machines_names_are_right_on_loopback),
		cmocka_unit_test(dates_are_as_http_writes_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
