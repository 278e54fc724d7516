/* A message for a phone: what stands below the title, which has the headline already. */
#include "alert/render.h"
#include "base/str.h"

#define ITEMS_SHOWN 8 /* of a digest */

static void add_line(struct nw_buf *out, const char *head, struct nw_str text)
{
	if (text.n)
		nw_buf_printf(out, "%s%.*s\n", head, NW_ARG(text));
}

/* Of an update there are only new words. */
static void write_changes(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *list = json_object_get(r->payload, "changes");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *c = json_array_get(list, i);
		const struct nw_str old = nw_json_get_str(c, "old");
		const struct nw_str now = nw_json_get_str(c, "new");

		if (old.n)
			nw_buf_printf(out, "was %.*s, now %.*s\n", NW_ARG(old), NW_ARG(now));
		else
			add_line(out, "now ", now);
	}
}

static void write_extract(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *lines = json_object_get(r->payload, "extract");

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		for (size_t k = 0; k < json_array_size(line); k++) {
			const json_t *piece = json_array_get(line, k);

			nw_buf_add(out, nw_json_get_str(piece, "text"));
			nw_buf_add(out, nw_json_get_str(piece, "match"));
		}
		nw_buf_add_c(out, '\n');
	}
}

static void write_items(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *list = json_object_get(r->payload, "items");
	const size_t n = json_array_size(list);
	const size_t more = n + (size_t)nw_json_get_int(r->payload, "more_items", 0);

	for (size_t i = 0; i < n && i < ITEMS_SHOWN; i++)
		add_line(out, "- ", nw_json_get_str(json_array_get(list, i), "title"));
	if (more > ITEMS_SHOWN)
		nw_buf_printf(out, "and %zu more\n", more - ITEMS_SHOWN);
}

void nw_render_notice(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *why = json_object_get(r->payload, "why");

	add_line(out, "", nw_json_get_str(r->payload, "note"));
	write_changes(r, out);
	write_extract(r, out);
	write_items(r, out);
	add_line(out, "", nw_render_byline(r, json_object_get(r->payload, "article")));
	for (size_t i = 0; i < json_array_size(why); i++)
		add_line(out, "Why: ", nw_render_why(r, json_array_get(why, i)));
	add_line(out, "So far: ", nw_render_counts(r));
	if (out->n && out->p[out->n - 1] == '\n')
		out->n--;
}
