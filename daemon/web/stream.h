#ifndef NW_WEB_STREAM_H
#define NW_WEB_STREAM_H

#include "store/reader.h"
#include "web/access.h"
#include "web/server.h"
#include "web/stream_page.h"

/*
 * Readers of /v1/stream. Each is a place in the journal and what it asked for; live is
 * replay that has caught up, so that there is neither gap nor repeat between the two.
 * A reader is given its next page when it has taken the one before: what waits for it
 * is a page, whatever it does, and no transaction is open meanwhile.
 */
struct nw_stream;

struct nw_streams {
	struct nw_loop *loop;
	struct nw_stream *first;
	_Atomic size_t n; /* for those who look */
	struct nw_stream_pages pages;
	bool in_trouble;
};

void nw_streams_init(
	struct nw_streams *streams, struct nw_loop *loop, struct nw_journal_reader *reader);
void nw_streams_end(struct nw_streams *streams);   /* all of them, when each has its last piece */
void nw_streams_clear(struct nw_streams *streams); /* once they have */

/*
 * after: the seq that the reader has. query->form is SSE or NDJSON. token: by which it
 * may read; empty: it asks from this machine.
 */
void nw_stream_begin(struct nw_streams *streams, struct nw_connection *connection,
	const struct nw_query *query, int64_t after, struct nw_str token);
/* Ends those whose token may no longer read what they get. */
void nw_streams_check(struct nw_streams *streams, const struct nw_access *access);
void nw_streams_wake(struct nw_streams *streams); /* the journal has grown */

#endif
