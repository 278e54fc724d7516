#ifndef NW_STATUS_PAGE_H
#define NW_STATUS_PAGE_H

#include "base/buf.h"

/*
 * A page for those who watch the daemon, on the status port and on the control socket alike.
 * What needs nobody's leave is answered on any thread; what is the LOOP's own, on the LOOP,
 * which may be stuck: then what stands in late takes its place.
 */
struct nw_status_page {
	const char *path; /* "/metrics" */
	const char *type; /* of what is answered */
	/* Each adds to out and answers an HTTP status; the last one called has the say. */
	int (*on_any)(void *arg, struct nw_buf *out);  /* NULL: nothing */
	int (*on_loop)(void *arg, struct nw_buf *out); /* NULL: nothing */
	/* When the LOOP does not answer: added, with status 503. NULL: the rest is enough. */
	const char *late;
};

struct nw_status_pages {
	const struct nw_status_page *page; /* must outlive whoever serves them */
	size_t n;
	void *arg; /* of on_any and on_loop */
};

#define NW_STATUS_MAX ((size_t)64 << 20) /* bytes of a page */

#endif
