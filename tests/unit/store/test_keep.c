#include "place.h"

#include "store/current.h"
#include "store/keep.h"
#include "store/trim.h"
#include "store/writing.h"

#define DAY INT64_C(86400)
#define NOW_S (4000 * DAY)

static const struct nw_trim for_ever = {.now_s = NOW_S, .remember = 1000000};

/* "libya 1825": days; 0 is for ever. */
static struct nw_trim rules_of(int64_t days, const char *const *tags, const int64_t *kept, size_t n)
{
	struct nw_trim rules = for_ever;

	rules.keeps.keep_s = days * DAY;
	for (size_t i = 0; i < n; i++)
		nw_keeps_add(&rules.keeps, nw_str(tags[i]), kept[i] * DAY);
	return rules;
}

static const char *const two[] = {"libya", "libya/haftar"};

/* --- how long --- */

static void a_record_is_kept_as_long_as_its_longest_tag_says(void **state)
{
	static const char *const tags[] = {"libya", "sport", "archive"};
	static const int64_t days[] = {1825, 7, 0};
	const struct nw_trim rules = rules_of(90, tags, days, 3);
	static const struct {
		const char *lines;
		int64_t days;
	} cases[] = {
		{"all/ 4\n", 90},
		{"sys/feed/libya/ 4\n", 90},
		{"alert/libya/ 4\n", 90},
		{"all/ 4\ntopic/libya/ 0\n", 1825},
		{"all/ 4\ntopic/libya-oil/ 0\n", 90},
		{"all/ 4\ntopic/libya/haftar/ 0\n", 1825},
		{"story/libya/ 4\n", 1825},
		{"all/ 4\ntopic/sport/ 1\n", 7},
		{"all/ 4\ntopic/sport/ 1\ntopic/gulf/ 2\n", 90},
		{"all/ 4\ntopic/sport/ 1\ntopic/libya/ 2\n", 1825},
		{"all/ 4\ntopic/libya/ 1\ntopic/archive/ 2\n", 0},
		{"all/ 4\n\ntopic/libya/\n", 1825},
		{"all/ 4\n\ntopic/sport/\n", 90},
		{"all/ 4\ntopic/sport/ 2\n\nall/\n", 90},
		{"all/ 4\ntopic/sport/ 2\n\ntopic/gulf/\ntopic/archive/\n", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
			nw_keeps_ask(&rules.keeps, nw_str(cases[i].lines)), cases[i].days * DAY);
	assert_int_equal(nw_keeps_ask(&for_ever.keeps, NW_STR("all/ 4\ntopic/x/ 1\n")), 0);
}

static void the_rule_that_names_most_of_a_tag_holds(void **state)
{
	static const int64_t days[] = {1825, 30};
	const struct nw_trim rules = rules_of(90, two, days, 2);

	(void)state;
	assert_int_equal(nw_keeps_ask(&rules.keeps, NW_STR("topic/libya/haftar/ 0\n")), 30 * DAY);
	assert_int_equal(nw_keeps_ask(&rules.keeps, NW_STR("topic/libya/haftar/x/ 0\n")), 30 * DAY);
	assert_int_equal(nw_keeps_ask(&rules.keeps, NW_STR("topic/libya/oil/ 0\n")), 1825 * DAY);
}

static void a_version_inherits_what_those_before_it_had(void **state)
{
	struct nw_buf lines;

	(void)state;
	nw_buf_init(&lines, 1000);
	nw_buf_add(&lines, NW_STR("all/ 9\ntopic/gulf/ 3\n"));
	nw_keep_inherit(&lines, NW_STR("all/ 1\ntopic/gulf/ 0\n"));
	assert_true(nw_str_eq(nw_buf_str(&lines), NW_STR("all/ 9\ntopic/gulf/ 3\n")));
	nw_keep_inherit(&lines, NW_STR("all/ 1\ntopic/libya/ 0\n\ntopic/gulf/\ntopic/oil/\n"));
	assert_true(nw_str_eq(
		nw_buf_str(&lines), NW_STR("all/ 9\ntopic/gulf/ 3\n\ntopic/libya/\ntopic/oil/\n")));
	nw_buf_empty(&lines);
	nw_buf_add(&lines, NW_STR("all/ 9\ntopic/gulf/ 3\n"));
	nw_keep_inherit(&lines, NW_STR("all/ 1\n"));
	assert_true(nw_str_eq(nw_buf_str(&lines), NW_STR("all/ 9\ntopic/gulf/ 3\n\nall/\n")));
	nw_buf_clear(&lines);
}

/* --- in a journal --- */

struct trimmer {
	struct nw_trim rules;
	int64_t records;
	char overrun[NW_TRIM_NAME];
};

static void trim_all(struct nw_journal *journal, struct trimmer *t)
{
	struct nw_trimmed step = {.more = true};
	struct nw_error error = {0};

	t->records = 0;
	t->overrun[0] = '\0';
	for (int i = 0; step.more; i++) {
		assert_true(i < 10000);
		begin(journal);
		must(nw_journal_trim(journal, &t->rules, &step, &error), &error);
		commit(journal);
		assert_true(step.records <= 512);
		t->records += step.records;
		if (step.overrun[0])
			memcpy(t->overrun, step.overrun, sizeof(t->overrun));
	}
}

struct article {
	int id;
	unsigned version;
	enum nw_kind kind;
	const char *tags[3];
	int64_t days_ago;
	size_t bytes;
};

static int64_t add(struct nw_journal *journal, const struct article *a)
{
	static char text[20000];
	struct nw_journal_key keys[4] = {{NW_STR("all/"), 0}};
	char hex[NW_HASH_HEX + 1], names[3][64];
	struct nw_record record = {.kind = a->kind,
		.version = a->version,
		.unix_ms = (NOW_S - a->days_ago * DAY) * 1000,
		.keys = keys,
		.n_keys = 1,
		.json = NW_STR("}"),
		.text = {text, a->bytes}};

	memset(text, 'x', sizeof(text));
	nw_hash_hex(
		(struct nw_hash){(uint64_t)a->id * UINT64_C(0x9e3779b97f4a7c15), (uint64_t)a->id},
		hex);
	record.id = nw_str(hex);
	for (int i = 0; i < 3 && a->tags[i]; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "topic/%s/", a->tags[i]);
		keys[record.n_keys++].key = nw_str(names[i]);
	}
	return append(journal, &record) ? record.seq : 0;
}

