#ifndef NW_NET_HTTP_H
#define NW_NET_HTTP_H

#include <stdbool.h>

#include "base/buf.h"
#include "net/guard.h"
#include "rt/loop.h"

/*
 * HTTP on the loop, through libcurl's multi interface: HTTP/2, keep-alive,
 * compression, redirects one by one so that each target is checked. http and https
 * only, no cookies, no Referer. Every limit is enforced here, on decompressed bytes.
 */
struct nw_http;
struct nw_http_transfer;

struct nw_http_options {
	const char *user_agent;       /* "newswired/0.1.0 (+https://...)" */
	const struct nw_guard *guard; /* addresses we may visit; the caller's, who may change it */
	const char *ca_file;          /* certificates to trust, PEM; NULL: the system's */
	unsigned max_connections; /* in all; transfers past that wait, and their time with them */
	unsigned max_per_host;
	unsigned slow_s; /* this long under NW_HTTP_SLOW_BYTES a second ends a transfer; 0: 20 */
};

#define NW_HTTP_SLOW_BYTES 256

struct nw_http *nw_http_new(struct nw_loop *loop, const struct nw_http_options *options);
/* From now on; what is open already stays. */
void nw_http_set_per_host(struct nw_http *http, unsigned most);
/* Transfers under way end without a callback. Not from within on_done. */
void nw_http_free(struct nw_http *http);

enum nw_http_result {
	NW_HTTP_DONE,    /* a response came whole; see status */
	NW_HTTP_BAD_URL, /* not http(s), or unreadable */
	NW_HTTP_REFUSED, /* an address we may not visit */
	NW_HTTP_DNS,
	NW_HTTP_CONNECT,
	NW_HTTP_TLS,
	NW_HTTP_TIMEOUT,   /* over all, or too slow for too long */
	NW_HTTP_TOO_LARGE, /* body or headers past the limit; only a 2xx has a body to us */
	NW_HTTP_REDIRECTS, /* too many, or in a circle, or https to http */
	NW_HTTP_BROKEN,    /* the peer broke off or broke the protocol */
	NW_HTTP_N_RESULTS
};

const char *nw_http_result_name(enum nw_http_result result); /* "dns", "too-large" ... */

#define NW_HTTP_REDIRECTS_MOST 20

struct nw_http_request {
	struct nw_str url;
	struct nw_str accept;                           /* value of Accept; empty: any */
	struct nw_str if_none_match, if_modified_since; /* sent byte for byte; empty: not sent */
	size_t max_bytes;                               /* of the body, decompressed */
	unsigned max_redirects;                         /* NW_HTTP_REDIRECTS_MOST at most */
	int64_t timeout_ms; /* over all, redirects included; more than 0 */
	int64_t connect_timeout_ms;
};

/* All strings live until on_done returns; take_body hands the body over. */
struct nw_http_response {
	enum nw_http_result result;
	struct nw_str reason; /* for a person, when result is not DONE */
	int status;           /* HTTP status of the last hop; 0 when there was none */
	struct nw_str url;    /* of the last hop */
	struct nw_str
		moved_to; /* where an unbroken chain of 301 and 308 from the first hop led; or empty */
	struct nw_str content_type, content_location, content_language;
	struct nw_str etag, last_modified, cache_control, expires, date, retry_after, link;
	int64_t max_age_s;     /* of Cache-Control, less Age; -1: not said */
	int64_t expires_s;     /* Unix seconds; 0: not said */
	int64_t retry_after_s; /* both forms, in seconds from now; 0: not said */
	struct nw_buf body; /* of a 2xx; the callee's if it copies the struct and zeroes this one */
	int64_t bytes;      /* on the wire */
	int64_t elapsed_ms;
};

typedef void nw_http_on_done(void *arg, struct nw_http_response *response);

/* on_done is called once, from the loop, never from within this call. */
struct nw_http_transfer *nw_http_get(struct nw_http *http, const struct nw_http_request *request,
	nw_http_on_done *on_done, void *arg);

/* on_done is not called. From any callback; within the transfer's own on_done nothing happens. */
void nw_http_cancel(struct nw_http_transfer *transfer);

#endif
