#include "markup/names.h"

#include "base/str.h"

static const struct nw_str tags[NW_TAG_N] = {[NW_TAG_NONE] = {"", 0},
	[NW_TAG_OTHER] = {"", 0},
#define TAG_NAME(id, name) [NW_TAG_##id] = {(name), sizeof(name) - 1},
	NW_TAG_LIST(TAG_NAME)
#undef TAG_NAME
};

#define LONGEST_TAG 20

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

enum nw_tag_id nw_tag_find(struct nw_str name)
{
	char folded[LONGEST_TAG];
	unsigned low = NW_TAG_OTHER + 1, high = NW_TAG_N;

	if (name.n > LONGEST_TAG)
		return NW_TAG_OTHER;
	for (size_t i = 0; i < name.n; i++)
		folded[i] = lower(name.p[i]);
	while (low < high) {
		const unsigned middle = (low + high) / 2;
		const int order = nw_str_cmp((struct nw_str){folded, name.n}, tags[middle]);

		if (order == 0)
			return (enum nw_tag_id)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NW_TAG_OTHER;
}

struct nw_str nw_tag_name(enum nw_tag_id id)
{
	return id < NW_TAG_N ? tags[id] : tags[NW_TAG_NONE];
}

/* The first URI of an id is its usual one. Without scheme's end and trailing '/' or '#'. */
static const struct {
	enum nw_ns_id id;
	const char *uri;
} uris[] = {
	{NW_NS_XML, "http://www.w3.org/XML/1998/namespace"},
	{NW_NS_RSS090, "http://my.netscape.com/rdf/simple/0.9/"},
	{NW_NS_RSS090, "http://channel.netscape.com/rdf/simple/0.9/"},
	{NW_NS_RSS090, "http://my.netscape.com/publish/formats/rss-0.91.dtd"},
	{NW_NS_RSS10, "http://purl.org/rss/1.0/"},
	{NW_NS_RSS10, "http://purl.org/net/rss1.1#"},
	{NW_NS_RSS20, "http://backend.userland.com/rss2"},
	{NW_NS_RSS20, "http://backend.userland.com/rss"},
	{NW_NS_RSS20, "http://backend.userland.com/rss2.0"},
	{NW_NS_RSS20, "http://backend.userland.com/rss2.1"},
	{NW_NS_RSS20, "http://backend.userland.com/rss091"},
	{NW_NS_RSS20, "http://backend.userland.com/rss092"},
	{NW_NS_RSS20, "http://backend.userland.com/rss093"},
	{NW_NS_RSS20, "http://blogs.law.harvard.edu/tech/rss"},
	{NW_NS_RSS20, "http://cyber.law.harvard.edu/rss/rss.html"},
	{NW_NS_ATOM03, "http://purl.org/atom/ns#"},
	{NW_NS_ATOM10, "http://www.w3.org/2005/Atom"},
	{NW_NS_ATOM_DRAFT, "http://purl.org/atom/"},
	{NW_NS_ATOM_DRAFT, "http://example.com/newformat#"},
	{NW_NS_ATOM_DRAFT, "http://example.com/necho"},
	{NW_NS_ATOM_DRAFT, "http://purl.org/echo/"},
	{NW_NS_ATOM_DRAFT, "uri/of/echo/namespace#"},
	{NW_NS_ATOM_DRAFT, "http://purl.org/pie/"},
	{NW_NS_RDF, "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
	{NW_NS_XHTML, "http://www.w3.org/1999/xhtml"},
	{NW_NS_DC, "http://purl.org/dc/elements/1.1/"},
	{NW_NS_DC, "http://purl.org/dc/elements/1.0/"},
	{NW_NS_DCTERMS, "http://purl.org/dc/terms/"},
	{NW_NS_CONTENT, "http://purl.org/rss/1.0/modules/content/"},
	{NW_NS_SY, "http://purl.org/rss/1.0/modules/syndication/"},
	{NW_NS_MEDIA, "http://search.yahoo.com/mrss/"},
	{NW_NS_MEDIA, "http://tools.search.yahoo.com/mrss/"},
	{NW_NS_MEDIA, "http://video.search.yahoo.com/mrss/"},
	{NW_NS_MEDIA, "http://video.search.yahoo.com/mrss"},
	{NW_NS_MEDIA, "http://www.rssboard.org/media-rss"},
	{NW_NS_ITUNES, "http://www.itunes.com/dtds/podcast-1.0.dtd"},
	{NW_NS_ITUNES, "http://example.com/dtds/podcast-1.0.dtd"},
	{NW_NS_WFW, "http://wellformedweb.org/CommentAPI/"},
	{NW_NS_SLASH, "http://purl.org/rss/1.0/modules/slash/"},
	{NW_NS_THR, "http://purl.org/syndication/thread/1.0"},
	{NW_NS_GEORSS, "http://www.georss.org/georss"},
	{NW_NS_GEORSS, "http://www.georss.org/georss/10"},
	{NW_NS_GEO, "http://www.w3.org/2003/01/geo/wgs84_pos#"},
	{NW_NS_GML, "http://www.opengis.net/gml"},
	{NW_NS_FEEDBURNER, "http://rssnamespace.org/feedburner/ext/1.0"},
	{NW_NS_ADMIN, "http://webns.net/mvcb/"},
	{NW_NS_CC, "http://web.resource.org/cc/"},
	{NW_NS_CC, "http://creativecommons.org/ns#"},
	{NW_NS_CREATIVECOMMONS, "http://backend.userland.com/creativeCommonsRssModule"},
	{NW_NS_CREATIVECOMMONS, "http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html"},
	{NW_NS_XLINK, "http://www.w3.org/1999/xlink"},
	{NW_NS_RSSLINK, "http://purl.org/rss/1.0/modules/link/"},
	{NW_NS_TAXO, "http://purl.org/rss/1.0/modules/taxonomy/"},
	{NW_NS_AG, "http://purl.org/rss/modules/aggregation/"},
	{NW_NS_AG, "http://purl.org/rss/1.0/modules/aggregation/"},
	{NW_NS_CDF, "http://www.w3.org/TR/NOTE-CDFsubmit.html"},
	{NW_NS_SITEMAP, "http://www.sitemaps.org/schemas/sitemap/0.9"},
	{NW_NS_SITEMAP, "http://www.google.com/schemas/sitemap/0.84"},
	{NW_NS_SITEMAP_NEWS, "http://www.google.com/schemas/sitemap-news/0.9"},
	{NW_NS_SITEMAP_IMAGE, "http://www.google.com/schemas/sitemap-image/1.1"},
	{NW_NS_SITEMAP_VIDEO, "http://www.google.com/schemas/sitemap-video/1.1"},
	{NW_NS_PODCAST, "https://podcastindex.org/namespace/1.0"},
	{NW_NS_PODCAST,
		"https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"},
	{NW_NS_PSC, "http://podlove.org/simple-chapters"},
	{NW_NS_GOOGLEPLAY, "http://www.google.com/schemas/play-podcasts/1.0"},
	{NW_NS_OPENSEARCH, "http://a9.com/-/spec/opensearch/1.1/"},
	{NW_NS_OPENSEARCH, "http://a9.com/-/spec/opensearchrss/1.0/"},
	{NW_NS_YT, "http://www.youtube.com/xml/schemas/2015"},
	{NW_NS_YT, "http://gdata.youtube.com/schemas/2007"},
	{NW_NS_APP, "http://www.w3.org/2007/app"},
	{NW_NS_PINGBACK, "http://madskills.com/public/xml/rss/module/pingback/"},
	{NW_NS_TRACKBACK, "http://madskills.com/public/xml/rss/module/trackback/"},
	{NW_NS_SVG, "http://www.w3.org/2000/svg"},
	{NW_NS_MATHML, "http://www.w3.org/1998/Math/MathML"},
};

static const struct {
	enum nw_ns_id id;
	const char *prefix;
} prefixes[] = {
	{NW_NS_XML, "xml"},
	{NW_NS_ATOM10, "atom"},
	{NW_NS_ATOM10, "atom10"},
	{NW_NS_RDF, "rdf"},
	{NW_NS_XHTML, "xhtml"},
	{NW_NS_XHTML, "html"},
	{NW_NS_DC, "dc"},
	{NW_NS_DCTERMS, "dcterms"},
	{NW_NS_CONTENT, "content"},
	{NW_NS_SY, "sy"},
	{NW_NS_MEDIA, "media"},
	{NW_NS_ITUNES, "itunes"},
	{NW_NS_WFW, "wfw"},
	{NW_NS_SLASH, "slash"},
	{NW_NS_THR, "thr"},
	{NW_NS_GEORSS, "georss"},
	{NW_NS_GEO, "geo"},
	{NW_NS_GML, "gml"},
	{NW_NS_FEEDBURNER, "feedburner"},
	{NW_NS_ADMIN, "admin"},
	{NW_NS_CC, "cc"},
	{NW_NS_CREATIVECOMMONS, "creativecommons"},
	{NW_NS_XLINK, "xlink"},
	{NW_NS_RSSLINK, "l"},
	{NW_NS_TAXO, "taxo"},
	{NW_NS_AG, "ag"},
	{NW_NS_SITEMAP_NEWS, "news"},
	{NW_NS_SITEMAP_IMAGE, "image"},
	{NW_NS_SITEMAP_VIDEO, "video"},
	{NW_NS_PODCAST, "podcast"},
	{NW_NS_PSC, "psc"},
	{NW_NS_GOOGLEPLAY, "googleplay"},
	{NW_NS_OPENSEARCH, "opensearch"},
	{NW_NS_YT, "yt"},
	{NW_NS_APP, "app"},
	{NW_NS_PINGBACK, "pingback"},
	{NW_NS_TRACKBACK, "trackback"},
	{NW_NS_SVG, "svg"},
	{NW_NS_MATHML, "math"},
};

/* http and https name the same thing, and people forget or add the last character. */
static struct nw_str bare_uri(struct nw_str uri)
{
	uri = nw_str_trim(uri);
	if (nw_str_starts_nocase(uri, NW_STR("https://")))
		uri = nw_str_from(uri, 8);
	else if (nw_str_starts_nocase(uri, NW_STR("http://")))
		uri = nw_str_from(uri, 7);
	while (uri.n && (uri.p[uri.n - 1] == '/' || uri.p[uri.n - 1] == '#'))
		uri.n--;
	return uri;
}

enum nw_ns_id nw_ns_find(struct nw_str uri)
{
	uri = bare_uri(uri);
	if (uri.n == 0)
		return NW_NS_NONE;
	for (size_t i = 0; i < sizeof(uris) / sizeof(*uris); i++)
		if (nw_str_eq_nocase(uri, bare_uri(nw_str(uris[i].uri))))
			return uris[i].id;
	return NW_NS_OTHER;
}

enum nw_ns_id nw_ns_of_prefix(struct nw_str prefix)
{
	if (prefix.n == 0)
		return NW_NS_NONE;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (nw_str_eq_nocase(prefix, nw_str(prefixes[i].prefix)))
			return prefixes[i].id;
	return NW_NS_OTHER;
}

enum nw_ns_id nw_ns_bound(struct nw_str prefix, struct nw_str uri)
{
	const enum nw_ns_id ns = nw_ns_find(uri);

	return ns == NW_NS_OTHER || ns == NW_NS_NONE ? nw_ns_of_prefix(prefix) : ns;
}

struct nw_str nw_ns_uri(enum nw_ns_id id)
{
	for (size_t i = 0; i < sizeof(uris) / sizeof(*uris); i++)
		if (uris[i].id == id)
			return nw_str(uris[i].uri);
	return (struct nw_str){0};
}
