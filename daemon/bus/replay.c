#include "bus/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "bus/frames.h"
#include "bus/peer.h"
#include "bus/receive.h"
#include "bus/request.h"
#include "rt/loop.h"
#include "rt/metrics.h"

#define REQUESTS_A_TURN 64
#define MESSAGES_A_TURN 512
#define PAGE_RECORDS 256
#define SEEK_COST 128    /* messages that a step of a search counts for */
#define GIVE_WAY_MS 5000 /* without credit, after which a replay's place may be another's */
#define PAGE_BYTES ((size_t)256 << 10)
#define A_CLIENTS_PART 4 /* of all replays */
#define IDLE_MS 60000    /* without a request or a message sent */
#define RETRY_MAX_MS 64  /* between two looks at a peer with no room */
#define FRAMES_MAX 3     /* more than any request has */

struct replay {
	struct replay *next;
	struct nw_arena *arena; /* peer and prefixes */
	struct nw_str peer;
	int fd; /* by CURVE: the connection, and whose it is */
	uint64_t cookie;
	char who[NW_CURVE_TEXT + 1];
	struct nw_request request;
	int64_t gone;    /* the oldest seq there is, still to be told; else 0 */
	int64_t after;   /* where the page after this one begins */
	bool is_seeking; /* the place of a last n is being looked for */
	struct nw_journal_seek seek;
	bool is_under_way; /* a page has been read */
	int64_t touched_ms, retry_at_ms, retry_ms;

	struct nw_arena *page; /* NULL: none is held */
	struct nw_record *records;
	size_t n, record, key; /* the next message: this key of this record */
};

struct nw_replays {
	void *router;
	struct nw_journal_reader *reader;
	struct nw_acks *acks;
	const struct nw_bus_socket *socket; /* by CURVE, as the rights; else NULL */
	const struct nw_rights *rights;
	struct replay *first, **last; /* in the order of their turns */
	size_t n, max;
	struct nw_frames frames;
};

struct nw_replays *nw_replays_new(
	void *router, struct nw_journal_reader *reader, struct nw_acks *acks, size_t max)
{
	struct nw_replays *replays = nw_must_calloc(1, sizeof(*replays));

	replays->router = router;
	replays->reader = reader;
	replays->acks = acks;
	replays->max = max;
	replays->last = &replays->first;
	nw_frames_init(&replays->frames);
	return replays;
}

static void drop_page(struct replay *r)
{
	nw_arena_free(r->page);
	r->page = NULL;
	r->n = r->record = r->key = 0;
}

static void free_replay(struct replay *r)
{
	drop_page(r);
	nw_arena_free(r->arena);
	free(r);
}

void nw_replays_free(struct nw_replays *replays)
{
	if (!replays)
		return;
	while (replays->first) {
		struct replay *r = replays->first;

		replays->first = r->next;
		free_replay(r);
	}
	nw_frames_clear(&replays->frames);
	free(replays);
}

static void put_last(struct nw_replays *replays, struct replay *r)
{
	r->next = NULL;
	*replays->last = r;
	replays->last = &r->next;
	replays->n++;
}

/* Takes a replay out of the list. */
static struct replay *take(struct nw_replays *replays, struct replay **at)
{
	struct replay *r = *at;

	*at = r->next;
	if (replays->last == &r->next)
		replays->last = at;
	replays->n--;
	return r;
}

static struct replay **find_peer(struct nw_replays *replays, struct nw_str peer)
{
	struct replay **at = &replays->first;

	while (*at && !nw_str_eq((*at)->peer, peer))
		at = &(*at)->next;
	return at;
}

/* --- requests --- */

struct asker {
	struct nw_str id; /* as the ROUTER has it */
	struct nw_peer at;
	bool names_itself; /* that id is its own choice */
};

static void refuse(struct nw_replays *replays, struct nw_str peer, const char *why)
{
	char line[320];

	(void)snprintf(line, sizeof(line), "ERR %s", why);
	(void)nw_frames_say(replays->router, peer, nw_str(line));
	nw_count(NW_C_REPLAY_REFUSED, 1);
}

/* Named as what it answers, so that nobody takes it for the end of a replay. */
static void refuse_ack(
	struct nw_replays *replays, struct nw_str peer, struct nw_str cursor, const char *why)
{
	char line[320];

	(void)snprintf(line, sizeof(line), "ACK %.*s: %s", NW_ARG(nw_acks_called(cursor)), why);
	refuse(replays, peer, line);
}

