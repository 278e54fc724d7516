#include "net/transfer.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "net/multi.h"

#define URL_BYTES ((size_t)8 * 1024)
#define IGNORED_BYTES ((size_t)64 * 1024) /* read to keep the connection; past that it is cut */
#define SLOW_S 20
#define DNS_CACHE_S 60L

/* What libcurl says, in our words; what is not here is the peer's breach of the protocol. */
static const struct {
	CURLcode code;
	enum nw_http_result result;
} results[] = {
	{CURLE_OK, NW_HTTP_DONE},
	{CURLE_URL_MALFORMAT, NW_HTTP_BAD_URL},
	{CURLE_COULDNT_RESOLVE_HOST, NW_HTTP_DNS},
	{CURLE_COULDNT_CONNECT, NW_HTTP_CONNECT},
	{CURLE_INTERFACE_FAILED, NW_HTTP_CONNECT},
	{CURLE_OPERATION_TIMEDOUT, NW_HTTP_TIMEOUT},
	{CURLE_FILESIZE_EXCEEDED, NW_HTTP_TOO_LARGE},
	{CURLE_USE_SSL_FAILED, NW_HTTP_TLS},
	{CURLE_SSL_CONNECT_ERROR, NW_HTTP_TLS},
	{CURLE_SSL_CERTPROBLEM, NW_HTTP_TLS},
	{CURLE_SSL_CIPHER, NW_HTTP_TLS},
	{CURLE_PEER_FAILED_VERIFICATION, NW_HTTP_TLS},
	{CURLE_SSL_ISSUER_ERROR, NW_HTTP_TLS},
	{CURLE_SSL_CACERT_BADFILE, NW_HTTP_TLS},
	{CURLE_SSL_INVALIDCERTSTATUS, NW_HTTP_TLS},
};

enum nw_http_result nw_transfer_result(CURLcode code)
{
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		if (results[i].code == code)
			return results[i].result;
	}
	return NW_HTTP_BROKEN;
}

#define SET NW_CURL_SET

NW_PRINTF(3, 4)
static void overrule(
	struct nw_http_transfer *t, enum nw_http_result result, const char *format, ...)
{
	va_list args;

	t->is_overruled = true;
	t->result = result;
	va_start(args, format);
	(void)vsnprintf(t->reason, sizeof(t->reason), format, args);
	va_end(args);
}

static bool is_success(const struct nw_http_transfer *t)
{
	return t->header.status >= 200 && t->header.status <= 299;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
	struct nw_http_transfer *t = arg;

	switch (nw_header_line(&t->header, (struct nw_str){line, size * n})) {
	case NW_HEADER_OK:
		if (!t->header.is_whole || !is_success(t) ||
			(uint64_t)t->header.length <= t->max_bytes)
			return size * n;
		overrule(t, NW_HTTP_TOO_LARGE, "body of more than %zu bytes", t->max_bytes);
		return 0;
	case NW_HEADER_TOO_LARGE:
		overrule(t, NW_HTTP_TOO_LARGE, "header of more than %zu bytes or %d lines",
			NW_HEADER_BYTES, NW_HEADER_LINES);
		return 0;
	case NW_HEADER_CODINGS:
		overrule(t, NW_HTTP_BROKEN, "body compressed more than once");
		return 0;
	}
	return 0;
}

/* Bytes after decompression; any other limit sees them too late. */
/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
	struct nw_http_transfer *t = arg;

	if (!is_success(t)) {
		t->ignored += size * n;
		return t->ignored > IGNORED_BYTES ? 0 : size * n;
	}
	nw_buf_add(&t->body, (struct nw_str){p, size * n});
	if (!t->body.failed)
		return size * n;
	overrule(t, NW_HTTP_TOO_LARGE, "body of more than %zu bytes", t->max_bytes);
	return 0;
}

/* Compressed bytes that decompress to nothing never reach on_body, so they are counted here. */
static int on_progress(
	void *arg, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up)
{
	struct nw_http_transfer *t = arg;

	(void)total;
	(void)up_total;
	(void)up;
	if (now < 0 || (uint64_t)now <= t->max_bytes + IGNORED_BYTES)
		return 0;
	overrule(t, NW_HTTP_TOO_LARGE, "body of more than %zu bytes", t->max_bytes);
	return 1;
}

/* Asked for every address really connected to: the last word, whatever a name resolved to before. */
static curl_socket_t on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct nw_http_transfer *t = arg;
	curl_socket_t fd;

	(void)purpose;
	if (!nw_guard_permits(t->guard, &address->addr)) {
		t->n_refused++;
		return CURL_SOCKET_BAD;
	}
	t->n_opened++;
	fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	if (fd < 0)
		t->socket_errno = errno;
	return fd;
}

