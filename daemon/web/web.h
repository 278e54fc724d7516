#ifndef NW_WEB_WEB_H
#define NW_WEB_WEB_H

#include "config/config.h"

/*
 * The HTTP thread, for those without ZeroMQ: streams, articles, and each topic as a
 * feed. It has a loop and a reader of the journal of its own, so that neither the
 * LOOP nor FOLLOW ever waits for whoever reads here. The library that speaks HTTP
 * runs in that loop (web/server.h says why), so that all of this belongs to the one
 * thread. What it answers: newswire-http(7).
 */
struct nw_web;

/* What a reload may change. */
struct nw_web_setup {
	const struct nw_str *topics; /* the configured ones' names */
	size_t n_topics;
	const struct nw_config_client *clients; /* who may ask from other machines */
	size_t n_clients;
};

struct nw_web_options {
	const char *journal;       /* path of the database */
	const char *const *listen; /* "127.0.0.1:7342" ...; NULL at the end */
	struct nw_web_setup setup;
};

/* NW_E_SYSTEM, with the endpoint's name, when one cannot be bound. */
enum nw_err nw_web_start(
	const struct nw_web_options *options, struct nw_web **web, struct nw_error *error) NW_MUST;
void nw_web_wake(struct nw_web *web); /* from any thread: the journal has grown */
/* From any thread; copied. Streams of whom may no longer read what they get are ended. */
void nw_web_set(struct nw_web *web, const struct nw_web_setup *setup);
void nw_web_stop(struct nw_web *web); /* NULL is fine; returns when the thread is gone */

/* Streams that are open; from any thread. */
size_t nw_web_streams(const struct nw_web *web);
/* The i-th endpoint as it was bound; NULL past the last. */
const char *nw_web_endpoint(const struct nw_web *web, size_t i);

#endif
