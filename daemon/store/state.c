#include <stddef.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "store/writing.h"

/* A feed's state as columns; its id, the key, is the last parameter when saved. */
enum column_type { STRING, NUMBER, HASH };

struct column {
	const char *name;
	enum column_type type;
	size_t offset;
};

#define COLUMN(member, type)                                            \
	{                                                               \
#member, (type), offsetof(struct nw_feed_state, member) \
	}

static const struct column columns[] = {
	COLUMN(url, STRING),
	COLUMN(etag, STRING),
	COLUMN(last_modified, STRING),
	COLUMN(body, HASH),
	COLUMN(state, STRING),
	COLUMN(reason, STRING),
	COLUMN(state_since_s, NUMBER),
	COLUMN(last_visit_s, NUMBER),
	COLUMN(last_ok_s, NUMBER),
	COLUMN(last_new_s, NUMBER),
	COLUMN(next_due_s, NUMBER),
	COLUMN(interval_s, NUMBER),
	COLUMN(failures, NUMBER),
	COLUMN(items, NUMBER),
	COLUMN(articles, NUMBER),
	COLUMN(moved, NUMBER),
	COLUMN(moved_to, STRING),
	COLUMN(title, STRING),
	COLUMN(id, STRING),
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))
#define ID_COLUMN ((int)N_COLUMNS - 1)

#define SQL_MAX ((size_t)4096)
#define FEEDS_A_PAGE 256
#define IDENTITIES_A_PAGE 4096
#define SKETCHES_A_PAGE 256

static char *feed_sql(const char *before, const char *after, bool is_save)
{
	struct nw_buf sql;

	nw_buf_init(&sql, SQL_MAX);
	nw_buf_add(&sql, nw_str(before));
	for (size_t i = 0; i < N_COLUMNS; i++)
		nw_buf_printf(&sql, "%s%s", i ? ", " : "", columns[i].name);
	nw_buf_add(&sql, nw_str(is_save ? ") VALUES (" : ""));
	for (size_t i = 0; is_save && i < N_COLUMNS; i++)
		nw_buf_printf(&sql, "%s?%zu", i ? ", " : "", i + 1);
	nw_buf_add(&sql, nw_str(after));
	return sql.p;
}

char *nw_feed_save_sql(void)
{
	return feed_sql("INSERT OR REPLACE INTO feed (", ")", true);
}

char *nw_feed_read_sql(void)
{
	return feed_sql("SELECT ", " FROM feed WHERE id > ?1 ORDER BY id LIMIT ?2", false);
}

static const void *member(const struct nw_feed_state *state, const struct column *column)
{
	return (const char *)state + column->offset;
}

enum nw_err nw_journal_save_feed(
	struct nw_journal *journal, const struct nw_feed_state *state, struct nw_error *error)
{
	sqlite3_stmt *statement = journal->db.statements[NW_W_FEED];
	char hash[N_COLUMNS][NW_DB_HASH];

	for (size_t i = 0; i < N_COLUMNS; i++) {
		const void *value = member(state, &columns[i]);
		const int at = (int)i + 1;

		switch (columns[i].type) {
		case STRING:
			nw_db_bind_str(statement, at, *(const struct nw_str *)value);
			break;
		case NUMBER:
			(void)sqlite3_bind_int64(statement, at, *(const int64_t *)value);
			break;
		case HASH:
			nw_db_bind_hash(statement, at, *(const struct nw_hash *)value, hash[i]);
			break;
		}
	}
	return nw_journal_run(journal, statement, error);
}

static void read_feed(sqlite3_stmt *row, struct nw_arena *arena, struct nw_feed_state *state)
{
	for (size_t i = 0; i < N_COLUMNS; i++) {
		void *value = (char *)state + columns[i].offset;

		switch (columns[i].type) {
		case STRING:
			*(struct nw_str *)value = nw_arena_str(arena, nw_db_str(row, (int)i));
			break;
		case NUMBER:
			*(int64_t *)value = sqlite3_column_int64(row, (int)i);
			break;
		case HASH:
			(void)nw_db_hash(row, (int)i, value);
			break;
		}
	}
}

/* The feeds that follow a name; the statement is at rest again before anyone is called. */
static enum nw_err read_feeds(struct nw_journal_reader *reader, struct nw_str after,
	struct nw_feed_state *feeds, size_t *n, struct nw_arena *arena, struct nw_error *error)
{
	sqlite3_stmt *statement = reader->db.statements[NW_R_FEEDS];
	enum nw_err err;

