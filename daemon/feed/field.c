/* What channels and items have alike: dates, links, categories, people, images. */
#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "base/when.h"
#include "feed/format.h"

#define MAX_LIST 128 /* of anything one item has several of */

void nw_feed_set_date(struct nw_feed_date *date, struct nw_str raw)
{
	struct nw_when when;

	raw = nw_str_trim(raw);
	/* The last one said counts, but one that can be read before one that cannot. */
	if (!raw.n || (!nw_when_parse(raw, &when) && date->raw.n))
		return;
	*date = (struct nw_feed_date){raw, when};
}

static bool is_same_category(const struct nw_feed_category *a, const struct nw_feed_category *b)
{
	return nw_str_eq(a->term, b->term) && nw_str_eq(a->scheme, b->scheme) &&
		nw_str_eq(a->label, b->label);
}

void nw_feed_add_category(
	struct nw_feed_reader *r, struct nw_feed_category **list, struct nw_feed_category category)
{
	size_t n = 0;

	if (!category.term.n && !category.label.n)
		return;
	for (; *list; list = &(*list)->next, n++)
		if (is_same_category(*list, &category))
			return;
	if (n >= MAX_LIST) {
		r->feed->cut = true;
		return;
	}
	*list = NW_ARENA_NEW(r->arena, struct nw_feed_category);
	**list = category;
}

void nw_feed_add_keywords(struct nw_feed_reader *r, struct nw_feed_category **list,
	struct nw_str words, struct nw_str scheme)
{
	const bool commas = words.n && memchr(words.p, ',', words.n);
	struct nw_str word;

	for (size_t i = 0; i < MAX_LIST && nw_str_cut(&words, commas ? ',' : ' ', &word); i++)
		nw_feed_add_category(r, list,
			(struct nw_feed_category){.term = nw_str_trim(word), .scheme = scheme});
}

void nw_feed_add_link(
	struct nw_feed_reader *r, struct nw_feed_link **list, struct nw_feed_link link)
{
	size_t n = 0;

	for (; *list; list = &(*list)->next)
		n++;
	if (!link.href.n || n >= MAX_LIST) {
		r->feed->cut |= n >= MAX_LIST;
		return;
	}
	*list = NW_ARENA_NEW(r->arena, struct nw_feed_link);
	**list = link;
}

void nw_feed_add_enclosure(struct nw_feed_reader *r, struct nw_feed_enclosure **list,
	struct nw_str url, struct nw_str type, struct nw_str length)
{
	size_t n = 0;

	for (; *list; list = &(*list)->next)
		n++;
	if (!url.n || n >= MAX_LIST) {
		r->feed->cut |= n >= MAX_LIST;
		return;
	}
	*list = NW_ARENA_NEW(r->arena, struct nw_feed_enclosure);
	**list = (struct nw_feed_enclosure){.url = url, .type = type, .length = length};
}

void nw_feed_add_person(
	struct nw_feed_reader *r, struct nw_feed_person **list, struct nw_feed_person person)
{
	size_t n = 0;

	if (!person.name.n && !person.email.n && !person.url.n)
		return;
	for (; *list; list = &(*list)->next, n++)
		if (nw_str_eq((*list)->name, person.name) &&
			nw_str_eq((*list)->email, person.email))
			return;
	if (n >= MAX_LIST) {
		r->feed->cut = true;
		return;
	}
	*list = NW_ARENA_NEW(r->arena, struct nw_feed_person);
	**list = person;
}

/* Attributes of XML keep the case in which they were written. */
static struct nw_str first_of(struct nw_str a, struct nw_str b)
{
	return a.n ? a : b;
}

#define ITUNES_SCHEME "http://www.itunes.com/"
#define MEDIA_SCHEME "http://search.yahoo.com/mrss/category_schema"

void nw_feed_read_category(
	struct nw_feed_reader *r, struct nw_feed_category **list, const struct nw_node *n)
{
	struct nw_feed_category category = {
		.term = nw_str_trim(nw_node_attr(n, "term")),
		.scheme = first_of(nw_node_attr(n, "scheme"), nw_node_attr(n, "domain")),
		.label = nw_node_attr(n, "label"),
	};

