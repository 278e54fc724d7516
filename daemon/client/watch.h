#ifndef NW_CLIENT_WATCH_H
#define NW_CLIENT_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include <newswire/base.h>

/*
 * One file descriptor for several ZeroMQ sockets and a time: an epoll over their
 * ZMQ_FDs and a timer. A ZMQ_FD tells of a change, not of a state: it becomes readable
 * when something comes to a socket that was found empty, and any call on the socket
 * may take that back. So whoever waits here has looked at each of these sockets, after
 * the last other call on it, until nothing was there; who has not sets the time to 0.
 */
#define NW_WATCH_SOCKETS 4

struct nw_watch {
	int epoll, timer;
	void *sockets[NW_WATCH_SOCKETS]; /* that are in it; NULL: none */
	int64_t at_ms;                   /* the timer's */
};

enum nw_err nw_watch_open(struct nw_watch *watch, struct nw_error *error) NW_MUST;
void nw_watch_close(struct nw_watch *watch);

/*
 * From now on readable when something happens to one of these sockets (NULLs are none),
 * or from at_ms on: monotonic ms, INT64_MAX for never. False when one of them cannot be
 * watched, and has to be looked at from time to time.
 */
bool nw_watch_set(struct nw_watch *watch, void *const sockets[NW_WATCH_SOCKETS], int64_t at_ms);

/* Before a socket is closed, since libzmq closes its descriptor in its own time. */
void nw_watch_forget(struct nw_watch *watch, void *socket);

/* Waits until it is readable, timeout_ms at most, -1 for ever; false when a signal came first. */
bool nw_watch_wait(const struct nw_watch *watch, int timeout_ms);

#endif
