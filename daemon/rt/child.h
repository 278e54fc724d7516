#ifndef NW_RT_CHILD_H
#define NW_RT_CHILD_H

#include "rt/loop.h"
#include <newswire/base.h>

/*
 * A program run beside the loop, without a shell: its standard input is what it is given, and
 * what it says on its standard output and error comes back, cut at a limit. It has no other
 * descriptor, default signals and a process group of its own; when its time is over the
 * group is asked to end, then killed. It is reaped on the loop.
 */
struct nw_child;

#define NW_CHILD_OUTPUT ((size_t)4096) /* bytes kept; what comes after is read and dropped */

struct nw_child_request {
	const char *const *argv; /* NULL at the end; argv[0] is searched for in PATH */
	struct nw_str in;
	int64_t timeout_ms; /* more than 0 */
};

struct nw_child_end {
	bool timed_out;
	int code;             /* of exit; -1 where a signal ended it */
	int signal;           /* 0: none */
	struct nw_str output; /* until on_end returns */
};

typedef void nw_on_child_end(void *arg, const struct nw_child_end *end);

/* on_end is called once, from the loop. NW_E_SYSTEM where it cannot be started: then it is not. */
enum nw_err nw_child_start(struct nw_loop *loop, const struct nw_child_request *request,
	nw_on_child_end *on_end, void *arg, struct nw_child **child,
	struct nw_error *error) NW_MUST;
/* Kills it, and waits until it is gone. on_end is not called; not from within it. */
void nw_child_kill(struct nw_child *child);

#endif
