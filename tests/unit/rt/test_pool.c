#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "rt/metrics.h"
#include "rt/notify.h"
#include "rt/pool.h"

struct seen {
	atomic_int letters, open_signals;
};

static void count_letter(void *arg, struct nw_mail *mail)
{
	struct seen *seen = arg;
	sigset_t blocked;

	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	if (!sigismember(&blocked, SIGTERM) || !sigismember(&blocked, SIGHUP))
		atomic_fetch_add(&seen->open_signals, 1);
	atomic_fetch_add(&seen->letters, 1);
	nw_count(NW_C_ARTICLES, 2);
	free(mail);
}

static void stopping_runs_what_is_there_first(void **state)
{
	struct seen seen = {0};
	struct nw_pool *pool = nw_pool_start(4, count_letter, &seen);
	const uint64_t before = nw_counter_value(NW_C_ARTICLES);

	(void)state;
	for (int i = 0; i < 10000; i++)
		nw_mailbox_post(nw_pool_box(pool), calloc(1, sizeof(struct nw_mail)));
	nw_pool_stop(pool);
	assert_int_equal(atomic_load(&seen.letters), 10000);
	assert_int_equal(atomic_load(&seen.open_signals), 0);
	assert_int_equal(nw_counter_value(NW_C_ARTICLES) - before, 20000);
}

static void *wait_for_mail(void *arg)
{
	return nw_mailbox_wait(arg);
}

static void long_thread_name_is_cut(void **state)
{
	struct nw_mailbox box;
	pthread_t thread;
	char name[16];

	(void)state;
	nw_mailbox_init(&box, NW_MAILBOX_BLOCKING);
	nw_thread_start(&thread, "a-name-longer-than-linux-keeps", wait_for_mail, &box);
	assert_int_equal(pthread_getname_np(thread, name, sizeof(name)), 0);
	assert_string_equal(name, "a-name-longer-t");
	nw_mailbox_close(&box);
	pthread_join(thread, NULL);
	nw_mailbox_clear(&box);
}

static void every_counter_has_a_name_and_a_sentence(void **state)
{
	(void)state;
	for (int i = 0; i < NW_N_COUNTERS; i++) {
		assert_non_null(nw_counter_rows[i].name);
		assert_true(nw_counter_rows[i].help[strlen(nw_counter_rows[i].help) - 1] == '.');
	}
}

static void without_a_service_manager_nothing_happens(void **state)
{
	(void)state;
	nw_notify_ready();
	nw_notify_reloading();
	nw_notify_status("%s", "a line\nREADY=1");
	nw_notify_stopping();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stopping_runs_what_is_there_first),
		cmocka_unit_test(long_thread_name_is_cut),
		cmocka_unit_test(every_counter_has_a_name_and_a_sentence),
		cmocka_unit_test(without_a_service_manager_nothing_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
