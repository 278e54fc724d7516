#ifndef NW_STORE_ERRAND_H
#define NW_STORE_ERRAND_H

#include "store/writer.h"

/*
 * A job that nobody waits for. It lies in an arena of its own, with whatever else it
 * carries, which goes when it has ended; who posted it forgets it.
 *
 *	struct mine {
 *		struct nw_errand errand; (first, so that a job is one)
 *		...
 *	};
 */
struct nw_errand {
	struct nw_store_job job; /* first, so that a letter is one */
	struct nw_arena *arena;
	/* On the STORE thread, before it goes; error: why nothing of it was kept. May be NULL. */
	void (*on_end)(struct nw_errand *errand, const struct nw_error *error);
};

/* So many bytes, all zero but for the errand at their beginning. write: as in nw_store_job. */
void *nw_errand_new(size_t size,
	enum nw_err (*write)(
		struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error),
	void (*on_end)(struct nw_errand *errand, const struct nw_error *error));
void nw_errand_post(struct nw_errand *errand, struct nw_mailbox *store);
void nw_errand_drop(struct nw_errand *errand); /* one that was not posted */

#endif
