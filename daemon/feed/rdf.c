/* RSS 0.90 and 1.0: RDF around a channel, the items beside it. */
#include "base/str.h"
#include "feed/format.h"

/* Other RDF, people and licences for instance, has neither channel nor items. */
static bool is_rdf(const struct nw_node *root)
{
	if (root->tag != NW_TAG_RDF)
		return false;
	for (const struct nw_node *c = root->children; c; c = c->next)
		if (c->kind == NW_ELEMENT && (c->tag == NW_TAG_CHANNEL || c->tag == NW_TAG_ITEM))
			return true;
	return !root->children || root->children == root->last_child;
}

static void read_rdf(struct nw_feed_reader *r, const struct nw_node *root)
{
	const struct nw_str body = nw_str_head(r->input->body, 4096);

	r->feed->format =
		nw_str_find(body, NW_STR("/rdf/simple/0.9")) < body.n ? "rss090" : "rss10";
	nw_feed_read_tree(r, root);
}

const struct nw_feed_format nw_feed_format_rdf = {is_rdf, read_rdf};
