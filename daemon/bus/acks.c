#include "bus/acks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "bus/frames.h"
#include "rt/metrics.h"
#include "store/writer.h"

#define UNDER_WAY_MAX 4096
#define CURSORS_A_PEER 16
#define RETRY_MS 20    /* between two looks at a peer with no room */
#define UNREAD_MS 5000 /* after which it is not told */

struct nw_ack {
	struct nw_store_job job; /* first, so that a letter is one */
	struct nw_ack *next;
	struct nw_acks *acks;
	struct nw_arena *arena; /* of the two names */
	struct nw_str peer, cursor;
	int64_t later, later_s; /* what was asked for meanwhile, and when; -1: nothing */
	bool is_done;           /* back from the STORE */
	int64_t done_ms;        /* since when there is no room for the answer; 0: not tried */

	/* The STORE's while it has the job. */
	int64_t seq, now_s;
	int64_t stands; /* where the cursor is, once that is durable */
	enum nw_err err;
	struct nw_error error;
};

void nw_acks_init(struct nw_acks *acks, void *router, struct nw_mailbox *store)
{
	*acks = (struct nw_acks){.router = router, .store = store};
	pthread_mutex_init(&acks->lock, NULL);
	nw_mailbox_init(&acks->done, NW_MAILBOX_POLLED);
}

static void free_ack(struct nw_ack *ack)
{
	nw_arena_free(ack->arena);
	free(ack);
}

void nw_acks_clear(struct nw_acks *acks)
{
	(void)nw_acks_tell(acks, 0);
	while (acks->first) {
		struct nw_ack *ack = acks->first;

		acks->first = ack->next;
		free_ack(ack);
	}
	nw_mailbox_clear(&acks->done);
	pthread_mutex_destroy(&acks->lock);
}

/* --- on the STORE thread --- */

/*
 * A refusal has changed nothing, and is not the writer's affair: it would take back the
 * whole batch for it.
 */
static enum nw_err write_cursor(
	struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error)
{
	struct nw_ack *ack = (struct nw_ack *)job;

	ack->stands = ack->seq;
	ack->error = (struct nw_error){0};
	ack->err =
		nw_journal_save_cursor(journal, ack->cursor, &ack->stands, ack->now_s, &ack->error);
	if (ack->err != NW_E_SYSTEM)
		return NW_OK;
	*error = ack->error;
	return ack->err;
}

static void on_commit(struct nw_store_job *job)
{
	nw_mailbox_post(&((struct nw_ack *)job)->acks->done, &job->mail);
}

static void on_abandon(struct nw_store_job *job, const struct nw_error *error)
{
	struct nw_ack *ack = (struct nw_ack *)job;

	ack->err = NW_E_SYSTEM;
	ack->error = *error;
	nw_mailbox_post(&ack->acks->done, &job->mail);
}

/* --- on the FOLLOW thread --- */

static bool post(struct nw_acks *acks, struct nw_ack *ack)
{
	bool posted;

	ack->is_done = false;
	pthread_mutex_lock(&acks->lock);
	posted = acks->store != NULL;
	if (posted)
		nw_mailbox_post(acks->store, &ack->job.mail);
	pthread_mutex_unlock(&acks->lock);
	return posted;
}

static struct nw_ack *make_ack(struct nw_acks *acks, struct nw_str peer,
	const struct nw_request *request, int64_t now_unix_s)
{
	struct nw_ack *ack = nw_must_calloc(1, sizeof(*ack));

	ack->job = (struct nw_store_job){
		.write = write_cursor, .on_commit = on_commit, .on_abandon = on_abandon};
	ack->acks = acks;
	ack->arena = nw_arena_new();
	ack->peer = nw_arena_str(ack->arena, peer);
	ack->cursor = nw_arena_str(ack->arena, request->cursor);
	ack->later = -1;
	ack->seq = request->seq;
	ack->now_s = now_unix_s;
	return ack;
}

