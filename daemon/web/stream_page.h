#ifndef NW_WEB_STREAM_PAGE_H
#define NW_WEB_STREAM_PAGE_H

#include "base/buf.h"
#include "store/reader.h"

/*
 * Pages of the journal as streams send them. What follows one place in the journal is the
 * same for all who ask for the same keys in the same form: it is written once and lent to
 * each of them, so that neither many readers of one article nor many who leave a large one
 * untaken cost more than one.
 */
struct nw_stream_page {
	struct nw_stream_page *older, *newer;
	struct nw_stream_query *query; /* with what follows, its own */
	int64_t after;
	size_t readers; /* to whom it is lent */

	struct nw_buf text; /* empty where nothing up to next was asked for */
	size_t n_gone;      /* of its bytes, the first: that some of what was asked for is gone, */
	int64_t trimmed;    /* and up to where; for those who were not told */
	size_t n;           /* items in it */
	int64_t next;       /* where the page after it begins */
};

struct nw_stream_query {
	struct nw_arena *arena; /* of prefixes */
	struct nw_str *prefixes;
	size_t n_prefixes;
	bool is_sse;
};

struct nw_stream_query *nw_stream_query_new(
	const struct nw_str *prefixes, size_t n_prefixes, bool is_sse);
void nw_stream_query_free(struct nw_stream_query *query);

struct nw_stream_pages {
	struct nw_journal_reader *reader;
	struct nw_stream_page *newest;
};

/* What follows `after`, lent; NULL where there is nothing (yet). */
enum nw_err nw_stream_page_take(struct nw_stream_pages *pages, const struct nw_stream_query *query,
	int64_t after, struct nw_stream_page **page, struct nw_error *error) NW_MUST;
void nw_stream_page_return(struct nw_stream_pages *pages, struct nw_stream_page *page);
void nw_stream_pages_clear(struct nw_stream_pages *pages); /* when none is lent */

#endif
