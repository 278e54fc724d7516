#include "place.h"

/* The journal against a plain array that keeps everything in memory. */
#define RECORDS_MAX 3000
#define NAMES 12

static const char *const names[NAMES] = {"topic/libya/", "topic/libya/haftar/", "topic/libya-oil/",
	"topic/ceasefire/", "topic/rare/", "topic/", "story/libya/", "alert/a/", "alert/b/",
	"sys/feed/x/", "sys/reload/", "z/"};

struct kept {
	int64_t seq, unix_ms;
	size_t n_keys;
	struct nw_journal_key keys[5];
	char text[64];
};

struct model {
	struct kept records[RECORDS_MAX];
	size_t n, committed;
	int64_t last[NAMES + 1]; /* of the key; the last is all/ */
	uint64_t dice;
};

static int index_of(struct nw_str key)
{
	for (int i = 0; i < NAMES; i++)
		if (nw_str_eq(key, nw_str(names[i])))
			return i;
	return NAMES;
}

/* Mostly under all/, sometimes under other keys, rarely under all/ not at all. */
static void choose_keys(struct model *m, struct kept *k)
{
	if (dice(&m->dice, 10))
		k->keys[k->n_keys++].key = NW_STR("all/");
	for (int i = 0; i < NAMES && k->n_keys < 5; i++)
		if (dice(&m->dice, i == 4 ? 300 : 8) == 0)
			k->keys[k->n_keys++].key = nw_str(names[i]);
	if (!k->n_keys)
		k->keys[k->n_keys++].key = NW_STR("sys/reload/");
	for (size_t i = 0; i < k->n_keys; i++)
		k->keys[i].prev = m->last[index_of(k->keys[i].key)];
}

static void append_random(struct model *m, struct nw_journal *journal)
{
	struct kept *k = &m->records[m->n];
	struct nw_journal_key keys[5];
	struct nw_record record = {.version = 1, .keys = keys};
	char id[32];

	*k = (struct kept){
		.seq = (int64_t)m->n + 1, .unix_ms = (int64_t)m->n * 10 + dice(&m->dice, 200)};
	choose_keys(m, k);
	(void)snprintf(id, sizeof(id), "id-%zu", m->n);
	(void)snprintf(k->text, sizeof(k->text), "text %zu %u", m->n, dice(&m->dice, 1000));
	memcpy(keys, k->keys, sizeof(keys));
	record.id = nw_str(id);
	record.text = nw_str(k->text);
	record.unix_ms = k->unix_ms;
	record.n_keys = k->n_keys;
	assert_true(append(journal, &record));
	assert_int_equal(record.seq, k->seq);
	for (size_t i = 0; i < k->n_keys; i++) {
		assert_int_equal(keys[i].prev, k->keys[i].prev);
		m->last[index_of(keys[i].key)] = k->seq;
	}
	m->n++;
}

static void forget_uncommitted(struct model *m)
{
	m->n = m->committed;
	memset(m->last, 0, sizeof(m->last));
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < m->records[i].n_keys; k++)
			m->last[index_of(m->records[i].keys[k].key)] = m->records[i].seq;
}

/* Batches of any size, some of which are rolled back; the journal is closed now and then. */
static struct nw_journal *fill(struct model *m, const struct place *place)
{
	struct nw_journal *journal = open_journal(place);

	while (m->n < RECORDS_MAX) {
		size_t batch = 1 + dice(&m->dice, 60);

		begin(journal);
		while (batch-- && m->n < RECORDS_MAX)
			append_random(m, journal);
		if (dice(&m->dice, 5) == 0) {
			nw_journal_rollback(journal);
			forget_uncommitted(m);
		} else {
			commit(journal);
			m->committed = m->n;
		}
		if (dice(&m->dice, 20) == 0) {
			nw_journal_close(journal);
			journal = open_journal(place);
		}
	}
	return journal;
}

