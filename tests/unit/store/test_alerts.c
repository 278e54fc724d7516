#include "place.h"

#include "store/alerts.h"

static struct nw_letter_row usual_letter(const char *key)
{
	return (struct nw_letter_row){.key = nw_str(key),
		.incident = NW_STR("flash/story"),
		.rule = NW_STR("flash"),
		.channel = NW_STR("file:x"),
		.transition = NW_STR("first"),
		.due_s = 100,
		.next_s = 100,
		.created_s = 99,
		.payload = NW_STR("{\"title\":\"t\"}")};
}

static int64_t post(struct nw_journal *journal, const char *key)
{
	struct nw_error error = {0};
	struct nw_letter_row letter = usual_letter(key);

	must(nw_journal_post_letter(journal, &letter, &error), &error);
	return letter.n;
}

static void save(struct nw_journal *journal, const char *id, const char *state, int64_t changed_s)
{
	const struct nw_incident_row row = {.id = nw_str(id),
		.rule = nw_str_head(nw_str(id), nw_str_find(nw_str(id), NW_STR("/"))),
		.story = NW_STR("story"),
		.state = nw_str(state),
		.body = NW_STR("{}"),
		.changed_s = changed_s};
	struct nw_error error = {0};

	must(nw_journal_save_incident(journal, &row, &error), &error);
}

static void note(struct nw_journal *journal, int64_t n, enum nw_letter_state state, int64_t ended_s)
{
	const struct nw_letter_row letter = {.n = n,
		.state = state,
		.next_s = 500,
		.due_s = 100,
		.tries = 3,
		.error = NW_STR("no"),
		.ended_s = ended_s};
	struct nw_error error = {0};

	must(nw_journal_note_letter(journal, &letter, &error), &error);
}

/* What the callbacks were told, as one line. */
struct told {
	char text[512];
};

static void on_incident(void *arg, const struct nw_incident_row *row)
{
	char *text = ((struct told *)arg)->text;
	const size_t n = strlen(text);

	(void)snprintf(text + n, sizeof(struct told) - n, "%.*s=%.*s@%lld ", NW_ARG(row->id),
		NW_ARG(row->state), (long long)row->changed_s);
}

static void on_letter(void *arg, const struct nw_letter_row *row)
{
	char *text = ((struct told *)arg)->text;
	const size_t n = strlen(text);

	(void)snprintf(text + n, sizeof(struct told) - n, "%lld:%.*s=%s ", (long long)row->n,
		NW_ARG(row->key), nw_letter_state_name(row->state));
}

static struct told incidents_of(const struct place *place, struct nw_str rule)
{
	struct nw_journal_reader *reader = open_reader(place);
	struct nw_error error = {0};
	struct told told = {""};

	must(nw_journal_each_incident(reader, rule, on_incident, &told, &error), &error);
	nw_journal_reader_close(reader);
	return told;
}

static struct told incidents(const struct place *place)
{
	return incidents_of(place, NW_STR("flash"));
}

static struct told letters(const struct place *place, bool waiting_only)
{
	struct nw_journal_reader *reader = open_reader(place);
	struct nw_error error = {0};
	struct told told = {""};

	if (waiting_only)
		must(nw_journal_each_waiting(reader, on_letter, &told, &error), &error);
	else
		must(nw_journal_each_letter(reader, 3, on_letter, &told, &error), &error);
	nw_journal_reader_close(reader);
	return told;
}

static void an_incident_is_written_over(void **state)
{
	struct nw_journal *journal = open_journal(*state);

	begin(journal);
	save(journal, "flash/b", "new", 1);
	save(journal, "flash/a", "new", 2);
	save(journal, "flash/b", "grew", 3);
	commit(journal);
	assert_string_equal(incidents(*state).text, "flash/a=new@2 flash/b=grew@3 ");
	nw_journal_close(journal);
}

static void a_letter_is_posted_once(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	int64_t second;

	begin(journal);
	assert_int_equal(post(journal, "k1"), 1);
	assert_int_equal(post(journal, "k1"), 0);
	second = post(journal, "k2");
	assert_true(second > 1);
	commit(journal);
	begin(journal);
	assert_int_equal(post(journal, "k2"), 0);
	assert_true(post(journal, "k3") > second);
	commit(journal);
	assert_non_null(strstr(letters(*state, true).text, "1:k1=waiting"));
	nw_journal_close(journal);
}

static void what_is_rolled_back_was_not_posted(void **state)
{
	struct nw_journal *journal = open_journal(*state);

	begin(journal);
	(void)post(journal, "k1");
	save(journal, "flash/a", "new", 1);
	nw_journal_rollback(journal);
	assert_string_equal(letters(*state, false).text, "");
	assert_string_equal(incidents(*state).text, "");
	begin(journal);
	assert_true(post(journal, "k1") > 0);
	commit(journal);
	nw_journal_close(journal);
}

