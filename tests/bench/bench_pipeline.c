#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "pipeline/stories.h"
#include "store/reader.h"

/*
 * How long a start waits for its stories: sketches as a journal has them, one in three of an
 * article that joined a story, recalled into an empty memory. Nothing bare does the same.
 */
#define BATCH 5000

struct bench {
	char dir[64], path[96];
	uint64_t state;
};

static void check(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_pipeline: %s\n", what);
	exit(1); /* NOLINT(concurrency-mt-unsafe): there are no threads */
}

static double now_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint32_t roll(struct bench *b, uint32_t n)
{
	b->state = b->state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(b->state >> 33) % n;
}

/* As frequent as words are: the n-th as 1/n, more or less. */
static uint32_t roll_word(struct bench *b, uint32_t n)
{
	return roll(b, 1 + roll(b, 1 + roll(b, n)));
}

/* As if of a text of 400 words. */
static void make_sketch(struct bench *b, struct nw_sketch *s)
{
	uint32_t run = 0;

	*s = (struct nw_sketch){.language = "en", .n_words = 400, .n_runs = NW_SKETCH_RUNS};
	for (size_t i = 0; i < NW_SKETCH_RUNS; i++)
		s->runs[i] = run += 1 + roll(b, 20000000);
	for (uint32_t i = 0; i < NW_SKETCH_TERMS; i++)
		s->terms[s->n_terms++] = (roll_word(b, 200000) * 64 + i) << 8 | (31 - i * 3 / 4);
}

static void keep(struct bench *b, struct nw_journal *journal, uint64_t n, struct nw_buf *encoded)
{
	const uint64_t story = n > 100 && n % 3 == 0 ? n - 1 : n;
	struct nw_kept_sketch kept = {.seq = (int64_t)n,
		.kind = NW_KIND_ITEM,
		.article = {n, n * 0x9e3779b97f4a7c15U},
		.story = {story, story * 0x9e3779b97f4a7c15U},
		.published_s = 1772323200 + (int64_t)(n / 10),
		.seen_s = 1772323260 + (int64_t)(n / 10),
		.like = {story == n ? 0 : story, story == n ? 0 : story * 0x9e3779b97f4a7c15U},
		.alike = story == n ? 0 : 500,
		.title = NW_STR("A title as long as titles are in most newspapers of today"),
		.tags = n % 4 ? NW_STR("") : NW_STR("libya ceasefire")};
	struct nw_sketch sketch;
	char site[24];

	(void)snprintf(site, sizeof(site), "site%u.example", roll(b, 3000));
	make_sketch(b, &sketch);
	nw_buf_empty(encoded);
	nw_sketch_encode(&sketch, encoded);
	kept.sketch = nw_buf_str(encoded);
	kept.site = nw_str(site);
	check(nw_journal_save_sketch(journal, &kept, NULL) == NW_OK, "cannot keep a sketch");
}

static void fill(struct bench *b, size_t held)
{
	struct nw_error error = {0};
	struct nw_journal *journal;
	struct nw_buf encoded;

	check(nw_journal_open(b->path, &journal, &error) == NW_OK, error.text);
	nw_buf_init(&encoded, NW_SKETCH_ENCODED_MAX);
	for (size_t n = 1; n <= held; n++) {
		if (n % BATCH == 1)
			check(nw_journal_begin(journal, &error) == NW_OK, error.text);
		keep(b, journal, n, &encoded);
		if (n % BATCH == 0)
			check(nw_journal_commit(journal, &error) == NW_OK, error.text);
	}
	nw_buf_clear(&encoded);
	nw_journal_close(journal);
}

static void recall(const struct bench *b, size_t held)
{
	struct nw_config config = {.stories = (int64_t)held};
	struct nw_snapshot snapshot = {.config = &config};
	struct nw_pipeline p = {.snapshot = &snapshot};
	struct nw_error error = {0};
	struct nw_journal_reader *reader;
	double start;

	check(nw_journal_reader_open(b->path, &reader, &error) == NW_OK, error.text);
	p.stories = nw_stories_new(&(struct nw_stories_options){.articles = held});
	start = now_s();
	check(nw_pipeline_recall_stories(&p, reader, &error) == NW_OK, error.text);
	printf("pipeline: %zu articles recalled into %zu stories: %.2f s, %.1f us each\n", held,
		nw_stories_count(p.stories).stories, now_s() - start,
		(now_s() - start) / (double)held * 1e6);
	check(nw_stories_count(p.stories).articles == held, "not all of them");
	nw_stories_free(p.stories);
	nw_journal_reader_close(reader);
}

static void run(size_t held)
{
	struct bench b = {.dir = "/tmp/nw-bench-XXXXXX"};
	char command[128];

	check(mkdtemp(b.dir) != NULL, "cannot make a directory");
	(void)snprintf(b.path, sizeof(b.path), "%s/state/journal.db", b.dir);
	fill(&b, held);
	recall(&b, held);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", b.dir);
	/* NOLINTNEXTLINE(cert-env33-c,concurrency-mt-unsafe): a path of our own, and no threads */
	check(system(command) == 0, "cannot clear up");
}

int main(void)
{
	run(200000);
	run(1000000);
	return 0;
}
