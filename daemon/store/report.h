#ifndef NW_STORE_REPORT_H
#define NW_STORE_REPORT_H

#include "base/json.h"
#include "store/reader.h"

/* What an operator asks of the journal: on a reader of his own. Where it cannot be read, nothing is said. */

/* "oldest" and "newest": sequence numbers. */
void nw_journal_write_status(struct nw_journal_reader *reader, json_t *object);

/* An array of every cursor, the furthest behind first: name, seq, behind (records), moved. */
void nw_journal_write_cursors(struct nw_journal_reader *reader, struct nw_buf *json);

#endif
