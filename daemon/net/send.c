#include "net/send.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "net/sending.h"
#include "net/transfer.h"

#define IGNORED_BYTES ((size_t)64 << 10) /* of a reply, read to keep the connection */
#define CONNECTIONS 16L                  /* kept for the next */
#define GRACE_MS 500 /* libcurl's own limit does not count the answer to QUIT: this one does */

/* --- what libcurl asks --- */

/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
	struct nw_sending *s = arg;

	if (nw_header_line(&s->header, (struct nw_str){line, size * n}) == NW_HEADER_TOO_LARGE)
		return 0;
	return size * n;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
	struct nw_sending *s = arg;
	const struct nw_str part = {p, size * n};

	if (s->reply.n < NW_SENDING_REPLY)
		nw_buf_add(&s->reply, nw_str_head(part, NW_SENDING_REPLY - s->reply.n));
	s->ignored += part.n;
	return s->ignored > IGNORED_BYTES ? 0 : part.n;
}

/* --- setting one up --- */

bool nw_sending_is_clean(struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return true;
}

void nw_sending_append(struct curl_slist **list, const char *line)
{
	struct curl_slist *more = curl_slist_append(*list, line);

	nw_curl_must(more != NULL);
	*list = more;
}

/* False where a value would end its line. */
static bool add_fields(struct nw_sending *s, const struct nw_send_request *request)
{
	for (size_t i = 0; i < request->n_fields; i++) {
		const struct nw_send_field *f = &request->fields[i];

		if (!nw_sending_is_clean(f->value))
			return false;
		if (f->value.n)
			nw_sending_append(&s->fields,
				nw_arena_printf(s->arena, "%s: %.*s", f->name, NW_ARG(f->value)).p);
	}
	/* Or every large body first waits for leave to be sent. */
	nw_sending_append(&s->fields, "Expect:");
	return true;
}

