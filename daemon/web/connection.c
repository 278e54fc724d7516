#include "web/connection.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "base/str.h"
#include "rt/metrics.h"

#define HEAD_S 10    /* from the connection's beginning to the end of its first head */
#define IDLE_S 60    /* from an answer's end to the end of the next head */
#define ANSWER_S 120 /* to take the whole of a document */
#define LINGER_S 1   /* for what was asked before it was said that no more will be */
#define UNREAD_MAX ((size_t)64 << 20)
#define REASON_MAX 4096
#define OLD_PIECE 4096 /* of a stream to a reader of HTTP/1.0, which knows no chunks */

struct nw_connection {
	struct nw_listener *listener;
	struct MHD_Connection *mhd;
	struct nw_timer *timer; /* when it is cut off; while it sleeps: when it wakes */
	struct event *hung_up;  /* set while the library does not look, or may have missed it */
	char *address;          /* the first line's, until it is answered */
	TAILQ_ENTRY(nw_connection) entry; /* in the listener's list, while it waits for a head */
	bool is_waiting;
	bool has_head;
	bool is_head; /* the method is */
	bool has_answer;
	bool is_asleep;
	bool is_ended; /* the stream is, with what the library holds of it */
	const struct nw_stream_calls *calls;
	void *arg;
};

bool nw_connection_is_loopback(const struct nw_connection *c)
{
	return c->listener->is_loopback;
}

const char *nw_connection_endpoint(const struct nw_connection *c)
{
	return c->listener->endpoint;
}

const char *nw_connection_peer(const struct nw_connection *c, char text[NW_PEER_TEXT])
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *address = info ? info->client_addr : NULL;
	const void *bytes = NULL;

	if (address && address->sa_family == AF_INET)
		bytes = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
	else if (address && address->sa_family == AF_INET6)
		bytes = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
	return bytes && inet_ntop(address->sa_family, bytes, text, NW_PEER_TEXT) ? text : "";
}

bool nw_server_is_full(const struct nw_server *server)
{
	return server->unread > UNREAD_MAX;
}

static void set_seconds(struct nw_connection *c, int64_t s)
{
	nw_timer_set(c->timer, s * 1000);
}

