#include "base/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/error.h"
#include "base/str.h"

static const unsigned char v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool nw_network_prefix_is(const unsigned char *address, const unsigned char *prefix, unsigned bits)
{
	const unsigned rest = bits % 8;

	if (memcmp(address, prefix, bits / 8) != 0)
		return false;
	return rest == 0 || ((address[bits / 8] ^ prefix[bits / 8]) >> (8 - rest)) == 0;
}

bool nw_network_holds(const struct nw_network *network, const unsigned char address[16])
{
	return nw_network_prefix_is(address, network->address, network->bits);
}

void nw_network_map_v4(const unsigned char v4[4], unsigned char address[16])
{
	memcpy(address, v4_prefix, sizeof(v4_prefix));
	memcpy(address + sizeof(v4_prefix), v4, 4);
}

bool nw_network_is_v4(const unsigned char address[16])
{
	return nw_network_prefix_is(address, v4_prefix, NW_NETWORK_V4);
}

/* The address, and how many bits come before its own; false when it is of neither kind. */
static bool read_address(struct nw_str text, unsigned char address[16], unsigned *before)
{
	char copy[INET6_ADDRSTRLEN];
	unsigned char v4[4];

	if (text.n == 0 || text.n >= sizeof(copy) || memchr(text.p, '\0', text.n))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	*before = 0;
	if (inet_pton(AF_INET6, copy, address) == 1)
		return true;
	if (inet_pton(AF_INET, copy, v4) != 1)
		return false;
	nw_network_map_v4(v4, address);
	*before = NW_NETWORK_V4;
	return true;
}

enum nw_err nw_network_parse(struct nw_str text, struct nw_network *network, struct nw_error *error)
{
	const struct nw_str whole = nw_str_trim(text);
	const size_t slash = nw_str_find(whole, NW_STR("/"));
	struct nw_network n = {.bits = 128};
	unsigned before;
	int64_t bits;

	*network = (struct nw_network){0};
	if (!read_address(nw_str_head(whole, slash), n.address, &before))
		return nw_fail(error, NW_E_SYNTAX,
			"not a network: '%.*s'; write one as 10.0.0.0/8 or fd00::/8",
			NW_ARG(whole));
	if (slash < whole.n) {
		if (!nw_str_int(nw_str_from(whole, slash + 1), 0, 128 - (int64_t)before, &bits))
			return nw_fail(error, NW_E_SYNTAX,
				"not a prefix length in '%.*s'; at most %u bits", NW_ARG(whole),
				128 - before);
		n.bits = before + (unsigned)bits;
	}
	*network = n;
	return NW_OK;
}

bool nw_network_is_loopback(const unsigned char address[16])
{
	static const unsigned char one[16] = {[15] = 1};

	return nw_network_is_v4(address) ? address[12] == 127 : memcmp(address, one, 16) == 0;
}

bool nw_endpoint_parse(struct nw_str text, struct nw_endpoint *endpoint)
{
	struct nw_str host, port;
	size_t colon = text.n;
	unsigned before;
	int64_t number = 0;
	bool has_brackets;

	*endpoint = (struct nw_endpoint){0};
	while (colon && text.p[colon - 1] != ':')
		colon--;
	if (colon == 0)
		return false;
	host = nw_str_head(text, colon - 1);
	port = nw_str_from(text, colon);
	if (!nw_str_eq(port, NW_STR("*")) && !nw_str_int(port, 1, 65535, &number))
		return false;
	has_brackets = nw_str_starts(host, NW_STR("[")) && nw_str_ends(host, NW_STR("]"));
	if (has_brackets)
		host = nw_str_from(nw_str_head(host, host.n - 1), 1);
	if (has_brackets != (nw_str_find(host, NW_STR(":")) < host.n) ||
		!read_address(host, endpoint->address, &before))
		return false;
	endpoint->port = (uint16_t)number;
	return true;
}

bool nw_endpoint_is_loopback(struct nw_str text)
{
	struct nw_endpoint endpoint;

	return nw_endpoint_parse(text, &endpoint) && nw_network_is_loopback(endpoint.address);
}
