#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alert/internal.h"
#include "base/arena.h"
#include "base/str.h"

#define CHANGES 20000

/* As when quiet hours end after a day on which much happened. */
static void what_many_changes_take_grows_with_them_and_no_faster(void **state)
{
	struct nw_alerting a = {0};
	struct nw_alert_job *job = nw_alert_job_new(&a);
	struct nw_outcome outcome = {
		.changes = NW_ARENA_ARRAY(job->arena, struct nw_change, CHANGES),
		.n_changes = CHANGES};
	size_t half;

	(void)state;
	for (size_t i = 0; i < CHANGES; i++)
		outcome.changes[i] = (struct nw_change){.rule = NW_STR("flash"),
			.incident = NW_STR("flash/00000000000000000000000000000001"),
			.story = NW_STR("00000000000000000000000000000001"),
			.from = "held",
			.to = "first",
			.why = NW_STR("quiet hours")};
	outcome.n_changes = CHANGES / 2;
	nw_alert_job_fill(job, &outcome, 0);
	half = nw_arena_total(job->arena);
	assert_int_equal(job->n_records, CHANGES / 2);
	nw_alert_job_fill(job, &outcome, 0);
	assert_int_equal(job->n_records, CHANGES);
	assert_true(nw_arena_total(job->arena) < half * 3);
	for (size_t i = 0; i < CHANGES; i++)
		assert_true(nw_str_eq(job->records[i].keys->key, NW_STR("alert/flash/")));
	nw_alert_job_free(job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_many_changes_take_grows_with_them_and_no_faster),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