/* The seqs of what is there under a key, as text. */
static void read_seqs(const struct place *place, const char *key, char *text, size_t size)
{
	struct nw_journal_reader *reader = open_reader(place);
	const struct nw_str prefix = nw_str(key);
	struct nw_journal_query q = {.limit = 1000, .prefixes = &prefix, .n_prefixes = 1};
	struct nw_arena *arena = nw_arena_new();
	struct nw_error error = {0};
	struct nw_record *records;
	int64_t next;
	size_t n, at = 0;

	text[0] = '\0';
	must(nw_journal_read(reader, &q, arena, &records, &n, &next, &error), &error);
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, size - at, "%d ", (int)records[i].seq);
	nw_arena_free(arena);
	nw_journal_reader_close(reader);
}

static void check_seqs(const struct place *place, const char *key, const char *wanted)
{
	char text[4096];

	read_seqs(place, key, text, sizeof(text));
	assert_string_equal(text, wanted);
}

static void check_trimmed(const struct place *place, const char *key, int64_t after, int64_t wanted)
{
	struct nw_journal_reader *reader = open_reader(place);
	const struct nw_str prefix = nw_str(key);
	const struct nw_journal_query q = {.after = after, .prefixes = &prefix, .n_prefixes = 1};
	struct nw_error error = {0};
	int64_t trimmed, oldest;

	must(nw_journal_trimmed(reader, &q, &trimmed, &oldest, &error), &error);
	assert_int_equal(trimmed, wanted);
	nw_journal_reader_close(reader);
}

