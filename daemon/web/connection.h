#ifndef NW_WEB_CONNECTION_H
#define NW_WEB_CONNECTION_H

#include <microhttpd.h>
#include <sys/queue.h>

#include "base/seldom.h"
#include "web/server.h"

/* Private to web/server.c and web/connection.c. */
#define NW_STALL_S 300 /* for a stream to take anything */

struct nw_listener {
	struct nw_server *server;
	struct MHD_Daemon *daemon;
	struct event *readable;  /* the daemon's epoll descriptor */
	struct nw_timer *timer;  /* what the daemon would next do by itself */
	struct nw_seldom seldom; /* what it has to say */
	bool has_room;           /* a connection has ended in this run */
	unsigned n_connections;
	/* Those without a request; who has waited longest is first. */
	TAILQ_HEAD(nw_waiting, nw_connection) waiting;
	bool is_loopback;
	char endpoint[64];
	struct nw_listener *next;
};

struct nw_server {
	struct nw_server_options options;
	struct nw_listener *first, **last;
	size_t unread; /* bytes of documents that their readers have not taken yet */
};

/* What the library calls, each with the listener. */
void nw_connection_on_change(void *listener, struct MHD_Connection *mhd, void **connection,
	enum MHD_ConnectionNotificationCode what);
void *nw_connection_on_address(void *listener, const char *address, struct MHD_Connection *mhd);
enum MHD_Result nw_connection_on_request(void *listener, struct MHD_Connection *mhd,
	const char *path, const char *method, const char *version, const char *body, size_t *body_n,
	void **connection);
void nw_connection_on_completed(void *listener, struct MHD_Connection *mhd, void **connection,
	enum MHD_RequestTerminationCode how);

#endif
