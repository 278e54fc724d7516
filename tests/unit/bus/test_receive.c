#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "bus/receive.h"

static void send_frames(void *socket, int n)
{
	for (int i = 0; i < n; i++)
		assert_int_equal(
			zmq_send(socket, &"abcdefghijkl"[i], 1, i + 1 < n ? ZMQ_SNDMORE : 0), 1);
}

static void a_message_is_taken_whole_and_what_is_too_much_is_counted_as_one(void **state)
{
	static const struct {
		int sent;
		size_t taken;
	} cases[] = {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 4}, {12, 4}, {2, 2}};
	void *context = zmq_ctx_new(), *from = zmq_socket(context, ZMQ_PAIR),
	     *to = zmq_socket(context, ZMQ_PAIR);
	struct nw_received received;

	(void)state;
	assert_int_equal(zmq_bind(to, "inproc://receive"), 0);
	assert_int_equal(zmq_connect(from, "inproc://receive"), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		send_frames(from, cases[i].sent);
		assert_true(nw_received_take(&received, to, 3));
		assert_int_equal(received.n, cases[i].taken);
		for (size_t k = 0; k < received.n && k < 3; k++)
			assert_true(nw_str_eq(received.frames[k], (struct nw_str){&"abc"[k], 1}));
		nw_received_clear(&received);
	}
	assert_false(nw_received_take(&received, to, 3));
	assert_int_equal(received.n, 0);
	nw_received_clear(&received);
	(void)zmq_close(from);
	(void)zmq_close(to);
	(void)zmq_ctx_term(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_taken_whole_and_what_is_too_much_is_counted_as_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
