/* Atom 1.0 (RFC 4287), 0.3 and what came before it; a lone entry document too. */
#include "base/str.h"
#include "feed/format.h"

static bool is_atom(const struct nw_node *root)
{
	return (root->tag == NW_TAG_FEED || root->tag == NW_TAG_ENTRY) && nw_feed_is_core(root);
}

static const char *version_of(const struct nw_node *root)
{
	static const struct {
		const char *number, *format;
	} versions[] = {{"0.1", "atom01"}, {"0.2", "atom02"}, {"0.3", "atom03"}, {"1.0", "atom10"}};
	const struct nw_str version = nw_str_trim(nw_node_attr(root, "version"));

	if (root->ns == NW_NS_ATOM10)
		return "atom10";
	for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++)
		if (nw_str_eq(version, nw_str(versions[i].number)))
			return versions[i].format;
	return root->ns == NW_NS_ATOM03 ? "atom03" : "atom";
}

static void read_atom(struct nw_feed_reader *r, const struct nw_node *root)
{
	r->feed->format = version_of(root);
	nw_feed_read_tree(r, root);
}

const struct nw_feed_format nw_feed_format_atom = {is_atom, read_atom};
