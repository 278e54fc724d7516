#include "bus/replay.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "bus/peer.h"
#include "bus/receive.h"
#include "bus/replays.h"
#include "rt/loop.h"
#include "rt/metrics.h"

#define REQUESTS_A_TURN 64
#define GIVE_WAY_MS 5000 /* without credit, after which a replay's place may be another's */
#define A_CLIENTS_PART 4 /* of all replays */
#define FRAMES_MAX 3     /* more than any request has */

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

void nw_replay_drop_page(struct nw_replay *r)
{
	nw_arena_free(r->page);
	r->page = NULL;
	r->n = r->record = r->key = 0;
}

void nw_replay_free(struct nw_replay *r)
{
	nw_replay_drop_page(r);
	nw_arena_free(r->arena);
	free(r);
}

void nw_replays_free(struct nw_replays *replays)
{
	if (!replays)
		return;
	while (replays->first) {
		struct nw_replay *r = replays->first;

		replays->first = r->next;
		nw_replay_free(r);
	}
	nw_frames_clear(&replays->frames);
	free(replays);
}

void nw_replays_put_last(struct nw_replays *replays, struct nw_replay *r)
{
	r->next = NULL;
	*replays->last = r;
	replays->last = &r->next;
	replays->n++;
}

struct nw_replay *nw_replays_take(struct nw_replays *replays, struct nw_replay **at)
{
	struct nw_replay *r = *at;

	*at = r->next;
	if (replays->last == &r->next)
		replays->last = at;
	replays->n--;
	return r;
}

static struct nw_replay **find_peer(struct nw_replays *replays, struct nw_str peer)
{
	struct nw_replay **at = &replays->first;

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

void nw_replays_refuse(struct nw_replays *replays, struct nw_str peer, const char *why)
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
	nw_replays_refuse(replays, peer, line);
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

/* The place in the journal that a request means, as an `after`. That of a last n is looked for later, step by step. */
static enum nw_err seek(
	struct nw_replays *replays, struct nw_request *q, int64_t *after, struct nw_error *error)
{
	int64_t oldest, newest;
	enum nw_err err = nw_journal_bounds(replays->reader, &oldest, &newest, error);

	if (!err && q->cursor.n)
		err = begin_at_cursor(replays, q, oldest, error);
	if (err)
		return err;
	if (q->from == NW_FROM_SINCE)
		return nw_journal_seek_time(replays->reader, q->since_ms, after, error);
	*after = q->seq > 0 ? q->seq - 1 : 0;
	return NW_OK;
}

/* At its beginning. Of a last n there may be fewer; of a time the record before it may have been of it. */
static enum nw_err look_for_gone(
	struct nw_replays *replays, struct nw_replay *r, struct nw_error *error)
{
	const struct nw_request *q = &r->request;
	const struct nw_journal_query query = {
		.after = r->after, .prefixes = q->prefixes, .n_prefixes = q->n_prefixes};
	int64_t trimmed, oldest;
	enum nw_err err;

	if (q->from == NW_FROM_LAST)
		return NW_OK;
	err = nw_journal_trimmed(replays->reader, &query, &trimmed, &oldest, error);
	if (trimmed > r->after || (q->from == NW_FROM_SINCE && trimmed == r->after))
		nw_replay_note_gone(r, trimmed, oldest);
	return err;
}

static struct nw_replay *new_replay(const struct asker *asker, const struct nw_request *q)
{
	struct nw_replay *r = nw_must_calloc(1, sizeof(*r));

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
	struct nw_replay *r = new_replay(asker, q);
	struct nw_error error = {0};

