#include "status/port.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "rt/pool.h"
#include "rt/pulse.h"
#include "web/access.h"
#include "web/host.h"
#include "web/server.h"

#define CONNECTIONS_MAX 64
#define PATIENCE_NS INT64_C(500000000) /* with the LOOP */
#define FRESH_NS INT64_C(100000000)
#define NS_PER_S INT64_C(1000000000)

static const struct nw_str right = {"sys/", 4}; /* what a client must be allowed to read */

/* The clients that may ask, as a letter to the thread. */
struct guests {
	struct nw_mail mail;
	struct nw_arena *arena; /* of what follows */
	struct nw_access access;
};

/* What the LOOP is asked for, and its answer: one at a time. */
struct question {
	struct nw_mail mail;   /* to the LOOP */
	struct nw_mailbox box; /* the LOOP's */
	pthread_mutex_t lock;  /* of what follows */
	pthread_cond_t answered;
	bool is_asked;                     /* and the LOOP has not answered yet */
	const struct nw_status_page *page; /* that is asked for, or was */
	struct nw_buf answer;
	int status; /* 0: there is no answer */
	int64_t answered_ns;
};

struct nw_status_port {
	struct nw_status_pages pages;
	struct nw_loop *loop; /* the thread's */
	struct nw_server *server;
	struct nw_mailbox mail; /* guests */
	struct guests *guests;
	struct question question;
	bool has_started, is_stopped;
	pthread_t thread;
};

/* --- who may ask --- */

static struct guests *new_guests(const struct nw_config_client *clients, size_t n)
{
	struct guests *g = nw_must_calloc(1, sizeof(*g));
	struct nw_config_client *list;

	g->arena = nw_arena_new();
	list = NW_ARENA_ARRAY(g->arena, struct nw_config_client, n);
	for (size_t i = 0; i < n; i++) {
		if (!clients[i].token.n || !nw_access_allows(&clients[i], &right, 1))
			continue;
		list[g->access.n++] = (struct nw_config_client){
			.token = nw_arena_str(g->arena, clients[i].token)};
	}
	g->access.clients = list;
	return g;
}

static void free_guests(struct guests *g)
{
	if (g)
		nw_arena_free(g->arena);
	free(g);
}

void nw_status_port_set(
	struct nw_status_port *port, const struct nw_config_client *clients, size_t n)
{
	nw_mailbox_post(&port->mail, &new_guests(clients, n)->mail);
}

static void on_guests(void *arg, struct nw_mail *mail)
{
	struct nw_status_port *port = arg;

	free_guests(port->guests);
	port->guests = (struct guests *)(void *)mail; /* its first member */
}

static int check(struct nw_status_port *port, const struct nw_connection *c,
	const struct nw_request *request, struct nw_error *error)
{
	const bool is_loopback = nw_connection_is_loopback(c);

	if (!nw_host_is_right(request->host, nw_connection_endpoint(c), is_loopback)) {
		(void)nw_fail(error, NW_E_SYNTAX, "Host is not this one's: use localhost or %s",
			nw_connection_endpoint(c));
		return 421;
	}
	if (is_loopback ||
		nw_access_find(&port->guests->access, nw_access_token(request->authorization)))
		return 0;
	(void)nw_fail(error, NW_E_UNKNOWN,
		"no token, or not one that may: send 'Authorization: Bearer TOKEN' with that "
		"of a client who may read sys/");
	return 401;
}

/* --- the LOOP's part --- */

static void on_question(void *arg, struct nw_mail *mail)
{
	struct nw_status_port *port = arg;
	struct question *q = &port->question;
	const struct nw_status_page *page;
	struct nw_buf answer;
	int status;

	(void)mail;
	pthread_mutex_lock(&q->lock);
	page = q->page;
	pthread_mutex_unlock(&q->lock);
	nw_buf_init(&answer, NW_STATUS_MAX);
	status = page->on_loop(port->pages.arg, &answer);
	pthread_mutex_lock(&q->lock);
	nw_buf_clear(&q->answer);
	q->answer = answer;
	/* Somebody may have given up on this page and be waiting for another: nobody is answered then. */
	q->status = page == q->page ? status : 0;
	q->answered_ns = nw_monotonic_ns();
	q->is_asked = false;
	pthread_cond_signal(&q->answered);
	pthread_mutex_unlock(&q->lock);
}

/* With the lock held; true where the answer that is there will do. */
static bool ask(struct question *q, const struct nw_status_page *page)
{
	if (!q->is_asked && q->status && q->page == page &&
		nw_monotonic_ns() - q->answered_ns < FRESH_NS)
		return true;
	q->page = page;
	q->status = 0;
	if (!q->is_asked)
		nw_mailbox_post(&q->box, &q->mail);
	q->is_asked = true;
	return false;
}

static void await(struct question *q)
{
	const int64_t until_ns = nw_monotonic_ns() + PATIENCE_NS;
	const struct timespec until = {until_ns / NS_PER_S, until_ns % NS_PER_S};

	while (q->is_asked && pthread_cond_timedwait(&q->answered, &q->lock, &until) == 0)
		;
}

