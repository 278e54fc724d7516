#include "bus/leavers.h"

#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/arena.h"

#define EVENT_BYTES 6 /* 16 bits of what, 32 bits of a value: zmq_socket_monitor(3) */
#define CAP_MIN 64

void nw_leavers_clear(struct nw_leavers *leavers)
{
	free(leavers->ends);
	*leavers = (struct nw_leavers){0};
}

static void make_room(struct nw_leavers *leavers, size_t fd)
{
	size_t cap = leavers->cap ? leavers->cap : CAP_MIN;

	if (fd < leavers->cap)
		return;
	while (cap <= fd)
		cap *= 2;
	leavers->ends = nw_must_realloc(leavers->ends, cap * sizeof(*leavers->ends));
	memset(leavers->ends + leavers->cap, 0, (cap - leavers->cap) * sizeof(*leavers->ends));
	leavers->cap = cap;
}

static void take(struct nw_leavers *leavers, const uint8_t *bytes, size_t n)
{
	uint16_t event;
	int32_t fd;

	if (n != EVENT_BYTES)
		return;
	memcpy(&event, bytes, sizeof(event));
	memcpy(&fd, bytes + sizeof(event), sizeof(fd));
	if (event != ZMQ_EVENT_DISCONNECTED) {
		leavers->failures++;
		return;
	}
	if (fd < 0)
		return;
	make_room(leavers, (size_t)fd);
	leavers->ends[fd] = ++leavers->newest;
}

/* The second frame of each, its endpoint, says nothing new. */
void nw_leavers_read(struct nw_leavers *leavers)
{
	bool is_first = true;
	zmq_msg_t msg;

	(void)zmq_msg_init(&msg);
	while (zmq_msg_recv(&msg, leavers->monitor, ZMQ_DONTWAIT) >= 0) {
		if (is_first)
			take(leavers, zmq_msg_data(&msg), zmq_msg_size(&msg));
		is_first = !zmq_msg_more(&msg);
	}
	(void)zmq_msg_close(&msg);
}

bool nw_leavers_have(const struct nw_leavers *leavers, int fd, uint64_t number)
{
	return fd < 0 || ((size_t)fd < leavers->cap && leavers->ends[fd] > number);
}
