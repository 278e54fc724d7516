#ifndef NW_TEST_WEB_RIG_H
#define NW_TEST_WEB_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "store/journal.h"

/* A journal in a directory of the test's own. */
struct place {
	char dir[32], path[64];
};

static inline void make_place(struct place *place)
{
	(void)snprintf(place->dir, sizeof(place->dir), "/tmp/nw-web-XXXXXX");
	assert_non_null(mkdtemp(place->dir));
	(void)snprintf(place->path, sizeof(place->path), "%s/journal.db", place->dir);
}

static inline void remove_place(const struct place *place)
{
	char command[64];

	(void)snprintf(command, sizeof(command), "rm -r %s", place->dir);
	assert_int_equal(system(command), 0);
}

/* Articles first to last, each under all/. */
static inline void fill_journal(
	const struct place *place, unsigned first, unsigned last, struct nw_str text)
{
	struct nw_error error = {0};
	struct nw_journal *journal;
	bool is_new;

	assert_int_equal(nw_journal_open(place->path, &journal, &error), NW_OK);
	assert_int_equal(nw_journal_begin(journal, &error), NW_OK);
	for (unsigned i = first; i <= last; i++) {
		struct nw_journal_key key = {NW_STR("all/"), 0};
		char id[33];
		struct nw_record record = {.version = 1,
			.keys = &key,
			.n_keys = 1,
			.json = NW_STR("}}"),
			.text = text};

		(void)snprintf(id, sizeof(id), "%032x", i);
		record.id = nw_str(id);
		assert_int_equal(nw_journal_append(journal, &record, &is_new, &error), NW_OK);
	}
	assert_int_equal(nw_journal_commit(journal, &error), NW_OK);
	nw_journal_close(journal);
}

#endif
