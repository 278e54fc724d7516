/*
 * Requests to the replay socket. The input's lines after the first 0x1e are a
 * second frame, so that both forms are reached.
 */
#include <stdint.h>
#include <stdlib.h>

#include "article/wire.h"
#include "base/str.h"
#include "bus/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Whatever was taken lies within what a daemon can promise to answer. */
static void check_taken(const struct nw_request *r, struct nw_str all)
{
	require(r->cursor.n <= NW_WIRE_NAME_MAX);
	if (r->asked == NW_ASKED_ACK) {
		require(r->cursor.n && r->seq >= 0);
		return;
	}
	require(r->credit >= 1 && r->credit <= NW_REQUEST_CREDIT);
	if (r->asked == NW_ASKED_MORE)
		return;
	require(r->from != NW_FROM_NOW || r->cursor.n);
	require(r->seq >= 0 && r->since_ms >= 0);
	require(r->last >= 0 && r->last <= NW_WIRE_LAST_MAX);
	require(r->n_prefixes <= NW_WIRE_KEYS_MAX);
	for (size_t i = 0; i < r->n_prefixes; i++) {
		const struct nw_str prefix = r->prefixes[i];

		require(prefix.n && nw_wire_is_prefix(prefix));
		require(prefix.p >= all.p && prefix.p + prefix.n <= all.p + all.n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nw_str all = {size ? (const char *)data : "", size};
	struct nw_str rest = all, frames[3];
	struct nw_error error = {0};
	struct nw_request r;
	size_t n = 0;

	while (n < 3 && nw_str_cut(&rest, '\x1e', &frames[n]))
		n++;
	if (nw_request_parse(frames, n, &r, &error))
		require(error.text[0]);
	else
		check_taken(&r, all);
	return 0;
}
