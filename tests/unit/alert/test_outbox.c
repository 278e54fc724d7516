#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alert/outbox.h"
#include "base/arena.h"
#include "base/str.h"

#define DAY INT64_C(86400)
#define MOST 64

/* Whoever uses the outbox: what was asked of it, and what it was told. */
struct rig {
	struct nw_outbox *outbox;
	struct nw_outbox_letter *under_way[MOST];
	size_t n_under_way, n_delivered;
	struct nw_letter_row noted; /* the last one, without its strings */
	char error[128];
	struct nw_outbox_letter *noting;
};

static void deliver(void *arg, struct nw_outbox_letter *letter)
{
	struct rig *rig = arg;

	assert_true(rig->n_under_way < MOST);
	rig->under_way[rig->n_under_way++] = letter;
	rig->n_delivered++;
}

static void note(void *arg, struct nw_outbox_letter *letter, const struct nw_letter_row *row)
{
	struct rig *rig = arg;

	rig->noted = *row;
	(void)snprintf(rig->error, sizeof(rig->error), "%.*s", NW_ARG(row->error));
	rig->noting = letter;
}

static struct rig *new_rig(void)
{
	struct rig *rig = nw_must_calloc(1, sizeof(*rig));
	const struct nw_outbox_user user = {deliver, note, rig};

	rig->outbox = nw_outbox_new(&user, 7);
	return rig;
}

static void free_rig(struct rig *rig)
{
	nw_outbox_free(rig->outbox);
	free(rig);
}

static void add(struct rig *rig, int64_t n, const char *channel, const char *incident)
{
	const struct nw_letter_row row = {
		.n = n, .channel = nw_str(channel), .incident = nw_str(incident)};

	nw_outbox_add(rig->outbox, &row);
}

/* The place of a letter among those under way; MOST: it is not. */
static size_t place_of(const struct rig *rig, int64_t n)
{
	for (size_t i = 0; i < rig->n_under_way; i++)
		if (nw_outbox_number(rig->under_way[i]) == n)
			return i;
	return MOST;
}

static bool is_under_way(const struct rig *rig, int64_t n)
{
	return place_of(rig, n) < MOST;
}

static void answer(struct rig *rig, int64_t n, enum nw_delivered_state state, int64_t retry_after_s,
	int64_t now_s)
{
	const struct nw_delivered delivered = {state, retry_after_s, NW_STR("why")};
	const size_t at = place_of(rig, n);

	assert_true(at < MOST);
	nw_outbox_delivered(rig->outbox, rig->under_way[at], &delivered, now_s);
	rig->under_way[at] = rig->under_way[--rig->n_under_way];
}

static void settle(struct rig *rig, int64_t now_s)
{
	nw_outbox_noted(rig->outbox, rig->noting);
	nw_outbox_run(rig->outbox, now_s);
}

static void letters_of_one_incident_go_one_after_the_other(void **state)
{
	struct rig *rig = new_rig();

	(void)state;
	add(rig, 1, "a", "x");
	add(rig, 2, "a", "x");
	nw_outbox_run(rig->outbox, 0);
	assert_true(is_under_way(rig, 1));
	assert_false(is_under_way(rig, 2));
	answer(rig, 1, NW_DELIVERED, 0, 0);
	settle(rig, 0);
	assert_true(is_under_way(rig, 2));
	free_rig(rig);
}

static void no_letter_of_a_channel_goes_before_the_last_one_is_written_down(void **state)
{
	struct rig *rig = new_rig();

	(void)state;
	add(rig, 1, "a", "x");
	add(rig, 2, "a", "y");
	nw_outbox_run(rig->outbox, 0);
	assert_true(is_under_way(rig, 1));
	assert_false(is_under_way(rig, 2));
	answer(rig, 1, NW_DELIVERED, 0, 0);
	nw_outbox_run(rig->outbox, 0);
	assert_int_equal(rig->n_under_way, 0);
	assert_int_equal(nw_outbox_next(rig->outbox), INT64_MAX);
	settle(rig, 0);
	assert_true(is_under_way(rig, 2));
	free_rig(rig);
}

