#include "markup/nest.h"

#include "base/str.h"

/* The namespaces that a feed's own elements are in. */
static bool is_feed_ns(uint16_t ns)
{
	return ns == NW_NS_NONE || ns == NW_NS_RSS090 || ns == NW_NS_RSS10 || ns == NW_NS_RSS20 ||
		ns == NW_NS_ATOM03 || ns == NW_NS_ATOM10 || ns == NW_NS_ATOM_DRAFT;
}

static bool is_item(uint16_t tag)
{
	return tag == NW_TAG_ITEM || tag == NW_TAG_ENTRY;
}

static bool holds_items(uint16_t tag)
{
	return tag == NW_TAG_CHANNEL || tag == NW_TAG_FEED || tag == NW_TAG_RDF ||
		tag == NW_TAG_RSS;
}

/* Holds text, and no other element of this list. */
static bool is_leaf(uint16_t tag)
{
	static const uint16_t leaves[] = {NW_TAG_TITLE, NW_TAG_LINK, NW_TAG_GUID, NW_TAG_ID,
		NW_TAG_PUBDATE, NW_TAG_DESCRIPTION, NW_TAG_CATEGORY, NW_TAG_COMMENTS,
		NW_TAG_SUMMARY, NW_TAG_UPDATED, NW_TAG_PUBLISHED};

	for (size_t i = 0; i < sizeof(leaves) / sizeof(*leaves); i++)
		if (leaves[i] == tag)
			return true;
	return false;
}

static unsigned before_in_feed(const struct nw_node *open, struct nw_tree_name name)
{
	unsigned n = 0;

	if (!is_feed_ns(name.ns))
		return 0;
	if (is_item(name.tag)) {
		for (const struct nw_node *i = open; i; i = i->parent, n++)
			if (holds_items(i->tag))
				return n;
		return 0;
	}
	return open && is_leaf(name.tag) && is_leaf(open->tag) && open->ns == name.ns &&
		open->parent && (is_item(open->parent->tag) || holds_items(open->parent->tag));
}

/* HTML: the first ends the second, looked for no further out than a third. */
static const struct {
	uint16_t starts, ends[3], within[4];
} implied[] = {
	{NW_TAG_LI, {NW_TAG_LI}, {NW_TAG_UL, NW_TAG_OL, NW_TAG_MENU, NW_TAG_DIR}},
	{NW_TAG_DT, {NW_TAG_DT, NW_TAG_DD}, {NW_TAG_DL}},
	{NW_TAG_DD, {NW_TAG_DT, NW_TAG_DD}, {NW_TAG_DL}},
	{NW_TAG_TD, {NW_TAG_TD, NW_TAG_TH}, {NW_TAG_TR, NW_TAG_TABLE}},
	{NW_TAG_TH, {NW_TAG_TD, NW_TAG_TH}, {NW_TAG_TR, NW_TAG_TABLE}},
	{NW_TAG_TR, {NW_TAG_TR}, {NW_TAG_TABLE}},
	{NW_TAG_TBODY, {NW_TAG_TBODY, NW_TAG_THEAD, NW_TAG_TFOOT}, {NW_TAG_TABLE}},
	{NW_TAG_TFOOT, {NW_TAG_TBODY, NW_TAG_THEAD, NW_TAG_TFOOT}, {NW_TAG_TABLE}},
	{NW_TAG_OPTION, {NW_TAG_OPTION}, {NW_TAG_SELECT, NW_TAG_DATALIST}},
	{NW_TAG_BODY, {NW_TAG_HEAD}, {NW_TAG_HTML}},
};

/* A paragraph ends where one of these starts (HTML, "optional tags"). */
static bool ends_paragraph(uint16_t tag)
{
	static const uint16_t blocks[] = {NW_TAG_P, NW_TAG_DIV, NW_TAG_UL, NW_TAG_OL, NW_TAG_DL,
		NW_TAG_TABLE, NW_TAG_BLOCKQUOTE, NW_TAG_PRE, NW_TAG_H1, NW_TAG_H2, NW_TAG_H3,
		NW_TAG_H4, NW_TAG_H5, NW_TAG_H6, NW_TAG_HR, NW_TAG_FIGURE, NW_TAG_SECTION,
		NW_TAG_ARTICLE, NW_TAG_ASIDE, NW_TAG_HEADER, NW_TAG_FOOTER, NW_TAG_NAV, NW_TAG_MAIN,
		NW_TAG_FORM, NW_TAG_FIELDSET, NW_TAG_ADDRESS, NW_TAG_DETAILS, NW_TAG_CENTER};

	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++)
		if (blocks[i] == tag)
			return true;
	return false;
}

static bool is_one_of(uint16_t tag, const uint16_t *tags, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tags[i] == tag && tag != NW_TAG_NONE)
			return true;
	return false;
}

static unsigned before_in_html(const struct nw_node *open, struct nw_tree_name name)
{
	unsigned n = 1;

	for (size_t r = 0; r < sizeof(implied) / sizeof(*implied); r++) {
		if (implied[r].starts != name.tag)
			continue;
		for (const struct nw_node *i = open; i; i = i->parent, n++) {
			if (is_one_of(i->tag, implied[r].ends, 3))
				return n;
			if (is_one_of(i->tag, implied[r].within, 4))
				return 0;
		}
		return 0;
	}
	if (!ends_paragraph(name.tag))
		return 0;
	for (const struct nw_node *i = open; i; i = i->parent, n++) {
		if (i->tag == NW_TAG_P)
			return n;
		if (ends_paragraph(i->tag) || i->tag == NW_TAG_TD || i->tag == NW_TAG_LI ||
			i->tag == NW_TAG_BUTTON || i->tag == NW_TAG_OBJECT)
			return 0;
	}
	return 0;
}

unsigned nw_nest_before(const struct nw_node *open, struct nw_tree_name name, bool is_html)
{
	return is_html ? before_in_html(open, name) : before_in_feed(open, name);
}

unsigned nw_nest_end(const struct nw_node *open, struct nw_tree_name name)
{
	unsigned n = 1;

	for (const struct nw_node *i = open; i; i = i->parent, n++)
		if (i->ns == name.ns && i->tag == name.tag &&
			(name.tag != NW_TAG_OTHER || nw_str_eq_nocase(i->name, name.text)))
			return n;
	return 0;
}
