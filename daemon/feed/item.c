/* One item, entry or the like, whatever the names of its parts. */
#include "base/str.h"
#include "base/text.h"
#include "base/url.h"
#include "feed/format.h"

struct item_reader {
	struct nw_feed_reader *r;
	struct nw_item *item;
	struct nw_feed_ranks ranks;
	struct nw_feed_date created; /* stands in for a date of publication */
	struct nw_str guid_link;     /* guid, where it may be a link */
};

static void set_title(struct item_reader *ir, const struct nw_node *n, enum nw_feed_rank rank)
{
	struct nw_feed_text text;

	if (rank < ir->ranks.title)
		return;
	text = nw_feed_read_text(ir->r, n);
	if (!text.value.n)
		return;
	nw_feed_set_title(ir->r, text, &ir->item->title, &ir->item->title_text);
	ir->ranks.title = (unsigned char)rank;
}

static void set_content(struct item_reader *ir, const struct nw_node *n, enum nw_feed_rank rank)
{
	struct nw_feed_text text;

	if (rank <= ir->ranks.content)
		return;
	text = nw_feed_read_text(ir->r, n);
	ir->item->content_src = nw_node_attr(n, "src");
	if (ir->item->content_src.n)
		ir->item->content_src = nw_feed_resolve(
			ir->r, nw_feed_scope_of(ir->r, n).base, ir->item->content_src);
	if (!text.value.n && !ir->item->content_src.n)
		return;
	ir->item->content =
		text.is_html ? text.value : nw_fragment_escape(ir->r->arena, text.value);
	ir->item->content_type = text.type;
	if (!ir->item->language.n)
		ir->item->language = nw_feed_scope_of(ir->r, n).lang;
	ir->ranks.content = (unsigned char)rank;
}

static void set_summary(struct item_reader *ir, const struct nw_node *n, enum nw_feed_rank rank)
{
	struct nw_str text;

	if (rank <= ir->ranks.summary)
		return;
	text = nw_feed_read_fragment(ir->r, n);
	if (!text.n)
		return;
	/* RSS has no summary; where one stands beside the description, that is the whole text. */
	if (rank == NW_RANK_CERTAIN && ir->ranks.summary == NW_RANK_OWN &&
		ir->ranks.content < NW_RANK_DC) {
		ir->item->content = ir->item->summary;
		ir->item->content_type = NW_STR("text/html");
		ir->ranks.content = NW_RANK_DC;
	}
	ir->item->summary = text;
	ir->ranks.summary = (unsigned char)rank;
}

static void set_id(struct item_reader *ir, struct nw_str id, enum nw_feed_rank rank)
{
	id = nw_str_trim(id);
	if (!id.n || rank <= ir->ranks.id)
		return;
	ir->item->id = id;
	ir->ranks.id = (unsigned char)rank;
}

static void set_link(struct item_reader *ir, struct nw_str link, unsigned char rank)
{
	if (!link.n || rank <= ir->ranks.link)
		return;
	ir->item->link = link;
	ir->ranks.link = rank;
}

static void set_image(struct item_reader *ir, struct nw_str url, enum nw_feed_rank rank)
{
	if (!url.n || rank <= ir->ranks.image)
		return;
	ir->item->image = url;
	ir->ranks.image = (unsigned char)rank;
}

static void read_guid(struct item_reader *ir, const struct nw_node *n)
{
	const struct nw_str guid = nw_feed_read_word(ir->r, n);
	const struct nw_str permalink = nw_feed_attr_nocase(n, "ispermalink");

	if (ir->ranks.id >= NW_RANK_OWN)
		return; /* one is enough, and the link is to be the same one's */
	set_id(ir, guid, NW_RANK_OWN);
	if (!nw_str_eq_nocase(nw_str_trim(permalink), NW_STR("false")) && nw_url_is_web(guid))
		ir->guid_link = guid;
}