static int socket_of(const struct nw_connection *c)
{
	return MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static void cut_off(struct nw_connection *c)
{
	(void)shutdown(socket_of(c), SHUT_RDWR); /* the library does the rest */
}

static void end_waiting(struct nw_connection *c)
{
	if (c->is_waiting)
		TAILQ_REMOVE(&c->listener->waiting, c, entry);
	c->is_waiting = false;
}

static void await_head(struct nw_connection *c, int64_t s)
{
	end_waiting(c);
	TAILQ_INSERT_TAIL(&c->listener->waiting, c, entry);
	c->is_waiting = true;
	set_seconds(c, s);
	(void)event_add(c->hung_up, NULL);
}

/* Who took the last place; who has asked for nothing for longest makes room for the next. */
static void make_room(struct nw_connection *last)
{
	struct nw_listener *l = last->listener;
	struct nw_connection *c = TAILQ_FIRST(&l->waiting);

	if (l->n_connections < l->server->options.max_connections || !c || c == last)
		return;
	end_waiting(c);
	cut_off(c);
}

/* --- answers --- */

static const struct {
	int status;
	const char *name, *value;
} fields[] = {
	/* Pages of other origins neither read this nor embed it; what was said is what it is. */
	{0, "Cross-Origin-Resource-Policy", "same-origin"},
	{0, "X-Content-Type-Options", "nosniff"},
	/* What was wrong may be where the request ends: nothing is read after it. */
	{400, "Connection", "close"},
	{401, "WWW-Authenticate", "Bearer realm=\"newswired\""},
	{405, "Allow", "GET, HEAD"},
	{503, "Retry-After", "5"},
};

/* Without a response, or with one that is not taken, the connection ends. */
static void send_response(
	struct nw_connection *c, const struct nw_answer *answer, struct MHD_Response *response)
{
	if (!response)
		return;
	(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
	for (size_t i = 0; i < 4 && answer->fields[i].name; i++)
		(void)MHD_add_response_header(
			response, answer->fields[i].name, answer->fields[i].value);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (!fields[i].status || fields[i].status == answer->status)
			(void)MHD_add_response_header(response, fields[i].name, fields[i].value);
	c->has_answer = MHD_queue_response(c->mhd, (unsigned)answer->status, response) == MHD_YES;
	MHD_destroy_response(response);
}

/* A document, until its reader has it. */
struct document {
	struct nw_server *server;
	struct nw_buf body;
};

static void free_document(void *arg)
{
	struct document *document = arg;

	document->server->unread -= document->body.n;
	nw_buf_clear(&document->body);
	free(document);
}

void nw_connection_answer(
	struct nw_connection *c, const struct nw_answer *answer, struct nw_buf *body)
{
	struct document *document = nw_must_calloc(1, sizeof(*document));

	document->server = c->listener->server;
	document->body = *body;
	*body = (struct nw_buf){0};
	document->server->unread += document->body.n;
	set_seconds(c, ANSWER_S);
	send_response(c, answer,
		MHD_create_response_from_buffer_with_free_callback_cls(
			document->body.n, document->body.p, free_document, document));
}

void nw_connection_refuse(struct nw_connection *c, int status, const char *why)
{
	const struct nw_answer answer = {.status = status, .type = "application/json"};
	json_t *o = json_object();
	struct nw_buf body;

	if (!c->listener->server->options.is_uncounted)
		nw_count(NW_C_HTTP_REFUSED, 1);
	nw_buf_init(&body, REASON_MAX);
	nw_json_set_str(o, "error", nw_str(why));
	nw_json_write(&body, o);
	nw_buf_add_c(&body, '\n');
	json_decref(o);
	nw_connection_answer(c, &answer, &body);
}

/* --- streams --- */

static void sleep_for(struct nw_connection *c, int64_t ms)
{
	MHD_suspend_connection(c->mhd);
	c->is_asleep = true;
	nw_timer_set(c->timer, ms);
	(void)event_add(c->hung_up, NULL);
}

void nw_connection_wake(struct nw_connection *c)
{
	if (!c->is_asleep)
		return;
	c->is_asleep = false;
	nw_timer_stop(c->timer);
	MHD_resume_connection(c->mhd);
	nw_timer_set(c->listener->timer, 0); /* the library must be run to see it */
}

void nw_connection_end(struct nw_connection *c)
{
	c->is_ended = true;
	nw_connection_wake(c);
}

static ssize_t read_stream(void *arg, uint64_t at, char *p, size_t max)
{
	struct nw_connection *c = arg;
	int64_t pause_ms = 0;
	size_t n;

	(void)at;
	if (c->is_ended)
		return MHD_CONTENT_READER_END_OF_STREAM;
	n = c->calls->on_ready(c->arg, p, max, &pause_ms);
	if (!n)
		sleep_for(c, pause_ms);
	return (ssize_t)n;
}

void nw_connection_stream(struct nw_connection *c, const struct nw_answer *answer,
	const struct nw_stream_calls *calls, void *arg)
{
	struct MHD_Response *response = MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, OLD_PIECE, read_stream, c, NULL);

	c->calls = calls;
	c->arg = arg;
	nw_timer_stop(c->timer);
	/* Else it ends the chunks that there are none of. */
	if (response && c->is_head)
		(void)MHD_set_response_options(
			response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
	send_response(c, answer, response);
}

/* --- requests --- */

struct heads {
	struct nw_request request;
	struct nw_error *error;
	int status;
};

static enum MHD_Result on_header(void *arg, enum MHD_ValueKind kind, const char *name,
	size_t name_n, const char *value, size_t value_n)
{
	struct heads *heads = arg;

	(void)kind;
	heads->status = nw_request_header(&heads->request, (struct nw_str){name, name_n},
		(struct nw_str){value ? value : "", value_n}, heads->error);
	return heads->status ? MHD_NO : MHD_YES;
}

/* The library looks at the first Content-Length alone. */
static enum MHD_Result seek_body(
	void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	bool *has = arg;

	(void)kind;
	if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0)
		*has = *has || !value || strcmp(value, "0") != 0;
	else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0)
		*has = true;
	return *has ? MHD_NO : MHD_YES;
}

static bool has_body(struct MHD_Connection *mhd)
{
	bool has = false;

	(void)MHD_get_connection_values(mhd, MHD_HEADER_KIND, seek_body, &has);
	return has;
}

