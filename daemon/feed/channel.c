/* What a feed says of itself. */
#include "base/str.h"
#include "base/text.h"
#include "feed/format.h"

static void set_title(struct nw_feed_reader *r, struct nw_feed_ranks *ranks,
	const struct nw_node *n, enum nw_feed_rank rank)
{
	struct nw_feed_text text;

	if (rank < ranks->title)
		return;
	text = nw_feed_read_text(r, n);
	if (!text.value.n)
		return;
	nw_feed_set_title(r, text, &r->feed->title, &r->feed->title_text);
	ranks->title = (unsigned char)rank;
}

static void set_description(struct nw_feed_reader *r, struct nw_feed_ranks *ranks,
	const struct nw_node *n, enum nw_feed_rank rank)
{
	struct nw_str text;

	if (rank < ranks->summary)
		return;
	text = nw_feed_read_fragment(r, n);
	if (!text.n)
		return;
	r->feed->description = text;
	ranks->summary = (unsigned char)rank;
}

static void set_image(struct nw_feed_reader *r, struct nw_feed_ranks *ranks,
	const struct nw_node *n, enum nw_feed_rank rank)
{
	struct nw_str url;

	if (rank <= ranks->image)
		return;
	url = nw_feed_read_image(r, n);
	if (!url.n)
		return;
	r->feed->image = url;
	ranks->image = (unsigned char)rank;
}

static void set_link(struct nw_feed_reader *r, struct nw_feed_ranks *ranks, struct nw_str link,
	unsigned char rank)
{
	if (!link.n || rank <= ranks->link)
		return;
	r->feed->link = link;
	ranks->link = rank;
}

static void read_link(
	struct nw_feed_reader *r, struct nw_feed_ranks *ranks, const struct nw_node *n)
{
	const struct nw_feed_link link = nw_feed_read_link(r, n);
	const bool in_text = !nw_node_has(n, "href");

	nw_feed_add_link(r, &r->feed->links, link);
	set_link(r, ranks, link.href, (unsigned char)(nw_feed_rank_link(&link) + in_text));
}

static void read_cloud(struct nw_feed *feed, const struct nw_node *n)
{
	feed->cloud.domain = nw_feed_attr_nocase(n, "domain");
	feed->cloud.port = nw_feed_attr_nocase(n, "port");
	feed->cloud.path = nw_feed_attr_nocase(n, "path");
	feed->cloud.registerprocedure = nw_feed_attr_nocase(n, "registerprocedure");
	feed->cloud.protocol = nw_feed_attr_nocase(n, "protocol");
}

static void read_text(
	struct nw_feed_reader *r, struct nw_feed_ranks *ranks, const struct nw_node *n)
{
	switch (n->tag) {
	case NW_TAG_TITLE:
		set_title(r, ranks, n, NW_RANK_OWN);
		break;
	case NW_TAG_DESCRIPTION:
	case NW_TAG_SUBTITLE:
	case NW_TAG_TAGLINE:
	case NW_TAG_ABSTRACT:
		set_description(r, ranks, n, NW_RANK_OWN);
		break;
	case NW_TAG_RIGHTS:
	case NW_TAG_COPYRIGHT:
		r->feed->rights = nw_feed_read_fragment(r, n);
		break;
	case NW_TAG_GENERATOR:
		r->feed->generator = nw_text_line(r->arena, nw_feed_read_word(r, n));
		break;
	case NW_TAG_LANGUAGE:
		if (nw_feed_read_word(r, n).n)
			r->feed->language = nw_feed_read_word(r, n);
		break;
	default:
		break;
	}
}

static void read_core(
	struct nw_feed_reader *r, struct nw_feed_ranks *ranks, const struct nw_node *n)
{
	struct nw_feed *feed = r->feed;

	switch (n->tag) {
	case NW_TAG_LINK:
	case NW_TAG_A:
		read_link(r, ranks, n);
		break;
	case NW_TAG_ID:
		feed->id = nw_feed_read_word(r, n);
		break;
	case NW_TAG_PUBDATE:
	case NW_TAG_PUBLISHED:
	case NW_TAG_ISSUED:
		nw_feed_set_date(&feed->published, nw_feed_read_word(r, n));
		break;
	case NW_TAG_LASTBUILDDATE:
	case NW_TAG_UPDATED:
	case NW_TAG_MODIFIED:
	case NW_TAG_LASTMOD:
	case NW_TAG_DATE:
		nw_feed_set_date(&feed->updated, nw_feed_read_word(r, n));
		break;
	case NW_TAG_AUTHOR:
	case NW_TAG_CREATOR:
	case NW_TAG_MANAGINGEDITOR:
		nw_feed_read_person(r, &feed->authors, n);
		break;
	case NW_TAG_CATEGORY:
	case NW_TAG_SUBJECT:
		nw_feed_read_category(r, &feed->categories, n);
		break;
	case NW_TAG_IMAGE:
		set_image(r, ranks, n, NW_RANK_CERTAIN);
		break;
	case NW_TAG_LOGO:
		set_image(r, ranks, n, NW_RANK_OWN);
		break;
	case NW_TAG_ICON:
		set_image(r, ranks, n, NW_RANK_MODULE);
		break;
	case NW_TAG_CLOUD:
		read_cloud(feed, n);
		break;
	case NW_TAG_TTL:
	case NW_TAG_SKIPHOURS:
	case NW_TAG_SKIPDAYS:
		nw_feed_read_poll(r, n);
		break;
	default:
		read_text(r, ranks, n);
		break;
	}
}

