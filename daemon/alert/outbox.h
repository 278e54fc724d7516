#ifndef NW_ALERT_OUTBOX_H
#define NW_ALERT_OUTBOX_H

#include "alert/channel.h"

/*
 * Which letter goes out next. Of one channel one is under way at a time, until what came of it
 * is written down: so a crash repeats one letter a channel at most. Those of one incident leave a
 * channel in the order in which they were posted, each when the one before has ended; while one
 * waits for its next try those of other incidents go, and no channel waits for another. What
 * fails is tried again after 10 s * 2^n, an hour at most, the half of it by chance; when the
 * peer names a time its channel is left alone until then, for a day at most. What cannot go
 * better, or has not within 72 h of when it was due, is dead; but for a daemon that was off for so long, or a clock that was set, it is
 * tried NW_OUTBOX_TRIES_LEAST times first. Where the clock is set back, nothing is waited for.
 *
 * It has no clock, no disk and no network: time is a parameter (Unix s), and the rest are
 * calls to its user. A letter that was delivered is let go only when that is written down
 * (nw_outbox_noted); after a crash before that it goes out again with its key.
 */
#define NW_OUTBOX_GIVEN_UP_S ((int64_t)72 * 3600)
#define NW_OUTBOX_TRIES_LEAST 6 /* since the start: some minutes */
#define NW_OUTBOX_BACKOFF_S 10
#define NW_OUTBOX_BACKOFF_MOST_S 3600
#define NW_OUTBOX_ASKED_MOST_S 86400

struct nw_outbox;
struct nw_outbox_letter; /* one that is under way */

struct nw_outbox_user {
	/* Deliver it: answered by nw_outbox_delivered, once, now or later. */
	void (*deliver)(void *arg, struct nw_outbox_letter *letter);
	/*
	 * Write down what came of it: row has n, channel, state, due_s, next_s, tries, error and
	 * ended_s, and its strings live until this returns. Answered by nw_outbox_noted, once, later.
	 */
	void (*note)(void *arg, struct nw_outbox_letter *letter, const struct nw_letter_row *row);
	void *arg;
};

struct nw_outbox *nw_outbox_new(const struct nw_outbox_user *user, uint64_t seed);
void nw_outbox_free(struct nw_outbox *outbox); /* nothing is answered any more; NULL is fine */

/* A letter that waits; of it n, incident, channel, due_s, next_s and tries are kept. In order of n. */
void nw_outbox_add(struct nw_outbox *outbox, const struct nw_letter_row *row);
bool nw_outbox_has(const struct nw_outbox *outbox, const struct nw_letter_row *row);
/* Starts what may start. */
void nw_outbox_run(struct nw_outbox *outbox, int64_t now_s);
/* When something may start; INT64_MAX: not before something is added, delivered or noted. */
int64_t nw_outbox_next(const struct nw_outbox *outbox);

void nw_outbox_delivered(struct nw_outbox *outbox, struct nw_outbox_letter *letter,
	const struct nw_delivered *delivered, int64_t now_s);
void nw_outbox_noted(struct nw_outbox *outbox, struct nw_outbox_letter *letter);

/* A channel's letters are due at once, whatever was to be waited for. False: none waits there. */
bool nw_outbox_hasten(struct nw_outbox *outbox, struct nw_str channel, int64_t now_s);

int64_t nw_outbox_number(const struct nw_outbox_letter *letter); /* its n */
struct nw_str nw_outbox_channel(const struct nw_outbox_letter *letter);

/* One row a channel that ever had a letter, for those who look. */
struct nw_outbox_view {
	struct nw_str channel;
	size_t waiting; /* the one under way among them */
	bool is_under_way;
	int64_t left_alone_until_s; /* as the peer asked; 0: not */
};
void nw_outbox_each(const struct nw_outbox *outbox,
	void (*on_channel)(void *arg, const struct nw_outbox_view *view), void *arg);
size_t nw_outbox_waiting(const struct nw_outbox *outbox); /* letters in all, under way or not */

#endif