	*n = 0;
	nw_db_bind_str(statement, 1, after);
	(void)sqlite3_bind_int64(statement, 2, FEEDS_A_PAGE);
	while (nw_db_step(&reader->db, statement, &err, error))
		read_feed(statement, arena, &feeds[(*n)++]);
	return err;
}

enum nw_err nw_journal_each_feed(struct nw_journal_reader *reader,
	void (*on_feed)(void *arg, const struct nw_feed_state *state), void *arg,
	struct nw_error *error)
{
	struct nw_str after = {0};
	struct nw_arena *last = NULL;
	size_t n = FEEDS_A_PAGE;
	enum nw_err err = NW_OK;

	while (!err && n == FEEDS_A_PAGE) {
		struct nw_arena *arena = nw_arena_new();
		struct nw_feed_state *feeds =
			NW_ARENA_ARRAY(arena, struct nw_feed_state, FEEDS_A_PAGE);

		err = read_feeds(reader, after, feeds, &n, arena, error);
		for (size_t i = 0; !err && i < n; i++)
			on_feed(arg, &feeds[i]);
		if (n)
			after = feeds[n - 1].id;
		nw_arena_free(last);
		last = arena;
	}
	nw_arena_free(last);
	return err;
}

/* A page of identities and the row it ended with; unchanged when there is no more. */
static enum nw_err read_identities(struct nw_journal_reader *reader, int64_t *after,
	struct nw_identity *identities, size_t *n, struct nw_error *error)
{
	const int64_t values[] = {*after, IDENTITIES_A_PAGE};
	sqlite3_stmt *statement = nw_db_bind(&reader->db, NW_R_IDENTITIES, values, 2);
	enum nw_err err;

	*n = 0;
	while (nw_db_step(&reader->db, statement, &err, error)) {
		struct nw_identity *identity = &identities[*n];

		*after = sqlite3_column_int64(statement, 0);
		if (nw_db_hash(statement, 1, &identity->identity) &&
			nw_db_hash(statement, 2, &identity->article) &&
			nw_db_hash(statement, 3, &identity->content))
			(*n)++;
	}
	return err;
}

/* After which row the newest `max` are; from: a statement that answers it, or nothing for all. */
static enum nw_err find_first(struct nw_journal_reader *reader, enum nw_journal_ask from,
	size_t max, int64_t *after, struct nw_error *error)
{
	const int64_t skip = max > INT64_MAX ? INT64_MAX : (int64_t)max;
	sqlite3_stmt *statement = nw_db_bind(&reader->db, from, &skip, 1);
	enum nw_err err;

	*after = 0;
	while (nw_db_step(&reader->db, statement, &err, error))
		*after = sqlite3_column_int64(statement, 0);
	return err;
}

enum nw_err nw_journal_each_identity(struct nw_journal_reader *reader, size_t max,
	void (*on_identity)(void *arg, const struct nw_identity *identity), void *arg,
	struct nw_error *error)
{
	struct nw_identity *page = nw_must_calloc(IDENTITIES_A_PAGE, sizeof(*page));
	int64_t after, before;
	enum nw_err err = find_first(reader, NW_R_IDENTITIES_FROM, max, &after, error);

	do {
		size_t n = 0;

		before = after;
		if (!err)
			err = read_identities(reader, &after, page, &n, error);
		for (size_t i = 0; !err && i < n; i++)
			on_identity(arg, &page[i]);
	} while (!err && after != before);
	free(page);
	return err;
}

/* --- sketches --- */

enum sketch_column {
	SEQ,
	KIND,
	PUBLISHED,
	SEEN,
	ARTICLE,
	STORY,
	SKETCH,
	TITLE,
	SITE,
	TAGS,
	LIKENED,
	ALIKE,
	COPIED
};

enum nw_err nw_journal_save_sketch(
	struct nw_journal *journal, const struct nw_kept_sketch *sketch, struct nw_error *error)
{
	const int64_t values[] = {sketch->seq, sketch->kind, sketch->published_s, sketch->seen_s};
	sqlite3_stmt *statement = nw_db_bind(&journal->db, NW_W_SKETCH, values, 4);
	char article[NW_DB_HASH], story[NW_DB_HASH], like[NW_DB_HASH];

