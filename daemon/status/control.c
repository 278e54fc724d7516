#include "status/control.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"

#define PAGE_MAX ((size_t)64 << 20)
#define HEADERS_MAX 8192
#define REQUEST_MAX 65536
#define IDLE_S 30
#define PAUSE_MS 1000

struct page {
	const struct nw_control_page *row; /* or: */
	const struct nw_status_page *status;
	void *arg;
};

struct nw_control {
	struct evhttp *http;
	struct evconnlistener *listener; /* http's */
	struct page *pages;
	struct nw_timer *resume;
	bool is_paused, in_trouble;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	struct nw_control *next;
};

/* libevent tells on_accept_failed of the listener and of evhttp, and of nothing that is ours. */
static struct nw_control *controls;

/*
 * Most often no descriptor is left. Who waits stays in the kernel's queue and would
 * wake us again at once, over and over.
 */
static void on_accept_failed(struct evconnlistener *listener, void *arg)
{
	const int why = errno;
	struct nw_control *c = controls;
	char text[128];

	(void)arg;
	while (c && c->listener != listener)
		c = c->next;
	if (!c)
		return;
	(void)evconnlistener_disable(listener);
	if (!c->in_trouble)
		nw_log(NW_LOG_WARNING, "control socket takes nobody until descriptors are free",
			NW_KV("why", nw_str(strerror_r(why, text, sizeof(text)))));
	c->in_trouble = c->is_paused = true;
	nw_timer_set(c->resume, PAUSE_MS);
}

/* Over when it has gone well for as long again. */
static void on_resume(void *arg)
{
	struct nw_control *c = arg;

	if (c->is_paused) {
		c->is_paused = false;
		(void)evconnlistener_enable(c->listener);
		nw_timer_set(c->resume, PAUSE_MS);
	} else {
		c->in_trouble = false;
		nw_log_write(NW_LOG_NOTICE, "control socket is served again", NULL, 0);
	}
}

static void take_body(struct evhttp_request *request, const struct page *page)
{
	struct evbuffer *in = evhttp_request_get_input_buffer(request);
	const size_t n = evbuffer_get_length(in);
	const char *body = n ? (const char *)evbuffer_pullup(in, -1) : "";

	if (page->row->take(page->arg, (struct nw_str){body, n}))
		evhttp_send_reply(request, HTTP_NOCONTENT, "No Content", NULL);
	else
		evhttp_send_error(request, HTTP_NOTFOUND, NULL);
}

static void send_body(
	struct evhttp_request *request, int status, const char *type, struct nw_buf *body)
{
	struct evbuffer *out = evhttp_request_get_output_buffer(request);

	(void)evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type", type);
	if (body->failed || evbuffer_add(out, body->p, body->n) != 0)
		evhttp_send_error(request, HTTP_INTERNAL, "answer too large");
	else
		evhttp_send_reply(request, status, NULL, out);
	nw_buf_clear(body);
}

static void write_page(struct evhttp_request *request, const struct page *page)
{
	struct nw_buf json;

	nw_buf_init(&json, PAGE_MAX);
	page->row->write(page->arg, &json);
	nw_buf_add_c(&json, '\n');
	send_body(request, HTTP_OK, "application/json", &json);
}

/* This is the LOOP: nobody is late. */
static void on_status(struct evhttp_request *request, void *arg)
{
	const struct page *page = arg;
	const struct nw_status_page *row = page->status;
	struct nw_buf out;
	int status = HTTP_OK;

	if (evhttp_request_get_command(request) != EVHTTP_REQ_GET) {
		evhttp_send_error(request, HTTP_BADMETHOD, NULL);
		return;
	}
	nw_buf_init(&out, NW_STATUS_MAX);
	if (row->on_any)
		status = row->on_any(page->arg, &out);
	if (row->on_loop)
		status = row->on_loop(page->arg, &out);
	send_body(request, status, row->type, &out);
}

static void on_request(struct evhttp_request *request, void *arg)
{
	const enum evhttp_cmd_type command = evhttp_request_get_command(request);
	const struct page *page = arg;

	if (command == EVHTTP_REQ_GET && page->row->write)
		write_page(request, page);
	else if (command == EVHTTP_REQ_POST && page->row->take)
		take_body(request, page);
	else
		evhttp_send_error(request, HTTP_BADMETHOD, NULL);
}

