#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/error.h"
#include "bench.h"
#include "store/reader.h"
#include "store/trim.h"

/*
 * The journal against SQLite itself: the same pragmas, one plain table, the same
 * bytes in batches of the same size. What ours does besides is what is measured:
 * keys with their prevs, the articles' versions, the identities; and trimming.
 */
#define ROW_BYTES 4096
#define JSON_BYTES 1200
#define BATCH 100
#define BATCHES 50
#define OLDER 300000 /* articles that were there before, as after some months */
#define PAGE 100     /* as the bus reads */

struct bench {
	char dir[64], ours[96], bare[96];
	struct nw_journal *journal;
	struct nw_journal_reader *reader;
	sqlite3 *db;
	sqlite3_stmt *insert, *select;
	char bytes[ROW_BYTES];
	uint64_t n;
	bool is_tagged;     /* under a topic too, and with its identities, as an article is */
	int64_t keep_bytes; /* 0: nothing is trimmed */
	uint64_t sum;       /* so that nothing is left unread */
};

static void check(int ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_store: %s\n", what);
	exit(1);
}

static void append_ours(struct bench *b, size_t text_bytes)
{
	struct nw_journal_key keys[] = {{NW_STR("all/"), 0}, {NW_STR("topic/libya/"), 0}};
	const struct nw_hash hash = nw_hash128((struct nw_str){(const char *)&b->n, sizeof(b->n)});
	const struct nw_identity identities[] = {{hash, hash, hash}, {hash, hash, {0}}};
	struct nw_record record = {.version = 1,
		.keys = keys,
		.n_keys = b->is_tagged ? 2 : 1,
		.unix_ms = (int64_t)b->n,
		.json = {b->bytes, text_bytes ? JSON_BYTES : 0},
		.text = {b->bytes + JSON_BYTES, text_bytes}};
	char id[NW_HASH_HEX + 1];
	bool is_new;

	b->n++;
	nw_hash_hex(hash, id);
	record.id = nw_str(id);
	check(nw_journal_append(b->journal, &record, &is_new, NULL) == NW_OK && is_new, "append");
	if (b->is_tagged)
		check(nw_journal_identify(b->journal, identities, 2, 1, NULL) == NW_OK, "identify");
}

static bool trim(struct bench *b)
{
	const struct nw_trim rules = {.keep_bytes = b->keep_bytes, .remember = 1000000};
	struct nw_trimmed trimmed;

	check(nw_journal_trim(b->journal, &rules, &trimmed, NULL) == NW_OK, "trim");
	return trimmed.more;
}

static double append_batches(void *arg)
{
	struct bench *b = arg;

	for (int i = 0; i < BATCHES; i++) {
		check(nw_journal_begin(b->journal, NULL) == NW_OK, "begin");
		for (int k = 0; k < BATCH; k++)
			append_ours(b, ROW_BYTES - JSON_BYTES);
		if (b->keep_bytes)
			(void)trim(b);
		check(nw_journal_commit(b->journal, NULL) == NW_OK, "commit");
	}
	return BATCH * BATCHES;
}

static void append_older(struct bench *b)
{
	for (int i = 0; i < OLDER; i++) {
		if (i % 1000 == 0)
			check(nw_journal_begin(b->journal, NULL) == NW_OK, "begin");
		append_ours(b, 0);
		if (i % 1000 == 999)
			check(nw_journal_commit(b->journal, NULL) == NW_OK, "commit");
	}
}

static void trim_older(struct bench *b)
{
	bool more = true;

	b->keep_bytes = (int64_t)200 << 20;
	while (more) {
		check(nw_journal_begin(b->journal, NULL) == NW_OK, "begin");
		more = trim(b);
		check(nw_journal_commit(b->journal, NULL) == NW_OK, "commit");
	}
}

