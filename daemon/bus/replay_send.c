#include <inttypes.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "bus/peer.h"
#include "bus/replays.h"
#include "rt/metrics.h"

#define MESSAGES_A_TURN 512
#define PAGE_RECORDS 256
#define SEEK_COST 128 /* messages that a step of a search counts for */
#define PAGE_BYTES ((size_t)256 << 10)
#define IDLE_MS 60000   /* without a request or a message sent */
#define RETRY_MAX_MS 64 /* between two looks at a peer with no room */

enum progress { GO_ON, WAIT, DONE };

static enum progress on_sent(struct nw_replay *r, enum nw_sent sent, int64_t now_ms)
{
	if (sent == NW_SENT_LOST)
		return DONE;
	if (sent == NW_SENT_FULL) {
		r->retry_ms = r->retry_ms ? r->retry_ms * 2 : 1;
		if (r->retry_ms > RETRY_MAX_MS)
			r->retry_ms = RETRY_MAX_MS;
		r->retry_at_ms = now_ms + r->retry_ms;
		return WAIT;
	}
	r->retry_ms = 0;
	r->touched_ms = now_ms;
	return GO_ON;
}

static enum progress say_gone(struct nw_replays *replays, struct nw_replay *r, int64_t now_ms)
{
	char line[64];
	enum progress progress;

	(void)snprintf(line, sizeof(line), "GONE %" PRId64, r->gone);
	progress = on_sent(r, nw_frames_say(replays->router, r->peer, nw_str(line)), now_ms);
	if (progress == GO_ON)
		r->gone = 0;
	return progress;
}

static enum progress say_end(struct nw_replays *replays, struct nw_replay *r, int64_t now_ms)
{
	int64_t oldest, newest;
	struct nw_error error = {0};
	char line[64];

	if (nw_journal_bounds(replays->reader, &oldest, &newest, &error)) {
		nw_log_error(NW_LOG_ERROR, "a replay cannot end", &error);
		nw_replays_refuse(replays, r->peer, "busy: the journal cannot be read");
		return DONE;
	}
	/* Asked for what is yet to come, the end is what there is. */
	if (newest > r->after)
		newest = r->after;
	(void)snprintf(line, sizeof(line), "END %" PRId64 " %" PRId64, newest, oldest);
	return on_sent(r, nw_frames_say(replays->router, r->peer, nw_str(line)), now_ms) == WAIT
		? WAIT
		: DONE;
}

void nw_replay_note_gone(struct nw_replay *r, int64_t trimmed, int64_t oldest)
{
	const int64_t first = oldest > r->after ? oldest : r->after + 1;

	if (trimmed <= r->trimmed)
		return;
	r->trimmed = trimmed;
	r->gone = first;
	r->after = first - 1;
}

/*
 * What was there when it began may be trimmed before its page is read. Of a last n that
 * has not begun there are only fewer.
 */
static void note_trimmed(struct nw_replay *r, int64_t trimmed, int64_t oldest)
{
	if (!r->is_under_way && r->request.from == NW_FROM_LAST)
		r->trimmed = trimmed;
	else if (trimmed > r->after)
		nw_replay_note_gone(r, trimmed, oldest);
}

/* The next page with anything in it; *end where the journal has no more. */
static enum nw_err read_page(struct nw_replays *replays, struct nw_replay *r, int64_t now_ms,
	bool *end, struct nw_error *error)
{
	const struct nw_journal_query query = {
		.after = r->after,
		.prefixes = r->request.prefixes,
		.n_prefixes = r->request.n_prefixes,
		.limit = PAGE_RECORDS,
		.bytes = PAGE_BYTES,
		.no_text = r->request.no_text,
	};
	int64_t next;
	enum nw_err err;

	nw_replay_drop_page(r);
	r->page = nw_arena_new();
	err = nw_journal_read(replays->reader, &query, r->page, &r->records, &r->n, &next, error);
	if (err) {
		r->n = 0;
		return err;
	}
	*end = r->n == 0 && next == r->after;
	note_trimmed(r, nw_journal_page_trimmed(replays->reader),
		nw_journal_page_oldest(replays->reader));
	r->is_under_way = true;
	if (next > r->after)
		r->after = next;
	r->touched_ms = now_ms;
	return NW_OK;
}

