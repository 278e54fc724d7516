#include "base/error.h"
#include "base/str.h"
#include "base/url.h"
#include "feed/format.h"

const struct nw_feed_limits nw_feed_default_limits = {(size_t)32 << 20, 10000};

/* Asked in this order of the document element; NULL at the end. */
static const struct nw_feed_format *const formats[] = {
	&nw_feed_format_rss,
	&nw_feed_format_atom,
	&nw_feed_format_rdf,
	&nw_feed_format_sitemap,
	&nw_feed_format_cdf,
	NULL,
};

static const struct nw_feed_format *find_format(const struct nw_node *root)
{
	for (size_t i = 0; formats[i]; i++)
		if (formats[i]->is(root))
			return formats[i];
	return NULL;
}

#define INNER_ROOT 64 /* nodes among which a feed inside something else is looked for */

/* A feed that something was put around, a page's frame for one: no lone channel or entry. */
static const struct nw_node *find_inner_root(const struct nw_node *root)
{
	const struct nw_node *n = nw_node_next(root, root);

	for (int i = 0; n && i < INNER_ROOT; i++, n = nw_node_next(n, root))
		if ((n->tag == NW_TAG_RSS || n->tag == NW_TAG_RDF ||
			    (n->tag == NW_TAG_FEED && n->ns != NW_NS_NONE)) &&
			find_format(n))
			return n;
	return NULL;
}

static bool is_json(struct nw_str body)
{
	if (nw_str_starts(body, NW_STR("\xef\xbb\xbf")))
		body = nw_str_from(body, 3);
	body = nw_str_trim(body);
	return body.n && (body.p[0] == '{' || body.p[0] == '[');
}

/* What it was read as, where that is more than it was said to be. */
static struct nw_str wider_charset(struct nw_str name)
{
	if (nw_str_eq(name, NW_STR("gb2312")) || nw_str_eq(name, NW_STR("gbk")))
		return NW_STR("gb18030");
	return name;
}

static enum nw_err read_xml(struct nw_feed_reader *r, struct nw_error *error)
{
	struct nw_markup_limits limits = nw_markup_default_limits;
	const struct nw_node *root;
	struct nw_markup doc;
	struct nw_error ours = {0};
	enum nw_err err;

	limits.bytes = r->limits->bytes;
	err = nw_markup_xml(r->arena, r->input->body, r->input->content_type, &limits, &doc, &ours);
	if (err == NW_E_SYNTAX)
		return nw_feed_refuse(r->input->body, error);
	if (err) {
		if (error)
			*error = ours;
		return err;
	}
	root = find_format(doc.root) ? doc.root : find_inner_root(doc.root);
	if (!root)
		return nw_feed_refuse(r->input->body, error);
	r->feed->encoding = wider_charset(doc.encoding);
	r->feed->malformed = doc.malformed || root != doc.root;
	r->feed->cut = doc.cut;
	r->damaged = doc.malformed;
	find_format(root)->read(r, root);
	return NW_OK;
}

enum nw_err nw_feed_parse(struct nw_arena *arena, const struct nw_feed_input *input,
	const struct nw_feed_limits *limits, struct nw_feed *feed, struct nw_error *error)
{
	struct nw_feed_reader r = {.arena = arena, .input = input, .limits = limits, .feed = feed};
	enum nw_err err;

	*feed = (struct nw_feed){0};
	if (!nw_str_trim(input->body).n)
		return nw_fail(error, NW_E_SYNTAX, "empty document");
	if (input->body.n > limits->bytes)
		return nw_fail(error, NW_E_LIMIT, "document of %zu bytes; the limit is %zu",
			input->body.n, limits->bytes);
	r.tail = &feed->items;
	r.deletion_tail = &feed->deletions;
	r.outer.base = nw_feed_resolve(&r, input->url, input->content_location);
	if (!r.outer.base.n)
		r.outer.base = nw_feed_resolve(&r, (struct nw_str){0}, input->url);
	err = is_json(input->body) ? nw_feed_read_json(&r, error) : read_xml(&r, error);
	if (err) {
		*feed = (struct nw_feed){0};
		return err;
	}
	if (!feed->language.n)
		feed->language = nw_str_trim(input->content_language);
	nw_feed_set_poll(&r);
	return NW_OK;
}