static void read_link(struct item_reader *ir, const struct nw_node *n)
{
	const struct nw_feed_link link = nw_feed_read_link(ir->r, n);
	const bool in_text = !nw_node_has(n, "href");

	nw_feed_add_link(ir->r, &ir->item->links, link);
	if (nw_str_eq_nocase(link.rel, NW_STR("enclosure")))
		nw_feed_add_enclosure(ir->r, &ir->item->enclosures, link.href,
			nw_node_attr(n, "type"), link.length);
	else if (nw_str_eq_nocase(link.rel, NW_STR("image")))
		set_image(ir, link.href, NW_RANK_DC);
	set_link(ir, link.href, (unsigned char)(nw_feed_rank_link(&link) + in_text));
}

static void read_enclosure(struct item_reader *ir, const struct nw_node *n)
{
	struct nw_feed_link link = nw_feed_read_link(ir->r, n);

	link.rel = NW_STR("enclosure");
	link.type = nw_node_attr(n, "type");
	nw_feed_add_link(ir->r, &ir->item->links, link);
	nw_feed_add_enclosure(ir->r, &ir->item->enclosures, link.href, link.type, link.length);
}

static void read_source(struct item_reader *ir, const struct nw_node *n)
{
	struct nw_feed_source *source = &ir->item->source;
	unsigned char best = 0;
	struct nw_str line;

	for (const struct nw_node *c = n->children; c; c = c->next) {
		if (c->tag == NW_TAG_TITLE) {
			nw_feed_set_title(
				ir->r, nw_feed_read_text(ir->r, c), &source->title, &line);
		} else if (c->tag == NW_TAG_ID) {
			source->id = nw_feed_read_word(ir->r, c);
		} else if (c->tag == NW_TAG_LINK) {
			const struct nw_feed_link link = nw_feed_read_link(ir->r, c);

			if (nw_feed_rank_link(&link) > best)
				source->link = link.href;
			if (nw_feed_rank_link(&link) > best)
				best = nw_feed_rank_link(&link);
		}
	}
	if (!source->title.n && !source->link.n && !source->id.n) {
		source->title = nw_text_line(ir->r->arena, nw_feed_read_word(ir->r, n));
		source->link = nw_feed_resolve(
			ir->r, nw_feed_scope_of(ir->r, n).base, nw_node_attr(n, "url"));
	}
}

static void read_text(struct item_reader *ir, const struct nw_node *n)
{
	switch (n->tag) {
	case NW_TAG_TITLE:
		set_title(ir, n, NW_RANK_OWN);
		break;
	case NW_TAG_DESCRIPTION:
	case NW_TAG_ABSTRACT:
		if (ir->ranks.summary == NW_RANK_CERTAIN)
			set_content(ir, n, NW_RANK_DC);
		else
			set_summary(ir, n, NW_RANK_OWN);
		break;
	case NW_TAG_SUMMARY:
		set_summary(ir, n, NW_RANK_CERTAIN);
		break;
	case NW_TAG_CONTENT:
		set_content(ir, n, NW_RANK_CERTAIN);
		break;
	case NW_TAG_BODY:
		set_content(ir, n, NW_RANK_OWN);
		ir->item->content_type = NW_STR("application/xhtml+xml");
		break;
	case NW_TAG_RIGHTS:
	case NW_TAG_COPYRIGHT:
		ir->item->rights = nw_feed_read_fragment(ir->r, n);
		break;
	default:
		if (nw_str_eq_nocase(n->name, NW_STR("fullitem")))
			set_content(ir, n, NW_RANK_OWN);
		break;
	}
}

