#ifndef NW_BUS_SOCKET_H
#define NW_BUS_SOCKET_H

#include <stdbool.h>

#include <newswire/base.h>

#define NW_BUS_ENDPOINTS 8
#define NW_BUS_ENDPOINT_MAX 128

/* A ZeroMQ socket and where it is bound. {0} is none. */
struct nw_bus_socket {
	void *zmq;
	char endpoints[NW_BUS_ENDPOINTS][NW_BUS_ENDPOINT_MAX]; /* as bound; empty past the last */
};

#define NW_BUS_CURVE "curve+" /* before an endpoint that is served with CURVE */

/* What ZAP is told that somebody comes to: its domain (zap.h). */
#define NW_BUS_LIVE "live"
#define NW_BUS_REPLAY "replay"

/*
 * ZMQ_XPUB or ZMQ_ROUTER with the options that the bus needs, bound to every
 * endpoint (NULL at the end) that is plain, or with a server key (Z85) to every one
 * that is not. Sockets in the file system get mode 0660; one that another process
 * listens on, or a file of another kind, is left alone and an error.
 */
enum nw_err nw_bus_socket_open(void *context, int type, const char *const *endpoints,
	const char *server_key, struct nw_bus_socket *socket, struct nw_error *error) NW_MUST;
void nw_bus_socket_close(struct nw_bus_socket *socket);

/* Whether a descriptor is, as far as can be seen, a connection that came in at one of the endpoints. */
bool nw_bus_socket_accepted(const struct nw_bus_socket *socket, int fd);

#endif
