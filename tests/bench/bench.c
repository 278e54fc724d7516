#include "bench.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 7

static double now_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double rate_of(double (*round)(void *arg), void *arg)
{
	const double start = now_s();
	const double units = round(arg);

	return units / (now_s() - start);
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void nw_bench_run(const struct nw_bench *b)
{
	double ours[ROUNDS], bare[ROUNDS], ratio[ROUNDS];

	(void)b->ours(b->arg);
	(void)b->bare(b->arg);
	for (int i = 0; i < ROUNDS; i++) {
		ours[i] = rate_of(b->ours, b->arg);
		bare[i] = rate_of(b->bare, b->arg);
		ratio[i] = ours[i] / bare[i];
	}
	qsort(ours, ROUNDS, sizeof(*ours), by_size);
	qsort(bare, ROUNDS, sizeof(*bare), by_size);
	qsort(ratio, ROUNDS, sizeof(*ratio), by_size);
	printf("%-34s %10.1f %-9s %10.1f  %-26s %5.2f (%.2f-%.2f)  %.2f\n", b->name,
		ours[ROUNDS / 2], b->unit, bare[ROUNDS / 2], b->bare_name,
		ours[ROUNDS / 2] / bare[ROUNDS / 2], ratio[0], ratio[ROUNDS - 1], b->reach);
	(void)fflush(stdout);
}

static int read_file(const char *dir, const char *name, struct nw_bench_file *file)
{
	char command[4096];
	const size_t n = strlen(name);
	const int zipped = n > 3 && strcmp(name + n - 3, ".gz") == 0;
	size_t cap = 1 << 20, got;
	FILE *f;

	(void)snprintf(
		command, sizeof(command), "%s '%s/%s'", zipped ? "gzip -dc" : "cat", dir, name);
	f = popen(command, "r"); /* NOLINT(cert-env33-c): a developer's own files */
	if (!f)
		return 0;
	*file = (struct nw_bench_file){.name = strdup(name), .bytes = malloc(cap)};
	while ((got = fread(file->bytes + file->size, 1, cap - file->size, f)) > 0) {
		file->size += got;
		if (file->size == cap)
			file->bytes = realloc(file->bytes, cap *= 2);
	}
	return pclose(f) == 0;
}

struct nw_bench_file *nw_bench_files(const char *dir, size_t *n)
{
	struct nw_bench_file *files = NULL;
	struct dirent **names;
	const int found = scandir(dir, &names, NULL, alphasort);

	*n = 0;
	for (int i = 0; i < found; i++) {
		if (names[i]->d_name[0] != '.') {
			files = realloc(files, (*n + 1) * sizeof(*files));
			*n += (size_t)read_file(dir, names[i]->d_name, &files[*n]);
		}
		free(names[i]);
	}
	if (found >= 0)
		free(names);
	return files;
}

void nw_bench_files_free(struct nw_bench_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(files[i].name);
		free(files[i].bytes);
	}
	free(files);
}
