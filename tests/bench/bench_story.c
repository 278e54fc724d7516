#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/arena.h"
#include "base/str.h"
#include "bench.h"
#include "story/story.h"

/*
 * A million recent articles: each of some words of its own, some common ones and a few names
 * that others have too; one in fifty is a near-copy of another. Bare is the hashing alone of
 * the words of the very text, without a place to put them.
 */
#define HELD 1000000
#define TEXTS 256
#define JOINS 20000

struct bench {
	struct nw_sketch sketches[TEXTS];
	struct nw_str titles[TEXTS], bodies[TEXTS];
	struct nw_stories *stories;
	struct nw_arena *arena;
	uint64_t state, number, sum;
};

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

static struct nw_str write_text(struct bench *b, size_t words)
{
	struct nw_buf out;
	struct nw_str s;

	nw_buf_init(&out, 1 << 20);
	for (size_t i = 0; i < words; i++)
		nw_buf_printf(&out, "%s%c%x%s", i ? " " : "", roll(b, 8) ? 'w' : 'N',
			roll_word(b, 200000), i % 12 == 11 ? "." : "");
	s = nw_arena_str(b->arena, nw_buf_str(&out));
	nw_buf_clear(&out);
	return s;
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double resident_mb(void)
{
	long pages = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f ||
		fscanf(f, "%ld %ld", &pages, &resident) !=
			2) /* NOLINT(cert-err34-c): of the kernel's */
		resident = 0;
	if (f)
		(void)fclose(f);
	return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

/* A sketch as if of a text of 400 words: words rare and common, runs all its own. */
static void make_sketch(struct bench *b, struct nw_sketch *s)
{
	uint32_t run = 0;

	*s = (struct nw_sketch){.language = "en", .n_words = 400, .n_runs = NW_SKETCH_RUNS};
	for (size_t i = 0; i < NW_SKETCH_RUNS; i++)
		s->runs[i] = run += 1 + roll(b, 20000000);
	for (uint32_t i = 0; i < NW_SKETCH_TERMS; i++)
		s->terms[s->n_terms++] = (roll_word(b, 200000) * 64 + i) << 8 | (31 - i * 3 / 4);
}

static void join_one(struct bench *b, const struct nw_sketch *sketch, struct nw_str title)
{
	struct nw_joined joined;
	char site[24];

	b->number++;
	(void)snprintf(site, sizeof(site), "site%u", roll(b, 3000));
	nw_stories_join(b->stories,
		&(struct nw_story_article){.id = {b->number, b->number * 0x9e3779b97f4a7c15U},
			.sketch = sketch,
			.title = title,
			.site = nw_str(site),
			.seen_s = 1772323200 + (int64_t)(b->number / 10)},
		&joined);
	b->sum += joined.story.low;
}

static void fill(struct bench *b)
{
	const double before = resident_mb();
	double start, slowest = 0;
	struct nw_sketch s;

	for (size_t i = 0; i < HELD; i++) {
		if (i % 50)
			make_sketch(b, &s);
		join_one(
			b, &s, NW_STR("A title as long as titles are in most newspapers of today"));
	}
	printf("story: %u articles held: %.0f MB resident\n", HELD, resident_mb() - before);
	start = now_s();
	for (size_t i = 0; i < JOINS; i++) {
		const double begun = now_s();

		make_sketch(b, &s);
		join_one(b, &s, NW_STR("A title"));
		if (now_s() - begun > slowest)
			slowest = now_s() - begun;
	}
	printf("story: a join among them: %.1f us, the slowest of %u %.0f us\n",
		(now_s() - start) / JOINS * 1e6, JOINS, slowest * 1e6);
}

static double sketch_texts(void *arg)
{
	struct bench *b = arg;

	for (size_t i = 0; i < TEXTS; i++)
		nw_sketch_of(
			&(struct nw_sketch_text){b->titles[i], b->bodies[i], {0}}, &b->sketches[i]);
	return TEXTS;
}

static double hash_texts(void *arg)
{
	struct bench *b = arg;

	for (size_t i = 0; i < TEXTS; i++) {
		struct nw_str rest = b->bodies[i], word;

		while (nw_str_cut(&rest, ' ', &word))
			b->sum += XXH3_64bits(word.p, word.n);
	}
	return TEXTS;
}

int main(void)
{
	struct bench *b = nw_must_calloc(1, sizeof(*b));

	b->arena = nw_arena_new();
	for (size_t i = 0; i < TEXTS; i++) {
		b->titles[i] = write_text(b, 10);
		b->bodies[i] = write_text(b, 600);
	}
	nw_bench_run(&(struct nw_bench){"story: sketch of 4 KB", "texts", "XXH3 of its words", 0.02,
		sketch_texts, hash_texts, b});
	b->stories = nw_stories_new(&(struct nw_stories_options){.articles = HELD});
	fill(b);
	nw_stories_free(b->stories);
	nw_arena_free(b->arena);
	free(b);
	return 0;
}
