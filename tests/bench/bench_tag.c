/*
 * Topics against texts of 4 KB: ten thousand phrases, beside a bare automaton over
 * words that does nothing but find them, and beside Hyperscan where it is installed
 * (on the same text in small letters, with one space between words). Texts and
 * phrases are made up, words as common as in a language.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifdef NW_HAVE_HYPERSCAN
#include <hs.h>
#endif

#include "base/arena.h"
#include "base/str.h"
#include "tag/load.h"

#include "bench.h"

#define WORDS 40000
#define TEXTS 500
#define TEXT_SIZE 4096
#define PHRASES 10000
#define PHRASES_A_TOPIC 10
#define COMMON 150 /* words that no phrase begins with: "the", "of" */

struct corpus {
	char words[WORDS][16];
	char (*texts)[TEXT_SIZE + 64];
	char (*phrases)[64];
	size_t n_phrases;
	struct nw_topics *topics;
	struct bare *bare;
#ifdef NW_HAVE_HYPERSCAN
	hs_database_t *database;
	hs_scratch_t *scratch;
	char (*lower)[TEXT_SIZE + 64];
#endif
};

static uint64_t seed = 42;

static uint32_t draw(uint32_t below)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(seed >> 33) % below;
}

/* A rank with a chance of about 1 / rank: every doubling is as likely as the last. */
static uint32_t draw_rank(void)
{
	const uint32_t top = 4U << draw(14);

	return draw(top < WORDS ? top : WORDS);
}

static void make_words(struct corpus *c)
{
	for (uint32_t i = 0; i < WORDS; i++) {
		const uint32_t n = i < COMMON ? 2 + draw(3) : 4 + draw(7);

		for (uint32_t j = 0; j < n; j++)
			c->words[i][j] = "etaoinshrdlucmfwypvbgk"[draw(j % 2 ? 5 : 22)];
		c->words[i][n] = '\0';
	}
}

static void make_phrases(struct corpus *c, size_t n)
{
	c->n_phrases = n;
	c->phrases = calloc(n, sizeof(*c->phrases));
	for (size_t i = 0; i < n; i++) {
		const uint32_t count = 2 + draw(2);

		strcpy(c->phrases[i], c->words[2000 + draw(WORDS - 2000)]);
		for (uint32_t j = 1; j < count; j++) {
			strcat(c->phrases[i], " ");
			strcat(c->phrases[i], c->words[draw(WORDS)]);
		}
	}
}

static void make_texts(struct corpus *c)
{
	c->texts = calloc(TEXTS, sizeof(*c->texts));
	for (size_t i = 0; i < TEXTS; i++) {
		size_t n = 0, words = 0;

		while (n < TEXT_SIZE - 80) {
			const char *word = draw(200) ? c->words[draw_rank()]
						     : c->phrases[draw((uint32_t)c->n_phrases)];

			n += (size_t)sprintf(c->texts[i] + n, "%s%s", word,
				++words % 60 == 0         ? ".\n\n"
					: words % 13 == 0 ? ", "
							  : " ");
			if (words % 13 == 1)
				c->texts[i][n - 2] = (char)toupper(c->texts[i][n - 2]);
		}
	}
}

static double now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Topics of ten match lines, one phrase each. */
static struct nw_topics *compile(const struct corpus *c, size_t n)
{
	const size_t topics = (n + PHRASES_A_TOPIC - 1) / PHRASES_A_TOPIC;
	struct nw_arena *arena = nw_arena_new();
	struct nw_topic_file *files = NW_ARENA_ARRAY(arena, struct nw_topic_file, topics);
	struct nw_topics *compiled;

	for (size_t i = 0; i < topics; i++) {
		char *text = nw_arena_alloc(arena, 128 + (size_t)PHRASES_A_TOPIC * 70);
		size_t used = (size_t)sprintf(text, "topic t%zu\n[match]\n", i);

		for (size_t j = i * PHRASES_A_TOPIC; j < n && j < (i + 1) * PHRASES_A_TOPIC; j++)
			used += (size_t)sprintf(text + used, "\"%s\"\n", c->phrases[j]);
		files[i].name = nw_arena_printf(arena, "%zu.topic", i);
		files[i].text = (struct nw_str){text, used};
	}
	if (nw_topics_build("bench", files, topics, NULL, &compiled) != NW_OK)
		abort();
	nw_arena_free(arena);
	return compiled;
}

