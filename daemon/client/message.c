#include "client/message.h"

#include "article/wire.h"
#include "base/str.h"

void nw_parts_init(struct nw_parts *parts)
{
	for (size_t i = 0; i < NW_PARTS; i++)
		(void)zmq_msg_init(&parts->frames[i]);
	parts->n = 0;
}

void nw_parts_clear(struct nw_parts *parts)
{
	for (size_t i = 0; i < NW_PARTS; i++)
		(void)zmq_msg_close(&parts->frames[i]);
	parts->n = 0;
}

bool nw_parts_receive(struct nw_parts *parts, void *socket)
{
	bool more = true;
	zmq_msg_t surplus;

	nw_parts_clear(parts);
	nw_parts_init(parts);
	(void)zmq_msg_init(&surplus);
	while (more) {
		zmq_msg_t *msg = parts->n < NW_PARTS ? &parts->frames[parts->n] : &surplus;

		if (zmq_msg_recv(msg, socket, ZMQ_DONTWAIT) < 0)
			break;
		more = zmq_msg_more(msg);
		parts->n++;
	}
	(void)zmq_msg_close(&surplus);
	return parts->n && !more;
}

struct nw_str nw_parts_frame(struct nw_parts *parts, size_t i)
{
	if (i >= NW_PARTS || i >= parts->n)
		return NW_STR("");
	return (struct nw_str){zmq_msg_data(&parts->frames[i]), zmq_msg_size(&parts->frames[i])};
}

bool nw_parts_read(struct nw_parts *parts, struct nw_message *message)
{
	const struct nw_str key = nw_parts_frame(parts, 0);

	*message = (struct nw_message){
		.key = key, .json = nw_parts_frame(parts, 2), .text = nw_parts_frame(parts, 3)};
	/* What is no key would be kept, however long, to tell what was had under it. */
	if (!nw_wire_is_key(key) && !nw_str_eq(key, NW_STR(NW_WIRE_HEARTBEAT)))
		return false;
	if (nw_wire_read_header(nw_parts_frame(parts, 1), message, NULL))
		return false;
	if (parts->n == (message->kind == NW_KIND_HEARTBEAT ? 3 : 4))
		return true;
	message->seq = 0;
	return false;
}
