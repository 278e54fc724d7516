/*
 * RSS with a root of its own: 0.91 (Netscape's and UserLand's), 0.92 to 0.94,
 * 2.0. Items may stand in the channel or beside it.
 */
#include "base/str.h"
#include "feed/format.h"

#define PROLOG 2048 /* bytes in which a document type is looked for */

static bool is_rss(const struct nw_node *root)
{
	return root->tag == NW_TAG_RSS;
}

static const char *version_of(const struct nw_feed_reader *r, struct nw_str version)
{
	static const struct {
		const char *number, *format;
	} versions[] = {{"0.90", "rss090"}, {"0.91", "rss091u"}, {"0.92", "rss092"},
		{"0.93", "rss093"}, {"0.94", "rss094"}};
	const struct nw_str prolog = nw_str_head(r->input->body, PROLOG);

	if (nw_str_find(prolog, NW_STR("//DTD RSS 0.91//")) < prolog.n)
		return "rss091n";
	if (nw_str_starts(version, NW_STR("2")))
		return "rss20";
	for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++)
		if (nw_str_eq(version, nw_str(versions[i].number)))
			return versions[i].format;
	return "rss";
}

static void read_rss(struct nw_feed_reader *r, const struct nw_node *root)
{
	r->feed->format = version_of(r, nw_str_trim(nw_feed_attr_nocase(root, "version")));
	nw_feed_read_tree(r, root);
}

const struct nw_feed_format nw_feed_format_rss = {is_rss, read_rss};
