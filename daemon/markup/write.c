#include "base/buf.h"
#include "base/str.h"
#include "markup/tree.h"

static void write_escaped(struct nw_buf *out, struct nw_str s, bool in_quotes)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		struct nw_str with;

		if (s.p[i] == '&')
			with = NW_STR("&amp;");
		else if (s.p[i] == '<')
			with = NW_STR("&lt;");
		else if (s.p[i] == '>')
			with = NW_STR("&gt;");
		else if (s.p[i] == '"' && in_quotes)
			with = NW_STR("&quot;");
		else
			continue;
		nw_buf_add(out, (struct nw_str){s.p + from, i - from});
		nw_buf_add(out, with);
		from = i + 1;
	}
	nw_buf_add(out, nw_str_from(s, from));
}

static bool is_html(const struct nw_node *n)
{
	return n->ns != NW_NS_SVG && n->ns != NW_NS_MATHML && n->ns != NW_NS_OTHER;
}

static bool is_void(const struct nw_node *n)
{
	return is_html(n) && nw_tag_is_void(n->tag);
}

/* A script's text, which is written as it is unless it would then end too early. */
static bool is_raw(const struct nw_node *text)
{
	const struct nw_node *n = text->parent;

	if (!n || !is_html(n))
		return false;
	if (n->tag == NW_TAG_SCRIPT)
		return nw_tag_find_end(text->text, NW_STR("</script")) == text->text.n;
	return n->tag == NW_TAG_STYLE &&
		nw_tag_find_end(text->text, NW_STR("</style")) == text->text.n;
}

static void write_start(struct nw_buf *out, const struct nw_node *n)
{
	nw_buf_add_c(out, '<');
	nw_buf_add(out, n->name);
	for (const struct nw_attr *a = n->attrs; a; a = a->next) {
		nw_buf_add_c(out, ' ');
		if (a->ns == NW_NS_XML)
			nw_buf_add(out, NW_STR("xml:"));
		else if (a->ns == NW_NS_XLINK)
			nw_buf_add(out, NW_STR("xlink:"));
		nw_buf_add(out, a->name);
		nw_buf_add(out, NW_STR("=\""));
		write_escaped(out, a->value, true);
		nw_buf_add_c(out, '"');
	}
	if (!is_html(n) && !n->children)
		nw_buf_add_c(out, '/');
	nw_buf_add_c(out, '>');
}

static void write_end(struct nw_buf *out, const struct nw_node *n)
{
	if (is_void(n) || (!is_html(n) && !n->children))
		return;
	nw_buf_add(out, NW_STR("</"));
	nw_buf_add(out, n->name);
	nw_buf_add_c(out, '>');
}

void nw_node_write_inside(struct nw_buf *out, const struct nw_node *top)
{
	const struct nw_node *n = top->children;

	while (n) {
		if (n->kind == NW_TEXT && is_raw(n))
			nw_buf_add(out, n->text);
		else if (n->kind == NW_TEXT)
			write_escaped(out, n->text, false);
		else
			write_start(out, n);
		if (n->children) {
			n = n->children;
			continue;
		}
		if (n->kind == NW_ELEMENT)
			write_end(out, n);
		while (n != top && !n->next) {
			n = n->parent;
			if (n != top)
				write_end(out, n);
		}
		n = n == top ? NULL : n->next;
	}
}
