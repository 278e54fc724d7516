#ifndef NW_TEST_SERVER_H
#define NW_TEST_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * A peer on loopback, as badly behaved as its test wants it: a thread for each
 * connection, and the test writes the bytes. For tests only.
 */
#define SERVER_PEERS 512

struct server;

struct peer {
	struct server *server;
	int fd;
	pthread_t thread;
	char request[16384]; /* the whole header, and a NUL */
	char path[4096];
};

struct server {
	int fd;
	unsigned port;
	pthread_t thread;
	pthread_mutex_t lock;
	struct peer *peers[SERVER_PEERS];
	int n_peers;
	atomic_int n_requests, n_busy, most_busy;
	/* Writes the answer; false: hang up. */
	bool (*answer)(struct peer *peer);
	void *arg;
};

/* False when the peer has gone. */
static inline bool server_write(const struct peer *peer, const void *p, size_t n)
{
	const char *bytes = p;

	while (n) {
		const ssize_t sent = send(peer->fd, bytes, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		bytes += sent;
		n -= (size_t)sent;
	}
	return true;
}

__attribute__((format(printf, 2, 3))) static inline bool server_print(
	const struct peer *peer, const char *format, ...)
{
	char text[16384];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return server_write(peer, text, strlen(text));
}

/* A status line's rest, more header lines with their ends, and a body. */
static inline bool server_send(
	const struct peer *peer, const char *status, const char *lines, const char *body)
{
	return server_print(peer, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n", status, lines,
		       strlen(body)) &&
		server_write(peer, body, strlen(body));
}

/* Naps until the time is over or the other side has gone. */
static inline bool server_hang(const struct peer *peer, int ms)
{
	char byte;

	for (; ms > 0; ms -= 10) {
		if (recv(peer->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
			return false;
		(void)usleep(10000);
	}
	return true;
}

static inline bool server_read_request(struct peer *peer)
{
	size_t n = 0;

	while (n < sizeof(peer->request) - 1) {
		const ssize_t got = recv(peer->fd, peer->request + n, 1, 0);

		if (got <= 0)
			return false;
		peer->request[++n] = '\0';
		if (n >= 4 && strcmp(peer->request + n - 4, "\r\n\r\n") == 0)
			return sscanf(peer->request, "%*s %4095s", peer->path) == 1;
	}
	return false;
}

static inline void *server_serve(void *arg)
{
	struct peer *peer = arg;
	struct server *s = peer->server;
	bool go_on = true;
	int busy, most;

	while (go_on && server_read_request(peer)) {
		atomic_fetch_add(&s->n_requests, 1);
		busy = atomic_fetch_add(&s->n_busy, 1) + 1;
		most = atomic_load(&s->most_busy);
		while (busy > most && !atomic_compare_exchange_weak(&s->most_busy, &most, busy))
			;
		go_on = s->answer(peer);
		atomic_fetch_sub(&s->n_busy, 1);
	}
	(void)shutdown(peer->fd, SHUT_RDWR);
	return NULL;
}

static inline void *server_accept(void *arg)
{
	struct server *s = arg;
	int fd;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
		struct peer *peer = calloc(1, sizeof(*peer));

		peer->server = s;
		peer->fd = fd;
		pthread_mutex_lock(&s->lock);
		if (s->n_peers == SERVER_PEERS)
			abort();
		s->peers[s->n_peers++] = peer;
		pthread_create(&peer->thread, NULL, server_serve, peer);
		pthread_mutex_unlock(&s->lock);
	}
	return NULL;
}

static inline void server_start(struct server *s, bool (*answer)(struct peer *peer), void *arg)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t n = sizeof(a);

	memset(s, 0, sizeof(*s));
	s->answer = answer;
	s->arg = arg;
	pthread_mutex_init(&s->lock, NULL);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(s->fd, (struct sockaddr *)&a, n) || listen(s->fd, 256) ||
		getsockname(s->fd, (struct sockaddr *)&a, &n))
		abort();
	s->port = ntohs(a.sin_port);
	pthread_create(&s->thread, NULL, server_accept, s);
}

static inline void server_stop(struct server *s)
{
	(void)shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
	for (int i = 0; i < s->n_peers; i++) {
		(void)shutdown(s->peers[i]->fd, SHUT_RDWR);
		pthread_join(s->peers[i]->thread, NULL);
		close(s->peers[i]->fd);
		free(s->peers[i]);
	}
	pthread_mutex_destroy(&s->lock);
}

#endif