static void what_waits_for_its_next_try_holds_up_its_own_incident_alone(void **state)
{
	struct rig *rig = new_rig();

	(void)state;
	add(rig, 1, "a", "x");
	add(rig, 2, "a", "x");
	add(rig, 3, "a", "y");
	nw_outbox_run(rig->outbox, 0);
	answer(rig, 1, NW_DELIVER_AGAIN, 0, 0);
	settle(rig, 0);
	assert_true(is_under_way(rig, 3));
	answer(rig, 3, NW_DELIVERED, 0, 0);
	settle(rig, 0);
	assert_int_equal(rig->n_under_way, 0);
	free_rig(rig);
}

static void what_failed_keeps_its_place_in_its_incident(void **state)
{
	struct rig *rig = new_rig();

	(void)state;
	add(rig, 1, "a", "x");
	add(rig, 2, "a", "x");
	nw_outbox_run(rig->outbox, 0);
	answer(rig, 1, NW_DELIVER_AGAIN, 0, 0);
	settle(rig, 0);
	assert_int_equal(rig->n_under_way, 0);
	assert_int_equal(rig->noted.state, NW_LETTER_WAITING);
	assert_int_equal(rig->noted.tries, 1);
	assert_string_equal(rig->error, "why");
	nw_outbox_run(rig->outbox, NW_OUTBOX_BACKOFF_S);
	assert_true(is_under_way(rig, 1));
	assert_false(is_under_way(rig, 2));
	free_rig(rig);
}

static void a_channel_that_hangs_delays_no_other(void **state)
{
	struct rig *rig = new_rig();
	char incident[16];

	(void)state;
	for (int i = 0; i < 10; i++) {
		(void)snprintf(incident, sizeof(incident), "i%d", i);
		add(rig, 2 * i + 1, "hangs", incident);
		add(rig, 2 * i + 2, "well", incident);
	}
	nw_outbox_run(rig->outbox, 0);
	assert_int_equal(rig->n_under_way, 2);
	for (int i = 0; i < 10; i++) {
		answer(rig, 2 * i + 2, NW_DELIVERED, 0, 0);
		settle(rig, 0);
	}
	assert_int_equal(rig->n_under_way, 1);
	assert_int_equal(nw_outbox_waiting(rig->outbox), 10);
	free_rig(rig);
}

static void attempts_come_less_and_less_often(void **state)
{
	struct rig *rig = new_rig();
	int64_t now_s = 0, expected = NW_OUTBOX_BACKOFF_S;

	(void)state;
	add(rig, 1, "a", "x");
	nw_outbox_run(rig->outbox, 0);
	for (int i = 0; i < 20; i++) {
		int64_t after;

		answer(rig, 1, NW_DELIVER_AGAIN, 0, now_s);
		settle(rig, now_s);
		after = nw_outbox_next(rig->outbox) - now_s;
		assert_int_equal(rig->noted.next_s, now_s + after);
		assert_in_range(after, expected / 2, expected);
		now_s += after;
		expected = expected * 2 < NW_OUTBOX_BACKOFF_MOST_S ? expected * 2
								   : NW_OUTBOX_BACKOFF_MOST_S;
		nw_outbox_run(rig->outbox, now_s - 1);
		assert_int_equal(rig->n_under_way, 0);
		nw_outbox_run(rig->outbox, now_s);
		assert_int_equal(rig->n_under_way, 1);
	}
	free_rig(rig);
}

static void who_asks_for_time_is_left_alone_by_all_letters(void **state)
{
	struct rig *rig = new_rig();

	(void)state;
	add(rig, 1, "a", "x");
	nw_outbox_run(rig->outbox, 0);
	answer(rig, 1, NW_DELIVER_AGAIN, 600, 0);
	settle(rig, 0);
	add(rig, 2, "a", "y");
	add(rig, 3, "b", "y");
	nw_outbox_run(rig->outbox, 599);
	assert_int_equal(rig->n_under_way, 1);
	assert_true(is_under_way(rig, 3));
	nw_outbox_run(rig->outbox, 600);
	assert_true(is_under_way(rig, 2)); /* it is due for longer */
	answer(rig, 2, NW_DELIVERED, 0, 600);
	settle(rig, 600);
	assert_true(is_under_way(rig, 1));
	free_rig(rig);
}

