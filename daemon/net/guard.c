#include "net/guard.h"

#include <netinet/in.h>

#include "base/error.h"

/*
 * IPv4 that is not for the public Internet, after the IANA IPv4 Special-Purpose
 * Address Registry. The few globally reachable rows in it (AS112, AMT) are left out.
 */
static const struct {
	unsigned char address[4];
	unsigned bits;
} v4_special[] = {
	{{0, 0, 0, 0}, 8},       /* this network */
	{{10, 0, 0, 0}, 8},      /* private */
	{{100, 64, 0, 0}, 10},   /* shared, RFC 6598 */
	{{127, 0, 0, 0}, 8},     /* loopback */
	{{169, 254, 0, 0}, 16},  /* link-local */
	{{172, 16, 0, 0}, 12},   /* private */
	{{192, 0, 0, 0}, 24},    /* IETF protocol assignments */
	{{192, 0, 2, 0}, 24},    /* documentation */
	{{192, 88, 99, 0}, 24},  /* 6to4 relays, given up */
	{{192, 168, 0, 0}, 16},  /* private */
	{{198, 18, 0, 0}, 15},   /* benchmarks */
	{{198, 51, 100, 0}, 24}, /* documentation */
	{{203, 0, 113, 0}, 24},  /* documentation */
	{{224, 0, 0, 0}, 4},     /* multicast */
	{{240, 0, 0, 0}, 4},     /* reserved, and the broadcast address */
};

/*
 * IPv6 the other way round: only 2000::/3 is given out as global unicast, and of
 * that these are not, after the IANA IPv6 Special-Purpose Address Registry.
 */
static const struct nw_network v6_global = {{0x20}, 3};
static const struct nw_network v6_special[] = {
	{{0x20, 0x01}, 23},             /* IETF protocol assignments; Teredo, ORCHID */
	{{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
	{{0x3f, 0xff}, 20},             /* documentation */
};

/* IPv6 that carries an IPv4 address, which is then the one that counts. */
static const struct {
	struct nw_network network;
	size_t at;
} v4_inside[] = {
	{{{0x20, 0x02}, 16}, 2},           /* 6to4, RFC 3056 */
	{{{0, 0x64, 0xff, 0x9b}, 96}, 12}, /* NAT64, RFC 6052 */
};

#define V4_AT (NW_NETWORK_V4 / 8)
#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static bool is_allowed(const struct nw_guard *guard, const unsigned char address[16])
{
	for (size_t i = 0; i < guard->n_allowed; i++) {
		if (nw_network_holds(&guard->allowed[i], address))
			return true;
	}
	return false;
}

static bool is_public_v4(const unsigned char v4[4])
{
	for (size_t i = 0; i < N_OF(v4_special); i++) {
		if (nw_network_prefix_is(v4, v4_special[i].address, v4_special[i].bits))
			return false;
	}
	return true;
}

static bool is_public_v6(const unsigned char address[16])
{
	for (size_t i = 0; i < N_OF(v6_special); i++) {
		if (nw_network_holds(&v6_special[i], address))
			return false;
	}
	return nw_network_holds(&v6_global, address);
}

static bool permits(const struct nw_guard *guard, const unsigned char address[16])
{
	unsigned char mapped[16];

	if (is_allowed(guard, address))
		return true;
	if (nw_network_is_v4(address))
		return is_public_v4(address + V4_AT);
	for (size_t i = 0; i < N_OF(v4_inside); i++) {
		if (nw_network_holds(&v4_inside[i].network, address)) {
			nw_network_map_v4(address + v4_inside[i].at, mapped);
			return is_allowed(guard, mapped) || is_public_v4(address + v4_inside[i].at);
		}
	}
	return is_public_v6(address);
}

bool nw_guard_permits(const struct nw_guard *guard, const struct sockaddr *address)
{
	unsigned char bytes[16];
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	switch (address->sa_family) {
	case AF_INET:
		memcpy(&v4, address, sizeof(v4));
		nw_network_map_v4((const unsigned char *)&v4.sin_addr, bytes);
		return permits(guard, bytes);
	case AF_INET6:
		memcpy(&v6, address, sizeof(v6));
		memcpy(bytes, &v6.sin6_addr, sizeof(bytes));
		return permits(guard, bytes);
	default:
		return false;
	}
}

enum nw_err nw_guard_allow(struct nw_guard *guard, struct nw_str network, struct nw_error *error)
{
	struct nw_network n;
	const enum nw_err err = nw_network_parse(network, &n, error);

	if (err)
		return err;
	if (guard->n_allowed == NW_GUARD_NETWORKS)
		return nw_fail(error, NW_E_LIMIT, "too many networks: at most %d can be allowed",
			NW_GUARD_NETWORKS);
	guard->allowed[guard->n_allowed++] = n;
	return NW_OK;
}