static void what_is_kept_longer_stays_among_what_goes(void **state)
{
	static const int64_t days[] = {1825, 1825};
	struct trimmer t = {.rules = rules_of(90, two, days, 2)};
	struct nw_journal *journal = open_journal(*state);

	begin(journal);
	for (int i = 1; i <= 10; i++)
		assert_int_equal(add(journal,
					 &(struct article){.id = i,
						 .version = 1,
						 .days_ago = 200 - i,
						 .tags = {i == 3 || i == 7 ? "libya" : "gulf"}}),
			i);
	assert_int_equal(
		add(journal, &(struct article){.id = 11, .version = 1, .tags = {"gulf"}}), 11);
	commit(journal);
	trim_all(journal, &t);
	assert_int_equal(t.records, 8);
	check_seqs(*state, "all/", "3 7 11 ");
	check_seqs(*state, "topic/gulf/", "11 ");
	check_seqs(*state, "topic/libya/", "3 7 ");
	check_trimmed(*state, "all/", 0, 10);
	check_trimmed(*state, "topic/gulf/", 0, 10);
	check_trimmed(*state, "topic/libya/", 0, 0);
	check_trimmed(*state, "all/", 11, 0);
	/* Each prev is of what there was, and a rule that changes is followed. */
	nw_journal_close(journal);
	journal = open_journal(*state);
	t.rules.keeps.v[0].keep_s = DAY;
	trim_all(journal, &t);
	assert_int_equal(t.records, 2);
	check_seqs(*state, "", "11 ");
	check_trimmed(*state, "topic/libya/", 0, 7);
	nw_journal_close(journal);
}

/* Else whoever has had it would take the journal for another one. */
static void the_newest_seq_stays_when_its_record_goes_before_others(void **state)
{
	static const int64_t days[] = {1825, 1825};
	struct trimmer t = {.rules = rules_of(90, two, days, 2)};
	const struct nw_journal_query query = {.after = 2, .limit = 10};
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader;
	struct nw_arena *arena = nw_arena_new();
	struct nw_error error = {0};
	struct nw_record *records;
	int64_t oldest, newest, next;
	size_t n;

	begin(journal);
	for (int i = 1; i <= 3; i++)
		(void)add(journal,
			&(struct article){.id = i,
				.version = 1,
				.days_ago = 200,
				.tags = {i == 3 ? "gulf" : "libya"}});
	commit(journal);
	trim_all(journal, &t);
	check_seqs(*state, "all/", "1 2 ");
	reader = open_reader(*state);
	must(nw_journal_bounds(reader, &oldest, &newest, &error), &error);
	assert_int_equal(oldest, 1);
	assert_int_equal(newest, 3);
	must(nw_journal_read(reader, &query, arena, &records, &n, &next, &error), &error);
	assert_int_equal(n, 0);
	assert_int_equal(next, 3);
	nw_journal_reader_close(reader);
	nw_arena_free(arena);
	nw_journal_close(journal);
}

static void what_corrects_or_takes_back_stays_with_what_it_is_of(void **state)
{
	static const int64_t days[] = {1825, 1825};
	struct trimmer t = {.rules = rules_of(90, two, days, 2)};
	struct nw_journal *journal = open_journal(*state);

	begin(journal);
	(void)add(journal,
		&(struct article){.id = 1, .version = 1, .days_ago = 300, .tags = {"libya"}});
	(void)add(journal,
		&(struct article){.id = 2, .version = 1, .days_ago = 299, .tags = {"gulf"}});
	(void)add(journal, &(struct article){1, 2, NW_KIND_UPDATE, {"gulf"}, 298, 0});
	(void)add(journal, &(struct article){1, 3, NW_KIND_CANCEL, {NULL}, 297, 0});
	(void)add(journal, &(struct article){2, 2, NW_KIND_CANCEL, {NULL}, 296, 0});
	commit(journal);
	trim_all(journal, &t);
	check_seqs(*state, "all/", "1 3 4 ");
	check_seqs(*state, "topic/libya/", "1 "); /* what is inherited is no key of it */
	t.rules.now_s += 1825 * DAY;
	trim_all(journal, &t);
	check_seqs(*state, "all/", "");
	nw_journal_close(journal);
}