static enum nw_err seek_on(struct nw_replays *replays, struct nw_replay *r, int *budget,
	int64_t now_ms, struct nw_error *error)
{
	const struct nw_journal_query query = {.prefixes = r->request.prefixes,
		.n_prefixes = r->request.n_prefixes,
		.limit = (size_t)r->request.last};
	const enum nw_err err = nw_journal_seek_step(replays->reader, &query, &r->seek, error);

	*budget -= SEEK_COST;
	r->is_seeking = !r->seek.is_done;
	r->after = r->seek.after;
	r->touched_ms = now_ms;
	return err;
}

static enum progress break_off(
	struct nw_replays *replays, const struct nw_replay *r, const struct nw_error *error)
{
	nw_log_error(NW_LOG_ERROR, "a replay breaks off", error);
	nw_replays_refuse(replays, r->peer, "busy: the journal cannot be read");
	return DONE;
}

static enum progress send_page(
	struct nw_replays *replays, struct nw_replay *r, int *budget, int64_t now_ms)
{
	enum progress progress = GO_ON;
	bool filled = false;

	while (r->record < r->n && progress == GO_ON) {
		const struct nw_record *record = &r->records[r->record];

		if (r->key == record->n_keys) {
			r->record++;
			r->key = 0;
			filled = false;
			continue;
		}
		if (r->request.credit == 0 || *budget <= 0)
			return WAIT;
		if (!filled)
			nw_frames_fill(&replays->frames, record);
		filled = true;
		progress = on_sent(r,
			nw_frames_answer(&replays->frames, replays->router, r->peer, record,
				&record->keys[r->key]),
			now_ms);
		if (progress == GO_ON) {
			r->key++;
			r->request.credit--;
			(*budget)--;
			nw_count(NW_C_REPLAYED, 1);
		}
	}
	return progress;
}

/* What is left of a page, and another if that was all. */
static enum progress advance(
	struct nw_replays *replays, struct nw_replay *r, int *budget, int64_t now_ms)
{
	enum progress progress = GO_ON;
	struct nw_error error = {0};
	bool end = false;

	if (replays->rights && !nw_peer_is_there(r->fd, r->cookie))
		return DONE;
	if (r->is_seeking)
		return seek_on(replays, r, budget, now_ms, &error) ? break_off(replays, r, &error)
								   : WAIT;
	if (r->gone)
		progress = say_gone(replays, r, now_ms);
	if (progress == GO_ON)
		progress = send_page(replays, r, budget, now_ms);
	if (progress != GO_ON)
		return progress;
	if (read_page(replays, r, now_ms, &end, &error))
		return break_off(replays, r, &error);
	progress = r->gone ? say_gone(replays, r, now_ms) : GO_ON;
	if (progress != GO_ON)
		return progress;
	if (end)
		return say_end(replays, r, now_ms);
	(*budget)--; /* a page with nothing in it costs something too */
	return send_page(replays, r, budget, now_ms);
}

/* Ms until there is something to do for it; -1: only its peer can tell. */
static int64_t due_in(const struct nw_replay *r, int64_t now_ms)
{
	if (r->retry_ms && r->retry_at_ms > now_ms)
		return r->retry_at_ms - now_ms;
	return r->request.credit == 0 && r->record < r->n ? -1 : 0;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

int64_t nw_replays_run(struct nw_replays *replays, int64_t now_ms)
{
	int budget = MESSAGES_A_TURN;
	int64_t due = -1;

	size_t left = replays->n;

	/* Who had no turn because others used it up stays in front for the next. */
	for (; left && budget > 0; left--) {
		struct nw_replay *r = nw_replays_take(replays, &replays->first);
		enum progress progress = WAIT;

		if (due_in(r, now_ms) == 0)
			progress = advance(replays, r, &budget, now_ms);
		if (progress == DONE || now_ms - r->touched_ms > IDLE_MS) {
			nw_replay_free(r);
			continue;
		}
		due = sooner(due, due_in(r, now_ms));
		nw_replays_put_last(replays, r);
	}
	return left ? 0 : due;
}