static void read_dc(struct nw_feed_reader *r, struct nw_feed_ranks *ranks, const struct nw_node *n)
{
	switch (n->tag) {
	case NW_TAG_TITLE:
		set_title(r, ranks, n, NW_RANK_DC);
		break;
	case NW_TAG_DESCRIPTION:
		set_description(r, ranks, n, NW_RANK_DC);
		break;
	case NW_TAG_LINK:
	case NW_TAG_ID:
	case NW_TAG_IMAGE:
		break;
	default:
		read_core(r, ranks, n);
		break;
	}
}

static void read_itunes(
	struct nw_feed_reader *r, struct nw_feed_ranks *ranks, const struct nw_node *n)
{
	switch (n->tag) {
	case NW_TAG_TITLE:
		set_title(r, ranks, n, NW_RANK_MODULE);
		break;
	case NW_TAG_SUMMARY:
	case NW_TAG_SUBTITLE:
	case NW_TAG_DESCRIPTION:
		set_description(r, ranks, n, NW_RANK_MODULE);
		break;
	case NW_TAG_AUTHOR:
		nw_feed_read_person(r, &r->feed->authors, n);
		break;
	case NW_TAG_CATEGORY:
		nw_feed_read_category(r, &r->feed->categories, n);
		break;
	case NW_TAG_KEYWORDS:
		nw_feed_add_keywords(r, &r->feed->categories, nw_feed_read_word(r, n),
			NW_STR("http://www.itunes.com/"));
		break;
	case NW_TAG_IMAGE:
	case NW_TAG_LINK:
		if (n->tag == NW_TAG_IMAGE ||
			nw_str_eq_nocase(nw_node_attr(n, "rel"), NW_STR("image")))
			set_image(r, ranks, n, NW_RANK_DC);
		break;
	case NW_TAG_NEW_FEED_URL:
		r->feed->new_location =
			nw_feed_resolve(r, nw_feed_scope_of(r, n).base, nw_feed_read_word(r, n));
		break;
	default:
		break;
	}
}

static void read_media(
	struct nw_feed_reader *r, struct nw_feed_ranks *ranks, const struct nw_node *n)
{
	if (n->tag == NW_TAG_CATEGORY)
		nw_feed_read_category(r, &r->feed->categories, n);
	else if (n->tag == NW_TAG_THUMBNAIL)
		set_image(r, ranks, n, NW_RANK_MODULE);
	else if (n->tag == NW_TAG_KEYWORDS)
		nw_feed_add_keywords(
			r, &r->feed->categories, nw_feed_read_word(r, n), (struct nw_str){0});
}

void nw_feed_read_channel_child(
	struct nw_feed_reader *r, struct nw_feed_ranks *ranks, const struct nw_node *n)
{
	switch (n->ns) {
	case NW_NS_DC:
	case NW_NS_DCTERMS:
		read_dc(r, ranks, n);
		break;
	case NW_NS_ITUNES:
	case NW_NS_GOOGLEPLAY:
		read_itunes(r, ranks, n);
		break;
	case NW_NS_MEDIA:
		read_media(r, ranks, n);
		break;
	case NW_NS_SY:
		nw_feed_read_poll(r, n);
		break;
	case NW_NS_CC:
	case NW_NS_CREATIVECOMMONS:
		if (n->tag == NW_TAG_LICENSE)
			nw_feed_add_link(r, &r->feed->links, nw_feed_read_license(r, n));
		break;
	case NW_NS_ADMIN:
		if (n->tag == NW_TAG_GENERATORAGENT && !r->feed->generator.n)
			r->feed->generator = nw_node_attr(n, "resource");
		break;
	default:
		if (nw_feed_is_core(n))
			read_core(r, ranks, n);
		break;
	}
}

void nw_feed_read_channel(struct nw_feed_reader *r, const struct nw_node *n)
{
	const struct nw_feed_scope scope = nw_feed_scope_of(r, n);

	if (scope.lang.n && !r->feed->language.n)
		r->feed->language = scope.lang;
	if (n->tag != NW_TAG_CHANNEL)
		return;
	if (!r->feed->id.n)
		r->feed->id = nw_node_attr(n, "about"); /* rdf:about */
	if (!r->feed->link.n) {                         /* CDF */
		struct nw_feed_link link = {
			.rel = NW_STR("alternate"), .type = NW_STR("text/html")};

		link.href = nw_feed_resolve(r, scope.base, nw_feed_attr_nocase(n, "href"));
		nw_feed_add_link(r, &r->feed->links, link);
		r->feed->link = link.href;
	}
	nw_feed_set_date(&r->feed->updated, nw_feed_attr_nocase(n, "lastmod"));
}
