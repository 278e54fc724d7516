#ifndef NW_STORE_WRITER_H
#define NW_STORE_WRITER_H

#include "rt/mailbox.h"
#include "store/journal.h"

/*
 * The STORE thread: takes whatever jobs have arrived, runs them inside one
 * transaction, commits, and only then lets each know. So many articles cost one
 * fsync, and nothing is announced before it is durable. Jobs are written, and
 * on_commit is called, in the order in which they were posted.
 *
 * Trouble with the database (a full disk, an I/O error) loses nothing: the batch is
 * rolled back and tried again, from the first job on, until it holds. So write must
 * bear being called again. A job ends exactly once: in on_commit, or in on_abandon.
 */
struct nw_store_job {
	struct nw_mail mail; /* first, so that a letter is a job */
	/*
	 * On the STORE thread, inside the transaction, perhaps several times. NW_E_SYSTEM is
	 * the database's trouble; any other error is the job's own, and ends this job alone.
	 */
	enum nw_err (*write)(
		struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error);
	/* On the STORE thread, after the commit that holds it: the job belongs to the callee again. */
	void (*on_commit)(struct nw_store_job *job);
	/*
	 * On the STORE thread, instead of on_commit: nothing of the job was kept, because write
	 * failed by itself or because the writer was stopped while the database was in trouble.
	 * The job belongs to the callee again. NULL: the job is dropped as it is.
	 */
	void (*on_abandon)(struct nw_store_job *job, const struct nw_error *error);
};

struct nw_writer;

struct nw_writer_options {
	const char *path; /* of the database */
	/* On the STORE thread, each may be NULL. After each commit: wakes those who follow. */
	void (*on_commit)(void *arg);
	/* A commit failed and is tried again until it holds; called once for each new reason. */
	void (*on_trouble)(void *arg, const struct nw_error *error);
	void (*on_recovery)(void *arg); /* the first commit that held after trouble */
	void *arg;
};

enum nw_err nw_writer_start(const struct nw_writer_options *options, struct nw_writer **writer,
	struct nw_error *error) NW_MUST;
struct nw_mailbox *nw_writer_box(struct nw_writer *writer); /* where jobs are posted */
/* How long it has been at one attempt to write a batch; from any thread. Between two that fail it is at none. */
int64_t nw_writer_busy_ms(const struct nw_writer *writer);
/* Writes what is there, then joins and frees; does not wait for trouble to end. Nothing may be posted any more. */
void nw_writer_stop(struct nw_writer *writer);

#endif
