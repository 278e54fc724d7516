#include "bus/acks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "bus/frames.h"
#include "rt/metrics.h"
#include "store/writer.h"

#define UNDER_WAY_MAX 4096

struct ack {
	struct nw_store_job job; /* first, so that a letter is one */
	struct nw_acks *acks;
	struct nw_arena *arena; /* of the two names */
	struct nw_str peer, cursor;
	int64_t seq, now_s;
	int64_t stands; /* where the cursor is, once that is durable */
	struct nw_error error;
	bool kept;
};

void nw_acks_init(struct nw_acks *acks, void *router, struct nw_mailbox *store)
{
	*acks = (struct nw_acks){.router = router, .store = store};
	pthread_mutex_init(&acks->lock, NULL);
	nw_mailbox_init(&acks->done, NW_MAILBOX_POLLED);
}

void nw_acks_clear(struct nw_acks *acks)
{
	nw_acks_tell(acks);
	nw_mailbox_clear(&acks->done);
	pthread_mutex_destroy(&acks->lock);
}

/* --- on the STORE thread --- */

static enum nw_err write_cursor(
	struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error)
{
	struct ack *ack = (struct ack *)job;

	ack->stands = ack->seq;
	return nw_journal_save_cursor(journal, ack->cursor, &ack->stands, ack->now_s, error);
}

static void on_commit(struct nw_store_job *job)
{
	struct ack *ack = (struct ack *)job;

	ack->kept = true;
	nw_mailbox_post(&ack->acks->done, &job->mail);
}

static void on_abandon(struct nw_store_job *job, const struct nw_error *error)
{
	struct ack *ack = (struct ack *)job;

	ack->error = *error;
	nw_mailbox_post(&ack->acks->done, &job->mail);
}

/* --- on the FOLLOW thread --- */

static struct ack *make_ack(struct nw_acks *acks, struct nw_str peer,
	const struct nw_request *request, int64_t now_unix_s)
{
	struct ack *ack = nw_must_calloc(1, sizeof(*ack));

	ack->job = (struct nw_store_job){
		.write = write_cursor, .on_commit = on_commit, .on_abandon = on_abandon};
	ack->acks = acks;
	ack->arena = nw_arena_new();
	ack->peer = nw_arena_str(ack->arena, peer);
	ack->cursor = nw_arena_str(ack->arena, request->cursor);
	ack->seq = request->seq;
	ack->now_s = now_unix_s;
	return ack;
}

static void free_ack(struct ack *ack)
{
	nw_arena_free(ack->arena);
	free(ack);
}

enum nw_err nw_acks_take(struct nw_acks *acks, struct nw_str peer, const struct nw_request *request,
	int64_t now_unix_s, struct nw_error *error)
{
	enum nw_err err = NW_OK;

	if (acks->n >= UNDER_WAY_MAX)
		return nw_fail(error, NW_E_LIMIT, "busy: too many ACKs");
	pthread_mutex_lock(&acks->lock);
	if (acks->store) {
		acks->n++;
		nw_mailbox_post(acks->store, &make_ack(acks, peer, request, now_unix_s)->job.mail);
	} else {
		err = nw_fail(error, NW_E_LIMIT, "busy: no cursor can be moved now");
	}
	pthread_mutex_unlock(&acks->lock);
	return err;
}

static void tell(const struct nw_acks *acks, const struct ack *ack)
{
	char line[sizeof("ACK ") + NW_REQUEST_CURSOR + 32 + sizeof(ack->error.text)];

	if (ack->kept)
		(void)snprintf(
			line, sizeof(line), "ACK %.*s %" PRId64, NW_ARG(ack->cursor), ack->stands);
	else
		(void)snprintf(line, sizeof(line), "ERR ACK %.*s: %s", NW_ARG(ack->cursor),
			ack->error.text);
	(void)nw_frames_say(acks->router, ack->peer, nw_str(line));
	nw_count(ack->kept ? NW_C_CURSORS_MOVED : NW_C_REPLAY_REFUSED, 1);
}

void nw_acks_tell(struct nw_acks *acks)
{
	struct nw_mail *mail = nw_mailbox_take(&acks->done), *next;

	for (; mail; mail = next) {
		struct ack *ack = (struct ack *)mail;

		next = mail->next;
		tell(acks, ack);
		free_ack(ack);
		acks->n--;
	}
}

void nw_acks_close(struct nw_acks *acks)
{
	pthread_mutex_lock(&acks->lock);
	acks->store = NULL;
	pthread_mutex_unlock(&acks->lock);
}
