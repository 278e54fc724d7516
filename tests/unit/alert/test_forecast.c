#include "rig.h"

#include "alert/forecast.h"
#include "alert/reading.h"
#include "article/encode.h"
#include "store/trim.h"

#define DAY INT64_C(86400)

/* A journal beside the rules, and what a forecast says of it. */
struct stand {
	struct rig *rig;
	char path[128];
	struct nw_journal *journal;
	struct nw_forecast sum;
	json_t *messages;
	uint32_t dice;
	bool is_open; /* a transaction, to which more is added */
};

static int setup(void **state)
{
	struct stand *s = calloc(1, sizeof(*s));
	struct nw_error error;
	void *rig = NULL;

	assert_non_null(s);
	assert_int_equal(rig_setup(&rig), 0);
	s->rig = rig;
	(void)snprintf(s->path, sizeof(s->path), "%s/journal.db", s->rig->dir);
	if (nw_journal_open(s->path, &s->journal, &error) != NW_OK)
		fail_msg("%s", error.text);
	s->messages = json_array();
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
	struct stand *s = *state;
	void *rig = s->rig;
	char path[256];

	nw_journal_close(s->journal);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", s->path, ends[i]);
		(void)remove(path);
	}
	json_decref(s->messages);
	free(s);
	return rig_teardown(&rig);
}

static void write_record(struct stand *s, const struct nw_record *record)
{
	struct nw_journal_key key = {NW_STR("all/"), 0};
	struct nw_record r = *record;
	struct nw_error error = {0};
	bool is_new = false;

	r.keys = &key;
	r.n_keys = 1;
	if ((!s->is_open && nw_journal_begin(s->journal, &error)) ||
		nw_journal_append(s->journal, &r, &is_new, &error) ||
		(!s->is_open && nw_journal_commit(s->journal, &error)))
		fail_msg("%s", error.text);
	assert_true(is_new);
}

/* A record of the event of rig_article, as the pipeline would have written it at its moment. */
static void write_event(struct stand *s, const struct nw_event *e)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_tag tag = {.name = NW_STR("libya"), .score = 7, .threshold = 5};
	const struct nw_article article = {.id = e->id,
		.url = e->url,
		.title = e->title,
		.body = e->body,
		.language = e->language,
		.published = e->published,
		.date_from = "meta",
		.feed = e->feed,
		.source = e->source,
		.tags = &tag,
		.backfill = e->backfill};
	const struct nw_article_story story = {.id = e->story.id,
		.articles = e->story.articles,
		.sources = e->story.sources,
		.is_copy = e->story.is_copy,
		.alike = e->story.alike};
	struct nw_buf tail;

	nw_buf_init(&tail, 1 << 16);
	nw_article_encode_story(&tail, &story);
	nw_article_encode(&tail, &article);
	write_record(s,
		&(struct nw_record){.kind = e->kind,
			.version = e->version,
			.unix_ms = e->unix_ms,
			.id = e->id,
			.json = nw_buf_str(&tail),
			.text = nw_text_write(arena, &article)});
	nw_buf_clear(&tail);
	nw_arena_free(arena);
}

/* At the rig's time. */
static void write_article(struct stand *s, unsigned story, unsigned article, unsigned sources)
{
	struct nw_event e = rig_article(s->rig, story, article);

	e.story.articles = e.story.sources = sources;
	write_event(s, &e);
}

static void keep_message(void *arg, const json_t *message)
{
	nw_json_append(((struct stand *)arg)->messages, json_deep_copy(message));
}

static void forecast(struct stand *s, int64_t since_s, int64_t after, int64_t now_s)
{
	const struct nw_forecast_options options = {.journal = s->path,
		.rules = s->rig->rules,
		.since_s = since_s,
		.after = after,
		.now_s = now_s,
		.on_message = keep_message,
		.arg = s};
	struct nw_error error;

	(void)json_array_clear(s->messages);
	if (nw_forecast_run(&options, &s->sum, &error) != NW_OK)
		fail_msg("%s", error.text);
	assert_int_equal(s->sum.messages, json_array_size(s->messages));
}

