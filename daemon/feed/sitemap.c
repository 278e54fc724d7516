/*
 * Sitemaps 0.9 with the news extension 0.9, which some publishers have instead
 * of a feed, and indexes of them: these have no items, but a link of rel
 * "sitemap" for each.
 */
#include "base/str.h"
#include "base/text.h"
#include "feed/format.h"

static bool is_sitemap(const struct nw_node *root)
{
	return root->tag == NW_TAG_URLSET || root->tag == NW_TAG_SITEMAPINDEX;
}

static void read_publication(
	struct nw_feed_reader *r, struct nw_item *item, const struct nw_node *publication)
{
	for (const struct nw_node *c = publication->children; c; c = c->next) {
		if (c->tag == NW_TAG_LANGUAGE)
			item->language = nw_feed_read_word(r, c);
		else if (c->tag == NW_TAG_NAME && !r->feed->title.n)
			r->feed->title = r->feed->title_text =
				nw_text_line(r->arena, nw_feed_read_word(r, c));
	}
}

static void read_news(struct nw_feed_reader *r, struct nw_item *item, const struct nw_node *news)
{
	for (const struct nw_node *c = news->children; c; c = c->next) {
		switch (c->tag) {
		case NW_TAG_TITLE:
			nw_feed_set_title(
				r, nw_feed_read_text(r, c), &item->title, &item->title_text);
			break;
		case NW_TAG_PUBLICATION_DATE:
			nw_feed_set_date(&item->published, nw_feed_read_word(r, c));
			break;
		case NW_TAG_PUBLICATION:
			read_publication(r, item, c);
			break;
		case NW_TAG_KEYWORDS:
			nw_feed_add_keywords(
				r, &item->categories, nw_feed_read_word(r, c), (struct nw_str){0});
			break;
		default:
			break;
		}
	}
}

static struct nw_str read_loc(struct nw_feed_reader *r, const struct nw_node *n)
{
	return nw_feed_resolve(r, nw_feed_scope_of(r, n).base, nw_feed_read_word(r, n));
}

static void read_url(struct nw_feed_reader *r, struct nw_item *item, const struct nw_node *url)
{
	for (const struct nw_node *c = url->children; c; c = c->next) {
		switch (c->tag) {
		case NW_TAG_LOC:
			item->link = read_loc(r, c);
			break;
		case NW_TAG_LASTMOD:
			nw_feed_set_date(&item->updated, nw_feed_read_word(r, c));
			break;
		case NW_TAG_NEWS:
			read_news(r, item, c);
			break;
		case NW_TAG_IMAGE:
			for (const struct nw_node *i = c->children; i && !item->image.n;
				i = i->next)
				if (i->tag == NW_TAG_LOC)
					item->image = read_loc(r, i);
			break;
		default:
			break;
		}
	}
}

static void read_index_row(struct nw_feed_reader *r, const struct nw_node *sitemap)
{
	for (const struct nw_node *c = sitemap->children; c; c = c->next)
		if (c->tag == NW_TAG_LOC)
			nw_feed_add_link(r, &r->feed->links,
				(struct nw_feed_link){.rel = NW_STR("sitemap"),
					.href = read_loc(r, c),
					.type = NW_STR("application/xml")});
}

static void read_sitemap(struct nw_feed_reader *r, const struct nw_node *root)
{
	r->feed->format = root->tag == NW_TAG_URLSET ? "sitemap" : "sitemapindex";
	for (const struct nw_node *c = root->children; c; c = c->next) {
		struct nw_item *item;

		if (c->tag == NW_TAG_SITEMAP)
			read_index_row(r, c);
		if (c->tag != NW_TAG_URL)
			continue;
		item = nw_feed_new_item(r, c->line);
		if (!item)
			return;
		read_url(r, item, c);
	}
}

const struct nw_feed_format nw_feed_format_sitemap = {is_sitemap, read_sitemap};
