#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fetch/state.h"
#include "net/http.h"

static enum nw_feed_status of(enum nw_http_result result, int status)
{
	const struct nw_http_response response = {.result = result, .status = status};

	return nw_feed_status_of(&response);
}

static void every_status_has_a_name_of_its_own_and_a_sentence(void **state)
{
	(void)state;
	for (int i = 0; i < NW_FEED_N_STATUSES; i++) {
		const struct nw_feed_status_row *row = &nw_feed_status_rows[i];

		assert_non_null(row->name);
		assert_true(row->means[strlen(row->means) - 1] == '.');
		assert_int_equal(nw_feed_status_parse(nw_str(row->name)), i);
	}
	assert_int_equal(nw_feed_status_parse(NW_STR("no such status")), NW_FEED_NEW);
}

static void response_says_what_became_of_a_visit(void **state)
{
	static const struct {
		enum nw_http_result result;
		int status;
		enum nw_feed_status want;
	} rows[] = {
		{NW_HTTP_DONE, 200, NW_FEED_OK},
		{NW_HTTP_DONE, 226, NW_FEED_OK},
		{NW_HTTP_DONE, 204, NW_FEED_EMPTY},
		{NW_HTTP_DONE, 304, NW_FEED_NOT_MODIFIED},
		{NW_HTTP_DONE, 302, NW_FEED_BROKEN},
		{NW_HTTP_DONE, 403, NW_FEED_HTTP_4XX},
		{NW_HTTP_DONE, 410, NW_FEED_GONE},
		{NW_HTTP_DONE, 429, NW_FEED_HTTP_4XX},
		{NW_HTTP_DONE, 503, NW_FEED_HTTP_5XX},
		{NW_HTTP_DNS, 0, NW_FEED_DNS},
		{NW_HTTP_TIMEOUT, 200, NW_FEED_TIMEOUT},
		{NW_HTTP_REDIRECTS, 302, NW_FEED_REFUSED},
		{NW_HTTP_REFUSED, 0, NW_FEED_REFUSED},
		{NW_HTTP_TOO_LARGE, 200, NW_FEED_TOO_LARGE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(of(rows[i].result, rows[i].status), rows[i].want);
}

static void only_done_is_no_failure(void **state)
{
	(void)state;
	for (int i = NW_HTTP_DONE + 1; i < NW_HTTP_N_RESULTS; i++)
		assert_true(nw_feed_status_rows[of((enum nw_http_result)i, 200)].is_failure);
	assert_false(nw_feed_status_rows[NW_FEED_NOT_MODIFIED].is_failure);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_status_has_a_name_of_its_own_and_a_sentence),
		cmocka_unit_test(response_says_what_became_of_a_visit),
		cmocka_unit_test(only_done_is_no_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
