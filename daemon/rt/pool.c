#include "rt/pool.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "rt/pulse.h"

struct worker {
	struct nw_pool *pool;
	struct nw_pulse pulse;
	pthread_t thread;
};

struct nw_pool {
	struct nw_mailbox box;
	void (*run)(void *arg, struct nw_mail *mail);
	void *arg;
	unsigned n;
	struct worker workers[];
};

/* What a fault of our own raises stays open, so that a handler can still report it. */
static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};

void nw_thread_start(pthread_t *thread, const char *name, void *(*run)(void *arg), void *arg)
{
	char cut[16]; /* the most that Linux keeps */
	sigset_t block, before;
	int err;

	sigfillset(&block);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigdelset(&block, faults[i]);
	pthread_sigmask(SIG_SETMASK, &block, &before);
	err = pthread_create(thread, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err) {
		nw_log(NW_LOG_ERROR, "no thread can be started", NW_KV("thread", nw_str(name)),
			NW_KV("error", nw_str(strerrordesc_np(err))));
		abort();
	}
	memset(cut, 0, sizeof(cut));
	memcpy(cut, name, strnlen(name, sizeof(cut) - 1));
	pthread_setname_np(*thread, cut);
}

static void *work(void *arg)
{
	struct worker *worker = arg;
	struct nw_pool *pool = worker->pool;
	struct nw_mail *mail;

	/* While there is memory: jemalloc gives a thread its arena with the first, and crashes where it cannot. */
	free(nw_must_calloc(1, 1));
	while ((mail = nw_mailbox_wait(&pool->box))) {
		nw_pulse_begin(&worker->pulse);
		pool->run(pool->arg, mail);
		nw_pulse_end(&worker->pulse);
	}
	return NULL;
}

struct nw_pool *nw_pool_start(unsigned n, void (*run)(void *arg, struct nw_mail *mail), void *arg)
{
	struct nw_pool *pool = nw_must_calloc(1, sizeof(*pool) + n * sizeof(pool->workers[0]));

	pool->run = run;
	pool->arg = arg;
	pool->n = n;
	nw_mailbox_init(&pool->box, NW_MAILBOX_BLOCKING);
	for (unsigned i = 0; i < n; i++) {
		pool->workers[i].pool = pool;
		nw_thread_start(&pool->workers[i].thread, "nw-pool", work, &pool->workers[i]);
	}
	return pool;
}

struct nw_mailbox *nw_pool_box(struct nw_pool *pool)
{
	return &pool->box;
}

int64_t nw_pool_busy_ms(const struct nw_pool *pool)
{
	int64_t most = 0;

	for (unsigned i = 0; i < pool->n; i++) {
		const int64_t ms = nw_pulse_busy_ms(&pool->workers[i].pulse);

		most = ms > most ? ms : most;
	}
	return most;
}

void nw_pool_stop(struct nw_pool *pool)
{
	nw_mailbox_close(&pool->box);
	for (unsigned i = 0; i < pool->n; i++)
		pthread_join(pool->workers[i].thread, NULL);
	nw_mailbox_clear(&pool->box);
	free(pool);
}
