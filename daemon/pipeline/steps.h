#ifndef NW_PIPELINE_STEPS_H
#define NW_PIPELINE_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#include "rt/mailbox.h"
#include "rt/timing.h"
#include "store/writer.h"

/*
 * Work that takes a table of steps, each on the thread that owns what the step
 * needs. Exactly one thread holds a work at any moment.
 */
enum nw_place { NW_LOOP, NW_POOL, NW_STORE, NW_N_PLACES };

enum nw_verdict {
	NW_NEXT, /* done; go on */
	NW_WAIT, /* someone will call nw_steps_resume() */
};

struct nw_work {
	struct nw_store_job job; /* first, so that a letter to any thread is a work */
	const struct nw_steps *steps;
	size_t at;
	enum nw_place place;
	int64_t posted_ns; /* to where it is; monotonic */
	bool abandoned;    /* the STORE could not keep it: error says why */
	struct nw_error error;
};

/*
 * A step has run, or, in the STORE, write: that is called inside the transaction,
 * possibly again after a rollback, and the work goes on when the commit holds.
 */
struct nw_step {
	const char *name;
	enum nw_place place;
	enum nw_verdict (*run)(struct nw_work *w);
	enum nw_err (*write)(
		struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error);
	/* Its time is kept, where it has a row; of a step of the STORE with the wait for its turn. */
	bool is_timed;
	enum nw_timing timing;
};

struct nw_steps {
	const struct nw_step *step;
	size_t n;
	struct nw_mailbox *box[NW_N_PLACES];
	void (*end)(struct nw_work *w); /* where the last step was; may free the work */
};

/* From the LOOP, to begin; and by whoever receives the letter. */
void nw_steps_begin(struct nw_work *w, const struct nw_steps *steps);
void nw_steps_advance(struct nw_work *w);

/* The step that answered WAIT is over; from the place that waited. */
void nw_steps_resume(struct nw_work *w);

#endif
