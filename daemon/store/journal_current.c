#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "store/current.h"
#include "store/database.h"

#define LOOK_MAX \
	2000 /* records looked at for one page: most may have been replaced by newer ones */

/* The newest record up to upto; *n 0 where there is none. */
static enum nw_err read_last(struct nw_journal_reader *reader, struct nw_journal_query *query,
	struct nw_arena *arena, struct nw_record *record, size_t *n, struct nw_error *error)
{
	struct nw_record *records;
	int64_t next;
	enum nw_err err = nw_journal_seek_last(reader, query, &query->after, error);

	*n = 0;
	if (!err)
		err = nw_journal_read(reader, query, arena, &records, n, &next, error);
	if (!err && *n)
		*record = records[0];
	return err;
}

/* --- an article's newest seq --- */

/*
 * The table `article` has it up to `merged` (versions.h). What came after is read once and
 * held, and forgotten when it is in the table: there is no index of ids in the journal.
 */
struct nw_recent {
	struct nw_arena *arena;
	struct nw_map seqs; /* of an article's newest record, by id */
	int64_t merged, upto;
};

static void clear_recent(struct nw_recent *recent)
{
	nw_map_clear(&recent->seqs);
	nw_arena_free(recent->arena);
	*recent = (struct nw_recent){.arena = nw_arena_new()};
}

void nw_recent_free(struct nw_recent *recent)
{
	if (!recent)
		return;
	nw_map_clear(&recent->seqs);
	nw_arena_free(recent->arena);
	free(recent);
}

static void add_recent(struct nw_recent *recent, struct nw_str id, int64_t seq)
{
	int64_t *newest = nw_map_get(&recent->seqs, id);

	if (!newest) {
		newest = NW_ARENA_ARRAY(recent->arena, int64_t, 1);
		(void)nw_map_put(&recent->seqs, id, newest);
	}
	*newest = recent->upto = seq;
}

static enum nw_err read_recent(
	struct nw_journal_reader *reader, struct nw_recent *recent, struct nw_error *error)
{
	sqlite3_stmt *statement;
	int64_t merged;
	enum nw_err err = nw_reader_ask(reader, NW_R_MERGED, &merged, error);

	if (err)
		return err;
	if (merged != recent->merged)
		clear_recent(recent);
	recent->merged = merged;
	if (recent->upto < merged)
		recent->upto = merged;
	statement = nw_db_bind(&reader->db, NW_R_UNMERGED, &recent->upto, 1);
	while (nw_db_step(&reader->db, statement, &err, error))
		add_recent(recent, nw_db_id(statement, 1, recent->arena),
			sqlite3_column_int64(statement, 0));
	return err;
}

static enum nw_err follow_recent(struct nw_journal_reader *reader, struct nw_error *error)
{
	enum nw_err err = nw_reader_begin(reader, error);

	if (err)
		return err;
	if (!reader->recent) {
		reader->recent = nw_must_calloc(1, sizeof(*reader->recent));
		clear_recent(reader->recent);
	}
	return nw_reader_end(reader, read_recent(reader, reader->recent, error), error);
}

/* One that was taken back has a newer record, of another kind, and so has none that is current. */
static enum nw_err ask_current(struct nw_journal_reader *reader, const struct nw_record *record,
	bool *is_current, struct nw_error *error)
{
	sqlite3_stmt *statement = reader->db.statements[NW_R_CURRENT];
	const int64_t *recent = nw_map_get(&reader->recent->seqs, record->id);
	char bytes[NW_DB_HASH];
	int64_t newest = recent ? *recent : 0;
	enum nw_err err = NW_OK;

	*is_current = false;
	if (record->kind != NW_KIND_ITEM && record->kind != NW_KIND_UPDATE)
		return NW_OK;
	if (!recent) {
		nw_db_bind_id(statement, 1, record->id, bytes);
		while (nw_db_step(&reader->db, statement, &err, error))
			newest = sqlite3_column_int64(statement, 0);
	}
	*is_current = newest <= record->seq;
	return err;
}

/* --- a page --- */

enum nw_err nw_journal_current(struct nw_journal_reader *reader,
	const struct nw_current_query *query, struct nw_arena *arena, struct nw_current *page,
	struct nw_error *error)
{
	struct nw_journal_query one = {.upto = query->before ? query->before - 1 : INT64_MAX,
		.prefixes = query->prefixes,
		.n_prefixes = query->n_prefixes,
		.limit = 1};
	size_t bytes = 0, n = 1;
	enum nw_err err = follow_recent(reader, error);

	*page = (struct nw_current){
		.records = NW_ARENA_ARRAY(arena, struct nw_record, query->limit)};
	for (int looked = 0; !err && one.upto > query->after; looked++) {
		struct nw_record last;
		bool is_current;

		err = read_last(reader, &one, arena, &last, &n, error);
		if (err || !n || last.seq <= query->after)
			break;
		if (page->n == query->limit || looked == LOOK_MAX ||
			(query->bytes && bytes >= query->bytes)) {
			page->next = last.seq + 1;
			break;
		}
		err = ask_current(reader, &last, &is_current, error);
		if (err)
			break;
		bytes += last.json.n + last.text.n;
		one.upto = last.seq - 1;
		if (is_current)
			page->records[page->n++] = last;
	}
	if (err)
		*page = (struct nw_current){0};
	return err;
}
