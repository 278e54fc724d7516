#include "alert/outbox.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"

#define CLOCK_BACK_S 60 /* by less the time of day is set back all the time */

TAILQ_HEAD(letter_list, nw_outbox_letter);

/* The letters of one incident on one channel, in order; the first is the one that may go. */
struct queue {
	char *incident;
	struct letter_list letters;
};

struct nw_outbox_letter {
	TAILQ_ENTRY(nw_outbox_letter) entry;
	struct queue *queue;
	struct channel *channel;
	int64_t n, due_s, next_s, tries;
	unsigned tries_here; /* since it was added */
	bool has_ended;      /* sent or dead, and being noted */
};

struct channel {
	char *name;
	struct nw_map queues; /* by incident; none is empty */
	/* A heap: the first letters of the queues, but for the one under way; by next_s, then n. */
	struct nw_outbox_letter **heads;
	size_t n_heads, cap;
	size_t waiting;
	bool is_busy; /* a letter is under way, or what came of it not written down */
	int64_t not_before_s;
	struct channel *next;
};

struct nw_outbox {
	struct nw_outbox_user user;
	struct channel *channels;
	int64_t now_s; /* as it was last heard */
	uint64_t dice;
};

/* --- the heap --- */

static bool is_before(const struct nw_outbox_letter *a, const struct nw_outbox_letter *b)
{
	return a->next_s != b->next_s ? a->next_s < b->next_s : a->n < b->n;
}

static void push_head(struct channel *c, struct nw_outbox_letter *letter)
{
	size_t at = c->n_heads++;

	if (c->n_heads > c->cap) {
		c->cap = c->cap ? c->cap * 2 : 16;
		c->heads = nw_must_realloc(
			(void *)c->heads, c->cap * sizeof(struct nw_outbox_letter *));
	}
	for (; at && is_before(letter, c->heads[(at - 1) / 2]); at = (at - 1) / 2)
		c->heads[at] = c->heads[(at - 1) / 2];
	c->heads[at] = letter;
}

static void sink(struct channel *c, size_t at)
{
	struct nw_outbox_letter *letter = c->heads[at];

	for (size_t child; (child = 2 * at + 1) < c->n_heads; at = child) {
		if (child + 1 < c->n_heads && is_before(c->heads[child + 1], c->heads[child]))
			child++;
		if (!is_before(c->heads[child], letter))
			break;
		c->heads[at] = c->heads[child];
	}
	c->heads[at] = letter;
}

static struct nw_outbox_letter *pop_head(struct channel *c)
{
	struct nw_outbox_letter *first = c->heads[0];

	c->heads[0] = c->heads[--c->n_heads];
	if (c->n_heads)
		sink(c, 0);
	return first;
}

/* --- channels and queues --- */

static struct channel *find_channel(const struct nw_outbox *outbox, struct nw_str name)
{
	struct channel *c = outbox->channels;

	while (c && !nw_str_eq(nw_str(c->name), name))
		c = c->next;
	return c;
}

static struct channel *need_channel(struct nw_outbox *outbox, struct nw_str name)
{
	struct channel *c = find_channel(outbox, name);

	if (c)
		return c;
	c = nw_must_calloc(1, sizeof(*c));
	c->name = nw_must_strdup(name);
	c->next = outbox->channels;
	outbox->channels = c;
	return c;
}

static struct queue *need_queue(struct channel *c, struct nw_str incident)
{
	struct queue *q = nw_map_get(&c->queues, incident);

	if (q)
		return q;
	q = nw_must_calloc(1, sizeof(*q));
	q->incident = nw_must_strdup(incident);
	TAILQ_INIT(&q->letters);
	(void)nw_map_put(&c->queues, (struct nw_str){q->incident, incident.n}, q);
	return q;
}

void nw_outbox_add(struct nw_outbox *outbox, const struct nw_letter_row *row)
{
	struct channel *c = need_channel(outbox, row->channel);
	struct queue *q = need_queue(c, row->incident);
	struct nw_outbox_letter *letter = nw_must_calloc(1, sizeof(*letter));

	letter->queue = q;
	letter->channel = c;
	letter->n = row->n;
	letter->due_s = row->due_s;
	letter->next_s = row->next_s;
	letter->tries = row->tries;
	if (TAILQ_EMPTY(&q->letters))
		push_head(c, letter);
	TAILQ_INSERT_TAIL(&q->letters, letter, entry);
	c->waiting++;
}

