#ifndef NW_STORE_VERSIONS_H
#define NW_STORE_VERSIONS_H

#include "base/buf.h"
#include "base/map.h"
#include "store/journal.h"

/*
 * Private to store/: the newest version of every article, which outlives its records.
 * Ids are random, and a table of them kept up with each record would cost a page a
 * record, as much as the record itself. So what was appended lately is held here as
 * well as in the journal, and goes into the table `article` in runs: many at a time,
 * in the table's own order, some of them with each commit. `merged` says up to which
 * seq the table knows; what the journal holds after it is read again at the start,
 * and so nothing depends on how the last process ended.
 */
struct nw_version;

struct nw_versions {
	struct nw_map live, frozen; /* by id; a frozen run is on its way to the table */
	struct nw_version **sorted; /* the frozen run in the table's order */
	size_t n_sorted, at;        /* at: the first that is not in the table yet */
	size_t run_max;             /* articles in a run */
	struct nw_buf key;          /* of the id in hand */
	struct nw_buf asked;        /* what the table was asked for last, and its answer */
	struct nw_newest answer;
	int64_t merged, freezing;   /* and what merged will be */
	int64_t floor, floor_swept; /* articles last met before it are forgotten, as runs go by */
	bool is_sweeping;           /* with this run */
};

struct nw_journal;

void nw_versions_init(struct nw_versions *versions);
void nw_versions_forget(struct nw_versions *versions); /* to be loaded again */
enum nw_err nw_versions_load(struct nw_journal *journal, struct nw_error *error) NW_MUST;

enum nw_err nw_versions_find(struct nw_journal *journal, struct nw_str id, struct nw_newest *newest,
	struct nw_error *error) NW_MUST;
/* As of the journal's last seq. */
void nw_versions_put(struct nw_journal *journal, struct nw_str id, const struct nw_newest *newest);
/* The article has been met again; one that is not known stays so. */
enum nw_err nw_versions_touch(
	struct nw_journal *journal, struct nw_hash article, struct nw_error *error) NW_MUST;

/* Moves up to n articles into the table. is_due: although the run is not full. */
enum nw_err nw_versions_merge(
	struct nw_journal *journal, size_t n, bool is_due, struct nw_error *error) NW_MUST;

#endif
