#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "rt/loop.h"

struct probe {
	struct nw_loop *loop;
	struct nw_timer *timer;
	struct nw_mailbox *box;
	int times, letters;
	int64_t first_ms, second_ms;
};

static void on_third_time(void *arg)
{
	struct probe *p = arg;

	if (++p->times < 3) {
		nw_timer_set(p->timer, 5);
		return;
	}
	nw_timer_free(p->timer);
	nw_loop_stop(p->loop);
}

static void timer_may_be_set_and_freed_in_its_callback(void **state)
{
	struct probe p = {.loop = nw_loop_new()};
	const int64_t start = nw_loop_monotonic_ms(p.loop);

	(void)state;
	p.timer = nw_timer_new(p.loop, on_third_time, &p);
	nw_timer_set(p.timer, -1);
	assert_int_equal(nw_loop_run(p.loop), 0);
	assert_int_equal(p.times, 3);
	assert_true(nw_loop_monotonic_ms(p.loop) - start >= 9);
	nw_loop_free(p.loop);
}

static void stop_now(void *arg)
{
	nw_loop_stop(((struct probe *)arg)->loop);
}

static void count_time(void *arg)
{
	((struct probe *)arg)->times++;
}

static void stopped_timer_does_not_fire(void **state)
{
	struct probe p = {.loop = nw_loop_new()};
	struct nw_timer *last = nw_timer_new(p.loop, stop_now, &p);

	(void)state;
	p.timer = nw_timer_new(p.loop, count_time, &p);
	nw_timer_set(p.timer, 1);
	nw_timer_set(last, 10);
	nw_timer_stop(p.timer);
	assert_int_equal(nw_loop_run(p.loop), 0);
	assert_int_equal(p.times, 0);
	nw_timer_free(p.timer);
	nw_timer_free(last);
	nw_loop_free(p.loop);
}

static void look_twice(void *arg)
{
	const struct timespec nap = {.tv_nsec = 20000000};
	struct probe *p = arg;

	p->first_ms = nw_loop_monotonic_ms(p->loop);
	(void)nanosleep(&nap, NULL);
	p->second_ms = nw_loop_monotonic_ms(p->loop);
	nw_loop_stop(p->loop);
}

static void time_stands_still_within_a_turn_and_goes_on_after_it(void **state)
{
	struct probe p = {.loop = nw_loop_new()};

	(void)state;
	p.timer = nw_timer_new(p.loop, look_twice, &p);
	nw_timer_set(p.timer, 0);
	assert_int_equal(nw_loop_run(p.loop), 0);
	assert_int_equal(p.first_ms, p.second_ms);
	assert_true(nw_loop_monotonic_ms(p.loop) >= p.second_ms + 15);
	assert_true(nw_loop_unix_ms(p.loop) / 1000 - (int64_t)time(NULL) < 2);
	nw_timer_free(p.timer);
	nw_loop_free(p.loop);
}

static void *stop_from_elsewhere(void *arg)
{
	nw_loop_stop(arg);
	return NULL;
}

static void another_thread_may_stop_the_loop(void **state)
{
	struct nw_loop *loop = nw_loop_new();
	pthread_t thread;

	(void)state;
	pthread_create(&thread, NULL, stop_from_elsewhere, loop);
	assert_int_equal(nw_loop_run(loop), 0);
	pthread_join(thread, NULL);
	nw_loop_free(loop);
}

static void signal_is_an_event(void **state)
{
	struct probe p = {.loop = nw_loop_new()};

	(void)state;
	nw_loop_on_signal(p.loop, SIGUSR1, stop_now, &p);
	assert_int_equal(kill(getpid(), SIGUSR1), 0);
	assert_int_equal(nw_loop_run(p.loop), 0);
	nw_loop_free(p.loop);
}

static void on_letter(void *arg, struct nw_mail *mail)
{
	struct probe *p = arg;

	(void)mail;
	if (++p->letters == 3)
		nw_loop_stop(p->loop);
}

static void *post_three(void *arg)
{
	static struct nw_mail letters[3];

	for (int i = 0; i < 3; i++)
		nw_mailbox_post(arg, &letters[i]);
	return NULL;
}

static void letters_come_one_by_one(void **state)
{
	struct nw_mailbox box;
	struct probe p = {.loop = nw_loop_new(), .box = &box};
	pthread_t thread;

	(void)state;
	nw_mailbox_init(&box, NW_MAILBOX_POLLED);
	nw_loop_on_mail(p.loop, &box, on_letter, &p);
	pthread_create(&thread, NULL, post_three, &box);
	assert_int_equal(nw_loop_run(p.loop), 0);
	pthread_join(thread, NULL);
	assert_int_equal(p.letters, 3);
	nw_loop_free(p.loop);
	nw_mailbox_clear(&box);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timer_may_be_set_and_freed_in_its_callback),
		cmocka_unit_test(stopped_timer_does_not_fire),
		cmocka_unit_test(time_stands_still_within_a_turn_and_goes_on_after_it),
		cmocka_unit_test(another_thread_may_stop_the_loop),
		cmocka_unit_test(signal_is_an_event),
		cmocka_unit_test(letters_come_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
