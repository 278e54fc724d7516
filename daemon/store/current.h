#ifndef NW_STORE_CURRENT_H
#define NW_STORE_CURRENT_H

#include "store/reader.h"

/*
 * Articles as they are now, newest first: of each its newest version alone, where
 * that is under a key asked for.
 */
struct nw_current_query {
	const struct nw_str *prefixes; /* n_prefixes == 0: everything */
	size_t n_prefixes;
	int64_t after;  /* seq > after */
	int64_t before; /* seq < before; 0: no end */
	size_t limit;   /* articles at most; at least 1 */
	size_t bytes;   /* the page ends with the record that reaches this; 0: no limit */
};

struct nw_current {
	struct nw_record *records; /* in the arena, newest first */
	size_t n;
	int64_t next; /* the `before` of the following page; 0: nothing follows */
};

/* No transaction is open afterwards. A page may hold fewer than the limit though more follow. */
enum nw_err nw_journal_current(struct nw_journal_reader *reader,
	const struct nw_current_query *query, struct nw_arena *arena, struct nw_current *page,
	struct nw_error *error) NW_MUST;

#endif
