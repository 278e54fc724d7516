#include "bus/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

#include "base/error.h"
#include "base/network.h"
#include "base/str.h"
#include "bus/request.h"

struct option {
	int type, name, value;
};

/*
 * A subscription that finds XPUB's receiving end full is lost without a word, so
 * that end has no limit; nobody may send it anything large. What a subscriber has
 * not read yet is shared between all of them, so the sending limit is roughly
 * one for the whole socket. XPUB_NODROP makes a full subscriber visible; it is
 * switched off again for the message concerned (frames.c).
 * A replay is never kept for a slow reader, so its limit is low.
 */
static const struct option options[] = {
	{ZMQ_XPUB, ZMQ_RCVHWM, 0},
	{ZMQ_XPUB, ZMQ_SNDHWM, 10000},
	{ZMQ_XPUB, ZMQ_XPUB_VERBOSE, 1},
	{ZMQ_XPUB, ZMQ_XPUB_NODROP, 1},
	{ZMQ_XPUB, ZMQ_LINGER, 1000},
	{ZMQ_XPUB, ZMQ_BACKLOG, 1024},
	{ZMQ_ROUTER, ZMQ_RCVHWM, 64},
	{ZMQ_ROUTER, ZMQ_SNDHWM, 256},
	{ZMQ_ROUTER, ZMQ_ROUTER_MANDATORY, 1},
	{ZMQ_ROUTER, ZMQ_LINGER, 1000},
	{ZMQ_ROUTER, ZMQ_BACKLOG, 1024},
	/* A peer that lost its power says nothing; nor do we, while it has asked for nothing. */
	{ZMQ_XPUB, ZMQ_TCP_KEEPALIVE, 1},
	{ZMQ_XPUB, ZMQ_TCP_KEEPALIVE_IDLE, 60},
	{ZMQ_ROUTER, ZMQ_TCP_KEEPALIVE, 1},
	{ZMQ_ROUTER, ZMQ_TCP_KEEPALIVE_IDLE, 60},
};

/* Bytes in a frame from outside: what a subscription and a request may be, and the handshakes. */
static int64_t most_bytes(int type)
{
	return type == ZMQ_XPUB ? 1024 : NW_REQUEST_BYTES + 1024;
}

static enum nw_err fail_endpoint(struct nw_error *error, const char *endpoint, int why)
{
	return nw_fail(error, NW_E_SYSTEM, "cannot bind '%s': %s", endpoint, zmq_strerror(why));
}

static bool is_tcp_loopback(struct nw_str endpoint)
{
	static const struct nw_str tcp = {"tcp://", 6};

	return nw_str_starts(endpoint, tcp) &&
		nw_endpoint_is_loopback(nw_str_from(endpoint, tcp.n));
}

/* The path of a socket in the file system; NULL for any other endpoint. */
static const char *path_of(const char *endpoint)
{
	if (!nw_str_starts(nw_str(endpoint), NW_STR("ipc://")))
		return NULL;
	endpoint += sizeof("ipc://") - 1;
	return *endpoint == '@' || *endpoint == '*' ? NULL : endpoint;
}

static bool is_listening(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool answered;

	if (fd < 0)
		return false;
	memcpy(address.sun_path, path, strlen(path) + 1);
	/* EAGAIN: its queue is full, so there is somebody. */
	answered = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 ||
		errno == EAGAIN;
	(void)close(fd);
	return answered;
}

/* libzmq removes whatever is at the path before it binds: only what is dead and a socket may go. */
static enum nw_err check_path(const char *endpoint, const char *path, struct nw_error *error)
{
	struct stat st;

	if (strlen(path) >= sizeof(((struct sockaddr_un *)0)->sun_path))
		return fail_endpoint(error, endpoint, ENAMETOOLONG);
	if (lstat(path, &st))
		return NW_OK;
	if (!S_ISSOCK(st.st_mode))
		return nw_fail(error, NW_E_SYSTEM,
			"cannot bind '%s': there is a file that is no socket", endpoint);
	return is_listening(path) ? fail_endpoint(error, endpoint, EADDRINUSE) : NW_OK;
}

/* What libzmq is told of an endpoint. */
static const char *plain_of(const char *endpoint)
{
	return nw_str_starts(nw_str(endpoint), NW_STR(NW_BUS_CURVE))
		? endpoint + sizeof(NW_BUS_CURVE) - 1
		: endpoint;
}

static enum nw_err check_endpoint(const char *endpoint, struct nw_error *error)
{
	const struct nw_str text = nw_str(endpoint);
	const char *path = path_of(endpoint);

	if (text.n >= NW_BUS_ENDPOINT_MAX)
		return fail_endpoint(error, endpoint, ENAMETOOLONG);
	if (path)
		return check_path(endpoint, path, error);
	if (nw_str_starts(text, NW_STR("ipc://")) || is_tcp_loopback(text) ||
		nw_str_starts(text, NW_STR(NW_BUS_CURVE "tcp://")))
		return NW_OK;
	return nw_fail(error, NW_E_SYNTAX,
		"'%s' is neither ipc:// nor on loopback; for others write " NW_BUS_CURVE
		"tcp://ADDRESS:PORT",
		endpoint);
}

