#include "web/web.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/seldom.h"
#include "base/str.h"
#include "rt/metrics.h"
#include "rt/pool.h"
#include "web/access.h"
#include "web/answer.h"
#include "web/host.h"
#include "web/query.h"
#include "web/server.h"
#include "web/stream.h"

#define CONNECTIONS_MAX 1024
#define REFUSALS_MS 10000 /* of a kind are told once in this time */

/* What is configured, as a letter. */
struct setup {
	struct nw_mail mail;
	struct nw_arena *arena; /* of what follows */
	struct nw_topic_list topics;
	struct nw_access access;
};

struct nw_web {
	struct nw_loop *loop;
	struct nw_server *server;
	struct nw_journal_reader *reader;
	struct nw_streams streams;
	struct setup *setup;
	struct nw_mailbox box;
	struct nw_mail grown; /* the journal has */
	atomic_bool grown_posted;
	bool has_started;
	struct nw_seldom denied, failed;
	pthread_t thread;
};

void nw_web_wake(struct nw_web *web)
{
	if (!atomic_exchange(&web->grown_posted, true))
		nw_mailbox_post(&web->box, &web->grown);
}

static void copy_client(
	struct nw_arena *arena, const struct nw_config_client *from, struct nw_config_client *to)
{
	*to = (struct nw_config_client){
		.name = nw_arena_str(arena, from->name), .token = nw_arena_str(arena, from->token)};
	to->read.v = NW_ARENA_ARRAY(arena, const char *, from->read.n + 1);
	to->read.n = from->read.n;
	for (size_t i = 0; i < from->read.n; i++)
		to->read.v[i] = nw_arena_str(arena, nw_str(from->read.v[i])).p;
}

static struct setup *new_setup(const struct nw_web_setup *from)
{
	struct setup *setup = nw_must_calloc(1, sizeof(*setup));
	struct nw_config_client *clients;

	setup->arena = nw_arena_new();
	setup->topics.n = from->n_topics;
	setup->topics.names = NW_ARENA_ARRAY(setup->arena, struct nw_str, from->n_topics);
	for (size_t i = 0; i < from->n_topics; i++)
		setup->topics.names[i] = nw_arena_str(setup->arena, from->topics[i]);
	clients = NW_ARENA_ARRAY(setup->arena, struct nw_config_client, from->n_clients);
	for (size_t i = 0; i < from->n_clients; i++)
		copy_client(setup->arena, &from->clients[i], &clients[i]);
	setup->access = (struct nw_access){clients, from->n_clients};
	return setup;
}

static void free_setup(struct setup *setup)
{
	if (setup)
		nw_arena_free(setup->arena);
	free(setup);
}

void nw_web_set(struct nw_web *web, const struct nw_web_setup *setup)
{
	nw_mailbox_post(&web->box, &new_setup(setup)->mail);
}

/* --- the thread --- */

static void on_mail(void *arg, struct nw_mail *mail)
{
	struct nw_web *web = arg;

	if (mail != &web->grown) {
		free_setup(web->setup);
		web->setup = (struct setup *)(void *)mail; /* its first member */
		nw_streams_check(&web->streams, &web->setup->access);
		return;
	}
	atomic_store(
		&web->grown_posted, false); /* before the look: what comes after is told anew */
	nw_streams_wake(&web->streams);
}

/* EventSource names what it last had in a header, and asks for the same address again. */
static int read_resume(
	const struct nw_request *request, struct nw_query *query, struct nw_error *error)
{
	if (query->form == NW_FORM_ANY)
		query->form = nw_str_find_nocase(request->accept, NW_STR("text/event-stream")) <
				request->accept.n
			? NW_FORM_SSE
			: NW_FORM_NDJSON;
	if (!request->last_event_id.n || query->form != NW_FORM_SSE)
		return 0;
	if (nw_since_parse(request->last_event_id, &query->since) && !query->since.is_time)
		return 0;
	(void)nw_fail(error, NW_E_SYNTAX, "Last-Event-ID is no seq: leave it out to begin anew");
	return 400;
}

static int begin_stream(struct nw_web *web, struct nw_connection *c,
	const struct nw_request *request, struct nw_query *query, struct nw_error *error)
{
	int64_t after, oldest, newest;
	int status = read_resume(request, query, error);

	if (status)
		return status;
	if (nw_journal_bounds(web->reader, &oldest, &newest, error) ||
		nw_since_seek(web->reader, &query->since, newest, &after, error))
		return 503;
	if (after > newest) {
		(void)nw_fail(error, NW_E_GONE,
			"since is past the newest seq, %" PRId64
			": this is another journal; begin anew with since=0",
			newest);
		return 410;
	}
	nw_stream_begin(&web->streams, c, query, after,
		nw_connection_is_loopback(c) ? NW_STR("")
					     : nw_access_token(request->authorization));
	return 0;
}

