#ifndef NW_STORE_BACKUP_H
#define NW_STORE_BACKUP_H

#include "store/database.h"

/*
 * Private to store/. Copies what is committed into "<database>.before-<form>", mode 0640, before
 * its tables are changed to that form: whole and on disk under that name, or not there.
 * Copies before other forms are then removed. Asks first whether there is room, and tells the
 * service manager to wait meanwhile: a large journal takes minutes.
 */
enum nw_err nw_backup_before(struct nw_db *db, int64_t form, struct nw_error *error) NW_MUST;

#endif