/* 0: the LOOP does not answer. */
static int ask_loop(
	struct nw_status_port *port, const struct nw_status_page *page, struct nw_buf *out)
{
	struct question *q = &port->question;
	int status;

	pthread_mutex_lock(&q->lock);
	if (!ask(q, page))
		await(q);
	status = q->is_asked ? 0 : q->status;
	if (status)
		nw_buf_add(out, nw_buf_str(&q->answer));
	pthread_mutex_unlock(&q->lock);
	return status;
}

/* --- the thread --- */

static int write_page(
	struct nw_status_port *port, const struct nw_status_page *page, struct nw_buf *out)
{
	int status = page->on_any ? page->on_any(port->pages.arg, out) : 200, answered;

	if (!page->on_loop)
		return status;
	answered = ask_loop(port, page, out);
	if (answered)
		return answered;
	if (!page->late)
		return status;
	nw_buf_add(out, nw_str(page->late));
	return 503;
}

static void answer(
	struct nw_status_port *port, struct nw_connection *c, const struct nw_status_page *page)
{
	struct nw_answer answer = {.type = page->type, .fields = {{"Cache-Control", "no-store"}}};
	struct nw_buf out;

	nw_buf_init(&out, NW_STATUS_MAX);
	answer.status = write_page(port, page, &out);
	if (out.failed) {
		nw_buf_clear(&out);
		nw_connection_refuse(c, 500, "answer too large");
		return;
	}
	nw_connection_answer(c, &answer, &out);
}

static void on_request(void *arg, struct nw_connection *c, const struct nw_request *request)
{
	struct nw_status_port *port = arg;
	const struct nw_str path =
		nw_str_head(request->target, nw_str_find(request->target, NW_STR("?")));
	struct nw_error error = {0};
	const int status = check(port, c, request, &error);

	if (status) {
		nw_connection_refuse(c, status, error.text);
		return;
	}
	for (size_t i = 0; i < port->pages.n; i++) {
		if (nw_str_eq(path, nw_str(port->pages.page[i].path))) {
			answer(port, c, &port->pages.page[i]);
			return;
		}
	}
	nw_connection_refuse(c, 404, "no such page: there are /metrics, /healthz and /readyz");
}

static void *serve(void *arg)
{
	(void)nw_loop_run(((struct nw_status_port *)arg)->loop);
	return NULL;
}

/* --- start and stop --- */

static void init_question(struct question *q)
{
	pthread_condattr_t attributes;

	nw_mailbox_init(&q->box, NW_MAILBOX_POLLED);
	pthread_mutex_init(&q->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&q->answered, &attributes);
	pthread_condattr_destroy(&attributes);
}

enum nw_err nw_status_port_start(const struct nw_status_port_options *options,
	struct nw_status_port **port, struct nw_error *error)
{
	struct nw_status_port *p = nw_must_calloc(1, sizeof(*p));
	struct nw_server_options server = {.on_request = on_request,
		.arg = p,
		.max_connections = CONNECTIONS_MAX,
		.is_uncounted = true};
	enum nw_err err = NW_OK;

	*port = p;
	p->pages = options->pages;
	p->guests = new_guests(options->clients, options->n_clients);
	init_question(&p->question);
	nw_loop_on_mail(options->loop, &p->question.box, on_question, p);
	server.loop = p->loop = nw_loop_new();
	nw_mailbox_init(&p->mail, NW_MAILBOX_POLLED);
	nw_loop_on_mail(p->loop, &p->mail, on_guests, p);
	p->server = nw_server_new(&server);
	for (size_t i = 0; !err && options->listen[i]; i++)
		err = nw_server_listen(p->server, options->listen[i], error);
	if (err)
		return err;
	p->has_started = true;
	nw_thread_start(&p->thread, "nw-status", serve, p);
	return NW_OK;
}

void nw_status_port_stop(struct nw_status_port *port)
{
	struct nw_mail *next;

	if (!port || port->is_stopped)
		return;
	port->is_stopped = true;
	nw_loop_stop(port->loop);
	if (port->has_started)
		pthread_join(port->thread, NULL);
	nw_server_free(port->server);
	for (struct nw_mail *mail = nw_mailbox_take(&port->mail); mail; mail = next) {
		next = mail->next;
		free_guests((struct guests *)(void *)mail);
	}
	free_guests(port->guests);
	nw_loop_free(port->loop);
	nw_mailbox_clear(&port->mail);
}

void nw_status_port_free(struct nw_status_port *port)
{
	if (!port)
		return;
	nw_status_port_stop(port);
	nw_mailbox_clear(&port->question.box);
	pthread_cond_destroy(&port->question.answered);
	pthread_mutex_destroy(&port->question.lock);
	nw_buf_clear(&port->question.answer);
	free(port);
}

const char *nw_status_port_endpoint(const struct nw_status_port *port, size_t i)
{
	return nw_server_endpoint(port->server, i);
}
