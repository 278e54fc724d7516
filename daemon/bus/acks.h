#ifndef NW_BUS_ACKS_H
#define NW_BUS_ACKS_H

#include "bus/request.h"
#include "rt/mailbox.h"

/*
 * Cursors on their way to the disk. An ACK is a job for the STORE thread, the only one
 * that writes; its peer is told where the cursor stands once that is durable. What a peer
 * says of a cursor while it is on its way follows when it is back: so there is one job
 * and one answer for as many ACKs as come meanwhile, and no flood. Owned by the FOLLOW
 * thread but for nw_acks_close.
 */
struct nw_ack;

struct nw_acks {
	void *router;
	struct nw_mailbox *store; /* NULL: no cursor can be moved, at all or any more */
	pthread_mutex_t lock;     /* of store */
	struct nw_mailbox done;   /* done.wake is readable when something is to be told */
	struct nw_ack *first;     /* on their way, or to be told to a peer with no room */
	size_t n;
};

void nw_acks_init(struct nw_acks *acks, void *router, struct nw_mailbox *store);
/* Nothing may be on its way: the writer has stopped. */
void nw_acks_clear(struct nw_acks *acks);

/* Passes it on; NW_E_LIMIT, with a reason to send back, when there are too many. */
enum nw_err nw_acks_take(struct nw_acks *acks, struct nw_str peer, const struct nw_request *request,
	int64_t now_unix_s, struct nw_error *error) NW_MUST;

/* Tells the peers of those that are done; the ms after which to call again, -1: once woken. */
int64_t nw_acks_tell(struct nw_acks *acks, int64_t now_ms);

/* A cursor as its peer calls it: by CURVE its client's name stands before it (rights.h). */
struct nw_str nw_acks_called(struct nw_str cursor);

/* From any thread: afterwards nothing is posted to the store any more. */
void nw_acks_close(struct nw_acks *acks);

#endif