static double match_ours(void *arg)
{
	const struct corpus *c = arg;
	double bytes = 0;
	size_t tags = 0;

	for (size_t i = 0; i < TEXTS; i++) {
		const struct nw_article article = {.body = nw_str(c->texts[i])};
		struct nw_arena *arena = nw_arena_new();

		for (const struct nw_tag *t = nw_topics_match(c->topics, &article, arena); t;
			t = t->next)
			tags++;
		bytes += (double)article.body.n;
		nw_arena_free(arena);
	}
	return tags ? bytes / 1e6 : 0;
}

/* The bare automaton: ASCII words by their hash, a trie of them, nothing else. */
#define SLOTS (1U << 18)

struct bare {
	uint64_t word[SLOTS];
	uint32_t id[SLOTS];
	uint64_t edge[SLOTS];
	uint32_t to[SLOTS];
	uint8_t ends[SLOTS];
	uint32_t n_ids, n_nodes;
};

static uint32_t slot_of(const uint64_t *keys, const uint32_t *used, uint64_t key)
{
	uint32_t at = (uint32_t)(key * 0x9e3779b97f4a7c15U >> 40) % SLOTS;

	while (used[at] && keys[at] != key)
		at = (at + 1) % SLOTS;
	return at;
}

static const char *next_word(const char *p, uint64_t *hash)
{
	uint64_t h = 14695981039346656037U;

	while (*p && !isalnum((unsigned char)*p))
		p++;
	if (!*p)
		return NULL;
	for (; isalnum((unsigned char)*p); p++)
		h = (h ^ ((unsigned char)*p | 0x20U)) * 1099511628211U;
	*hash = h;
	return p;
}

static struct bare *bare_compile(const struct corpus *c)
{
	struct bare *b = calloc(1, sizeof(*b));

	for (size_t i = 0; i < c->n_phrases; i++) {
		const char *p = c->phrases[i];
		uint32_t node = 0;
		uint64_t hash;

		while ((p = next_word(p, &hash))) {
			const uint32_t at = slot_of(b->word, b->id, hash);
			uint32_t edge;

			if (!b->id[at]) {
				b->word[at] = hash;
				b->id[at] = ++b->n_ids;
			}
			edge = slot_of(b->edge, b->to, (uint64_t)node << 32 | b->id[at]);
			if (!b->to[edge]) {
				b->edge[edge] = (uint64_t)node << 32 | b->id[at];
				b->to[edge] = ++b->n_nodes;
			}
			node = b->to[edge];
		}
		b->ends[node] = 1;
	}
	return b;
}

static size_t bare_match(const struct bare *b, const char *p)
{
	uint32_t nodes[8];
	uint64_t hash;
	size_t n = 0, found = 0;

	while ((p = next_word(p, &hash))) {
		const uint32_t id = b->id[slot_of(b->word, b->id, hash)];
		size_t kept = 0;

		if (!id) {
			n = 0;
			continue;
		}
		if (n < 8)
			nodes[n++] = 0;
		for (size_t i = 0; i < n; i++) {
			const uint32_t to =
				b->to[slot_of(b->edge, b->to, (uint64_t)nodes[i] << 32 | id)];

			if (to) {
				nodes[kept++] = to;
				found += b->ends[to];
			}
		}
		n = kept;
	}
	return found;
}

static double match_bare(void *arg)
{
	const struct corpus *c = arg;
	double bytes = 0;
	size_t found = 0;

	for (size_t i = 0; i < TEXTS; i++) {
		found += bare_match(c->bare, c->texts[i]);
		bytes += (double)strlen(c->texts[i]);
	}
	return found ? bytes / 1e6 : 0;
}

#ifdef NW_HAVE_HYPERSCAN
static int on_found(
	unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg)
{
	(void)id;
	(void)from;
	(void)to;
	(void)flags;
	++*(size_t *)arg;
	return 0;
}

