/*
 * Pages and feeds from a server on loopback, over fetch and net, against libcurl's
 * multi_socket on libevent with nothing around it. The server is a thread of this
 * program, so both sides of a row share the machine with it.
 */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"
#include "fetch/fetch.h"

#define PAGE ((size_t)20 * 1024)
#define PARALLEL 32
#define REQUESTS 10000 /* a round */
#define HOSTS 64       /* 127.0.0.1 to 127.0.0.64 */
#define ETAG "\"0123456789abcdef\""

static unsigned port;
static char page[PAGE + 512];
static size_t page_n;
static const char not_modified[] = "HTTP/1.1 304 Not Modified\r\nETag: " ETAG "\r\n\r\n";

static void must(int ok, const char *what)
{
	if (!ok) {
		perror(what);
		abort();
	}
}

/* Requests are small and come one by one, each in one read. */
static void answer(int fd)
{
	char request[4096];
	const ssize_t n = read(fd, request, sizeof(request) - 1);
	const char *bytes = page;
	size_t left = page_n;

	if (n <= 0) {
		close(fd);
		return;
	}
	request[n] = '\0';
	if (strstr(request, "If-None-Match")) {
		bytes = not_modified;
		left = sizeof(not_modified) - 1;
	}
	while (left) {
		const ssize_t sent = send(fd, bytes, left, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		bytes += sent;
		left -= (size_t)sent;
	}
}

static void *serve(void *arg)
{
	const int listener = *(const int *)arg, poller = epoll_create1(EPOLL_CLOEXEC), one = 1;
	struct epoll_event events[64], e = {.events = EPOLLIN, .data = {.fd = listener}};

	must(epoll_ctl(poller, EPOLL_CTL_ADD, listener, &e) == 0, "epoll_ctl");
	for (;;) {
		const int n = epoll_wait(poller, events, 64, -1);

		for (int i = 0; i < n; i++) {
			if (events[i].data.fd != listener) {
				answer(events[i].data.fd);
				continue;
			}
			e.data.fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
			(void)setsockopt(e.data.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
			must(epoll_ctl(poller, EPOLL_CTL_ADD, e.data.fd, &e) == 0, "epoll_ctl");
		}
	}
	return NULL;
}

static void start_server(void)
{
	static int listener;
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_ANY)}};
	socklen_t n = sizeof(a);
	pthread_t thread;

	page_n = (size_t)snprintf(page, sizeof(page),
		"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: " ETAG
		"\r\nContent-Length: %zu\r\n\r\n",
		PAGE);
	memset(page + page_n, 'x', PAGE);
	page_n += PAGE;
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(bind(listener, (struct sockaddr *)&a, n) == 0, "bind");
	must(listen(listener, 1024) == 0, "listen");
	must(getsockname(listener, (struct sockaddr *)&a, &n) == 0, "getsockname");
	port = ntohs(a.sin_port);
	must(pthread_create(&thread, NULL, serve, &listener) == 0, "pthread_create");
}

static void url_of(int i, char url[64])
{
	(void)snprintf(url, 64, "http://127.0.0.%d:%u/%d", i % HOSTS + 1, port, i);
}

/* Ours: the daemon's own way, guard and host turns and all. */
struct ours {
	struct nw_loop *loop;
	struct nw_guard guard;
	struct nw_http *http;
	struct nw_fetch *fetch;
	int left;
};

static void on_done(void *arg, struct nw_http_response *r)
{
	struct ours *o = arg;

	must(r->result == NW_HTTP_DONE && (r->status == 304 || r->body.n == PAGE), "fetch");
	if (--o->left == 0)
		nw_loop_stop(o->loop);
}

static double fetch_pages(void *arg)
{
	struct ours *o = arg;
	char url[64];

	url_of(0, url);
	o->left = REQUESTS;
	for (int i = 0; i < REQUESTS; i++)
		nw_fetch_page(o->fetch, nw_str(url), on_done, o);
	must(nw_loop_run(o->loop) == 0, "loop");
	return REQUESTS;
}

static double fetch_feeds(void *arg)
{
	struct ours *o = arg;
	char url[64];

	o->left = REQUESTS;
	for (int i = 0; i < REQUESTS; i++) {
		url_of(i, url);
		nw_fetch_feed(o->fetch, nw_str(url), NW_STR(ETAG), NW_STR(""), on_done, o);
	}
	must(nw_loop_run(o->loop) == 0, "loop");
	return REQUESTS;
}

static void start_ours(struct ours *o, unsigned per_host)
{
	const struct nw_http_options http = {.user_agent = "newswired/bench",
		.guard = &o->guard,
		.max_connections = HOSTS * 2,
		.max_per_host = PARALLEL};
	const struct nw_fetch_options fetch = {.per_host = per_host,
		.timeout_ms = 30000,
		.connect_timeout_ms = 5000,
		.max_redirects = 5,
		.feed_bytes = 1 << 20,
		.page_bytes = 1 << 20};

	must(nw_guard_allow(&o->guard, NW_STR("127.0.0.0/8"), NULL) == NW_OK, "guard");
	o->loop = nw_loop_new();
	o->http = nw_http_new(o->loop, &http);
	o->fetch = nw_fetch_new(o->loop, o->http, &fetch);
}