/* Of 90 days, 60 are two thirds; of 1,825 these are nothing yet, and for ever is longer still. */
static void too_large_a_journal_loses_what_has_had_most_of_its_time(void **state)
{
	static const char *const tags[] = {"libya", "archive"};
	static const int64_t days[] = {1825, 0};
	struct trimmer t = {.rules = rules_of(90, tags, days, 2)};
	struct nw_journal *journal = open_journal(*state);
	char text[8192];

	begin(journal);
	for (int i = 0; i < 300; i++)
		assert_true(add(journal,
				    &(struct article){.id = i + 1,
					    .version = 1,
					    .bytes = 10000,
					    .days_ago = 60 - i / 5,
					    .tags = {i % 3 == 0          ? "libya"
							    : i % 3 == 1 ? "archive"
									 : "gulf"}}) > 0);
	commit(journal);
	t.rules.keep_bytes = 2500000;
	trim_all(journal, &t);
	assert_true(t.records > 50);
	check_trimmed(*state, "topic/libya/", 0, 0);
	read_seqs(*state, "topic/gulf/", text, sizeof(text));
	assert_true(atoi(text) > 100);
	t.rules.keep_bytes = 1400000; /* all that is left of gulf is less */
	trim_all(journal, &t);
	check_seqs(*state, "topic/gulf/", "");
	check_trimmed(*state, "topic/archive/", 0, 0);
	read_seqs(*state, "topic/libya/", text, sizeof(text));
	assert_true(atoi(text) > 1);
	t.rules.keep_bytes = 500000;
	trim_all(journal, &t);
	check_seqs(*state, "topic/libya/", "");
	read_seqs(*state, "all/", text, sizeof(text));
	assert_true(atoi(text) > 100);
	nw_journal_close(journal);
}

static void a_live_cursor_holds_what_is_kept_for_any_time(void **state)
{
	static const int64_t days[] = {1825, 30};
	struct trimmer t = {.rules = rules_of(90, two, days, 2)};
	struct nw_journal *journal = open_journal(*state);
	struct nw_error error = {0};
	int64_t seq = 4;

	begin(journal);
	for (int i = 1; i <= 9; i++)
		(void)add(journal,
			&(struct article){.id = i,
				.version = 1,
				.days_ago = 200,
				.tags = {i % 3 == 1          ? "libya"
						: i % 3 == 2 ? "libya/haftar"
							     : "gulf"}});
	must(nw_journal_save_cursor(journal, NW_STR("desk"), &seq, NOW_S, &error), &error);
	commit(journal);
	trim_all(journal, &t);
	check_seqs(*state, "all/", "1 4 5 6 7 8 9 ");
	nw_journal_close(journal);
}

