/* Real pages to text and metadata, against libxml2's tree of the same bytes and nothing more. */
#include <libxml/HTMLparser.h>
#include <stdio.h>

#include <newswire/clean.h>

#include "bench.h"

struct pages {
	struct nw_bench_file *files;
	size_t n;
};

static double clean_ours(void *arg)
{
	const struct pages *set = arg;
	double pages = 0;

	for (size_t i = 0; i < set->n; i++) {
		const struct nw_clean_input input = {
			.body = {set->files[i].bytes, set->files[i].size}};
		struct nw_arena *arena = nw_arena_new();
		struct nw_cleaned cleaned;

		if (nw_clean_html(arena, &input, &cleaned, NULL) == NW_OK && cleaned.words)
			pages++;
		nw_arena_free(arena);
	}
	return pages;
}

static double parse_bare(void *arg)
{
	const struct pages *set = arg;

	for (size_t i = 0; i < set->n; i++)
		xmlFreeDoc(htmlReadMemory(set->files[i].bytes, (int)set->files[i].size, NULL, NULL,
			HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
				HTML_PARSE_RECOVER));
	return (double)set->n;
}

int main(int argc, char **argv)
{
	struct pages set = {0};
	const struct nw_bench bench = {
		.name = "page -> text + metadata",
		.unit = "pages",
		.bare_name = "htmlReadMemory and free",
		.reach = 0.75,
		.ours = clean_ours,
		.bare = parse_bare,
		.arg = &set,
	};

	set.files = nw_bench_files(argc > 1 ? argv[1] : "../shared/data/pages/body/pages", &set.n);
	if (!set.n) {
		fputs("bench_clean: no pages there\n", stderr);
		return 77;
	}
	nw_bench_run(&bench);
	nw_bench_files_free(set.files, set.n);
	xmlCleanupParser();
	return 0;
}
