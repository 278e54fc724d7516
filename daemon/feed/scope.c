/* xml:base and xml:lang: what relative references and texts inherit from around them. */
#include "base/str.h"
#include "base/url.h"
#include "feed/format.h"

static const struct nw_attr *xml_attr(const struct nw_node *n, const char *name)
{
	for (const struct nw_attr *a = n->attrs; a; a = a->next) {
		if (a->ns == NW_NS_XML && nw_str_eq(a->name, nw_str(name)))
			return a;
	}
	return NULL;
}

/* A script or a word of nonsense is no place that anything is relative to. */
static bool may_be_base(struct nw_str base)
{
	struct nw_url url;

	return nw_url_parse(base, &url) && (url.has_authority || !url.scheme.n);
}

static void enter(struct nw_feed_reader *r, const struct nw_node *n, struct nw_feed_scope *scope)
{
	const struct nw_attr *base = xml_attr(n, "base");
	const struct nw_attr *lang = xml_attr(n, "lang");
	struct nw_str url = {0};

	if (base)
		url = nw_str_trim(base->value);
	else if (n->tag == NW_TAG_CHANNEL && n->attrs)
		url = nw_str_trim(nw_feed_attr_nocase(n, "base")); /* CDF */
	if (url.n && may_be_base(url))
		scope->base = nw_feed_resolve(r, scope->base, url);
	if (lang)
		scope->lang = nw_str_trim(lang->value);
}

#define DEEPEST_SCOPE 64 /* elements around a node that are asked; real feeds have four */

struct nw_feed_scope nw_feed_scope_of(struct nw_feed_reader *r, const struct nw_node *n)
{
	const struct nw_node *path[DEEPEST_SCOPE];
	struct nw_feed_scope scope = r->outer;
	size_t depth = 0;

	if (n->parent != r->scope_node || !n->parent) {
		for (const struct nw_node *p = n->parent; p && depth < DEEPEST_SCOPE; p = p->parent)
			path[depth++] = p;
		while (depth)
			enter(r, path[--depth], &scope);
		r->scope_node = n->parent;
		r->scope = scope;
	}
	scope = r->scope;
	enter(r, n, &scope);
	return scope;
}

/* Most references are absolute and in order; those cost one look. */
static bool is_plain_absolute(struct nw_str url)
{
	if (!nw_str_starts(url, NW_STR("https://")) && !nw_str_starts(url, NW_STR("http://")))
		return false;
	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= ' ' || url.p[i] == '\\')
			return false;
	return true;
}

struct nw_str nw_feed_resolve(const struct nw_feed_reader *r, struct nw_str base, struct nw_str url)
{
	url = nw_str_trim(url);
	if (!url.n || is_plain_absolute(url))
		return url;
	return nw_url_resolve(r->arena, base, url);
}
