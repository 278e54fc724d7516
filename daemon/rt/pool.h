#ifndef NW_RT_POOL_H
#define NW_RT_POOL_H

#include <stdint.h>

#include "rt/mailbox.h"

/* Threads that run whatever letters arrive; they own nothing. */
struct nw_pool;

/* Each letter is handed to run on one of n threads, all signals blocked there. */
struct nw_pool *nw_pool_start(unsigned n, void (*run)(void *arg, struct nw_mail *mail), void *arg);
struct nw_mailbox *nw_pool_box(struct nw_pool *pool);
/* The longest that any of its threads has been at one letter; from any thread. */
int64_t nw_pool_busy_ms(const struct nw_pool *pool);
void nw_pool_stop(struct nw_pool *pool); /* runs what is there, then joins and frees */

/* Starts a thread with a name and all signals blocked; ends the process when it cannot. */
void nw_thread_start(pthread_t *thread, const char *name, void *(*run)(void *arg), void *arg);

#endif
