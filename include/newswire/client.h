#ifndef NEWSWIRE_CLIENT_H
#define NEWSWIRE_CLIENT_H

#include <stdbool.h>

#include <newswire/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Follows a newswired: subscribes, replays what was missed, repairs gaps, and hands over
 * each message once and in order per key. A daemon that is stopped is waited for. Not for
 * use by two threads at a time, nor after fork. Protocol: newswire-bus(7); this: libnewswire(3).
 */
struct nw_client;

/* All zeros: every article, from now on. */
struct nw_client_options {
	const char *live;   /* the daemon's XPUB endpoint; NULL: tcp://127.0.0.1:7340 */
	const char *replay; /* its ROUTER endpoint; NULL: tcp://127.0.0.1:7341 */
	const char *const
		*keys; /* key prefixes, each with its slash, NULL at the end; NULL: "all/" */
	enum nw_from from;
	int64_t seq, since_s, last;
	/*
	 * A place kept by the daemon, by a name of 1 to 64 of a-z, 0-9, '-', '_' and '.'; one
	 * client at a time uses it. The client begins after it, and only where the daemon keeps
	 * none by that name yet, as from says. nw_client_ack moves it. NULL: none.
	 */
	const char *cursor;
	/*
	 * For endpoints that the daemon serves as curve+tcp://, which are tcp:// here; both
	 * or neither. NULL: plain.
	 */
	const char *server_key; /* the daemon's public key, 40 characters */
	const char *key_file;   /* one's own secret key, as newswire keygen writes it */
};

/*
 * NW_E_SYNTAX for a bad key, endpoint, number or cursor, NW_E_LIMIT for more than 64 keys,
 * NW_E_SYSTEM when there are no more sockets or descriptors, or for a key file that cannot
 * be read, or that anybody can. Connecting itself happens, and is retried, later.
 */
NW_API NW_MUST enum nw_err nw_client_open(
	const struct nw_client_options *options, struct nw_client **client, struct nw_error *error);

/*
 * The next message, valid until the next nw_client_next. Waits timeout_ms at most (-1: for ever; 0: not at all).
 * NW_E_TIMEOUT: none came, or a signal was caught. NW_E_GONE: the journal no longer
 * has, or never had, what was asked for (told once; *message has seq set to the oldest
 * there is, and the next call goes on from it). NW_E_SYSTEM: the daemon refused to
 * replay, or to move the cursor, for the reason given; the next call tries again.
 */
NW_API NW_MUST enum nw_err nw_client_next(struct nw_client *client, int timeout_ms,
	struct nw_message *message, struct nw_error *error);

/*
 * A descriptor for the caller's event loop, readable for as long as there may be something
 * to do: then call nw_client_next with a timeout of 0, once or until NW_E_TIMEOUT. It is to be
 * waited for and nothing else; the client closes it. Level-triggered. Always the same one.
 */
NW_API int nw_client_fd(struct nw_client *client);

/*
 * The seq up to which everything has been handed over: what to ask for next time.
 * -1 until that is known. Following "all/" alone it is the last message's; with more
 * keys it may stay behind for up to a heartbeat (5 s), since only that tells that
 * nothing is missing under any of them.
 */
NW_API int64_t nw_client_seq(const struct nw_client *client);

/*
 * Says that everything handed over so far has been dealt with: the cursor is to move to
 * nw_client_seq. Never waits: it is done during this and later calls, and of several the last counts.
 * NW_E_UNKNOWN: there is no cursor. That the daemon refuses is told by nw_client_next, as
 * NW_E_SYSTEM, once until it takes one again.
 */
NW_API NW_MUST enum nw_err nw_client_ack(struct nw_client *client, struct nw_error *error);

/*
 * Waits until the cursor is on the daemon's disk where nw_client_ack wants it, timeout_ms at most
 * (-1: for ever). NW_E_TIMEOUT as above, NW_E_SYSTEM: the last one was refused. For the end
 * of a program, or of a batch.
 */
NW_API NW_MUST enum nw_err nw_client_flush(
	struct nw_client *client, int timeout_ms, struct nw_error *error);

/* Where the cursor is known to be on the daemon's disk; -1 until the first ACK is answered. */
NW_API int64_t nw_client_acked(const struct nw_client *client);

/* Whether everything published so far has been handed over, as far as is known. */
NW_API bool nw_client_caught_up(const struct nw_client *client);

/* Does not wait: what nw_client_flush was not called for may not be acked. NULL is fine. */
NW_API void nw_client_close(struct nw_client *client);

#ifdef __cplusplus
}
#endif
#endif
