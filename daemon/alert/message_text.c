/* A message for a terminal or the text part of a mail. */
#include "alert/render.h"
#include "base/str.h"
#include "base/utf8.h"

#define COLUMNS 78

/* Words filled into lines, the ones after the first indented by `indent`. */
static void fill(struct nw_buf *out, size_t first, size_t indent, struct nw_str text)
{
	struct nw_str rest = text, word;
	size_t column = first;
	bool is_first = true;

	while (nw_str_cut(&rest, ' ', &word)) {
		const size_t columns = nw_utf8_columns(word);

		if (!word.n)
			continue;
		if (!is_first && column + 1 + columns > COLUMNS) {
			nw_buf_printf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!is_first) {
			nw_buf_add_c(out, ' ');
			column++;
		}
		nw_buf_add(out, word);
		column += columns;
		is_first = false;
	}
	nw_buf_add_c(out, '\n');
}

static void write_line(struct nw_buf *out, const char *head, struct nw_str text)
{
	if (!text.n)
		return;
	nw_buf_add(out, nw_str(head));
	fill(out, strlen(head), strlen(head) < 4 ? strlen(head) : 4, text);
}

/* What matched stands between asterisks. */
static void write_extract(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *lines = json_object_get(r->payload, "extract");

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		struct nw_buf text;

		nw_buf_init(&text, NW_RENDER_MAX);
		for (size_t k = 0; k < json_array_size(line); k++) {
			const json_t *piece = json_array_get(line, k);
			const struct nw_str match = nw_json_get_str(piece, "match");

			nw_buf_add(&text, nw_json_get_str(piece, "text"));
			if (match.n)
				nw_buf_printf(&text, "*%.*s*", NW_ARG(match));
		}
		if (text.n) {
			nw_buf_add(out, NW_STR("  | "));
			fill(out, 4, 4, nw_buf_str(&text));
		}
		nw_buf_clear(&text);
	}
	if (json_array_size(lines))
		nw_buf_add_c(out, '\n');
}

static void write_changes(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *list = json_object_get(r->payload, "changes");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *c = json_array_get(list, i);
		const struct nw_str field = nw_json_get_str(c, "field");

		nw_buf_printf(out, "In the %.*s:\n", NW_ARG(field));
		write_line(out, "  was  ", nw_json_get_str(c, "old"));
		write_line(out, "  now  ", nw_json_get_str(c, "new"));
	}
	if (json_array_size(list))
		nw_buf_add_c(out, '\n');
}

static void write_why(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *list = json_object_get(r->payload, "why");

	for (size_t i = 0; i < json_array_size(list); i++)
		write_line(out, "Why: ", nw_render_why(r, json_array_get(list, i)));
}

static void write_sources(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *list = json_object_get(r->payload, "sources");
	const int64_t more = nw_json_get_int(r->payload, "more_sources", 0);

	write_line(out, "So far: ", nw_render_counts(r));
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *s = json_array_get(list, i);
		const struct nw_str url = nw_render_url(s, "url");

		write_line(out, "  - ",
			nw_arena_printf(r->arena, "%.*s: %.*s",
				NW_ARG(nw_json_get_str(s, "source")),
				NW_ARG(nw_json_get_str(s, "title"))));
		if (url.n)
			nw_buf_printf(out, "    %.*s\n", NW_ARG(url));
	}
	if (more > 0)
		nw_buf_printf(out, "  - and %lld more\n", (long long)more);
}

static void write_items(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *list = json_object_get(r->payload, "items");
	const int64_t more = nw_json_get_int(r->payload, "more_items", 0);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const int64_t sources = nw_json_get_int(item, "sources", 0);
		const struct nw_str url = nw_render_url(item, "url");

		nw_buf_printf(out, "%3zu. ", i + 1);
		fill(out, 5, 5, nw_json_get_str(item, "title"));
		nw_buf_add(out, NW_STR("     "));
		fill(out, 5, 5,
			nw_arena_printf(r->arena, "%.*s: %.*s%s%lld source%s",
				NW_ARG(nw_render_label(
					r, nw_json_get_str(item, "transition"), sources)),
				NW_ARG(nw_render_byline(r, item)), ", ", (long long)sources,
				sources == 1 ? "" : "s"));
		if (url.n)
			nw_buf_printf(out, "     %.*s\n", NW_ARG(url));
	}
	if (more > 0)
		nw_buf_printf(out, "and %lld more\n", (long long)more);
}

void nw_render_text(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *article = json_object_get(r->payload, "article");
	const struct nw_str note = nw_json_get_str(r->payload, "note");

	nw_buf_printf(out, "%.*s (%.*s)\n", NW_ARG(r->label), NW_ARG(r->rule));
	fill(out, 0, 0, r->title);
	write_line(out, "", nw_render_byline(r, article));
	if (r->link.n)
		nw_buf_printf(out, "%.*s\n", NW_ARG(r->link));
	nw_buf_add_c(out, '\n');
	if (note.n) {
		write_line(out, "", note);
		nw_buf_add_c(out, '\n');
	}
	write_changes(r, out);
	write_extract(r, out);
	write_items(r, out);
	write_why(r, out);
	write_sources(r, out);
}