static void what_lists_show_is_right_with_gaps(void **state)
{
	static const int64_t days[] = {1825, 1825};
	struct trimmer t = {.rules = rules_of(90, two, days, 2)};
	struct nw_journal *journal = open_journal(*state);
	const struct nw_str all = NW_STR("all/");
	const struct nw_current_query q = {.prefixes = &all, .n_prefixes = 1, .limit = 3};
	struct nw_journal_query last = {.prefixes = &all, .n_prefixes = 1, .limit = 4};
	struct nw_arena *arena = nw_arena_new();
	struct nw_journal_reader *reader;
	struct nw_current page;
	struct nw_error error = {0};
	int64_t after;

	journal->versions.run_max = 16;
	begin(journal);
	for (int i = 1; i <= 100; i++)
		(void)add(journal,
			&(struct article){.id = i,
				.version = 1,
				.days_ago = 300 - i,
				.tags = {i % 10 == 0 ? "libya" : "gulf"}});
	commit(journal);
	begin(journal); /* the newest of 50 is another now, and neither is under libya any more */
	(void)add(journal, &(struct article){50, 2, NW_KIND_UPDATE, {"gulf"}, 150, 0});
	commit(journal);
	t.rules.remember = 20; /* what was met long ago is forgotten, unless it is there */
	trim_all(journal, &t);
	for (int i = 0; i < 10; i++) {
		begin(journal);
		for (int k = 0; k < 20; k++)
			(void)add(journal,
				&(struct article){.id = 1000 + i * 20 + k,
					.version = 1,
					.days_ago = 100,
					.tags = {"gulf"}});
		commit(journal);
		trim_all(journal, &t);
	}
	check_seqs(*state, "all/", "10 20 30 40 50 60 70 80 90 100 101 ");
	reader = open_reader(*state);
	must(nw_journal_current(reader, &q, arena, &page, &error), &error);
	assert_int_equal(page.n, 3);
	assert_int_equal(page.records[0].seq, 101);
	assert_int_equal(page.records[2].seq, 90);
	must(nw_journal_current(reader,
		     &(struct nw_current_query){.prefixes = &all, .n_prefixes = 1, .limit = 100},
		     arena, &page, &error),
		&error);
	assert_int_equal(page.n, 10); /* without 50, which 101 is the newest of */
	must(nw_journal_seek_last(reader, &last, &after, &error), &error);
	assert_int_equal(after, 79);
	must(nw_journal_seek_time(reader, (NOW_S - 235 * DAY) * 1000, &after, &error), &error);
	assert_true(after >= 60 && after < 70);
	nw_journal_reader_close(reader);
	nw_arena_free(arena);
	nw_journal_close(journal);
}

/* --- against a model --- */

#define RECORDS 4000
#define IDS 700

struct model {
	struct article records[RECORDS]; /* by seq - 1 */
	int64_t kept_days[RECORDS];      /* as of its own tags; 0: for ever */
	int newest[IDS];
	int n;
	uint64_t dice;
};

static const char *const model_tags[] = {"a", "a/b", "c", "d", "e"};
static const int64_t model_days[] = {1825, 20, 7, 0, 90};

static int64_t longest(int64_t a, int64_t b)
{
	return !a || !b ? 0 : a > b ? a : b;
}

static void add_to_model(struct model *m, struct nw_journal *journal, int64_t days_ago)
{
	const int id = (int)dice(&m->dice, IDS), before = m->newest[id];
	struct article *a = &m->records[m->n];
	int64_t kept = -1;

	*a = (struct article){.id = id + 1,
		.days_ago = days_ago,
		.version = before ? m->records[before - 1].version + 1 : 1,
		.kind = !before             ? NW_KIND_ITEM
			: dice(&m->dice, 3) ? NW_KIND_UPDATE
					    : NW_KIND_CANCEL};
	for (uint32_t i = 0, n = dice(&m->dice, 3); i < n; i++) {
		const uint32_t tag = (dice(&m->dice, 2) + 2 * i) % 5;

		a->tags[i] = model_tags[tag];
		kept = kept < 0 ? model_days[tag] : longest(kept, model_days[tag]);
	}
	m->kept_days[m->n] = kept < 0 ? 90 : kept;
	assert_int_equal(add(journal, a), m->n + 1);
	m->newest[id] = ++m->n;
}