static void log_seldom(struct nw_web *web, struct nw_seldom *seldom, const char *message,
	const struct nw_connection *c, const struct nw_error *error)
{
	const int64_t n = nw_seldom_count(seldom, 1, REFUSALS_MS, nw_loop_monotonic_ms(web->loop));
	char peer[NW_PEER_TEXT];

	if (n)
		nw_log(NW_LOG_WARNING, message, NW_KV("from", nw_str(nw_connection_peer(c, peer))),
			NW_KV("why", nw_str(error->text)), NW_KVI("times", n));
}

static int answer_request(struct nw_web *web, struct nw_connection *c,
	const struct nw_request *request, struct nw_arena *arena, struct nw_error *error)
{
	struct nw_request_context context = {.reader = web->reader,
		.arena = arena,
		.request = request,
		.now_s = nw_loop_unix_ms(web->loop) / 1000,
		.topics = &web->setup->topics};
	struct nw_query query;
	int status;

	if (!nw_host_is_right(
		    request->host, nw_connection_endpoint(c), nw_connection_is_loopback(c))) {
		(void)nw_fail(error, NW_E_SYNTAX, "Host is not this one's: use localhost or %s",
			nw_connection_endpoint(c));
		return 421;
	}
	status = nw_query_parse(arena, request->target, &query, error);
	if (status)
		return status;
	if (!nw_connection_is_loopback(c)) {
		status =
			nw_access_check(&web->setup->access, request->authorization, &query, error);
		if (status)
			return status;
	}
	if (query.page == NW_PAGE_STREAM)
		return begin_stream(web, c, request, &query, error);
	if (nw_server_is_full(web->server)) {
		(void)nw_fail(error, NW_E_LIMIT, "too many documents wait for their readers");
		return 503;
	}
	context.host = request->host.n ? request->host : nw_str(nw_connection_endpoint(c));
	context.query = &query;
	return nw_answer_document(&context, c, error);
}

static void on_request(void *arg, struct nw_connection *c, const struct nw_request *request)
{
	struct nw_web *web = arg;
	struct nw_arena *arena = nw_arena_new();
	struct nw_error error = {0};
	const int status = answer_request(web, c, request, arena, &error);

	nw_count(NW_C_HTTP_REQUESTS, 1);
	if (status == 401 || status == 403) {
		nw_count(NW_C_HTTP_DENIED, 1);
		log_seldom(web, &web->denied, "HTTP request denied", c, &error);
	} else if (status == 503) {
		log_seldom(web, &web->failed, "HTTP request not answered", c, &error);
	}
	if (status)
		nw_connection_refuse(c, status, error.text);
	nw_arena_free(arena);
}

static void *serve(void *arg)
{
	struct nw_web *web = arg;

	if (nw_loop_run(web->loop))
		nw_log_write(NW_LOG_ERROR, "the HTTP loop failed", NULL, 0);
	return NULL;
}

/* --- start and stop --- */

/* A quarter of what the process may open: the rest is for feeds and the journal. */
static unsigned max_connections(const char *const *listen)
{
	unsigned n = 0, most = CONNECTIONS_MAX;
	struct rlimit limit;

	while (listen[n])
		n++;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur / 4 < most)
		most = (unsigned)limit.rlim_cur / 4;
	return n > 1 ? most / n + 1 : most;
}

enum nw_err nw_web_start(
	const struct nw_web_options *options, struct nw_web **web, struct nw_error *error)
{
	struct nw_web *w = nw_must_calloc(1, sizeof(*w));
	struct nw_server_options server = {.on_request = on_request,
		.arg = w,
		.max_connections = max_connections(options->listen)};
	enum nw_err err;

	*web = NULL;
	nw_mailbox_init(&w->box, NW_MAILBOX_POLLED);
	server.loop = w->loop = nw_loop_new();
	w->setup = new_setup(&options->setup);
	w->server = nw_server_new(&server);
	nw_loop_on_mail(w->loop, &w->box, on_mail, w);
	err = nw_journal_reader_open(options->journal, &w->reader, error);
	for (size_t i = 0; !err && options->listen[i]; i++)
		err = nw_server_listen(w->server, options->listen[i], error);
	nw_streams_init(&w->streams, w->loop, w->reader);
	if (err) {
		nw_web_stop(w);
		return err;
	}
	w->has_started = true;
	nw_thread_start(&w->thread, "nw-http", serve, w);
	*web = w;
	return NW_OK;
}

void nw_web_stop(struct nw_web *web)
{
	struct nw_mail *next;

	if (!web)
		return;
	nw_loop_stop(web->loop);
	if (web->has_started)
		pthread_join(web->thread, NULL);
	nw_streams_end(&web->streams);
	nw_server_free(web->server);
	nw_streams_clear(&web->streams);
	for (struct nw_mail *mail = nw_mailbox_take(&web->box); mail; mail = next) {
		next = mail->next;
		if (mail != &web->grown)
			free_setup((struct setup *)(void *)mail);
	}
	free_setup(web->setup);
	nw_loop_free(web->loop);
	nw_mailbox_clear(&web->box);
	nw_journal_reader_close(web->reader);
	free(web);
}

size_t nw_web_streams(const struct nw_web *web)
{
	return web->streams.n;
}

const char *nw_web_endpoint(const struct nw_web *web, size_t i)
{
	return nw_server_endpoint(web->server, i);
}