static void read_core(struct item_reader *ir, const struct nw_node *n)
{
	struct nw_item *item = ir->item;

	switch (n->tag) {
	case NW_TAG_LINK:
	case NW_TAG_A:
		read_link(ir, n);
		break;
	case NW_TAG_GUID:
		read_guid(ir, n);
		break;
	case NW_TAG_ID:
		set_id(ir, nw_feed_read_word(ir->r, n), NW_RANK_OWN);
		break;
	case NW_TAG_PUBDATE:
	case NW_TAG_PUBLISHED:
	case NW_TAG_ISSUED:
		nw_feed_set_date(&item->published, nw_feed_read_word(ir->r, n));
		break;
	case NW_TAG_UPDATED:
	case NW_TAG_MODIFIED:
	case NW_TAG_LASTMOD:
	case NW_TAG_DATE:
		nw_feed_set_date(&item->updated, nw_feed_read_word(ir->r, n));
		break;
	case NW_TAG_CREATED:
		nw_feed_set_date(&ir->created, nw_feed_read_word(ir->r, n));
		break;
	case NW_TAG_AUTHOR:
	case NW_TAG_CREATOR:
		nw_feed_read_person(ir->r, &item->authors, n);
		break;
	case NW_TAG_CATEGORY:
	case NW_TAG_SUBJECT:
		nw_feed_read_category(ir->r, &item->categories, n);
		break;
	case NW_TAG_COMMENTS:
		item->comments = nw_feed_resolve(
			ir->r, nw_feed_scope_of(ir->r, n).base, nw_feed_read_word(ir->r, n));
		break;
	case NW_TAG_ENCLOSURE:
		read_enclosure(ir, n);
		break;
	case NW_TAG_SOURCE:
		read_source(ir, n);
		break;
	case NW_TAG_IMAGE:
		set_image(ir, nw_feed_read_image(ir->r, n), NW_RANK_OWN);
		break;
	case NW_TAG_LANGUAGE:
		item->language = nw_feed_read_word(ir->r, n);
		break;
	default:
		read_text(ir, n);
		break;
	}
}

/* Dublin Core: its dates are those of the last change in feeds, as the RSS 1.0 module has them. */
static void read_dc(struct item_reader *ir, const struct nw_node *n)
{
	switch (n->tag) {
	case NW_TAG_TITLE:
		set_title(ir, n, NW_RANK_DC);
		break;
	case NW_TAG_DESCRIPTION:
	case NW_TAG_ABSTRACT:
		set_summary(ir, n, NW_RANK_DC);
		break;
	case NW_TAG_IDENTIFIER:
		set_id(ir, nw_feed_read_word(ir->r, n), NW_RANK_MODULE);
		break;
	case NW_TAG_AVAILABLE:
		nw_feed_set_date(&ir->created, nw_feed_read_word(ir->r, n));
		break;
	case NW_TAG_SOURCE: /* a word there, not the feed that an item comes from */
	case NW_TAG_LINK:
	case NW_TAG_ID:
	case NW_TAG_CONTENT:
	case NW_TAG_SUMMARY:
		break;
	default:
		read_core(ir, n);
		break;
	}
}

static void read_itunes(struct item_reader *ir, const struct nw_node *n)
{
	switch (n->tag) {
	case NW_TAG_TITLE:
		set_title(ir, n, NW_RANK_MODULE);
		break;
	case NW_TAG_SUMMARY:
		set_summary(ir, n, NW_RANK_MODULE);
		break;
	case NW_TAG_AUTHOR:
		nw_feed_read_person(ir->r, &ir->item->authors, n);
		break;
	case NW_TAG_CATEGORY:
		nw_feed_read_category(ir->r, &ir->item->categories, n);
		break;
	case NW_TAG_KEYWORDS:
		nw_feed_add_keywords(ir->r, &ir->item->categories, nw_feed_read_word(ir->r, n),
			NW_STR("http://www.itunes.com/"));
		break;
	case NW_TAG_IMAGE:
		set_image(ir, nw_feed_read_image(ir->r, n), NW_RANK_CERTAIN);
		break;
	case NW_TAG_LINK:
		if (nw_str_eq_nocase(nw_node_attr(n, "rel"), NW_STR("image")))
			set_image(ir, nw_feed_read_image(ir->r, n), NW_RANK_DC);
		break;
	default:
		break;
	}
}

static bool is_picture(const struct nw_node *n)
{
	return nw_str_eq_nocase(nw_node_attr(n, "medium"), NW_STR("image")) ||
		nw_str_starts_nocase(nw_node_attr(n, "type"), NW_STR("image/"));
}

#define MEDIA_DEPTH 3 /* <group> <content> <thumbnail> */