/* A cursor that is kept is where to begin; of one that is not, the rest of the request, or all there is. */
static enum nw_err begin_at_cursor(
	struct nw_replays *replays, struct nw_request *q, int64_t oldest, struct nw_error *error)
{
	int64_t seq;
	const enum nw_err err = nw_journal_cursor(replays->reader, q->cursor, &seq, error);

	if (err || (seq < 0 && q->from != NW_FROM_NOW))
		return err;
	q->from = NW_FROM_SEQ;
	q->seq = seq < 0 ? oldest : seq + 1;
	return NW_OK;
}

/*
 * The place in the journal that a request means, as an `after`; *oldest for what is gone.
 * That of a last n is looked for later, step by step.
 */
static enum nw_err seek(struct nw_replays *replays, struct nw_request *q, int64_t *after,
	int64_t *oldest, struct nw_error *error)
{
	int64_t newest;
	enum nw_err err = nw_journal_bounds(replays->reader, oldest, &newest, error);

	if (!err && q->cursor.n)
		err = begin_at_cursor(replays, q, *oldest, error);
	if (err)
		return err;
	if (q->from == NW_FROM_SINCE)
		return nw_journal_seek_time(replays->reader, q->since_ms, after, error);
	*after = q->seq > 0 ? q->seq - 1 : 0;
	return NW_OK;
}

/* Whether some of what is asked for is, or may be, there no more. Of a last n there may be fewer. */
static bool is_gone(const struct nw_request *q, int64_t after, int64_t oldest)
{
	if (oldest <= 1 || q->from == NW_FROM_LAST)
		return false;
	return q->from == NW_FROM_SINCE ? after < oldest : after < oldest - 1;
}

static struct replay *new_replay(const struct asker *asker, const struct nw_request *q)
{
	struct replay *r = nw_must_calloc(1, sizeof(*r));

	r->arena = nw_arena_new();
	r->peer = nw_arena_str(r->arena, asker->id);
	r->fd = asker->at.fd;
	r->cookie = asker->at.cookie;
	(void)snprintf(r->who, sizeof(r->who), "%s", asker->at.key ? asker->at.key : "");
	r->request = *q;
	for (size_t i = 0; i < q->n_prefixes; i++)
		r->request.prefixes[i] = nw_arena_str(r->arena, q->prefixes[i]);
	return r;
}

static void begin(struct nw_replays *replays, const struct asker *asker, const struct nw_request *q,
	int64_t now_ms)
{
	struct replay *r = new_replay(asker, q);
	struct nw_error error = {0};
	int64_t oldest;

	r->touched_ms = now_ms;
	if (seek(replays, &r->request, &r->after, &oldest, &error)) {
		nw_log_error(NW_LOG_ERROR, "a replay cannot begin", &error);
		refuse(replays, asker->id, "busy: the journal cannot be read");
		free_replay(r);
		return;
	}
	r->request.cursor = (struct nw_str){0}; /* in the message, which goes */
	r->is_seeking = r->request.from == NW_FROM_LAST;
	if (is_gone(&r->request, r->after, oldest)) {
		r->gone = oldest;
		r->after = oldest - 1;
	}
	put_last(replays, r);
	nw_count(NW_C_REPLAY_REQUESTS, 1);
}

/* Credit is a number of messages, not a promise to hold that many: it may be any sum. */
static void add_credit(struct replay *r, int64_t more, int64_t now_ms)
{
	r->request.credit += more;
	if (r->request.credit > NW_REQUEST_CREDIT)
		r->request.credit = NW_REQUEST_CREDIT;
	r->touched_ms = now_ms;
}

/* Of those that wait for credit, the one that has for longest; NULL: none for long. */
static struct replay **find_idle(struct nw_replays *replays, int64_t now_ms)
{
	struct replay **idle = NULL;

	for (struct replay **at = &replays->first; *at; at = &(*at)->next) {
		const struct replay *r = *at;

		if (r->request.credit == 0 && now_ms - r->touched_ms > GIVE_WAY_MS &&
			(!idle || r->touched_ms < (*idle)->touched_ms))
			idle = at;
	}
	return idle;
}

static void make_room(struct nw_replays *replays, int64_t now_ms)
{
	struct replay **idle = replays->n >= replays->max ? find_idle(replays, now_ms) : NULL;
	struct replay *r;

	if (!idle)
		return;
	r = take(replays, idle);
	refuse(replays, r->peer, "busy: others came while no credit did");
	free_replay(r);
}

static size_t count_of(const struct nw_replays *replays, const char *who)
{
	size_t n = 0;

	for (const struct replay *r = replays->first; r; r = r->next)
		n += nw_str_eq(nw_str(r->who), nw_str(who));
	return n;
}

