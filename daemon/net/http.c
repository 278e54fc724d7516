#include "net/http.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "net/multi.h"
#include "net/transfer.h"

#define IDLE_HANDLES 64 /* kept for the next transfers; setting one up costs as much as a request */

struct nw_http {
	struct nw_loop *loop;
	struct nw_http_options options;
	char *user_agent, *ca_file; /* where the options' strings are */
	struct nw_multi *multi;
	struct nw_timer *later; /* delivers what failed before it began */
	struct nw_transfer_list waiting, running, ended;
	unsigned n_running;
	CURL *idle[IDLE_HANDLES];
	unsigned n_idle;
};

static const char *const result_names[NW_HTTP_N_RESULTS] = {
	[NW_HTTP_DONE] = "done",
	[NW_HTTP_BAD_URL] = "bad-url",
	[NW_HTTP_REFUSED] = "refused",
	[NW_HTTP_DNS] = "dns",
	[NW_HTTP_CONNECT] = "connect",
	[NW_HTTP_TLS] = "tls",
	[NW_HTTP_TIMEOUT] = "timeout",
	[NW_HTTP_TOO_LARGE] = "too-large",
	[NW_HTTP_REDIRECTS] = "redirects",
	[NW_HTTP_BROKEN] = "broken",
};

const char *nw_http_result_name(enum nw_http_result result)
{
	return result_names[result];
}

static CURL *take_handle(struct nw_http *http)
{
	CURL *easy;

	if (http->n_idle)
		return http->idle[--http->n_idle];
	easy = curl_easy_init();
	nw_curl_must(easy != NULL);
	nw_transfer_prepare(easy, &http->options);
	return easy;
}

static void release_handle(struct nw_http *http, CURL *easy)
{
	if (http->n_idle < IDLE_HANDLES)
		http->idle[http->n_idle++] = easy;
	else
		curl_easy_cleanup(easy);
}

static void start_waiting(struct nw_http *http)
{
	struct nw_http_transfer *t;

	while (http->n_running < http->options.max_connections &&
		(t = TAILQ_FIRST(&http->waiting))) {
		TAILQ_REMOVE(&http->waiting, t, entry);
		TAILQ_INSERT_TAIL(&http->running, t, entry);
		t->state = NW_TRANSFER_RUNNING;
		http->n_running++;
		nw_transfer_attach(t, take_handle(http), nw_loop_monotonic_ms(http->loop));
		nw_curl_must(
			curl_multi_add_handle(nw_multi_handle(http->multi), t->easy) == CURLM_OK);
	}
}

/* Takes a running transfer off its handle. */
static void stop_running(struct nw_http_transfer *t)
{
	struct nw_http *http = t->http;

	(void)curl_multi_remove_handle(nw_multi_handle(http->multi), t->easy);
	release_handle(http, nw_transfer_detach(t));
	TAILQ_REMOVE(&http->running, t, entry);
	http->n_running--;
}

static void deliver(struct nw_http_transfer *t)
{
	struct nw_loop *loop = t->http->loop;

	nw_transfer_deliver(t, nw_loop_monotonic_ms(loop), nw_loop_unix_ms(loop));
	nw_transfer_free(t);
}

static void on_hop_done(void *arg, CURL *easy, CURLcode code)
{
	struct nw_http *http = arg;
	struct nw_http_transfer *t = NULL;

	(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &t);
	if (nw_transfer_next(t, code, nw_loop_monotonic_ms(http->loop))) {
		(void)curl_multi_remove_handle(nw_multi_handle(http->multi), easy);
		nw_curl_must(curl_multi_add_handle(nw_multi_handle(http->multi), easy) == CURLM_OK);
		return;
	}
	stop_running(t);
	deliver(t);
}

/* Whoever is finished has heard of it: whoever waits starts. */
static void on_turn(void *arg)
{
	start_waiting(arg);
}

static void on_later(void *arg)
{
	struct nw_http *http = arg;
	struct nw_http_transfer *t;

	while ((t = TAILQ_FIRST(&http->ended))) {
		TAILQ_REMOVE(&http->ended, t, entry);
		deliver(t);
	}
}

struct nw_http *nw_http_new(struct nw_loop *loop, const struct nw_http_options *options)
{
	struct nw_http *http = nw_must_calloc(1, sizeof(*http));
	const struct nw_multi_user user = {on_hop_done, on_turn, http};
	CURLM *multi;

	nw_curl_must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	http->loop = loop;
	http->options = *options;
	http->user_agent = nw_must_strdup(nw_str(options->user_agent));
	http->options.user_agent = http->user_agent;
	if (options->ca_file)
		http->ca_file = nw_must_strdup(nw_str(options->ca_file));
	http->options.ca_file = http->ca_file;
	TAILQ_INIT(&http->waiting);
	TAILQ_INIT(&http->running);
	TAILQ_INIT(&http->ended);
	http->later = nw_timer_new(loop, on_later, http);
	http->multi = nw_multi_new(loop, &user);
	multi = nw_multi_handle(http->multi);
	nw_http_set_per_host(http, options->max_per_host);
	(void)curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)options->max_connections);
	return http;
}

void nw_http_set_per_host(struct nw_http *http, unsigned most)
{
	(void)curl_multi_setopt(
		nw_multi_handle(http->multi), CURLMOPT_MAX_HOST_CONNECTIONS, (long)most);
}

void nw_http_free(struct nw_http *http)
{
	struct nw_http_transfer *t;

	if (!http)
		return;
	http->options.max_connections = 0; /* nothing starts any more */
	while ((t = TAILQ_FIRST(&http->running)))
		nw_http_cancel(t);
	while ((t = TAILQ_FIRST(&http->waiting)))
		nw_http_cancel(t);
	while ((t = TAILQ_FIRST(&http->ended)))
		nw_http_cancel(t);
	while (http->n_idle)
		curl_easy_cleanup(http->idle[--http->n_idle]);
	nw_multi_free(http->multi);
	nw_timer_free(http->later);
	free(http->user_agent);
	free(http->ca_file);
	free(http);
	curl_global_cleanup();
}

struct nw_http_transfer *nw_http_get(struct nw_http *http, const struct nw_http_request *request,
	nw_http_on_done *on_done, void *arg)
{
	struct nw_http_transfer *t = nw_transfer_new(request);

	t->http = http;
	t->guard = http->options.guard;
	t->on_done = on_done;
	t->arg = arg;
	if (t->is_overruled) {
		t->state = NW_TRANSFER_ENDED;
		TAILQ_INSERT_TAIL(&http->ended, t, entry);
		nw_timer_set(http->later, 0);
	} else {
		t->state = NW_TRANSFER_WAITING;
		TAILQ_INSERT_TAIL(&http->waiting, t, entry);
		start_waiting(http);
	}
	return t;
}

void nw_http_cancel(struct nw_http_transfer *t)
{
	struct nw_http *http = t->http;

	switch (t->state) {
	case NW_TRANSFER_DELIVERING:
		return;
	case NW_TRANSFER_RUNNING:
		stop_running(t);
		break;
	case NW_TRANSFER_WAITING:
		TAILQ_REMOVE(&http->waiting, t, entry);
		break;
	case NW_TRANSFER_ENDED:
		TAILQ_REMOVE(&http->ended, t, entry);
		break;
	}
	nw_transfer_free(t);
	start_waiting(http);
}
