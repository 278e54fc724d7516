#ifndef NW_RT_MAILBOX_H
#define NW_RT_MAILBOX_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Gives objects from any thread to one. What is posted belongs to the reader
 * from that moment; the poster forgets it. Letters arrive in posting order.
 */
struct nw_mail {
	struct nw_mail *next;
};

struct nw_mailbox {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct nw_mail *first, **last;
	size_t n; /* letters that nobody took yet */
	bool closed;
	int wake; /* readable while there is mail; -1 when readers block instead */
};

enum nw_mailbox_kind {
	NW_MAILBOX_POLLED,   /* read in an event loop when wake is readable */
	NW_MAILBOX_BLOCKING, /* read by threads that have nothing else to do */
};

void nw_mailbox_init(struct nw_mailbox *box, enum nw_mailbox_kind kind);
void nw_mailbox_clear(struct nw_mailbox *box);
void nw_mailbox_post(struct nw_mailbox *box, struct nw_mail *mail);

/* How many letters wait; from any thread. */
size_t nw_mailbox_count(struct nw_mailbox *box);

/* Everything that has arrived, oldest first; NULL when empty. Never waits. */
struct nw_mail *nw_mailbox_take(struct nw_mailbox *box);

/* The oldest letter; waits for one. NULL once the box is closed and empty. */
struct nw_mail *nw_mailbox_wait(struct nw_mailbox *box);

/* Everything that has arrived; waits for the first. NULL once closed and empty. */
struct nw_mail *nw_mailbox_wait_all(struct nw_mailbox *box);

/* Readers get what is there and then NULL. Nothing may be posted afterwards. */
void nw_mailbox_close(struct nw_mailbox *box);

#endif
