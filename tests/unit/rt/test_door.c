#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "rt/door.h"

#define FEW 64

static int listener;
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static socklen_t length = sizeof(address.sun_family); /* the system finds a name */

struct outcome {
	int accepted, why;
};

static int visit(void)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, length), 0);
	return fd;
}

static void *accept_one(void *arg)
{
	struct outcome *o = arg;

	o->accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	o->why = o->accepted < 0 ? errno : 0;
	return NULL;
}

static struct outcome accept_elsewhere(void)
{
	struct outcome o = {0};
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, accept_one, &o), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	return o;
}

/* Until none is left. */
static size_t take_descriptors(int taken[FEW])
{
	size_t n = 0;

	while (n < FEW && (taken[n] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
		n++;
	assert_in_range(n, 0, FEW - 1);
	return n;
}

static void who_knocks_while_no_descriptor_is_left_is_turned_away(void **state)
{
	int taken[FEW], visitor[3];
	struct outcome o;
	char byte;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		visitor[i] = visit();
	const size_t n = take_descriptors(taken);

	for (size_t i = 0; i < 2; i++) { /* what is kept for it is kept again */
		o = accept_elsewhere();
		assert_int_equal(o.accepted, -1);
		assert_int_equal(o.why, EAGAIN);
		assert_int_equal(recv(visitor[i], &byte, 1, 0), 0); /* closed */
	}
	assert_int_equal(recv(visitor[2], &byte, 1, MSG_DONTWAIT), -1);
	for (size_t i = 0; i < n; i++)
		close(taken[i]);
	o = accept_elsewhere();
	assert_true(o.accepted >= 0);
	close(o.accepted);
	for (size_t i = 0; i < 3; i++)
		close(visitor[i]);
}

static void nobody_who_waits_is_waited_for(void **state)
{
	int taken[FEW];
	const size_t n = take_descriptors(taken);
	const struct outcome o = accept_elsewhere(); /* the listener itself would wait */

	(void)state;
	assert_int_equal(o.accepted, -1);
	assert_int_equal(o.why, EAGAIN);
	for (size_t i = 0; i < n; i++)
		close(taken[i]);
}

static void owner_is_told_the_truth_and_who_waits_goes_on_waiting(void **state)
{
	int taken[FEW];
	const int visitor = visit();
	const size_t n = take_descriptors(taken);
	int accepted;

	(void)state;
	assert_int_equal(accept4(listener, NULL, NULL, SOCK_CLOEXEC), -1);
	assert_int_equal(errno, EMFILE);
	for (size_t i = 0; i < n; i++)
		close(taken[i]);
	accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(accepted >= 0);
	close(accepted);
	close(visitor);
}

static int setup(void **state)
{
	const struct rlimit few = {FEW, FEW};

	(void)state;
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(listener, 8), 0);
	length = sizeof(address);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	nw_door_guard();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_knocks_while_no_descriptor_is_left_is_turned_away),
		cmocka_unit_test(nobody_who_waits_is_waited_for),
		cmocka_unit_test(owner_is_told_the_truth_and_who_waits_goes_on_waiting),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
