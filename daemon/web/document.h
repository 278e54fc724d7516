#ifndef NW_WEB_DOCUMENT_H
#define NW_WEB_DOCUMENT_H

#include "base/buf.h"
#include "store/journal.h"

/* Articles as one document, newest first. Pure. */
struct nw_document {
	struct nw_str title; /* "libya"; "all" */
	struct nw_str self;  /* its own address, absolute */
	struct nw_str next;  /* of the page after it; empty on the last */
	struct nw_str id;    /* the same however the document is asked for; any text */
	const struct nw_record *records;
	size_t n;
};

void nw_document_atom(struct nw_buf *out, const struct nw_document *document); /* RFC 4287 */
void nw_document_json(struct nw_buf *out, const struct nw_document *document); /* JSON Feed 1.1 */

#endif
