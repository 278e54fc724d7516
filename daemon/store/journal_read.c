#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "store/database.h"
#include "store/merge.h"
#include "store/schema.h"

#define BUSY_MS 5000  /* a writer that starts after a crash puts the log in order first */
#define LOOK_MAX 4096 /* rows looked at in one transaction: an open one keeps the log growing */

static const char *const statements[NW_R_N] = {
	[NW_R_BEGIN] = "BEGIN",
	[NW_R_END] = "COMMIT",
	/* Keys may be many, and are all looked at; the end of the journal is at hand. */
	/* The last one may be trimmed before others are. */
	[NW_R_NEWEST] = ("SELECT max(coalesce((SELECT max(seq) FROM journal),"
			 " (SELECT max(last) FROM keys), 0), (SELECT trimmed FROM merged))"),
	[NW_R_OLDEST] = "SELECT min(seq) FROM journal",
	[NW_R_LAST_TRIMMED] = "SELECT trimmed FROM merged",
	[NW_R_TRIMMED] = "SELECT max(trimmed) FROM keys WHERE name >= ?1 AND name < ?2",
	[NW_R_SCAN] = ("SELECT seq, keys, kind, version, unix_ms, id, json, text FROM journal"
		       " WHERE seq > ?1 AND seq <= ?2 ORDER BY seq"),
	[NW_R_SCAN_BACK] =
		"SELECT seq, keys FROM journal WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
	[NW_R_RECORD] =
		"SELECT seq, keys, kind, version, unix_ms, id, json, text FROM journal WHERE seq = ?1",
	[NW_R_UNDER] = "SELECT key FROM keys WHERE name >= ?1 AND name < ?2",
	[NW_R_KEYED] =
		"SELECT seq FROM keyed WHERE key = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4",
	[NW_R_KEYED_BACK] = ("SELECT seq FROM keyed WHERE key = ?1 AND seq < ?2 AND seq > ?3"
			     " ORDER BY seq DESC LIMIT ?4"),
	[NW_R_MOMENT] = "SELECT seq, latest_ms FROM journal WHERE seq >= ?1 ORDER BY seq LIMIT 1",
	[NW_R_KEYS] = "SELECT name, last FROM keys ORDER BY name",
	[NW_R_CURSOR] = "SELECT seq FROM cursor WHERE name = ?1",
	[NW_R_CURSORS] = "SELECT name, seq, acked_s FROM cursor ORDER BY seq, name",
	[NW_R_CURRENT] = "SELECT seq FROM article WHERE id = ?1",
	[NW_R_MERGED] = "SELECT seq FROM merged",
	[NW_R_UNMERGED] = "SELECT seq, id FROM journal WHERE seq > ?1 AND kind <= 2 ORDER BY seq",
	[NW_R_IDENTITIES_FROM] = "SELECT coalesce(max(n), 0) - ?1 FROM identity",
	[NW_R_IDENTITIES] = ("SELECT n, identity, article, content FROM identity WHERE n > ?1"
			     " ORDER BY n LIMIT ?2"),
	[NW_R_SKETCHES_FROM] = "SELECT seq FROM sketch ORDER BY seq DESC LIMIT 1 OFFSET ?1",
	[NW_R_SKETCHES] =
		("SELECT seq, kind, published_s, seen_s, article, story, sketch, title,"
		 " site, tags, likened, alike, copied FROM sketch WHERE seq > ?1 ORDER BY seq LIMIT ?2"),
};

enum column { SEQ, KEYS, KIND, VERSION, UNIX_MS, ID, JSON, TEXT };

/* A page being read. */
struct page {
	const struct nw_journal_query *query;
	struct nw_arena *arena;
	struct nw_record *records;
	size_t n, cap;
	size_t bytes, looked;
	int64_t next;
};

/* --- opening --- */

static enum nw_err open_database(
	struct nw_journal_reader *reader, const char *path, struct nw_error *error)
{
	const char *sql[NW_R_N];
	char *read_feeds = nw_feed_read_sql();
	enum nw_err err = nw_db_open(&reader->db, path, SQLITE_OPEN_READONLY, error);

