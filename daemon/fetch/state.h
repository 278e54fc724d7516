#ifndef NW_FETCH_STATE_H
#define NW_FETCH_STATE_H

#include <newswire/base.h>

/* What became of a visit; every feed is in one of these, and shown in it. */
enum nw_feed_status {
	NW_FEED_NEW, /* not visited yet */
	NW_FEED_OK,
	NW_FEED_UNCHANGED,    /* 200 with the same ETag or the same bytes */
	NW_FEED_NOT_MODIFIED, /* 304 */
	NW_FEED_MOVED,        /* it works, from another place */
	NW_FEED_GONE,         /* 410 */
	NW_FEED_DNS,
	NW_FEED_CONNECT,
	NW_FEED_TLS,
	NW_FEED_TIMEOUT,
	NW_FEED_HTTP_4XX,
	NW_FEED_HTTP_5XX,
	NW_FEED_TOO_LARGE,
	NW_FEED_REFUSED,    /* an address we may not visit, a bad URL, redirects without end */
	NW_FEED_BROKEN,     /* the answer broke off */
	NW_FEED_NOT_A_FEED, /* a web page, a captcha, a consent page */
	NW_FEED_EMPTY,      /* a feed without items */
	NW_FEED_N_STATUSES
};

struct nw_feed_status_row {
	const char *name;  /* "ok", "not-modified", "http-4xx" */
	const char *means; /* a sentence for people */
	int is_failure;
};

extern const struct nw_feed_status_row nw_feed_status_rows[NW_FEED_N_STATUSES];

enum nw_feed_status nw_feed_status_parse(struct nw_str name); /* NW_FEED_NEW when not known */

struct nw_http_response;
/* What a response means before its body is read: OK where there is a body to read. */
enum nw_feed_status nw_feed_status_of(const struct nw_http_response *response);

#endif
