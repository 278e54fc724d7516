#ifndef NW_STORE_TRIMMER_H
#define NW_STORE_TRIMMER_H

#include "rt/loop.h"
#include "store/reader.h"
#include "store/trim.h"

/*
 * Has the journal trimmed, now and then: a timer on the LOOP, and on the STORE a job a
 * step, the next one only after the last one's commit. Logs what went, once a day at
 * most, and each cursor that was forgotten or that has lost something.
 */
struct nw_trimmer;

/*
 * The rules' now_s is not looked at; the reader (or NULL) is asked for the last record's time, and
 * then no more. The first step is taken at once.
 */
struct nw_trimmer *nw_trimmer_new(struct nw_loop *loop, struct nw_mailbox *store,
	struct nw_journal_reader *reader, const struct nw_trim *rules);
void nw_trimmer_set(struct nw_trimmer *trimmer, const struct nw_trim *rules);
/* Bytes of the database in use, as of the last step, and those in it to be written to again. */
int64_t nw_trimmer_bytes(const struct nw_trimmer *trimmer);
int64_t nw_trimmer_free_bytes(const struct nw_trimmer *trimmer);

/* Has a cursor forgotten, soon; one that its owner moves again is there again. */
void nw_trimmer_forget(struct nw_trimmer *trimmer, struct nw_str cursor);

void nw_trimmer_stop(struct nw_trimmer *trimmer); /* before the writer: no job is posted any more */
void nw_trimmer_free(struct nw_trimmer *trimmer); /* after the writer. NULL is fine, for both */

#endif
