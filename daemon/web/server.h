#ifndef NW_WEB_SERVER_H
#define NW_WEB_SERVER_H

#include <sys/types.h>

#include "base/buf.h"
#include "rt/loop.h"
#include "web/request.h"

/*
 * HTTP/1.1 for GET and HEAD, by libmicrohttpd: one of its daemons for each endpoint, its
 * epoll descriptor in our loop. Everything is called on the loop's thread. A daemon with
 * a thread of its own would put the journal's reader and each stream on a second thread
 * for every endpoint, and wake-ups, reloads and timers would have to be handed over.
 *
 * The library bounds the connections, all of them and those of one address, and what a
 * head may take of memory. Its timeouts begin anew with every byte; how long a head, a
 * pause or a document may take as a whole is held here, by a timer for each connection.
 */
struct nw_server;
struct nw_connection;

struct nw_server_options {
	struct nw_loop *loop;
	/* GET or HEAD. Must answer or stream before it returns; the request's strings end there. */
	void (*on_request)(
		void *arg, struct nw_connection *connection, const struct nw_request *request);
	void *arg;
	unsigned max_connections; /* of one endpoint; with the last, who has not asked for anything
				    for longest is cut off; beyond, the system's queue */
	bool is_uncounted;        /* what it refuses is in no counter */
};

struct nw_server *nw_server_new(const struct nw_server_options *options);
/* Each stream must have been told to end (nw_connection_end); on_gone is called for it. */
void nw_server_free(struct nw_server *server);

/* "127.0.0.1:7342", "[::1]:*". NW_E_SYSTEM when it cannot be bound. */
enum nw_err nw_server_listen(
	struct nw_server *server, const char *name, struct nw_error *error) NW_MUST;
/* The i-th as it was bound; NULL past the last. */
const char *nw_server_endpoint(const struct nw_server *server, size_t i);

/* Of the connection's own end. */
bool nw_connection_is_loopback(const struct nw_connection *connection);
const char *nw_connection_endpoint(const struct nw_connection *connection);
/* The other end's address, for the log. */
#define NW_PEER_TEXT 64
const char *nw_connection_peer(const struct nw_connection *connection, char text[NW_PEER_TEXT]);

struct nw_answer {
	int status;
	const char *type; /* of the body */
	struct {
		const char *name, *value;
	} fields[4]; /* further headers, up to the first without a name */
};

/* The body's memory is taken over. It is not sent in answer to HEAD, nor with 304; its length is. */
void nw_connection_answer(
	struct nw_connection *connection, const struct nw_answer *answer, struct nw_buf *body);
/* {"error": "..."} with the status. */
void nw_connection_refuse(struct nw_connection *connection, int status, const char *why);
/* Whether so many bytes wait for readers that another document is too much. */
bool nw_server_is_full(const struct nw_server *server);

/*
 * An answer without end, until the reader hangs up. on_ready: the reader has taken what
 * there was; writes at most max bytes and returns how many, or 0, and is asked again after
 * *pause_ms or nw_connection_wake. on_gone: the stream is no more. A reader that takes
 * nothing for STALL_S seconds is cut off. Of one that asked HEAD only on_gone is called.
 */
struct nw_stream_calls {
	size_t (*on_ready)(void *arg, char *p, size_t max, int64_t *pause_ms);
	void (*on_gone)(void *arg);
};

void nw_connection_stream(struct nw_connection *connection, const struct nw_answer *answer,
	const struct nw_stream_calls *calls, void *arg);
void nw_connection_wake(struct nw_connection *connection);
void nw_connection_end(struct nw_connection *connection); /* the stream: after what was given */

#endif
