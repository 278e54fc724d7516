#include "store/versions.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "store/writing.h"

#define RUN_MAX \
	32768 /* some 5 MB; as many records are read again at the start, without their texts */
#define ID_MAX NW_RECORD_KEYS_MAX

/* The first byte of a key, in SQLite's order of types. */
enum { IS_TEXT = 1, IS_HASH = 2 };

struct nw_version {
	struct nw_newest newest;
	int64_t seen; /* the journal's last seq when the article was last met */
	size_t n;
	char key[];
};

void nw_versions_init(struct nw_versions *versions)
{
	*versions = (struct nw_versions){.run_max = RUN_MAX};
	nw_buf_init(&versions->key, ID_MAX);
	nw_buf_init(&versions->asked, ID_MAX);
}

static void clear_run(struct nw_map *run)
{
	nw_map_each (run, slot)
		free(slot->value);
	nw_map_clear(run);
	*run = (struct nw_map){0};
}

static void drop_frozen(struct nw_versions *versions)
{
	clear_run(&versions->frozen);
	free(versions->sorted);
	versions->sorted = NULL;
	versions->n_sorted = versions->at = 0;
}

void nw_versions_forget(struct nw_versions *versions)
{
	clear_run(&versions->live);
	drop_frozen(versions);
	versions->merged = versions->floor = versions->floor_swept = 0;
	nw_buf_empty(&versions->asked);
}

/* --- keys --- */

/* An id as the table has it, behind its type: valid until the next one is made. */
static struct nw_str make_key(struct nw_versions *versions, struct nw_str id)
{
	struct nw_hash hash;
	char bytes[NW_DB_HASH];

	nw_buf_empty(&versions->key);
	if (nw_hash_parse(id, &hash)) {
		nw_db_put_hash(bytes, hash);
		nw_buf_add_c(&versions->key, IS_HASH);
		nw_buf_add(&versions->key, (struct nw_str){bytes, sizeof(bytes)});
	} else {
		nw_buf_add_c(&versions->key, IS_TEXT);
		nw_buf_add(&versions->key, id);
	}
	return nw_buf_str(&versions->key);
}

static struct nw_str key_of(const struct nw_version *version)
{
	return (struct nw_str){version->key, version->n};
}

static void bind_key(sqlite3_stmt *statement, int at, struct nw_str key)
{
	const struct nw_str id = nw_str_from(key, 1);

	if (key.p[0] == IS_HASH)
		(void)sqlite3_bind_blob64(statement, at, id.p, id.n, SQLITE_STATIC);
	else
		nw_db_bind_str(statement, at, id);
}

/* --- the runs --- */

static void put(struct nw_versions *versions, struct nw_str key, const struct nw_newest *newest,
	int64_t seen)
{
	struct nw_version *version = nw_map_get(&versions->live, key);

	if (!version) {
		version = nw_must_calloc(1, sizeof(*version) + key.n);
		version->n = key.n;
		memcpy(version->key, key.p, key.n);
		(void)nw_map_put(&versions->live, key_of(version), version);
	}
	version->newest = *newest;
	version->seen = seen;
}

static void read_newest(sqlite3_stmt *row, struct nw_newest *newest)
{
	newest->version = (unsigned)sqlite3_column_int64(row, 0);
	(void)nw_db_hash(row, 1, &newest->content);
	newest->whole = sqlite3_column_int64(row, 2) != 0;
	newest->seq = sqlite3_column_int64(row, 3);
}

/* Who asks for an article's newest version appends the next one right away. */
static enum nw_err ask_table(struct nw_journal *journal, struct nw_str key,
	struct nw_newest *newest, struct nw_error *error)
{
	struct nw_versions *v = &journal->versions;
	sqlite3_stmt *statement = journal->db.statements[NW_W_NEWEST];
	enum nw_err err;

	if (nw_str_eq(nw_buf_str(&v->asked), key)) {
		*newest = v->answer;
		return NW_OK;
	}
	bind_key(statement, 1, key);
	if (sqlite3_step(statement) == SQLITE_ROW)
		read_newest(statement, newest);
	err = nw_journal_run(journal, statement, error);
	nw_buf_empty(&v->asked);
	if (!err)
		nw_buf_add(&v->asked, key);
	v->answer = *newest;
	return err;
}

static enum nw_err find(struct nw_journal *journal, struct nw_str key, struct nw_newest *newest,
	struct nw_error *error)
{
	const struct nw_version *version = nw_map_get(&journal->versions.live, key);

	*newest = (struct nw_newest){0};
	if (!version)
		version = nw_map_get(&journal->versions.frozen, key);
	if (version) {
		*newest = version->newest;
		return NW_OK;
	}
	return ask_table(journal, key, newest, error);
}

enum nw_err nw_versions_find(struct nw_journal *journal, struct nw_str id, struct nw_newest *newest,
	struct nw_error *error)
{
	return find(journal, make_key(&journal->versions, id), newest, error);
}

void nw_versions_put(struct nw_journal *journal, struct nw_str id, const struct nw_newest *newest)
{
	put(&journal->versions, make_key(&journal->versions, id), newest, journal->last_seq);
}