static bool is_asked(struct nw_str key, const struct nw_journal_query *q)
{
	for (size_t i = 0; i < q->n_prefixes; i++)
		if (nw_str_starts(key, q->prefixes[i]))
			return true;
	return q->n_prefixes == 0;
}

static size_t asked_keys(const struct kept *k, const struct nw_journal_query *q)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n_keys; i++)
		n += is_asked(k->keys[i].key, q);
	return n;
}

static void compare(
	const struct nw_record *r, const struct kept *k, const struct nw_journal_query *q)
{
	size_t at = 0;

	assert_int_equal(r->seq, k->seq);
	assert_int_equal(r->unix_ms, k->unix_ms);
	assert_true(nw_str_eq(r->text, nw_str(k->text)));
	assert_int_equal(r->n_keys, asked_keys(k, q));
	for (size_t i = 0; i < k->n_keys; i++)
		if (is_asked(k->keys[i].key, q)) {
			assert_true(nw_str_eq(r->keys[at].key, k->keys[i].key));
			assert_int_equal(r->keys[at++].prev, k->keys[i].prev);
		}
}

/* All pages of a query, one after the other, are what the array says. */
static void replay(
	const struct model *m, struct nw_journal_reader *reader, struct nw_journal_query q)
{
	size_t at = (size_t)q.after, end = q.upto && (size_t)q.upto < m->n ? (size_t)q.upto : m->n;
	struct nw_error error = {0};
	int64_t next = q.after;

	do {
		struct nw_arena *arena = nw_arena_new();
		struct nw_record *records;
		size_t n;

		q.after = next;
		must(nw_journal_read(reader, &q, arena, &records, &n, &next, &error), &error);
		assert_true(n <= q.limit && next >= q.after && next <= (int64_t)end);
		for (size_t i = 0; i < n; i++) {
			while (at < end && !asked_keys(&m->records[at], &q))
				at++;
			assert_true(at < end);
			compare(&records[i], &m->records[at++], &q);
		}
		assert_true(n == 0 || next >= records[n - 1].seq);
		nw_arena_free(arena);
	} while (next != q.after);
	while (at < end)
		assert_int_equal(asked_keys(&m->records[at++], &q), 0);
}

static size_t choose_prefixes(struct model *m, struct nw_str *prefixes)
{
	static const char *const some[] = {"topic/libya/", "topic/libya", "topic/", "alert/",
		"story/libya/", "topic/rare/", "nothing/", "sys/feed/x/", "all/", "a", "z/",
		"topic/ceasefire/", ""};
	const size_t n = dice(&m->dice, 4);

	for (size_t i = 0; i < n; i++)
		prefixes[i] = nw_str(some[dice(&m->dice, sizeof(some) / sizeof(some[0]))]);
	return n;
}

static void pages_of_any_size_make_the_whole(void **state)
{
	struct model *m = nw_must_calloc(1, sizeof(*m));
	struct nw_journal_reader *reader;
	struct nw_journal *journal;

	m->dice = 17;
	journal = fill(m, *state);
	reader = open_reader(*state);
	for (int i = 0; i < 300; i++) {
		struct nw_str prefixes[4];
		struct nw_journal_query q = {
			.prefixes = prefixes, .limit = 1 + dice(&m->dice, 700)};

		q.n_prefixes = choose_prefixes(m, prefixes);
		q.bytes = dice(&m->dice, 2) ? dice(&m->dice, 5000) : 0;
		q.after = dice(&m->dice, 2) ? dice(&m->dice, RECORDS_MAX) : 0;
		q.upto = dice(&m->dice, 2) ? q.after + 1 + dice(&m->dice, RECORDS_MAX) : 0;
		replay(m, reader, q);
	}
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
	free(m);
}

static int64_t last_by_model(
	const struct model *m, const struct nw_journal_query *q, int64_t wanted)
{
	size_t at = m->n;

	while (at && wanted)
		if (asked_keys(&m->records[--at], q))
			wanted--;
	return wanted ? 0 : (int64_t)at;
}

