#ifndef NW_STORE_WRITER_H
#define NW_STORE_WRITER_H

#include "rt/mailbox.h"
#include "store/journal.h"

/*
 * The STORE thread: takes whatever jobs have arrived, runs them inside one
 * transaction, commits, and only then lets each know. So many articles cost one
 * fsync, and nothing is announced before it is durable.
 */
struct nw_store_job {
	struct nw_mail mail; /* first, so that a letter is a job */
	/* On the STORE thread, inside the transaction. */
	enum nw_err (*write)(struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error);
	/* On the STORE thread, after the commit that holds it: the job belongs to the callee again. */
	void (*on_commit)(struct nw_store_job *job);
};

struct nw_writer;

struct nw_writer_options {
	const char *path;                      /* of the database */
	void (*on_commit)(void *arg);          /* after each commit, on the STORE thread: wakes those who follow */
	void (*on_trouble)(void *arg, const struct nw_error *error); /* a commit failed; it is tried again until it holds */
	void (*on_recovery)(void *arg);        /* the first commit that held after trouble */
	void *arg;
};

enum nw_err nw_writer_start(const struct nw_writer_options *options, struct nw_writer **writer,
	struct nw_error *error) NW_MUST;
struct nw_mailbox *nw_writer_box(struct nw_writer *writer); /* where jobs are posted */
void nw_writer_stop(struct nw_writer *writer); /* writes what is there, then joins and frees */

#endif
