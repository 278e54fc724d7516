#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rt/pool.h"
#include "rt/pulse.h"
#include "rt/timing.h"

#define N_THREADS 4
#define N_EACH 100000
#define MS INT64_C(1000000)

static void bounds_rise_and_families_stand_together(void **state)
{
	(void)state;
	for (size_t i = 0; i < NW_N_TIMINGS; i++) {
		const struct nw_timing_row *row = &nw_timing_rows[i];

		assert_true(row->family->bounds[0] > 0);
		for (size_t k = 1; k < NW_TIMING_BOUNDS; k++)
			assert_true(row->family->bounds[k] > row->family->bounds[k - 1]);
		assert_true(!row->family->label == !row->value);
		for (size_t k = i + 2; k < NW_N_TIMINGS; k++)
			assert_false(nw_timing_rows[k].family == row->family &&
				nw_timing_rows[k - 1].family != row->family);
	}
}

static void what_is_as_long_as_a_bound_is_within_it(void **state)
{
	struct nw_timing_view view;

	(void)state;
	nw_time_took(NW_T_PUBLISH, 0);
	nw_time_took(NW_T_PUBLISH, 1 * MS); /* the first bound */
	nw_time_took(NW_T_PUBLISH, 1 * MS + 1);
	nw_time_took(NW_T_PUBLISH, 3600000 * MS); /* past the last */
	nw_time_took(NW_T_PUBLISH, -5 * MS);      /* a clock that was set back */
	nw_timing_read(NW_T_PUBLISH, &view);
	assert_int_equal(view.upto[0], 3);
	assert_int_equal(view.upto[1], 4);
	assert_int_equal(view.upto[NW_TIMING_BOUNDS - 1], 4);
	assert_int_equal(view.upto[NW_TIMING_BOUNDS], 5);
	assert_true(view.sum_s > 3600.001 && view.sum_s < 3600.003);
}

static void *observe(void *arg)
{
	for (int i = 0; i < N_EACH; i++)
		nw_time_took(NW_T_TAG, i % 2 ? MS / 20 : 100 * MS);
	return arg;
}

static void nothing_is_lost_between_threads_and_reading_sees_no_fall(void **state)
{
	pthread_t threads[N_THREADS];
	struct nw_timing_view view = {.sum_s = 0};
	uint64_t last = 0;

	(void)state;
	for (int i = 0; i < N_THREADS; i++)
		nw_thread_start(&threads[i], "observe", observe, NULL);
	while (last < N_THREADS * N_EACH) {
		nw_timing_read(NW_T_TAG, &view);
		assert_true(view.upto[NW_TIMING_BOUNDS] >= last);
		last = view.upto[NW_TIMING_BOUNDS];
	}
	for (int i = 0; i < N_THREADS; i++)
		pthread_join(threads[i], NULL);
	nw_timing_read(NW_T_TAG, &view);
	assert_int_equal(view.upto[0], N_THREADS * N_EACH / 2);
	assert_int_equal(view.upto[NW_TIMING_BOUNDS], N_THREADS * N_EACH);
}

static void a_pulse_tells_how_long_it_has_been(void **state)
{
	struct nw_pulse pulse = {0};

	(void)state;
	assert_int_equal(nw_pulse_busy_ms(&pulse), 0);
	nw_pulse_begin(&pulse);
	(void)usleep(30000);
	assert_in_range(nw_pulse_busy_ms(&pulse), 29, 10000);
	nw_pulse_end(&pulse);
	assert_int_equal(nw_pulse_busy_ms(&pulse), 0);
}

/* --- a thread that is stuck --- */

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void wait_at_gate(void *arg, struct nw_mail *mail)
{
	(void)arg;
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	free(mail);
}

static void a_stuck_thread_shows_in_its_pool_and_what_waits_in_its_box(void **state)
{
	struct nw_pool *pool = nw_pool_start(1, wait_at_gate, NULL);

	(void)state;
	assert_int_equal(nw_pool_busy_ms(pool), 0);
	pthread_mutex_lock(&gate);
	for (int i = 0; i < 3; i++)
		nw_mailbox_post(nw_pool_box(pool), calloc(1, sizeof(struct nw_mail)));
	while (nw_pool_busy_ms(pool) < 30)
		(void)usleep(1000);
	assert_int_equal(nw_mailbox_count(nw_pool_box(pool)), 2);
	pthread_mutex_unlock(&gate);
	while (nw_mailbox_count(nw_pool_box(pool)) || nw_pool_busy_ms(pool))
		(void)usleep(1000);
	nw_pool_stop(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_rise_and_families_stand_together),
		cmocka_unit_test(what_is_as_long_as_a_bound_is_within_it),
		cmocka_unit_test(nothing_is_lost_between_threads_and_reading_sees_no_fall),
		cmocka_unit_test(a_pulse_tells_how_long_it_has_been),
		cmocka_unit_test(a_stuck_thread_shows_in_its_pool_and_what_waits_in_its_box),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
