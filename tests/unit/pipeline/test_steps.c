#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pipeline/steps.h"
#include "rt/pool.h"

#define N_WORK 20000
#define N_POOL 4

struct article {
	struct nw_work work;
	unsigned trace; /* no lock, no atomic: only the holder may touch it */
};

static struct nw_mailbox loop_box, store_box;
static size_t ended, wrong;

static enum nw_verdict mark(struct nw_work *w)
{
	struct article *a = (struct article *)w;

	a->trace = a->trace * 10 + (unsigned)w->at + 1;
	return NW_NEXT;
}

static enum nw_err append(
	struct nw_store_job *job, struct nw_journal *journal, struct nw_error *error)
{
	(void)journal;
	(void)error;
	(void)mark((struct nw_work *)job);
	return NW_OK;
}

static enum nw_verdict finish(struct nw_work *w)
{
	ended++;
	wrong += ((struct article *)w)->trace != 12345;
	return NW_NEXT;
}

static void end(struct nw_work *w)
{
	(void)w;
}

static const struct nw_step step[] = {
	{.name = "fetch", .place = NW_LOOP, .run = mark},
	{.name = "clean", .place = NW_POOL, .run = mark},
	{.name = "tag", .place = NW_POOL, .run = mark},
	{.name = "story", .place = NW_LOOP, .run = mark},
	{.name = "append", .place = NW_STORE, .write = append},
	{.name = "finish", .place = NW_LOOP, .run = finish},
};

static void advance(void *arg, struct nw_mail *mail)
{
	(void)arg;
	nw_steps_advance((struct nw_work *)mail);
}

/* Stands in for the writer: takes a batch, writes each, lets the whole batch go on at once. */
static void *write_batches(void *arg)
{
	struct nw_mail *batch, *next;

	(void)arg;
	while ((batch = nw_mailbox_wait_all(&store_box))) {
		for (struct nw_mail *m = batch; m; m = m->next)
			(void)((struct nw_store_job *)m)
				->write((struct nw_store_job *)m, NULL, NULL);
		for (struct nw_mail *m = batch; m; m = next) {
			next = m->next;
			((struct nw_store_job *)m)->on_commit((struct nw_store_job *)m);
		}
	}
	return NULL;
}

static void every_article_takes_every_step_in_order(void **state)
{
	struct article *all = calloc(N_WORK, sizeof(*all));
	struct nw_pool *pool = nw_pool_start(N_POOL, advance, NULL);
	struct nw_steps steps = {.step = step, .n = sizeof(step) / sizeof(step[0]), .end = end};
	pthread_t store;

	(void)state;
	nw_mailbox_init(&loop_box, NW_MAILBOX_BLOCKING);
	nw_mailbox_init(&store_box, NW_MAILBOX_BLOCKING);
	steps.box[NW_LOOP] = &loop_box;
	steps.box[NW_POOL] = nw_pool_box(pool);
	steps.box[NW_STORE] = &store_box;
	nw_thread_start(&store, "store", write_batches, NULL);

	for (size_t i = 0; i < N_WORK; i++)
		nw_steps_begin(&all[i].work, &steps);
	while (ended < N_WORK)
		advance(NULL, nw_mailbox_wait(&loop_box));

	nw_pool_stop(pool);
	nw_mailbox_close(&store_box);
	pthread_join(store, NULL);
	nw_mailbox_clear(&loop_box);
	nw_mailbox_clear(&store_box);
	assert_int_equal(ended, N_WORK);
	assert_int_equal(wrong, 0);
	free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_article_takes_every_step_in_order),
	};

	return cmocka_run_group_tests_name("pipeline/steps", tests, NULL, NULL);
}