static int read_request(
	struct nw_connection *c, const char *method, const char *version, struct heads *heads)
{
	int status;

	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
		(void)nw_fail(heads->error, NW_E_SYNTAX,
			"nothing here takes that method: use GET or HEAD");
		return 405;
	}
	if (has_body(c->mhd)) {
		(void)nw_fail(
			heads->error, NW_E_SYNTAX, "request with a body: nothing here takes one");
		return 413;
	}
	status = nw_request_address(&heads->request, nw_str(c->address), heads->error);
	if (status)
		return status;
	(void)MHD_get_connection_values_n(c->mhd, MHD_HEADER_KIND, on_header, heads);
	if (!heads->status && !heads->request.host.n &&
		strcmp(version, MHD_HTTP_VERSION_1_0) != 0) {
		(void)nw_fail(heads->error, NW_E_SYNTAX, "no Host header");
		return 400;
	}
	return heads->status;
}

/*
 * Called when the head is there, and again when the request is. What is answered the
 * first time ends the connection, which is right only where a body would follow.
 */
/* NOLINTBEGIN(readability-function-size,readability-non-const-parameter): as the library calls it */
enum MHD_Result nw_connection_on_request(void *listener, struct MHD_Connection *mhd,
	const char *path, const char *method, const char *version, const char *body, size_t *body_n,
	void **connection)
{
	const struct nw_server_options *options =
		&((struct nw_listener *)listener)->server->options;
	struct nw_connection *c = *connection;
	struct nw_error error = {0};
	struct heads heads = {.error = &error};
	int status;

	(void)path;
	(void)body;
	(void)body_n;
	if (!c->has_head && !has_body(mhd)) {
		c->has_head = true;
		end_waiting(c);
		return MHD_YES;
	}
	c->is_head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	end_waiting(c);
	status = read_request(c, method, version, &heads);
	if (status)
		nw_connection_refuse(c, status, error.text);
	else
		options->on_request(options->arg, c, &heads.request);
	free(c->address);
	c->address = NULL;
	return c->has_answer ? MHD_YES : MHD_NO;
}
/* NOLINTEND(readability-function-size,readability-non-const-parameter) */

/* Before the library takes it apart. One that is too long is kept long enough to be refused. */
void *nw_connection_on_address(void *listener, const char *address, struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct nw_connection *c = info->socket_context;
	const size_t n = strnlen(address, NW_TARGET_MAX + 1);

	(void)listener;
	free(c->address);
	c->address = nw_must_calloc(n + 1, 1);
	memcpy(c->address, address, n);
	return c;
}

void nw_connection_on_completed(void *listener, struct MHD_Connection *mhd, void **connection,
	enum MHD_RequestTerminationCode how)
{
	struct nw_connection *c = *connection;

	(void)listener;
	(void)mhd;
	(void)how;
	if (c->calls)
		c->calls->on_gone(c->arg);
	c->calls = NULL;
	c->has_head = c->has_answer = c->is_ended = false;
	free(c->address);
	c->address = NULL;
	await_head(c, IDLE_S);
}

/* --- connections --- */

static void on_time(void *arg)
{
	struct nw_connection *c = arg;

	if (c->is_asleep)
		nw_connection_wake(c);
	else
		cut_off(c);
}

/* Whole requests may be there yet, and are answered; for the rest of one there is no waiting. */
static void on_hung_up(int fd, short what, void *arg)
{
	struct nw_connection *c = arg;

	(void)fd;
	(void)what;
	if (c->is_asleep)
		nw_connection_end(c);
	else if (!c->has_head)
		set_seconds(c, LINGER_S);
}

void nw_connection_on_change(void *listener, struct MHD_Connection *mhd, void **connection,
	enum MHD_ConnectionNotificationCode what)
{
	struct nw_connection *c = *connection;
	struct nw_listener *l = listener;
	struct event_base *base = nw_loop_base(l->server->options.loop);

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*connection = c = nw_must_calloc(1, sizeof(*c));
		c->listener = l;
		c->mhd = mhd;
		c->timer = nw_timer_new(l->server->options.loop, on_time, c);
		c->hung_up = event_new(base, socket_of(c), EV_CLOSED, on_hung_up, c);
		l->n_connections++;
		await_head(c, HEAD_S);
		make_room(c);
		return;
	}
	l->has_room = true;
	l->n_connections--;
	end_waiting(c);
	nw_timer_free(c->timer);
	event_free(c->hung_up);
	free(c->address);
	free(c);
}