static bool permits_text(const struct nw_guard *guard, const char *text)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return nw_guard_permits(guard, (const struct sockaddr *)(const void *)&v4);
	return inet_pton(AF_INET6, text, &v6.sin6_addr) == 1 &&
		nw_guard_permits(guard, (const struct sockaddr *)(const void *)&v6);
}

/* A connection that was kept may be from when its address was still allowed. */
/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static int on_request(void *arg, char *address, char *own, int port, int own_port)
{
	struct nw_http_transfer *t = arg;

	(void)own;
	(void)port;
	(void)own_port;
	if (permits_text(t->guard, address))
		return CURL_PREREQFUNC_OK;
	t->is_barred = true;
	return CURL_PREREQFUNC_ABORT;
}

void nw_transfer_prepare(CURL *easy, const struct nw_http_options *options)
{
	SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	SET(easy, CURLOPT_HTTP09_ALLOWED, 0L);
	SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
	SET(easy, CURLOPT_ACCEPT_ENCODING, "");
	SET(easy, CURLOPT_USERAGENT, options->user_agent);
	/* A proxy would connect for us, behind the guard's back. */
	SET(easy, CURLOPT_PROXY, "");
	SET(easy, CURLOPT_NOPROXY, "*");
	SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	/* Or the end of a transfer waits for its resolver thread, and the loop with it. */
	SET(easy, CURLOPT_QUICK_EXIT, 1L);
	SET(easy, CURLOPT_DNS_CACHE_TIMEOUT, DNS_CACHE_S);
	/* With a directory too, every connection reads the certificates anew: 25 ms against 1. */
	SET(easy, CURLOPT_CAPATH, NULL);
	if (options->ca_file)
		SET(easy, CURLOPT_CAINFO, options->ca_file);
	SET(easy, CURLOPT_LOW_SPEED_LIMIT, (long)NW_HTTP_SLOW_BYTES);
	SET(easy, CURLOPT_LOW_SPEED_TIME, (long)(options->slow_s ? options->slow_s : SLOW_S));
	SET(easy, CURLOPT_HEADERFUNCTION, on_header);
	SET(easy, CURLOPT_WRITEFUNCTION, on_body);
	SET(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	SET(easy, CURLOPT_PREREQFUNCTION, on_request);
	SET(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	SET(easy, CURLOPT_NOPROGRESS, 0L);
}

/* The URL as it will be requested, relative to the last one; NULL where it is not one we visit. */
static char *resolve(struct nw_http_transfer *t, const char *text)
{
	/* Spaces and bytes past ASCII are escaped, as browsers do with what people write. */
	const unsigned flags = CURLU_URLENCODE | CURLU_ALLOW_SPACE;
	char *scheme = NULL, *whole = NULL;
	bool ok;

	ok = strlen(text) <= URL_BYTES &&
		curl_url_set(t->resolver, CURLUPART_URL, text, flags) == CURLUE_OK &&
		curl_url_set(t->resolver, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK &&
		curl_url_get(t->resolver, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		(strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0) &&
		curl_url_get(t->resolver, CURLUPART_URL, &whole, 0) == CURLUE_OK &&
		strlen(whole) <= URL_BYTES;
	curl_free(scheme);
	if (!ok) {
		curl_free(whole);
		return NULL;
	}
	return whole;
}

static bool is_https(const char *url)
{
	return strncmp(url, "https:", 6) == 0;
}

static bool was_visited(const struct nw_http_transfer *t, const char *url)
{
	const struct nw_hash hash = nw_hash128(nw_str(url));

	for (unsigned i = 0; i < t->n_hops; i++) {
		if (nw_hash_eq(t->hops[i], hash))
			return true;
	}
	return false;
}

static void go_to(struct nw_http_transfer *t, char *url)
{
	assert(t->n_hops <= NW_HTTP_REDIRECTS_MOST);
	t->hops[t->n_hops++] = nw_hash128(nw_str(url));
	curl_free(t->url);
	t->url = url;
}

/* Leaves the field out when it would end the line: what is stored came from a peer. */
static void add_field(struct nw_http_transfer *t, const char *name, struct nw_str value)
{
	struct nw_buf line;
	struct curl_slist *fields;

	if (value.n == 0 || value.n > NW_FIELD_BYTES)
		return;
	for (size_t i = 0; i < value.n; i++) {
		if ((unsigned char)value.p[i] < ' ' && value.p[i] != '\t')
			return;
	}
	nw_buf_init(&line, NW_FIELD_BYTES + 64);
	nw_buf_printf(&line, "%s: %.*s", name, NW_ARG(value));
	fields = curl_slist_append(t->fields, line.p);
	nw_curl_must(fields != NULL);
	t->fields = fields;
	nw_buf_clear(&line);
}

struct nw_http_transfer *nw_transfer_new(const struct nw_http_request *request)
{
	struct nw_http_transfer *t = nw_must_calloc(1, sizeof(*t));
	char *text = nw_must_strdup(request->url);
	char *url = NULL;

	t->max_bytes = request->max_bytes;
	t->max_redirects = request->max_redirects < NW_HTTP_REDIRECTS_MOST ? request->max_redirects
									   : NW_HTTP_REDIRECTS_MOST;
	t->timeout_ms = request->timeout_ms;
	t->connect_timeout_ms = request->connect_timeout_ms;
	t->is_permanent = true;
	nw_header_init(&t->header);
	nw_buf_init(&t->body, t->max_bytes);
	nw_buf_init(&t->moved_to, URL_BYTES);
	add_field(t, "Accept", request->accept);
	add_field(t, "If-None-Match", request->if_none_match);
	add_field(t, "If-Modified-Since", request->if_modified_since);
	t->resolver = curl_url();
	nw_curl_must(t->resolver != NULL);
	if (strlen(text) == request->url.n)
		url = resolve(t, text);
	if (url)
		go_to(t, url);
	else
		overrule(t, NW_HTTP_BAD_URL, "not a web address: '%.*s'", 200, text);
	free(text);
	return t;
}

void nw_transfer_free(struct nw_http_transfer *t)
{
	curl_slist_free_all(t->fields);
	curl_url_cleanup(t->resolver);
	curl_free(t->url);
	nw_buf_clear(&t->moved_to);
	nw_header_clear(&t->header);
	nw_buf_clear(&t->body);
	free(t);
}

static void set_hop(struct nw_http_transfer *t, int64_t now_ms)
{
	const int64_t left = t->timeout_ms - (now_ms - t->started_ms);

	nw_header_reset(&t->header);
	nw_buf_empty(&t->body);
	t->ignored = 0;
	t->n_opened = t->n_refused = 0;
	t->is_barred = false;
	t->socket_errno = 0;
	t->curl_text[0] = '\0';
	SET(t->easy, CURLOPT_URL, t->url);
	SET(t->easy, CURLOPT_TIMEOUT_MS, (long)(left > 0 ? left : 1));
}

void nw_transfer_attach(struct nw_http_transfer *t, CURL *easy, int64_t now_ms)
{
	t->easy = easy;
	t->started_ms = now_ms;
	SET(easy, CURLOPT_PRIVATE, t);
	SET(easy, CURLOPT_HEADERDATA, t);
	SET(easy, CURLOPT_WRITEDATA, t);
	SET(easy, CURLOPT_OPENSOCKETDATA, t);
	SET(easy, CURLOPT_PREREQDATA, t);
	SET(easy, CURLOPT_XFERINFODATA, t);
	SET(easy, CURLOPT_ERRORBUFFER, t->curl_text);
	SET(easy, CURLOPT_HTTPHEADER, t->fields);
	SET(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)t->connect_timeout_ms);
	set_hop(t, now_ms);
}

CURL *nw_transfer_detach(struct nw_http_transfer *t)
{
	CURL *easy = t->easy;

	t->easy = NULL;
	SET(easy, CURLOPT_ERRORBUFFER, NULL);
	SET(easy, CURLOPT_HTTPHEADER, NULL);
	return easy;
}

static bool is_redirect(const struct nw_http_transfer *t)
{
	switch (t->header.status) {
	case 301:
	case 302:
	case 303:
	case 307:
	case 308:
		return t->header.is_whole && nw_header_field(&t->header, NW_FIELD_LOCATION).n > 0;
	default:
		return false;
	}
}

/* The next hop, or NULL and the reason. */
static char *judge_target(struct nw_http_transfer *t, const char *location)
{
	char *url = resolve(t, location);

	if (!url) {
		overrule(t, NW_HTTP_BAD_URL, "redirect to what is not a web address: '%.*s'", 180,
			location);
		return NULL;
	}
	if (is_https(t->url) && !is_https(url))
		overrule(t, NW_HTTP_REDIRECTS, "redirect from https to http: '%.*s'", 180, url);
	else if (was_visited(t, url))
		overrule(t, NW_HTTP_REDIRECTS, "redirects in a circle: '%.*s'", 180, url);
	else
		return url;
	curl_free(url);
	return NULL;
}

static bool follow(struct nw_http_transfer *t)
{
	char *location, *url;

	if (t->n_hops > t->max_redirects) {
		overrule(t, NW_HTTP_REDIRECTS, "more than %u redirects", t->max_redirects);
		return false;
	}
	location = nw_must_strdup(nw_header_field(&t->header, NW_FIELD_LOCATION));
	url = judge_target(t, location);
	free(location);
	if (!url)
		return false;
	go_to(t, url);
	t->is_permanent = t->is_permanent && (t->header.status == 301 || t->header.status == 308);
	if (t->is_permanent) {
		nw_buf_empty(&t->moved_to);
		nw_buf_add(&t->moved_to, nw_str(url));
	}
	return true;
}

static void count_bytes(struct nw_http_transfer *t)
{
	curl_off_t body = 0;
	long header = 0;

	(void)curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &body);
	(void)curl_easy_getinfo(t->easy, CURLINFO_HEADER_SIZE, &header);
	t->bytes += body + header;
}

static enum nw_http_result judge_failure(const struct nw_http_transfer *t, CURLcode code)
{
	const enum nw_http_result result = nw_transfer_result(code);
	curl_off_t lookup_us = 0;

	if (t->is_barred || (result == NW_HTTP_CONNECT && t->n_refused > 0 && t->n_opened == 0))
		return NW_HTTP_REFUSED;
	/* A header line longer than libcurl's own bound is "out of memory" to it: the peer's fault. */
	if (code == CURLE_OUT_OF_MEMORY && !t->header.is_whole)
		return NW_HTTP_TOO_LARGE;
	if (result != NW_HTTP_TIMEOUT)
		return result;
	(void)curl_easy_getinfo(t->easy, CURLINFO_NAMELOOKUP_TIME_T, &lookup_us);
	return lookup_us == 0 ? NW_HTTP_DNS : result;
}

static void judge(struct nw_http_transfer *t, CURLcode code)
{
	if (t->header.is_whole && (code == CURLE_OK || !is_success(t))) {
		t->result = NW_HTTP_DONE; /* the body of an error may well be cut short */
		return;
	}
	if (code == CURLE_OK) {
		overrule(t, NW_HTTP_BROKEN, "answer without a status");
		return;
	}
	t->result = judge_failure(t, code);
	if (t->result == NW_HTTP_REFUSED)
		overrule(t, NW_HTTP_REFUSED, "address not allowed: '%.*s'", 180, t->url);
	else if (t->result == NW_HTTP_CONNECT && t->socket_errno)
		overrule(t, NW_HTTP_CONNECT, "no socket to be had: %s",
			strerrordesc_np(t->socket_errno));
	else if (code == CURLE_OUT_OF_MEMORY && t->result == NW_HTTP_TOO_LARGE)
		overrule(t, NW_HTTP_TOO_LARGE, "header line of more than %zu bytes",
			NW_HEADER_BYTES);
	else
		overrule(t, t->result, "%s",
			t->curl_text[0] ? t->curl_text : curl_easy_strerror(code));
}

bool nw_transfer_next(struct nw_http_transfer *t, CURLcode code, int64_t now_ms)
{
	count_bytes(t);
	if (t->is_overruled)
		return false;
	if (!is_redirect(t)) {
		judge(t, code);
		return false;
	}
	if (!follow(t))
		return false;
	set_hop(t, now_ms);
	return true;
}

void nw_transfer_deliver(struct nw_http_transfer *t, int64_t now_ms, int64_t unix_ms)
{
	const struct nw_header *h = &t->header;
	struct nw_http_response r = {
		.result = t->result,
		.status = h->status,
		.url = nw_str(t->url ? t->url : ""),
		.moved_to = nw_buf_str(&t->moved_to),
		.content_type = nw_header_field(h, NW_FIELD_CONTENT_TYPE),
		.content_location = nw_header_field(h, NW_FIELD_CONTENT_LOCATION),
		.content_language = nw_header_field(h, NW_FIELD_CONTENT_LANGUAGE),
		.etag = nw_header_field(h, NW_FIELD_ETAG),
		.last_modified = nw_header_field(h, NW_FIELD_LAST_MODIFIED),
		.cache_control = nw_header_field(h, NW_FIELD_CACHE_CONTROL),
		.expires = nw_header_field(h, NW_FIELD_EXPIRES),
		.date = nw_header_field(h, NW_FIELD_DATE),
		.retry_after = nw_header_field(h, NW_FIELD_RETRY_AFTER),
		.link = nw_header_field(h, NW_FIELD_LINK),
		.bytes = t->bytes,
		.elapsed_ms = t->started_ms ? now_ms - t->started_ms : 0,
	};

	t->state = NW_TRANSFER_DELIVERING;
	if (t->result != NW_HTTP_DONE)
		r.reason = nw_str(t->reason);
	nw_header_judge(h, unix_ms / 1000, &r);
	if (t->result == NW_HTTP_DONE)
		r.body = t->body;
	else
		nw_buf_clear(&t->body);
	t->body = (struct nw_buf){0};
	t->on_done(t->arg, &r);
	nw_buf_clear(&r.body);
}
