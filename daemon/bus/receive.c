#include "bus/receive.h"

#include <assert.h>

bool nw_received_take(struct nw_received *received, void *socket, size_t max)
{
	bool more = true;

	assert(max <= NW_RECEIVED_MAX);
	received->n = 0;
	for (size_t i = 0; i <= NW_RECEIVED_MAX; i++)
		(void)zmq_msg_init(&received->msgs[i]);
	while (more) {
		zmq_msg_t *msg = &received->msgs[received->n < max ? received->n : max];

		if (zmq_msg_recv(msg, socket, ZMQ_DONTWAIT) < 0) {
			received->n = 0;
			return false;
		}
		more = zmq_msg_more(msg);
		received->n += received->n <= max;
	}
	for (size_t i = 0; i < received->n; i++)
		received->frames[i] = (struct nw_str){
			zmq_msg_data(&received->msgs[i]), zmq_msg_size(&received->msgs[i])};
	return true;
}

void nw_received_clear(struct nw_received *received)
{
	for (size_t i = 0; i <= NW_RECEIVED_MAX; i++)
		(void)zmq_msg_close(&received->msgs[i]);
}