bool nw_outbox_has(const struct nw_outbox *outbox, const struct nw_letter_row *row)
{
	const struct channel *c = find_channel(outbox, row->channel);
	const struct queue *q = c ? nw_map_get(&c->queues, row->incident) : NULL;
	const struct nw_outbox_letter *letter = q ? TAILQ_FIRST(&q->letters) : NULL;

	while (letter && letter->n != row->n)
		letter = TAILQ_NEXT(letter, entry);
	return letter != NULL;
}

/* --- starting --- */

static int64_t next_of(const struct channel *c)
{
	int64_t next_s = INT64_MAX;

	if (c->n_heads && !c->is_busy)
		next_s = c->heads[0]->next_s;
	return next_s > c->not_before_s ? next_s : c->not_before_s;
}

static void hasten(struct channel *c, int64_t now_s)
{
	c->not_before_s = 0;
	for (size_t i = 0; i < c->n_heads; i++)
		if (c->heads[i]->next_s > now_s)
			c->heads[i]->next_s = now_s;
	for (size_t i = c->n_heads / 2; i-- > 0;)
		sink(c, i);
}

/* What was to be waited for by a clock that was set back nobody knows, and so it is not waited for. */
static void follow_clock(struct nw_outbox *outbox, int64_t now_s)
{
	const bool is_back = outbox->now_s - now_s > CLOCK_BACK_S;

	outbox->now_s = now_s;
	for (struct channel *c = outbox->channels; c; c = c->next)
		if (is_back || (c->n_heads && c->heads[0]->next_s - now_s > NW_OUTBOX_ASKED_MOST_S))
			hasten(c, now_s);
}

void nw_outbox_run(struct nw_outbox *outbox, int64_t now_s)
{
	follow_clock(outbox, now_s);
	for (struct channel *c = outbox->channels; c; c = c->next) {
		if (next_of(c) <= now_s) {
			c->is_busy = true;
			outbox->user.deliver(outbox->user.arg, pop_head(c));
		}
	}
}

int64_t nw_outbox_next(const struct nw_outbox *outbox)
{
	int64_t least = INT64_MAX;

	for (const struct channel *c = outbox->channels; c; c = c->next) {
		const int64_t next_s = next_of(c);

		least = next_s < least ? next_s : least;
	}
	return least;
}

/* --- what came of it --- */

/* xorshift64*: good enough to keep letters from coming back all at once. */
static int64_t roll(struct nw_outbox *outbox, int64_t below)
{
	outbox->dice ^= outbox->dice >> 12;
	outbox->dice ^= outbox->dice << 25;
	outbox->dice ^= outbox->dice >> 27;
	return (int64_t)((outbox->dice * 0x2545f4914f6cdd1dULL) >> 33) % below;
}

static int64_t backoff(struct nw_outbox *outbox, int64_t tries)
{
	int64_t s = NW_OUTBOX_BACKOFF_S;

	for (int64_t i = 1; i < tries && s < NW_OUTBOX_BACKOFF_MOST_S; i++)
		s *= 2;
	s = s < NW_OUTBOX_BACKOFF_MOST_S ? s : NW_OUTBOX_BACKOFF_MOST_S;
	return s / 2 + roll(outbox, s / 2 + 1);
}

/* When it is tried again. Who asks for a time means all that would come to him. */
static int64_t next_try(
	struct nw_outbox *outbox, struct nw_outbox_letter *letter, int64_t asked_s, int64_t now_s)
{
	const int64_t most = NW_OUTBOX_ASKED_MOST_S;

	if (asked_s <= 0)
		return now_s + backoff(outbox, letter->tries);
	asked_s = asked_s < most ? asked_s : most;
	letter->channel->not_before_s = now_s + asked_s;
	return now_s + asked_s;
}

