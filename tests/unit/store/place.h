#ifndef NW_TEST_PLACE_H
#define NW_TEST_PLACE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ftw.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "store/reader.h"

/* A directory of the test's own, and what every test of the store says often. */
struct place {
	char dir[64], path[96];
};

static inline int make_place(void **state)
{
	struct place *place = nw_must_calloc(1, sizeof(*place));

	(void)snprintf(place->dir, sizeof(place->dir), "/tmp/nw-store-XXXXXX");
	if (!mkdtemp(place->dir))
		return -1;
	(void)snprintf(place->path, sizeof(place->path), "%s/state/journal.db", place->dir);
	*state = place;
	return 0;
}

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline int remove_place(void **state)
{
	struct place *place = *state;

	(void)nftw(place->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(place);
	return 0;
}

/* Fails with the reason. */
static inline void must(enum nw_err err, const struct nw_error *error)
{
	char text[NW_ERROR_TEXT];

	if (err)
		fail_msg("%d: %s", (int)err, nw_error_text(error, text));
}

static inline struct nw_journal *open_journal(const struct place *place)
{
	struct nw_error error = {0};
	struct nw_journal *journal;

	must(nw_journal_open(place->path, &journal, &error), &error);
	return journal;
}

static inline struct nw_journal_reader *open_reader(const struct place *place)
{
	struct nw_error error = {0};
	struct nw_journal_reader *reader;

	must(nw_journal_reader_open(place->path, &reader, &error), &error);
	return reader;
}

static inline void begin(struct nw_journal *journal)
{
	struct nw_error error = {0};

	must(nw_journal_begin(journal, &error), &error);
}

static inline void commit(struct nw_journal *journal)
{
	struct nw_error error = {0};

	must(nw_journal_commit(journal, &error), &error);
}

/* Appends a record; true when it is new. */
static inline bool append(struct nw_journal *journal, struct nw_record *record)
{
	struct nw_error error = {0};
	bool is_new;

	must(nw_journal_append(journal, record, &is_new, &error), &error);
	return is_new;
}

/* A record of an article with the id given by a number, under "all/" and the keys named. */
static inline bool append_under(
	struct nw_journal *journal, int id, const char *const *names, size_t n, int64_t *seq)
{
	struct nw_journal_key keys[8] = {{NW_STR("all/"), 0}};
	char hex[NW_HASH_HEX + 1];
	struct nw_record record = {.version = 1,
		.unix_ms = 1000 * id,
		.keys = keys,
		.n_keys = n + 1,
		.json = NW_STR(",\"title\":\"t\"}"),
		.text = NW_STR("Title\n\nBody\n")};
	bool is_new;

	nw_hash_hex((struct nw_hash){0xabcdef, (uint64_t)id}, hex);
	record.id = nw_str(hex);
	for (size_t i = 0; i < n; i++)
		keys[i + 1].key = nw_str(names[i]);
	is_new = append(journal, &record);
	*seq = record.seq;
	return is_new;
}

/* Something another program does to the file: one statement. */
static inline int meddle(const struct place *place, const char *sql)
{
	sqlite3 *db;
	int said = sqlite3_open(place->path, &db);

	if (said == SQLITE_OK)
		said = sqlite3_exec(db, sql, NULL, NULL, NULL);
	(void)sqlite3_close(db);
	return said;
}

/* xorshift64*: the same numbers every time. */
static inline uint32_t dice(uint64_t *state, uint32_t below)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (uint32_t)((*state * 0x2545f4914f6cdd1dULL) >> 33) % below;
}

#endif