enum nw_err nw_versions_touch(
	struct nw_journal *journal, struct nw_hash article, struct nw_error *error)
{
	char key[1 + NW_DB_HASH] = {IS_HASH};
	const struct nw_str k = {key, sizeof(key)};
	struct nw_version *version;
	struct nw_newest newest;
	enum nw_err err;

	nw_db_put_hash(key + 1, article);
	version = nw_map_get(&journal->versions.live, k);
	if (version) {
		version->seen = journal->last_seq;
		return NW_OK;
	}
	err = find(journal, k, &newest, error);
	if (!err && newest.version)
		put(&journal->versions, k, &newest, journal->last_seq);
	return err;
}

/* --- into the table --- */

static int by_key(const void *a, const void *b)
{
	return nw_str_cmp(
		key_of(*(struct nw_version *const *)a), key_of(*(struct nw_version *const *)b));
}

static void freeze(struct nw_journal *journal)
{
	struct nw_versions *v = &journal->versions;

	v->frozen = v->live;
	v->live = (struct nw_map){0};
	v->sorted = nw_must_calloc(v->frozen.n + 1, sizeof(struct nw_version *));
	nw_map_each (&v->frozen, slot)
		v->sorted[v->n_sorted++] = slot->value;
	if (v->n_sorted)
		qsort(v->sorted, v->n_sorted, sizeof(struct nw_version *), by_key);
	v->freezing = journal->last_seq;
	v->is_sweeping = v->floor > v->floor_swept;
}

static enum nw_err put_row(
	struct nw_journal *journal, const struct nw_version *version, struct nw_error *error)
{
	const int64_t values[] = {
		version->newest.version, version->newest.whole, version->newest.seq, version->seen};
	sqlite3_stmt *statement = nw_db_bind(&journal->db, NW_W_ARTICLE, values, 4);
	char content[NW_DB_HASH];

	bind_key(statement, 5, key_of(version));
	nw_db_bind_hash(statement, 6, version->newest.content, content);
	return nw_journal_run(journal, statement, error);
}

/* What lies between two articles of the run and is long forgotten goes, while its page is at hand. */
static enum nw_err sweep(struct nw_journal *journal, size_t from, size_t to, struct nw_error *error)
{
	static const char last[NW_DB_HASH + 2] = "\2\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
						 "\xff\xff\xff\xff\xff";
	static const struct nw_str first = {"\1", 1}, end = {last, sizeof(last)};
	const struct nw_versions *v = &journal->versions;
	sqlite3_stmt *statement = nw_db_bind(&journal->db, NW_W_SWEEP, &v->floor, 1);

	bind_key(statement, 2, from ? key_of(v->sorted[from - 1]) : first);
	bind_key(statement, 3, to < v->n_sorted ? key_of(v->sorted[to - 1]) : end);
	return nw_journal_run(journal, statement, error);
}

static enum nw_err end_run(struct nw_journal *journal, struct nw_error *error)
{
	struct nw_versions *v = &journal->versions;
	const enum nw_err err = nw_journal_run(
		journal, nw_db_bind(&journal->db, NW_W_MERGED, &v->freezing, 1), error);

	v->merged = v->freezing;
	if (v->is_sweeping)
		v->floor_swept = v->floor;
	drop_frozen(v);
	return err;
}

enum nw_err nw_versions_merge(
	struct nw_journal *journal, size_t n, bool is_due, struct nw_error *error)
{
	struct nw_versions *v = &journal->versions;
	const size_t from = v->at;
	enum nw_err err = NW_OK;

	if (!v->sorted && (is_due || v->live.n >= v->run_max))
		freeze(journal);
	if (!v->sorted)
		return NW_OK;
	nw_buf_empty(&v->asked); /* the table changes */
	while (!err && n-- && v->at < v->n_sorted)
		err = put_row(journal, v->sorted[v->at++], error);
	if (!err && v->is_sweeping && v->at > from)
		err = sweep(journal, from, v->at, error);
	if (!err && v->at == v->n_sorted)
		err = end_run(journal, error);
	return err;
}

/* --- the start --- */

enum nw_err nw_versions_load(struct nw_journal *journal, struct nw_error *error)
{
	struct nw_versions *v = &journal->versions;
	sqlite3_stmt *statement;
	enum nw_err err = nw_db_ask(&journal->db, "SELECT seq FROM merged", &v->merged, error);

	if (err)
		return err;
	statement = nw_db_bind(&journal->db, NW_W_UNMERGED, &v->merged, 1);
	while (nw_db_step(&journal->db, statement, &err, error)) {
		const bool is_hash = sqlite3_column_type(statement, 4) == SQLITE_BLOB;
		struct nw_newest newest = {0};

		read_newest(statement, &newest);
		nw_buf_empty(&v->key);
		nw_buf_add_c(&v->key, is_hash ? IS_HASH : IS_TEXT);
		nw_buf_add(&v->key, nw_db_str(statement, 4));
		put(v, nw_buf_str(&v->key), &newest, newest.seq);
	}
	return err;
}
