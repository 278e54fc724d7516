#include "client/link.h"

#include <stdio.h>

#include "client/client.h"

/*
 * The monitor ends before its reader goes: libzmq's own thread would wait for ever to
 * tell nobody of a lost connection, and no socket would connect again.
 */
void nw_link_close(struct nw_client *client, struct nw_link *link)
{
	if (link->dealer) {
		nw_watch_forget(&client->watch, link->dealer);
		(void)zmq_socket_monitor(link->dealer, NULL, 0);
	}
	if (link->monitor) {
		nw_watch_forget(&client->watch, link->monitor);
		(void)zmq_close(link->monitor);
	}
	if (link->dealer)
		(void)zmq_close(link->dealer);
	*link = (struct nw_link){NULL, NULL};
}

/*
 * libzmq connects to a restarted daemon without a word: its monitor has to be asked.
 * Without one patience does. Each has a name of its own, since libzmq frees the last
 * one's in its own time.
 */
static void watch_connection(struct nw_client *client, struct nw_link *link)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "inproc://monitor-%u", client->n_links++);
	if (zmq_socket_monitor(link->dealer, name, ZMQ_EVENT_DISCONNECTED))
		return;
	link->monitor = zmq_socket(client->context, ZMQ_PAIR);
	if (link->monitor && zmq_connect(link->monitor, name)) {
		(void)zmq_close(link->monitor);
		link->monitor = NULL;
	}
}

bool nw_link_open(struct nw_client *client, struct nw_link *link, struct nw_error *error)
{
	link->dealer = nw_client_socket(client, ZMQ_DEALER, error);
	if (!link->dealer)
		return false;
	watch_connection(client, link);
	if (nw_client_connect(link->dealer, client->replay, error))
		return true;
	nw_link_close(client, link);
	return false;
}

bool nw_link_is_lost(const struct nw_link *link)
{
	zmq_pollitem_t item = {link->monitor, -1, ZMQ_POLLIN, 0};

	return link->monitor && zmq_poll(&item, 1, 0) > 0;
}