/* "first>file:a file:b digest-...>file:a": what was told, the moments of digests left out. */
static void told(const struct stand *s, const char *want)
{
	struct nw_arena *arena = s->rig->arena;
	struct nw_str got = NW_STR("");

	for (size_t i = 0; i < json_array_size(s->messages); i++) {
		const json_t *m = json_array_get(s->messages, i),
			     *channels = json_object_get(m, "channels");
		struct nw_str name = nw_json_get_str(m, "transition");

		if (nw_str_starts(name, NW_STR("digest")))
			name = NW_STR("digest");
		got = nw_arena_printf(
			arena, "%.*s%s%.*s>", NW_ARG(got), i ? " " : "", NW_ARG(name));
		for (size_t k = 0; k < json_array_size(channels); k++)
			got = nw_arena_printf(arena, "%.*s%s%s", NW_ARG(got), k ? "," : "",
				json_string_value(json_array_get(channels, k)));
	}
	assert_string_equal(got.p, want);
}

static void held(const json_t *o, const char *since, const char *why)
{
	const json_t *h = json_object_get(o, "held");

	assert_non_null(h);
	assert_string_equal(nw_json_get_str(h, "since").p, since);
	assert_string_equal(nw_json_get_str(h, "why").p, why);
}

/* --- what is told --- */

static void old_records_are_as_new_as_they_were(void **state)
{
	struct stand *s = *state;
	struct rig *r = s->rig;

	rig_begin(r, "alert a { topics = {libya} send = {\"file:a\", \"file:b\"} }");
	write_article(s, 1, 11, 1);
	r->now_s += 60;
	write_article(s, 1, 12, 3);
	forecast(s, r->now_s - DAY, -1, r->now_s + 300 * DAY);
	told(s, "first>file:a,file:b grew-3>file:a,file:b");
	assert_string_equal(
		nw_json_get_str(json_array_get(s->messages, 0), "at").p, "2026-11-21T12:00:00Z");
	assert_null(json_object_get(json_array_get(s->messages, 0), "held"));
	assert_int_equal(s->sum.articles, 2);
	assert_int_equal(s->sum.matched, 2);
	assert_int_equal(s->sum.incidents, 1);
	assert_int_equal(s->sum.held + s->sum.waiting, 0);
	assert_false(s->sum.is_trimmed);
	/* The journal begins later than what was asked for. */
	assert_true(s->sum.from_s == r->now_s - 60);
	assert_true(s->sum.to_s == r->now_s + 300 * DAY);
}

static void what_is_held_says_since_when_and_why(void **state)
{
	struct stand *s = *state;
	struct rig *r = s->rig;
	const json_t *m;

	rig_begin(r,
		"alert a { topics = {libya} send = {\"file:a\"} quiet = \"11:00-13:00\" "
		"throttle = 1/h digest = {\"18:00\"} wait = 60s zone = Africa/Tripoli }");
	r->now_s -= 7200; /* noon there */
	write_article(s, 1, 11, 1);
	r->now_s += 10;
	write_article(s, 2, 12, 1);
	forecast(s, r->now_s - DAY, -1, r->now_s + 30);
	told(s, "");
	assert_int_equal(s->sum.held, 0);
	assert_int_equal(s->sum.waiting, 2); /* gathered */
	forecast(s, r->now_s - DAY, -1, r->now_s + DAY);
	told(s, "first>file:a digest>file:a");
	m = json_array_get(s->messages, 0);
	held(m, "2026-11-21T12:00:00+02:00", "quiet hours until 2026-11-21T13:00:00+02:00");
	assert_string_equal(nw_json_get_str(m, "at").p, "2026-11-21T13:00:00+02:00");
	m = json_array_get(s->messages, 1);
	assert_null(json_object_get(m, "held"));
	held(json_array_get(json_object_get(m, "items"), 0), "2026-11-21T12:00:10+02:00",
		"digest at 2026-11-21T18:00:00+02:00");
	assert_int_equal(s->sum.held, 2);
	assert_int_equal(s->sum.waiting, 0);
}

