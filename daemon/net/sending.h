#ifndef NW_NET_SENDING_H
#define NW_NET_SENDING_H

#include <stdatomic.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "net/header.h"
#include "net/multi.h"
#include "net/send.h"

/* Private to net/: one sending, by HTTP (send.c) or as a mail (send_mail.c). */

TAILQ_HEAD(nw_sending_list, nw_sending);

struct nw_sender {
	struct nw_loop *loop;
	char *user_agent;
	struct nw_multi *multi;  /* of HTTP */
	struct nw_mailbox mails; /* that have ended, from their threads */
	struct nw_sending_list sendings;
};

#define NW_SENDING_SOCKETS 8 /* of one connection: an attempt for each address */

struct nw_sending {
	struct nw_mail mail; /* first, so that a letter is one */
	TAILQ_ENTRY(nw_sending) entry;
	struct nw_sender *sender;
	struct nw_arena *arena; /* holds this, and what libcurl does not copy */
	bool is_mail;
	CURL *easy;
	struct curl_slist *fields, *to;
	struct nw_str body;
	size_t sent;

	/* Of a mail: its thread, and what another one may end it by. */
	pthread_t thread;
	bool has_thread;
	atomic_bool is_cancelled;
	pthread_mutex_t lock;
	curl_socket_t sockets[NW_SENDING_SOCKETS]; /* under lock; CURL_SOCKET_BAD: none */

	struct nw_header header;
	struct nw_buf reply;
	size_t ignored;
	char curl_text[CURL_ERROR_SIZE];

	/* Tells of the end, when libcurl is not on the stack any more; of a mail, that it is time. */
	struct nw_timer *done;
	enum nw_http_result result;
	nw_on_sent *on_sent;
	void *arg;
};

#define NW_SENDING_REPLY ((size_t)512) /* bytes of a reply, kept as the reason */

bool nw_sending_is_clean(struct nw_str s); /* no control character in it */
void nw_sending_append(struct curl_slist **list, const char *line);

/* False for an address with a control character in it. */
bool nw_sending_prepare_mail(struct nw_sending *s, const struct nw_send_request *request);
void nw_sending_start_mail(struct nw_sending *s);
/* Has its thread end soon; it comes back through the mailbox all the same. */
void nw_sending_break_mail(struct nw_sending *s);
void nw_sending_hang_up(struct nw_sending *s); /* whatever it waits for does not come */
/* After it came back, or to wait for that. */
void nw_sending_join_mail(struct nw_sending *s);

#endif
