#include "alert/channel.h"

#include "alert/files.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/text.h"
#include "base/url.h"

#define REASON_BYTES 300
#define SECRET_LEAST 4 /* bytes: of fewer, every second reason would have them in it by chance */
#define PIECE_LEAST 12 /* of an address: "services" and its like are no secret */
#define CONNECT_MS 10000

const struct nw_channel_kind *const nw_channel_kinds[] = {
	&nw_channel_mail,
	&nw_channel_webhook,
	&nw_channel_ntfy,
	&nw_channel_exec,
	&nw_channel_file,
	NULL,
};

static const struct nw_channel_kind *find_kind(struct nw_str type)
{
	const struct nw_channel_kind *const *kind = nw_channel_kinds;

	while (*kind && !nw_str_eq(type, nw_str((*kind)->name)))
		kind++;
	return *kind;
}

const struct nw_channel_kind *nw_channel_kind_of(struct nw_str channel)
{
	return find_kind(nw_str_head(channel, nw_str_find(channel, NW_STR(":"))));
}

/* --- secrets --- */

void nw_delivery_hide(struct nw_delivery *d, struct nw_str secret)
{
	if (secret.n >= SECRET_LEAST && d->n_secrets < NW_DELIVERY_SECRETS)
		d->secrets[d->n_secrets++] = secret;
}

enum nw_err nw_delivery_secret(
	struct nw_delivery *d, struct nw_str where, struct nw_str *secret, struct nw_error *error)
{
	const enum nw_err err = nw_secret_read(d->arena, where, secret, error);

	if (!err)
		nw_delivery_hide(d, *secret);
	return err;
}

/*
 * Those who give an address as a secret have it in the path or behind it. A peer may say it in
 * pieces, or with its slashes escaped, as JSON may have them.
 */
static void hide_address(struct nw_delivery *d, const struct nw_url *parts)
{
	struct nw_str rest = nw_str_from(parts->path, 1), piece;

	if (parts->path.n > 1)
		nw_delivery_hide(d, rest);
	nw_delivery_hide(d, parts->query);
	while (nw_str_cut(&rest, '/', &piece))
		if (piece.n >= PIECE_LEAST)
			nw_delivery_hide(d, piece);
	rest = parts->query;
	while (nw_str_cut(&rest, '&', &piece)) {
		piece = nw_str_from(piece, nw_str_find(piece, NW_STR("=")) + 1);
		if (piece.n >= PIECE_LEAST)
			nw_delivery_hide(d, piece);
	}
}

enum nw_err nw_delivery_url(struct nw_delivery *d, struct nw_str *url, struct nw_error *error)
{
	const struct nw_config_channel *c = d->channel;
	struct nw_url parts;
	enum nw_err err = NW_OK;

	*url = c->url;
	if (!url->n)
		err = nw_secret_read(d->arena, c->url_file, url, error);
	if (err)
		return err;
	if (!nw_url_is_web(*url) || !nw_url_parse(*url, &parts))
		return nw_fail(error, NW_E_SYSTEM, "no web address in the file of url-file");
	if (c->password_file.n && !nw_config_is_secure(*url))
		return nw_fail(error, NW_E_SYSTEM,
			"the token would go where others can read it: write https:// into the "
			"file of url-file");
	hide_address(d, &parts);
	return NW_OK;
}

static bool shows_secret(const struct nw_delivery *d, struct nw_str text)
{
	for (size_t i = 0; i < d->n_secrets; i++)
		if (nw_str_find(text, d->secrets[i]) < text.n)
			return true;
	return false;
}

static struct nw_str tidy(const struct nw_delivery *d, struct nw_str reason)
{
	if (shows_secret(d, reason))
		return NW_STR("the reason has a secret in it");
	return nw_text_line(d->arena, nw_str_head(reason, REASON_BYTES));
}

/* --- the end --- */

static void free_delivery(struct nw_delivery *d)
{
	nw_timer_free(d->timer);
	nw_arena_free(d->arena);
}

void nw_delivery_end(struct nw_delivery *d, const struct nw_delivered *delivered)
{
	struct nw_delivered told = *delivered;

	told.reason = told.state == NW_DELIVERED ? NW_STR("") : tidy(d, told.reason);
	d->on_delivered(d->arg, &told);
	free_delivery(d);
}

static void on_failed(void *arg)
{
	struct nw_delivery *d = arg;
	const struct nw_delivered delivered = {.state = NW_DELIVER_AGAIN,
		.reason = nw_arena_printf(d->arena, "%s%s%s", d->error.file,
			d->error.file[0] ? ": " : "", d->error.text)};

	nw_delivery_end(d, &delivered);
}

