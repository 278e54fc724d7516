#include "fetch/fetch.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "fetch/host.h"
#include "rt/metrics.h"

#define TRIES 2
#define RETRY_MS 1000 /* a host that has just failed is left alone for so long */

struct kind {
	const char *accept;
	unsigned tries;
	bool is_page;
};

static const struct kind feeds = {
	.accept = "application/atom+xml, application/rss+xml, application/feed+json, "
		  "application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1",
	.tries = 1,
};
static const struct kind pages = {
	.accept = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
	.tries = TRIES,
	.is_page = true,
};

struct nw_fetch {
	struct nw_http *http;
	struct nw_fetch_options options;
	struct nw_hosts hosts;
	TAILQ_HEAD(, fetch_job) jobs; /* waiting or running */
};

struct fetch_job {
	struct nw_job turn; /* first: the host hands it back */
	TAILQ_ENTRY(fetch_job) entry;
	struct nw_fetch *fetch;
	const struct kind *kind;
	struct nw_http_transfer *transfer; /* NULL while it waits */
	unsigned tries;
	nw_http_on_done *on_done;
	void *arg;
	struct nw_str url, etag, last_modified; /* in text */
	char text[];
};

static void start_job(struct nw_job *turn);

struct nw_fetch *nw_fetch_new(
	struct nw_loop *loop, struct nw_http *http, const struct nw_fetch_options *options)
{
	struct nw_fetch *fetch = nw_must_calloc(1, sizeof(*fetch));

	fetch->http = http;
	TAILQ_INIT(&fetch->jobs);
	nw_hosts_init(&fetch->hosts, loop, start_job);
	nw_fetch_set(fetch, options);
	return fetch;
}

void nw_fetch_set(struct nw_fetch *fetch, const struct nw_fetch_options *options)
{
	fetch->options = *options;
	fetch->hosts.per_host = options->per_host;
	fetch->hosts.pause_ms = options->host_pause_ms;
}

void nw_fetch_free(struct nw_fetch *fetch)
{
	struct fetch_job *next;

	if (!fetch)
		return;
	for (struct fetch_job *job = TAILQ_FIRST(&fetch->jobs); job; job = next) {
		next = TAILQ_NEXT(job, entry);
		if (job->transfer)
			nw_http_cancel(job->transfer);
		free(job);
	}
	nw_hosts_clear(&fetch->hosts);
	free(fetch);
}

size_t nw_fetch_waiting(const struct nw_fetch *fetch)
{
	return fetch->hosts.n_waiting;
}

/* Whether the same may well work a moment later. A server that says when to come back is believed. */
static bool is_worth_retrying(const struct fetch_job *job, const struct nw_http_response *r)
{
	if (job->tries >= job->kind->tries)
		return false;
	return r->result == NW_HTTP_TIMEOUT || r->result == NW_HTTP_CONNECT ||
		r->result == NW_HTTP_BROKEN ||
		(r->result == NW_HTTP_DONE && r->status >= 500 && r->retry_after_s == 0);
}

static void on_response(void *arg, struct nw_http_response *r)
{
	struct fetch_job *job = arg;
	struct nw_fetch *fetch = job->fetch;
	const bool again = is_worth_retrying(job, r);

	job->transfer = NULL;
	if (r->bytes > 0)
		nw_count(NW_C_BYTES_IN, (uint64_t)r->bytes);
	nw_hosts_done(&fetch->hosts, &job->turn, again ? RETRY_MS : 0);
	if (again) {
		nw_hosts_add(&fetch->hosts, job->url, &job->turn);
		return;
	}
	TAILQ_REMOVE(&fetch->jobs, job, entry);
	job->on_done(job->arg, r);
	free(job);
}

static void start_job(struct nw_job *turn)
{
	struct fetch_job *job = (struct fetch_job *)turn;
	struct nw_fetch *fetch = job->fetch;
	const struct nw_fetch_options *o = &fetch->options;
	const struct nw_http_request request = {
		.url = job->url,
		.accept = nw_str(job->kind->accept),
		.if_none_match = job->etag,
		.if_modified_since = job->last_modified,
		.max_bytes = job->kind->is_page ? o->page_bytes : o->feed_bytes,
		.max_redirects = o->max_redirects,
		.timeout_ms = o->timeout_ms,
		.connect_timeout_ms = o->connect_timeout_ms,
	};

	job->tries++;
	job->transfer = nw_http_get(fetch->http, &request, on_response, job);
}

/* Appends to the job's own text, in which its strings live. */
static struct nw_str keep(char **end, struct nw_str s)
{
	const struct nw_str copy = {*end, s.n};

	if (s.n)
		memcpy(*end, s.p, s.n);
	*end += s.n;
	return copy;
}

static struct fetch_job *new_job(struct nw_fetch *fetch, const struct kind *kind, struct nw_str url,
	struct nw_str etag, struct nw_str last_modified)
{
	struct fetch_job *job = nw_must_calloc(1, sizeof(*job) + url.n + etag.n + last_modified.n);
	char *end = job->text;

	job->fetch = fetch;
	job->kind = kind;
	job->url = keep(&end, url);
	job->etag = keep(&end, etag);
	job->last_modified = keep(&end, last_modified);
	TAILQ_INSERT_TAIL(&fetch->jobs, job, entry);
	return job;
}

static void run(struct fetch_job *job, nw_http_on_done *on_done, void *arg)
{
	job->on_done = on_done;
	job->arg = arg;
	nw_hosts_add(&job->fetch->hosts, job->url, &job->turn);
}

void nw_fetch_feed(struct nw_fetch *fetch, struct nw_str url, struct nw_str etag,
	struct nw_str last_modified, nw_http_on_done *on_done, void *arg)
{
	run(new_job(fetch, &feeds, url, etag, last_modified), on_done, arg);
}

void nw_fetch_page(struct nw_fetch *fetch, struct nw_str url, nw_http_on_done *on_done, void *arg)
{
	run(new_job(fetch, &pages, url, NW_STR(""), NW_STR("")), on_done, arg);
}