	r->touched_ms = now_ms;
	if (seek(replays, &r->request, &r->after, &error) || look_for_gone(replays, r, &error)) {
		nw_log_error(NW_LOG_ERROR, "a replay cannot begin", &error);
		nw_replays_refuse(replays, asker->id, "busy: the journal cannot be read");
		nw_replay_free(r);
		return;
	}
	r->request.cursor = (struct nw_str){0}; /* in the message, which goes */
	r->is_seeking = r->request.from == NW_FROM_LAST;
	nw_replays_put_last(replays, r);
	nw_count(NW_C_REPLAY_REQUESTS, 1);
}

/* Credit is a number of messages, not a promise to hold that many: it may be any sum. */
static void add_credit(struct nw_replay *r, int64_t more, int64_t now_ms)
{
	r->request.credit += more;
	if (r->request.credit > NW_REQUEST_CREDIT)
		r->request.credit = NW_REQUEST_CREDIT;
	r->touched_ms = now_ms;
}

/* Of those that wait for credit, the one that has for longest; NULL: none for long. */
static struct nw_replay **find_idle(struct nw_replays *replays, int64_t now_ms)
{
	struct nw_replay **idle = NULL;

	for (struct nw_replay **at = &replays->first; *at; at = &(*at)->next) {
		const struct nw_replay *r = *at;

		if (r->request.credit == 0 && now_ms - r->touched_ms > GIVE_WAY_MS &&
			(!idle || r->touched_ms < (*idle)->touched_ms))
			idle = at;
	}
	return idle;
}

static void make_room(struct nw_replays *replays, int64_t now_ms)
{
	struct nw_replay **idle = replays->n >= replays->max ? find_idle(replays, now_ms) : NULL;
	struct nw_replay *r;

	if (!idle)
		return;
	r = nw_replays_take(replays, idle);
	nw_replays_refuse(replays, r->peer, "busy: others came while no credit did");
	nw_replay_free(r);
}

static size_t count_of(const struct nw_replays *replays, const char *who)
{
	size_t n = 0;

	for (const struct nw_replay *r = replays->first; r; r = r->next)
		n += nw_str_eq(nw_str(r->who), nw_str(who));
	return n;
}

/* One that waits for credit is not looked at otherwise, and its peer may be gone. */
static void drop_gone(struct nw_replays *replays, const char *who)
{
	for (struct nw_replay **at = &replays->first; *at;) {
		const struct nw_replay *r = *at;

		if (nw_str_eq(nw_str(r->who), nw_str(who)) && !nw_peer_is_there(r->fd, r->cookie))
			nw_replay_free(nw_replays_take(replays, at));
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
	struct nw_replay **old = find_peer(replays, asker->id);

	if (*old)
		nw_replay_free(nw_replays_take(replays, old));
	if (!has_share(replays, asker->at.key)) {
		nw_replays_refuse(replays, asker->id, "busy: too many replays of this client");
		return;
	}
	make_room(replays, now_ms);
	if (replays->n >= replays->max)
		nw_replays_refuse(replays, asker->id, "busy: too many replays");
	else
		begin(replays, asker, q, now_ms);
}

static void move_cursor(
	struct nw_replays *replays, struct nw_str peer, const struct nw_request *q, int64_t now_ms)
{
	struct nw_replay *r = *find_peer(replays, peer);
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
	struct nw_replay *old;
	enum nw_err err;

	err = nw_request_parse(frames, n, &request, &error);
	if (!err && replays->rights)
		err = hold_to_rights(replays, asker, &request, cursor, &error);
	if (err) {
		if (request.asked == NW_ASKED_ACK)
			refuse_ack(replays, peer, NW_STR("?"), error.text);
		else
			nw_replays_refuse(replays, peer, error.text);
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

/* --- rights --- */

static bool may_go_on(const struct nw_rights *rights, const struct nw_replay *r)
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
	for (struct nw_replay **at = &replays->first; *at;) {
		struct nw_replay *r = *at;

		if (may_go_on(rights, r)) {
			at = &r->next;
			continue;
		}
		(void)nw_replays_take(replays, at);
		nw_replays_refuse(replays, r->peer, "not allowed: no longer");
		nw_peer_cut(r->fd, r->cookie);
		nw_replay_free(r);
	}
}