static enum nw_err bind_endpoint(
	void *zmq, const char *endpoint, char bound[NW_BUS_ENDPOINT_MAX], struct nw_error *error)
{
	const char *plain = plain_of(endpoint), *path;
	const size_t prefix = (size_t)(plain - endpoint);
	size_t size = NW_BUS_ENDPOINT_MAX - prefix;
	enum nw_err err = check_endpoint(endpoint, error);
	const int is_v6 = nw_str_starts(nw_str(plain), NW_STR("tcp://["));

	if (err)
		return err;
	/* With it, IPv4 endpoints are told as IPv6 ones. */
	(void)zmq_setsockopt(zmq, ZMQ_IPV6, &is_v6, sizeof(is_v6));
	if (zmq_bind(zmq, plain))
		return fail_endpoint(error, endpoint, zmq_errno());
	memcpy(bound, endpoint, prefix);
	if (zmq_getsockopt(zmq, ZMQ_LAST_ENDPOINT, bound + prefix, &size))
		return fail_endpoint(error, endpoint, zmq_errno());
	path = path_of(bound);
	if (path && chmod(path, S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP))
		return nw_fail_errno(error, path, "cannot set the mode of the socket");
	return NW_OK;
}

static enum nw_err set_options(void *zmq, int type, struct nw_error *error)
{
	const int64_t most = most_bytes(type);

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		const struct option *o = &options[i];

		if (o->type == type && zmq_setsockopt(zmq, o->name, &o->value, sizeof(o->value)))
			return nw_fail(error, NW_E_SYSTEM, "cannot set up a socket of the bus: %s",
				zmq_strerror(zmq_errno()));
	}
	if (zmq_setsockopt(zmq, ZMQ_MAXMSGSIZE, &most, sizeof(most)))
		return nw_fail(error, NW_E_SYSTEM, "cannot limit a socket of the bus: %s",
			zmq_strerror(zmq_errno()));
	return NW_OK;
}

/* A domain is asked for so that ZAP is, whoever can be asked: newswire-bus(7), SECURITY. */
static enum nw_err set_curve(void *zmq, int type, const char *server_key, struct nw_error *error)
{
	static const int on = 1, patience_ms = 10000;
	const char *domain = type == ZMQ_XPUB ? NW_BUS_LIVE : NW_BUS_REPLAY;

	if (zmq_setsockopt(zmq, ZMQ_CURVE_SERVER, &on, sizeof(on)) ||
		zmq_setsockopt(zmq, ZMQ_CURVE_SECRETKEY, server_key, strlen(server_key) + 1) ||
		zmq_setsockopt(zmq, ZMQ_ZAP_DOMAIN, domain, strlen(domain)) ||
		zmq_setsockopt(zmq, ZMQ_HANDSHAKE_IVL, &patience_ms, sizeof(patience_ms)) ||
		(type == ZMQ_XPUB && zmq_setsockopt(zmq, ZMQ_XPUB_MANUAL, &on, sizeof(on))))
		return nw_fail(error, NW_E_SYSTEM,
			"cannot set up a socket of the bus for CURVE: %s",
			zmq_strerror(zmq_errno()));
	return NW_OK;
}

/* Those that are not for this socket are passed over; plain and other ones have one each. */
static enum nw_err bind_all(const char *const *endpoints, bool with_curve,
	struct nw_bus_socket *socket, struct nw_error *error)
{
	enum nw_err err = NW_OK;
	size_t n = 0;

	for (size_t i = 0; !err && endpoints[i]; i++) {
		if ((plain_of(endpoints[i]) != endpoints[i]) != with_curve)
			continue;
		if (n == NW_BUS_ENDPOINTS)
			return nw_fail(error, NW_E_LIMIT, "more than %d endpoints, from '%s' on",
				NW_BUS_ENDPOINTS, endpoints[i]);
		err = bind_endpoint(socket->zmq, endpoints[i], socket->endpoints[n++], error);
	}
	return err;
}

enum nw_err nw_bus_socket_open(void *context, int type, const char *const *endpoints,
	const char *server_key, struct nw_bus_socket *socket, struct nw_error *error)
{
	enum nw_err err;

	*socket = (struct nw_bus_socket){.zmq = zmq_socket(context, type)};
	if (!socket->zmq)
		return nw_fail(error, NW_E_SYSTEM, "cannot make a socket of the bus: %s",
			zmq_strerror(zmq_errno()));
	err = set_options(socket->zmq, type, error);
	if (!err && server_key)
		err = set_curve(socket->zmq, type, server_key, error);
	if (!err)
		err = bind_all(endpoints, server_key != NULL, socket, error);
	if (err)
		nw_bus_socket_close(socket);
	return err;
}

void nw_bus_socket_close(struct nw_bus_socket *socket)
{
	if (socket->zmq)
		(void)zmq_close(socket->zmq);
	*socket = (struct nw_bus_socket){0};
}

static bool is_same_place(const char *endpoint, const struct sockaddr_storage *address)
{
	const char *path = path_of(endpoint);
	int64_t port;
	struct nw_str rest = nw_str(endpoint);

	if (address->ss_family == AF_UNIX)
		return path && strcmp(path, ((const struct sockaddr_un *)address)->sun_path) == 0;
	if (path || (address->ss_family != AF_INET && address->ss_family != AF_INET6))
		return false;
	while (rest.n && nw_str_find(rest, NW_STR(":")) < rest.n)
		rest = nw_str_from(rest, nw_str_find(rest, NW_STR(":")) + 1);
	/* The port is at the same place in both families' addresses. */
	return nw_str_int(rest, 1, UINT16_MAX, &port) &&
		ntohs(((const struct sockaddr_in *)address)->sin_port) == port;
}

bool nw_bus_socket_accepted(const struct nw_bus_socket *socket, int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t size = sizeof(address);

	if (getsockname(fd, (struct sockaddr *)&address, &size))
		return false;
	for (size_t i = 0; i < NW_BUS_ENDPOINTS && socket->endpoints[i][0]; i++) {
		if (is_same_place(socket->endpoints[i], &address))
			return true;
	}
	return false;
}
