#include <inttypes.h>
#include <sodium.h>

#include "alert/channel.h"
#include "alert/letter.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/str.h"

/*
 * An HTTP POST of JSON. Signed as Standard Webhooks 1.0 has it (standardwebhooks.com): the
 * HMAC-SHA256 of "ID.TIMESTAMP.BODY" in base64, whose ID is the letter's key, the same for a
 * repeat. HMAC is libsodium's, which libzmq brings along already.
 */
#define KEY_MAX 128
#define SIGNED_MAX ((size_t)1 << 21)
#define MAC_TEXT 64
#define SECRET_PREFIX "whsec_"

struct preset {
	const char *name;
	const char *method; /* NULL: POST */
	bool key_in_path;   /* "/KEY" after the address: the server knows a repeat by it */
	struct nw_letter_template template;
};

#define JSON(text)                     \
	{                              \
		text, sizeof(text) - 1 \
	}

/*
 * What each takes, and how much: its limits are of characters, and where they are of bytes a third
 * of these, since a unit of UTF-16 is 3 bytes of UTF-8 at most.
 */
static const struct preset presets[] = {
	/* https://api.slack.com/reference/surfaces/formatting; cut there at 40,000. */
	{"slack", NULL, false,
		{JSON("{\"text\":\"{{text}}\",\"mrkdwn\":false,\"unfurl_links\":false,"
		      "\"unfurl_media\":false}"),
			NW_LETTER_SLACK, 30000}},
	/* https://docs.mattermost.com/developers/integrate/webhooks/incoming; 16,383. */
	{"mattermost", NULL, false, {JSON("{\"text\":\"{{text}}\"}"), NW_LETTER_MARKDOWN, 16000}},
	/* https://discord.com/developers/docs/resources/webhook; flags: no preview of any link. */
	{"discord", NULL, false,
		{JSON("{\"content\":\"{{text}}\",\"allowed_mentions\":{\"parse\":[]},\"flags\":4}"),
			NW_LETTER_MARKDOWN, 2000}},
	/*
	 * A card for a workflow (learn.microsoft.com, "Create and send messages"), 28 KB at most.
	 * A RichTextBlock has no Markdown, and keeps the ends of lines.
	 */
	{"teams", NULL, false,
		{JSON("{\"type\":\"message\",\"attachments\":[{\"contentType\":"
		      "\"application/vnd.microsoft.card.adaptive\",\"contentUrl\":null,"
		      "\"content\":{\"$schema\":"
		      "\"http://adaptivecards.io/schemas/adaptive-card.json\",\"type\":"
		      "\"AdaptiveCard\",\"version\":\"1.4\",\"msteams\":{\"width\":\"Full\"},"
		      "\"body\":[{\"type\":\"RichTextBlock\",\"inlines\":[{\"type\":\"TextRun\","
		      "\"text\":\"{{text}}\"}]}]}}]}"),
			NW_LETTER_PLAIN, 8000}},
	/*
	 * To .../rooms/ROOM/send/m.room.message; the key is the transaction's id. An event is
	 * 65,536 bytes at most; an empty m.mentions (1.7 of the specification) is nobody.
	 */
	{"matrix", "PUT", true,
		{JSON("{\"msgtype\":\"m.text\",\"body\":\"{{text}}\",\"m.mentions\":{}}"),
			NW_LETTER_PLAIN, 20000}},
	/* To .../botTOKEN/sendMessage?chat_id=ID. Without parse_mode there is nothing to escape. */
	{"telegram", NULL, false,
		{JSON("{\"text\":\"{{text}}\",\"link_preview_options\":{\"is_disabled\":true}}"),
			NW_LETTER_PLAIN, 4096}},
};

static const struct preset own = {NULL, NULL, false, {JSON("\"{{json}}\""), NW_LETTER_PLAIN, 0}};

static const struct preset *find_preset(struct nw_str name)
{
	for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++)
		if (nw_str_eq(name, nw_str(presets[i].name)))
			return &presets[i];
	return &own;
}

enum nw_err nw_webhook_body(struct nw_delivery *d, struct nw_str *body, struct nw_error *error)
{
	struct nw_letter_template template = find_preset(d->channel->preset)->template;
	enum nw_err err = NW_OK;

