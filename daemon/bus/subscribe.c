#include "bus/subscribe.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <zmq.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "rt/metrics.h"

#define A_TURN 10000     /* messages, before something else has its turn */
#define LOG_EACH_MS 1000 /* refusals: one line in this time */

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
 * came from there. Should that descriptor be another's by now, it is at worst
 * another connection, and those are made anew by whoever needs them.
 */
static void disconnect(zmq_msg_t *msg)
{
	const int fd = zmq_msg_get(msg, ZMQ_SRCFD);

	if (fd >= 0)
		(void)shutdown(fd, SHUT_RDWR);
}

static void refuse(struct nw_subscriptions *subscriptions, zmq_msg_t *msg, int64_t now_ms)
{
	const char *peer = zmq_msg_gets(msg, "Peer-Address");

	disconnect(msg);
	nw_count(NW_C_SUBSCRIPTIONS_REFUSED, 1);
	if (subscriptions->logged_ms && now_ms - subscriptions->logged_ms < LOG_EACH_MS)
		return;
	subscriptions->logged_ms = now_ms;
	nw_log(NW_LOG_WARNING, "too many subscriptions, a subscriber is cut off",
		NW_KVI("max", (int64_t)subscriptions->max), NW_KV("peer", nw_str(peer)));
}

/* XPUB_VERBOSE shows every subscription, and the end of a prefix only when nobody is left. */
static bool add(struct nw_subscriptions *subscriptions, struct nw_str text)
{
	struct prefix *p;

	if (nw_map_get(&subscriptions->prefixes, text))
		return true;
	if (subscriptions->prefixes.n >= subscriptions->max)
		return false;
	p = nw_must_calloc(1, sizeof(*p) + text.n + 1);
	p->n = text.n;
	memcpy(p->text, text.p, text.n);
	(void)nw_map_put(&subscriptions->prefixes, (struct nw_str){p->text, p->n}, p);
	return true;
}

static bool take(struct nw_subscriptions *subscriptions, zmq_msg_t *msg, int64_t now_ms)
{
	const struct nw_str bytes = {zmq_msg_data(msg), zmq_msg_size(msg)};
	const struct nw_str text = nw_str_from(bytes, 1);

	if (bytes.n && bytes.p[0] == 0)
		free(nw_map_remove(&subscriptions->prefixes, text));
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
	for (int i = 0; i < A_TURN && zmq_msg_recv(&msg, subscriptions->xpub, ZMQ_DONTWAIT) >= 0;
		i++)
		subscribed |= take(subscriptions, &msg, now_ms);
	(void)zmq_msg_close(&msg);
	return subscribed;
}