void nw_delivery_cancel(struct nw_delivery *d)
{
	if (d->sending)
		nw_send_cancel(d->sending);
	if (d->child)
		nw_child_kill(d->child);
	if (d->file)
		nw_files_forget(d->file);
	free_delivery(d);
}

/* --- the beginning --- */

static struct nw_letter_row keep_letter(struct nw_arena *arena, const struct nw_letter_row *letter)
{
	struct nw_letter_row kept = *letter;

	kept.key = nw_arena_str(arena, letter->key);
	kept.incident = nw_arena_str(arena, letter->incident);
	kept.rule = nw_arena_str(arena, letter->rule);
	kept.channel = nw_arena_str(arena, letter->channel);
	kept.transition = nw_arena_str(arena, letter->transition);
	kept.payload = nw_arena_str(arena, letter->payload);
	kept.error = NW_STR("");
	return kept;
}

static enum nw_err begin(struct nw_delivery *d, struct nw_error *error)
{
	const struct nw_channel_kind *kind = find_kind(d->channel->type);
	const enum nw_err err = nw_alert_message(d->arena, d->letter.payload, &d->message, error);

	if (err)
		return err;
	if (!kind)
		return nw_fail(error, NW_E_UNKNOWN, "no channel of this kind: '%.*s'",
			NW_ARG(d->channel->type));
	return kind->start(d, error);
}

struct nw_delivery *nw_delivery_start(const struct nw_channel_world *world,
	const struct nw_config_channel *channel, const struct nw_letter_row *letter, int64_t now_s,
	nw_on_delivered *on_delivered, void *arg)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_delivery *d = NW_ARENA_NEW(arena, struct nw_delivery);

	d->arena = arena;
	d->world = world;
	d->channel = channel;
	d->letter = keep_letter(arena, letter);
	d->now_s = now_s;
	d->on_delivered = on_delivered;
	d->arg = arg;
	d->timer = nw_timer_new(world->loop, on_failed, d);
	if (begin(d, &d->error))
		nw_timer_set(d->timer, 0);
	return d;
}

/* --- over the network --- */

/*
 * What is said of this very letter is the same answer for ever: of HTTP these (RFC 9110, 15.5),
 * of SMTP 5yz (RFC 5321, 4.2.1) to the message. What is wrong with the address, the token or
 * the receiver, such as 401, 404 or a mail server's 535 to a password, somebody will mend.
 */
static bool is_refusal(int status)
{
	static const int refusals[] = {400, 410, 413, 414, 415, 422, 431};

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (status == refusals[i])
			return true;
	}
	return false;
}

static enum nw_delivered_state judge(const struct nw_send_response *r, bool is_mail)
{
	if (r->result == NW_HTTP_BAD_URL)
		return NW_DELIVER_NEVER;
	if (r->result != NW_HTTP_DONE)
		return NW_DELIVER_AGAIN;
	if (r->status >= 200 && r->status <= 299)
		return NW_DELIVERED;
	if (is_mail)
		return r->status <= 499 ? NW_DELIVER_AGAIN : NW_DELIVER_NEVER;
	return is_refusal(r->status) ? NW_DELIVER_NEVER : NW_DELIVER_AGAIN;
}

static struct nw_str word_reason(const struct nw_delivery *d, const struct nw_send_response *r)
{
	const char *name = nw_http_result_name(r->result);

	if (r->result != NW_HTTP_DONE)
		return nw_arena_printf(d->arena, "%s: %.*s", name, NW_ARG(tidy(d, r->reason)));
	return nw_arena_printf(d->arena, "status %d%s%.*s", r->status, r->reason.n ? ": " : "",
		NW_ARG(tidy(d, r->reason)));
}

static void on_sent(void *arg, const struct nw_send_response *response)
{
	struct nw_delivery *d = arg;
	const bool is_mail = nw_str_eq(d->channel->type, NW_STR("mail"));
	const struct nw_delivered delivered = {.state = judge(response, is_mail),
		/* One more, since the second that it is now has begun. */
		.retry_after_s = response->retry_after_s > 0 ? response->retry_after_s + 1 : 0,
		.reason = word_reason(d, response)};

	nw_delivery_end(d, &delivered);
}

void nw_delivery_send(struct nw_delivery *d, struct nw_send_request *request)
{
	const int64_t timeout_ms = d->channel->timeout_ms;

	if (d->channel->ca_file.n)
		request->ca_file = d->channel->ca_file.p;
	request->timeout_ms = timeout_ms;
	request->connect_timeout_ms = timeout_ms < CONNECT_MS ? timeout_ms : CONNECT_MS;
	d->sending = nw_send(d->world->sender, request, on_sent, d);
}