static double insert_batches(void *arg)
{
	struct bench *b = arg;

	for (int i = 0; i < BATCHES; i++) {
		check(sqlite3_exec(b->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK,
			"begin");
		for (int k = 0; k < BATCH; k++) {
			(void)sqlite3_bind_text(b->insert, 1, b->bytes, JSON_BYTES, SQLITE_STATIC);
			(void)sqlite3_bind_text(b->insert, 2, b->bytes + JSON_BYTES,
				ROW_BYTES - JSON_BYTES, SQLITE_STATIC);
			check(sqlite3_step(b->insert) == SQLITE_DONE, "insert");
			(void)sqlite3_reset(b->insert);
		}
		check(sqlite3_exec(b->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
	}
	return BATCH * BATCHES;
}

static double replay_pages(void *arg)
{
	struct nw_journal_query query = {.limit = PAGE, .bytes = (size_t)4 << 20};
	struct bench *b = arg;
	double rows = 0;
	int64_t next = 0;

	do {
		struct nw_arena *arena = nw_arena_new();
		struct nw_record *records;
		size_t n;

		query.after = next;
		check(nw_journal_read(b->reader, &query, arena, &records, &n, &next, NULL) == NW_OK,
			"read");
		for (size_t i = 0; i < n; i++)
			b->sum += records[i].text.n + (unsigned char)records[i].text.p[0];
		rows += (double)n;
		nw_arena_free(arena);
	} while (next != query.after);
	return rows;
}

static double select_all(void *arg)
{
	struct bench *b = arg;
	double rows = 0;

	while (sqlite3_step(b->select) == SQLITE_ROW) {
		for (int i = 0; i < 8; i++) {
			const unsigned char *p = sqlite3_column_text(b->select, i);

			b->sum += (unsigned)sqlite3_column_bytes(b->select, i) + (p ? p[0] : 0);
		}
		rows++;
	}
	(void)sqlite3_reset(b->select);
	return rows;
}

static void open_both(struct bench *b)
{
	struct nw_error error = {0};

	(void)snprintf(b->dir, sizeof(b->dir),
		"./bench-store-XXXXXX"); /* on a disk, unlike /tmp here and there */
	check(mkdtemp(b->dir) != NULL, "no directory");
	(void)snprintf(b->ours, sizeof(b->ours), "%s/ours.db", b->dir);
	(void)snprintf(b->bare, sizeof(b->bare), "%s/bare.db", b->dir);
	check(nw_journal_open(b->ours, &b->journal, &error) == NW_OK, error.text);
	check(nw_journal_reader_open(b->ours, &b->reader, &error) == NW_OK, error.text);
	check(sqlite3_open(b->bare, &b->db) == SQLITE_OK, "open");
	check(sqlite3_exec(b->db,
		      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000;"
		      "PRAGMA journal_size_limit = 67108864;"
		      "CREATE TABLE t (seq INTEGER PRIMARY KEY, json TEXT NOT NULL, text TEXT NOT NULL)",
		      NULL, NULL, NULL) == SQLITE_OK,
		"create");
	check(sqlite3_prepare_v2(b->db, "INSERT INTO t (json, text) VALUES (?1, ?2)", -1,
		      &b->insert, NULL) == SQLITE_OK,
		"prepare");
}

/* The very rows that ours reads, through one open SELECT. */
static void select_from_ours(struct bench *b)
{
	(void)sqlite3_finalize(b->insert);
	(void)sqlite3_close(b->db);
	check(sqlite3_open(b->ours, &b->db) == SQLITE_OK, "open");
	check(sqlite3_prepare_v2(b->db,
		      "SELECT seq, keys, kind, version, unix_ms, id, json, text FROM journal ORDER BY seq",
		      -1, &b->select, NULL) == SQLITE_OK,
		"prepare");
}

static void close_all(struct bench *b)
{
	static const char *const ends[] = {"ours.db", "ours.db-wal", "ours.db-shm", "ours.db.lock",
		"bare.db", "bare.db-wal", "bare.db-shm"};

	(void)sqlite3_finalize(b->select);
	(void)sqlite3_close(b->db);
	nw_journal_reader_close(b->reader);
	nw_journal_close(b->journal);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char name[128];

		(void)snprintf(name, sizeof(name), "%s/%s", b->dir, ends[i]);
		(void)unlink(name);
	}
	(void)rmdir(b->dir);
}

int main(void)
{
	struct bench b = {0};

	/* Freed pages are kept, as jemalloc keeps them for the daemon: else the kernel is what is measured. */
	(void)mallopt(M_MMAP_THRESHOLD, 64 << 20);
	(void)mallopt(M_TRIM_THRESHOLD, 64 << 20);
	for (size_t i = 0; i < ROW_BYTES; i++)
		b.bytes[i] = (char)('a' + i % 26);
	open_both(&b);
	nw_bench_run(&(struct nw_bench){"journal, 4 KB rows, 100 a commit", "rows",
		"SQLite, a plain table", 0.6, append_batches, insert_batches, &b});
	append_older(&b);
	b.is_tagged = true;
	nw_bench_run(&(struct nw_bench){"the same, tagged, with identities", "rows",
		"SQLite, a plain table", 0.6, append_batches, insert_batches, &b});
	trim_older(&b);
	nw_bench_run(&(struct nw_bench){"the same, trimmed as it grows", "rows",
		"SQLite, a plain table", 0.6, append_batches, insert_batches, &b});
	select_from_ours(&b);
	nw_bench_run(&(struct nw_bench){"replay, pages of 100", "rows", "SQLite, one SELECT", 0.6,
		replay_pages, select_all, &b});
	close_all(&b);
	return b.sum == 0;
}
