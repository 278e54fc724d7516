#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/str.h"
#include "bus/shares.h"

#define MAX 2000 /* so that a share is 200 */

/* A number of prefixes as one connection asks for them, as far as there is room. */
static size_t hold_some(struct nw_shares *shares, struct nw_share *share, size_t n, size_t bytes,
	struct nw_held **held)
{
	char text[32];
	size_t i = 0;

	for (; i < n; i++) {
		const int length = snprintf(text, sizeof(text), "topic/%zu/", i);
		const struct nw_str prefix = {text, (size_t)length};

		if (!nw_shares_have_room(shares, share->key, prefix, bytes))
			break;
		held[i] = nw_shares_hold(shares, share, prefix, bytes);
	}
	return i;
}

static void release_all(
	struct nw_shares *shares, struct nw_share *share, struct nw_held **held, size_t n)
{
	for (size_t i = 0; i < n; i++)
		nw_shares_release(shares, share, held[i]);
	nw_shares_leave(shares, share);
}

static void one_client_cannot_lock_out_the_others(void **state)
{
	static struct nw_held *first[MAX], *second[MAX];
	struct nw_shares shares;
	struct nw_share *one, *other;

	(void)state;
	nw_shares_init(&shares, MAX);
	one = nw_shares_join(&shares, "one");
	other = nw_shares_join(&shares, "other");
	assert_int_equal(hold_some(&shares, one, MAX, 10, first), MAX / NW_SHARE_PART);
	assert_int_equal(hold_some(&shares, other, 150, 10, second), 150);
	assert_int_equal(shares.n, 350);
	release_all(&shares, one, first, MAX / NW_SHARE_PART);
	release_all(&shares, other, second, 150);
	assert_int_equal(shares.n, 0);
	assert_int_equal(shares.bytes, 0);
	assert_int_equal(shares.by_key.n, 0);
}

static void the_same_prefix_in_two_connections_of_a_client_counts_once(void **state)
{
	static struct nw_held *first[MAX], *second[MAX];
	struct nw_shares shares;
	struct nw_share *share;

	(void)state;
	nw_shares_init(&shares, MAX);
	share = nw_shares_join(&shares, "one");
	assert_ptr_equal(nw_shares_join(&shares, "one"), share);
	assert_int_equal(hold_some(&shares, share, 200, 10, first), 200);
	assert_int_equal(hold_some(&shares, share, 200, 10, second), 200);
	assert_int_equal(shares.n, 200);
	assert_int_equal(shares.bytes, 2000);
	release_all(&shares, share, first, 200);
	assert_int_equal(shares.n, 200);
	release_all(&shares, share, second, 200);
	assert_int_equal(shares.n, 0);
}

static void a_share_is_of_bytes_too_and_100_at_least_as_far_as_there_are_any(void **state)
{
	static struct nw_held *held[MAX];
	struct nw_shares shares;
	struct nw_share *share;
	size_t n;

	(void)state;
	nw_shares_init(&shares, MAX);
	share = nw_shares_join(&shares, "one");
	n = hold_some(&shares, share, MAX, 480, held); /* 48 on average */
	assert_int_equal(n, 20);
	release_all(&shares, share, held, n);
	nw_shares_init(&shares, 500);
	share = nw_shares_join(&shares, "one");
	n = hold_some(&shares, share, MAX, 1, held);
	assert_int_equal(n, NW_SHARE_MIN);
	release_all(&shares, share, held, n);
	nw_shares_init(&shares, 20);
	share = nw_shares_join(&shares, "one");
	n = hold_some(&shares, share, MAX, 1, held);
	assert_int_equal(n, 20);
	release_all(&shares, share, held, n);
}

static void the_connections_of_a_client_together_are_limited(void **state)
{
	static struct nw_held *held[4][10];
	struct nw_shares shares;
	struct nw_share *share = NULL;

	(void)state;
	nw_shares_init(&shares, 25);
	for (size_t i = 0; i < 3; i++) {
		share = nw_shares_join(&shares, "one");
		assert_int_equal(hold_some(&shares, share, 10, 1, held[i]), i == 2 ? 5 : 10);
	}
	for (size_t i = 0; i < 3; i++)
		release_all(&shares, share, held[i], i == 2 ? 5 : 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_client_cannot_lock_out_the_others),
		cmocka_unit_test(the_same_prefix_in_two_connections_of_a_client_counts_once),
		cmocka_unit_test(a_share_is_of_bytes_too_and_100_at_least_as_far_as_there_are_any),
		cmocka_unit_test(the_connections_of_a_client_together_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