static void what_was_told_before_is_not_told_again(void **state)
{
	struct stand *s = *state;
	struct rig *r = s->rig;
	int64_t since_s;

	rig_begin(r, "alert a { topics = {libya} send = {\"file:a\"} }");
	write_article(s, 1, 11, 1);
	r->now_s += 3600;
	since_s = r->now_s;
	write_article(s, 1, 12, 2);
	write_article(s, 2, 13, 1);
	write_article(s, 1, 14, 3);
	forecast(s, since_s, -1, r->now_s + 60);
	told(s, "first>file:a grew-3>file:a");
	assert_int_equal(s->sum.articles, 3);
	assert_int_equal(s->sum.matched, 3);
	assert_int_equal(s->sum.incidents, 1);
	assert_true(s->sum.from_s == since_s);
	forecast(s, 0, 1, r->now_s + 60);
	told(s, "first>file:a grew-3>file:a");
	forecast(s, 0, 3, r->now_s + 60);
	told(s, "grew-3>file:a");
	forecast(s, 0, 4, r->now_s + 60);
	told(s, "");
	forecast(s, 0, 1000, r->now_s + 60);
	assert_int_equal(s->sum.articles, 0);
	forecast(s, r->now_s + DAY, -1, r->now_s + 60);
	assert_int_equal(s->sum.articles, 0);
}

static void an_empty_journal_tells_nothing(void **state)
{
	struct stand *s = *state;

	rig_begin(s->rig, "alert a { topics = {libya} send = {\"file:a\"} }");
	forecast(s, s->rig->now_s - DAY, -1, s->rig->now_s);
	told(s, "");
	forecast(s, 0, 7, s->rig->now_s);
	assert_false(s->sum.is_trimmed);
	assert_true(s->sum.from_s == s->rig->now_s);
}

static void what_was_trimmed_is_said(void **state)
{
	struct stand *s = *state;
	struct rig *r = s->rig;
	struct nw_trim rules = {.keeps.keep_s = DAY, .remember = 10};
	struct nw_trimmed trimmed = {.more = true};

	rig_begin(r, "alert a { topics = {libya} send = {\"file:a\"} }");
	write_article(s, 1, 11, 1);
	r->now_s += 2 * DAY;
	write_article(s, 2, 12, 1);
	rules.now_s = r->now_s;
	while (trimmed.more) {
		assert_int_equal(nw_journal_begin(s->journal, NULL), NW_OK);
		assert_int_equal(nw_journal_trim(s->journal, &rules, &trimmed, NULL), NW_OK);
		assert_int_equal(nw_journal_commit(s->journal, NULL), NW_OK);
	}
	assert_int_equal(trimmed.oldest, 2);
	forecast(s, r->now_s - 3 * DAY, -1, r->now_s + 1);
	told(s, "first>file:a");
	assert_true(s->sum.is_trimmed);
	assert_true(s->sum.from_s == r->now_s);
	forecast(s, 0, 0, r->now_s + 1);
	assert_true(s->sum.is_trimmed);
	forecast(s, 0, 1, r->now_s + 1);
	assert_false(s->sum.is_trimmed);
	forecast(s, r->now_s, -1, r->now_s + 1);
	assert_false(s->sum.is_trimmed);
}

static void a_record_that_is_none_is_counted(void **state)
{
	struct stand *s = *state;
	struct rig *r = s->rig;

	rig_begin(r, "alert a { topics = {libya} send = {\"file:a\"} }");
	write_record(s,
		&(struct nw_record){.version = 1,
			.unix_ms = r->now_s * 1000,
			.id = rig_id(r, 1),
			.json = NW_STR(",]")});
	write_article(s, 1, 11, 1);
	forecast(s, r->now_s - DAY, -1, r->now_s);
	told(s, "first>file:a");
	assert_int_equal(s->sum.unreadable, 1);
	assert_int_equal(s->sum.articles, 1);
}

