#include <stdlib.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/str.h"
#include "bench.h"
#include <newswire/article.h>

/*
 * The text format read and written again, over the golden articles in three scripts.
 * Bare is utf8proc alone bringing the same bytes into normalization form C, which the
 * format asks of every text.
 */
#define TIMES 200

struct bench {
	struct nw_str *texts;
	size_t n;
};

static double read_and_write(void *arg)
{
	const struct bench *b = arg;
	double bytes = 0;

	for (size_t i = 0; i < b->n * TIMES; i++) {
		const struct nw_str text = b->texts[i % b->n];
		struct nw_arena *arena = nw_arena_new();
		struct nw_article article;

		if (nw_text_read(arena, text, &article, NULL) ||
			nw_text_write(arena, &article).n != text.n)
			abort();
		nw_arena_free(arena);
		bytes += (double)text.n;
	}
	return bytes / 1e6;
}

static double normalise(void *arg)
{
	const struct bench *b = arg;
	double bytes = 0;

	for (size_t i = 0; i < b->n * TIMES; i++) {
		const struct nw_str text = b->texts[i % b->n];
		utf8proc_uint8_t *out = NULL;

		if (utf8proc_map((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, &out,
			    UTF8PROC_STABLE | UTF8PROC_COMPOSE) < 0)
			abort();
		free(out);
		bytes += (double)text.n;
	}
	return bytes / 1e6;
}

int main(void)
{
	struct nw_bench_file *files;
	struct bench b = {0};
	size_t n;
	const struct nw_bench row = {.name = "text format, read and written",
		.unit = "MB",
		.bare_name = "utf8proc, NFC",
		.reach = 1.0,
		.ours = read_and_write,
		.bare = normalise,
		.arg = &b};

	files = nw_bench_files("tests/golden", &n);
	b.texts = calloc(n + 1, sizeof(*b.texts));
	for (size_t i = 0; b.texts && i < n; i++) {
		if (nw_str_ends(nw_str(files[i].name), NW_STR(".txt")))
			b.texts[b.n++] = (struct nw_str){files[i].bytes, files[i].size};
	}
	if (b.n)
		nw_bench_run(&row);
	nw_bench_files_free(files, n);
	free(b.texts);
	return b.n ? 0 : 1;
}
