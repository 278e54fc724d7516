#include "net/multi.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/log.h"

struct nw_multi {
	struct nw_loop *loop;
	struct nw_multi_user user;
	CURLM *handle;
	struct nw_timer *timer; /* libcurl's */
};

/* A socket libcurl wants watched. */
struct watch {
	struct event event;
	struct nw_multi *multi;
	int what;
};

void nw_curl_must(bool ok)
{
	if (!ok) {
		nw_log(NW_LOG_ERROR, "out of memory", NW_KV("where", nw_str("libcurl")));
		abort();
	}
}

static void act(struct nw_multi *multi, curl_socket_t fd, int what)
{
	const CURLMsg *msg;
	int n;

	(void)curl_multi_socket_action(multi->handle, fd, what, &n);
	while ((msg = curl_multi_info_read(multi->handle, &n))) {
		if (msg->msg == CURLMSG_DONE)
			multi->user.on_end(multi->user.arg, msg->easy_handle, msg->data.result);
	}
	if (multi->user.on_turn)
		multi->user.on_turn(multi->user.arg);
}

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
	const struct watch *w = arg;

	act(w->multi, fd,
		(what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void on_time(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int on_curl_timer(CURLM *handle, long after_ms, void *arg)
{
	const struct nw_multi *multi = arg;

	(void)handle;
	if (after_ms < 0)
		nw_timer_stop(multi->timer);
	else
		nw_timer_set(multi->timer, after_ms);
	return 0;
}

static void unwatch(struct nw_multi *multi, curl_socket_t fd, struct watch *w)
{
	if (!w)
		return;
	(void)curl_multi_assign(multi->handle, fd, NULL);
	event_del(&w->event);
	free(w);
}

static int on_curl_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct watch *w = socket_arg;
	struct nw_multi *multi = arg;
	short events = EV_PERSIST;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		unwatch(multi, fd, w);
		return 0;
	}
	if (w && w->what == what)
		return 0;
	if (w) {
		event_del(&w->event);
	} else {
		w = nw_must_calloc(1, sizeof(*w));
		w->multi = multi;
		(void)curl_multi_assign(multi->handle, fd, w);
	}
	w->what = what;
	if (what != CURL_POLL_OUT)
		events |= EV_READ;
	if (what != CURL_POLL_IN)
		events |= EV_WRITE;
	event_assign(&w->event, nw_loop_base(multi->loop), fd, events, on_ready, w);
	event_add(&w->event, NULL);
	return 0;
}

struct nw_multi *nw_multi_new(struct nw_loop *loop, const struct nw_multi_user *user)
{
	struct nw_multi *multi = nw_must_calloc(1, sizeof(*multi));

	multi->loop = loop;
	multi->user = *user;
	multi->timer = nw_timer_new(loop, on_time, multi);
	multi->handle = curl_multi_init();
	nw_curl_must(multi->handle != NULL);
	(void)curl_multi_setopt(multi->handle, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
	(void)curl_multi_setopt(multi->handle, CURLMOPT_SOCKETDATA, multi);
	(void)curl_multi_setopt(multi->handle, CURLMOPT_TIMERFUNCTION, on_curl_timer);
	(void)curl_multi_setopt(multi->handle, CURLMOPT_TIMERDATA, multi);
	return multi;
}

void nw_multi_free(struct nw_multi *multi)
{
	if (!multi)
		return;
	(void)curl_multi_cleanup(multi->handle);
	nw_timer_free(multi->timer);
	free(multi);
}

CURLM *nw_multi_handle(struct nw_multi *multi)
{
	return multi->handle;
}
