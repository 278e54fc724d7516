#include "bus/guests.h"

#include <stdlib.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "bus/subscribe.h"
#include "rt/metrics.h"

#define A_TURN 10000     /* messages, before something else has its turn */
#define BARRED_MS 10000  /* after something that is no subscription */
#define LOG_EACH_MS 1000 /* refusals: one line in this time */

struct connection {
	uint64_t cookie;
	int fd;
	char key[NW_CURVE_TEXT + 1];
	size_t n, bytes; /* of its subscriptions */
	bool listens;    /* to heartbeats */
	bool is_wide;    /* what it was granted is not what it asked for, one for one */
};

static struct nw_str cookie_str(const uint64_t *cookie)
{
	return (struct nw_str){(const char *)cookie, sizeof(*cookie)};
}

static void forget(struct nw_guests *guests, struct connection *c)
{
	(void)nw_map_remove(&guests->connections, cookie_str(&c->cookie));
	guests->n -= c->n;
	guests->bytes -= c->bytes;
	free(c);
}

/* Forgets those for which it is true. */
static void sweep(struct nw_guests *guests,
	bool (*is_over)(const struct nw_guests *, const struct connection *))
{
	struct nw_map all = guests->connections;

	guests->connections = (struct nw_map){0};
	nw_map_each (&all, slot) {
		struct connection *c = slot->value;

		if (is_over && !is_over(guests, c)) {
			(void)nw_map_put(&guests->connections, cookie_str(&c->cookie), c);
			continue;
		}
		forget(guests, c);
	}
	nw_map_clear(&all);
}

void nw_guests_clear(struct nw_guests *guests)
{
	sweep(guests, NULL);
	nw_map_clear(&guests->connections);
}

static bool is_gone(const struct nw_guests *guests, const struct connection *c)
{
	(void)guests;
	return !nw_peer_is_there(c->fd, c->cookie);
}

/* --- what comes --- */

static void refuse(struct nw_guests *guests, const struct nw_peer *peer, const char *why,
	struct nw_str what, int64_t now_ms)
{
	const struct nw_right *right = nw_rights_find(guests->rights, peer->key);

	nw_peer_cut(peer->fd, peer->cookie);
	nw_count(NW_C_SUBSCRIPTIONS_REFUSED, 1);
	if (guests->logged_ms && now_ms - guests->logged_ms < LOG_EACH_MS)
		return;
	guests->logged_ms = now_ms;
	nw_log(NW_LOG_WARNING, why, NW_KV("client", right ? right->name : NW_STR("")),
		NW_KV("prefix", nw_str_head(what, NW_WIRE_KEY_MAX)));
}

/* Its connection as we know it; NULL, and it is cut off, where another's key is known for it. */
static struct connection *find(struct nw_guests *guests, const struct nw_peer *peer)
{
	struct connection *c = nw_map_get(&guests->connections, cookie_str(&peer->cookie));

	if (!c) {
		c = nw_must_calloc(1, sizeof(*c));
		c->cookie = peer->cookie;
		c->fd = peer->fd;
		memcpy(c->key, peer->key, sizeof(c->key));
		(void)nw_map_put(&guests->connections, cookie_str(&c->cookie), c);
	}
	if (nw_str_eq(nw_str(c->key), nw_str(peer->key)))
		return c;
	nw_peer_cut(peer->fd, peer->cookie);
	return NULL;
}

static bool has_room(struct nw_guests *guests, struct nw_str prefix)
{
	const size_t bytes_max = guests->max * NW_SUBSCRIPTION_BYTES;

	if (guests->n >= guests->max || guests->bytes + prefix.n > bytes_max)
		sweep(guests, is_gone);
	return prefix.n <= NW_WIRE_KEY_MAX && guests->n < guests->max &&
		guests->bytes + prefix.n <= bytes_max;
}

static bool subscribe(struct nw_guests *guests, const struct nw_peer *peer,
	const struct nw_right *right, struct nw_str prefix, int64_t now_ms)
{
	struct nw_str granted[NW_RIGHT_GRANTS];
	const size_t n = nw_right_grant(right, prefix, granted);
	struct connection *c;

	if (!n || !has_room(guests, prefix)) {
		refuse(guests, peer,
			n ? "a client asks for too much and is cut off"
			  : "a client asks for what it may not read and is cut off",
			prefix, now_ms);
		return false;
	}
	c = find(guests, peer);
	if (!c)
		return false;
	for (size_t i = 0; i < n; i++) {
		(void)zmq_setsockopt(guests->xpub->zmq, ZMQ_SUBSCRIBE, granted[i].p, granted[i].n);
		c->listens |= nw_str_eq(granted[i], right->beat_key);
	}
	c->is_wide |= n > 1;
	c->n++;
	c->bytes += prefix.n;
	guests->n++;
	guests->bytes += prefix.n;
	nw_count(NW_C_SUBSCRIPTIONS, 1);
	return true;
}