/* One that waits for credit is not looked at otherwise, and its peer may be gone. */
static void drop_gone(struct nw_replays *replays, const char *who)
{
	for (struct replay **at = &replays->first; *at;) {
		const struct replay *r = *at;

		if (nw_str_eq(nw_str(r->who), nw_str(who)) && !nw_peer_is_there(r->fd, r->cookie))
			free_replay(take(replays, at));
		else
			at = &(*at)->next;
	}
}

/* By CURVE, so that one client cannot lock out the others. */
static bool has_share(struct nw_replays *replays, const char *who)
{
	const size_t part = replays->max / A_CLIENTS_PART, max = part ? part : 1;

	if (!replays->rights || count_of(replays, who) < max)
		return true;
	drop_gone(replays, who);
	return count_of(replays, who) < max;
}

static void begin_anew(struct nw_replays *replays, const struct asker *asker,
	const struct nw_request *q, int64_t now_ms)
{
	struct replay **old = find_peer(replays, asker->id);

	if (*old)
		free_replay(take(replays, old));
	if (!has_share(replays, asker->at.key)) {
		refuse(replays, asker->id, "busy: too many replays of this client");
		return;
	}
	make_room(replays, now_ms);
	if (replays->n >= replays->max)
		refuse(replays, asker->id, "busy: too many replays");
	else
		begin(replays, asker, q, now_ms);
}

static void move_cursor(
	struct nw_replays *replays, struct nw_str peer, const struct nw_request *q, int64_t now_ms)
{
	struct replay *r = *find_peer(replays, peer);
	struct nw_error error = {0};

	/* Who is at work on what it was sent has not gone away. */
	if (r)
		r->touched_ms = now_ms;
	if (nw_acks_take(replays->acks, peer, q, nw_unix_ms() / 1000, &error))
		refuse_ack(replays, peer, q->cursor, error.text);
}

/*
 * By CURVE, a name of its own choice for the connection could be taken on by another, who
 * would get the rest of the replay: only those that we give are good, which begin with 0.
 */
static enum nw_err hold_to_rights(const struct nw_replays *replays, const struct asker *asker,
	struct nw_request *request, char cursor[NW_RIGHT_CURSOR], struct nw_error *error)
{
	const struct nw_right *right = nw_rights_find(replays->rights, asker->at.key);

	if (!right || !asker->at.cookie) {
		nw_peer_cut(asker->at.fd, asker->at.cookie);
		return nw_fail(error, NW_E_UNKNOWN, "not allowed: no client any more");
	}
	if (asker->names_itself || !asker->id.n || asker->id.p[0] != '\0')
		return nw_fail(error, NW_E_SYNTAX, "not allowed: a routing id of one's own");
	return nw_right_narrow(right, request, cursor, error);
}

static void answer(struct nw_replays *replays, const struct asker *asker,
	const struct nw_str *frames, size_t n, int64_t now_ms)
{
	const struct nw_str peer = asker->id;
	char cursor[NW_RIGHT_CURSOR];
	struct nw_request request;
	struct nw_error error = {0};
	struct replay *old;
	enum nw_err err;

	err = nw_request_parse(frames, n, &request, &error);
	if (!err && replays->rights)
		err = hold_to_rights(replays, asker, &request, cursor, &error);
	if (err) {
		if (request.asked == NW_ASKED_ACK)
			refuse_ack(replays, peer, NW_STR("?"), error.text);
		else
			refuse(replays, peer, error.text);
		return;
	}
	switch (request.asked) {
	case NW_ASKED_REPLAY:
		begin_anew(replays, asker, &request, now_ms);
		break;
	case NW_ASKED_MORE:
		/* It may well cross our END, and then there is nothing to say. */
		old = *find_peer(replays, peer);
		if (old)
			add_credit(old, request.credit, now_ms);
		break;
	case NW_ASKED_ACK:
		move_cursor(replays, peer, &request, now_ms);
		break;
	}
}

static struct asker asker_of(const struct nw_replays *replays, struct nw_str id, zmq_msg_t *msg)
{
	struct asker asker = {.id = id, .at.fd = -1};
	const char *name;

	if (!replays->rights)
		return asker;
	asker.at = nw_peer_of(replays->socket, msg);
	name = zmq_msg_gets(msg, "Identity");
	asker.names_itself = name && name[0];
	return asker;
}

