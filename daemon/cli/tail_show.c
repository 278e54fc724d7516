#include <inttypes.h>
#include <time.h>

#include "article/wire.h"
#include "base/json.h"
#include "base/str.h"
#include "base/utf8.h"
#include "cli/command.h"
#include "cli/tail.h"

#define JSON_TEXT_MAX ((size_t)64 << 20)

static const char dim[] = "\033[2m", bold[] = "\033[1m", cyan[] = "\033[36m", plain[] = "\033[0m";

static void put_styled(FILE *out, const char *style, bool colour, struct nw_str text)
{
	if (colour)
		fputs(style, out);
	nw_cli_put(out, text);
	if (colour)
		fputs(plain, out);
}

/* When it came in, at this place's own time. */
static void put_time(FILE *out, int64_t unix_ms, bool colour)
{
	const time_t t = (time_t)(unix_ms / 1000);
	char text[32] = "?";
	struct tm local;

	if (localtime_r(&t, &local))
		(void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local);
	put_styled(out, dim, colour, nw_str(text));
}

static void put_tags(FILE *out, const json_t *holder, bool colour)
{
	const json_t *tags = json_object_get(holder, "tags"), *tag;
	size_t i;

	json_array_foreach(tags, i, tag)
	{
		fputs("  ", out);
		put_styled(out, cyan, colour, nw_str(json_string_value(tag)));
	}
}

/* A redirect's end is where a reader wants to go; else the item's own address. */
static struct nw_str url_of(const json_t *item)
{
	const struct nw_str url = nw_json_get_str(item, "external_url");

	return url.n ? url : nw_json_get_str(item, "url");
}

/* Of an article where it is from; of a story what became of it. */
static void put_origin(
	FILE *out, const struct nw_message *message, const json_t *extension, bool colour)
{
	const json_t *story = json_object_get(extension, "story");
	const struct nw_str source = nw_json_get_str(extension, "source");

	if (message->kind == NW_KIND_STORY) {
		nw_cli_put(out, nw_json_get_str(story, "change"));
		fprintf(out,
			", %" JSON_INTEGER_FORMAT " articles, %" JSON_INTEGER_FORMAT " sources",
			(json_int_t)nw_json_get_int(story, "articles", 0),
			(json_int_t)nw_json_get_int(story, "sources", 0));
		fputs("  ", out);
		put_styled(out, dim, colour, nw_json_get_str(story, "id"));
		return;
	}
	nw_cli_put(out, source.n ? source : nw_json_get_str(extension, "feed"));
}

void nw_tail_show(FILE *out, const struct nw_message *message, bool colour)
{
	const bool is_story = message->kind == NW_KIND_STORY;
	const json_t *extension;
	json_t *item;

	if (nw_json_parse(message->json, &item, NULL))
		item = json_object();
	extension = json_object_get(item, "_newswire");
	put_time(out, message->unix_ms, colour);
	if (message->kind != NW_KIND_ITEM)
		fprintf(out, "  (%s)", nw_kind_name(message->kind));
	put_tags(out, is_story ? json_object_get(extension, "story") : item, colour);
	fputs("  ", out);
	put_styled(out, bold, colour, nw_json_get_str(item, "title"));
	fputs("\n    ", out);
	put_origin(out, message, extension, colour);
	if (!is_story) {
		fputs("  ", out);
		put_styled(out, dim, colour, url_of(item));
	}
	putc('\n', out);
	json_decref(item);
}

/* Controls, and what changes the direction of text, as JSON writes them where they may not stand. */
static bool is_escaped(uint32_t c)
{
	return (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200e || c == 0x200f ||
		(c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* JSON stays the same JSON: these can only stand in its strings. */
static void put_json(FILE *out, struct nw_str json)
{
	while (json.n) {
		const char *const start = json.p;
		const uint32_t c = nw_utf8_next(&json);

		if (c < 0x20)
			putc(' ', out);
		else if (is_escaped(c) || c == 0xfffd)
			fprintf(out, "\\u%04" PRIx32, c);
		else
			(void)fwrite(start, 1, (size_t)(json.p - start), out);
	}
}

void nw_tail_json(FILE *out, const struct nw_message *message)
{
	const struct nw_str item = nw_str_trim(message->json);
	json_t *text = nw_json_str(message->text);
	struct nw_buf buf;

	nw_buf_init(&buf, JSON_TEXT_MAX);
	nw_json_write(&buf, text);
	json_decref(text);
	if (nw_str_ends(item, NW_STR("}")) && item.n > 2 && !buf.failed) {
		put_json(out, nw_str_head(item, item.n - 1));
		fputs(",\"content_text\":", out);
		put_json(out, nw_buf_str(&buf));
		putc('}', out);
	} else {
		put_json(out, item);
	}
	putc('\n', out);
	nw_buf_clear(&buf);
}

void nw_tail_text(FILE *out, const struct nw_message *message)
{
	struct nw_str rest = message->text, line;

	while (nw_str_cut(&rest, '\n', &line)) {
		if (!rest.p && !line.n)
			break;
		nw_cli_put(out, line);
		putc('\n', out);
	}
	fputs("\n\n", out);
}
