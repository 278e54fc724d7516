/* The first use of libxml2 by several threads at once: for the thread sanitizer to watch. */
#include "check.h"

#include <pthread.h>

#define THREADS 8

static void *read_both(void *arg)
{
	struct nw_arena *a = nw_arena_new();
	struct nw_markup m;
	bool *good = arg;

	*good = nw_markup_xml(a, NW_STR("<a b='&eacute;'>&lt;</a>"), (struct nw_str){0},
			&nw_markup_default_limits, &m, NULL) == NW_OK &&
		nw_markup_html(a, NW_STR("<p>a<p>b"), (struct nw_str){0}, &nw_markup_default_limits,
			&m, NULL) == NW_OK;
	nw_arena_free(a);
	return NULL;
}

static void threads_may_be_the_first_to_read(void **state)
{
	pthread_t threads[THREADS];
	bool good[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_both, &good[i]), 0);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_true(good[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(threads_may_be_the_first_to_read)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
