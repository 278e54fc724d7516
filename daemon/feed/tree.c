/* Where the items and the feed's own fields are in a document. */
#include "base/arena.h"
#include "base/str.h"
#include "feed/format.h"

bool nw_feed_is_core(const struct nw_node *n)
{
	switch (n->ns) {
	case NW_NS_NONE:
	case NW_NS_RSS090:
	case NW_NS_RSS10:
	case NW_NS_RSS20:
	case NW_NS_ATOM03:
	case NW_NS_ATOM10:
	case NW_NS_ATOM_DRAFT:
	case NW_NS_CDF:
		return true;
	default:
		return false;
	}
}

struct nw_str nw_feed_attr_nocase(const struct nw_node *n, const char *name)
{
	for (const struct nw_attr *a = n->attrs; a; a = a->next)
		if (nw_str_eq_nocase(a->name, nw_str(name)))
			return a->value;
	return (struct nw_str){0};
}

struct nw_item *nw_feed_new_item(struct nw_feed_reader *r, uint32_t line)
{
	struct nw_item *item;

	if (r->feed->n_items >= r->limits->items) {
		r->feed->cut = true;
		return NULL;
	}
	item = NW_ARENA_NEW(r->arena, struct nw_item);
	item->line = (int)line;
	*r->tail = item;
	r->tail = &item->next;
	r->feed->n_items++;
	return item;
}

static bool is_deletion(const struct nw_node *n)
{
	return n->tag == NW_TAG_DELETED_ENTRY && n->ns == NW_NS_TOMBSTONES;
}

/* One without a ref says nothing. */
static void read_deletion(struct nw_feed_reader *r, const struct nw_node *n)
{
	const struct nw_str id = nw_str_trim(nw_node_attr(n, "ref"));
	struct nw_feed_deletion *deletion;

	if (!id.n)
		return;
	if (r->feed->n_deletions >= r->limits->items) {
		r->feed->cut = true;
		return;
	}
	deletion = NW_ARENA_NEW(r->arena, struct nw_feed_deletion);
	deletion->id = id;
	nw_feed_set_date(&deletion->when, nw_node_attr(n, "when"));
	for (const struct nw_node *child = n->children; child; child = child->next)
		if (child->tag == NW_TAG_COMMENT && child->ns == NW_NS_TOMBSTONES)
			deletion->comment = nw_feed_read_word(r, child);
	*r->deletion_tail = deletion;
	r->deletion_tail = &deletion->next;
	r->feed->n_deletions++;
}

static bool is_item(const struct nw_node *n)
{
	return (n->tag == NW_TAG_ITEM || n->tag == NW_TAG_ENTRY) && nw_feed_is_core(n);
}

/* <items> holds the items in RSS 1.1; in RSS 1.0 it only lists them. */
static bool is_container(const struct nw_node *n)
{
	switch (n->tag) {
	case NW_TAG_RSS:
	case NW_TAG_RDF:
	case NW_TAG_FEED:
	case NW_TAG_CHANNEL:
	case NW_TAG_ITEMS:
		return true;
	default:
		return false;
	}
}

static const struct nw_node *read_node(struct nw_feed_reader *r, struct nw_feed_ranks *ranks,
	const struct nw_node *n, const struct nw_node *root)
{
	if (n->kind == NW_TEXT)
		return nw_node_skip(n, root);
	if (is_container(n)) {
		nw_feed_read_channel(r, n);
		return nw_node_next(n, root);
	}
	if (is_deletion(n)) {
		read_deletion(r, n);
	} else if (is_item(n)) {
		struct nw_item *item = nw_feed_new_item(r, n->line);

		if (!item)
			return NULL;
		nw_feed_read_item(r, item, n);
	} else if (n->parent && is_container(n->parent)) {
		nw_feed_read_channel_child(r, ranks, n);
	}
	/* An element that somebody forgot to close may have swallowed the items after it. */
	return r->damaged || n->tag == NW_TAG_OTHER ? nw_node_next(n, root) : nw_node_skip(n, root);
}

void nw_feed_read_tree(struct nw_feed_reader *r, const struct nw_node *root)
{
	struct nw_feed_ranks ranks = {0};
	const struct nw_node *n = root;

	while (n)
		n = read_node(r, &ranks, n, root);
}