	memcpy(sql, statements, sizeof(sql));
	sql[NW_R_FEEDS] = read_feeds;
	if (!err && sqlite3_busy_timeout(reader->db.sqlite, BUSY_MS) != SQLITE_OK)
		err = nw_db_fail(&reader->db, error);
	if (!err)
		err = nw_schema_check(&reader->db, error);
	if (!err)
		err = nw_db_prepare(&reader->db, sql, NW_R_N, error);
	free(read_feeds);
	return err;
}

enum nw_err nw_journal_reader_open(
	const char *path, struct nw_journal_reader **reader, struct nw_error *error)
{
	struct nw_journal_reader *r = nw_must_calloc(1, sizeof(*r));
	const enum nw_err err = open_database(r, path, error);

	*reader = NULL;
	if (err)
		nw_journal_reader_close(r);
	else
		*reader = r;
	return err;
}

void nw_journal_reader_close(struct nw_journal_reader *reader)
{
	if (!reader)
		return;
	nw_db_close(&reader->db);
	nw_recent_free(reader->recent);
	free(reader->runs);
	free(reader);
}

enum nw_err nw_reader_begin(struct nw_journal_reader *reader, struct nw_error *error)
{
	return nw_db_run(&reader->db, reader->db.statements[NW_R_BEGIN], error);
}

enum nw_err nw_reader_end(struct nw_journal_reader *reader, enum nw_err err, struct nw_error *error)
{
	/* Nothing was written: to commit is only to let go, and of two errors the first counts. */
	const enum nw_err end =
		nw_db_run(&reader->db, reader->db.statements[NW_R_END], err ? NULL : error);

	return err ? err : end;
}

enum nw_err nw_reader_ask(struct nw_journal_reader *reader, enum nw_journal_ask ask,
	int64_t *answer, struct nw_error *error)
{
	sqlite3_stmt *statement = reader->db.statements[ask];
	enum nw_err err;

	*answer = 0;
	while (nw_db_step(&reader->db, statement, &err, error))
		*answer = sqlite3_column_int64(statement, 0);
	return err;
}

/* --- a record out of a row --- */

bool nw_reader_is_asked(struct nw_str key, const struct nw_str *prefixes, size_t n_prefixes)
{
	bool is = n_prefixes == 0;

	for (size_t i = 0; !is && i < n_prefixes; i++)
		is = nw_str_starts(key, prefixes[i]);
	return is;
}

bool nw_reader_cut_key(struct nw_str *lines, struct nw_journal_key *key)
{
	struct nw_str line, prev;

	if (!nw_str_cut(lines, '\n', &line) || !nw_str_cut(&line, ' ', &key->key))
		return false;
	prev = line;
	return key->key.n && nw_str_int(prev, 0, INT64_MAX, &key->prev);
}

static size_t count_keys(const struct page *page, struct nw_str lines)
{
	const struct nw_journal_query *query = page->query;
	struct nw_journal_key key;
	size_t n = 0;

	while (nw_reader_cut_key(&lines, &key))
		n += nw_reader_is_asked(key.key, query->prefixes, query->n_prefixes);
	return n;
}

static void read_keys(struct page *page, struct nw_str lines, size_t n, struct nw_record *record)
{
	const struct nw_journal_query *query = page->query;
	struct nw_journal_key key;

	lines = nw_arena_str(page->arena, lines);
	record->keys = NW_ARENA_ARRAY(page->arena, struct nw_journal_key, n);
	while (record->n_keys < n && nw_reader_cut_key(&lines, &key))
		if (nw_reader_is_asked(key.key, query->prefixes, query->n_prefixes))
			record->keys[record->n_keys++] = key;
}

static struct nw_record *new_record(struct page *page)
{
	if (page->n == page->cap) {
		const size_t cap = page->cap ? page->cap * 2 : 16;
		struct nw_record *more = NW_ARENA_ARRAY(page->arena, struct nw_record, cap);

		if (page->n)
			memcpy(more, page->records, page->n * sizeof(*more));
		page->records = more;
		page->cap = cap;
	}
	return &page->records[page->n++];
}

