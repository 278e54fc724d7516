#include "place.h"

#include "store/trim.h"
#include "store/writing.h"

#define DAY INT64_C(86400)
#define NOW_S (1000 * DAY)
#define ROUNDS 50

static const struct nw_trim for_ever = {.now_s = NOW_S, .remember = 1000000};

/* Steps until there is nothing more to do, each in a commit of its own; the sum of them. */
static struct nw_trimmed trim(struct nw_journal *journal, struct nw_trim rules)
{
	struct nw_trimmed sum = {0}, step = {.more = true};
	struct nw_error error = {0};

	for (int i = 0; step.more; i++) {
		assert_true(i < 10000);
		begin(journal);
		must(nw_journal_trim(journal, &rules, &step, &error), &error);
		commit(journal);
		sum.records += step.records;
		sum.oldest = step.oldest;
		sum.bytes = step.bytes;
		if (step.forgotten[0])
			memcpy(sum.forgotten, step.forgotten, sizeof(sum.forgotten));
		if (step.overrun[0])
			memcpy(sum.overrun, step.overrun, sizeof(sum.overrun));
	}
	return sum;
}

/* Ids lie anywhere in the table. */
static struct nw_hash hash_of(int id)
{
	return (struct nw_hash){(uint64_t)id * UINT64_C(0x9e3779b97f4a7c15), (uint64_t)id};
}

/* An article of so many bytes, published so many days ago. */
static int64_t add_version(
	struct nw_journal *journal, int id, unsigned version, int64_t days_ago, size_t bytes)
{
	static char text[20000];
	struct nw_journal_key keys[] = {{NW_STR("all/"), 0}, {NW_STR("topic/libya/"), 0}};
	char hex[NW_HASH_HEX + 1];
	struct nw_record record = {.kind = version > 1 ? NW_KIND_UPDATE : NW_KIND_ITEM,
		.version = version,
		.unix_ms = (NOW_S - days_ago * DAY) * 1000,
		.content = {version, 7},
		.whole = true,
		.keys = keys,
		.n_keys = id % 3 ? 1 : 2,
		.text = {text, bytes}};

	memset(text, 'x', sizeof(text));
	nw_hash_hex(hash_of(id), hex);
	record.id = nw_str(hex);
	return append(journal, &record) ? record.seq : 0;
}

static void add_articles(
	struct nw_journal *journal, int first, int n, int64_t days_ago, size_t bytes)
{
	begin(journal);
	for (int i = 0; i < n; i++)
		assert_true(add_version(journal, first + i, 1, days_ago, bytes) > 0);
	commit(journal);
}

static unsigned newest_of(struct nw_journal *journal, int id)
{
	struct nw_error error = {0};
	struct nw_newest newest;
	char hex[NW_HASH_HEX + 1];

	nw_hash_hex(hash_of(id), hex);
	begin(journal);
	must(nw_journal_newest(journal, nw_str(hex), &newest, &error), &error);
	nw_journal_rollback(journal);
	return newest.version;
}

static void move(struct nw_journal *journal, const char *name, int64_t seq, int64_t days_ago)
{
	struct nw_error error = {0};

	begin(journal);
	must(nw_journal_save_cursor(journal, nw_str(name), &seq, NOW_S - days_ago * DAY, &error),
		&error);
	commit(journal);
}

static void check_bounds(const struct place *place, int64_t oldest, int64_t newest)
{
	struct nw_journal_reader *reader = open_reader(place);
	struct nw_error error = {0};
	int64_t from, to;

	must(nw_journal_bounds(reader, &from, &to, &error), &error);
	assert_int_equal(from, oldest);
	assert_int_equal(to, newest);
	nw_journal_reader_close(reader);
}

static int64_t count(const struct place *place, const char *sql)
{
	sqlite3_stmt *statement;
	sqlite3 *db;
	int64_t n;

	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	n = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
	return n;
}

/* --- the rules --- */

