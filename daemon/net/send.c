#include "net/send.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/str.h"
#include "net/multi.h"
#include "net/transfer.h"

#define REPLY_BYTES ((size_t)512)        /* of a reply, kept as the reason */
#define IGNORED_BYTES ((size_t)64 << 10) /* of a reply, read to keep the connection */
#define CONNECTIONS 16L                  /* kept for the next */

TAILQ_HEAD(sending_list, nw_sending);

struct nw_sender {
	struct nw_loop *loop;
	char *user_agent;
	struct nw_multi *multi; /* of HTTP */
	struct sending_list sendings;
};

struct nw_sending {
	TAILQ_ENTRY(nw_sending) entry;
	struct nw_sender *sender;
	struct nw_arena *arena; /* holds this, and what libcurl does not copy */
	bool is_mail;
	CURL *easy;
	/*
	 * A mail's own. Kept with others, libcurl would say QUIT when it likes and wait for the
	 * answer in the middle of the loop, for as long as two minutes.
	 */
	struct nw_multi *multi;
	struct curl_slist *fields, *to;
	struct nw_str body;
	size_t sent;

	struct nw_header header;
	struct nw_buf reply;
	size_t ignored;
	char curl_text[CURL_ERROR_SIZE];

	struct nw_timer *done; /* tells of the end, when libcurl is not on the stack any more */
	enum nw_http_result result;
	nw_on_sent *on_sent;
	void *arg;
};

/* --- what libcurl asks --- */

static size_t on_read(char *to, size_t size, size_t n, void *arg)
{
	struct nw_sending *s = arg;
	const struct nw_str part = nw_str_head(nw_str_from(s->body, s->sent), size * n);

	if (part.n)
		memcpy(to, part.p, part.n);
	s->sent += part.n;
	return part.n;
}

/* After a redirect in the protocol's own sense (a login asked for late): from the beginning. */
static int on_seek(void *arg, curl_off_t offset, int origin)
{
	struct nw_sending *s = arg;

	if (origin != SEEK_SET || offset < 0 || (size_t)offset > s->body.n)
		return CURL_SEEKFUNC_CANTSEEK;
	s->sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

/* The last line that says no is the reason. */
static void take_reply_line(struct nw_sending *s, struct nw_str line)
{
	if (line.n > 3 && (line.p[0] == '4' || line.p[0] == '5')) {
		nw_buf_empty(&s->reply);
		nw_buf_add(&s->reply, nw_str_head(nw_str_trim(line), REPLY_BYTES));
	}
}

/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
	struct nw_sending *s = arg;
	const struct nw_str text = {line, size * n};

	if (s->is_mail)
		take_reply_line(s, text);
	else if (nw_header_line(&s->header, text) == NW_HEADER_TOO_LARGE)
		return 0;
	return size * n;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
	struct nw_sending *s = arg;
	const struct nw_str part = {p, size * n};

	if (s->reply.n < REPLY_BYTES)
		nw_buf_add(&s->reply, nw_str_head(part, REPLY_BYTES - s->reply.n));
	s->ignored += part.n;
	return s->ignored > IGNORED_BYTES ? 0 : part.n;
}

/* --- setting one up --- */

static bool is_clean(struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return true;
}

static void append(struct curl_slist **list, const char *line)
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

		if (!is_clean(f->value))
			return false;
		if (f->value.n)
			append(&s->fields,
				nw_arena_printf(s->arena, "%s: %.*s", f->name, NW_ARG(f->value)).p);
	}
	append(&s->fields, "Expect:"); /* or every large body first waits for leave to be sent */
	return true;
}

