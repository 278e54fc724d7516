#include "bus/peer.h"

#include <sys/socket.h>

uint64_t nw_peer_cookie(int fd)
{
	uint64_t cookie = 0;
	socklen_t size = sizeof(cookie);

	return fd >= 0 && getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) == 0 ? cookie : 0;
}

struct nw_peer nw_peer_of(const struct nw_bus_socket *socket, zmq_msg_t *msg)
{
	struct nw_peer peer = {.fd = zmq_msg_get(msg, ZMQ_SRCFD)};

	if (peer.fd >= 0 && nw_bus_socket_accepted(socket, peer.fd))
		peer.cookie = nw_peer_cookie(peer.fd);
	peer.key = zmq_msg_gets(msg, "User-Id");
	return peer;
}

bool nw_peer_is_there(int fd, uint64_t cookie)
{
	return cookie && nw_peer_cookie(fd) == cookie;
}

void nw_peer_cut(int fd, uint64_t cookie)
{
	if (nw_peer_is_there(fd, cookie))
		(void)shutdown(fd, SHUT_RDWR);
}
