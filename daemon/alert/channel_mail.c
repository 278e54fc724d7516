#include <sodium.h>

#include "alert/channel.h"
#include "alert/mime.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"

#define MAIL_MAX ((size_t)2 << 20)

/* Addresses alone, as SMTP wants them. */
static const char *const *envelope(struct nw_arena *arena, const struct nw_list *to)
{
	const char **list = NW_ARENA_ARRAY(arena, const char *, to->n + 1);

	for (size_t i = 0; i < to->n; i++)
		list[i] = nw_arena_str(arena, nw_mime_address(nw_str(to->v[i]))).p;
	return list;
}

static void write_message(const struct nw_delivery *d, struct nw_buf *out)
{
	char thread[NW_HASH_HEX + 1] = "";
	const struct nw_mime mime = {
		.from = d->channel->from,
		.to = d->channel->to.v,
		.subject = d->message.subject,
		.key = d->letter.key,
		.thread = {thread, NW_HASH_HEX},
		.rule = d->letter.rule,
		.text = d->message.text,
		.html = d->message.html,
		.date_s = d->now_s,
		.is_first = nw_str_eq(d->letter.transition, NW_STR("first")),
	};

	nw_hash_hex(nw_hash128(d->letter.incident), thread);
	nw_mime_write(out, &mime);
}

/* As AUTH has it (RFC 4616, and LOGIN): a server may well say what it was told. */
static void hide_login(struct nw_delivery *d, struct nw_str user, struct nw_str password)
{
	const struct nw_str plain = nw_arena_printf(
		d->arena, "%c%.*s%c%.*s", '\0', NW_ARG(user), '\0', NW_ARG(password));
	const struct nw_str forms[] = {password, plain};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const size_t n =
			sodium_base64_ENCODED_LEN(forms[i].n, sodium_base64_VARIANT_ORIGINAL);
		char *text = NW_ARENA_ARRAY(d->arena, char, n);

		nw_delivery_hide(d,
			nw_str(sodium_bin2base64(text, n, (const unsigned char *)forms[i].p,
				forms[i].n, sodium_base64_VARIANT_ORIGINAL)));
	}
}

static enum nw_err start(struct nw_delivery *d, struct nw_error *error)
{
	const struct nw_config_channel *c = d->channel;
	struct nw_str password = {0};
	struct nw_buf body;
	struct nw_send_request request = {
		.url = nw_arena_str(d->arena, c->server).p,
		.user = c->user.n ? nw_arena_str(d->arena, c->user).p : NULL,
		.from = nw_arena_str(d->arena, nw_mime_address(c->from)).p,
		.to = envelope(d->arena, &c->to),
		/* Who names the certificates wants them looked at. */
		.tls_required = nw_str_eq(c->tls, NW_STR("required")) || c->ca_file.n,
	};
	enum nw_err err = NW_OK;

	if (c->password_file.n)
		err = nw_delivery_secret(d, c->password_file, &password, error);
	if (err)
		return err;
	if (password.n) {
		request.password = nw_arena_str(d->arena, password).p;
		hide_login(d, c->user, password);
	}
	nw_buf_init(&body, MAIL_MAX);
	write_message(d, &body);
	request.body = nw_buf_str(&body);
	if (body.failed)
		err = nw_fail(error, NW_E_LIMIT, "message of more than %zu bytes", MAIL_MAX);
	else
		nw_delivery_send(d, &request);
	nw_buf_clear(&body);
	return err;
}

const struct nw_channel_kind nw_channel_mail = {"mail", start, NW_C_LETTERS_MAIL_SENT};
