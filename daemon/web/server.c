#include "web/server.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/network.h"
#include "base/str.h"
#include "web/connection.h"

#define SEND_BUFFER (256 << 10)        /* in the system, for each connection */
#define HEAD_MEMORY ((size_t)32 << 10) /* a head and what is made of it; then a stream's chunk */
#define MESSAGE_MAX 200
#define MESSAGES_MS 10000

struct nw_server *nw_server_new(const struct nw_server_options *options)
{
	struct nw_server *server = nw_must_calloc(1, sizeof(*server));

	server->options = *options;
	server->last = &server->first;
	return server;
}

void nw_server_free(struct nw_server *server)
{
	if (!server)
		return;
	while (server->first) {
		struct nw_listener *l = server->first;

		server->first = l->next;
		if (l->readable)
			event_free(l->readable);
		if (l->daemon)
			MHD_stop_daemon(l->daemon);
		nw_timer_free(l->timer);
		free(l);
	}
	free(server);
}

const char *nw_server_endpoint(const struct nw_server *server, size_t i)
{
	const struct nw_listener *l = server->first;

	while (l && i--)
		l = l->next;
	return l ? l->endpoint : NULL;
}

/* --- the library's daemon in our loop --- */

static void run(struct nw_listener *l)
{
	MHD_UNSIGNED_LONG_LONG ms;

	l->has_room = false;
	(void)MHD_run(l->daemon);
	/*
	 * With all its connections taken the library waits for no more; that it may again it
	 * sees when it is next run, but of that it says nothing.
	 */
	if (l->has_room)
		nw_timer_set(l->timer, 0);
	else if (MHD_get_timeout(l->daemon, &ms) == MHD_YES)
		nw_timer_set(l->timer, (int64_t)ms);
	else
		nw_timer_stop(l->timer);
}

static void on_readable(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	run(arg);
}

static void on_time(void *arg)
{
	run(arg);
}

/* Of requests that it could not read, most often, as the other end likes. */
static void NW_PRINTF(2, 0) on_message(void *arg, const char *format, va_list values)
{
	struct nw_listener *l = arg;
	char text[MESSAGE_MAX];
	int64_t n;

	n = nw_seldom_count(
		&l->seldom, 1, MESSAGES_MS, nw_loop_monotonic_ms(l->server->options.loop));
	if (!n)
		return;
	(void)vsnprintf(text, sizeof(text), format, values);
	nw_log(NW_LOG_INFO, "libmicrohttpd says", NW_KV("endpoint", nw_str(l->endpoint)),
		NW_KV("what", nw_str_trim(nw_str(text))), NW_KVI("times", n));
}

/* What it would decode in place is left as it is: web/query.c decodes. */
static size_t leave_escaped(void *arg, struct MHD_Connection *mhd, char *s)
{
	(void)arg;
	(void)mhd;
	return strlen(s);
}

static struct MHD_Daemon *start_daemon(struct nw_listener *l, int fd)
{
	const unsigned most = l->server->options.max_connections;

	return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0,
		NULL, NULL, nw_connection_on_request, l,
		/* First, so that it hears of the others. */
		MHD_OPTION_EXTERNAL_LOGGER, on_message, l, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, most,
		/* On this machine many may ask as one. */
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, l->is_loopback ? 0U : most / 2 + 1,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)NW_STALL_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEAD_MEMORY,
		/* Strict, it sends the head of its own 400 twice; web/request.c is. */
		MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
		MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_URI_LOG_CALLBACK,
		nw_connection_on_address, l, MHD_OPTION_NOTIFY_CONNECTION, nw_connection_on_change,
		l, MHD_OPTION_NOTIFY_COMPLETED, nw_connection_on_completed, l, MHD_OPTION_END);
}

/* --- where it listens --- */

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static void write_endpoint(const union address *address, char text[64])
{
	char host[INET6_ADDRSTRLEN] = "";

	if (address->any.sa_family == AF_INET) {
		(void)inet_ntop(AF_INET, &address->v4.sin_addr, host, sizeof(host));
		(void)snprintf(text, 64, "%s:%u", host, (unsigned)ntohs(address->v4.sin_port));
	} else {
		(void)inet_ntop(AF_INET6, &address->v6.sin6_addr, host, sizeof(host));
		(void)snprintf(text, 64, "[%s]:%u", host, (unsigned)ntohs(address->v6.sin6_port));
	}
}

static socklen_t fill_address(const struct nw_endpoint *endpoint, union address *address)
{
	memset(address, 0, sizeof(*address));
	if (nw_network_is_v4(endpoint->address)) {
		address->v4.sin_family = AF_INET;
		address->v4.sin_port = htons(endpoint->port);
		memcpy(&address->v4.sin_addr, endpoint->address + 12, 4);
		return sizeof(address->v4);
	}
	address->v6.sin6_family = AF_INET6;
	address->v6.sin6_port = htons(endpoint->port);
	memcpy(&address->v6.sin6_addr, endpoint->address, 16);
	return sizeof(address->v6);
}

/* The library would bind as well, but says not why it could not, nor bounds what the system sends. */
static enum nw_err bind_to(
	const char *name, union address *address, socklen_t length, int *fd, struct nw_error *error)
{
	const int family = address->any.sa_family, one = 1, buffer = SEND_BUFFER;

	*fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return nw_fail_errno(error, name, "cannot make a socket");
	(void)setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	(void)setsockopt(*fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
	if (family == AF_INET6)
		(void)setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (bind(*fd, &address->any, length) == 0 && listen(*fd, SOMAXCONN) == 0 &&
		getsockname(*fd, &address->any, &length) == 0)
		return NW_OK;
	(void)nw_fail_errno(error, name, "cannot listen for HTTP");
	close(*fd);
	return NW_E_SYSTEM;
}

enum nw_err nw_server_listen(struct nw_server *server, const char *name, struct nw_error *error)
{
	const union MHD_DaemonInfo *info;
	struct nw_endpoint endpoint;
	union address address;
	struct nw_listener *l;
	enum nw_err err;
	int fd;

	if (!nw_endpoint_parse(nw_str(name), &endpoint))
		return nw_fail(error, NW_E_SYNTAX, "not an address with its port: '%s'", name);
	err = bind_to(name, &address, fill_address(&endpoint, &address), &fd, error);
	if (err)
		return err;
	l = nw_must_calloc(1, sizeof(*l));
	l->server = server;
	TAILQ_INIT(&l->waiting);
	*server->last = l;
	server->last = &l->next;
	l->is_loopback = nw_network_is_loopback(endpoint.address);
	write_endpoint(&address, l->endpoint);
	l->timer = nw_timer_new(server->options.loop, on_time, l);
	l->daemon = start_daemon(l, fd);
	info = l->daemon ? MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	if (!info)
		return nw_fail(error, NW_E_SYSTEM, "cannot serve HTTP at '%s'", name);
	l->readable = event_new(nw_loop_base(server->options.loop), info->epoll_fd,
		EV_READ | EV_PERSIST, on_readable, l);
	(void)event_add(l->readable, NULL);
	return NW_OK;
}
