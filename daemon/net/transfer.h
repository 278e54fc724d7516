#ifndef NW_NET_TRANSFER_H
#define NW_NET_TRANSFER_H

#include <curl/curl.h>
#include <sys/queue.h>

#include "base/hash.h"
#include "net/header.h"

/*
 * One transfer: its hops, its limits, and what came of it. http.c decides when it
 * runs; it never calls anybody while libcurl is on the stack.
 */
enum nw_transfer_state {
	NW_TRANSFER_WAITING,
	NW_TRANSFER_RUNNING,
	NW_TRANSFER_ENDED, /* before it ran; its result waits for the loop's next turn */
	NW_TRANSFER_DELIVERING,
};

TAILQ_HEAD(nw_transfer_list, nw_http_transfer);

struct nw_http_transfer {
	TAILQ_ENTRY(nw_http_transfer) entry;
	struct nw_http *http;
	enum nw_transfer_state state;
	CURL *easy; /* while it runs */

	const struct nw_guard *guard;
	size_t max_bytes;
	unsigned max_redirects;
	int64_t timeout_ms, connect_timeout_ms, started_ms;
	struct curl_slist *fields; /* of the request */

	CURLU *resolver; /* libcurl's own reader of URLs, so that nothing is read in two ways */
	char *url;       /* of this hop; NULL when it never was one */
	struct nw_hash hops[NW_HTTP_REDIRECTS_MOST + 1];
	unsigned n_hops;
	bool is_permanent;      /* every hop so far was a 301 or 308 */
	struct nw_buf moved_to; /* where those led */

	struct nw_header header;
	struct nw_buf body;
	size_t ignored;               /* bytes of a body nobody wants */
	unsigned n_opened, n_refused; /* sockets of this hop */
	bool is_barred;               /* it had a connection, to where it may not go any more */
	int socket_errno;             /* of one that this machine did not give us; 0: none */
	int64_t bytes;
	bool is_overruled; /* result and reason are ours, whatever libcurl makes of it */
	enum nw_http_result result;
	char reason[CURL_ERROR_SIZE], curl_text[CURL_ERROR_SIZE];

	nw_http_on_done *on_done;
	void *arg;
};

struct nw_http_transfer *nw_transfer_new(const struct nw_http_request *request);
void nw_transfer_free(struct nw_http_transfer *t);

/* Options that are the same for every transfer of this handle. */
struct nw_http_options;
void nw_transfer_prepare(CURL *easy, const struct nw_http_options *options);

/* Hands the handle to the transfer, and takes it away. */
void nw_transfer_attach(struct nw_http_transfer *t, CURL *easy, int64_t now_ms);
CURL *nw_transfer_detach(struct nw_http_transfer *t);

/* A hop has ended. True when there is another to run, on the same handle; else the result is there. */
bool nw_transfer_next(struct nw_http_transfer *t, CURLcode code, int64_t now_ms);

/* What libcurl says, in our words. */
enum nw_http_result nw_transfer_result(CURLcode code);

/* Calls on_done. */
void nw_transfer_deliver(struct nw_http_transfer *t, int64_t now_ms, int64_t unix_ms);

#endif