/* A version is never there without those that came after it. */
static void check_model(const struct model *m, const struct place *place, int64_t now_days)
{
	struct nw_journal_reader *reader = open_reader(place);
	struct nw_journal_query q = {.limit = 500};
	struct nw_arena *arena = nw_arena_new();
	struct nw_error error = {0};
	struct nw_record *records;
	bool *is_there = nw_must_calloc(RECORDS, 1);
	int64_t next;

	for (size_t n = 1; n; q.after = next) {
		must(nw_journal_read(reader, &q, arena, &records, &n, &next, &error), &error);
		for (size_t i = 0; i < n; i++)
			is_there[records[i].seq - 1] = true;
	}
	for (int i = 0; i < m->n; i++) {
		const int64_t age = m->records[i].days_ago + now_days;
		bool has_older = false;

		for (int k = 0; k < i; k++)
			has_older =
				has_older || (is_there[k] && m->records[k].id == m->records[i].id);
		if (!m->kept_days[i] || age <= m->kept_days[i])
			assert_true(is_there[i]);
		assert_true(is_there[i] || !has_older);
	}
	free(is_there);
	nw_arena_free(arena);
	nw_journal_reader_close(reader);
}

static void whatever_is_removed_no_version_outlives_a_later_one(void **state)
{
	static const char *const tags[] = {"a", "a/b", "c", "d"};
	struct model *m = nw_must_calloc(1, sizeof(*m));
	struct trimmer t = {.rules = rules_of(90, tags, model_days, 4)};
	struct nw_journal *journal = open_journal(*state);

	m->dice = 7;
	journal->versions.run_max = 50;
	for (int round = 0; m->n < RECORDS; round++) {
		begin(journal);
		for (int i = 0; i < 400 && m->n < RECORDS; i++)
			add_to_model(m, journal, 400 - m->n / 10);
		commit(journal);
	}
	for (int64_t days = 0; days < 2400; days += 200) {
		t.rules.now_s = NOW_S + days * DAY;
		trim_all(journal, &t);
		check_model(m, *state, days);
		if (days % 600 == 0) {
			nw_journal_close(journal);
			journal = open_journal(*state);
		}
	}
	nw_journal_close(journal);
	free(m);
}

/* Each step looks at so many at most, however much is kept at the journal's beginning. */
static void a_step_looks_at_few_whatever_is_kept(void **state)
{
	static const int64_t days[] = {1825, 1825};
	struct nw_trim rules = rules_of(90, two, days, 2);
	struct nw_journal *journal = open_journal(*state);
	struct nw_trimmed step = {.more = true};
	struct nw_error error = {0};
	int steps = 0;

	begin(journal);
	for (int i = 1; i <= 9000; i++)
		(void)add(journal,
			&(struct article){.id = i,
				.version = 1,
				.days_ago = 200,
				.tags = {i == 8990 ? "gulf" : "libya"}});
	commit(journal);
	for (; step.more; steps++) {
		begin(journal);
		must(nw_journal_trim(journal, &rules, &step, &error), &error);
		commit(journal);
		assert_int_equal(step.oldest, 1);
		assert_true(step.records == 0 || steps >= 4);
	}
	assert_true(steps >= 5);
	check_trimmed(*state, "all/", 0, 8990);
	nw_journal_close(journal);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_kept_as_long_as_its_longest_tag_says),
		cmocka_unit_test(the_rule_that_names_most_of_a_tag_holds),
		cmocka_unit_test(a_version_inherits_what_those_before_it_had),
		TEST(what_is_kept_longer_stays_among_what_goes),
		TEST(the_newest_seq_stays_when_its_record_goes_before_others),
		TEST(what_corrects_or_takes_back_stays_with_what_it_is_of),
		TEST(too_large_a_journal_loses_what_has_had_most_of_its_time),
		TEST(a_live_cursor_holds_what_is_kept_for_any_time),
		TEST(what_lists_show_is_right_with_gaps),
		TEST(whatever_is_removed_no_version_outlives_a_later_one),
		TEST(a_step_looks_at_few_whatever_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
