#ifndef NW_WEB_ITEM_H
#define NW_WEB_ITEM_H

#include "base/buf.h"
#include "store/journal.h"

/*
 * A record as one JSON Feed item on one line, without a line end: frame 2 of the bus,
 * with what the frames beside it say. _newswire gets kind, version, written and the
 * keys it went out under, and content_text is frame 3.
 */
void nw_item_write(struct nw_buf *out, const struct nw_record *record);

#endif
