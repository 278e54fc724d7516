#include "base/hash.h"

#include <stdio.h>
#include <xxhash.h>

uint64_t nw_hash64(struct nw_str s)
{
	return XXH3_64bits(s.p, s.n);
}

struct nw_hash nw_hash128(struct nw_str s)
{
	const XXH128_hash_t h = XXH3_128bits(s.p, s.n);

	return (struct nw_hash){h.high64, h.low64};
}

bool nw_hash_eq(struct nw_hash a, struct nw_hash b)
{
	return a.high == b.high && a.low == b.low;
}

void nw_hash_hex(struct nw_hash h, char hex[NW_HASH_HEX + 1])
{
	(void)snprintf(hex, NW_HASH_HEX + 1, "%016llx%016llx", (unsigned long long)h.high,
		(unsigned long long)h.low);
}

static bool parse_half(const char *p, uint64_t *half)
{
	*half = 0;
	for (int i = 0; i < NW_HASH_HEX / 2; i++) {
		const char c = p[i];
		unsigned digit;

		if (c >= '0' && c <= '9')
			digit = (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (unsigned)(c - 'a') + 10;
		else
			return false;
		*half = *half << 4 | digit;
	}
	return true;
}

bool nw_hash_parse(struct nw_str hex, struct nw_hash *h)
{
	*h = (struct nw_hash){0};
	return hex.n == NW_HASH_HEX && parse_half(hex.p, &h->high) &&
		parse_half(hex.p + NW_HASH_HEX / 2, &h->low);
}
