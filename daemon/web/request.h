#ifndef NW_WEB_REQUEST_H
#define NW_WEB_REQUEST_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * What of a request's head counts here, out of what the library took apart. Pure.
 * Everything borrows from what was given.
 */
#define NW_TARGET_MAX 8192

struct nw_request {
	struct nw_str target; /* "/path?query"; of a whole address, what stands after its host */
	struct nw_str host;   /* with its port, as written; empty only in HTTP/1.0 */
	struct nw_str accept, last_event_id, if_none_match, if_modified_since, authorization;
	unsigned given; /* headers, by their place in the table */
};

/* Each: the HTTP status to refuse the request with and the reason; 0 when it is sound. */

/* The first line's address, before any header. */
int nw_request_address(
	struct nw_request *request, struct nw_str address, struct nw_error *error) NW_MUST;
/* A header, of whatever name. */
int nw_request_header(struct nw_request *request, struct nw_str name, struct nw_str value,
	struct nw_error *error) NW_MUST;

#endif