static double match_hyperscan(void *arg)
{
	const struct corpus *c = arg;
	double bytes = 0;
	size_t found = 0;

	for (size_t i = 0; i < TEXTS; i++) {
		const size_t n = strlen(c->lower[i]);

		(void)hs_scan(
			c->database, c->lower[i], (unsigned)n, 0, c->scratch, on_found, &found);
		bytes += (double)n;
	}
	return found ? bytes / 1e6 : 0;
}

static void compile_hyperscan(struct corpus *c)
{
	const char **patterns = calloc(c->n_phrases, sizeof(*patterns));
	unsigned *flags = calloc(c->n_phrases, sizeof(*flags));
	size_t *sizes = calloc(c->n_phrases, sizeof(*sizes));
	hs_compile_error_t *error = NULL;
	const double start = now_ms();

	for (size_t i = 0; i < c->n_phrases; i++) {
		patterns[i] = c->phrases[i];
		sizes[i] = strlen(c->phrases[i]);
	}
	if (hs_compile_lit_multi(patterns, flags, NULL, sizes, (unsigned)c->n_phrases,
		    HS_MODE_BLOCK, NULL, &c->database, &error) != HS_SUCCESS ||
		hs_alloc_scratch(c->database, &c->scratch) != HS_SUCCESS)
		abort();
	printf("# Hyperscan: %zu phrases compiled in %.0f ms\n", c->n_phrases, now_ms() - start);
	c->lower = calloc(TEXTS, sizeof(*c->lower));
	for (size_t i = 0; i < TEXTS; i++) {
		size_t n = 0;

		for (const char *p = c->texts[i]; *p; p++) {
			const bool space = isspace((unsigned char)*p);

			if (!space || (n && c->lower[i][n - 1] != ' '))
				c->lower[i][n++] = space ? ' ' : (char)tolower((unsigned char)*p);
		}
	}
}
#endif

static void print_growth(struct corpus *c)
{
	static const size_t sizes[] = {100, 1000, 10000, 100000};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct corpus more = *c;
		double start = now_ms(), built;

		make_phrases(&more, sizes[i]);
		more.topics = compile(&more, sizes[i]);
		built = now_ms() - start;
		(void)match_ours(&more);
		start = now_ms();
		(void)match_ours(&more);
		printf("# %6zu phrases in %5zu topics: built in %6.1f ms, %6.1f us a text of 4 KB\n",
			sizes[i], nw_topics_count(more.topics), built,
			(now_ms() - start) * 1e3 / TEXTS);
		nw_topics_free(more.topics);
		free(more.phrases);
	}
}

static void print_shipped(const char *dir)
{
	const double start = now_ms();
	struct nw_topics *topics;

	if (nw_topics_load(dir, NULL, &topics) != NW_OK) {
		printf("# no topics in %s\n", dir);
		return;
	}
	printf("# the shipped topics: loaded in %.1f ms\n", now_ms() - start);
	nw_topics_free(topics);
}

int main(int argc, char **argv)
{
	struct corpus *c = calloc(1, sizeof(*c));
	struct nw_bench bench = {.name = "tag, 10,000 phrases, 4 KB texts",
		.unit = "MB",
		.bare_name = "bare automaton over words",
		.reach = 0.6,
		.ours = match_ours,
		.bare = match_bare,
		.arg = c};

	make_words(c);
	make_phrases(c, PHRASES);
	make_texts(c);
	c->topics = compile(c, PHRASES);
	c->bare = bare_compile(c);
	nw_bench_run(&bench);
#ifdef NW_HAVE_HYPERSCAN
	compile_hyperscan(c);
	bench.bare_name = "Hyperscan, text normalised";
	bench.bare = match_hyperscan;
	bench.reach = 1;
	nw_bench_run(&bench);
	(void)hs_free_scratch(c->scratch);
	(void)hs_free_database(c->database);
#endif
	print_growth(c);
	print_shipped(argc > 1 ? argv[1] : "etc/topics.d");
	nw_topics_free(c->topics);
	return 0;
}