bool nw_replays_receive(struct nw_replays *replays, int64_t now_ms)
{
	struct nw_received received;
	bool came = true;

	for (int i = 0; came && i < REQUESTS_A_TURN; i++) {
		came = nw_received_take(&received, replays->router, FRAMES_MAX);
		if (came) {
			const struct asker asker = asker_of(
				replays, received.frames[0], &received.msgs[received.n - 1]);

			answer(replays, &asker, received.frames + 1, received.n - 1, now_ms);
		}
		nw_received_clear(&received);
	}
	return came;
}

/* --- answers --- */

enum progress { GO_ON, WAIT, DONE };

static enum progress on_sent(struct replay *r, enum nw_sent sent, int64_t now_ms)
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

static enum progress say_gone(struct nw_replays *replays, struct replay *r, int64_t now_ms)
{
	char line[64];
	enum progress progress;

	(void)snprintf(line, sizeof(line), "GONE %" PRId64, r->gone);
	progress = on_sent(r, nw_frames_say(replays->router, r->peer, nw_str(line)), now_ms);
	if (progress == GO_ON)
		r->gone = 0;
	return progress;
}

static enum progress say_end(struct nw_replays *replays, struct replay *r, int64_t now_ms)
{
	int64_t oldest, newest;
	struct nw_error error = {0};
	char line[64];

	if (nw_journal_bounds(replays->reader, &oldest, &newest, &error)) {
		nw_log_error(NW_LOG_ERROR, "a replay cannot end", &error);
		refuse(replays, r->peer, "busy: the journal cannot be read");
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

/*
 * What was there when it began may be trimmed before its page is read. Of a last n that
 * has not begun there are only fewer.
 */
static void note_gone(struct replay *r, int64_t oldest)
{
	if (oldest - 1 <= r->after || (!r->is_under_way && r->request.from == NW_FROM_LAST))
		return;
	r->gone = oldest;
	r->after = oldest - 1;
}

/* The next page with anything in it; *end where the journal has no more. */
static enum nw_err read_page(struct nw_replays *replays, struct replay *r, int64_t now_ms,
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

	drop_page(r);
	r->page = nw_arena_new();
	err = nw_journal_read(replays->reader, &query, r->page, &r->records, &r->n, &next, error);
	if (err) {
		r->n = 0;
		return err;
	}
	*end = r->n == 0 && next == r->after;
	note_gone(r, nw_journal_page_oldest(replays->reader));
	r->is_under_way = true;
	if (next > r->after)
		r->after = next;
	r->touched_ms = now_ms;
	return NW_OK;
}

static enum nw_err seek_on(struct nw_replays *replays, struct replay *r, int *budget,
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
	struct nw_replays *replays, const struct replay *r, const struct nw_error *error)
{
	nw_log_error(NW_LOG_ERROR, "a replay breaks off", error);
	refuse(replays, r->peer, "busy: the journal cannot be read");
	return DONE;
}

static enum progress send_page(
	struct nw_replays *replays, struct replay *r, int *budget, int64_t now_ms)
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
	struct nw_replays *replays, struct replay *r, int *budget, int64_t now_ms)
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
static int64_t due_in(const struct replay *r, int64_t now_ms)
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
		struct replay *r = take(replays, &replays->first);
		enum progress progress = WAIT;

		if (due_in(r, now_ms) == 0)
			progress = advance(replays, r, &budget, now_ms);
		if (progress == DONE || now_ms - r->touched_ms > IDLE_MS) {
			free_replay(r);
			continue;
		}
		due = sooner(due, due_in(r, now_ms));
		put_last(replays, r);
	}
	return left ? 0 : due;
}

/* --- rights --- */

static bool may_go_on(const struct nw_rights *rights, const struct replay *r)
{
	const struct nw_right *right = nw_rights_find(rights, r->who);
	bool may = right && (r->request.n_prefixes || nw_right_allows(right, NW_STR("")));

	for (size_t i = 0; may && i < r->request.n_prefixes; i++)
		may = nw_right_allows(right, r->request.prefixes[i]);
	return may;
}

void nw_replays_restrict(struct nw_replays *replays, const struct nw_bus_socket *socket,
	const struct nw_rights *rights)
{
	replays->socket = socket;
	replays->rights = rights;
	for (struct replay **at = &replays->first; *at;) {
		struct replay *r = *at;

		if (may_go_on(rights, r)) {
			at = &r->next;
			continue;
		}
		(void)take(replays, at);
		refuse(replays, r->peer, "not allowed: no longer");
		nw_peer_cut(r->fd, r->cookie);
		free_replay(r);
	}
}
