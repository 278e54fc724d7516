#include "bus/guests.h"

#include <stdlib.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "bus/subscribe.h"
#include "bus/zap.h"
#include "rt/metrics.h"

#define A_TURN 10000       /* messages, before something else has its turn */
#define BARRED_MS 10000    /* after something that is no subscription */
#define PAUSE_MS 1000      /* after asking for too much; twice that the next time */
#define PAUSE_MAX_MS 30000 /* and no more than that */
#define FORGIVEN_MS 60000  /* after which the next time is the first one again */

struct connection {
	uint64_t cookie;
	int fd;
	struct nw_share *share; /* its client's */
	struct nw_map prefixes; /* that it asked for: struct nw_held, the share's */
	size_t beats;           /* of these bring its client's heartbeats */
	bool is_wide;           /* for one of these several others were granted */
};

static const char *const reasons[NW_REFUSALS] = {
	[NW_REFUSED_WIDE] = "a client asks for what it may not read and is cut off",
	[NW_REFUSED_MUCH] = "a client asks for too much and is cut off",
	[NW_REFUSED_JUNK] = "a client sends what is no subscription and is cut off",
	[NW_REFUSED_NOW] = "a client has to ask again and is cut off",
};

static struct nw_str cookie_str(const uint64_t *cookie)
{
	return (struct nw_str){(const char *)cookie, sizeof(*cookie)};
}

/* It is in no map any more. */
static void end_connection(struct nw_guests *guests, struct connection *c)
{
	nw_map_each (&c->prefixes, slot) {
		nw_shares_release(&guests->shares, c->share, slot->value);
	}
	nw_map_clear(&c->prefixes);
	nw_shares_leave(&guests->shares, c->share);
	free(c);
}

/* Ends those for which it is true, or all; the others are in a map made anew. */
static void sweep(struct nw_guests *guests, bool (*is_over)(const struct connection *))
{
	struct nw_map all = guests->connections;

	guests->connections = (struct nw_map){0};
	nw_map_each (&all, slot) {
		struct connection *c = slot->value;

		if (!is_over || is_over(c))
			end_connection(guests, c);
		else
			(void)nw_map_put(&guests->connections, cookie_str(&c->cookie), c);
	}
	nw_map_clear(&all);
}

void nw_guests_clear(struct nw_guests *guests)
{
	sweep(guests, NULL);
}

static bool is_gone(const struct connection *c)
{
	return !nw_peer_is_there(c->fd, c->cookie);
}

/* --- what comes --- */

static void refuse_stranger(struct nw_guests *guests, const struct nw_peer *peer, int64_t now_ms)
{
	int64_t times;

	nw_peer_cut(peer->fd, peer->cookie);
	nw_count(NW_C_SUBSCRIPTIONS_REFUSED, 1);
	times = nw_seldom_count(&guests->strangers, 1, NW_REFUSALS_MS, now_ms);
	if (times)
		nw_log(NW_LOG_WARNING, "a client is one no longer and is cut off",
			NW_KVI("times", times));
}

static void refuse(const struct nw_peer *peer, struct nw_right *right, enum nw_refusal refusal,
	struct nw_str what, int64_t now_ms)
{
	int64_t times;

	nw_peer_cut(peer->fd, peer->cookie);
	nw_count(NW_C_SUBSCRIPTIONS_REFUSED, 1);
	times = nw_seldom_count(&right->told[refusal], 1, NW_REFUSALS_MS, now_ms);
	if (times)
		nw_log(NW_LOG_WARNING, reasons[refusal], NW_KV("client", right->name),
			NW_KV("prefix", nw_str_head(what, NW_WIRE_KEY_MAX)),
			NW_KVI("times", times));
}

/*
 * A good subscription would be no sign that it asks rightly now: most ask for heartbeats
 * too. What was queued when it was cut off is not one more time.
 */