static void a_clock_that_was_set_back_goes_on(void **state)
{
	struct stand *s = *state;
	struct rig *r = s->rig;

	rig_begin(r, "alert a { topics = {libya} send = {\"file:a\"} wait = 90s }");
	write_article(s, 1, 11, 1);
	r->now_s += 100;
	write_article(s, 2, 12, 1);
	r->now_s -= 5 * DAY;
	write_article(s, 3, 13, 1);
	forecast(s, r->now_s - DAY, -1, r->now_s + 6 * DAY);
	told(s, "first>file:a first>file:a first>file:a");
}

static void a_topic_that_nothing_has_is_known(void **state)
{
	struct stand *s = *state;

	rig_begin(s->rig, "alert a { topics = {libya, chad} send = {\"file:a\"} }");
	write_article(s, 1, 11, 1);
	forecast(s, s->rig->now_s - DAY, -1, s->rig->now_s);
	told(s, "");
	assert_int_equal(s->sum.unseen, 2);
	assert_int_equal(s->sum.matched, 0);
}

/* --- beside an engine that is told of the same things at the same times --- */

static uint32_t roll(struct stand *s, uint32_t sides)
{
	s->dice = s->dice * 1664525 + 1013904223;
	return (s->dice >> 8) % sides;
}

static void write_news(struct stand *s, unsigned n)
{
	struct rig *r = s->rig;

	for (unsigned i = 0; i < n; i++) {
		const unsigned story = 1 + i / 20 + roll(s, 20);
		struct nw_event e;

		r->now_s += roll(s, 5) ? (int64_t)roll(s, 300) : (int64_t)roll(s, 20000);
		e = rig_article(r, story, 1000 + i);
		e.story.articles = 1 + roll(s, 9);
		e.story.sources = 1 + roll(s, e.story.articles);
		e.story.is_copy = !roll(s, 4);
		e.backfill = !roll(s, 10);
		e.published.unix_s -= roll(s, 8) ? 0 : 2 * DAY;
		write_event(s, &e);
		if (roll(s, 6))
			continue;
		e.kind = roll(s, 2) ? NW_KIND_UPDATE : NW_KIND_CANCEL;
		e.version = 2;
		e.title = NW_STR("Seven killed as truce in Sirte breaks");
		write_event(s, &e);
	}
}

struct beside {
	struct stand *stand;
	struct nw_arena *arena;
	int64_t since_s;
	size_t n; /* of the messages, so far the same */
};

/* Each letter stands in the forecast, in its place. */
static void check_letters(struct beside *b)
{
	struct rig *r = b->stand->rig;

	for (size_t i = 0; i < r->outcome.n_letters; i++) {
		const struct nw_letter *l = &r->outcome.letters[i];
		const bool is_more = i && r->outcome.letters[i - 1].payload.p == l->payload.p;
		const json_t *m, *channels;
		size_t k = 0;

		if (l->due_s < b->since_s)
			continue;
		b->n += !is_more;
		m = json_array_get(b->stand->messages, b->n - 1);
		assert_non_null(m);
		assert_true(nw_str_eq(nw_json_get_str(m, "transition"), l->transition));
		assert_true(nw_str_eq(nw_json_get_str(m, "incident"), l->incident) ||
			json_object_get(m, "items"));
		channels = json_object_get(m, "channels");
		while (k < json_array_size(channels) &&
			!nw_str_eq(
				nw_str(json_string_value(json_array_get(channels, k))), l->channel))
			k++;
		assert_true(k < json_array_size(channels));
	}
	rig_clear(r);
	nw_arena_free(r->arena);
	r->arena = nw_arena_new();
}

