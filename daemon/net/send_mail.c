#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "net/sending.h"
#include "net/transfer.h"
#include "rt/pool.h"

/*
 * A mail has a thread while it is under way. libcurl 7.88 speaks SMTP without waiting only up to
 * the end of the message: the reply to that, which a server may think about for minutes, and the
 * one to QUIT it waits for where it stands, and on the loop everything would wait with it.
 */

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
/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static size_t on_reply(char *line, size_t size, size_t n, void *arg)
{
	struct nw_sending *s = arg;
	const struct nw_str text = nw_str_trim((struct nw_str){line, size * n});

	if (text.n > 3 && (text.p[0] == '4' || text.p[0] == '5')) {
		nw_buf_empty(&s->reply);
		nw_buf_add(&s->reply, nw_str_head(text, NW_SENDING_REPLY));
	}
	return size * n;
}

static int on_progress(
	void *arg, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up)
{
	struct nw_sending *s = arg;

	(void)total;
	(void)now;
	(void)up_total;
	(void)up;
	return atomic_load(&s->is_cancelled);
}

/* --- its sockets --- */

static curl_socket_t on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	struct nw_sending *s = arg;
	size_t i = 0;

	(void)purpose;
	pthread_mutex_lock(&s->lock);
	while (i < NW_SENDING_SOCKETS && s->sockets[i] != CURL_SOCKET_BAD)
		i++;
	if (i < NW_SENDING_SOCKETS && !atomic_load(&s->is_cancelled))
		s->sockets[i] = fd;
	pthread_mutex_unlock(&s->lock);
	return fd;
}

static int on_close_socket(void *arg, curl_socket_t fd)
{
	struct nw_sending *s = arg;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < NW_SENDING_SOCKETS; i++)
		if (s->sockets[i] == fd)
			s->sockets[i] = CURL_SOCKET_BAD;
	(void)close(fd);
	pthread_mutex_unlock(&s->lock);
	return 0;
}

static void shut(struct nw_sending *s, int how)
{
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < NW_SENDING_SOCKETS; i++)
		if (s->sockets[i] != CURL_SOCKET_BAD)
			(void)shutdown(s->sockets[i], how);
	pthread_mutex_unlock(&s->lock);
}

/* --- its life --- */

static bool add_addresses(struct nw_sending *s, const struct nw_send_request *request)
{
	if (!nw_sending_is_clean(nw_str(request->from)))
		return false;
	for (const char *const *to = request->to; *to; to++) {
		if (!nw_sending_is_clean(nw_str(*to)))
			return false;
		nw_sending_append(&s->to, nw_arena_printf(s->arena, "<%s>", *to).p);
	}
	return s->to != NULL;
}

/*
 * A password goes over no line that others can read. Once STARTTLS is offered it is not gone on
 * without: a certificate that is wrong ends it.
 */
bool nw_sending_prepare_mail(struct nw_sending *s, const struct nw_send_request *request)
{
	const bool is_required = request->tls_required || request->user || request->password;
	const long tls = is_required ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY;

	if (!add_addresses(s, request))
		return false;
	NW_CURL_SET(s->easy, CURLOPT_USE_SSL, tls);
	NW_CURL_SET(s->easy, CURLOPT_MAIL_FROM, nw_arena_printf(s->arena, "<%s>", request->from).p);
	NW_CURL_SET(s->easy, CURLOPT_MAIL_RCPT, s->to);
	NW_CURL_SET(s->easy, CURLOPT_UPLOAD, 1L);
	NW_CURL_SET(s->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->body.n);
	NW_CURL_SET(s->easy, CURLOPT_READFUNCTION, on_read);
	NW_CURL_SET(s->easy, CURLOPT_READDATA, s);
	NW_CURL_SET(s->easy, CURLOPT_SEEKFUNCTION, on_seek);
	NW_CURL_SET(s->easy, CURLOPT_SEEKDATA, s);
	NW_CURL_SET(s->easy, CURLOPT_HEADERFUNCTION, on_reply);
	NW_CURL_SET(s->easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	NW_CURL_SET(s->easy, CURLOPT_XFERINFODATA, s);
	NW_CURL_SET(s->easy, CURLOPT_NOPROGRESS, 0L);
	NW_CURL_SET(s->easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	NW_CURL_SET(s->easy, CURLOPT_OPENSOCKETDATA, s);
	NW_CURL_SET(s->easy, CURLOPT_CLOSESOCKETFUNCTION, on_close_socket);
	NW_CURL_SET(s->easy, CURLOPT_CLOSESOCKETDATA, s);
	return true;
}

/*
 * What the server last said is the reason, unless it was well with it. Of the message itself it
 * is what answers MAIL, RCPT and DATA, which is libcurl's "send error", and the message's end.
 */
static void judge(struct nw_sending *s, CURLcode code)
{
	const bool is_of_message = code == CURLE_SEND_ERROR || s->sent > 0;
	long status = 0;

	(void)curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
	s->result = nw_transfer_result(code);
	if (code != CURLE_OK && status >= 400 && status <= 599 && s->reply.n)
		s->result = is_of_message ? NW_HTTP_DONE : NW_HTTP_REFUSED;
	else if (code == CURLE_USE_SSL_FAILED)
		(void)snprintf(s->curl_text, sizeof(s->curl_text),
			"the server has no STARTTLS, and nothing is sent to it without");
	s->header.status = code == CURLE_OK ? 250 : (int)status;
}

static void *run(void *arg)
{
	struct nw_sending *s = arg;

	judge(s, curl_easy_perform(s->easy));
	/* QUIT is still said, and no answer waited for. */
	shut(s, SHUT_RD);
	curl_easy_cleanup(s->easy);
	s->easy = NULL;
	nw_mailbox_post(&s->sender->mails, &s->mail);
	return NULL;
}

void nw_sending_start_mail(struct nw_sending *s)
{
	s->has_thread = true;
	nw_thread_start(&s->thread, "nw-mail", run, s);
}

void nw_sending_hang_up(struct nw_sending *s)
{
	shut(s, SHUT_RDWR);
}

void nw_sending_break_mail(struct nw_sending *s)
{
	atomic_store(&s->is_cancelled, true);
	shut(s, SHUT_RDWR);
}

void nw_sending_join_mail(struct nw_sending *s)
{
	if (s->has_thread)
		pthread_join(s->thread, NULL);
	s->has_thread = false;
}