/* The one that is on its way for the same peer and cursor; *n: the peer's, as far as looked. */
static struct nw_ack *find(
	const struct nw_acks *acks, struct nw_str peer, struct nw_str cursor, size_t *n)
{
	struct nw_ack *ack = acks->first;

	*n = 0;
	for (; ack; ack = ack->next) {
		if (!nw_str_eq(ack->peer, peer))
			continue;
		if (nw_str_eq(ack->cursor, cursor))
			break;
		++*n;
	}
	return ack;
}

enum nw_err nw_acks_take(struct nw_acks *acks, struct nw_str peer, const struct nw_request *request,
	int64_t now_unix_s, struct nw_error *error)
{
	size_t n;
	struct nw_ack *ack = find(acks, peer, request->cursor, &n);

	if (ack) {
		ack->later = request->seq;
		ack->later_s = now_unix_s;
		return NW_OK;
	}
	if (n >= CURSORS_A_PEER || acks->n >= UNDER_WAY_MAX)
		return nw_fail(error, NW_E_LIMIT, "busy: too many cursors on their way");
	ack = make_ack(acks, peer, request, now_unix_s);
	if (!post(acks, ack)) {
		free_ack(ack);
		return nw_fail(error, NW_E_LIMIT, "busy: no cursor can be moved now");
	}
	ack->next = acks->first;
	acks->first = ack;
	acks->n++;
	return NW_OK;
}

struct nw_str nw_acks_called(struct nw_str cursor)
{
	const size_t slash = nw_str_find(cursor, NW_STR("/"));

	return slash < cursor.n ? nw_str_from(cursor, slash + 1) : cursor;
}

static enum nw_sent tell(const struct nw_acks *acks, const struct nw_ack *ack)
{
	const struct nw_str cursor = nw_acks_called(ack->cursor);
	char line[sizeof("ERR ACK : busy: ") + NW_WIRE_NAME_MAX + 32 + sizeof(ack->error.text)];

	if (!ack->err)
		(void)snprintf(
			line, sizeof(line), "ACK %.*s %" PRId64, NW_ARG(cursor), ack->stands);
	else
		(void)snprintf(line, sizeof(line), "ERR ACK %.*s: %s", NW_ARG(cursor),
			ack->err == NW_E_SYSTEM ? "busy: the journal cannot be written"
						: ack->error.text);
	return nw_frames_say(acks->router, ack->peer, nw_str(line));
}

/* True when it is over. One that somebody went on from meanwhile sets out again instead. */
static bool settle(struct nw_acks *acks, struct nw_ack *ack, int64_t now_ms)
{
	if (!ack->is_done)
		return false;
	if (ack->later >= 0 && ack->err != NW_E_SYSTEM) {
		ack->seq = ack->later;
		ack->now_s = ack->later_s;
		ack->later = -1;
		if (post(acks, ack))
			return false;
		ack->is_done = true;
	}
	if (tell(acks, ack) == NW_SENT_FULL) {
		if (!ack->done_ms)
			ack->done_ms = now_ms;
		return now_ms - ack->done_ms > UNREAD_MS;
	}
	return true;
}

static void take_done(struct nw_acks *acks)
{
	struct nw_mail *mail = nw_mailbox_take(&acks->done), *next;

	for (; mail; mail = next) {
		struct nw_ack *ack = (struct nw_ack *)mail;

		next = mail->next;
		ack->is_done = true;
		nw_count(ack->err ? NW_C_REPLAY_REFUSED : NW_C_CURSORS_MOVED, 1);
	}
}

int64_t nw_acks_tell(struct nw_acks *acks, int64_t now_ms)
{
	struct nw_ack **at = &acks->first;
	bool is_full = false;

	take_done(acks);
	while (*at) {
		struct nw_ack *ack = *at;

		if (settle(acks, ack, now_ms)) {
			*at = ack->next;
			free_ack(ack);
			acks->n--;
			continue;
		}
		is_full |= ack->is_done;
		at = &ack->next;
	}
	return is_full ? RETRY_MS : -1;
}

void nw_acks_close(struct nw_acks *acks)
{
	pthread_mutex_lock(&acks->lock);
	acks->store = NULL;
	pthread_mutex_unlock(&acks->lock);
}
