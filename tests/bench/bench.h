#ifndef NW_BENCH_H
#define NW_BENCH_H

#include <stddef.h>

/*
 * Times ours and bare in turn, several rounds each after one to warm up, and
 * prints one row:
 *   NAME  ours UNIT/s  bare UNIT/s  ratio of medians (min-max)  reach
 * Each function does one whole round and returns how many units that was
 * (MB, pages, rows). The table's header is printed by tests/bench/run.
 */
struct nw_bench {
	const char *name;      /* "feed bytes -> items" */
	const char *unit;      /* "MB" */
	const char *bare_name; /* "libxml2 DOM" */
	double reach;          /* the ratio asked for: printed, not judged */
	double (*ours)(void *arg);
	double (*bare)(void *arg);
	void *arg;
};

void nw_bench_run(const struct nw_bench *bench);

/* Every file of a directory (gunzipped where .gz is its ending) in memory; n == 0 where absent. */
struct nw_bench_file {
	char *name;
	char *bytes;
	size_t size;
};
struct nw_bench_file *nw_bench_files(const char *dir, size_t *n);
void nw_bench_files_free(struct nw_bench_file *files, size_t n);

#endif
