#include "store/trimmer.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "rt/metrics.h"
#include "store/belief.h"
#include "store/errand.h"

#define EVERY_MS 30000
#define DAY_MS INT64_C(86400000)

struct nw_trimmer {
	struct nw_store_job job; /* first, so that a letter is one */
	struct nw_loop *loop;
	struct nw_mailbox *store; /* NULL: stopped */
	struct nw_mailbox mail;   /* the job, when its step is over */
	struct nw_timer *timer;
	struct nw_trim rules;
	struct nw_belief belief;
	struct nw_trim asked; /* the STORE's while the job is there, with: */
	struct nw_trimmed trimmed;
	bool failed;

	bool is_busy; /* the job is with the STORE */
	int64_t bytes, free_bytes;
	int64_t records;    /* since they were logged */
	int64_t told_ms;    /* monotonic; 0: never */
	int64_t overrun_ms; /* when a cursor's loss was told; of which: */
	char overrun[NW_TRIM_NAME];
};

/* --- on the STORE thread --- */

static enum nw_err trim(
	struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error)
{
	struct nw_trimmer *t = (struct nw_trimmer *)job;

	return nw_journal_trim(journal, &t->asked, &t->trimmed, error);
}

static void on_commit(struct nw_store_job *job)
{
	nw_mailbox_post(&((struct nw_trimmer *)job)->mail, &job->mail);
}

static void on_abandon(struct nw_store_job *job, const struct nw_error *error)
{
	struct nw_trimmer *t = (struct nw_trimmer *)job;

	(void)error; /* told as the journal's trouble */
	t->failed = true;
	nw_mailbox_post(&t->mail, &job->mail);
}

/* --- on the LOOP --- */

static void take_step(void *arg)
{
	struct nw_trimmer *t = arg;

	if (t->is_busy || !t->store)
		return;
	t->asked = t->rules;
	t->asked.now_s = nw_belief_now(
		&t->belief, nw_loop_unix_ms(t->loop) / 1000, nw_loop_monotonic_ms(t->loop));
	t->failed = false;
	t->is_busy = true;
	nw_mailbox_post(t->store, &t->job.mail);
}

static bool is_day_over(const struct nw_trimmer *t, int64_t since_ms)
{
	return since_ms == 0 || nw_loop_monotonic_ms(t->loop) - since_ms >= DAY_MS;
}

static void tell_cursors(struct nw_trimmer *t)
{
	const struct nw_trimmed *trimmed = &t->trimmed;

	if (trimmed->forgotten[0])
		nw_log(NW_LOG_NOTICE, "cursor forgotten: nobody moved it for cursor-keep",
			NW_KV("cursor", nw_str(trimmed->forgotten)));
	if (!trimmed->overrun[0] ||
		(strcmp(trimmed->overrun, t->overrun) == 0 && !is_day_over(t, t->overrun_ms)))
		return;
	nw_log(NW_LOG_WARNING,
		"messages trimmed that a cursor has not passed: the journal is at twice keep-size",
		NW_KV("cursor", nw_str(trimmed->overrun)), NW_KVI("oldest", trimmed->oldest));
	memcpy(t->overrun, trimmed->overrun, sizeof(t->overrun));
	t->overrun_ms = nw_loop_monotonic_ms(t->loop);
}

static void tell_records(struct nw_trimmer *t)
{
	if (!t->records || t->trimmed.more || !is_day_over(t, t->told_ms))
		return;
	nw_log(NW_LOG_NOTICE, "journal trimmed", NW_KVI("messages", t->records),
		NW_KVI("oldest", t->trimmed.oldest), NW_KVI("bytes", t->trimmed.bytes));
	t->records = 0;
	t->told_ms = nw_loop_monotonic_ms(t->loop);
}

