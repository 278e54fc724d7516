#ifndef NW_MARKUP_NAMES_H
#define NW_MARKUP_NAMES_H

#include <newswire/base.h>

#include "markup/tags.h"

/*
 * Element names of HTML and of feeds that the code may ask for. A name has one
 * id whatever its case or namespace: "pubDate" and "pubdate" are NW_TAG_PUBDATE,
 * and <title> is NW_TAG_TITLE in HTML, Atom and Dublin Core; which of them it is
 * in XML, nw_node.ns says.
 */
enum nw_tag_id {
	NW_TAG_NONE,  /* a text */
	NW_TAG_OTHER, /* an element that nobody asks for; nw_node.name has its name */
#define NW_TAG_ID(id, name) NW_TAG_##id,
	NW_TAG_LIST(NW_TAG_ID) NW_TAG_N
#undef NW_TAG_ID
};

/* NW_TAG_OTHER where it is none of them. */
enum nw_tag_id nw_tag_find(struct nw_str name);
/* ASCII only. */
char nw_tag_lower(char c);
/* In lower case; empty for NW_TAG_NONE and NW_TAG_OTHER. */
struct nw_str nw_tag_name(enum nw_tag_id id);

/* Namespaces as feeds use them; several URIs may stand for one. */
enum nw_ns_id {
	NW_NS_NONE,  /* no namespace, HTML, or a default namespace that nobody knows */
	NW_NS_OTHER, /* an unknown namespace behind a prefix */
	NW_NS_XML,
	NW_NS_RSS090, /* RDF-based RSS 0.90 */
	NW_NS_RSS10,  /* RDF-based RSS 1.0 */
	NW_NS_RSS20,  /* the URIs that some RSS 2.0 feeds give their elements */
	NW_NS_ATOM03,
	NW_NS_ATOM10,
	NW_NS_ATOM_DRAFT, /* names of Atom before 0.3 */
	NW_NS_RDF,
	NW_NS_XHTML,
	NW_NS_DC,
	NW_NS_DCTERMS,
	NW_NS_CONTENT,
	NW_NS_SY, /* RSS 1.0 syndication */
	NW_NS_MEDIA,
	NW_NS_ITUNES,
	NW_NS_WFW,
	NW_NS_SLASH,
	NW_NS_THR,
	NW_NS_GEORSS,
	NW_NS_GEO,
	NW_NS_GML,
	NW_NS_FEEDBURNER,
	NW_NS_ADMIN,
	NW_NS_CC,
	NW_NS_CREATIVECOMMONS,
	NW_NS_XLINK,
	NW_NS_RSSLINK, /* RSS 1.0 module link */
	NW_NS_TAXO,
	NW_NS_AG,
	NW_NS_CDF,
	NW_NS_SITEMAP,
	NW_NS_SITEMAP_NEWS,
	NW_NS_SITEMAP_IMAGE,
	NW_NS_SITEMAP_VIDEO,
	NW_NS_PODCAST,
	NW_NS_PSC, /* Podlove simple chapters */
	NW_NS_GOOGLEPLAY,
	NW_NS_OPENSEARCH,
	NW_NS_YT,
	NW_NS_APP,
	NW_NS_TOMBSTONES, /* RFC 6721 */
	NW_NS_PINGBACK,
	NW_NS_TRACKBACK,
	NW_NS_SVG,
	NW_NS_MATHML,
	NW_NS_N
};

/* By URI, in any case, with or without a trailing '/' or '#'; NW_NS_OTHER where nobody knows it. */
enum nw_ns_id nw_ns_find(struct nw_str uri);
/* What an undeclared prefix usually stands for; NW_NS_OTHER where nobody knows it. */
enum nw_ns_id nw_ns_of_prefix(struct nw_str prefix);
/*
 * What prefix stands for where it is bound to uri; either may be empty. An
 * unknown URI behind a usual prefix is taken for the usual one.
 */
enum nw_ns_id nw_ns_bound(struct nw_str prefix, struct nw_str uri);

#endif
