#ifndef NW_TEST_CLIENT_H
#define NW_TEST_CLIENT_H

#include "net/http.h"
#include "server.h"

/* A loop, a guard that lets loopback pass, a transport and a peer: what every test here needs. */
struct client {
	struct nw_loop *loop;
	struct nw_guard guard;
	struct nw_http *http;
	struct server server;
};

/* What came of one transfer, for a test to look at. */
struct outcome {
	struct nw_loop *loop; /* stopped when the last of *pending is there */
	int *pending;
	int times;
	enum nw_http_result result;
	int status;
	char reason[512], url[1024], moved_to[1024], etag[256], link[256], content_type[128];
	int64_t max_age_s, expires_s, retry_after_s, bytes, elapsed_ms;
	char *body;
	size_t n;
};

static inline void client_start(struct client *c, bool (*answer)(struct peer *peer), unsigned most)
{
	const struct nw_http_options options = {
		.user_agent = "newswired/test (+https://example.org)",
		.guard = &c->guard,
		.max_connections = most,
		.max_per_host = most,
		.slow_s = 2};

	c->guard = (struct nw_guard){0};
	if (nw_guard_allow(&c->guard, NW_STR("127.0.0.1"), NULL) != NW_OK)
		abort();
	server_start(&c->server, answer, NULL);
	c->loop = nw_loop_new();
	c->http = nw_http_new(c->loop, &options);
}

static inline void client_stop(struct client *c)
{
	nw_http_free(c->http);
	nw_loop_free(c->loop);
	server_stop(&c->server);
}

static inline void copy_text(char *to, size_t size, struct nw_str s)
{
	(void)snprintf(to, size, "%.*s", NW_ARG(s));
}

static inline void note_outcome(void *arg, struct nw_http_response *r)
{
	struct outcome *o = arg;

	o->times++;
	o->result = r->result;
	o->status = r->status;
	o->max_age_s = r->max_age_s;
	o->expires_s = r->expires_s;
	o->retry_after_s = r->retry_after_s;
	o->bytes = r->bytes;
	o->elapsed_ms = r->elapsed_ms;
	copy_text(o->reason, sizeof(o->reason), r->reason);
	copy_text(o->url, sizeof(o->url), r->url);
	copy_text(o->moved_to, sizeof(o->moved_to), r->moved_to);
	copy_text(o->etag, sizeof(o->etag), r->etag);
	copy_text(o->link, sizeof(o->link), r->link);
	copy_text(o->content_type, sizeof(o->content_type), r->content_type);
	o->n = r->body.n;
	o->body = r->body.p;
	r->body = (struct nw_buf){0};
	if (--*o->pending == 0)
		nw_loop_stop(o->loop);
}

/* The usual request, for a path of the peer. */
static inline struct nw_http_request usual_request(
	const struct client *c, const char *path, char url[1024])
{
	(void)snprintf(url, 1024, "http://127.0.0.1:%u%s", c->server.port, path);
	return (struct nw_http_request){.url = nw_str(url),
		.max_bytes = 1 << 20,
		.max_redirects = 5,
		.timeout_ms = 5000,
		.connect_timeout_ms = 2000};
}

/* Runs one request to its end; the caller frees the body. */
static inline struct outcome get(struct client *c, const struct nw_http_request *request)
{
	int pending = 1;
	struct outcome o = {.loop = c->loop, .pending = &pending};

	(void)nw_http_get(c->http, request, note_outcome, &o);
	if (o.times != 0 || nw_loop_run(c->loop) != 0)
		abort();
	o.loop = NULL;
	o.pending = NULL;
	return o;
}

static inline struct outcome get_path(struct client *c, const char *path)
{
	char url[1024];
	const struct nw_http_request request = usual_request(c, path, url);

	return get(c, &request);
}

#endif
