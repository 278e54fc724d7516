#ifndef NW_BUS_ZAP_H
#define NW_BUS_ZAP_H

#include "base/seldom.h"
#include "bus/leavers.h"
#include "bus/rights.h"

/*
 * The handler that libzmq asks about everybody who comes in by CURVE: ZAP, ZeroMQ RFC 27.
 * It is the FOLLOW thread's: what it decides by is then read and replaced by one thread,
 * and nobody is let in at a moment that does not suit the live socket (guests.h). A
 * handshake waits for a turn of that thread, which waits for nothing.
 */
#define NW_ZAP_ENDPOINT "inproc://zeromq.zap.01"
#define NW_ZAP_FRAMES 7
/* A property of all that comes from who was let in: a decimal number, leavers.h. */
#define NW_ZAP_NUMBER "X-Newswire-Let-In"

/* What is asked; borrowed from the frames. */
struct nw_zap_request {
	struct nw_str id;      /* to be sent back */
	struct nw_str address; /* of the peer */
	bool is_live;          /* it comes to the live socket */
	char key[NW_CURVE_TEXT + 1];
};

/* Who comes with keys unknown here is told of one by one, as long as they are few. */
#define NW_ZAP_STRANGERS 8

struct nw_zap {
	void *rep;
	struct nw_leavers *leavers; /* of the live socket; borrowed */
	struct nw_stranger {
		char key[NW_CURVE_TEXT + 1];
		struct nw_seldom told;
	} strangers[NW_ZAP_STRANGERS];
	struct nw_seldom others;
};

/* Bounded, and strict: false for what is no request about a CURVE client. */
bool nw_zap_parse(const struct nw_str *frames, size_t n, struct nw_zap_request *request);

/* Before any socket with CURVE is bound: libzmq lets everybody in where nobody can be asked. */
enum nw_err nw_zap_open(void *context, struct nw_leavers *leavers, struct nw_zap *zap,
	struct nw_error *error) NW_MUST;
void nw_zap_close(struct nw_zap *zap);

/* Answers what requests have come, a bounded number of them; how many were let in. */
size_t nw_zap_receive(struct nw_zap *zap, const struct nw_rights *rights, int64_t now_ms);

#endif
