#ifndef NW_BUS_REQUEST_H
#define NW_BUS_REQUEST_H

#include <stdbool.h>

#include <newswire/message.h>

#define NW_REQUEST_KEYS 64
#define NW_REQUEST_BYTES 8192
#define NW_REQUEST_LAST 100000
#define NW_REQUEST_CREDIT 1000000000 /* messages, as a sum too */

/* What a peer of the replay socket asks for: newswire-bus(7). */
struct nw_request {
	bool is_more;      /* only credit, for the replay under way */
	enum nw_from from; /* of a replay: SEQ, SINCE or LAST */
	int64_t seq;       /* the first one wanted */
	int64_t since_ms;  /* Unix ms */
	int64_t last;      /* messages */
	int64_t credit;    /* messages; 500 when a replay does not say */
	bool no_text;
	struct nw_str prefixes[NW_REQUEST_KEYS]; /* borrowed from the frames; none: everything */
	size_t n_prefixes;
};

/* The frames after the peer's identity. The reason given is fit to be sent back. */
enum nw_err nw_request_parse(const struct nw_str *frames, size_t n, struct nw_request *request,
	struct nw_error *error) NW_MUST;

#endif
