#include "base/error.h"
#include "base/network.h"
#include "check.h"

static const struct {
	const char *text;
	unsigned char address[16];
	unsigned bits;
} good[] = {
	{"10.0.0.0/8", {[10] = 0xff, [11] = 0xff, [12] = 10}, 104},
	{"0.0.0.0/0", {[10] = 0xff, [11] = 0xff}, 96},
	{" 10.1.2.3\t", {[10] = 0xff, [11] = 0xff, 10, 1, 2, 3}, 128},
	{"fd00::/8", {0xfd}, 8},
	{"::1", {[15] = 1}, 128},
	{"::ffff:10.0.0.0/104", {[10] = 0xff, [11] = 0xff, [12] = 10}, 104},
};

static void a_network_is_read_as_ipv6(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct nw_network n;

		assert_int_equal(nw_network_parse(nw_str(good[i].text), &n, NULL), NW_OK);
		assert_memory_equal(n.address, good[i].address, sizeof(n.address));
		assert_int_equal(n.bits, good[i].bits);
	}
}

static void what_is_no_network_is_told_and_leaves_none(void **state)
{
	static const char *const bad[] = {"", "x", "/8", "10.0.0.0/33", "fd00::/129", "10.0.0.0/",
		"10.0.0.0/8/8", "10.0.0", "[::1]", "localhost"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct nw_network n = {.bits = 7};
		struct nw_error error;

		if (nw_network_parse(nw_str(bad[i]), &n, &error) != NW_E_SYNTAX)
			fail_msg("'%s' is taken", bad[i]);
		assert_int_equal(n.bits, 0);
		assert_non_null(strstr(error.text, "not a "));
	}
}

static void a_network_holds_what_begins_with_its_bits(void **state)
{
	const unsigned char inside[4] = {172, 31, 255, 255}, outside[4] = {172, 32, 0, 0};
	unsigned char address[16];
	struct nw_network n;

	(void)state;
	assert_int_equal(nw_network_parse(NW_STR("172.16.0.0/12"), &n, NULL), NW_OK);
	nw_network_map_v4(inside, address);
	assert_true(nw_network_is_v4(address));
	assert_true(nw_network_holds(&n, address));
	nw_network_map_v4(outside, address);
	assert_false(nw_network_holds(&n, address));
	address[0] = 1;
	assert_false(nw_network_is_v4(address));
}

static const struct {
	const char *text;
	int port; /* -1: none */
	bool is_loopback;
} endpoints[] = {
	{"127.0.0.1:7342", 7342, true},
	{"127.255.0.1:1", 1, true},
	{"[::1]:65535", 65535, true},
	{"[::1]:*", 0, true},
	{"[::ffff:127.0.0.1]:80", 80, true},
	{"0.0.0.0:80", 80, false},
	{"[::]:80", 80, false},
	{"10.1.2.3:80", 80, false},
	{"::1:80", -1, false},
	{"127.0.0.1", -1, false},
	{"127.0.0.1:", -1, false},
	{"127.0.0.1:0", -1, false},
	{"127.0.0.1:65536", -1, false},
	{"localhost:80", -1, false},
	{":80", -1, false},
	{"*:80", -1, false},
	{"[127.0.0.1:80", -1, false},
	{"[127.0.0.1]:80", -1, false},
	{"[localhost]:80", -1, false},
	{"", -1, false},
};

static void endpoints_are_addresses_with_a_port(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
		struct nw_endpoint endpoint;
		const bool is = nw_endpoint_parse(nw_str(endpoints[i].text), &endpoint);

		if (is != (endpoints[i].port >= 0) || (is && endpoint.port != endpoints[i].port) ||
			(is &&
				nw_network_is_loopback(endpoint.address) !=
					endpoints[i].is_loopback) ||
			nw_endpoint_is_loopback(nw_str(endpoints[i].text)) !=
				endpoints[i].is_loopback)
			fail_msg("%s", endpoints[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_is_read_as_ipv6),
		cmocka_unit_test(what_is_no_network_is_told_and_leaves_none),
		cmocka_unit_test(a_network_holds_what_begins_with_its_bits),
		cmocka_unit_test(endpoints_are_addresses_with_a_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