static void set_common(struct nw_sending *s, const struct nw_send_request *request)
{
	CURL *easy = s->easy;

	NW_CURL_SET(easy, CURLOPT_PRIVATE, s);
	NW_CURL_SET(easy, CURLOPT_URL, request->url);
	NW_CURL_SET(easy, CURLOPT_PROTOCOLS_STR, s->is_mail ? "smtp,smtps" : "http,https");
	NW_CURL_SET(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	NW_CURL_SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
	NW_CURL_SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	NW_CURL_SET(easy, CURLOPT_PROXY, "");
	NW_CURL_SET(easy, CURLOPT_NOPROXY, "*");
	NW_CURL_SET(easy, CURLOPT_NOSIGNAL, 1L);
	NW_CURL_SET(easy, CURLOPT_QUICK_EXIT, 1L);
	NW_CURL_SET(easy, CURLOPT_CAPATH, NULL);
	if (request->ca_file)
		NW_CURL_SET(easy, CURLOPT_CAINFO, request->ca_file);
	if (request->user)
		NW_CURL_SET(easy, CURLOPT_USERNAME, request->user);
	if (request->password)
		NW_CURL_SET(easy, CURLOPT_PASSWORD, request->password);
	NW_CURL_SET(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
	NW_CURL_SET(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)request->connect_timeout_ms);
	NW_CURL_SET(easy, CURLOPT_ERRORBUFFER, s->curl_text);
	NW_CURL_SET(easy, CURLOPT_HEADERFUNCTION, on_header);
	NW_CURL_SET(easy, CURLOPT_HEADERDATA, s);
	NW_CURL_SET(easy, CURLOPT_WRITEFUNCTION, on_body);
	NW_CURL_SET(easy, CURLOPT_WRITEDATA, s);
}

static bool prepare_http(struct nw_sending *s, const struct nw_send_request *request)
{
	if (!add_fields(s, request))
		return false;
	NW_CURL_SET(s->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	NW_CURL_SET(s->easy, CURLOPT_HTTP09_ALLOWED, 0L);
	NW_CURL_SET(s->easy, CURLOPT_USERAGENT, s->sender->user_agent);
	NW_CURL_SET(s->easy, CURLOPT_HTTPHEADER, s->fields);
	NW_CURL_SET(s->easy, CURLOPT_POST, 1L);
	NW_CURL_SET(s->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)s->body.n);
	NW_CURL_SET(s->easy, CURLOPT_POSTFIELDS, s->body.p);
	if (request->method)
		NW_CURL_SET(s->easy, CURLOPT_CUSTOMREQUEST, request->method);
	return true;
}

/* --- its end --- */

static void on_end(void *arg, CURL *easy, CURLcode code)
{
	struct nw_sending *s = NULL;

	(void)arg;
	(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &s);
	s->result = nw_transfer_result(code);
	if (s->header.is_whole && s->header.status >= 200)
		s->result = NW_HTTP_DONE; /* however the body ended */
	nw_timer_set(s->done, 0);
}

/* Lets go of libcurl's part. */
static void detach(struct nw_sending *s)
{
	if (!s->easy)
		return;
	if (!s->is_mail)
		(void)curl_multi_remove_handle(nw_multi_handle(s->sender->multi), s->easy);
	curl_easy_cleanup(s->easy);
	s->easy = NULL;
}

static void free_sending(struct nw_sending *s)
{
	nw_sending_join_mail(s);
	detach(s);
	TAILQ_REMOVE(&s->sender->sendings, s, entry);
	curl_slist_free_all(s->fields);
	curl_slist_free_all(s->to);
	nw_header_clear(&s->header);
	nw_buf_clear(&s->reply);
	nw_timer_free(s->done);
	pthread_mutex_destroy(&s->lock);
	nw_arena_free(s->arena);
}

static struct nw_str reason_of(const struct nw_sending *s)
{
	if (s->result == NW_HTTP_DONE || s->result == NW_HTTP_REFUSED)
		return nw_buf_str(&s->reply);
	if (s->curl_text[0])
		return nw_str(s->curl_text);
	return nw_str(nw_http_result_name(s->result));
}

static void deliver(struct nw_sending *s)
{
	struct nw_http_response judged = {0};
	struct nw_send_response response = {
		.result = s->result, .status = s->header.status, .reason = reason_of(s)};

	detach(s);
	if (!s->is_mail && s->header.is_whole)
		nw_header_judge(&s->header, nw_loop_unix_ms(s->sender->loop) / 1000, &judged);
	response.retry_after_s = judged.retry_after_s;
	s->on_sent(s->arg, &response);
	free_sending(s);
}

static void on_time(void *arg)
{
	struct nw_sending *s = arg;

	if (s->has_thread)
		nw_sending_hang_up(s);
	else
		deliver(s);
}

static void on_mail(void *arg, struct nw_mail *mail)
{
	struct nw_sending *s = (struct nw_sending *)(void *)mail;

	(void)arg;
	if (atomic_load(&s->is_cancelled))
		free_sending(s);
	else
		deliver(s);
}

/* --- the sender --- */

struct nw_sender *nw_sender_new(struct nw_loop *loop, const struct nw_sender_options *options)
{
	struct nw_sender *sender = nw_must_calloc(1, sizeof(*sender));
	const struct nw_multi_user user = {on_end, NULL, sender};

	nw_curl_must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	sender->loop = loop;
	sender->user_agent = nw_must_strdup(nw_str(options->user_agent));
	sender->multi = nw_multi_new(loop, &user);
	(void)curl_multi_setopt(nw_multi_handle(sender->multi), CURLMOPT_MAXCONNECTS, CONNECTIONS);
	nw_mailbox_init(&sender->mails, NW_MAILBOX_POLLED);
	nw_loop_on_mail(loop, &sender->mails, on_mail, sender);
	TAILQ_INIT(&sender->sendings);
	return sender;
}

void nw_sender_free(struct nw_sender *sender)
{
	struct nw_sending *s;

	if (!sender)
		return;
	TAILQ_FOREACH (s, &sender->sendings, entry)
		nw_sending_break_mail(s); /* all at once, then one after the other is waited for */
	TAILQ_FOREACH (s, &sender->sendings, entry)
		nw_sending_join_mail(s);
	(void)nw_mailbox_take(&sender->mails); /* they are among the sendings */
	while ((s = TAILQ_FIRST(&sender->sendings)))
		free_sending(s);
	nw_multi_free(sender->multi);
	nw_mailbox_clear(&sender->mails);
	free(sender->user_agent);
	free(sender);
	curl_global_cleanup();
}

struct nw_sending *nw_send(struct nw_sender *sender, const struct nw_send_request *request,
	nw_on_sent *on_sent, void *arg)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_sending *s = NW_ARENA_NEW(arena, struct nw_sending);
	bool ok;

	s->arena = arena;
	s->sender = sender;
	s->is_mail = strncmp(request->url, "smtp", 4) == 0;
	s->body = nw_arena_str(arena, request->body);
	s->on_sent = on_sent;
	s->arg = arg;
	s->done = nw_timer_new(sender->loop, on_time, s);
	pthread_mutex_init(&s->lock, NULL);
	for (size_t i = 0; i < NW_SENDING_SOCKETS; i++)
		s->sockets[i] = CURL_SOCKET_BAD;
	nw_header_init(&s->header);
	nw_buf_init(&s->reply, NW_SENDING_REPLY + 1);
	TAILQ_INSERT_TAIL(&sender->sendings, s, entry);
	s->easy = curl_easy_init();
	nw_curl_must(s->easy != NULL);
	set_common(s, request);
	ok = s->is_mail ? nw_sending_prepare_mail(s, request) : prepare_http(s, request);
	if (ok && s->is_mail) {
		nw_sending_start_mail(s);
		nw_timer_set(s->done, request->timeout_ms + GRACE_MS);
	} else if (ok) {
		nw_curl_must(
			curl_multi_add_handle(nw_multi_handle(sender->multi), s->easy) == CURLM_OK);
	} else {
		s->result = NW_HTTP_BAD_URL;
		nw_timer_set(s->done, 0);
	}
	return s;
}

void nw_send_cancel(struct nw_sending *sending)
{
	if (sending->has_thread)
		nw_sending_break_mail(sending); /* and on_mail frees it */
	else
		free_sending(sending);
}
