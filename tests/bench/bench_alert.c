#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alert/forecast.h"
#include "article/encode.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"
#include "bench.h"
#include "store/reader.h"

/*
 * A month of a rule, forecast from the journal, against what any reader of it has to do:
 * take each record out of SQLite and its JSON through jansson.
 */
#define RECORDS 25000
#define STEP_MS 103680 /* between two: a month for all of them */
#define PARAGRAPHS 8
#define BATCH 1000
#define BEGIN_MS INT64_C(1790000000000)

struct bench {
	char dir[64], journal[96], config[96];
	struct nw_config *loaded;
	struct nw_rules *rules;
	struct nw_journal *writing;
	struct nw_forecast sum;
};

static void check(int ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_alert: %s\n", what);
	exit(1);
}

static void write_file(const struct bench *b, const char *name, const char *text)
{
	char path[160];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", b->dir, name);
	f = fopen(path, "we");
	check(f && fputs(text, f) >= 0 && fclose(f) == 0, "cannot write");
}

/* One in twelve is of Libya; four tell one story. */
static void encode(struct nw_arena *arena, unsigned n, struct nw_record *record)
{
	static const char paragraph[] =
		"Officials said on Friday that the talks between both sides had gone on through the night and "
		"that a new round would follow, though neither of them would say when, or where, or on what terms. "
		"Traders in the capital spoke of a quiet morning; the port stayed closed for a third day.\n\n";
	const bool is_libya = n / 4 % 12 == 0;
	struct nw_match match = {.rule = NW_STR("libya.topic:12"),
		.points = 7,
		.quote = NW_STR("capital"),
		.field = NW_STR("body"),
		.start = 216,
		.end = 223};
	struct nw_tag tag = {
		.name = NW_STR("libya"), .score = 7, .threshold = 5, .matches = &match};
	struct nw_article article = {.url = nw_arena_printf(arena, "https://example.org/%u", n),
		.title = nw_arena_printf(arena, "%s: talks go on through the night, round %u",
			is_libya ? "Libya" : "Elsewhere", n),
		.language = NW_STR("en"),
		.feed = NW_STR("sirte-post"),
		.source = nw_arena_printf(arena, "Source %u", n % 40),
		.published = {BEGIN_MS / 1000 + (int64_t)n * STEP_MS / 1000 - 600, 0,
			NW_WHEN_SECOND},
		.date_from = "meta",
		.tags = is_libya ? &tag : NULL};
	char hex[NW_HASH_HEX + 1], story_hex[NW_HASH_HEX + 1];
	struct nw_article_story story = {.articles = 1 + n % 4, .sources = 1 + n % 4, .alike = 90};
	char *body = nw_arena_alloc(arena, sizeof(paragraph) * PARAGRAPHS);
	const unsigned about = n / 4;
	struct nw_buf tail;

	for (size_t i = 0; i < PARAGRAPHS; i++)
		memcpy(body + i * (sizeof(paragraph) - 1), paragraph, sizeof(paragraph) - 1);
	nw_hash_hex(nw_hash128((struct nw_str){(const char *)&n, sizeof(n)}), hex);
	nw_hash_hex(nw_hash128((struct nw_str){(const char *)&about, sizeof(about)}), story_hex);
	article.id = nw_arena_str(arena, nw_str(hex));
	article.body = (struct nw_str){body, (sizeof(paragraph) - 1) * PARAGRAPHS - 2};
	story.id = nw_str(story_hex);
	story.is_new = n % 4 == 0;
	nw_buf_init(&tail, 1 << 16);
	nw_article_encode_story(&tail, &story);
	nw_article_encode(&tail, &article);
	*record = (struct nw_record){.version = 1,
		.unix_ms = BEGIN_MS + (int64_t)n * STEP_MS,
		.id = article.id,
		.json = nw_arena_str(arena, nw_buf_str(&tail)),
		.text = nw_text_write(arena, &article)};
	nw_buf_clear(&tail);
}

static void write_journal(struct bench *b)
{
	check(nw_journal_open(b->journal, &b->writing, NULL) == NW_OK, "open");
	for (unsigned n = 0; n < RECORDS; n++) {
		struct nw_journal_key key = {NW_STR("all/"), 0};
		struct nw_arena *arena = nw_arena_new();
		struct nw_record record;
		bool is_new;

		encode(arena, n, &record);
		record.keys = &key;
		record.n_keys = 1;
		if (n % BATCH == 0)
			check(nw_journal_begin(b->writing, NULL) == NW_OK, "begin");
		check(nw_journal_append(b->writing, &record, &is_new, NULL) == NW_OK && is_new,
			"append");
		if (n % BATCH == BATCH - 1)
			check(nw_journal_commit(b->writing, NULL) == NW_OK, "commit");
		nw_arena_free(arena);
	}
}

