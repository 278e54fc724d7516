#include "client/watch.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <zmq.h>

#include "base/error.h"

enum nw_err nw_watch_open(struct nw_watch *watch, struct nw_error *error)
{
	struct epoll_event event = {.events = EPOLLIN};

	*watch = (struct nw_watch){.timer = -1, .at_ms = INT64_MAX};
	watch->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (watch->epoll < 0)
		return nw_fail_errno(error, "", "cannot make an epoll descriptor");
	watch->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (watch->timer < 0)
		return nw_fail_errno(error, "", "cannot make a timer");
	if (epoll_ctl(watch->epoll, EPOLL_CTL_ADD, watch->timer, &event))
		return nw_fail_errno(error, "", "cannot watch a timer");
	return NW_OK;
}

void nw_watch_close(struct nw_watch *watch)
{
	if (watch->timer >= 0)
		(void)close(watch->timer);
	if (watch->epoll >= 0)
		(void)close(watch->epoll);
	watch->epoll = watch->timer = -1;
}

static bool control(const struct nw_watch *watch, int operation, void *socket)
{
	struct epoll_event event = {.events = EPOLLIN};
	size_t size = sizeof(int);
	int fd;

	return zmq_getsockopt(socket, ZMQ_FD, &fd, &size) == 0 &&
		epoll_ctl(watch->epoll, operation, fd, &event) == 0;
}

static size_t find(void *const sockets[NW_WATCH_SOCKETS], const void *socket)
{
	size_t i = 0;

	while (i < NW_WATCH_SOCKETS && sockets[i] != socket)
		i++;
	return i;
}

void nw_watch_forget(struct nw_watch *watch, void *socket)
{
	const size_t i = find(watch->sockets, socket);

	if (i == NW_WATCH_SOCKETS)
		return;
	(void)control(watch, EPOLL_CTL_DEL, socket);
	watch->sockets[i] = NULL;
}

static bool add(struct nw_watch *watch, void *socket)
{
	if (find(watch->sockets, socket) < NW_WATCH_SOCKETS)
		return true;
	if (!control(watch, EPOLL_CTL_ADD, socket))
		return false;
	watch->sockets[find(watch->sockets, NULL)] = socket;
	return true;
}

/* A timer whose time has passed stays readable until it is set again. */
static void set_timer(struct nw_watch *watch, int64_t at_ms)
{
	struct itimerspec spec = {0};

	if (at_ms == watch->at_ms)
		return;
	watch->at_ms = at_ms;
	if (at_ms != INT64_MAX) {
		spec.it_value.tv_sec = at_ms / 1000;
		spec.it_value.tv_nsec = at_ms % 1000 * 1000000;
		if (at_ms <= 0) /* all zeros would stop it */
			spec.it_value = (struct timespec){.tv_nsec = 1};
	}
	(void)timerfd_settime(watch->timer, TFD_TIMER_ABSTIME, &spec, NULL);
}

bool nw_watch_set(struct nw_watch *watch, void *const sockets[NW_WATCH_SOCKETS], int64_t at_ms)
{
	bool all = true;

	for (size_t i = 0; i < NW_WATCH_SOCKETS; i++) {
		void *old = watch->sockets[i];

		if (old && find(sockets, old) == NW_WATCH_SOCKETS)
			nw_watch_forget(watch, old);
	}
	for (size_t i = 0; i < NW_WATCH_SOCKETS; i++) {
		if (sockets[i])
			all &= add(watch, sockets[i]);
	}
	set_timer(watch, at_ms);
	return all;
}

bool nw_watch_wait(const struct nw_watch *watch, int timeout_ms)
{
	struct pollfd fd = {.fd = watch->epoll, .events = POLLIN};

	return poll(&fd, 1, timeout_ms) >= 0 || errno != EINTR;
}