static void nobody_is_left_alone_for_more_than_a_day(void **state)
{
	struct rig *rig = new_rig();

	(void)state;
	add(rig, 1, "a", "x");
	nw_outbox_run(rig->outbox, 0);
	answer(rig, 1, NW_DELIVER_AGAIN, INT64_MAX, 5);
	settle(rig, 5);
	assert_int_equal(nw_outbox_next(rig->outbox), 5 + DAY);
	free_rig(rig);
}

static void what_cannot_go_better_is_dead_and_the_next_goes(void **state)
{
	struct rig *rig = new_rig();

	(void)state;
	add(rig, 1, "a", "x");
	add(rig, 2, "a", "x");
	nw_outbox_run(rig->outbox, 0);
	answer(rig, 1, NW_DELIVER_NEVER, 0, 9);
	assert_int_equal(rig->noted.state, NW_LETTER_DEAD);
	assert_int_equal(rig->noted.ended_s, 9);
	settle(rig, 9);
	assert_true(is_under_way(rig, 2));
	free_rig(rig);
}

static void three_days_are_enough(void **state)
{
	struct rig *rig = new_rig();

	(void)state;
	add(rig, 1, "a", "x");
	nw_outbox_run(rig->outbox, 0);
	for (int i = 1; i < NW_OUTBOX_TRIES_LEAST; i++) {
		answer(rig, 1, NW_DELIVER_AGAIN, 0, NW_OUTBOX_GIVEN_UP_S - 1);
		assert_int_equal(rig->noted.state, NW_LETTER_WAITING);
		settle(rig, 4 * DAY);
	}
	answer(rig, 1, NW_DELIVER_AGAIN, 0, NW_OUTBOX_GIVEN_UP_S);
	assert_int_equal(rig->noted.state, NW_LETTER_DEAD);
	settle(rig, 4 * DAY);
	assert_int_equal(nw_outbox_waiting(rig->outbox), 0);
	free_rig(rig);
}

/* As at the start of a machine that was off over a weekend, before its network is there. */
static void one_failure_after_three_days_is_not_the_end(void **state)
{
	const int64_t now_s = 4 * DAY;
	struct rig *rig = new_rig();

	(void)state;
	add(rig, 1, "a", "x");
	nw_outbox_run(rig->outbox, now_s);
	answer(rig, 1, NW_DELIVER_AGAIN, 0, now_s);
	assert_int_equal(rig->noted.state, NW_LETTER_WAITING);
	settle(rig, now_s);
	assert_true(nw_outbox_next(rig->outbox) <= now_s + NW_OUTBOX_BACKOFF_S);
	free_rig(rig);
}

static void clock_set_back_makes_nothing_wait(void **state)
{
	const int64_t wrong_s = INT64_C(3650) * DAY, now_s = 100;
	struct rig *rig = new_rig();

	(void)state;
	add(rig, 1, "a", "x");
	add(rig, 2, "b", "x");
	nw_outbox_run(rig->outbox, wrong_s);
	answer(rig, 1, NW_DELIVER_AGAIN, 0, wrong_s);
	settle(rig, wrong_s);
	answer(rig, 2, NW_DELIVER_AGAIN, 600, wrong_s);
	settle(rig, wrong_s);
	nw_outbox_run(rig->outbox, now_s);
	assert_true(is_under_way(rig, 1));
	assert_true(is_under_way(rig, 2));
	free_rig(rig);
}