static void count_sketch(void *arg, const struct nw_kept_sketch *sketch)
{
	int64_t *seq = arg;

	assert_true(sketch->seq > *seq); /* oldest first */
	assert_true(nw_hash_eq(sketch->story, hash_of(3)));
	assert_true(nw_str_eq(sketch->tags, NW_STR("libya oil")));
	*seq = sketch->seq;
}

static void a_sketch_goes_with_its_record(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader = open_reader(*state);
	struct nw_trim rules = for_ever;
	struct nw_error error = {0};
	int64_t seq = 0;

	add_articles(journal, 1, 700, 40, 100);
	begin(journal);
	for (int i = 1; i <= 700; i++) {
		const struct nw_kept_sketch kept = {
			.seq = i, .story = hash_of(3), .tags = NW_STR("libya oil")};

		must(nw_journal_save_sketch(journal, &kept, &error), &error);
	}
	commit(journal);
	must(nw_journal_each_sketch(reader, 1000, count_sketch, &seq, &error), &error);
	assert_int_equal(seq, 700);
	seq = 690;
	must(nw_journal_each_sketch(reader, 10, count_sketch, &seq, &error), &error);
	rules.keeps.keep_s = 30 * DAY;
	assert_int_equal(trim(journal, rules).records, 700);
	assert_int_equal(count(*state, "SELECT count(*) FROM sketch"), 0);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
}

static void what_is_older_goes_and_nothing_else(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_trim rules = for_ever;

	add_articles(journal, 1, 700, 40, 100);
	add_articles(journal, 701, 300, 5, 5000);
	assert_int_equal(trim(journal, rules).records, 0);
	check_bounds(*state, 1, 1000);
	rules.keeps.keep_s = 30 * DAY;
	assert_int_equal(trim(journal, rules).records, 700);
	assert_int_equal(trim(journal, rules).records, 0);
	check_bounds(*state, 701, 1000);
	assert_int_equal(count(*state, "SELECT count(*) FROM keyed WHERE seq < 701"), 0);
	assert_int_equal(count(*state, "SELECT count(*) FROM keyed"), 100);
	rules.keeps.keep_s = DAY;
	assert_int_equal(trim(journal, rules).oldest, 1001);
	check_bounds(*state, 1001, 1000);
	begin(journal);
	assert_int_equal(add_version(journal, 2000, 1, 0, 10), 1001);
	commit(journal);
	check_bounds(*state, 1001, 1001);
	nw_journal_close(journal);
}

/* Of what a clock that was years ahead wrote the age is that of what came next. */
static void a_clock_that_was_ahead_holds_nothing(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_trim rules = for_ever;

	add_articles(journal, 1, 10, 120, 100);
	add_articles(journal, 11, 3000, -3650, 100);
	add_articles(journal, 3011, 10, 110, 100);
	add_articles(journal, 3021, 10, -3650, 100);
	add_articles(journal, 3031, 10, 10, 100);
	add_articles(journal, 3041, 10, -3650, 100);
	rules.keeps.keep_s = 90 * DAY;
	assert_int_equal(trim(journal, rules).records, 3020);
	check_bounds(*state, 3021, 3050);
	rules.now_s += 200 * DAY;
	assert_int_equal(trim(journal, rules).records, 20);
	check_bounds(*state, 3041, 3050);
	nw_journal_close(journal);
}

static void age_never_passes_a_live_cursor(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_trim rules = {.now_s = NOW_S,
		.remember = 1000,
		.keeps.keep_s = 30 * DAY,
		.cursor_keep_s = 30 * DAY};
	struct nw_trimmed trimmed;

	add_articles(journal, 1, 100, 90, 100);
	move(journal, "quick", 80, 1);
	move(journal, "slow", 25, 29);
	trimmed = trim(journal, rules);
	assert_int_equal(trimmed.records, 25);
	assert_string_equal(trimmed.forgotten, "");
	check_bounds(*state, 26, 100);
	rules.now_s += 2 * DAY;
	trimmed = trim(journal, rules);
	assert_string_equal(trimmed.forgotten, "slow");
	assert_string_equal(trimmed.overrun, "");
	check_bounds(*state, 81, 100);
	rules.cursor_keep_s = 0;
	rules.now_s += 1000 * DAY;
	assert_int_equal(trim(journal, rules).records, 0);
	nw_journal_close(journal);
}

