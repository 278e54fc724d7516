#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fetch/outage.h"

static struct nw_hash host(uint64_t n)
{
	return (struct nw_hash){n, 1};
}

/* How many different hosts in a row it takes. */
static unsigned silent_hosts_until_outage(size_t n_hosts)
{
	struct nw_outage o = {0};
	unsigned n = 0;

	while (n < 100 && !nw_outage_silence(&o, host(n), true, n_hosts, 1000))
		n++;
	return n + 1;
}

static void one_host_after_the_other_is_an_outage(void **state)
{
	(void)state;
	assert_int_equal(silent_hosts_until_outage(1), 3);
	assert_int_equal(silent_hosts_until_outage(12), 3);
	assert_int_equal(silent_hosts_until_outage(24), 6);
	assert_int_equal(silent_hosts_until_outage(40), 10);
	assert_int_equal(silent_hosts_until_outage(100000), 10);
}

static void one_host_alone_never_is(void **state)
{
	struct nw_outage o = {0};

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_false(nw_outage_silence(&o, host(i % 2 ? 7 : 8), true, 2, i));
	assert_false(nw_outage_covers(&o, 0));
}

static void an_answer_between_them_starts_the_count_anew(void **state)
{
	struct nw_outage o = {0};

	(void)state;
	assert_false(nw_outage_silence(&o, host(1), true, 3, 10));
	assert_false(nw_outage_silence(&o, host(2), true, 3, 20));
	assert_false(nw_outage_answer(&o, 30));
	assert_false(nw_outage_silence(&o, host(3), true, 3, 40));
	assert_false(nw_outage_silence(&o, host(1), true, 3, 50));
	assert_true(nw_outage_silence(&o, host(2), true, 3, 60));
	assert_int_equal(o.since_ms, 40);
}

static void who_was_dead_already_tells_nothing_while_others_answer(void **state)
{
	struct nw_outage o = {0};

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		assert_false(nw_outage_silence(&o, host(i % 11), false, 12, i));
	assert_false(nw_outage_silence(&o, host(20), true, 12, 200));
	assert_false(nw_outage_silence(&o, host(21), true, 12, 300));
	assert_true(nw_outage_silence(&o, host(22), true, 12, 400));
}

static void nobody_at_all_is_an_outage_whoever_was_dead_already(void **state)
{
	struct nw_outage o = {0};

	(void)state;
	assert_false(nw_outage_silence(&o, host(1), false, 4, 10));
	assert_false(nw_outage_silence(&o, host(2), false, 4, 20));
	assert_false(nw_outage_silence(&o, host(3), false, 4, 30));
	assert_true(nw_outage_silence(&o, host(4), true, 4, 40));
	assert_true(nw_outage_answer(&o, 50));
	assert_false(nw_outage_silence(&o, host(1), false, 4, 60));
	assert_false(nw_outage_silence(&o, host(2), false, 4, 70));
	assert_false(nw_outage_silence(&o, host(3), false, 4, 80));
}

static void what_began_before_its_end_is_pardoned(void **state)
{
	struct nw_outage o = {0};

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(nw_outage_silence(&o, host(i), true, 3, 100), i == 2);
	assert_false(nw_outage_silence(&o, host(9), true, 3, 200)); /* it is on already */
	assert_true(nw_outage_covers(&o, 150));
	assert_true(nw_outage_answer(&o, 300));
	assert_false(nw_outage_answer(&o, 310));
	assert_true(nw_outage_covers(&o, 299));
	assert_false(nw_outage_covers(&o, 301));
}

static void probes_become_fewer_but_not_few(void **state)
{
	struct nw_outage o = {.since_ms = 1000, .is_on = true};

	(void)state;
	assert_int_equal(nw_outage_probe_ms(&o, 1000), 2000);
	assert_int_equal(nw_outage_probe_ms(&o, 1000 + 64000), 4000);
	assert_int_equal(nw_outage_probe_ms(&o, 1000 + 86400000), 8000);
}

static void only_what_heard_nobody_is_silence(void **state)
{
	static const struct {
		enum nw_http_result result;
		int status;
		bool want;
	} rows[] = {
		{NW_HTTP_DNS, 0, true},
		{NW_HTTP_CONNECT, 0, true},
		{NW_HTTP_TLS, 0, true},
		{NW_HTTP_TIMEOUT, 0, true},
		{NW_HTTP_TIMEOUT, 200, false},
		{NW_HTTP_BROKEN, 0, true},
		{NW_HTTP_BROKEN, 200, false},
		{NW_HTTP_DONE, 503, false},
		{NW_HTTP_REFUSED, 0, false},
		{NW_HTTP_BAD_URL, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct nw_http_response r = {
			.result = rows[i].result, .status = rows[i].status};

		assert_int_equal(nw_outage_is_silence(&r), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_host_after_the_other_is_an_outage),
		cmocka_unit_test(one_host_alone_never_is),
		cmocka_unit_test(an_answer_between_them_starts_the_count_anew),
		cmocka_unit_test(who_was_dead_already_tells_nothing_while_others_answer),
		cmocka_unit_test(nobody_at_all_is_an_outage_whoever_was_dead_already),
		cmocka_unit_test(what_began_before_its_end_is_pardoned),
		cmocka_unit_test(probes_become_fewer_but_not_few),
		cmocka_unit_test(only_what_heard_nobody_is_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