static void consider_beside(void *arg, const struct nw_event *event)
{
	struct beside *b = arg;

	rig_until(b->stand->rig, event->unix_ms / 1000);
	rig_consider(b->stand->rig, event);
	check_letters(b);
}

static void none_is_unreadable(void *arg, int64_t seq, const struct nw_error *error)
{
	(void)arg;
	fail_msg("%lld: %s", (long long)seq, error->text);
}

static void check_beside(struct stand *s, int64_t begin_s, int64_t since_s, int64_t end_s)
{
	struct beside b = {.stand = s, .since_s = since_s};
	struct nw_alert_reading reading = {
		.on_event = consider_beside, .on_unreadable = none_is_unreadable, .arg = &b};
	struct nw_error error;
	int64_t before;

	forecast(s, since_s, -1, end_s);
	s->rig->now_s = begin_s;
	nw_alerts_free(s->rig->alerts);
	s->rig->alerts = nw_alerts_new(s->rig->rules);
	assert_int_equal(nw_journal_reader_open(s->path, &reading.reader, &error), NW_OK);
	do {
		before = reading.cursor;
		b.arena = nw_arena_new();
		assert_int_equal(nw_alert_read_page(&reading, b.arena, &error), NW_OK);
		nw_arena_free(b.arena);
	} while (reading.cursor != before);
	nw_journal_reader_close(reading.reader);
	rig_until(s->rig, end_s);
	check_letters(&b);
	assert_int_equal(b.n, s->sum.messages);
}

static void it_says_what_an_engine_told_at_the_time(void **state)
{
	static const char *const rules[] = {
		"alert a { topics = {libya} send = {\"file:a\"} }",
		"alert a { query = \"killed\" send = {\"file:a\", \"file:b\"} wait = 10m throttle = 2/d "
		"quiet = \"20:00-08:00\" except = \"sources>=5\" zone = Europe/Berlin }",
		"alert a { topics = {libya} send = {\"file:a\"} digest-to = {\"file:a\", \"file:b\"} "
		"digest = {\"07:00\", \"18:00\"} throttle = 3/h escalate-to = {\"file:c\"} "
		"when = {\"sources>=2\", update, correction, cancel, grew} }",
	};
	struct stand *s = *state;
	int64_t begin_s, end_s;

	s->rig->now_s = begin_s = nw_when_from_civil((struct nw_civil){2026, 10, 20, 3, 0, 0});
	assert_int_equal(nw_journal_begin(s->journal, NULL), NW_OK);
	s->is_open = true;
	write_news(s, 400);
	assert_int_equal(nw_journal_commit(s->journal, NULL), NW_OK);
	end_s = s->rig->now_s + DAY;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		rig_begin(s->rig, rules[i]);
		check_beside(s, begin_s, begin_s, end_s);
		assert_true(s->sum.messages > 20);
		print_message("%zu matched, %zu incidents, %zu messages, %zu held, %zu waiting\n",
			s->sum.matched, s->sum.incidents, s->sum.messages, s->sum.held,
			s->sum.waiting);
		check_beside(s, begin_s, begin_s + 5 * DAY, end_s);
		nw_alerts_free(s->rig->alerts);
		s->rig->alerts = NULL;
		nw_rules_free(s->rig->rules);
		s->rig->rules = NULL;
		nw_config_free(s->rig->config);
		s->rig->config = NULL;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			old_records_are_as_new_as_they_were, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_held_says_since_when_and_why, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_was_told_before_is_not_told_again, setup, teardown),
		cmocka_unit_test_setup_teardown(an_empty_journal_tells_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_trimmed_is_said, setup, teardown),
		cmocka_unit_test_setup_teardown(a_record_that_is_none_is_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(a_topic_that_nothing_has_is_known, setup, teardown),
		cmocka_unit_test_setup_teardown(a_clock_that_was_set_back_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(
			it_says_what_an_engine_told_at_the_time, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