static bool add_addresses(struct nw_sending *s, const struct nw_send_request *request)
{
	if (!is_clean(nw_str(request->from)))
		return false;
	for (const char *const *to = request->to; *to; to++) {
		if (!is_clean(nw_str(*to)))
			return false;
		append(&s->to, nw_arena_printf(s->arena, "<%s>", *to).p);
	}
	return s->to != NULL;
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

static void set_http(struct nw_sending *s, const struct nw_send_request *request)
{
	NW_CURL_SET(s->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	NW_CURL_SET(s->easy, CURLOPT_HTTP09_ALLOWED, 0L);
	NW_CURL_SET(s->easy, CURLOPT_USERAGENT, s->sender->user_agent);
	NW_CURL_SET(s->easy, CURLOPT_HTTPHEADER, s->fields);
	NW_CURL_SET(s->easy, CURLOPT_POST, 1L);
	NW_CURL_SET(s->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)s->body.n);
	NW_CURL_SET(s->easy, CURLOPT_POSTFIELDS, s->body.p);
	if (request->method)
		NW_CURL_SET(s->easy, CURLOPT_CUSTOMREQUEST, request->method);
}

/* A password goes over no line that others can read; a message alone goes as mail always has. */
static void set_mail(struct nw_sending *s, const struct nw_send_request *request)
{
	const long tls = request->password ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY;

	NW_CURL_SET(s->easy, CURLOPT_USE_SSL, tls);
	NW_CURL_SET(s->easy, CURLOPT_MAIL_FROM, nw_arena_printf(s->arena, "<%s>", request->from).p);
	NW_CURL_SET(s->easy, CURLOPT_MAIL_RCPT, s->to);
	NW_CURL_SET(s->easy, CURLOPT_UPLOAD, 1L);
	NW_CURL_SET(s->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->body.n);
	NW_CURL_SET(s->easy, CURLOPT_READFUNCTION, on_read);
	NW_CURL_SET(s->easy, CURLOPT_READDATA, s);
	NW_CURL_SET(s->easy, CURLOPT_SEEKFUNCTION, on_seek);
	NW_CURL_SET(s->easy, CURLOPT_SEEKDATA, s);
}

/* --- its end --- */

static void on_end(void *arg, CURL *easy, CURLcode code)
{
	struct nw_sending *s = NULL;
	long status = 0;

	(void)arg;
	(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &s);
	(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	s->result = nw_transfer_result(code);
	if (s->is_mail) {
		/* What the server last said is the reason unless it was well with it. */
		if (code != CURLE_OK && status >= 400 && status <= 599)
			s->result = NW_HTTP_DONE;
		s->header.status = code == CURLE_OK ? 250 : (int)status;
	} else if (s->header.is_whole && s->header.status >= 200) {
		s->result = NW_HTTP_DONE; /* however the body ended */
	}
	nw_timer_set(s->done, 0);
}

/* Lets go of libcurl's part. QUIT is still said where a mail was sent, and no answer waited for. */
static void detach(struct nw_sending *s)
{
	struct nw_multi *multi = s->multi ? s->multi : s->sender->multi;
	curl_socket_t fd = CURL_SOCKET_BAD;

	if (!s->easy)
		return;
	if (s->is_mail)
		(void)curl_easy_getinfo(s->easy, CURLINFO_ACTIVESOCKET, &fd);
	if (fd != CURL_SOCKET_BAD)
		(void)shutdown(fd, SHUT_RD);
	(void)curl_multi_remove_handle(nw_multi_handle(multi), s->easy);
	nw_multi_free(s->multi);
	curl_easy_cleanup(s->easy);
	s->multi = NULL;
	s->easy = NULL;
}

static void free_sending(struct nw_sending *s)
{
	detach(s);
	TAILQ_REMOVE(&s->sender->sendings, s, entry);
	curl_slist_free_all(s->fields);
	curl_slist_free_all(s->to);
	nw_header_clear(&s->header);
	nw_buf_clear(&s->reply);
	nw_timer_free(s->done);
	nw_arena_free(s->arena);
}

static struct nw_str reason_of(const struct nw_sending *s)
{
	if (s->result == NW_HTTP_DONE)
		return nw_buf_str(&s->reply);
	if (s->curl_text[0])
		return nw_str(s->curl_text);
	return nw_str(nw_http_result_name(s->result));
}

static void on_done(void *arg)
{
	struct nw_sending *s = arg;
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
	TAILQ_INIT(&sender->sendings);
	return sender;
}

void nw_sender_free(struct nw_sender *sender)
{
	struct nw_sending *s;

	if (!sender)
		return;
	while ((s = TAILQ_FIRST(&sender->sendings)))
		free_sending(s);
	nw_multi_free(sender->multi);
	free(sender->user_agent);
	free(sender);
	curl_global_cleanup();
}

static void start(struct nw_sending *s, const struct nw_send_request *request)
{
	const struct nw_multi_user user = {on_end, NULL, s->sender};
	struct nw_multi *multi = s->sender->multi;

	s->easy = curl_easy_init();
	nw_curl_must(s->easy != NULL);
	set_common(s, request);
	if (s->is_mail) {
		set_mail(s, request);
		multi = s->multi = nw_multi_new(s->sender->loop, &user);
	} else {
		set_http(s, request);
	}
	nw_curl_must(curl_multi_add_handle(nw_multi_handle(multi), s->easy) == CURLM_OK);
}

struct nw_sending *nw_send(struct nw_sender *sender, const struct nw_send_request *request,
	nw_on_sent *on_sent, void *arg)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_sending *s = NW_ARENA_NEW(arena, struct nw_sending);

	s->arena = arena;
	s->sender = sender;
	s->is_mail = strncmp(request->url, "smtp", 4) == 0;
	s->body = nw_arena_str(arena, request->body);
	s->on_sent = on_sent;
	s->arg = arg;
	s->done = nw_timer_new(sender->loop, on_done, s);
	nw_header_init(&s->header);
	nw_buf_init(&s->reply, REPLY_BYTES + 1);
	TAILQ_INSERT_TAIL(&sender->sendings, s, entry);
	if (s->is_mail ? add_addresses(s, request) : add_fields(s, request)) {
		start(s, request);
	} else {
		s->result = NW_HTTP_BAD_URL;
		nw_timer_set(s->done, 0);
	}
	return s;
}

void nw_send_cancel(struct nw_sending *sending)
{
	free_sending(sending);
}