static void open_all(struct bench *b)
{
	static const char *const dirs[] = {"feeds.d", "topics.d", "alerts.d"};
	char path[160];

	(void)snprintf(b->dir, sizeof(b->dir), "./bench-alert-XXXXXX");
	check(mkdtemp(b->dir) != NULL, "no directory");
	(void)snprintf(b->journal, sizeof(b->journal), "%s/journal.db", b->dir);
	(void)snprintf(b->config, sizeof(b->config), "%s/newswired.conf", b->dir);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", b->dir, dirs[i]);
		check(mkdir(path, 0700) == 0, "no directory");
	}
	write_file(b, "newswired.conf", "");
	write_journal(b);
}

/* Rules anew, as after an edit. */
static void set_rule(struct bench *b, const char *rule)
{
	nw_rules_free(b->rules);
	nw_config_free(b->loaded);
	write_file(b, "alerts.d/a.conf", rule);
	check(nw_config_load(b->config, NULL, &b->loaded) == NW_OK, "config");
	check(nw_rules_compile(b->loaded, NULL, NULL, &b->rules) == NW_OK, "rules");
}

static void on_message(void *arg, const json_t *message)
{
	(void)arg;
	(void)message;
}

static double forecast(void *arg)
{
	struct bench *b = arg;
	const struct nw_forecast_options options = {.journal = b->journal,
		.rules = b->rules,
		.since_s = BEGIN_MS / 1000,
		.after = -1,
		.now_s = BEGIN_MS / 1000 + (int64_t)RECORDS * STEP_MS / 1000,
		.on_message = on_message};

	check(nw_forecast_run(&options, &b->sum, NULL) == NW_OK, "forecast");
	return (double)b->sum.articles / 1000;
}

static double read_and_parse(void *arg)
{
	struct nw_journal_query query = {.limit = 64, .bytes = (size_t)4 << 20};
	const struct bench *b = arg;
	struct nw_journal_reader *reader;
	struct nw_record *records;
	double rows = 0;
	int64_t next = 0;
	size_t n;

	check(nw_journal_reader_open(b->journal, &reader, NULL) == NW_OK, "reader");
	do {
		struct nw_arena *arena = nw_arena_new();

		query.after = next;
		check(nw_journal_read(reader, &query, arena, &records, &n, &next, NULL) == NW_OK,
			"read");
		for (size_t i = 0; i < n; i++) {
			const struct nw_str whole = nw_arena_printf(
				arena, "{\"_newswire\":{\"seq\":1%.*s", NW_ARG(records[i].json));
			json_t *o = json_loadb(whole.p, whole.n, 0, NULL);

			check(o != NULL, "json");
			json_decref(o);
		}
		rows += (double)n;
		nw_arena_free(arena);
	} while (next != query.after);
	nw_journal_reader_close(reader);
	return rows / 1000;
}

static void run(struct bench *b, const char *name, const char *rule)
{
	set_rule(b, rule);
	nw_bench_run(&(struct nw_bench){.name = name,
		.unit = "k records",
		.bare_name = "SQLite rows + jansson",
		.reach = 0.5,
		.ours = forecast,
		.bare = read_and_parse,
		.arg = b});
	printf("  of %zu: %zu matched, %zu incidents, %zu messages\n", b->sum.articles,
		b->sum.matched, b->sum.incidents, b->sum.messages);
}

static void close_all(struct bench *b)
{
	static const char *const names[] = {"alerts.d/a.conf", "feeds.d", "topics.d", "alerts.d",
		"newswired.conf", "journal.db", "journal.db-wal", "journal.db-shm",
		"journal.db.lock", ""};
	char path[160];

	nw_rules_free(b->rules);
	nw_config_free(b->loaded);
	nw_journal_close(b->writing);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", b->dir, names[i]);
		(void)remove(path);
	}
}

int main(void)
{
	struct rusage usage;
	struct bench b = {0};

	open_all(&b);
	run(&b, "forecast of a topic",
		"channel \"file:a\" { path = a }\n"
		"alert a { topics = {libya} send = {\"file:a\"} wait = 90s throttle = 6/h }\n");
	run(&b, "forecast of a query",
		"channel \"file:a\" { path = a }\n"
		"alert a { query = \"Libya AND (talks NEAR/10 night) AND NOT football\" "
		"send = {\"file:a\"} digest = {\"07:00\", \"18:00\"} }\n");
	close_all(&b);
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("  %ld MiB at most\n", usage.ru_maxrss / 1024);
	return 0;
}