static void size_passes_a_live_cursor_only_at_twice_the_size(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_trim rules = for_ever;
	struct nw_trimmed trimmed;

	rules.keep_bytes = 1 << 20;
	add_articles(journal, 1, 150, 1, 10000);
	move(journal, "desk", 10, 1);
	trimmed = trim(journal, rules); /* some 1.8 MB: all before the cursor, and no more */
	check_bounds(*state, 11, 150);
	assert_true(trimmed.bytes > rules.keep_bytes && trimmed.bytes < 2 * rules.keep_bytes);
	assert_string_equal(trimmed.overrun, "");
	add_articles(journal, 1001, 150, 0, 10000);
	trimmed = trim(journal, rules);
	assert_string_equal(trimmed.overrun, "desk");
	assert_true(trimmed.bytes > rules.keep_bytes && trimmed.bytes <= 2 * rules.keep_bytes);
	move(journal, "desk", 300, 0);
	trimmed = trim(journal, rules);
	assert_string_equal(trimmed.overrun, "");
	assert_true(trimmed.bytes <= rules.keep_bytes);
	assert_true(trimmed.oldest < 300);
	nw_journal_close(journal);
}

static void a_cursor_that_is_forgotten_holds_nothing_and_may_come_back(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_error error = {0};
	struct nw_trim rules = for_ever;

	rules.keeps.keep_s = DAY;
	add_articles(journal, 1, 10, 9, 100);
	move(journal, "desk", 3, 1);
	assert_int_equal(trim(journal, rules).records, 3);
	begin(journal);
	assert_int_equal(nw_journal_forget_cursor(journal, NW_STR("none"), &error), NW_E_SYNTAX);
	must(nw_journal_forget_cursor(journal, NW_STR("desk"), &error), &error);
	commit(journal);
	assert_int_equal(trim(journal, rules).records, 7);
	move(journal, "desk", 10, 0);
	assert_int_equal(count(*state, "SELECT seq FROM cursor"), 10);
	nw_journal_close(journal);
}

static void one_step_is_a_short_one(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_trim rules = for_ever;
	struct nw_trimmed step;
	struct nw_error error = {0};

	rules.keeps.keep_s = DAY;
	add_articles(journal, 1, 3000, 9, 10);
	for (int i = 0; i < 2; i++) {
		begin(journal);
		must(nw_journal_trim(journal, &rules, &step, &error), &error);
		commit(journal);
		assert_true(step.more && step.records <= 512);
	}
	assert_int_equal(trim(journal, rules).oldest, 3001);
	nw_journal_close(journal);
}

/* --- what outlives the records --- */

static void an_article_is_not_published_again_when_its_record_is_gone(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_trim rules = for_ever;

	rules.keeps.keep_s = DAY;
	for (int reopened = 0; reopened < 2; reopened++) {
		add_articles(journal, reopened * 100 + 1, 100, 9, 100);
		assert_int_equal(trim(journal, rules).records, 100 + reopened);
		nw_journal_close(journal);
		journal = open_journal(*state);
		begin(journal);
		assert_int_equal(add_version(journal, 50, 1, 9, 100), 0);
		assert_int_equal(add_version(journal, 50, 2 + (unsigned)reopened, 9, 100),
			101 + reopened * 101);
		commit(journal);
		assert_int_equal(newest_of(journal, 50), 2 + reopened);
		assert_int_equal(newest_of(journal, 51), 1);
	}
	nw_journal_close(journal);
}

static void identities_are_the_newest_ones(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_trim rules = for_ever;
	struct nw_error error = {0};

	begin(journal);
	for (uint64_t i = 0; i < 5000; i++) {
		const struct nw_identity identity = {{1, i}, {2, i}, {3, i}};

		must(nw_journal_identify(journal, &identity, 1, 1, &error), &error);
	}
	commit(journal);
	(void)trim(journal, rules);
	assert_int_equal(count(*state, "SELECT count(*) FROM identity"), 5000);
	rules.remember = 1234;
	(void)trim(journal, rules);
	assert_int_equal(count(*state, "SELECT count(*) FROM identity"), 1234);
	assert_int_equal(count(*state, "SELECT max(n) FROM identity"), 5000);
	nw_journal_close(journal);
}

