#ifndef NW_BASE_HASH_H
#define NW_BASE_HASH_H

#include <stdbool.h>

#include <newswire/base.h>

/* 128 bits of XXH3: an identity, not a defence against a forger. */
struct nw_hash {
	uint64_t high, low;
};

#define NW_HASH_HEX 32

uint64_t nw_hash64(struct nw_str s);
struct nw_hash nw_hash128(struct nw_str s);
bool nw_hash_eq(struct nw_hash a, struct nw_hash b);

/* 32 lower-case hexadecimal digits and a NUL. */
void nw_hash_hex(struct nw_hash h, char hex[NW_HASH_HEX + 1]);
bool nw_hash_parse(struct nw_str hex, struct nw_hash *h);

#endif