static void only_what_waits_is_to_be_sent(void **state)
{
	struct nw_journal *journal = open_journal(*state);

	begin(journal);
	(void)post(journal, "k1");
	(void)post(journal, "k2");
	(void)post(journal, "k3");
	(void)post(journal, "k4");
	note(journal, 1, NW_LETTER_SENT, 200);
	note(journal, 3, NW_LETTER_DEAD, 200);
	note(journal, 4, NW_LETTER_WAITING, 0);
	commit(journal);
	assert_string_equal(letters(*state, true).text, "2:k2=waiting 4:k4=waiting ");
	assert_string_equal(letters(*state, false).text, "4:k4=waiting 3:k3=dead 2:k2=waiting ");
	nw_journal_close(journal);
}

static void a_letter_is_read_as_it_was_written(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_arena *arena = nw_arena_new();
	struct nw_journal_reader *reader;
	struct nw_error error = {0};
	struct nw_letter_row l;

	begin(journal);
	(void)post(journal, "k1");
	note(journal, 1, NW_LETTER_WAITING, 0);
	commit(journal);
	reader = open_reader(*state);
	must(nw_journal_letter(reader, arena, 1, &l, &error), &error);
	assert_true(nw_str_eq(l.key, NW_STR("k1")));
	assert_true(nw_str_eq(l.incident, NW_STR("flash/story")));
	assert_true(nw_str_eq(l.channel, NW_STR("file:x")));
	assert_true(nw_str_eq(l.transition, NW_STR("first")));
	assert_true(nw_str_eq(l.payload, NW_STR("{\"title\":\"t\"}")));
	assert_true(nw_str_eq(l.error, NW_STR("no")));
	assert_int_equal(l.state, NW_LETTER_WAITING);
	assert_int_equal(l.due_s, 100);
	assert_int_equal(l.next_s, 500);
	assert_int_equal(l.tries, 3);
	assert_int_equal(l.created_s, 99);
	assert_int_equal(nw_journal_letter(reader, arena, 2, &l, &error), NW_E_GONE);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
	nw_arena_free(arena);
}

static void what_ended_long_ago_is_removed(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_error error = {0};

	begin(journal);
	(void)post(journal, "k1");
	(void)post(journal, "k2");
	(void)post(journal, "k3");
	note(journal, 1, NW_LETTER_SENT, 200);
	note(journal, 2, NW_LETTER_DEAD, 300);
	save(journal, "flash/story", "closed", 100); /* k3 still waits */
	save(journal, "flash/other", "closed", 100);
	save(journal, "flash/young", "closed", 400);
	save(journal, "flash/open", "grew", 100);
	must(nw_journal_forget_alerts(journal, 300, &error), &error);
	commit(journal);
	assert_string_equal(letters(*state, false).text, "3:k3=waiting 2:k2=dead ");
	assert_string_equal(incidents(*state).text,
		"flash/open=grew@100 flash/story=closed@100 flash/young=closed@400 ");
	begin(journal);
	note(journal, 3, NW_LETTER_SENT, 300);
	must(nw_journal_forget_alerts(journal, 301, &error), &error);
	assert_int_equal(post(journal, "k1"), 4); /* no number is given twice */
	commit(journal);
	assert_string_equal(incidents(*state).text, "flash/open=grew@100 flash/young=closed@400 ");
	nw_journal_close(journal);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

static void incidents_of_a_rule_that_is_gone_are_closed(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_error error = {0};

	begin(journal);
	save(journal, "flash/a", "grew", 1);
	save(journal, "flash-2/a", "grew", 1);
	save(journal, "flash-2/b", "closed", 1);
	save(journal, "flash0/", "rule", 1);
	must(nw_journal_close_incidents(journal, NW_STR("[\"flash\",\"other\"]"), 7, &error),
		&error);
	commit(journal);
	assert_string_equal(incidents(*state).text, "flash/a=grew@1 ");
	assert_string_equal(incidents_of(*state, NW_STR("flash-2")).text,
		"flash-2/a=closed@7 flash-2/b=closed@1 ");
	assert_string_equal(incidents_of(*state, NW_STR("flash0")).text, "flash0/=closed@7 ");
	nw_journal_close(journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_incident_is_written_over),
		TEST(a_letter_is_posted_once),
		TEST(what_is_rolled_back_was_not_posted),
		TEST(only_what_waits_is_to_be_sent),
		TEST(a_letter_is_read_as_it_was_written),
		TEST(what_ended_long_ago_is_removed),
		TEST(incidents_of_a_rule_that_is_gone_are_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
