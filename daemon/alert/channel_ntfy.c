#include "alert/channel.h"
#include "alert/letter.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/*
 * ntfy (https://docs.ntfy.sh/publish): published as JSON to the server itself, with the topic
 * in it, since a header takes no UTF-8. sequence_id is the letter's key: a server that knows
 * it shows a repeat in the place of what it repeats.
 */
#define BODY_MAX ((size_t)64 << 10)

/* What a phone does of it, by how a transition begins; the last row is for all others. */
static const struct {
	const char *transition;
	int priority; /* 1 to 5 */
	const char *tag;
} looks[] = {
	{"escalation", 5, "rotating_light"},
	{"withdrawn", 4, "wastebasket"},
	{"correction", 4, "pencil2"},
	{"first", 4, "newspaper"},
	{"digest", 2, "bookmark_tabs"},
	{"", 3, "newspaper"},
};

static size_t look_of(struct nw_str transition)
{
	size_t i = 0;

	while (!nw_str_starts(transition, nw_str(looks[i].transition)))
		i++;
	return i;
}

static void write_body(struct nw_delivery *d, struct nw_str topic, struct nw_buf *body)
{
	const size_t look = look_of(d->letter.transition);
	json_t *o = json_object(), *tags = json_array();

	nw_json_set_str(o, "topic", topic);
	nw_json_set_str(o, "title", d->message.subject);
	nw_json_set_str(o, "message", d->message.notice);
	nw_json_set_str(o, "click", d->message.link);
	nw_json_set_int(o, "priority", looks[look].priority);
	nw_json_append(tags, nw_json_str(nw_str(looks[look].tag)));
	nw_json_set(o, "tags", tags);
	nw_json_set_str(o, "sequence_id", d->letter.key);
	nw_json_write(body, o);
	json_decref(o);
}

/* "https://ntfy.example.org/duty" -> the server's "https://ntfy.example.org/", and "duty". */
static bool split(struct nw_str url, struct nw_str *server, struct nw_str *topic)
{
	size_t at = url.n;

	while (at && url.p[at - 1] != '/')
		at--;
	*server = nw_str_head(url, at);
	*topic = nw_str_from(url, at);
	return topic->n && server->n > sizeof("https://") - 1;
}

static enum nw_err start(struct nw_delivery *d, struct nw_error *error)
{
	struct nw_str url, server, topic, token = {0};
	struct nw_buf body;
	enum nw_err err = nw_delivery_url(d, &url, error);

	if (!err && !split(url, &server, &topic))
		err = nw_fail(error, NW_E_SYSTEM, "the address ends without a topic");
	if (!err && d->channel->password_file.n)
		err = nw_delivery_secret(d, d->channel->password_file, &token, error);
	if (err)
		return err;
	nw_buf_init(&body, BODY_MAX);
	write_body(d, topic, &body);
	{
		const struct nw_send_field fields[] = {
			{"Content-Type", NW_STR("application/json")},
			{"Idempotency-Key", d->letter.key},
			{"Authorization",
				token.n ? nw_arena_printf(d->arena, "Bearer %.*s", NW_ARG(token))
					: NW_STR("")},
		};
		struct nw_send_request request = {
			.url = nw_arena_str(d->arena, server).p,
			.body = nw_buf_str(&body),
			.fields = fields,
			.n_fields = sizeof(fields) / sizeof(fields[0]),
		};

		nw_delivery_send(d, &request);
	}
	nw_buf_clear(&body);
	return NW_OK;
}

const struct nw_channel_kind nw_channel_ntfy = {"ntfy", start, NW_C_LETTERS_NTFY_SENT};
