#include "bus/subscribe.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <zmq.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "rt/metrics.h"

#define A_TURN 10000     /* messages, before something else has its turn */
#define LOG_EACH_MS 1000 /* refusals: one line in this time */
#define CUT_EACH_MS 1000 /* the same descriptor: once in this time */

struct prefix {
	size_t n;
	char text[];
};

void nw_subscriptions_clear(struct nw_subscriptions *subscriptions)
{
	nw_map_each (&subscriptions->prefixes, slot) {
		free(slot->value);
	}
	nw_map_clear(&subscriptions->prefixes);
}

/*
 * libzmq 4.3.4 can refuse a subscription only in XPUB_MANUAL mode, and there one
 * message of another kind makes it give the next subscriptions to the wrong
 * peers. So who asks for too much is disconnected, by shutting down the
 * connection that the message says it came over; libzmq then forgets all that
 * came from there. The connection may be gone already and its descriptor another's:
 * so it has to be one of ours still, and what a flood left in the queue does not
 * cut the next one again and again.
 */
static void disconnect(struct nw_subscriptions *subscriptions, zmq_msg_t *msg, int64_t now_ms)
{
	const int fd = zmq_msg_get(msg, ZMQ_SRCFD);

	if (fd < 0 || !nw_bus_socket_accepted(subscriptions->xpub, fd))
		return;
	if (fd == subscriptions->cut && now_ms - subscriptions->cut_ms < CUT_EACH_MS)
		return;
	(void)shutdown(fd, SHUT_RDWR);
	subscriptions->cut = fd;
	subscriptions->cut_ms = now_ms;
}

static void refuse(struct nw_subscriptions *subscriptions, zmq_msg_t *msg, int64_t now_ms)
{
	const char *peer = zmq_msg_gets(msg, "Peer-Address");

	disconnect(subscriptions, msg, now_ms);
	nw_count(NW_C_SUBSCRIPTIONS_REFUSED, 1);
	if (!nw_seldom_count(&subscriptions->told, 1, LOG_EACH_MS, now_ms))
		return;
	nw_log(NW_LOG_WARNING, "a subscriber asks for too much and is cut off",
		NW_KVI("prefixes", (int64_t)subscriptions->prefixes.n),
		NW_KV("peer", nw_str(peer)));
}

/* XPUB_VERBOSE shows every subscription, and the end of a prefix only when nobody is left. */
static bool add(struct nw_subscriptions *subscriptions, struct nw_str text)
{
	struct prefix *p;

	if (nw_map_get(&subscriptions->prefixes, text))
		return true;
	if (text.n > NW_WIRE_KEY_MAX || subscriptions->prefixes.n >= subscriptions->max ||
		subscriptions->bytes + text.n > subscriptions->max * NW_SUBSCRIPTION_BYTES)
		return false;
	p = nw_must_calloc(1, sizeof(*p) + text.n + 1);
	p->n = text.n;
	subscriptions->bytes += text.n;
	memcpy(p->text, text.p, text.n);
	(void)nw_map_put(&subscriptions->prefixes, (struct nw_str){p->text, p->n}, p);
	return true;
}

static void forget(struct nw_subscriptions *subscriptions, struct nw_str text)
{
	struct prefix *p = nw_map_remove(&subscriptions->prefixes, text);

	if (p)
		subscriptions->bytes -= p->n;
	free(p);
}

static bool take(struct nw_subscriptions *subscriptions, zmq_msg_t *msg, int64_t now_ms)
{
	const struct nw_str bytes = {zmq_msg_data(msg), zmq_msg_size(msg)};
	const struct nw_str text = nw_str_from(bytes, 1);

	if (bytes.n && bytes.p[0] == 0)
		forget(subscriptions, text);
	if (!bytes.n || bytes.p[0] != 1)
		return false;
	if (!add(subscriptions, text)) {
		refuse(subscriptions, msg, now_ms);
		return false;
	}
	nw_count(NW_C_SUBSCRIPTIONS, 1);
	return true;
}

bool nw_subscriptions_receive(struct nw_subscriptions *subscriptions, int64_t now_ms)
{
	bool subscribed = false;
	zmq_msg_t msg;

	(void)zmq_msg_init(&msg);
	for (int i = 0;
		i < A_TURN && zmq_msg_recv(&msg, subscriptions->xpub->zmq, ZMQ_DONTWAIT) >= 0; i++)
		subscribed |= take(subscriptions, &msg, now_ms);
	(void)zmq_msg_close(&msg);
	return subscribed;
}