void nw_outbox_delivered(struct nw_outbox *outbox, struct nw_outbox_letter *letter,
	const struct nw_delivered *delivered, int64_t now_s)
{
	struct nw_letter_row row = {
		.n = letter->n, .due_s = letter->due_s, .channel = nw_str(letter->channel->name)};

	letter->tries++;
	letter->tries_here++;
	if (delivered->state == NW_DELIVERED)
		row.state = NW_LETTER_SENT;
	else if (delivered->state == NW_DELIVER_NEVER ||
		(now_s - letter->due_s >= NW_OUTBOX_GIVEN_UP_S &&
			letter->tries_here >= NW_OUTBOX_TRIES_LEAST))
		row.state = NW_LETTER_DEAD;
	else
		letter->next_s = next_try(outbox, letter, delivered->retry_after_s, now_s);
	letter->has_ended = row.state != NW_LETTER_WAITING;
	row.next_s = letter->next_s;
	row.tries = letter->tries;
	row.error = delivered->reason;
	row.ended_s = letter->has_ended ? now_s : 0;
	outbox->user.note(outbox->user.arg, letter, &row);
}

static void end_letter(struct nw_outbox_letter *letter)
{
	struct channel *c = letter->channel;
	struct queue *q = letter->queue;

	TAILQ_REMOVE(&q->letters, letter, entry);
	c->waiting--;
	free(letter);
	if (!TAILQ_EMPTY(&q->letters)) {
		push_head(c, TAILQ_FIRST(&q->letters));
		return;
	}
	(void)nw_map_remove(&c->queues, nw_str(q->incident));
	free(q->incident);
	free(q);
}

void nw_outbox_noted(struct nw_outbox *outbox, struct nw_outbox_letter *letter)
{
	(void)outbox;
	letter->channel->is_busy = false;
	if (letter->has_ended)
		end_letter(letter);
	else
		push_head(letter->channel, letter);
}

bool nw_outbox_hasten(struct nw_outbox *outbox, struct nw_str channel, int64_t now_s)
{
	struct channel *c = find_channel(outbox, channel);

	if (!c || !c->waiting)
		return false;
	hasten(c, now_s);
	return true;
}

/* --- looking --- */

int64_t nw_outbox_number(const struct nw_outbox_letter *letter)
{
	return letter->n;
}

struct nw_str nw_outbox_channel(const struct nw_outbox_letter *letter)
{
	return nw_str(letter->channel->name);
}

void nw_outbox_each(const struct nw_outbox *outbox,
	void (*on_channel)(void *arg, const struct nw_outbox_view *view), void *arg)
{
	for (const struct channel *c = outbox->channels; c; c = c->next) {
		const struct nw_outbox_view view = {.channel = nw_str(c->name),
			.waiting = c->waiting,
			.is_under_way = c->is_busy,
			.left_alone_until_s = c->not_before_s};

		on_channel(arg, &view);
	}
}

size_t nw_outbox_waiting(const struct nw_outbox *outbox)
{
	size_t n = 0;

	for (const struct channel *c = outbox->channels; c; c = c->next)
		n += c->waiting;
	return n;
}

/* --- life --- */

struct nw_outbox *nw_outbox_new(const struct nw_outbox_user *user, uint64_t seed)
{
	struct nw_outbox *outbox = nw_must_calloc(1, sizeof(*outbox));

	outbox->user = *user;
	outbox->dice = seed ? seed : 1;
	return outbox;
}

static void free_queue(struct queue *q)
{
	struct nw_outbox_letter *letter;

	while ((letter = TAILQ_FIRST(&q->letters))) {
		TAILQ_REMOVE(&q->letters, letter, entry);
		free(letter);
	}
	free(q->incident);
	free(q);
}

void nw_outbox_free(struct nw_outbox *outbox)
{
	if (!outbox)
		return;
	while (outbox->channels) {
		struct channel *c = outbox->channels;

		outbox->channels = c->next;
		nw_map_each (&c->queues, slot)
			free_queue(slot->value);
		nw_map_clear(&c->queues);
		free((void *)c->heads);
		free(c->name);
		free(c);
	}
	free(outbox);
}
