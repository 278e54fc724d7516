/* Headers and keys of the bus: what is read writes the same bytes again. */
#include <stdint.h>
#include <stdlib.h>

#include "article/wire.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_header(struct nw_str frame)
{
	struct nw_message m = {.seq = -7}, again = {0};
	struct nw_error error = {0};
	struct nw_buf out;
	const enum nw_err err = nw_wire_read_header(frame, &m, &error);

	if (err) {
		/* Of another kind there are numbers, and sound ones; else nothing. */
		require(err == NW_E_UNKNOWN ? m.seq >= 0 || m.seq == -7 : m.seq == -7);
		require((m.seq >= 0 || m.id.n == 0) && error.text[0]);
		return;
	}
	require(m.seq >= 0 && m.prev >= 0 && m.unix_ms >= 0);
	nw_buf_init(&out, 1024);
	nw_wire_write_header(&out, &m);
	require(!out.failed && nw_str_eq(nw_buf_str(&out), frame));
	require(nw_wire_read_header(nw_buf_str(&out), &again, NULL) == NW_OK);
	require(again.kind == m.kind && again.seq == m.seq && nw_str_eq(again.id, m.id));
	nw_buf_clear(&out);
}

/* Every beginning of a key may be asked for, and a key is a prefix of itself alone. */
static void check_key(struct nw_str key)
{
	if (nw_wire_is_key(key)) {
		require(key.n <= NW_WIRE_KEY_MAX);
		for (size_t n = 0; n <= key.n; n++)
			require(nw_wire_is_prefix(nw_str_head(key, n)));
	}
	if (nw_wire_is_prefix(key))
		require(!memchr(key.n ? key.p : " ", '\n', key.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nw_str bytes = {(const char *)data, size};

	check_header(bytes);
	check_key(bytes);
	return 0;
}
