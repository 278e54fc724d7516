/* The first line is a network to allow; what follows, 16 bytes at a time, are addresses. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "base/str.h"
#include "net/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static bool permits_v6(const struct nw_guard *guard, const uint8_t *address)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

	memcpy(&v6.sin6_addr, address, 16);
	return nw_guard_permits(guard, (const struct sockaddr *)&v6);
}

static bool permits_v4(const struct nw_guard *guard, const uint8_t *address)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};

	memcpy(&v4.sin_addr, address, 4);
	return nw_guard_permits(guard, (const struct sockaddr *)&v4);
}

/* However an IPv4 address is dressed, the answer is the same. */
static void try_address(const struct nw_guard *guard, const uint8_t *address)
{
	static const struct nw_guard strict;
	uint8_t mapped[16] = {[10] = 0xff, [11] = 0xff}, nat64[16] = {0, 0x64, 0xff, 0x9b},
		six_to_four[16] = {0x20, 0x02};
	const bool plain = permits_v4(&strict, address);

	memcpy(mapped + 12, address, 4);
	memcpy(nat64 + 12, address, 4);
	memcpy(six_to_four + 2, address, 4);
	memcpy(six_to_four + 6, address + 4, 10);
	must(permits_v6(&strict, mapped) == plain);
	must(permits_v6(&strict, nat64) == plain);
	must(permits_v6(&strict, six_to_four) == plain);
	must(permits_v4(guard, address) == permits_v6(guard, mapped));
	/* Allowing a network never takes anything away. */
	must(!plain || permits_v4(guard, address));
	must(!permits_v6(&strict, address) || permits_v6(guard, address));
	if (address[0] == 127 || address[0] == 10 || address[0] == 0 || address[0] >= 224)
		must(!plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_str rest = {(const char *)data, size}, line;
	struct nw_guard guard = {0};
	struct nw_error error;

	if (!size || !nw_str_cut(&rest, '\n', &line))
		return 0;
	if (nw_guard_allow(&guard, line, &error) == NW_OK) {
		must(guard.n_allowed == 1 && guard.allowed[0].bits <= 128);
		must(permits_v6(&guard, guard.allowed[0].address));
	} else {
		must(guard.n_allowed == 0 && error.text[0]);
	}
	for (; rest.n >= 16; rest = nw_str_from(rest, 16))
		try_address(&guard, (const uint8_t *)rest.p);
	return 0;
}
