#include "bus/zap.h"

#include <zmq.h>

#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "rt/metrics.h"

#define VERSION "1.0"
#define A_TURN 64
#define FIELD_MAX 255
#define LOG_EACH_MS 1000 /* refusals: one line in this time */

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
	return zmq_z85_encode(request->key, (const uint8_t *)frames[ZAP_KEY].p, NW_CURVE_BYTES) !=
		NULL;
}

enum nw_err nw_zap_open(void *context, struct nw_zap *zap, struct nw_error *error)
{
	const int none = 0;

	*zap = (struct nw_zap){.rep = zmq_socket(context, ZMQ_REP)};
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
static void answer(
	void *rep, struct nw_str id, const char *code, const char *text, const char *user)
{
	say(rep, NW_STR(VERSION), ZMQ_SNDMORE);
	say(rep, id, ZMQ_SNDMORE);
	say(rep, nw_str(code), ZMQ_SNDMORE);
	say(rep, nw_str(text), ZMQ_SNDMORE);
	say(rep, nw_str(user), ZMQ_SNDMORE);
	say(rep, NW_STR(""), 0);
}

static void refuse(struct nw_zap *zap, const struct nw_zap_request *request,
	const struct nw_right *right, int64_t now_ms)
{
	/* 300 is for now: the peer is not told, and tries again. */
	answer(zap->rep, request->id, right ? "300" : "400",
		right ? "not before a while" : "unknown key", "");
	nw_count(NW_C_CLIENTS_REFUSED, 1);
	if (zap->logged_ms && now_ms - zap->logged_ms < LOG_EACH_MS)
		return;
	zap->logged_ms = now_ms;
	nw_log(NW_LOG_WARNING,
		right ? "a client that sent what is no subscription is not let in for a while"
		      : "nobody with that key may come in",
		NW_KV("address", request->address), NW_KV("key", nw_str(request->key)),
		NW_KV("client", right ? right->name : NW_STR("")));
}

/* True when it is let in. */
static bool decide(struct nw_zap *zap, const struct nw_rights *rights, const struct nw_str *frames,
	size_t n, int64_t now_ms)
{
	struct nw_zap_request request;
	const struct nw_right *right;

	if (!nw_zap_parse(frames, n, &request)) {
		answer(zap->rep, n > ZAP_ID ? nw_str_head(frames[ZAP_ID], FIELD_MAX) : NW_STR(""),
			"500", "no request about a client of CURVE", "");
		nw_count(NW_C_CLIENTS_REFUSED, 1);
		return false;
	}
	right = nw_rights_find(rights, request.key);
	if (!right || now_ms < right->barred_until_ms) {
		refuse(zap, &request, right, now_ms);
		return false;
	}
	answer(zap->rep, request.id, "200", "OK", right->key);
	return true;
}

/* One whole message: up to one frame more than a request has. */
static size_t receive(void *rep, zmq_msg_t *msgs)
{
	bool more = true;
	size_t n = 0;

	while (more) {
		zmq_msg_t *msg = &msgs[n < NW_ZAP_FRAMES ? n : NW_ZAP_FRAMES];

		if (zmq_msg_recv(msg, rep, ZMQ_DONTWAIT) < 0)
			return 0;
		more = zmq_msg_more(msg);
		n += n <= NW_ZAP_FRAMES;
	}
	return n;
}

size_t nw_zap_receive(struct nw_zap *zap, const struct nw_rights *rights, int64_t now_ms)
{
	struct nw_str frames[NW_ZAP_FRAMES + 1];
	zmq_msg_t msgs[NW_ZAP_FRAMES + 1];
	size_t n = 1, let_in = 0;

	for (int i = 0; n && i < A_TURN; i++) {
		for (size_t k = 0; k <= NW_ZAP_FRAMES; k++)
			(void)zmq_msg_init(&msgs[k]);
		n = receive(zap->rep, msgs);
		for (size_t k = 0; k < n; k++)
			frames[k] = (struct nw_str){zmq_msg_data(&msgs[k]), zmq_msg_size(&msgs[k])};
		if (n)
			let_in += decide(zap, rights, frames, n, now_ms);
		for (size_t k = 0; k <= NW_ZAP_FRAMES; k++)
			(void)zmq_msg_close(&msgs[k]);
	}
	return let_in;
}
