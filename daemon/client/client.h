#ifndef NW_CLIENT_CLIENT_H
#define NW_CLIENT_CLIENT_H

#include "article/wire.h"
#include "base/buf.h"
#include "base/curve.h"
#include "client/cursor.h"
#include "client/link.h"
#include "client/message.h"
#include "client/position.h"
#include "client/watch.h"

/*
 * A client is in one of two states. Following, it reads the SUB. Replaying, it
 * leaves what is live in the SUB's queue and reads a DEALER made for this one
 * replay, so that nothing of an earlier one can be in it. What is lost from a
 * queue that ran over meanwhile is one more gap, and is filled as any other.
 */
struct nw_client {
	void *context, *sub;
	struct nw_link link; /* of the replay that is under way */
	unsigned n_links;    /* so far */
	bool replaying;      /* or wants to */
	bool caught_up, beaten;
	struct nw_position position;
	struct nw_parts parts;
	struct nw_buf request;
	struct nw_arena *arena; /* of the endpoint and the prefixes */
	const char *replay;     /* the endpoint */
	bool has_curve;
	char server_key[NW_CURVE_TEXT + 1];
	char public_key[NW_CURVE_TEXT + 1], secret_key[NW_CURVE_TEXT + 1];
	struct nw_str prefixes[NW_WIRE_KEYS_MAX];
	size_t n_prefixes;

	struct nw_client_cursor cursor;
	struct nw_watch watch;
	bool is_watched; /* by the caller */

	/* Where to begin while position.base is not known, and no cursor is kept that tells. */
	enum nw_from from;
	int64_t seq, since_s, last;

	/* Monotonic ms: when the replay last moved, and when to ask (again). */
	int64_t moved_ms, ask_at_ms;
	int64_t unpaid; /* messages since credit was last given */
};

/* What one look at a socket came to. */
enum nw_took {
	NW_TOOK_NOTHING, /* nothing was there */
	NW_TOOK_OTHER,   /* something that is not for the caller: look again */
	NW_TOOK_MESSAGE,
	NW_TOOK_GONE,
	NW_TOOK_REFUSAL,
};

/* A socket with our options; NULL, with the reason, when there can be no more. */
void *nw_client_socket(const struct nw_client *client, int type, struct nw_error *error);
/* False, with the reason, when the endpoint is none. */
bool nw_client_connect(void *socket, const char *endpoint, struct nw_error *error);

/* The next step of a replay: asks for it if that is due, takes a message if one is there. */
enum nw_took nw_client_take_replayed(struct nw_client *client, int64_t now_ms,
	struct nw_message *message, struct nw_error *error);
/* When to call the above again though no message came, in monotonic ms. */
int64_t nw_client_replay_due(const struct nw_client *client);

#endif
