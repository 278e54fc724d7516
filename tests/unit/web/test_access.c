#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/str.h"
#include "web/access.h"

/* NW_STR is no constant. */
#define S(lit)                         \
	{                              \
		(lit), sizeof(lit) - 1 \
	}

static const char *desk_read[] = {"topic/libya/", "story/", NULL}, *all_read[] = {"", NULL};

static const struct nw_config_client clients[] = {
	{.name = S("keyed"), .read = {all_read, 1}},
	{.name = S("desk"), .token = S("0123456789abcdef0123456789abcdef"), .read = {desk_read, 2}},
	{.name = S("all"), .token = S("fedcba9876543210fedcba9876543210"), .read = {all_read, 1}},
};
static const struct nw_access access_list = {clients, 3};

static const struct {
	const char *header, *keys, *want; /* keys: NULL for none; want: what it then reads */
	int status;
} cases[] = {
	{"Bearer fedcba9876543210fedcba9876543210", NULL, "all/", 0},
	{"bearer  fedcba9876543210fedcba9876543210 ", "sys/", "sys/", 0},
	{"Bearer 0123456789abcdef0123456789abcdef", NULL, "topic/libya/", 0},
	{"Bearer 0123456789abcdef0123456789abcdef", "topic/libya/haftar/", "topic/libya/haftar/",
		0},
	{"Bearer 0123456789abcdef0123456789abcdef", "topic/libya", NULL, 403},
	{"Bearer 0123456789abcdef0123456789abcdef", "topic/", NULL, 403},
	{"Bearer 0123456789abcdef0123456789abcdef", "all/", NULL, 403},
	{"", NULL, NULL, 401},
	{"Bearer ", NULL, NULL, 401},
	{"Bearer", NULL, NULL, 401},
	{"Basic 0123456789abcdef0123456789abcdef", NULL, NULL, 401},
	{"Bearer 0123456789abcdef0123456789abcdeg", NULL, NULL, 401},
	{"Bearer 0123456789abcdef0123456789abcde", NULL, NULL, 401},
	{"Bearer 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", NULL, NULL,
		401},
};

static void a_token_opens_what_its_client_may_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nw_query query = {.page = NW_PAGE_STREAM,
			.prefixes = {NW_STR("all/")},
			.n_prefixes = 1,
			.has_keys = cases[i].keys};
		struct nw_error error = {0};
		int status;

		if (cases[i].keys)
			query.prefixes[0] = nw_str(cases[i].keys);
		status = nw_access_check(&access_list, nw_str(cases[i].header), &query, &error);
		if (status != cases[i].status ||
			(!status && !nw_str_eq(query.prefixes[0], nw_str(cases[i].want))))
			fail_msg(
				"%s %s: %d %s", cases[i].header, cases[i].keys, status, error.text);
		assert_true(status == 0 || !strstr(error.text, "0123456789abcde"));
	}
}

static void who_asks_without_keys_gets_all_it_may_read(void **state)
{
	struct nw_query query = {
		.page = NW_PAGE_ARTICLES, .prefixes = {NW_STR("all/")}, .n_prefixes = 1};

	(void)state;
	assert_int_equal(nw_access_check(&access_list,
				 NW_STR("Bearer 0123456789abcdef0123456789abcdef"), &query, NULL),
		0);
	assert_int_equal(query.n_prefixes, 2);
	assert_true(nw_str_eq(query.prefixes[1], NW_STR("story/")));
	/* Of a feed the address says what it is. */
	query = (struct nw_query){
		.page = NW_PAGE_FEED, .prefixes = {NW_STR("all/")}, .n_prefixes = 1};
	assert_int_equal(nw_access_check(&access_list,
				 NW_STR("Bearer 0123456789abcdef0123456789abcdef"), &query, NULL),
		403);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_opens_what_its_client_may_read),
		cmocka_unit_test(who_asks_without_keys_gets_all_it_may_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
