#include "place.h"

#include "rt/metrics.h"
#include "store/trimmer.h"
#include "store/writer.h"

/* A trimmer on a loop of the test's own, over a writer. */
struct rig {
	struct nw_loop *loop;
	struct nw_writer *writer;
	struct nw_trimmer *trimmer;
	struct nw_timer *look;
	const struct place *place;
	bool (*is_over)(const struct rig *rig);
	int looks;
};

static void fill(const struct place *place, int n)
{
	struct nw_journal *journal = open_journal(place);
	struct nw_error error = {0};
	int64_t seq;

	begin(journal);
	for (int i = 1; i <= n; i++)
		assert_true(append_under(journal, i, NULL, 0, &seq));
	seq = 1;
	must(nw_journal_save_cursor(journal, NW_STR("desk"), &seq, INT32_MAX, &error), &error);
	commit(journal);
	nw_journal_close(journal);
}

static int64_t oldest_of(const struct rig *rig)
{
	struct nw_journal_reader *reader = open_reader(rig->place);
	struct nw_error error = {0};
	int64_t oldest, newest;

	must(nw_journal_bounds(reader, &oldest, &newest, &error), &error);
	nw_journal_reader_close(reader);
	return oldest;
}

static void look(void *arg)
{
	struct rig *rig = arg;

	assert_true(rig->looks++ < 6000);
	if (rig->is_over(rig))
		nw_loop_stop(rig->loop);
	nw_timer_set(rig->look, 10);
}

static void run_until(struct rig *rig, bool (*is_over)(const struct rig *rig))
{
	rig->is_over = is_over;
	nw_timer_set(rig->look, 0);
	assert_int_equal(nw_loop_run(rig->loop), 0);
}

static void start(struct rig *rig, const struct place *place, struct nw_journal_reader *reader,
	const struct nw_trim *rules)
{
	const struct nw_writer_options options = {.path = place->path};
	struct nw_error error = {0};

	*rig = (struct rig){.place = place, .loop = nw_loop_new()};
	must(nw_writer_start(&options, &rig->writer, &error), &error);
	rig->trimmer = nw_trimmer_new(rig->loop, nw_writer_box(rig->writer), reader, rules);
	rig->look = nw_timer_new(rig->loop, look, rig);
}

/* In the daemon's order, with whatever step is under way. */
static void stop(struct rig *rig)
{
	nw_trimmer_stop(rig->trimmer);
	nw_writer_stop(rig->writer);
	nw_timer_free(rig->look);
	nw_trimmer_free(rig->trimmer);
	nw_loop_free(rig->loop);
}

static bool is_at_the_cursor(const struct rig *rig)
{
	return oldest_of(rig) == 2 && nw_trimmer_bytes(rig->trimmer) > 0;
}

static bool is_all_gone(const struct rig *rig)
{
	return oldest_of(rig) == 3001;
}

static bool is_counted(const struct rig *rig)
{
	(void)rig;
	return nw_counter_value(NW_C_TRIMMED) == 3000;
}

static void steps_follow_each_other_until_all_is_done(void **state)
{
	const struct place *place = *state;
	struct nw_trim rules = {.keeps.keep_s = 1, .cursor_keep_s = 86400, .remember = 1000};
	struct rig rig;

	fill(place, 3000);
	start(&rig, place, NULL, &rules);
	run_until(&rig, is_at_the_cursor);
	nw_trimmer_forget(rig.trimmer, NW_STR("desk"));
	nw_trimmer_forget(rig.trimmer, NW_STR("nobody"));
	nw_trimmer_set(rig.trimmer, &rules);
	run_until(&rig, is_all_gone);
	run_until(&rig, is_counted);
	stop(&rig);
}

static void it_stops_with_a_step_under_way(void **state)
{
	const struct nw_trim rules = {.keeps.keep_s = 1, .remember = 1000};
	struct rig rig;

	fill(*state, 3000);
	start(&rig, *state, NULL, &rules);
	run_until(&rig, is_at_the_cursor);
	nw_trimmer_set(rig.trimmer, &rules);
	stop(&rig);
	nw_trimmer_stop(NULL);
	nw_trimmer_free(NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

static bool is_looked_at(const struct rig *rig)
{
	return nw_trimmer_bytes(rig->trimmer) > 0;
}

/* The records are of 1970: by this clock all are half a century old. */
static void clock_far_ahead_of_the_last_record_makes_nothing_old(void **state)
{
	const struct place *place = *state;
	const struct nw_trim rules = {.keeps.keep_s = 86400, .cursor_keep_s = 1, .remember = 1000};
	struct nw_journal_reader *reader;
	struct rig rig;

	fill(place, 3000);
	reader = open_reader(place);
	start(&rig, place, reader, &rules);
	run_until(&rig, is_looked_at);
	assert_int_equal(oldest_of(&rig), 1);
	stop(&rig);
	nw_journal_reader_close(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(steps_follow_each_other_until_all_is_done),
		TEST(it_stops_with_a_step_under_way),
		TEST(clock_far_ahead_of_the_last_record_makes_nothing_old),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