/* Adds the row to the page where it is under a key that was asked for. */
static void add_row(struct page *page, sqlite3_stmt *row)
{
	const struct nw_str lines = nw_db_str(row, KEYS);
	const size_t n_keys = count_keys(page, lines);
	struct nw_record *record;

	page->looked++;
	if (!n_keys)
		return;
	record = new_record(page);
	read_keys(page, lines, n_keys, record);
	record->seq = sqlite3_column_int64(row, SEQ);
	record->kind = (enum nw_kind)sqlite3_column_int64(row, KIND);
	record->version = (unsigned)sqlite3_column_int64(row, VERSION);
	record->unix_ms = sqlite3_column_int64(row, UNIX_MS);
	record->id = nw_db_id(row, ID, page->arena);
	record->json = nw_arena_str(page->arena, nw_db_str(row, JSON));
	if (!page->query->no_text)
		record->text = nw_arena_str(page->arena, nw_db_str(row, TEXT));
	page->bytes += record->json.n + record->text.n;
}

static bool is_full(const struct page *page)
{
	const struct nw_journal_query *query = page->query;

	return page->n >= query->limit || page->looked >= LOOK_MAX ||
		(query->bytes && page->bytes >= query->bytes);
}

/* --- a page --- */

static enum nw_err scan(
	struct nw_journal_reader *reader, struct page *page, int64_t upto, struct nw_error *error)
{
	const int64_t values[] = {page->query->after, upto};
	sqlite3_stmt *statement = nw_db_bind(&reader->db, NW_R_SCAN, values, 2);
	enum nw_err err;

	while (nw_db_step(&reader->db, statement, &err, error)) {
		add_row(page, statement);
		if (is_full(page)) {
			page->next = sqlite3_column_int64(statement, SEQ);
			(void)sqlite3_reset(statement);
			return NW_OK;
		}
	}
	page->next = upto;
	return err;
}

static enum nw_err merge(
	struct nw_journal_reader *reader, struct page *page, int64_t upto, struct nw_error *error)
{
	struct nw_merge m = {.reader = reader, .bound = upto};
	enum nw_err err;
	int64_t seq;

	nw_merge_begin(&m, page->query->after);
	while ((err = nw_merge_next(&m, &seq, error)) == NW_OK && seq) {
		sqlite3_stmt *statement = nw_db_bind(&reader->db, NW_R_RECORD, &seq, 1);

		while (nw_db_step(&reader->db, statement, &err, error))
			add_row(page, statement);
		page->next = seq;
		if (err || is_full(page))
			return err;
	}
	page->next = upto;
	return err;
}

static enum nw_err read_page(
	struct nw_journal_reader *reader, struct page *page, struct nw_error *error)
{
	const struct nw_journal_query *query = page->query;
	bool too_many;
	int64_t upto = 0;
	enum nw_err err = nw_reader_ask(reader, NW_R_OLDEST, &reader->oldest, error);

	if (!err)
		err = nw_reader_trimmed(reader, query, &reader->trimmed, error);
	if (!err)
		err = nw_reader_ask(reader, NW_R_NEWEST, &upto, error);
	if (!err && upto && !reader->oldest)
		reader->oldest = upto + 1;
	if (query->upto && query->upto < upto)
		upto = query->upto;
	if (err || upto <= query->after)
		return err;
	err = nw_merge_find(reader, query->prefixes, query->n_prefixes, &too_many, error);
	if (err)
		return err;
	return too_many ? scan(reader, page, upto, error) : merge(reader, page, upto, error);
}

/* NOLINTNEXTLINE(readability-function-size): three outs and an arena belong to a page */
enum nw_err nw_journal_read(struct nw_journal_reader *reader, const struct nw_journal_query *query,
	struct nw_arena *arena, struct nw_record **records, size_t *n, int64_t *next,
	struct nw_error *error)
{
	struct page page = {.query = query, .arena = arena, .next = query->after};
	enum nw_err err = nw_reader_begin(reader, error);

	assert(query->limit);
	*records = NULL;
	*n = 0;
	*next = query->after;
	if (err)
		return err;
	err = nw_reader_end(reader, read_page(reader, &page, error), error);
	if (!err) {
		*records = page.records;
		*n = page.n;
		*next = page.next;
	}
	return err;
}

int64_t nw_journal_page_oldest(const struct nw_journal_reader *reader)
{
	return reader->oldest;
}

int64_t nw_journal_page_trimmed(const struct nw_journal_reader *reader)
{
	return reader->trimmed;
}
