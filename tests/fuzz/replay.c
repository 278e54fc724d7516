/* Runs a fuzz target over every file below the directories named: the corpus as a test. */
#include <fts.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const FTSENT *entry)
{
	const size_t size = (size_t)entry->fts_statp->st_size;
	uint8_t *data = malloc(size + 1);
	FILE *f = fopen(entry->fts_accpath, "rb");
	int ok = data && f && fread(data, 1, size, f) == size;

	if (ok)
		ok = LLVMFuzzerTestOneInput(data, size) == 0;
	if (f)
		(void)fclose(f);
	free(data);
	if (!ok)
		fprintf(stderr, "%s: cannot be replayed\n", entry->fts_path);
	return ok;
}

int main(int argc, char **argv)
{
	FTS *tree;
	FTSENT *entry;
	size_t n = 0;

	if (argc < 2)
		return 2;
	tree = fts_open(argv + 1, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	while (tree && (entry = fts_read(tree))) {
		if (entry->fts_info != FTS_F)
			continue;
		if (!replay(entry))
			return 1;
		n++;
	}
	if (tree)
		(void)fts_close(tree);
	printf("%zu inputs replayed\n", n);
	return n ? 0 : 1;
}
