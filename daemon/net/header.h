#ifndef NW_NET_HEADER_H
#define NW_NET_HEADER_H

#include "net/http.h"

/*
 * The header fields of one hop, as far as we need them, taken line by line as they
 * come. Bounded in bytes and in number, informational responses and trailers
 * included; a field longer than NW_FIELD_BYTES is as good as none.
 */
#define NW_HEADER_BYTES ((size_t)64 * 1024)
#define NW_HEADER_LINES 256
#define NW_FIELD_BYTES ((size_t)8 * 1024)

enum nw_field {
	NW_FIELD_LOCATION,
	NW_FIELD_CONTENT_TYPE,
	NW_FIELD_CONTENT_LOCATION,
	NW_FIELD_CONTENT_LANGUAGE,
	NW_FIELD_ETAG,
	NW_FIELD_LAST_MODIFIED,
	NW_FIELD_CACHE_CONTROL,
	NW_FIELD_EXPIRES,
	NW_FIELD_DATE,
	NW_FIELD_AGE,
	NW_FIELD_RETRY_AFTER,
	NW_FIELD_LINK,
	NW_N_FIELDS
};

enum nw_header_err {
	NW_HEADER_OK,
	NW_HEADER_TOO_LARGE,
	NW_HEADER_CODINGS, /* compressed more than once: a bomb, or a peer that is broken */
};

struct nw_header {
	struct nw_buf text; /* where the values are */
	struct {
		size_t at, n;
	} fields[NW_N_FIELDS];
	size_t bytes;
	unsigned lines, codings;
	int64_t length; /* Content-Length; 0: not said */
	int status;
	bool is_whole; /* the last line of a final response's header has come */
};

void nw_header_init(struct nw_header *header);
void nw_header_clear(struct nw_header *header);
void nw_header_reset(struct nw_header *header); /* for another hop; keeps the memory */

/* One line with its end, as libcurl hands them over. */
enum nw_header_err nw_header_line(struct nw_header *header, struct nw_str line);

/* Empty when the field was not there. Valid until the header is next written. */
struct nw_str nw_header_field(const struct nw_header *header, enum nw_field field);

/* What the fields mean at now_s (Unix seconds), into the response's members of that name. */
void nw_header_judge(
	const struct nw_header *header, int64_t now_s, struct nw_http_response *response);

#endif
