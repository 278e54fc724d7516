#include "bus/fence.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <zmq.h>

#include "base/error.h"

#define PATIENCE_MS 10000 /* for the first byte, before the sockets have met */

static bool pass(struct nw_fence *fence)
{
	char byte = 0;
	int n;

	while (zmq_send(fence->near, &byte, 1, 0) < 0) {
		if (zmq_errno() != EINTR)
			return false;
	}
	do
		n = zmq_recv(fence->far, &byte, 1, 0);
	while (n < 0 && zmq_errno() == EINTR);
	return n >= 0;
}

/* A name that nobody else on this machine can have guessed before the two have met. */
static bool meet(struct nw_fence *fence)
{
	char name[64];
	uint64_t part[2];

	if (getrandom(part, sizeof(part), 0) != (ssize_t)sizeof(part))
		return false;
	(void)snprintf(
		name, sizeof(name), "ipc://@newswired-%016" PRIx64 "%016" PRIx64, part[0], part[1]);
	return zmq_bind(fence->far, name) == 0 && zmq_connect(fence->near, name) == 0;
}

enum nw_err nw_fence_open(void *context, struct nw_fence *fence, struct nw_error *error)
{
	void **const ends[] = {&fence->near, &fence->far};
	const int none = 0, patience = PATIENCE_MS, forever = -1;
	bool ok = true;

	for (size_t i = 0; i < 2; i++) {
		*ends[i] = zmq_socket(context, ZMQ_PAIR);
		ok = ok && *ends[i] && !zmq_setsockopt(*ends[i], ZMQ_LINGER, &none, sizeof(none)) &&
			!zmq_setsockopt(*ends[i], ZMQ_SNDTIMEO, &patience, sizeof(patience)) &&
			!zmq_setsockopt(*ends[i], ZMQ_RCVTIMEO, &patience, sizeof(patience));
	}
	if (!ok || !meet(fence) || !pass(fence))
		return nw_fail(error, NW_E_SYSTEM, "cannot make the bus's fence: %s",
			zmq_strerror(zmq_errno()));
	(void)zmq_setsockopt(fence->near, ZMQ_SNDTIMEO, &forever, sizeof(forever));
	(void)zmq_setsockopt(fence->far, ZMQ_RCVTIMEO, &forever, sizeof(forever));
	return NW_OK;
}

void nw_fence_close(struct nw_fence *fence)
{
	if (fence->near)
		(void)zmq_close(fence->near);
	if (fence->far)
		(void)zmq_close(fence->far);
	*fence = (struct nw_fence){0};
}

void nw_fence_wait(struct nw_fence *fence)
{
	(void)pass(fence);
}
