#include "bus/flood.h"

#include <dirent.h>
#include <linux/tcp.h> /* glibc's own lacks what is asked for here */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "bus/peer.h"
#include "rt/metrics.h"

#define AT_ONCE ((int64_t)16 << 20) /* bytes; a hundred thousand subscriptions are 5 MB */
#define A_SECOND ((int64_t)1 << 20) /* and as many more: MORE and ACK for every message */
#define LOG_EACH_MS 1000

struct connection {
	uint64_t cookie;
	uint64_t bytes; /* received so far */
	int64_t left;   /* of what it may send */
	int64_t seen_ms;
};

static struct nw_str cookie_str(const uint64_t *cookie)
{
	return (struct nw_str){(const char *)cookie, sizeof(*cookie)};
}

/* Which of them it came in at; NW_FLOOD_SOCKETS: none. */
static size_t find_socket(const struct nw_bus_socket *const sockets[NW_FLOOD_SOCKETS], int fd)
{
	size_t i = 0;

	while (i < NW_FLOOD_SOCKETS &&
		!(sockets[i] && sockets[i]->zmq && nw_bus_socket_accepted(sockets[i], fd)))
		i++;
	return i;
}

static bool listens(int fd)
{
	socklen_t size = sizeof(int);
	int answer = 0;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &answer, &size) == 0 && answer;
}

static bool ask_received(int fd, uint64_t *bytes)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size))
		return false;
	*bytes = info.tcpi_bytes_received;
	return true;
}

static struct connection *find(struct nw_flood *flood, uint64_t cookie, int64_t now_ms)
{
	struct connection *c = nw_map_get(&flood->connections, cookie_str(&cookie));

	if (c)
		return c;
	c = nw_must_calloc(1, sizeof(*c));
	*c = (struct connection){.cookie = cookie, .left = AT_ONCE, .seen_ms = now_ms};
	(void)nw_map_put(&flood->connections, cookie_str(&c->cookie), c);
	return c;
}

/* True while it keeps to what it may send. */
static bool spend(struct connection *c, uint64_t bytes, int64_t now_ms)
{
	c->left += A_SECOND * (now_ms - c->seen_ms) / 1000;
	if (c->left > AT_ONCE)
		c->left = AT_ONCE;
	c->left -= (int64_t)(bytes - c->bytes);
	c->bytes = bytes;
	c->seen_ms = now_ms;
	return c->left >= 0;
}

static void cut(struct nw_flood *flood, int fd, const struct connection *c, int64_t now_ms)
{
	nw_peer_cut(fd, c->cookie);
	nw_count(NW_C_FLOODS, 1);
	if (!nw_seldom_count(&flood->told, 1, LOG_EACH_MS, now_ms))
		return;
	nw_log(NW_LOG_WARNING, "a peer floods the bus and is cut off",
		NW_KVI("received", (int64_t)c->bytes));
}

static void look_at(struct nw_flood *flood, int fd, int64_t now_ms)
{
	const uint64_t cookie = nw_peer_cookie(fd);
	struct connection *c;
	uint64_t bytes;

	if (!cookie || !ask_received(fd, &bytes))
		return;
	c = find(flood, cookie, now_ms);
	if (!spend(c, bytes, now_ms))
		cut(flood, fd, c, now_ms);
}

/* Those that were not there any more. NULL: all. */
static void forget(struct nw_flood *flood, const int64_t *now_ms)
{
	struct nw_map all = flood->connections;

	flood->connections = (struct nw_map){0};
	nw_map_each (&all, slot) {
		struct connection *c = slot->value;

		if (now_ms && c->seen_ms == *now_ms)
			(void)nw_map_put(&flood->connections, cookie_str(&c->cookie), c);
		else
			free(c);
	}
	nw_map_clear(&all);
}

void nw_flood_look(struct nw_flood *flood,
	const struct nw_bus_socket *const sockets[NW_FLOOD_SOCKETS], int64_t now_ms)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t peers[NW_FLOOD_SOCKETS] = {0};
	const struct dirent *entry;
	int64_t fd;

	if (!dir)
		return; /* no descriptor left, or no /proc: there is nothing to look at */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): a stream that nobody else reads */
	while ((entry = readdir(dir))) {
		size_t at;

		if (!nw_str_int(nw_str(entry->d_name), 0, INT32_MAX, &fd))
			continue;
		at = find_socket(sockets, (int)fd);
		if (at == NW_FLOOD_SOCKETS || listens((int)fd))
			continue;
		peers[at]++;
		look_at(flood, (int)fd, now_ms);
	}
	(void)closedir(dir);
	memcpy(flood->peers, peers, sizeof(flood->peers));
	forget(flood, &now_ms);
}

void nw_flood_clear(struct nw_flood *flood)
{
	forget(flood, NULL);
	nw_map_clear(&flood->connections);
}
