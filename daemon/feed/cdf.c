/*
 * Channel Definition Format (W3C NOTE-CDFsubmit): names in upper case, links
 * and dates in attributes. RSS that lost its root looks the same and reads the
 * same way.
 */
#include "feed/format.h"

static bool is_cdf(const struct nw_node *root)
{
	return root->tag == NW_TAG_CHANNEL && nw_feed_is_core(root);
}

/* Links of CDF are attributes; those of RSS are elements. */
static bool has_link_element(const struct nw_node *channel)
{
	for (const struct nw_node *c = channel->children; c; c = c->next)
		if (c->kind == NW_ELEMENT && c->tag == NW_TAG_LINK)
			return true;
	return false;
}

static void read_cdf(struct nw_feed_reader *r, const struct nw_node *root)
{
	r->feed->format = has_link_element(root) ? "rss" : "cdf";
	nw_feed_read_tree(r, root);
}

const struct nw_feed_format nw_feed_format_cdf = {is_cdf, read_cdf};
