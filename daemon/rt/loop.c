#include "rt/loop.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "rt/pulse.h"

/* An event that lives as long as the loop: a signal or a mailbox. */
struct watch {
	struct watch *next;
	struct event *event;
	int signal_fd; /* -1: a mailbox's */
	void (*on_signal)(void *arg);
	void (*on_mail)(void *arg, struct nw_mail *mail);
	struct nw_mailbox *box;
	void *arg;
};

struct nw_loop {
	struct event_base *base;
	struct event *stop;
	int stop_fd; /* no locks in libevent: another thread may only write here */
	struct watch *watches;
	struct timeval turn;  /* when this turn began, as libevent has it */
	int64_t monotonic_ms; /* the same, as the monotonic clock has it */
};

struct nw_timer {
	struct event *event;
	void (*on_time)(void *arg);
	void *arg;
};

static void die(const char *what)
{
	nw_log(NW_LOG_ERROR, what, NW_KV("error", nw_str(strerrordesc_np(errno))));
	abort();
}

static void must_add(struct event *event, const struct timeval *after)
{
	if (!event || event_add(event, after))
		die("the event loop takes no more events");
}

static void on_stop(evutil_socket_t fd, short what, void *arg)
{
	struct nw_loop *loop = arg;
	uint64_t n;

	(void)what;
	(void)!read(fd, &n, sizeof(n));
	event_base_loopbreak(loop->base);
}

struct nw_loop *nw_loop_new(void)
{
	struct nw_loop *loop = nw_must_calloc(1, sizeof(*loop));
	struct event_config *config = event_config_new();

	if (config)
		event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	loop->base = config ? event_base_new_with_config(config) : NULL;
	if (config)
		event_config_free(config);
	/* A peer that hangs up is an error of that write, not the end of the process. */
	(void)signal(SIGPIPE, SIG_IGN);
	loop->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (!loop->base || loop->stop_fd < 0)
		die("no event loop can be made");
	loop->stop = event_new(loop->base, loop->stop_fd, EV_READ | EV_PERSIST, on_stop, loop);
	must_add(loop->stop, NULL);
	return loop;
}

void nw_loop_free(struct nw_loop *loop)
{
	if (!loop)
		return;
	while (loop->watches) {
		struct watch *w = loop->watches;

		loop->watches = w->next;
		event_free(w->event);
		if (w->signal_fd >= 0)
			close(w->signal_fd);
		free(w);
	}
	event_free(loop->stop);
	close(loop->stop_fd);
	event_base_free(loop->base);
	free(loop);
}

struct event_base *nw_loop_base(struct nw_loop *loop)
{
	return loop->base;
}

int nw_loop_run(struct nw_loop *loop)
{
	return event_base_dispatch(loop->base) < 0 ? -1 : 0;
}

void nw_loop_stop(struct nw_loop *loop)
{
	const uint64_t one = 1;

	(void)!write(loop->stop_fd, &one, sizeof(one));
}

/* libevent keeps a turn's time of day only; where that is new, the turn is. */
int64_t nw_loop_monotonic_ms(struct nw_loop *loop)
{
	struct timeval turn;

	event_base_gettimeofday_cached(loop->base, &turn);
	if (turn.tv_sec != loop->turn.tv_sec || turn.tv_usec != loop->turn.tv_usec) {
		loop->turn = turn;
		loop->monotonic_ms = nw_monotonic_ns() / 1000000;
	}
	return loop->monotonic_ms;
}

int64_t nw_loop_unix_ms(struct nw_loop *loop)
{
	struct timeval now;

	event_base_gettimeofday_cached(loop->base, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_usec / 1000;
}

int64_t nw_unix_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_timeout(evutil_socket_t fd, short what, void *arg)
{
	const struct nw_timer *timer = arg;

	(void)fd;
	(void)what;
	timer->on_time(timer->arg); /* which may free the timer */
}

struct nw_timer *nw_timer_new(struct nw_loop *loop, void (*on_time)(void *arg), void *arg)
{
	struct nw_timer *timer = nw_must_calloc(1, sizeof(*timer));

	timer->on_time = on_time;
	timer->arg = arg;
	timer->event = evtimer_new(loop->base, on_timeout, timer);
	if (!timer->event)
		die("no timer can be made");
	return timer;
}

void nw_timer_free(struct nw_timer *timer)
{
	if (!timer)
		return;
	event_free(timer->event);
	free(timer);
}

void nw_timer_set(struct nw_timer *timer, int64_t after_ms)
{
	const int64_t ms = after_ms > 0 ? after_ms : 0;
	const struct timeval after = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

	must_add(timer->event, &after);
}

void nw_timer_stop(struct nw_timer *timer)
{
	event_del(timer->event);
}

static struct watch *add_watch(struct nw_loop *loop, void *arg)
{
	struct watch *w = nw_must_calloc(1, sizeof(*w));

	w->arg = arg;
	w->signal_fd = -1;
	w->next = loop->watches;
	loop->watches = w;
	return w;
}

static void on_signal_event(evutil_socket_t fd, short what, void *arg)
{
	const struct watch *w = arg;
	struct signalfd_siginfo info;

	(void)what;
	if (read(fd, &info, sizeof(info)) == sizeof(info))
		w->on_signal(w->arg);
}

/* Blocked, as in every other thread (rt/pool.c), and not ignored, as nohup has it: then it can be read. */
static int open_signal(int number)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, number);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
	(void)signal(number, SIG_DFL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

void nw_loop_on_signal(struct nw_loop *loop, int number, void (*on_signal)(void *arg), void *arg)
{
	struct watch *w = add_watch(loop, arg);

	w->on_signal = on_signal;
	w->signal_fd = open_signal(number);
	if (w->signal_fd < 0)
		die("no descriptor for a signal can be made");
	w->event = event_new(loop->base, w->signal_fd, EV_READ | EV_PERSIST, on_signal_event, w);
	must_add(w->event, NULL);
}

static void on_mail_event(evutil_socket_t fd, short what, void *arg)
{
	const struct watch *w = arg;
	struct nw_mail *next;

	(void)fd;
	(void)what;
	for (struct nw_mail *mail = nw_mailbox_take(w->box); mail; mail = next) {
		next = mail->next; /* the letter is the callee's */
		w->on_mail(w->arg, mail);
	}
}

void nw_loop_on_mail(struct nw_loop *loop, struct nw_mailbox *box,
	void (*on_mail)(void *arg, struct nw_mail *mail), void *arg)
{
	struct watch *w = add_watch(loop, arg);

	w->on_mail = on_mail;
	w->box = box;
	w->event = event_new(loop->base, box->wake, EV_READ | EV_PERSIST, on_mail_event, w);
	must_add(w->event, NULL);
}