/*
 * Where what was granted is shared by several of its subscriptions it stays: what is sent
 * in vain the peer's own libzmq leaves out.
 */
static void unsubscribe(struct nw_guests *guests, const struct nw_peer *peer, struct nw_str prefix)
{
	struct connection *c = find(guests, peer);

	if (!c || !c->n)
		return;
	if (!c->is_wide)
		(void)zmq_setsockopt(guests->xpub->zmq, ZMQ_UNSUBSCRIBE, prefix.p, prefix.n);
	c->n--;
	guests->n--;
	if (c->bytes >= prefix.n) {
		c->bytes -= prefix.n;
		guests->bytes -= prefix.n;
	}
}

static void bar(struct nw_guests *guests, const struct nw_peer *peer, int64_t now_ms)
{
	struct nw_right *right = nw_rights_find(guests->rights, peer->key);

	if (right)
		right->barred_until_ms = now_ms + BARRED_MS;
	guests->crooked = true;
	refuse(guests, peer, "a client sends what is no subscription and is cut off", NW_STR(""),
		now_ms);
}

/* True when something was granted. */
static bool take(struct nw_guests *guests, zmq_msg_t *msg, int64_t now_ms)
{
	const struct nw_str bytes = {zmq_msg_data(msg), zmq_msg_size(msg)};
	const struct nw_str prefix = nw_str_from(bytes, 1);
	const bool is_one = bytes.n && (bytes.p[0] == 0 || bytes.p[0] == 1);
	const struct nw_peer peer = nw_peer_of(guests->xpub, msg);
	const struct nw_right *right = nw_rights_find(guests->rights, peer.key);

	if (!is_one) {
		bar(guests, &peer, now_ms);
		return false;
	}
	if (!peer.key && bytes.p[0] == 0) { /* libzmq's own word that a connection ended */
		guests->somebody_left = true;
		return false;
	}
	if (guests->crooked || !right) {
		refuse(guests, &peer,
			right ? "a client has to ask again and is cut off"
			      : "a client is one no longer and is cut off",
			prefix, now_ms);
		return false;
	}
	if (!peer.cookie)
		return false;
	if (bytes.p[0] == 1)
		return subscribe(guests, &peer, right, prefix, now_ms);
	unsubscribe(guests, &peer, prefix);
	return false;
}

bool nw_guests_receive(struct nw_guests *guests, int64_t now_ms)
{
	bool granted = false;
	zmq_msg_t msg;

	(void)zmq_msg_init(&msg);
	guests->drained = false;
	for (int i = 0; !guests->drained && i < A_TURN; i++) {
		if (zmq_msg_recv(&msg, guests->xpub->zmq, ZMQ_DONTWAIT) >= 0)
			granted |= take(guests, &msg, now_ms);
		else
			guests->drained = zmq_errno() == EAGAIN;
	}
	(void)zmq_msg_close(&msg);
	if (guests->drained)
		guests->crooked = false;
	if (guests->somebody_left)
		sweep(guests, is_gone);
	guests->somebody_left = false;
	return granted;
}

/* --- rights --- */

/* Nothing more reaches who is cut off here; if it comes back it is judged by what holds then. */
void nw_guests_judge_anew(struct nw_guests *guests, const struct nw_rights *rights)
{
	const struct nw_rights *old_rights = guests->rights;

	guests->rights = rights;
	nw_map_each (&guests->connections, slot) {
		const struct connection *c = slot->value;
		const struct nw_right *old = nw_rights_find(old_rights, c->key);
		const struct nw_right *new = nw_rights_find(rights, c->key);

		if (!old || !new || !nw_right_covers(new, old))
			nw_peer_cut(c->fd, c->cookie);
	}
}

void nw_guests_count_listeners(const struct nw_guests *guests)
{
	for (size_t i = 0; i < guests->rights->n; i++)
		guests->rights->rights[i].listeners = 0;
	nw_map_each (&guests->connections, slot) {
		const struct connection *c = slot->value;
		struct nw_right *right = nw_rights_find(guests->rights, c->key);

		if (right)
			right->listeners += c->listens;
	}
}