static void on_mail(void *arg, struct nw_mail *mail)
{
	struct nw_trimmer *t = arg;

	(void)mail;
	t->is_busy = false;
	if (!t->failed) {
		t->bytes = t->trimmed.bytes;
		t->free_bytes = t->trimmed.free_bytes;
		t->records += t->trimmed.records;
		nw_count(NW_C_TRIMMED, (uint64_t)t->trimmed.records);
		tell_cursors(t);
		tell_records(t);
	}
	nw_timer_set(t->timer, t->trimmed.more && !t->failed ? 0 : EVERY_MS);
}

/* What was written last was written at a time that was believed; by a new one all may be old. */
static void believe_journal(struct nw_trimmer *t, struct nw_journal_reader *reader)
{
	struct nw_journal_query query = {.limit = 1, .no_text = true};
	struct nw_arena *arena = nw_arena_new();
	struct nw_record *record;
	int64_t oldest, next;
	size_t n = 0;

	/* Where it cannot be read nothing is trimmed either, or the STORE says what is wrong. */
	if (nw_journal_bounds(reader, &oldest, &query.after, NULL) == NW_OK && query.after-- > 0 &&
		nw_journal_read(reader, &query, arena, &record, &n, &next, NULL) == NW_OK && n == 1)
		(void)nw_belief_now(
			&t->belief, record->unix_ms / 1000, nw_loop_monotonic_ms(t->loop));
	nw_arena_free(arena);
}

struct nw_trimmer *nw_trimmer_new(struct nw_loop *loop, struct nw_mailbox *store,
	struct nw_journal_reader *reader, const struct nw_trim *rules)
{
	struct nw_trimmer *t = nw_must_calloc(1, sizeof(*t));

	t->job = (struct nw_store_job){
		.write = trim, .on_commit = on_commit, .on_abandon = on_abandon};
	t->loop = loop;
	t->store = store;
	t->rules = *rules;
	if (reader)
		believe_journal(t, reader);
	nw_mailbox_init(&t->mail, NW_MAILBOX_POLLED);
	nw_loop_on_mail(loop, &t->mail, on_mail, t);
	t->timer = nw_timer_new(loop, take_step, t);
	nw_timer_set(t->timer, 0);
	return t;
}

void nw_trimmer_set(struct nw_trimmer *t, const struct nw_trim *rules)
{
	t->rules = *rules;
	nw_timer_set(t->timer, 0);
}

int64_t nw_trimmer_bytes(const struct nw_trimmer *t)
{
	return t->bytes;
}

int64_t nw_trimmer_free_bytes(const struct nw_trimmer *t)
{
	return t->free_bytes;
}

void nw_trimmer_stop(struct nw_trimmer *t)
{
	if (!t)
		return;
	t->store = NULL;
	nw_timer_stop(t->timer);
}

void nw_trimmer_free(struct nw_trimmer *t)
{
	if (!t)
		return;
	nw_timer_free(t->timer);
	nw_mailbox_clear(&t->mail);
	free(t);
}

/* --- a cursor that somebody wants gone --- */

struct unwanted {
	struct nw_errand errand; /* first, so that a job is one */
	struct nw_str cursor;
};

static enum nw_err forget(
	struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error)
{
	return nw_journal_forget_cursor(journal, ((struct unwanted *)job)->cursor, error);
}

static void on_forgotten(struct nw_errand *errand, const struct nw_error *error)
{
	const struct nw_str cursor = ((struct unwanted *)errand)->cursor;

	if (error)
		nw_log(NW_LOG_WARNING, "cursor not forgotten", NW_KV("cursor", cursor),
			NW_KV("why", nw_str(error->text)));
	else
		nw_log(NW_LOG_NOTICE, "cursor forgotten: somebody asked for it",
			NW_KV("cursor", cursor));
}

void nw_trimmer_forget(struct nw_trimmer *t, struct nw_str cursor)
{
	struct unwanted *u;

	if (!t->store)
		return;
	u = nw_errand_new(sizeof(*u), forget, on_forgotten);
	u->cursor = nw_arena_str(u->errand.arena, cursor);
	nw_errand_post(&u->errand, t->store);
}