/* Bare: PARALLEL handles, each asking again as soon as it is done; bytes are only counted. */
struct bare {
	struct event_base *base;
	struct event *timer;
	CURLM *multi;
	CURL *handles[HOSTS * 2];
	struct curl_slist *fields;
	int started, left;
	bool is_feed;
};

/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static size_t count_bytes(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	(void)arg;
	return size * n;
}

static void start_one(struct bare *b, CURL *easy)
{
	char url[64];

	url_of(b->is_feed ? b->started : 0, url);
	b->started++;
	(void)curl_easy_setopt(easy, CURLOPT_URL, url);
	must(curl_multi_add_handle(b->multi, easy) == CURLM_OK, "curl");
}

static void act(struct bare *b, curl_socket_t fd, int what)
{
	const CURLMsg *msg;
	int n;

	(void)curl_multi_socket_action(b->multi, fd, what, &n);
	while ((msg = curl_multi_info_read(b->multi, &n))) {
		CURL *easy = msg->easy_handle;

		must(msg->data.result == CURLE_OK, "curl");
		(void)curl_multi_remove_handle(b->multi, easy);
		if (--b->left == 0)
			(void)event_base_loopbreak(b->base);
		else if (b->started < REQUESTS)
			start_one(b, easy);
	}
}

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
	act(arg, fd,
		(what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void on_time(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
	const struct timeval after = {ms / 1000, ms % 1000 * 1000};
	const struct bare *b = arg;

	(void)multi;
	if (ms < 0)
		(void)evtimer_del(b->timer);
	else
		(void)evtimer_add(b->timer, &after);
	return 0;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *event)
{
	struct bare *b = arg;

	(void)easy;
	if (event)
		event_free(event);
	event = NULL;
	if (what != CURL_POLL_REMOVE) {
		event = event_new(b->base, fd,
			(short)(EV_PERSIST | (what & CURL_POLL_IN ? EV_READ : 0) |
				(what & CURL_POLL_OUT ? EV_WRITE : 0)),
			on_ready, b);
		(void)event_add(event, NULL);
	}
	(void)curl_multi_assign(b->multi, fd, event);
	return 0;
}

static void start_bare(struct bare *b, bool is_feed)
{
	b->is_feed = is_feed;
	b->base = event_base_new();
	b->timer = evtimer_new(b->base, on_time, b);
	b->multi = curl_multi_init();
	(void)curl_multi_setopt(b->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	(void)curl_multi_setopt(b->multi, CURLMOPT_SOCKETDATA, b);
	(void)curl_multi_setopt(b->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	(void)curl_multi_setopt(b->multi, CURLMOPT_TIMERDATA, b);
	(void)curl_multi_setopt(b->multi, CURLMOPT_MAXCONNECTS, HOSTS * 8L);
	if (is_feed)
		b->fields = curl_slist_append(NULL, "If-None-Match: " ETAG);
	for (int i = 0; i < HOSTS * 2; i++) {
		b->handles[i] = curl_easy_init();
		(void)curl_easy_setopt(b->handles[i], CURLOPT_WRITEFUNCTION, count_bytes);
		(void)curl_easy_setopt(b->handles[i], CURLOPT_HTTPHEADER, b->fields);
	}
}

static double fetch_bare(void *arg)
{
	struct bare *b = arg;

	b->started = 0;
	b->left = REQUESTS;
	for (int i = 0; i < (b->is_feed ? HOSTS * 2 : PARALLEL); i++)
		start_one(b, b->handles[i]);
	(void)event_base_dispatch(b->base);
	return REQUESTS;
}

struct side {
	struct ours ours;
	struct bare bare;
};

static double pages_ours(void *arg)
{
	return fetch_pages(&((struct side *)arg)->ours);
}

static double feeds_ours(void *arg)
{
	return fetch_feeds(&((struct side *)arg)->ours);
}

static double any_bare(void *arg)
{
	return fetch_bare(&((struct side *)arg)->bare);
}

int main(void)
{
	static struct side pages, feeds;
	const struct nw_bench rows[] = {
		{.name = "fetch, keep-alive, 20 KB",
			.unit = "pages",
			.bare_name = "libcurl multi_socket",
			.reach = 0.5,
			.ours = pages_ours,
			.bare = any_bare,
			.arg = &pages},
		{.name = "304 round, 64 hosts",
			.unit = "feeds",
			.bare_name = "libcurl multi_socket",
			.reach = 0.5,
			.ours = feeds_ours,
			.bare = any_bare,
			.arg = &feeds},
	};

	start_server();
	start_ours(&pages.ours, PARALLEL);
	start_ours(&feeds.ours, 2);
	start_bare(&pages.bare, false);
	start_bare(&feeds.bare, true);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		nw_bench_run(&rows[i]);
	return 0;
}
