#ifndef NW_BUS_ACKS_H
#define NW_BUS_ACKS_H

#include "bus/request.h"
#include "rt/mailbox.h"

/*
 * Cursors on their way to the disk. An ACK is a job for the STORE thread, the only one
 * that writes; its peer is told where the cursor stands once that is durable. Owned by
 * the FOLLOW thread but for nw_acks_close.
 */
struct nw_acks {
	void *router;
	struct nw_mailbox *store; /* NULL: no cursor can be moved, at all or any more */
	pthread_mutex_t lock;     /* of store */
	struct nw_mailbox done;   /* done.wake is readable when something is to be told */
	size_t n;                 /* under way */
};

void nw_acks_init(struct nw_acks *acks, void *router, struct nw_mailbox *store);
/* Nothing may be under way: the writer has stopped. */
void nw_acks_clear(struct nw_acks *acks);

/* Passes it on; NW_E_LIMIT, with a reason to send back, when there are too many. */
enum nw_err nw_acks_take(struct nw_acks *acks, struct nw_str peer, const struct nw_request *request,
	int64_t now_unix_s, struct nw_error *error) NW_MUST;

/* Tells the peers of those that are done. */
void nw_acks_tell(struct nw_acks *acks);

/* From any thread: afterwards nothing is posted to the store any more. */
void nw_acks_close(struct nw_acks *acks);

#endif
