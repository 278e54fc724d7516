/*
 * What powerloss.sh runs: `append DB` writes through the journal until it fails and
 * says each seq that was committed; `cut DIR` takes the power from the file system;
 * `check DB SEQ` holds what is left to what was said.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "store/reader.h"

#define SHUTDOWN _IOR('X', 125, uint32_t) /* EXT4_IOC_SHUTDOWN, and XFS's of the same number */
#define NOLOGFLUSH 2                      /* nothing more reaches the disk, the log neither */
#define BATCH_MAX 64
#define TEXT_MAX 6000

static int give_up(const char *what, const struct nw_error *error)
{
	char text[NW_ERROR_TEXT];

	(void)fprintf(stderr, "%s: %s\n", what, nw_error_text(error, text));
	return 3;
}

/* One record with its identity: both or neither may be found again. */
static enum nw_err append_one(
	struct nw_journal *journal, const char *text, int64_t *seq, struct nw_error *error)
{
	static unsigned number;
	struct nw_journal_key keys[] = {{NW_STR("all/"), 0}, {NW_STR("topic/libya/"), 0}};
	struct nw_record record = {.version = 1,
		.keys = keys,
		.n_keys = 1 + (size_t)(random() % 2),
		.text = {text, (size_t)random() % TEXT_MAX}};
	struct nw_identity identity = {{0}, {0}, {0}};
	enum nw_err err;
	char id[64];
	bool is_new;

	(void)snprintf(id, sizeof(id), "%ld-%u", (long)getpid(), number++);
	record.id = nw_str(id);
	err = nw_journal_append(journal, &record, &is_new, error);
	*seq = record.seq;
	identity.identity.low = (uint64_t)record.seq;
	return err ? err : nw_journal_identify(journal, &identity, 1, 0, error);
}

static int append_for_ever(const char *path)
{
	char *text = nw_must_calloc(1, TEXT_MAX);
	struct nw_journal *journal;
	struct nw_error error = {0};
	int64_t seq = 0;
	enum nw_err err = nw_journal_open(path, &journal, &error);

	memset(text, 'x', TEXT_MAX);
	srandom((unsigned)getpid());
	while (!err) {
		err = nw_journal_begin(journal, &error);
		for (long left = 1 + random() % BATCH_MAX; !err && left; left--)
			err = append_one(journal, text, &seq, &error);
		if (!err)
			err = nw_journal_commit(journal, &error);
		if (!err) {
			(void)printf("%" PRId64 "\n", seq);
			(void)fflush(stdout);
		}
	}
	nw_journal_close(journal);
	free(text);
	return give_up("append", &error);
}

static int cut(const char *dir)
{
	const uint32_t how = NOLOGFLUSH;
	const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, SHUTDOWN, &how) != 0) {
		perror("cut");
		return 77;
	}
	close(fd);
	return 0;
}

static bool is_whole(const char *path)
{
	sqlite3_stmt *statement = NULL;
	sqlite3 *db = NULL;
	bool is = sqlite3_open(path, &db) == SQLITE_OK &&
		sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL) ==
			SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW &&
		strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;

	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
	return is;
}

static void on_identity(void *arg, const struct nw_identity *identity)
{
	int64_t *next = arg;

	if (identity->identity.low == (uint64_t)*next + 1)
		++*next;
}

/* Walks the records from 1 on, and their prevs; the last seq that still fits. */
static enum nw_err walk(struct nw_journal_reader *reader, int64_t *seq, struct nw_error *error)
{
	struct nw_journal_query query = {.limit = 500};
	int64_t next = 0, last[2] = {0};
	bool fits = true;
	enum nw_err err;

	*seq = 0;
	do {
		struct nw_arena *arena = nw_arena_new();
		struct nw_record *records;
		size_t n;

		query.after = next;
		err = nw_journal_read(reader, &query, arena, &records, &n, &next, error);
		for (size_t i = 0; fits && i < n; i++) {
			fits = records[i].seq == *seq + 1;
			for (size_t k = 0; k < records[i].n_keys; k++) {
				fits = fits && records[i].keys[k].prev == last[k];
				last[k] = records[i].seq;
			}
			*seq += fits;
		}
		nw_arena_free(arena);
	} while (!err && fits && next != query.after);
	return err;
}

static int check(const char *path, int64_t said)
{
	struct nw_journal_reader *reader;
	struct nw_journal *journal;
	struct nw_error error = {0};
	int64_t oldest, newest = 0, seq = 0, identified = 0;
	enum nw_err err = nw_journal_open(path, &journal, &error);

	if (err)
		return give_up("open", &error);
	err = nw_journal_reader_open(path, &reader, &error);
	if (!err)
		err = nw_journal_bounds(reader, &oldest, &newest, &error);
	if (!err)
		err = walk(reader, &seq, &error);
	if (!err)
		err = nw_journal_each_identity(reader, SIZE_MAX, on_identity, &identified, &error);
	nw_journal_reader_close(reader);
	nw_journal_close(journal);
	if (err)
		return give_up("check", &error);
	(void)printf("said %" PRId64 " kept %" PRId64 " identities %" PRId64 "\n", said, newest,
		identified);
	return newest >= said && seq == newest && identified == newest && is_whole(path) ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "append") == 0)
		return append_for_ever(argv[2]);
	if (argc == 3 && strcmp(argv[1], "cut") == 0)
		return cut(argv[2]);
	if (argc == 4 && strcmp(argv[1], "check") == 0)
		return check(argv[2], strtoll(argv[3], NULL, 10));
	(void)fprintf(stderr, "use: append DB | cut DIR | check DB SEQ\n");
	return 2;
}
