#ifndef NW_RT_LOOP_H
#define NW_RT_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "rt/mailbox.h"

/*
 * The event loop: libevent's base and what the daemon needs of it. All calls
 * from the loop's own thread but nw_loop_stop and nw_mailbox_post.
 */
struct event_base;
struct nw_loop;
struct nw_timer;

struct nw_loop *nw_loop_new(void); /* the process ignores SIGPIPE from here on */
void nw_loop_free(struct nw_loop *loop);
struct event_base *nw_loop_base(struct nw_loop *loop);
int nw_loop_run(struct nw_loop *loop); /* until nw_loop_stop; 0, or -1 when it could not */
void nw_loop_stop(struct nw_loop *loop);

/* Time that only goes forward, and the time of day; both read once per turn of the loop. */
int64_t nw_loop_monotonic_ms(struct nw_loop *loop);
int64_t nw_loop_unix_ms(struct nw_loop *loop);
int64_t nw_unix_ms(void); /* the time of day right now, on any thread */

/* One-shot; may be set again, from its own callback too. Freed by nw_timer_free. */
struct nw_timer *nw_timer_new(struct nw_loop *loop, void (*on_time)(void *arg), void *arg);
void nw_timer_free(struct nw_timer *timer);
void nw_timer_set(struct nw_timer *timer, int64_t after_ms);
void nw_timer_stop(struct nw_timer *timer);

/* A signal, as an event of the loop; blocked in this thread from here on. Lives as long as the loop. */
void nw_loop_on_signal(struct nw_loop *loop, int number, void (*on_signal)(void *arg), void *arg);

/* Calls on_mail with each letter of a polled mailbox, in order. Lives as long as the loop. */
void nw_loop_on_mail(struct nw_loop *loop, struct nw_mailbox *box,
	void (*on_mail)(void *arg, struct nw_mail *mail), void *arg);

#endif