static void seek_finds_what_a_plain_search_finds(void **state)
{
	struct model *m = nw_must_calloc(1, sizeof(*m));
	struct nw_journal_reader *reader;
	struct nw_error error = {0};
	int64_t after;

	m->dice = 99;
	nw_journal_close(fill(m, *state));
	reader = open_reader(*state);
	for (int i = 0; i < 300; i++) {
		const int64_t ms = (int64_t)dice(&m->dice, RECORDS_MAX * 11) - 100;
		struct nw_str prefixes[4];
		struct nw_journal_query q = {.prefixes = prefixes};
		const int64_t wanted = dice(&m->dice, dice(&m->dice, 2) ? 20 : RECORDS_MAX);
		size_t at = 0;

		q.n_prefixes = choose_prefixes(m, prefixes);
		must(nw_journal_seek_last(reader,
			     &(struct nw_journal_query){.prefixes = prefixes,
				     .n_prefixes = q.n_prefixes,
				     .limit = (size_t)wanted},
			     &after, &error),
			&error);
		assert_int_equal(after, last_by_model(m, &q, wanted));
		while (at < m->n && m->records[at].unix_ms < ms)
			at++;
		must(nw_journal_seek_time(reader, ms, &after, &error), &error);
		assert_int_equal(after, at);
	}
	nw_journal_reader_close(reader);
	free(m);
}

static void last_keys_are_those_of_the_array(void **state)
{
	struct model *m = nw_must_calloc(1, sizeof(*m));
	struct nw_arena *arena = nw_arena_new();
	struct nw_journal_reader *reader;
	struct nw_error error = {0};
	struct nw_journal_key *keys;
	size_t n;

	m->dice = 5;
	nw_journal_close(fill(m, *state));
	reader = open_reader(*state);
	must(nw_journal_last_keys(reader, arena, &keys, &n, &error), &error);
	assert_int_equal(n, NAMES + 1);
	for (size_t i = 0; i < n; i++) {
		assert_true(i == 0 || nw_str_cmp(keys[i - 1].key, keys[i].key) < 0);
		assert_int_equal(keys[i].prev, m->last[index_of(keys[i].key)]);
	}
	nw_journal_reader_close(reader);
	nw_arena_free(arena);
	free(m);
}

/* More keys under the prefix than are merged: it is scanned, with the same result. */
static void a_prefix_of_very_many_keys_reads_the_same(void **state)
{
	struct nw_journal *journal = open_journal(*state);
	struct nw_journal_reader *reader = open_reader(*state);
	const struct nw_str prefix = NW_STR("sys/feed/");
	struct nw_journal_query q = {.prefixes = &prefix, .n_prefixes = 1, .limit = 2000};
	struct nw_arena *arena = nw_arena_new();
	struct nw_error error = {0};
	struct nw_record *records;
	int64_t next, seq;
	size_t n;

	for (int round = 0; round < 3; round++) {
		begin(journal);
		for (int i = 0; i < 300; i++) {
			char name[64];
			const char *key = name;

			(void)snprintf(name, sizeof(name), "sys/feed/%d-%d/", round, i);
			assert_true(
				append_under(journal, round * 1000 + i, &key, i % 3 ? 0 : 1, &seq));
		}
		commit(journal);
		must(nw_journal_read(reader, &q, arena, &records, &n, &next, &error), &error);
		assert_int_equal(n, 100 * (round + 1));
		assert_int_equal(records[n - 1].seq, 300 * round + 298);
		assert_int_equal(next, 300 * (round + 1));
		must(nw_journal_seek_last(reader,
			     &(struct nw_journal_query){
				     .prefixes = &prefix, .n_prefixes = 1, .limit = 1},
			     &next, &error),
			&error);
		assert_int_equal(next, 300 * round + 297);
	}
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
	nw_arena_free(arena);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pages_of_any_size_make_the_whole),
		TEST(seek_finds_what_a_plain_search_finds),
		TEST(last_keys_are_those_of_the_array),
		TEST(a_prefix_of_very_many_keys_reads_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