	if (n->ns == NW_NS_ITUNES) {
		category.term = nw_str_trim(nw_node_attr(n, "text"));
		category.scheme = NW_STR(ITUNES_SCHEME);
	} else if (n->ns == NW_NS_MEDIA) {
		category.scheme = first_of(category.scheme, NW_STR(MEDIA_SCHEME));
	}
	if (!category.term.n)
		category.term = nw_text_line(
			r->arena, nw_text_unescape(r->arena, nw_node_text(r->arena, n)));
	nw_feed_add_category(r, list, category);
	/* Those of itunes hold narrower ones, two deep at most in its own list of them. */
	for (const struct nw_node *c = n->children; c && n->ns == NW_NS_ITUNES; c = c->next)
		if (c->tag == NW_TAG_CATEGORY)
			nw_feed_add_category(r, list,
				(struct nw_feed_category){
					.term = nw_str_trim(nw_node_attr(c, "text")),
					.scheme = NW_STR(ITUNES_SCHEME)});
}

struct nw_feed_link nw_feed_read_link(struct nw_feed_reader *r, const struct nw_node *n)
{
	struct nw_feed_link link = {
		.rel = nw_str_trim(nw_node_attr(n, "rel")),
		.href = first_of(nw_node_attr(n, "href"),
			first_of(nw_node_attr(n, "url"), nw_node_attr(n, "uri"))),
		.type = nw_str_trim(nw_node_attr(n, "type")),
		.title = nw_node_attr(n, "title"),
		.hreflang = nw_node_attr(n, "hreflang"),
		.length = nw_node_attr(n, "length"),
	};

	if (!link.rel.n)
		link.rel = NW_STR("alternate");
	if (!link.type.n && nw_str_eq_nocase(link.rel, NW_STR("self")))
		link.type = NW_STR("application/atom+xml");
	else if (!link.type.n)
		link.type = NW_STR("text/html");
	link.href = nw_str_trim(link.href.n ? link.href : nw_node_text(r->arena, n));
	if (link.href.n)
		link.href = nw_feed_resolve(r, nw_feed_scope_of(r, n).base, link.href);
	return link;
}

struct nw_feed_link nw_feed_read_license(struct nw_feed_reader *r, const struct nw_node *n)
{
	const struct nw_str url = first_of(nw_node_attr(n, "resource"), nw_feed_read_word(r, n));

	return (struct nw_feed_link){.rel = NW_STR("license"),
		.href = nw_feed_resolve(r, nw_feed_scope_of(r, n).base, url)};
}

unsigned char nw_feed_rank_link(const struct nw_feed_link *link)
{
	if (!nw_str_eq_nocase(link->rel, NW_STR("alternate")) &&
		!nw_str_eq_nocase(
			link->rel, NW_STR("http://www.iana.org/assignments/relation/alternate")))
		return 0;
	return nw_str_eq_nocase(link->type, NW_STR("text/html")) ||
			nw_str_eq_nocase(link->type, NW_STR("application/xhtml+xml"))
		? 3
		: 1;
}

struct nw_str nw_feed_read_image(struct nw_feed_reader *r, const struct nw_node *n)
{
	struct nw_str url = first_of(nw_node_attr(n, "href"), nw_node_attr(n, "url"));

	for (const struct nw_node *c = n->children; c && !url.n; c = c->next)
		if (c->tag == NW_TAG_URL)
			url = nw_feed_read_word(r, c);
	if (!url.n && nw_node_has(n, "resource"))
		url = nw_node_attr(n, "resource"); /* rdf:resource */
	if (!url.n && n->children && n->children == n->last_child && n->children->kind == NW_TEXT)
		url = nw_feed_read_word(r, n);
	return url.n ? nw_feed_resolve(r, nw_feed_scope_of(r, n).base, url) : url;
}
