#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "net/guard.h"

static bool permits(const struct nw_guard *guard, const char *text)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct sockaddr_in v4 = {.sin_family = AF_INET};

	if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1)
		return nw_guard_permits(guard, (const struct sockaddr *)&v6);
	assert_int_equal(inet_pton(AF_INET, text, &v4.sin_addr), 1);
	return nw_guard_permits(guard, (const struct sockaddr *)&v4);
}

static const char *const public_addresses[] = {"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0",
	"100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255",
	"169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.31.196.1",
	"192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
	"2606:4700:4700::1111", "2001:200::1", "2001:4860:4860::8888", "2a00:1450::1", "3ffe::1",
	"::ffff:1.1.1.1", "2002:0101:0101::1", "64:ff9b::8.8.8.8", "2620:4f:8000::1"};

static const char *const other_addresses[] = {"0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255",
	"100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.0.1",
	"169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
	"192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
	"239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::2", "::127.0.0.1",
	"::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
	"64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b:1::1", "64:ff9b:0:1::8.8.8.8", "100::1",
	"2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1",
	"2001:1ff::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::1", "2002:c0a8:101::1",
	"2002:a9fe:a9fe::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "8000::1", "fc00::1",
	"fd00::1", "fe80::1", "fec0::1", "ff02::1", "ff0e::1"};

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static void public_addresses_are_permitted(void **state)
{
	const struct nw_guard guard = {0};

	(void)state;
	for (size_t i = 0; i < N_OF(public_addresses); i++) {
		if (!permits(&guard, public_addresses[i]))
			fail_msg("%s is refused", public_addresses[i]);
	}
}

static void special_addresses_are_refused(void **state)
{
	const struct nw_guard guard = {0};

	(void)state;
	for (size_t i = 0; i < N_OF(other_addresses); i++) {
		if (permits(&guard, other_addresses[i]))
			fail_msg("%s is permitted", other_addresses[i]);
	}
}

static void named_network_is_permitted_and_no_more(void **state)
{
	struct nw_guard guard = {0};

	(void)state;
	assert_int_equal(nw_guard_allow(&guard, NW_STR("10.1.0.0/16"), NULL), NW_OK);
	assert_int_equal(nw_guard_allow(&guard, NW_STR(" 192.168.7.9 "), NULL), NW_OK);
	assert_int_equal(nw_guard_allow(&guard, NW_STR("fd00:1::/33"), NULL), NW_OK);
	assert_true(permits(&guard, "10.1.255.255"));
	assert_true(permits(&guard, "::ffff:10.1.0.1"));
	assert_true(permits(&guard, "64:ff9b::10.1.0.1"));
	assert_true(permits(&guard, "192.168.7.9"));
	assert_true(permits(&guard, "fd00:1:7fff::1"));
	assert_false(permits(&guard, "10.2.0.0"));
	assert_false(permits(&guard, "192.168.7.8"));
	assert_false(permits(&guard, "fd00:1:8000::1"));
	assert_false(permits(&guard, "127.0.0.1"));
}

static void network_that_holds_everything_is_possible(void **state)
{
	struct nw_guard guard = {0};

	(void)state;
	assert_int_equal(nw_guard_allow(&guard, NW_STR("::/0"), NULL), NW_OK);
	assert_true(permits(&guard, "127.0.0.1"));
	assert_true(permits(&guard, "fe80::1"));
	guard = (struct nw_guard){0};
	assert_int_equal(nw_guard_allow(&guard, NW_STR("0.0.0.0/0"), NULL), NW_OK);
	assert_true(permits(&guard, "127.0.0.1"));
	assert_false(permits(&guard, "fe80::1"));
}

static void what_is_no_network_is_refused_with_a_reason(void **state)
{
	static const char *const wrong[] = {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
		"10.0.0.0/8x", "10.0.0", "0x7f.0.0.1", "2130706433", "localhost", "fd00::/129",
		"[fd00::1]", "fe80::1%eth0", "10.0.0.0/8/8",
		"1111111111111111111111111111111111111111111111111111111111"};
	struct nw_guard guard = {0};
	struct nw_error error;

	(void)state;
	for (size_t i = 0; i < N_OF(wrong); i++) {
		if (nw_guard_allow(&guard, nw_str(wrong[i]), &error) != NW_E_SYNTAX)
			fail_msg("'%s' is taken", wrong[i]);
		assert_non_null(strstr(error.text, "not a "));
	}
	assert_int_equal(guard.n_allowed, 0);
}

static void networks_are_bounded(void **state)
{
	struct nw_guard guard = {0};

	(void)state;
	for (int i = 0; i < NW_GUARD_NETWORKS; i++)
		assert_int_equal(nw_guard_allow(&guard, NW_STR("10.0.0.0/8"), NULL), NW_OK);
	assert_int_equal(nw_guard_allow(&guard, NW_STR("10.0.0.0/8"), NULL), NW_E_LIMIT);
}

static void only_the_internet_protocols_are_permitted(void **state)
{
	const struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct nw_guard guard = {0};

	(void)state;
	assert_int_equal(nw_guard_allow(&guard, NW_STR("::/0"), NULL), NW_OK);
	assert_false(nw_guard_permits(&guard, (const struct sockaddr *)&local));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_addresses_are_permitted),
		cmocka_unit_test(special_addresses_are_refused),
		cmocka_unit_test(named_network_is_permitted_and_no_more),
		cmocka_unit_test(network_that_holds_everything_is_possible),
		cmocka_unit_test(what_is_no_network_is_refused_with_a_reason),
		cmocka_unit_test(networks_are_bounded),
		cmocka_unit_test(only_the_internet_protocols_are_permitted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
