/*
 * The HTML part of a mail: every style stands in its element, nothing is fetched. Only what a dark
 * scheme has otherwise stands in the head, for those mail readers that look there.
 */
#include "alert/render.h"
#include "base/str.h"

#define BODY                                                                             \
	"margin:0;padding:16px;background:#ffffff;color:#1c1c1c;"                        \
	"font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;" \
	"font-size:16px;line-height:1.45;overflow-wrap:break-word;word-wrap:break-word"
#define DARK                                                              \
	"<meta name=\"color-scheme\" content=\"light dark\">\n"           \
	"<style>@media (prefers-color-scheme:dark){"                      \
	"body{background:#16181b!important;color:#e8e6e3!important}"      \
	"a{color:#9cc3f5!important}.s{color:#a9a9a4!important}"           \
	".q{background:#24272b!important;border-color:#5c6066!important}" \
	"del{color:#ff9d94!important}ins{color:#8ddba8!important}}</style>\n"
#define GREY "class=\"s\" style=\"color:#5a5a5a;font-size:13px\""
#define SMALL "class=\"s\" style=\"margin:0 0 12px 0;color:#5a5a5a;font-size:13px\""
#define LABEL                                                                                  \
	"display:inline-block;padding:2px 8px;border-radius:3px;color:#ffffff;font-size:12px;" \
	"font-weight:600;background:"
#define QUOTE                                                                                   \
	"class=\"q\" style=\"margin:0 0 10px 0;padding:6px 12px;border-left:3px solid #b8b8b8;" \
	"background:#f6f6f4\""
#define MARK "background:#ffe58a;color:#1c1c1c;padding:0 2px"

/* Text that may stand anywhere, between quotation marks too. */
static void put(struct nw_buf *out, struct nw_str s)
{
	static const struct {
		char c;
		const char *as;
	} escapes[] = {
		{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		for (size_t k = 0; k < sizeof(escapes) / sizeof(escapes[0]); k++) {
			if (s.p[i] != escapes[k].c)
				continue;
			nw_buf_add(out, nw_str_head(nw_str_from(s, from), i - from));
			nw_buf_add(out, nw_str(escapes[k].as));
			from = i + 1;
		}
	}
	nw_buf_add(out, nw_str_from(s, from));
}

static void put_element(struct nw_buf *out, const char *open, struct nw_str text, const char *close)
{
	if (!text.n)
		return;
	nw_buf_add(out, nw_str(open));
	put(out, text);
	nw_buf_add(out, nw_str(close));
}

/* A link where there is an address, else the text alone. */
static void put_link(struct nw_buf *out, struct nw_str url, const char *style, struct nw_str text)
{
	if (url.n) {
		nw_buf_add(out, NW_STR("<a style=\""));
		nw_buf_add(out, nw_str(style));
		nw_buf_add(out, NW_STR("\" href=\""));
		put(out, url);
		nw_buf_add(out, NW_STR("\">"));
	}
	put(out, text.n ? text : url);
	if (url.n)
		nw_buf_add(out, NW_STR("</a>"));
}

static const char *color_of(struct nw_str transition)
{
	static const struct {
		const char *transition, *color;
	} colors[] = {{"correction", "#a85b00"}, {"withdrawn", "#b3261e"},
		{"escalation", "#b3261e"}, {"update", "#1f6f43"}};

	for (size_t i = 0; i < sizeof(colors) / sizeof(colors[0]); i++) {
		if (nw_str_starts(transition, nw_str(colors[i].transition)))
			return colors[i].color;
	}
	return "#1a4f8b";
}

static void write_head(const struct nw_render *r, struct nw_buf *out)
{
	nw_buf_add(out,
		NW_STR("<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
		       "<meta name=\"viewport\" content=\"width=device-width\">\n"));
	put_element(out, "<title>", r->subject, "</title>\n");
	nw_buf_add(out,
		NW_STR(DARK "</head>\n<body style=\"" BODY "\">\n"
			    "<div style=\"max-width:640px\">\n<p " SMALL "><span style=\"" LABEL));
	nw_buf_add(out, nw_str(color_of(nw_json_get_str(r->payload, "transition"))));
	put_element(out, "\">", r->label, "</span> ");
	put_element(out, "", r->rule, "</p>\n");
}

static void write_title(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *article = json_object_get(r->payload, "article");

	nw_buf_add(out,
		NW_STR("<h1 dir=\"auto\" style=\"margin:0 0 6px 0;font-size:21px;"
		       "line-height:1.25\">"));
	put_link(out, r->link, "color:#12365f;text-decoration:none", r->title);
	nw_buf_add(out, NW_STR("</h1>\n"));
	put_element(out, "<p " SMALL ">", nw_render_byline(r, article), "</p>\n");
	put_element(out, "<p style=\"margin:0 0 12px 0;font-weight:600\">",
		nw_json_get_str(r->payload, "note"), "</p>\n");
}

static void write_changes(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *list = json_object_get(r->payload, "changes");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *c = json_array_get(list, i);

		put_element(out, "<div " QUOTE "><b>In the ", nw_json_get_str(c, "field"), "</b>");
		/* Each by itself: which way it runs is not for our words to say. */
		put_element(out, "<div dir=\"auto\"><del style=\"color:#b3261e\">",
			nw_json_get_str(c, "old"), "</del></div>");
		put_element(out,
			"<div dir=\"auto\"><ins style=\"color:#1f6f43;text-decoration:none\">",
			nw_json_get_str(c, "new"), "</ins></div>");
		nw_buf_add(out, NW_STR("</div>\n"));
	}
}