/* Whether there is somebody; EAGAIN: who hangs, and has a full queue. */
static bool is_answered(const struct sockaddr_un *address)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool answered;

	if (fd < 0)
		return false;
	answered = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
		errno == EAGAIN || errno == EINPROGRESS;
	close(fd);
	return answered;
}

/* A socket left by a daemon that was killed is replaced; one that answers is not. */
static enum nw_err bind_socket(const struct sockaddr_un *address, int *fd, struct nw_error *error)
{
	struct stat there;
	mode_t mask;
	int failed;

	if (is_answered(address)) {
		(void)nw_fail(error, NW_E_SYSTEM,
			"socket in use: another newswired runs with this runtime directory");
		nw_error_set_file(error, address->sun_path);
		return NW_E_SYSTEM;
	}
	/* Whatever else lies there is not ours to remove: bind then says that it is in use. */
	if (lstat(address->sun_path, &there) == 0 && S_ISSOCK(there.st_mode))
		(void)unlink(address->sun_path);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return nw_fail_errno(error, address->sun_path, "cannot make a socket");
	mask = umask(0117);
	failed = bind(*fd, (const struct sockaddr *)address, sizeof(*address)) != 0 ||
		listen(*fd, SOMAXCONN) != 0;
	(void)umask(mask);
	if (!failed)
		return NW_OK;
	(void)nw_fail_errno(error, address->sun_path, "cannot listen");
	close(*fd);
	return NW_E_SYSTEM;
}

static void serve(
	struct nw_control *c, struct nw_loop *loop, int fd, const struct nw_control_pages *pages)
{
	c->listener = evconnlistener_new(nw_loop_base(loop), NULL, NULL,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	evconnlistener_set_error_cb(c->listener, on_accept_failed);
	c->resume = nw_timer_new(loop, on_resume, c);
	c->next = controls;
	controls = c;
	c->http = evhttp_new(nw_loop_base(loop));
	evhttp_set_max_headers_size(c->http, HEADERS_MAX);
	evhttp_set_max_body_size(c->http, REQUEST_MAX);
	evhttp_set_timeout(c->http, IDLE_S);
	c->pages = nw_must_calloc(pages->n + pages->status.n, sizeof(*c->pages));
	for (size_t i = 0; i < pages->n; i++) {
		c->pages[i] = (struct page){.row = &pages->page[i], .arg = pages->arg};
		(void)evhttp_set_cb(c->http, pages->page[i].path, on_request, &c->pages[i]);
	}
	for (size_t i = 0; i < pages->status.n; i++) {
		struct page *page = &c->pages[pages->n + i];

		*page = (struct page){.status = &pages->status.page[i], .arg = pages->status.arg};
		(void)evhttp_set_cb(c->http, page->status->path, on_status, page);
	}
	(void)evhttp_bind_listener(c->http, c->listener);
}

enum nw_err nw_control_open(struct nw_loop *loop, const char *socket_path,
	const struct nw_control_pages *pages, struct nw_control **control, struct nw_error *error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct nw_control *c;
	enum nw_err err;
	int fd;

	*control = NULL;
	if (strlen(socket_path) >= sizeof(address.sun_path)) {
		(void)nw_fail(error, NW_E_LIMIT, "path too long for a socket: at most %zu bytes",
			sizeof(address.sun_path) - 1);
		nw_error_set_file(error, socket_path);
		return NW_E_LIMIT;
	}
	memcpy(address.sun_path, socket_path, strlen(socket_path));
	err = bind_socket(&address, &fd, error);
	if (err)
		return err;
	c = nw_must_calloc(1, sizeof(*c));
	memcpy(c->path, address.sun_path, sizeof(c->path));
	serve(c, loop, fd, pages);
	*control = c;
	return NW_OK;
}

void nw_control_close(struct nw_control *c)
{
	struct nw_control **at = &controls;

	if (!c)
		return;
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	nw_timer_free(c->resume);
	evhttp_free(c->http);
	(void)unlink(c->path);
	free(c->pages);
	free(c);
}
