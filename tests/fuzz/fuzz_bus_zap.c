/* Requests of ZAP: frames, each after a byte that says how long it is. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bus/zap.h"

#define FRAMES (NW_ZAP_FRAMES + 1)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_str frames[FRAMES] = {{0}};
	struct nw_zap_request request;
	unsigned char key[NW_CURVE_BYTES];
	size_t n = 0;

	while (size && n < FRAMES) {
		const size_t want = data[0] == 255 ? 1000 : data[0];
		const size_t have = want < size ? want : size - 1;

		frames[n++] = (struct nw_str){(const char *)data + 1, have};
		data += have + 1;
		size -= have + 1;
	}
	if (!nw_zap_parse(frames, n, &request)) {
		if (request.key[0] || request.id.n)
			abort(); /* nothing of what is refused is used */
		return 0;
	}
	/* Only a whole request is one, and its key is the one that was asked about. */
	if (n != NW_ZAP_FRAMES || !nw_curve_decode(nw_str(request.key), key) ||
		memcmp(key, frames[6].p, sizeof(key)) != 0 || frames[6].n != sizeof(key) ||
		request.id.p != frames[1].p || request.address.p != frames[3].p ||
		request.id.n > 255)
		abort();
	return 0;
}