/* Media RSS 1.5.1. */
static void read_media(struct item_reader *ir, const struct nw_node *n, int depth)
{
	switch (n->tag) {
	case NW_TAG_TITLE:
		set_title(ir, n, NW_RANK_MODULE);
		break;
	case NW_TAG_DESCRIPTION:
		set_summary(ir, n, NW_RANK_MODULE);
		break;
	case NW_TAG_CATEGORY:
		nw_feed_read_category(ir->r, &ir->item->categories, n);
		break;
	case NW_TAG_KEYWORDS:
		nw_feed_add_keywords(ir->r, &ir->item->categories, nw_feed_read_word(ir->r, n),
			(struct nw_str){0});
		break;
	case NW_TAG_THUMBNAIL:
		if (!ir->item->thumbnail.n)
			ir->item->thumbnail = nw_feed_read_image(ir->r, n);
		break;
	case NW_TAG_CONTENT:
		if (is_picture(n))
			set_image(ir, nw_feed_read_image(ir->r, n), NW_RANK_MODULE);
		/* fall through */
	case NW_TAG_GROUP:
		for (const struct nw_node *c = n->children; c && depth < MEDIA_DEPTH; c = c->next)
			if (c->kind == NW_ELEMENT && c->ns == NW_NS_MEDIA)
				read_media(ir, c, depth + 1);
		break;
	default:
		break;
	}
}

static void read_child(struct item_reader *ir, const struct nw_node *n)
{
	switch (n->ns) {
	case NW_NS_DC:
	case NW_NS_DCTERMS:
		read_dc(ir, n);
		break;
	case NW_NS_CONTENT:
		if (n->tag == NW_TAG_ENCODED)
			set_content(ir, n, NW_RANK_CERTAIN);
		break;
	case NW_NS_XHTML:
		if (n->tag == NW_TAG_BODY || n->tag == NW_TAG_DIV) {
			set_content(ir, n, NW_RANK_OWN);
			ir->item->content_type = NW_STR("application/xhtml+xml");
		}
		break;
	case NW_NS_ITUNES:
	case NW_NS_GOOGLEPLAY:
		read_itunes(ir, n);
		break;
	case NW_NS_MEDIA:
		read_media(ir, n, 0);
		break;
	case NW_NS_CC:
	case NW_NS_CREATIVECOMMONS:
		if (n->tag == NW_TAG_LICENSE)
			nw_feed_add_link(ir->r, &ir->item->links, nw_feed_read_license(ir->r, n));
		break;
	case NW_NS_FEEDBURNER:
		if (n->tag ==
			NW_TAG_ORIGLINK) /* the publisher's own, behind one that counts clicks */
			set_link(ir, nw_feed_read_word(ir->r, n), NW_RANK_CERTAIN + 1);
		break;
	default:
		if (nw_feed_is_core(n))
			read_core(ir, n);
		break;
	}
}

void nw_feed_read_item(struct nw_feed_reader *r, struct nw_item *item, const struct nw_node *n)
{
	struct item_reader ir = {.r = r, .item = item};
	const struct nw_feed_scope scope = nw_feed_scope_of(r, n);

	for (const struct nw_node *c = n->children; c; c = c->next)
		if (c->kind == NW_ELEMENT)
			read_child(&ir, c);
	if (n->attrs) {
		const struct nw_str about = nw_str_trim(nw_node_attr(n, "about"));

		set_id(&ir, about, NW_RANK_DC); /* rdf:about */
		if (nw_url_is_web(about))
			set_link(&ir, about, NW_RANK_MODULE);
		set_link(&ir, nw_feed_resolve(r, scope.base, nw_feed_attr_nocase(n, "href")),
			NW_RANK_MODULE); /* CDF */
		nw_feed_set_date(&item->updated, nw_feed_attr_nocase(n, "lastmod"));
	}
	item->guid_is_link = ir.guid_link.n && (!item->link.n || ir.ranks.link < NW_RANK_DC);
	if (item->guid_is_link)
		item->link = ir.guid_link;
	if (!item->published.raw.n)
		item->published = ir.created;
	if (!item->language.n)
		item->language = scope.lang;
}
