#ifndef NW_BASE_NETWORK_H
#define NW_BASE_NETWORK_H

#include <stdbool.h>

#include <newswire/base.h>

/* A range of IPv6 addresses, IPv4 among them as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). */
struct nw_network {
	unsigned char address[16];
	unsigned bits; /* of the prefix, of 128 */
};

#define NW_NETWORK_V4 96 /* bits before the IPv4 address */

/* "127.0.0.0/8", "fd00::/8", "10.1.2.3"; NW_E_SYNTAX. White space around it is passed over. */
enum nw_err nw_network_parse(
	struct nw_str text, struct nw_network *network, struct nw_error *error) NW_MUST;
bool nw_network_holds(const struct nw_network *network, const unsigned char address[16]);

void nw_network_map_v4(const unsigned char v4[4], unsigned char address[16]);
bool nw_network_is_v4(const unsigned char address[16]); /* whose last 4 bytes are it then */

/* "127.0.0.1:7342", "[::1]:7342"; "*" for a port that the system chooses, which is 0 then. */
struct nw_endpoint {
	unsigned char address[16];
	uint16_t port;
};

bool nw_endpoint_parse(struct nw_str text, struct nw_endpoint *endpoint);
/* What only this machine reaches: 127.0.0.0/8 and ::1. A name such as localhost is no address. */
bool nw_network_is_loopback(const unsigned char address[16]);
bool nw_endpoint_is_loopback(struct nw_str text);

/* Whether the first bits of the two are the same. */
bool nw_network_prefix_is(const unsigned char *address, const unsigned char *prefix, unsigned bits);

#endif
