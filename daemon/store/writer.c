#include "store/writer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/error.h"
#include "rt/pool.h"
#include "rt/pulse.h"
#include "rt/timing.h"

#define BATCH_MAX 256 /* beyond it a commit costs more in waiting than it saves in syncing */
#define WAIT_FIRST_MS 100
#define WAIT_MOST_MS 5000

struct nw_writer {
	struct nw_writer_options options;
	struct nw_journal *journal;
	struct nw_mailbox box;
	pthread_t thread;
	struct nw_pulse pulse; /* an attempt at a batch */

	pthread_mutex_t lock;
	pthread_cond_t stopped;
	bool is_stopping; /* under lock */

	struct nw_error trouble; /* of the STORE thread: what on_trouble was last told */
	bool in_trouble;
};

/* Jobs that share a commit, in order. */
struct batch {
	struct nw_store_job *jobs[BATCH_MAX];
	size_t n;
};

static void abandon(struct nw_store_job *job, const struct nw_error *error)
{
	if (job->on_abandon)
		job->on_abandon(job, error);
}

static enum nw_err commit(struct nw_journal *journal, struct nw_error *error)
{
	const int64_t began_ns = nw_monotonic_ns();
	const enum nw_err err = nw_journal_commit(journal, error);

	if (!err)
		nw_time_took(NW_T_COMMIT, nw_monotonic_ns() - began_ns);
	return err;
}

/* NW_E_SYSTEM, or the error of the job at *at. */
static enum nw_err write_jobs(
	struct nw_journal *journal, const struct batch *batch, size_t *at, struct nw_error *error)
{
	enum nw_err err = nw_journal_begin(journal, error);

	if (err)
		return NW_E_SYSTEM;
	for (*at = 0; *at < batch->n && !err; ++*at)
		err = batch->jobs[*at]->write(batch->jobs[*at], journal, error);
	if (err)
		--*at;
	else if (commit(journal, error) != NW_OK)
		err = NW_E_SYSTEM;
	if (err)
		nw_journal_rollback(journal);
	return err;
}

static void leave_out(struct batch *batch, size_t at, const struct nw_error *error)
{
	struct nw_store_job *job = batch->jobs[at];

	batch->n--;
	memmove(&batch->jobs[at], &batch->jobs[at + 1],
		(batch->n - at) * sizeof(struct nw_store_job *));
	abandon(job, error);
}

/* One attempt: whoever fails by himself is left out and the others begin again. */
static enum nw_err try_batch(struct nw_writer *writer, struct batch *batch, struct nw_error *error)
{
	enum nw_err err = NW_OK;

	nw_pulse_begin(&writer->pulse);
	while (batch->n) {
		size_t at = 0;

		*error = (struct nw_error){0};
		err = write_jobs(writer->journal, batch, &at, error);
		if (!err || err == NW_E_SYSTEM)
			break;
		leave_out(batch, at, error);
		err = NW_OK;
	}
	nw_pulse_end(&writer->pulse);
	return err;
}

/* Waits, but not past a stop; whether to go on. */
static bool wait_ms(struct nw_writer *writer, int64_t ms)
{
	struct timespec until;
	bool goes_on;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&writer->lock);
	while (!writer->is_stopping &&
		pthread_cond_timedwait(&writer->stopped, &writer->lock, &until) == 0)
		;
	goes_on = !writer->is_stopping;
	pthread_mutex_unlock(&writer->lock);
	return goes_on;
}

static void tell_trouble(struct nw_writer *writer, const struct nw_error *error)
{
	const bool is_news = !writer->in_trouble || strcmp(writer->trouble.text, error->text) != 0;

	writer->in_trouble = true;
	writer->trouble = *error;
	if (is_news && writer->options.on_trouble)
		writer->options.on_trouble(writer->options.arg, error);
}

static void tell_recovery(struct nw_writer *writer)
{
	if (writer->in_trouble && writer->options.on_recovery)
		writer->options.on_recovery(writer->options.arg);
	writer->in_trouble = false;
}

/* Tries until it holds. False: stopped in trouble, and nothing of the batch is kept. */
static bool commit_batch(struct nw_writer *writer, struct batch *batch, struct nw_error *error)
{
	int64_t ms = WAIT_FIRST_MS;
	bool goes_on = true;

	while (try_batch(writer, batch, error) != NW_OK) {
		tell_trouble(writer, error);
		if (!goes_on)
			return false;
		goes_on = wait_ms(writer, ms); /* when asked to stop: one more attempt, the last */
		ms = ms * 2 < WAIT_MOST_MS ? ms * 2 : WAIT_MOST_MS;
	}
	if (batch->n)
		tell_recovery(writer);
	return true;
}

/* Takes the first jobs off the list. */
static struct nw_mail *fill_batch(struct batch *batch, struct nw_mail *mail)
{
	for (batch->n = 0; mail && batch->n < BATCH_MAX; mail = mail->next)
		batch->jobs[batch->n++] = (struct nw_store_job *)(void *)mail;
	return mail;
}

static void end_batch(struct nw_writer *writer, const struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		batch->jobs[i]->on_commit(batch->jobs[i]);
	if (batch->n && writer->options.on_commit)
		writer->options.on_commit(writer->options.arg);
}

static void *run(void *arg)
{
	struct nw_writer *writer = arg;
	struct nw_error error = {0};
	bool is_lost = false; /* stopped in trouble: what is left has no chance either */
	struct nw_mail *mail;

	while ((mail = nw_mailbox_wait_all(&writer->box)))
		while (mail) {
			struct batch batch;

			mail = fill_batch(&batch, mail);
			is_lost = is_lost || !commit_batch(writer, &batch, &error);
			if (!is_lost) {
				end_batch(writer, &batch);
				continue;
			}
			for (size_t i = 0; i < batch.n; i++)
				abandon(batch.jobs[i], &error);
		}
	return NULL;
}

enum nw_err nw_writer_start(
	const struct nw_writer_options *options, struct nw_writer **writer, struct nw_error *error)
{
	struct nw_journal *journal;
	pthread_condattr_t attributes;
	const enum nw_err err = nw_journal_open(options->path, &journal, error);

	*writer = NULL;
	if (err)
		return err;
	*writer = nw_must_calloc(1, sizeof(**writer));
	(*writer)->options = *options;
	(*writer)->options.path = NULL; /* the caller's, and not needed any more */
	(*writer)->journal = journal;
	nw_mailbox_init(&(*writer)->box, NW_MAILBOX_BLOCKING);
	pthread_mutex_init(&(*writer)->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC); /* the time of day may jump */
	pthread_cond_init(&(*writer)->stopped, &attributes);
	pthread_condattr_destroy(&attributes);
	nw_thread_start(&(*writer)->thread, "store", run, *writer);
	return NW_OK;
}

struct nw_mailbox *nw_writer_box(struct nw_writer *writer)
{
	return &writer->box;
}

int64_t nw_writer_busy_ms(const struct nw_writer *writer)
{
	return nw_pulse_busy_ms(&writer->pulse);
}

void nw_writer_stop(struct nw_writer *writer)
{
	pthread_mutex_lock(&writer->lock);
	writer->is_stopping = true;
	pthread_cond_signal(&writer->stopped);
	pthread_mutex_unlock(&writer->lock);
	nw_mailbox_close(&writer->box);
	pthread_join(writer->thread, NULL);
	nw_mailbox_clear(&writer->box);
	nw_journal_close(writer->journal);
	pthread_cond_destroy(&writer->stopped);
	pthread_mutex_destroy(&writer->lock);
	free(writer);
}