static void write_extract(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *lines = json_object_get(r->payload, "extract");

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		nw_buf_add(out, NW_STR("<p dir=\"auto\" " QUOTE ">"));
		for (size_t k = 0; k < json_array_size(line); k++) {
			const json_t *piece = json_array_get(line, k);

			put(out, nw_json_get_str(piece, "text"));
			put_element(out, "<mark style=\"" MARK "\">",
				nw_json_get_str(piece, "match"), "</mark>");
		}
		nw_buf_add(out, NW_STR("</p>\n"));
	}
}

static void write_why(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *list = json_object_get(r->payload, "why");

	for (size_t i = 0; i < json_array_size(list); i++)
		put_element(out, "<p " SMALL "><b>Why</b> ",
			nw_render_why(r, json_array_get(list, i)), "</p>\n");
}

static void write_sources(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *list = json_object_get(r->payload, "sources");
	const int64_t more = nw_json_get_int(r->payload, "more_sources", 0);

	put_element(out, "<p style=\"margin:12px 0 4px 0\"><b>So far</b> ", nw_render_counts(r),
		"</p>\n");
	if (!json_array_size(list))
		return;
	nw_buf_add(out, NW_STR("<ul style=\"margin:0 0 12px 0;padding:0 20px\">\n"));
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *s = json_array_get(list, i);

		nw_buf_add(out, NW_STR("<li dir=\"auto\">"));
		put_element(out, "", nw_json_get_str(s, "source"), ": ");
		put_link(
			out, nw_render_url(s, "url"), "color:#12365f", nw_json_get_str(s, "title"));
		nw_buf_add(out, NW_STR("</li>\n"));
	}
	if (more > 0)
		nw_buf_printf(out, "<li>and %lld more</li>\n", (long long)more);
	nw_buf_add(out, NW_STR("</ul>\n"));
}

static void write_items(const struct nw_render *r, struct nw_buf *out)
{
	const json_t *list = json_object_get(r->payload, "items");
	const int64_t more = nw_json_get_int(r->payload, "more_items", 0);

	if (!list)
		return;
	nw_buf_add(out, NW_STR("<ol style=\"margin:0 0 12px 0;padding:0 28px\">\n"));
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const int64_t sources = nw_json_get_int(item, "sources", 0);

		nw_buf_add(out, NW_STR("<li dir=\"auto\" style=\"margin:0 0 10px 0\">"));
		put_link(out, nw_render_url(item, "url"), "color:#12365f;font-weight:600",
			nw_json_get_str(item, "title"));
		put_element(out, "<br><span dir=\"ltr\" " GREY ">",
			nw_render_label(r, nw_json_get_str(item, "transition"), sources), ": ");
		put(out, nw_render_byline(r, item));
		nw_buf_printf(out, ", %lld source%s</span></li>\n", (long long)sources,
			sources == 1 ? "" : "s");
	}
	nw_buf_add(out, NW_STR("</ol>\n"));
	if (more > 0)
		nw_buf_printf(out, "<p>and %lld more</p>\n", (long long)more);
}

void nw_render_html(const struct nw_render *r, struct nw_buf *out)
{
	write_head(r, out);
	write_title(r, out);
	write_changes(r, out);
	write_extract(r, out);
	write_items(r, out);
	write_why(r, out);
	write_sources(r, out);
	nw_buf_add(out, NW_STR("</div>\n</body>\n</html>\n"));
}
