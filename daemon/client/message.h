#ifndef NW_CLIENT_MESSAGE_H
#define NW_CLIENT_MESSAGE_H

#include <zmq.h>

#include <newswire/client.h>

#define NW_PARTS 4

/* The frames of one message as received; they hold what a struct nw_message points to. */
struct nw_parts {
	zmq_msg_t frames[NW_PARTS];
	size_t n; /* as many as came, of which those past NW_PARTS are not kept */
};

void nw_parts_init(struct nw_parts *parts);
void nw_parts_clear(struct nw_parts *parts);

/* The next message, in place of the one before; false when none is there. Never waits. */
bool nw_parts_receive(struct nw_parts *parts, void *socket);
struct nw_str nw_parts_frame(struct nw_parts *parts, size_t i); /* empty past the last */

/*
 * Key, header, JSON and, unless it is a heartbeat, text. False for what we do not
 * know; *message then has a key and numbers if only its kind is another, else seq 0.
 */
bool nw_parts_read(struct nw_parts *parts, struct nw_message *message);

#endif
