#ifndef NW_NET_SEND_H
#define NW_NET_SEND_H

#include "net/http.h"

/*
 * Sending through libcurl: a body by HTTP (POST, PUT) on the loop, a message by SMTP (RFC 5321;
 * smtps://, STARTTLS by RFC 3207, AUTH by RFC 4954) on a thread for each, see send_mail.c. Where to is what the operator
 * wrote in the configuration, never what a feed said: so there is no guard against private
 * addresses here, and redirects are not followed, which are what somebody else says.
 */
struct nw_sender;
struct nw_sending;

struct nw_sender_options {
	const char *user_agent;
};

struct nw_sender *nw_sender_new(struct nw_loop *loop, const struct nw_sender_options *options);
/* What is under way ends without a callback. Not from within on_sent. */
void nw_sender_free(struct nw_sender *sender);

struct nw_send_field {
	const char *name;
	struct nw_str value; /* empty: left out */
};

struct nw_send_request {
	const char *url;             /* http, https, smtp or smtps; without a user in it */
	const char *user, *password; /* Basic, or AUTH, for which smtp:// needs tls_required too */
	bool tls_required;   /* of smtp://: not without STARTTLS; else where the server has it */
	const char *ca_file; /* certificates to trust, PEM; NULL: the system's */
	struct nw_str body;  /* for SMTP: the message whole, its lines ending in CRLF */
	int64_t timeout_ms;  /* over all; more than 0 */
	int64_t connect_timeout_ms;

	const char *method; /* of HTTP; NULL: POST */
	const struct nw_send_field *fields;
	size_t n_fields;

	const char *from;      /* of SMTP: addresses without a name and brackets */
	const char *const *to; /* NULL at the end; one that is refused fails the whole */
};

/* All strings live until on_sent returns. */
struct nw_send_response {
	/*
	 * DONE: the peer has answered, with status; of SMTP 250 where it took the message, else
	 * what it said of this message. REFUSED: what it said before that, to us: no service, a
	 * login that is wrong.
	 */
	enum nw_http_result result;
	int status;
	int64_t retry_after_s; /* as in struct nw_http_response */
	/* For a person: why not; of an answer what its body, or the reply's line, begins with. */
	struct nw_str reason;
};

typedef void nw_on_sent(void *arg, const struct nw_send_response *response);

/*
 * Copies the request. on_sent is called once, from the loop, never from within this call. A
 * field or address with a control character in it is NW_HTTP_BAD_URL: nothing is sent.
 */
struct nw_sending *nw_send(struct nw_sender *sender, const struct nw_send_request *request,
	nw_on_sent *on_sent, void *arg);
void nw_send_cancel(struct nw_sending *sending); /* on_sent is not called; not from within it */

#endif
