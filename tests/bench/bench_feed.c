/* Real feeds from bytes to items, against libxml2's tree of the same bytes and nothing more. */
#include <stdio.h>

#include <libxml/parser.h>
#include <newswire/feed.h>

#include "bench.h"

#define ROUNDS 20 /* over all files: one would be shorter than the clock is fine */

struct files {
	struct nw_bench_file *files;
	size_t n;
};

static double parse_ours(void *arg)
{
	const struct files *set = arg;
	double bytes = 0;

	for (size_t i = 0; i < set->n * ROUNDS; i++) {
		const struct nw_bench_file *file = &set->files[i % set->n];
		const struct nw_feed_input input = {.body = {file->bytes, file->size}};
		struct nw_arena *arena = nw_arena_new();
		struct nw_feed feed;

		if (nw_feed_parse(arena, &input, &nw_feed_default_limits, &feed, NULL) == NW_OK)
			bytes += (double)file->size;
		nw_arena_free(arena);
	}
	return bytes / 1e6;
}

static double parse_bare(void *arg)
{
	const struct files *set = arg;
	double bytes = 0;

	for (size_t i = 0; i < set->n * ROUNDS; i++) {
		const struct nw_bench_file *file = &set->files[i % set->n];
		xmlDoc *doc = xmlReadMemory(file->bytes, (int)file->size, NULL, NULL,
			XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
				XML_PARSE_RECOVER);

		bytes += (double)file->size;
		xmlFreeDoc(doc);
	}
	return bytes / 1e6;
}

int main(int argc, char **argv)
{
	struct files set = {0};
	const struct nw_bench bench = {
		.name = "feed bytes -> items",
		.unit = "MB",
		.bare_name = "libxml2 DOM, parse and free",
		.reach = 0.8,
		.ours = parse_ours,
		.bare = parse_bare,
		.arg = &set,
	};

	set.files = nw_bench_files(argc > 1 ? argv[1] : "../shared/data/feeds/real", &set.n);
	if (!set.n) {
		fputs("bench_feed: no feeds there\n", stderr);
		return 77;
	}
	nw_bench_run(&bench);
	nw_bench_files_free(set.files, set.n);
	xmlCleanupParser();
	return 0;
}
