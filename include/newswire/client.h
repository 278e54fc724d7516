#ifndef NEWSWIRE_CLIENT_H
#define NEWSWIRE_CLIENT_H

#include <stdbool.h>

#include <newswire/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Follows a newswired: subscribes, replays what was missed, repairs gaps, and
 * hands over each message once and in order per key. Not for use by two threads
 * at a time. Protocol: newswire-bus(7). A daemon that is stopped is waited for.
 */
struct nw_client;

struct nw_client_options {
	const char *live;   /* the daemon's XPUB endpoint; NULL: tcp://127.0.0.1:7340 */
	const char *replay; /* its ROUTER endpoint; NULL: tcp://127.0.0.1:7341 */
	const char *const
		*keys; /* key prefixes, each with its slash, NULL at the end; NULL: "all/" */
	enum nw_from from;
	int64_t seq, since_s, last;
};

/*
 * NW_E_SYNTAX for a bad key, endpoint or number, NW_E_LIMIT for more than 64 keys.
 * Connecting itself happens, and is retried, later.
 */
NW_API NW_MUST enum nw_err nw_client_open(
	const struct nw_client_options *options, struct nw_client **client, struct nw_error *error);

/*
 * The next message, valid until the next call on the client. Waits timeout_ms at most (-1: for ever; 0: not at all).
 * NW_E_TIMEOUT: none came, or a signal was caught. NW_E_GONE: the journal no longer
 * has, or never had, what was asked for (told once; *message has seq set to the oldest
 * there is, and the next call goes on from it). NW_E_SYSTEM: the daemon refused to
 * replay, for the reason given; the next call tries again.
 */
NW_API NW_MUST enum nw_err nw_client_next(struct nw_client *client, int timeout_ms,
	struct nw_message *message, struct nw_error *error);

/*
 * The seq up to which everything has been handed over: what to ask for next time.
 * -1 until that is known. Following "all/" alone it is the last message's; with more
 * keys it may stay behind for up to a heartbeat (5 s), since only that tells that
 * nothing is missing under any of them.
 */
NW_API int64_t nw_client_seq(const struct nw_client *client);

/* Whether everything published so far has been handed over, as far as is known. */
NW_API bool nw_client_caught_up(const struct nw_client *client);

NW_API void nw_client_close(struct nw_client *client); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
