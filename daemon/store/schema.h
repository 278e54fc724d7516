#ifndef NW_STORE_SCHEMA_H
#define NW_STORE_SCHEMA_H

#include "store/database.h"

/*
 * The tables, as a list of migrations: user_version counts those that were run. A
 * migration, once released, is never changed; what is new is a new row at the end.
 */
struct nw_migration {
	const char *why;
	const char *sql;
};

extern const struct nw_migration nw_migrations[];
extern const size_t nw_n_migrations;

/* How many migrations the file has seen. Refuses what is no journal, or a newer one; changes nothing. */
enum nw_err nw_schema_version(struct nw_db *db, int64_t *version, struct nw_error *error) NW_MUST;

/*
 * Refuses one that has other tables, indexes, triggers or views than a journal of this version:
 * they would run inside the daemon. Before any of its tables is read.
 */
enum nw_err nw_schema_compare(struct nw_db *db, int64_t version, struct nw_error *error) NW_MUST;

/*
 * Brings the database up to date, all of it in one transaction, so that there is nothing in
 * between. One that holds something is first copied beside itself: store/backup.h.
 */
enum nw_err nw_schema_migrate(struct nw_db *db, struct nw_error *error) NW_MUST;

/* Whether it is a journal, and one of exactly this program's version. */
enum nw_err nw_schema_check(struct nw_db *db, struct nw_error *error) NW_MUST;

#endif