/* Written by a daemon whose clock was wrong, and read by one whose clock is right. */
static void letter_from_the_future_goes_at_once(void **state)
{
	const struct nw_letter_row row = {.n = 1,
		.channel = NW_STR("a"),
		.incident = NW_STR("x"),
		.next_s = INT64_C(3650) * DAY};
	struct rig *rig = new_rig();

	(void)state;
	nw_outbox_add(rig->outbox, &row);
	nw_outbox_run(rig->outbox, 100);
	assert_true(is_under_way(rig, 1));
	free_rig(rig);
}

static void what_is_hastened_goes_at_once(void **state)
{
	struct rig *rig = new_rig();

	(void)state;
	add(rig, 1, "a", "x");
	nw_outbox_run(rig->outbox, 0);
	answer(rig, 1, NW_DELIVER_AGAIN, 5000, 0);
	settle(rig, 0);
	assert_false(nw_outbox_hasten(rig->outbox, NW_STR("b"), 1));
	assert_true(nw_outbox_hasten(rig->outbox, NW_STR("a"), 1));
	nw_outbox_run(rig->outbox, 1);
	assert_true(is_under_way(rig, 1));
	free_rig(rig);
}

/* Ten thousand letters, answers by chance: all end, each incident in its order. */
static void all_letters_end_in_order_whatever_the_answers(void **state)
{
	enum { LETTERS = 10000, INCIDENTS = 37, CHANNELS = 3 };
	struct rig *rig = new_rig();
	int64_t last[CHANNELS][INCIDENTS] = {{0}};
	uint64_t dice = 99;
	int64_t now_s = 0;
	size_t ended = 0;

	(void)state;
	for (int64_t n = 1; n <= LETTERS; n++) {
		char channel[8], incident[16];

		(void)snprintf(channel, sizeof(channel), "%d", (int)(n % CHANNELS));
		(void)snprintf(incident, sizeof(incident), "%d", (int)(n * 7 % INCIDENTS));
		add(rig, n, channel, incident);
	}
	while (nw_outbox_waiting(rig->outbox)) {
		nw_outbox_run(rig->outbox, now_s);
		while (rig->n_under_way) {
			const int64_t n = nw_outbox_number(rig->under_way[0]);
			enum nw_delivered_state how;

			dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
			how = (dice >> 33) % 10 < 8     ? NW_DELIVERED
				: (dice >> 33) % 10 < 9 ? NW_DELIVER_AGAIN
							: NW_DELIVER_NEVER;
			answer(rig, n, how, 0, now_s);
			if (rig->noted.state != NW_LETTER_WAITING) {
				int64_t *before = &last[n % CHANNELS][n * 7 % INCIDENTS];

				assert_true(*before < n);
				*before = n;
				ended++;
			}
			settle(rig, now_s);
		}
		if (nw_outbox_waiting(rig->outbox))
			now_s = nw_outbox_next(rig->outbox);
	}
	assert_int_equal(ended, LETTERS);
	free_rig(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_of_one_incident_go_one_after_the_other),
		cmocka_unit_test(no_letter_of_a_channel_goes_before_the_last_one_is_written_down),
		cmocka_unit_test(what_waits_for_its_next_try_holds_up_its_own_incident_alone),
		cmocka_unit_test(what_failed_keeps_its_place_in_its_incident),
		cmocka_unit_test(a_channel_that_hangs_delays_no_other),
		cmocka_unit_test(attempts_come_less_and_less_often),
		cmocka_unit_test(who_asks_for_time_is_left_alone_by_all_letters),
		cmocka_unit_test(nobody_is_left_alone_for_more_than_a_day),
		cmocka_unit_test(what_cannot_go_better_is_dead_and_the_next_goes),
		cmocka_unit_test(three_days_are_enough),
		cmocka_unit_test(one_failure_after_three_days_is_not_the_end),
		cmocka_unit_test(clock_set_back_makes_nothing_wait),
		cmocka_unit_test(letter_from_the_future_goes_at_once),
		cmocka_unit_test(what_is_hastened_goes_at_once),
		cmocka_unit_test(all_letters_end_in_order_whatever_the_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
