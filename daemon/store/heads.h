#ifndef NW_STORE_HEADS_H
#define NW_STORE_HEADS_H

#include "store/keep.h"
#include "store/writing.h"

/*
 * Private to store/: which record is to be trimmed next. Records that are kept for the same
 * length of time go in their order, and for each such length the first that is left is known,
 * its head. It is looked for from the last one on: each record is looked at once for
 * every length that is shorter than its age.
 */
struct nw_heads_ask {
	const struct nw_keeps *keeps;
	int64_t now_s;
	int64_t held; /* what follows this seq goes only if is_far_past */
	bool is_past; /* the journal is too large: something goes, due or not */
	bool is_far_past;
	int looks; /* records that may still be looked at; counted down */
};

/*
 * *seq of the next, 0 for none; then, where looks is 0, there may be one all the same.
 * Whatever is older than it is kept goes; when the journal is too large also what has
 * used up the largest part of its time, and what is kept for ever last.
 */
enum nw_err nw_heads_next(struct nw_journal *journal, struct nw_heads_ask *ask, int64_t *seq,
	struct nw_error *error) NW_MUST;

/* That one has been removed. */
void nw_heads_pass(struct nw_journal *journal, int64_t seq);

#endif
