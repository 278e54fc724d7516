/* UTF-8 repair and NFC on any bytes: what comes out is valid, stable and no longer than it may be. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nw_str s = {(const char *)data, size};
	struct nw_arena *a = nw_arena_new();
	const struct nw_str repaired = nw_utf8_repair(a, s);
	const struct nw_str nfc = nw_utf8_nfc(a, repaired);
	struct nw_str rest = s, again = repaired;

	check(nw_utf8_valid(s) <= size);
	check((repaired.p == s.p) == (nw_utf8_valid(s) == size));
	check(nw_utf8_valid(repaired) == repaired.n && repaired.n <= 3 * size);
	while (rest.n)
		check(nw_utf8_next(&rest) == nw_utf8_next(&again));
	check(again.n == 0);
	check(nw_utf8_valid(nfc) == nfc.n && nfc.n <= 3 * repaired.n);
	check(nw_str_eq(nw_utf8_nfc(a, nfc), nfc));
	check(nw_utf8_count_words(s) <= (size + 1) / 2);
	nw_arena_free(a);
	return 0;
}