static void bar_a_while(struct nw_right *right, int64_t now_ms)
{
	if (now_ms < right->barred_until_ms)
		return;
	if (now_ms - right->barred_until_ms >= FORGIVEN_MS)
		right->pause_ms = 0;
	right->pause_ms = right->pause_ms ? right->pause_ms * 2 : PAUSE_MS;
	if (right->pause_ms > PAUSE_MAX_MS)
		right->pause_ms = PAUSE_MAX_MS;
	right->barred_until_ms = now_ms + right->pause_ms;
}

/* Its connection as we know it, if we do; not where another's key is known for it. */
static struct connection *find(const struct nw_guests *guests, const struct nw_peer *peer)
{
	struct connection *c = nw_map_get(&guests->connections, cookie_str(&peer->cookie));

	return c && nw_str_eq(nw_str(c->share->key), nw_str(peer->key)) ? c : NULL;
}

/* The same, or a new one; NULL, and it is cut off, where another's key is known for it. */
static struct connection *find_or_make(struct nw_guests *guests, const struct nw_peer *peer)
{
	struct connection *c = find(guests, peer);

	if (c)
		return c;
	if (nw_map_get(&guests->connections, cookie_str(&peer->cookie))) {
		nw_peer_cut(peer->fd, peer->cookie);
		return NULL;
	}
	c = nw_must_calloc(1, sizeof(*c));
	c->cookie = peer->cookie;
	c->fd = peer->fd;
	c->share = nw_shares_join(&guests->shares, peer->key);
	(void)nw_map_put(&guests->connections, cookie_str(&c->cookie), c);
	return c;
}

static bool has_room(
	struct nw_guests *guests, const struct nw_peer *peer, struct nw_str prefix, size_t bytes)
{
	if (nw_shares_have_room(&guests->shares, peer->key, prefix, bytes))
		return true;
	if (guests->swept)
		return false;
	guests->swept = true;
	sweep(guests, is_gone);
	return nw_shares_have_room(&guests->shares, peer->key, prefix, bytes);
}

static size_t count_bytes(const struct nw_str *granted, size_t n)
{
	size_t bytes = 0;

	for (size_t i = 0; i < n; i++)
		bytes += granted[i].n;
	return bytes;
}

static bool brings_beats(const struct nw_right *right, const struct nw_str *granted, size_t n)
{
	return n && nw_str_eq(granted[0], right->beat_key);
}

/* What it has asked for before is granted again, and not counted. */
static void hold(struct nw_guests *guests, struct connection *c, const struct nw_right *right,
	struct nw_str prefix, const struct nw_str *granted, size_t n)
{
	struct nw_held *held;

	for (size_t i = 0; i < n; i++)
		(void)zmq_setsockopt(guests->xpub->zmq, ZMQ_SUBSCRIBE, granted[i].p, granted[i].n);
	nw_count(NW_C_SUBSCRIPTIONS, 1);
	if (nw_map_get(&c->prefixes, prefix))
		return;
	held = nw_shares_hold(&guests->shares, c->share, prefix, count_bytes(granted, n));
	(void)nw_map_put(&c->prefixes, (struct nw_str){held->text, held->n}, held);
	c->beats += brings_beats(right, granted, n);
	c->is_wide |= n > 1;
}

static bool subscribe(struct nw_guests *guests, const struct nw_peer *peer, struct nw_right *right,
	struct nw_str prefix, int64_t now_ms)
{
	struct nw_str granted[NW_RIGHT_GRANTS];
	const size_t n = nw_right_grant(right, prefix, granted);
	struct connection *c;

	if (!n || !has_room(guests, peer, prefix, count_bytes(granted, n))) {
		bar_a_while(right, now_ms);
		refuse(peer, right, n ? NW_REFUSED_MUCH : NW_REFUSED_WIDE, prefix, now_ms);
		return false;
	}
	c = find_or_make(guests, peer);
	if (c)
		hold(guests, c, right, prefix, granted, n);
	return c != NULL;
}

