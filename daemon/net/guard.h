#ifndef NW_NET_GUARD_H
#define NW_NET_GUARD_H

#include <sys/socket.h>

#include "base/network.h"

/*
 * Which addresses we may connect to. Loopback, private, link-local, shared (RFC
 * 6598), multicast, reserved and documentation networks are refused, in IPv4, in
 * IPv6 and as IPv4 inside IPv6 (mapped, 6to4, NAT64), unless the configuration
 * names a network that holds the address. Source: the IANA special-purpose registries.
 */
#define NW_GUARD_NETWORKS 64

struct nw_guard {
	struct nw_network allowed[NW_GUARD_NETWORKS];
	size_t n_allowed;
};

/* As nw_network_parse has it; NW_E_SYNTAX or NW_E_LIMIT. */
enum nw_err nw_guard_allow(
	struct nw_guard *guard, struct nw_str network, struct nw_error *error) NW_MUST;
bool nw_guard_permits(const struct nw_guard *guard, const struct sockaddr *address);

#endif
