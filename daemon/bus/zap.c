#include "bus/zap.h"

#include <inttypes.h>
#include <stdio.h>
#include <zmq.h>

#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "bus/receive.h"
#include "bus/socket.h"
#include "rt/metrics.h"

#define VERSION "1.0"
#define A_TURN 64
#define FIELD_MAX 255

enum { ZAP_VERSION, ZAP_ID, ZAP_DOMAIN, ZAP_ADDRESS, ZAP_ROUTING, ZAP_MECHANISM, ZAP_KEY };

bool nw_zap_parse(const struct nw_str *frames, size_t n, struct nw_zap_request *request)
{
	*request = (struct nw_zap_request){0};
	if (n != NW_ZAP_FRAMES)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (frames[i].n > FIELD_MAX)
			return false;
	}
	if (!nw_str_eq(frames[ZAP_VERSION], NW_STR(VERSION)) ||
		!nw_str_eq(frames[ZAP_MECHANISM], NW_STR("CURVE")) ||
		frames[ZAP_KEY].n != NW_CURVE_BYTES)
		return false;
	request->id = frames[ZAP_ID];
	request->address = frames[ZAP_ADDRESS];
	request->is_live = nw_str_eq(frames[ZAP_DOMAIN], NW_STR(NW_BUS_LIVE));
	return zmq_z85_encode(request->key, (const uint8_t *)frames[ZAP_KEY].p, NW_CURVE_BYTES) !=
		NULL;
}

enum nw_err nw_zap_open(
	void *context, struct nw_leavers *leavers, struct nw_zap *zap, struct nw_error *error)
{
	const int none = 0;

	*zap = (struct nw_zap){.rep = zmq_socket(context, ZMQ_REP), .leavers = leavers};
	if (zap->rep && zmq_setsockopt(zap->rep, ZMQ_LINGER, &none, sizeof(none)) == 0 &&
		zmq_bind(zap->rep, NW_ZAP_ENDPOINT) == 0)
		return NW_OK;
	return nw_fail(error, NW_E_SYSTEM, "cannot make the socket that answers for clients: %s",
		zmq_strerror(zmq_errno()));
}

void nw_zap_close(struct nw_zap *zap)
{
	if (zap->rep)
		(void)zmq_close(zap->rep);
	*zap = (struct nw_zap){0};
}

static void say(void *rep, struct nw_str frame, int flags)
{
	(void)zmq_send(rep, frame.p, frame.n, ZMQ_DONTWAIT | flags);
}

/* version, id, status code and text, user id, metadata. */
static void answer(void *rep, struct nw_str id, const char *code, const char *text,
	const char *user, struct nw_str metadata)
{
	say(rep, NW_STR(VERSION), ZMQ_SNDMORE);
	say(rep, id, ZMQ_SNDMORE);
	say(rep, nw_str(code), ZMQ_SNDMORE);
	say(rep, nw_str(text), ZMQ_SNDMORE);
	say(rep, nw_str(user), ZMQ_SNDMORE);
	say(rep, metadata, 0);
}

/* Whom a stranger with that key is told as. */
static struct nw_seldom *seldom_of(struct nw_zap *zap, const char *key, int64_t now_ms)
{
	struct nw_stranger *oldest = &zap->strangers[0];

	for (size_t i = 0; i < NW_ZAP_STRANGERS; i++) {
		struct nw_stranger *s = &zap->strangers[i];

		if (nw_str_eq(nw_str(s->key), nw_str(key)))
			return &s->told;
		if (s->told.told_ms < oldest->told.told_ms)
			oldest = s;
	}
	if (oldest->told.told_ms && now_ms - oldest->told.told_ms < NW_REFUSALS_MS)
		return &zap->others;
	*oldest = (struct nw_stranger){0};
	(void)snprintf(oldest->key, sizeof(oldest->key), "%s", key);
	return &oldest->told;
}

/*
 * 300 is a failure that may pass: the peer is not told and tries again, its ZMQ_RECONNECT_IVL after the
 * connection ended; libzmq 4.3.4 mostly ends it when ZMQ_HANDSHAKE_IVL is over (socket.c).
 * After a 400 its client gives up for good, and one that was taken out, or came before its
 * file was there, would have to be started anew once it may come in.
 */
static void refuse(struct nw_zap *zap, const struct nw_zap_request *request,
	const struct nw_right *right, int64_t now_ms)
{
	int64_t times;

	answer(zap->rep, request->id, "300", right ? "not before a while" : "unknown key", "",
		NW_STR(""));
	nw_count(NW_C_CLIENTS_REFUSED, 1);
	if (right) /* why was told when it was cut off */
		return;
	times = nw_seldom_count(seldom_of(zap, request->key, now_ms), 1, NW_REFUSALS_MS, now_ms);
	if (times)
		nw_log(NW_LOG_WARNING, "nobody with that key may come in",
			NW_KV("address", request->address), NW_KV("key", nw_str(request->key)),
			NW_KVI("times", times));
}

/*
 * Whoever had its descriptor before ended before it asked: that end is read here. A property
 * is its name and its value with their lengths, in 1 and in 4 bytes: ZeroMQ RFC 27 and 23.
 */
static void let_in(
	struct nw_zap *zap, const struct nw_zap_request *request, const struct nw_right *right)
{
	static const struct nw_str name = {NW_ZAP_NUMBER, sizeof(NW_ZAP_NUMBER) - 1};
	char metadata[64], value[24];
	int n, all;

	nw_leavers_read(zap->leavers);
	n = snprintf(value, sizeof(value), "%" PRIu64, zap->leavers->newest);
	all = snprintf(metadata, sizeof(metadata), "%c%s%c%c%c%c%s", (int)name.n, name.p, 0, 0, 0,
		n, value);
	answer(zap->rep, request->id, "200", "OK", right->key,
		(struct nw_str){metadata, (size_t)all});
}

/* True when it is let in. */
static bool decide(struct nw_zap *zap, const struct nw_rights *rights, const struct nw_str *frames,
	size_t n, int64_t now_ms)
{
	struct nw_zap_request request;
	const struct nw_right *right;

	if (!nw_zap_parse(frames, n, &request)) {
		answer(zap->rep, n > ZAP_ID ? nw_str_head(frames[ZAP_ID], FIELD_MAX) : NW_STR(""),
			"500", "no request about a client of CURVE", "", NW_STR(""));
		nw_count(NW_C_CLIENTS_REFUSED, 1);
		return false;
	}
	right = nw_rights_find(rights, request.key);
	if (!right || (request.is_live && now_ms < right->barred_until_ms)) {
		refuse(zap, &request, right, now_ms);
		return false;
	}
	let_in(zap, &request, right);
	return true;
}

size_t nw_zap_receive(struct nw_zap *zap, const struct nw_rights *rights, int64_t now_ms)
{
	struct nw_received received;
	size_t let_in = 0;
	bool came = true;

	for (int i = 0; came && i < A_TURN; i++) {
		came = nw_received_take(&received, zap->rep, NW_ZAP_FRAMES);
		if (came)
			let_in += decide(zap, rights, received.frames, received.n, now_ms);
		nw_received_clear(&received);
	}
	return let_in;
}