/*
 * What was granted instead of several prefixes, or for more than one of them, stays: what
 * is sent in vain the peer's own libzmq leaves out. Its client's heartbeats, which may be
 * had by several names, end with the last of these.
 */
static void unsubscribe(struct nw_guests *guests, const struct nw_peer *peer,
	const struct nw_right *right, struct nw_str prefix)
{
	struct connection *c = find(guests, peer);
	struct nw_held *held = c ? nw_map_remove(&c->prefixes, prefix) : NULL;
	struct nw_str granted[NW_RIGHT_GRANTS];
	size_t n;

	if (!held)
		return;
	n = nw_right_grant(right, prefix, granted);
	c->beats -= brings_beats(right, granted, n);
	if (!c->is_wide && !(brings_beats(right, granted, n) && c->beats))
		(void)zmq_setsockopt(
			guests->xpub->zmq, ZMQ_UNSUBSCRIBE, granted[0].p, granted[0].n);
	nw_shares_release(&guests->shares, c->share, held);
}

static void bar(struct nw_guests *guests, const struct nw_peer *peer, struct nw_right *right,
	int64_t now_ms)
{
	guests->crooked = true;
	if (!right) {
		refuse_stranger(guests, peer, now_ms);
		return;
	}
	if (right->barred_until_ms < now_ms + BARRED_MS)
		right->barred_until_ms = now_ms + BARRED_MS;
	refuse(peer, right, NW_REFUSED_JUNK, NW_STR(""), now_ms);
}

/* Without a cookie where it has ended, though another may have its descriptor. */
static struct nw_peer find_peer(struct nw_guests *guests, zmq_msg_t *msg)
{
	struct nw_peer peer = nw_peer_of(guests->xpub, msg);
	const char *text = zmq_msg_gets(msg, NW_ZAP_NUMBER);
	int64_t number;

	nw_leavers_read(guests->leavers);
	if (!text || !nw_str_int(nw_str(text), 0, INT64_MAX, &number) ||
		nw_leavers_have(guests->leavers, peer.fd, (uint64_t)number))
		peer.cookie = 0;
	return peer;
}

/* True when something was granted. */
static bool take(struct nw_guests *guests, zmq_msg_t *msg, int64_t now_ms)
{
	const struct nw_str bytes = {zmq_msg_data(msg), zmq_msg_size(msg)};
	const struct nw_str prefix = nw_str_from(bytes, 1);
	const bool is_one = bytes.n && (bytes.p[0] == 0 || bytes.p[0] == 1);
	const struct nw_peer peer = find_peer(guests, msg);
	struct nw_right *right = nw_rights_find(guests->rights, peer.key);

	if (!is_one) {
		bar(guests, &peer, right, now_ms);
		return false;
	}
	if (!peer.key && bytes.p[0] == 0) { /* libzmq's own word that a connection ended */
		guests->somebody_left = true;
		return false;
	}
	if (!right) {
		refuse_stranger(guests, &peer, now_ms);
		return false;
	}
	if (guests->crooked) {
		refuse(&peer, right, NW_REFUSED_NOW, prefix, now_ms);
		return false;
	}
	if (!peer.cookie)
		return false;
	if (bytes.p[0] == 1)
		return subscribe(guests, &peer, right, prefix, now_ms);
	unsubscribe(guests, &peer, right, prefix);
	return false;
}

bool nw_guests_receive(struct nw_guests *guests, int64_t now_ms)
{
	bool granted = false;
	zmq_msg_t msg;

	(void)zmq_msg_init(&msg);
	guests->drained = guests->swept = false;
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
		const struct nw_right *old = nw_rights_find(old_rights, c->share->key);
		const struct nw_right *new = nw_rights_find(rights, c->share->key);

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
		struct nw_right *right = nw_rights_find(guests->rights, c->share->key);

		if (right)
			right->listeners += c->beats > 0;
	}
}