	nw_db_bind_hash(statement, ARTICLE + 1, sketch->article, article);
	nw_db_bind_hash(statement, STORY + 1, sketch->story, story);
	nw_db_bind_str(statement, SKETCH + 1, sketch->sketch);
	nw_db_bind_str(statement, TITLE + 1, sketch->title);
	nw_db_bind_str(statement, SITE + 1, sketch->site);
	nw_db_bind_str(statement, TAGS + 1, sketch->tags);
	nw_db_bind_hash(statement, LIKENED + 1, sketch->like, like);
	(void)sqlite3_bind_int64(statement, ALIKE + 1, sketch->alike);
	(void)sqlite3_bind_int64(statement, COPIED + 1, sketch->is_copy);
	return nw_journal_run(journal, statement, error);
}

static bool read_sketch(sqlite3_stmt *row, struct nw_arena *arena, struct nw_kept_sketch *sketch)
{
	*sketch = (struct nw_kept_sketch){.seq = sqlite3_column_int64(row, SEQ),
		.kind = (enum nw_kind)sqlite3_column_int64(row, KIND),
		.published_s = sqlite3_column_int64(row, PUBLISHED),
		.seen_s = sqlite3_column_int64(row, SEEN),
		.sketch = nw_arena_str(arena, nw_db_str(row, SKETCH)),
		.title = nw_arena_str(arena, nw_db_str(row, TITLE)),
		.site = nw_arena_str(arena, nw_db_str(row, SITE)),
		.tags = nw_arena_str(arena, nw_db_str(row, TAGS)),
		.alike = NW_ALIKE_UNKNOWN};
	if (nw_db_hash(row, LIKENED, &sketch->like)) {
		sketch->alike = sqlite3_column_int64(row, ALIKE);
		sketch->is_copy = sqlite3_column_int64(row, COPIED) != 0;
	}
	return nw_db_hash(row, ARTICLE, &sketch->article) && nw_db_hash(row, STORY, &sketch->story);
}

/* As read_identities. */
static enum nw_err read_sketches(struct nw_journal_reader *reader, int64_t *after,
	struct nw_kept_sketch *sketches, size_t *n, struct nw_arena *arena, struct nw_error *error)
{
	const int64_t values[] = {*after, SKETCHES_A_PAGE};
	sqlite3_stmt *statement = nw_db_bind(&reader->db, NW_R_SKETCHES, values, 2);
	enum nw_err err;

	*n = 0;
	while (nw_db_step(&reader->db, statement, &err, error)) {
		*after = sqlite3_column_int64(statement, SEQ);
		*n += read_sketch(statement, arena, &sketches[*n]);
	}
	return err;
}

enum nw_err nw_journal_each_sketch(struct nw_journal_reader *reader, size_t max,
	void (*on_sketch)(void *arg, const struct nw_kept_sketch *sketch), void *arg,
	struct nw_error *error)
{
	int64_t after, before;
	enum nw_err err = find_first(reader, NW_R_SKETCHES_FROM, max, &after, error);

	do {
		struct nw_arena *arena = nw_arena_new();
		struct nw_kept_sketch *page =
			NW_ARENA_ARRAY(arena, struct nw_kept_sketch, SKETCHES_A_PAGE);
		size_t n = 0;

		before = after;
		if (!err)
			err = read_sketches(reader, &after, page, &n, arena, error);
		for (size_t i = 0; !err && i < n; i++)
			on_sketch(arg, &page[i]);
		nw_arena_free(arena);
	} while (!err && after != before);
	return err;
}

/* --- cursors --- */

enum nw_err nw_journal_cursor(
	struct nw_journal_reader *reader, struct nw_str name, int64_t *seq, struct nw_error *error)
{
	sqlite3_stmt *statement = reader->db.statements[NW_R_CURSOR];
	enum nw_err err;

	*seq = -1;
	nw_db_bind_str(statement, 1, name);
	while (nw_db_step(&reader->db, statement, &err, error))
		*seq = sqlite3_column_int64(statement, 0);
	return err;
}

enum nw_err nw_journal_cursors(struct nw_journal_reader *reader, struct nw_arena *arena,
	struct nw_cursor **cursors, size_t *n, struct nw_error *error)
{
	sqlite3_stmt *statement = reader->db.statements[NW_R_CURSORS];
	struct nw_cursor *all = NW_ARENA_ARRAY(arena, struct nw_cursor, NW_CURSORS_MAX);
	size_t found = 0;
	enum nw_err err;

	while (nw_db_step(&reader->db, statement, &err, error)) {
		if (found == NW_CURSORS_MAX)
			continue;
		all[found++] = (struct nw_cursor){nw_arena_str(arena, nw_db_str(statement, 0)),
			sqlite3_column_int64(statement, 1), sqlite3_column_int64(statement, 2)};
	}
	*cursors = all;
	*n = err ? 0 : found;
	return err;
}