/* Forgotten only once it is neither in the journal nor met for as long as is remembered. */
static void an_article_that_nobody_lists_is_forgotten_at_last(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_trim rules = for_ever;
	struct nw_error error = {0};
	struct nw_identity listed = {{0}, hash_of(42), {0}};

	journal->versions.run_max = 64;
	rules.keeps.keep_s = 3 * DAY;
	rules.remember = 200;
	for (int i = 0; i < 40; i++) {
		add_articles(journal, 1 + i * 100, 100, i < 39 ? 9 : 1, 10);
		begin(journal);
		must(nw_journal_identify(journal, &listed, 1, 1, &error), &error);
		commit(journal);
		(void)trim(journal, rules);
	}
	assert_int_equal(newest_of(journal, 42), 1);
	assert_int_equal(newest_of(journal, 43), 0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(newest_of(journal, 3901 + i), 1);
	assert_true(count(*state, "SELECT count(*) FROM article") < 1000);
	nw_journal_close(journal);
}

static void prev_stays_right_when_all_is_gone(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_trim rules = for_ever;
	const char *libya = "topic/libya/";
	struct nw_journal_key keys[] = {{NW_STR("all/"), 0}, {NW_STR("topic/libya/"), 0}};
	struct nw_record record = {.version = 1, .keys = keys, .n_keys = 2, .id = NW_STR("x")};
	int64_t seq;

	rules.keeps.keep_s = DAY;
	begin(journal);
	assert_true(append_under(journal, 1, &libya, 1, &seq));
	assert_true(append_under(journal, 2, NULL, 0, &seq));
	commit(journal);
	assert_int_equal(trim(journal, rules).records, 2);
	nw_journal_close(journal);
	journal = open_journal(*state);
	begin(journal);
	assert_true(append(journal, &record));
	assert_int_equal(record.seq, 3);
	assert_int_equal(keys[0].prev, 2);
	assert_int_equal(keys[1].prev, 1);
	commit(journal);
	nw_journal_close(journal);
}

/* --- space --- */

static void the_file_stops_growing(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_trim rules = for_ever;
	int64_t pages = 0;

	rules.keep_bytes = 2 << 20;
	rules.remember = 1000;
	journal->versions.run_max = 128;
	assert_int_equal(count(*state, "PRAGMA auto_vacuum"), 2);
	for (int i = 0; i < ROUNDS; i++) {
		add_articles(journal, 1 + i * 300, 300, 0, 3000 + (size_t)(i % 7) * 500);
		assert_true(trim(journal, rules).bytes <= rules.keep_bytes);
		if (i == ROUNDS / 5)
			pages = count(*state, "PRAGMA page_count");
	}
	assert_true(count(*state, "PRAGMA page_count") <= pages * 5 / 4);
	nw_journal_close(journal);
}

static void the_file_shrinks_in_steps_when_less_is_kept(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_trim rules = for_ever;
	struct nw_trimmed step = {.more = true};
	struct nw_error error = {0};
	int64_t pages, before;
	struct stat st;

	for (int i = 0; i < 20; i++)
		add_articles(journal, 1 + i * 300, 300, 0, 12000);
	before = pages = count(*state, "PRAGMA page_count");
	assert_true(pages > 18000);
	rules.keep_bytes = 4 << 20;
	while (step.more) {
		begin(journal);
		must(nw_journal_trim(journal, &rules, &step, &error), &error);
		commit(journal);
		assert_true(before - count(*state, "PRAGMA page_count") <= 700);
		before = count(*state, "PRAGMA page_count");
	}
	assert_true(before < pages / 4);
	assert_int_equal(stat(((const struct place *)*state)->path, &st), 0);
	assert_int_equal(st.st_size, before * 4096); /* and not once the log is full */
	assert_true(count(*state, "PRAGMA freelist_count") >= 1024); /* to be written to again */
	assert_int_equal(count(*state, "SELECT count(*) FROM pragma_integrity_check"), 1);
	assert_int_equal(newest_of(journal, 5999), 1);
	nw_journal_close(journal);
}

static void a_file_that_cannot_shrink_is_trimmed_all_the_same(void **state)
{
	const struct place *place = *state;
	struct nw_trim rules = for_ever;
	struct nw_journal *journal = open_journal(place);

	nw_journal_close(journal);
	assert_int_equal(
		meddle(place, "PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM"),
		SQLITE_OK);
	journal = open_journal(place);
	assert_int_equal(count(place, "PRAGMA auto_vacuum"), 0);
	for (int i = 0; i < 20; i++)
		add_articles(journal, 1 + i * 300, 300, 0, 12000);
	rules.keep_bytes = 4 << 20;
	assert_true(trim(journal, rules).bytes <= rules.keep_bytes);
	assert_true(count(place, "PRAGMA page_count") > 18000);
	nw_journal_close(journal);
}

static void a_page_tells_what_was_trimmed_before_it(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader = open_reader(*state);
	struct nw_journal_query q = {.limit = 10};
	struct nw_arena *arena = nw_arena_new();
	struct nw_trim rules = for_ever;
	struct nw_error error = {0};
	struct nw_record *records;
	int64_t next;
	size_t n;

	must(nw_journal_read(reader, &q, arena, &records, &n, &next, &error), &error);
	assert_int_equal(nw_journal_page_oldest(reader), 0);
	add_articles(journal, 1, 100, 9, 100);
	add_articles(journal, 101, 100, 0, 100);
	must(nw_journal_read(reader, &q, arena, &records, &n, &next, &error), &error);
	assert_int_equal(nw_journal_page_oldest(reader), 1);
	rules.keeps.keep_s = DAY;
	assert_int_equal(trim(journal, rules).records, 100);
	q.after = next;
	must(nw_journal_read(reader, &q, arena, &records, &n, &next, &error), &error);
	assert_int_equal(nw_journal_page_oldest(reader), 101);
	assert_int_equal(records[0].seq, 101);
	rules.now_s += 9 * DAY;
	assert_int_equal(trim(journal, rules).records, 100);
	must(nw_journal_read(reader, &q, arena, &records, &n, &next, &error), &error);
	assert_int_equal(nw_journal_page_oldest(reader), 201);
	assert_int_equal(n, 0);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
	nw_arena_free(arena);
}

/* --- against a model --- */

#define IDS 400
#define RECORDS_MAX 12000

struct kept {
	int id;
	unsigned version;
	int64_t unix_ms;
	size_t bytes;
};

struct model {
	struct kept records[RECORDS_MAX]; /* by seq - 1 */
	unsigned newest[IDS];
	int64_t n, oldest;
	uint64_t dice;
};

static void append_some(struct model *m, struct nw_journal *journal)
{
	struct model *before = nw_must_calloc(1, sizeof(*before));

	*before = *m;
	begin(journal);
	for (uint32_t left = 1 + dice(&m->dice, 60); left && m->n < RECORDS_MAX; left--) {
		const int id = (int)dice(&m->dice, IDS);
		const unsigned version = m->newest[id] + (dice(&m->dice, 3) > 0);
		const int64_t days_ago = RECORDS_MAX / 100 - m->n / 100;
		const size_t bytes = dice(&m->dice, dice(&m->dice, 9) ? 600 : 15000);
		const int64_t seq =
			version ? add_version(journal, id, version, days_ago, bytes) : 0;

		assert_int_equal(seq, version > m->newest[id] ? m->n + 1 : 0);
		if (!seq)
			continue;
		m->newest[id] = version;
		m->records[m->n++] =
			(struct kept){id, version, (NOW_S - days_ago * DAY) * 1000, bytes};
	}
	if (dice(&m->dice, 6) == 0) {
		nw_journal_rollback(journal);
		before->dice = m->dice;
		*m = *before;
	} else {
		commit(journal);
	}
	free(before);
}

static void trim_some(struct model *m, struct nw_journal *journal)
{
	struct nw_trim rules = for_ever;
	struct nw_trimmed step;
	struct nw_error error = {0};
	bool is_kept = dice(&m->dice, 4) > 0;

	rules.keeps.keep_s = (RECORDS_MAX / 100 - m->n / 100 + dice(&m->dice, 15)) * DAY;
	begin(journal);
	must(nw_journal_trim(journal, &rules, &step, &error), &error);
	if (is_kept)
		commit(journal);
	else
		nw_journal_rollback(journal);
	for (int64_t i = 0; is_kept && i < step.records; i++)
		assert_true(m->records[m->oldest - 1 + i].unix_ms <
			(rules.now_s - rules.keeps.keep_s) * 1000);
	if (is_kept)
		m->oldest += step.records;
}

static void check_model(
	const struct model *m, struct nw_journal *journal, const struct place *place)
{
	struct nw_journal_reader *reader = open_reader(place);
	struct nw_journal_query q = {.limit = 100000, .after = m->oldest - 1};
	struct nw_arena *arena = nw_arena_new();
	struct nw_error error = {0};
	struct nw_record *records;
	int64_t next, at = m->oldest;

	for (size_t n = 1; n; q.after = next) {
		must(nw_journal_read(reader, &q, arena, &records, &n, &next, &error), &error);
		for (size_t i = 0; i < n; i++, at++) {
			const struct kept *kept = &m->records[at - 1];

			assert_int_equal(records[i].seq, at);
			assert_int_equal(records[i].version, kept->version);
			assert_int_equal(records[i].text.n, kept->bytes);
			assert_int_equal(records[i].unix_ms, kept->unix_ms);
		}
	}
	assert_int_equal(at, m->n + 1);
	for (int id = 0; id < IDS; id++)
		assert_int_equal(newest_of(journal, id), m->newest[id]);
	if (m->n)
		check_bounds(place, m->oldest, m->n);
	nw_journal_reader_close(reader);
	nw_arena_free(arena);
}

static void what_is_left_is_what_the_model_says(void **state)
{
	struct model *m = nw_must_calloc(1, sizeof(*m));
	struct nw_journal *journal = open_journal(*state);

	m->dice = 41;
	m->oldest = 1;
	journal->versions.run_max = 50;
	for (int i = 0; m->n < RECORDS_MAX; i++) {
		append_some(m, journal);
		if (dice(&m->dice, 4) == 0)
			trim_some(m, journal);
		if (dice(&m->dice, 40) == 0) {
			nw_journal_close(journal);
			journal = open_journal(*state);
			journal->versions.run_max = 20 + dice(&m->dice, 300);
		}
		if (i % 60 == 0)
			check_model(m, journal, *state);
	}
	check_model(m, journal, *state);
	assert_true(m->oldest > RECORDS_MAX / 2);
	nw_journal_close(journal);
	free(m);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_older_goes_and_nothing_else),
		TEST(a_sketch_goes_with_its_record),
		TEST(a_clock_that_was_ahead_holds_nothing),
		TEST(age_never_passes_a_live_cursor),
		TEST(size_passes_a_live_cursor_only_at_twice_the_size),
		TEST(a_cursor_that_is_forgotten_holds_nothing_and_may_come_back),
		TEST(one_step_is_a_short_one),
		TEST(an_article_is_not_published_again_when_its_record_is_gone),
		TEST(identities_are_the_newest_ones),
		TEST(an_article_that_nobody_lists_is_forgotten_at_last),
		TEST(prev_stays_right_when_all_is_gone),
		TEST(the_file_stops_growing),
		TEST(the_file_shrinks_in_steps_when_less_is_kept),
		TEST(a_file_that_cannot_shrink_is_trimmed_all_the_same),
		TEST(a_page_tells_what_was_trimmed_before_it),
		TEST(what_is_left_is_what_the_model_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