	if (d->channel->template_file.n) {
		const char *path = nw_arena_str(d->arena, d->channel->template_file).p;

		err = nw_file_read_regular(d->arena, path, NW_TEMPLATE_MAX, &template.json, error);
	}
	return err ? err : nw_letter_fill(d, &template, body, error);
}

/* The bytes of a secret; one that begins with "whsec_" is base64, as the specification has it. */
static bool read_key(struct nw_str secret, unsigned char key[KEY_MAX], size_t *n)
{
	const struct nw_str prefix = NW_STR(SECRET_PREFIX);

	*n = 0;
	if (nw_str_starts(secret, prefix)) {
		const struct nw_str text = nw_str_from(secret, prefix.n);

		return sodium_base642bin(key, KEY_MAX, text.p, text.n, NULL, n, NULL,
			       sodium_base64_VARIANT_ORIGINAL) == 0;
	}
	if (secret.n > KEY_MAX)
		return false;
	*n = secret.n;
	memcpy(key, secret.p, secret.n);
	return true;
}

static enum nw_err sign(struct nw_delivery *d, struct nw_str body, struct nw_str timestamp,
	struct nw_str *signature, struct nw_error *error)
{
	unsigned char key[KEY_MAX], mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	char text[MAC_TEXT];
	struct nw_str secret;
	size_t n;
	const enum nw_err err = nw_delivery_secret(d, d->channel->secret_file, &secret, error);

	if (err)
		return err;
	if (!read_key(secret, key, &n))
		return nw_fail(error, NW_E_SYSTEM,
			"the secret of secret-file is no key: write up to %d characters, or "
			"" SECRET_PREFIX " and base64",
			KEY_MAX);
	(void)crypto_auth_hmacsha256_init(&state, key, n);
	for (int i = 0; i < 2; i++) {
		const struct nw_str part = i ? timestamp : d->letter.key;

		(void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)part.p, part.n);
		(void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)".", 1);
	}
	(void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)body.p, body.n);
	(void)crypto_auth_hmacsha256_final(&state, mac);
	sodium_memzero(key, sizeof(key));
	sodium_memzero(&state, sizeof(state));
	*signature = nw_arena_printf(d->arena, "v1,%s",
		sodium_bin2base64(
			text, sizeof(text), mac, sizeof(mac), sodium_base64_VARIANT_ORIGINAL));
	return NW_OK;
}

static void send_body(struct nw_delivery *d, const struct preset *preset, struct nw_str url,
	struct nw_str body, const struct nw_str header[3])
{
	const struct nw_send_field fields[] = {
		{"Content-Type", NW_STR("application/json")},
		{"Idempotency-Key", d->letter.key},
		{"webhook-id", d->letter.key},
		{"webhook-timestamp", header[0]},
		{"webhook-signature", header[1]},
		{"Authorization",
			header[2].n ? nw_arena_printf(d->arena, "Bearer %.*s", NW_ARG(header[2]))
				    : NW_STR("")},
	};
	const struct nw_str slash = nw_str_ends(url, NW_STR("/")) ? NW_STR("") : NW_STR("/");
	struct nw_send_request request = {
		.url = preset->key_in_path ? nw_arena_printf(d->arena, "%.*s%.*s%.*s", NW_ARG(url),
						     NW_ARG(slash), NW_ARG(d->letter.key))
						     .p
					   : nw_arena_str(d->arena, url).p,
		.method = preset->method,
		.body = body,
		.fields = fields,
		.n_fields = sizeof(fields) / sizeof(fields[0]),
	};

	nw_delivery_send(d, &request);
}

static enum nw_err start(struct nw_delivery *d, struct nw_error *error)
{
	const struct nw_config_channel *c = d->channel;
	const struct preset *preset = find_preset(c->preset);
	/* The time, the signature, the token. */
	struct nw_str header[3] = {nw_arena_printf(d->arena, "%" PRId64, d->now_s), {0}, {0}};
	struct nw_str url, body;
	enum nw_err err = nw_delivery_url(d, &url, error);

	if (!err)
		err = nw_webhook_body(d, &body, error);
	if (!err && c->secret_file.n)
		err = sign(d, body, header[0], &header[1], error);
	if (!err && c->password_file.n)
		err = nw_delivery_secret(d, c->password_file, &header[2], error);
	if (!err)
		send_body(d, preset, url, body, header);
	return err;
}

const struct nw_channel_kind nw_channel_webhook = {"webhook", start, NW_C_LETTERS_WEBHOOK_SENT};
