#ifndef NW_NET_MULTI_H
#define NW_NET_MULTI_H

#include <curl/curl.h>

#include "rt/loop.h"

/* Private to net/: one of libcurl's multi handles, its sockets and its clock on the loop. */
struct nw_multi;

struct nw_multi_user {
	/* libcurl is on the stack: the handle may be removed and added, the multi not freed. */
	void (*on_end)(void *arg, CURL *easy, CURLcode code);
	void (*on_turn)(void *arg); /* after it has done what it could; NULL: nobody asks */
	void *arg;
};

struct nw_multi *nw_multi_new(struct nw_loop *loop, const struct nw_multi_user *user);
void nw_multi_free(struct nw_multi *multi); /* without handles in it; NULL is fine */
CURLM *nw_multi_handle(struct nw_multi *multi);

/* Ends the process with one line unless ok: what we ask of libcurl it only refuses when memory is out. */
void nw_curl_must(bool ok);
#define NW_CURL_SET(easy, option, value) \
	nw_curl_must(curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

#endif
