#ifndef NW_STATUS_CONTROL_H
#define NW_STATUS_CONTROL_H

#include "base/buf.h"
#include "rt/loop.h"
#include "status/page.h"

/*
 * The control path: HTTP on a unix socket (mode 0660) in the runtime directory. One
 * row a page; a handler runs on the loop, and writes JSON or takes what is asked.
 */
struct nw_control;

struct nw_control_page {
	const char *path;                              /* "/v1/status" */
	void (*write)(void *arg, struct nw_buf *json); /* for a GET; NULL: there is none */
	/* For a POST, with its body; NULL: there is none. False: what it names is not there. */
	bool (*take)(void *arg, struct nw_str body);
};

struct nw_control_pages {
	const struct nw_control_page *page; /* must outlive the control */
	size_t n;
	void *arg;                     /* of every write and take */
	struct nw_status_pages status; /* those of the status port, served here too */
};

enum nw_err nw_control_open(struct nw_loop *loop, const char *socket_path,
	const struct nw_control_pages *pages, struct nw_control **control,
	struct nw_error *error) NW_MUST;
void nw_control_close(struct nw_control *control); /* and removes the socket */

#endif
