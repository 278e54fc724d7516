#ifndef NW_BUS_REPLAYS_H
#define NW_BUS_REPLAYS_H

#include "bus/frames.h"
#include "bus/replay.h"
#include "bus/request.h"

/*
 * Private to bus/replay.c, which takes in what peers ask for, and bus/replay_send.c, which
 * sends what they are owed. Both work on one list, in the order of turns.
 */
struct nw_replay {
	struct nw_replay *next;
	struct nw_arena *arena; /* peer and prefixes */
	struct nw_str peer;
	int fd; /* by CURVE: the connection, and whose it is */
	uint64_t cookie;
	char who[NW_CURVE_TEXT + 1];
	struct nw_request request;
	int64_t gone;    /* from where on there is something, still to be told; else 0 */
	int64_t trimmed; /* up to where it was told that some is gone */
	int64_t after;   /* where the page after this one begins */
	bool is_seeking; /* the place of a last n is being looked for */
	struct nw_journal_seek seek;
	bool is_under_way; /* a page has been read */
	int64_t touched_ms, retry_at_ms, retry_ms;

	struct nw_arena *page; /* NULL: none is held */
	struct nw_record *records;
	size_t n, record, key; /* the next message: this key of this record */
};

struct nw_replays {
	void *router;
	struct nw_journal_reader *reader;
	struct nw_acks *acks;
	const struct nw_bus_socket *socket; /* by CURVE, as the rights; else NULL */
	const struct nw_rights *rights;
	struct nw_replay *first, **last; /* in the order of their turns */
	size_t n, max;
	struct nw_frames frames;
};

void nw_replays_put_last(struct nw_replays *replays, struct nw_replay *r);
/* Takes a replay out of the list: the caller's. */
struct nw_replay *nw_replays_take(struct nw_replays *replays, struct nw_replay **at);
void nw_replay_drop_page(struct nw_replay *r);
void nw_replay_free(struct nw_replay *r);
/*
 * Some of what follows its place is there no more: told once, and again when more is. What
 * follows may begin at once all the same, since not everything is kept equally long.
 */
void nw_replay_note_gone(struct nw_replay *r, int64_t trimmed, int64_t oldest);

/* ERR, with the reason; counted. */
void nw_replays_refuse(struct nw_replays *replays, struct nw_str peer, const char *why);

#endif
