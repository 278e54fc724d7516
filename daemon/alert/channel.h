#ifndef NW_ALERT_CHANNEL_H
#define NW_ALERT_CHANNEL_H

#include "alert/message.h"
#include "config/alert.h"
#include "net/send.h"
#include "rt/child.h"
#include "rt/metrics.h"
#include "store/alerts.h"

/*
 * How a letter leaves: one delivery of it through one channel. Each kind of channel is a file,
 * channel_<kind>.c, and a row of nw_channel_kinds. Secrets are read when they are used, kept
 * no longer, and are in no reason: those go to the log and to `newswire alerts`.
 */

/* What deliveries share; kept by the caller until the last of them is over. */
struct nw_channel_world {
	struct nw_loop *loop;
	struct nw_sender *sender;
	struct nw_files *files; /* alert/files.h */
};

enum nw_delivered_state {
	NW_DELIVERED,
	NW_DELIVER_AGAIN, /* it may go better later */
	NW_DELIVER_NEVER, /* it cannot: the peer will say the same of it again */
};

struct nw_delivered {
	enum nw_delivered_state state;
	int64_t retry_after_s; /* what the peer asked for; 0: nothing */
	struct nw_str reason;  /* one line, without secrets; empty where it was delivered */
};

typedef void nw_on_delivered(void *arg, const struct nw_delivered *delivered);

#define NW_DELIVERY_SECRETS 16

struct nw_delivery {
	struct nw_arena *arena;
	const struct nw_channel_world *world;
	const struct nw_config_channel *channel; /* borrowed: the configuration's */
	struct nw_letter_row letter;
	struct nw_alert_message message;
	int64_t now_s;

	/* What is under way: one of these. */
	struct nw_sending *sending;
	struct nw_child *child;
	struct nw_file_job *file;
	struct nw_timer *timer; /* tells of what failed before it began */
	struct nw_error error;

	struct nw_str secrets[NW_DELIVERY_SECRETS]; /* in the arena; not to be told anyone */
	size_t n_secrets;
	nw_on_delivered *on_delivered;
	void *arg;
};

struct nw_channel_kind {
	const char *name; /* the type of the configuration's channel */
	/*
	 * Begins it; at its end, from the loop, nw_delivery_end is called. An error is one that may
	 * pass, such as a file that cannot be read; NW_E_SYNTAX one that will not.
	 */
	enum nw_err (*start)(struct nw_delivery *d, struct nw_error *error);
	enum nw_counter counter; /* of what was sent; those of failures and dead letters follow */
};

extern const struct nw_channel_kind *const nw_channel_kinds[]; /* NULL at the end */
/* Of a channel's name, "mail:desk"; NULL: of none there is. */
const struct nw_channel_kind *nw_channel_kind_of(struct nw_str channel);

/*
 * Copies the letter, which has its payload. on_delivered is called once, from the loop, never
 * from within this call.
 */
struct nw_delivery *nw_delivery_start(const struct nw_channel_world *world,
	const struct nw_config_channel *channel, const struct nw_letter_row *letter, int64_t now_s,
	nw_on_delivered *on_delivered, void *arg);
void nw_delivery_cancel(struct nw_delivery *d); /* on_delivered is not called */

/* --- for the kinds --- */

void nw_delivery_end(struct nw_delivery *d, const struct nw_delivered *delivered); /* frees d */

/* nw_secret_read, remembered so that no reason shows it. */
enum nw_err nw_delivery_secret(struct nw_delivery *d, struct nw_str where, struct nw_str *secret,
	struct nw_error *error) NW_MUST;
/* Another form of a secret, as it goes over the line: no reason shows it either. */
void nw_delivery_hide(struct nw_delivery *d, struct nw_str secret);
/*
 * The channel's url, or what its file holds; what follows the host is a secret. NW_E_SYSTEM too
 * where a token of password-file would go there in the clear.
 */
enum nw_err nw_delivery_url(
	struct nw_delivery *d, struct nw_str *url, struct nw_error *error) NW_MUST;
/* Sends, with the channel's timeout, and ends the delivery by what the peer answers. */
void nw_delivery_send(struct nw_delivery *d, struct nw_send_request *request);

#define NW_TEMPLATE_MAX ((size_t)64 << 10) /* bytes of a template's file */
/* What a webhook is sent: by its template, its preset, or else the letter's JSON. */
enum nw_err nw_webhook_body(
	struct nw_delivery *d, struct nw_str *body, struct nw_error *error) NW_MUST;

extern const struct nw_channel_kind nw_channel_mail, nw_channel_webhook, nw_channel_ntfy,
	nw_channel_exec, nw_channel_file;

#endif
