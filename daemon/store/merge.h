#ifndef NW_STORE_MERGE_H
#define NW_STORE_MERGE_H

#include "store/database.h"

/*
 * The seqs of the records under some keys, as one list without repeats, forwards or
 * backwards, without a look at any other record. Private to store/; inside one read
 * transaction.
 */
struct nw_merge {
	struct nw_journal_reader *reader;
	bool back;
	int64_t bound; /* forwards: seq <= bound; backwards: seq > bound */
};

/*
 * Finds the keys under the prefixes. *too_many: the prefixes cover all/ or so many
 * keys that a scan of the journal is the shorter way; nothing to merge then.
 */
enum nw_err nw_merge_find(struct nw_journal_reader *reader, const struct nw_str *prefixes,
	size_t n_prefixes, bool *too_many, struct nw_error *error) NW_MUST;

/* Begins next to seq `from`, which is left out itself. */
void nw_merge_begin(struct nw_merge *merge, int64_t from);
enum nw_err nw_merge_next(
	struct nw_merge *merge, int64_t *seq, struct nw_error *error) NW_MUST; /* 0: the end */

#endif
