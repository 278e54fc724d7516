#ifndef NW_BUS_REQUEST_H
#define NW_BUS_REQUEST_H

#include <stdbool.h>

#include "article/wire.h"

#define NW_REQUEST_BYTES 8192
#define NW_REQUEST_CREDIT 1000000000 /* messages, as a sum too */

enum nw_asked {
	NW_ASKED_REPLAY,
	NW_ASKED_MORE, /* credit, for the replay under way */
	NW_ASKED_ACK,  /* to have a cursor moved */
};

/* What a peer of the replay socket asks for: newswire-bus(7). */
struct nw_request {
	enum nw_asked asked;
	struct nw_str cursor; /* borrowed from the frames; empty: none is named */
	enum nw_from from;    /* of a replay: SEQ, SINCE or LAST; NOW: only the cursor tells */
	int64_t seq;          /* the first one wanted; of an ACK the last one dealt with */
	int64_t since_ms;     /* Unix ms */
	int64_t last;         /* messages */
	int64_t credit;       /* messages; 500 when a replay does not say */
	bool no_text;
	struct nw_str prefixes[NW_WIRE_KEYS_MAX]; /* borrowed from the frames; none: everything */
	size_t n_prefixes;
};

/* The frames after the peer's identity. The reason given is fit to be sent back. */
enum nw_err nw_request_parse(const struct nw_str *frames, size_t n, struct nw_request *request,
	struct nw_error *error) NW_MUST;

#endif
