#ifndef NW_FETCH_FETCH_H
#define NW_FETCH_FETCH_H

#include "net/http.h"

/*
 * Polite fetching over net/http.h: each host has a number of places and a pause
 * between the starts of two requests; whoever comes meanwhile waits in order.
 * Errors worth a second try are tried once more (pages only).
 */
struct nw_fetch;

struct nw_fetch_options {
	unsigned per_host;     /* requests to one host at a time */
	int64_t host_pause_ms; /* between the starts of two requests to it */
	int64_t timeout_ms, connect_timeout_ms;
	unsigned max_redirects;
	size_t feed_bytes, page_bytes;
};

struct nw_fetch *nw_fetch_new(
	struct nw_loop *loop, struct nw_http *http, const struct nw_fetch_options *options);
void nw_fetch_free(struct nw_fetch *fetch); /* whatever waits or runs ends without a callback */
void nw_fetch_set(struct nw_fetch *fetch, const struct nw_fetch_options *options); /* from now on */

/* The validators of the last visit; both may be empty. */
void nw_fetch_feed(struct nw_fetch *fetch, struct nw_str url, struct nw_str etag,
	struct nw_str last_modified, nw_http_on_done *on_done, void *arg);
void nw_fetch_page(struct nw_fetch *fetch, struct nw_str url, nw_http_on_done *on_done, void *arg);

size_t nw_fetch_waiting(const struct nw_fetch *fetch); /* not yet started */

#endif
