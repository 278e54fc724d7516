#include "markup/names.h"

#include "base/str.h"

static const struct nw_str tags[NW_TAG_N] = {[NW_TAG_NONE] = {"", 0},
	[NW_TAG_OTHER] = {"", 0},
#define TAG_NAME(id, name) [NW_TAG_##id] = {(name), sizeof(name) - 1},
	NW_TAG_LIST(TAG_NAME)
#undef TAG_NAME
};

#define LONGEST_TAG 20

char nw_tag_lower(char c)
{
	if (c < 'A' || c > 'Z')
		return c;
	return (char)(c | 0x20);
}

enum nw_tag_id nw_tag_find(struct nw_str name)
{
	char folded[LONGEST_TAG];
	unsigned low = NW_TAG_OTHER + 1, high = NW_TAG_N;

	if (name.n > LONGEST_TAG)
		return NW_TAG_OTHER;
	for (size_t i = 0; i < name.n; i++)
		folded[i] = nw_tag_lower(name.p[i]);
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

/* Without scheme and trailing '/' or '#': people forget, add and change those. */
#define BARE(id, uri)                          \
	{                                      \
		(id),                          \
		{                              \
			(uri), sizeof(uri) - 1 \
		}                              \
	}
static const struct {
	enum nw_ns_id id;
	struct nw_str uri;
} uris[] = {
	BARE(NW_NS_XML, "www.w3.org/XML/1998/namespace"),
	BARE(NW_NS_RSS090, "my.netscape.com/rdf/simple/0.9"),
	BARE(NW_NS_RSS090, "channel.netscape.com/rdf/simple/0.9"),
	BARE(NW_NS_RSS090, "my.netscape.com/publish/formats/rss-0.91.dtd"),
	BARE(NW_NS_RSS10, "purl.org/rss/1.0"),
	BARE(NW_NS_RSS10, "purl.org/net/rss1.1"),
	BARE(NW_NS_RSS20, "backend.userland.com/rss2"),
	BARE(NW_NS_RSS20, "backend.userland.com/rss"),
	BARE(NW_NS_RSS20, "backend.userland.com/rss2.0"),
	BARE(NW_NS_RSS20, "backend.userland.com/rss2.1"),
	BARE(NW_NS_RSS20, "backend.userland.com/rss091"),
	BARE(NW_NS_RSS20, "backend.userland.com/rss092"),
	BARE(NW_NS_RSS20, "backend.userland.com/rss093"),
	BARE(NW_NS_RSS20, "blogs.law.harvard.edu/tech/rss"),
	BARE(NW_NS_RSS20, "cyber.law.harvard.edu/rss/rss.html"),
	BARE(NW_NS_ATOM03, "purl.org/atom/ns"),
	BARE(NW_NS_ATOM10, "www.w3.org/2005/Atom"),
	BARE(NW_NS_ATOM_DRAFT, "purl.org/atom"),
	BARE(NW_NS_ATOM_DRAFT, "example.com/newformat"),
	BARE(NW_NS_ATOM_DRAFT, "example.com/necho"),
	BARE(NW_NS_ATOM_DRAFT, "purl.org/echo"),
	BARE(NW_NS_ATOM_DRAFT, "uri/of/echo/namespace"),
	BARE(NW_NS_ATOM_DRAFT, "purl.org/pie"),
	BARE(NW_NS_RDF, "www.w3.org/1999/02/22-rdf-syntax-ns"),
	BARE(NW_NS_XHTML, "www.w3.org/1999/xhtml"),
	BARE(NW_NS_DC, "purl.org/dc/elements/1.1"),
	BARE(NW_NS_DC, "purl.org/dc/elements/1.0"),
	BARE(NW_NS_DCTERMS, "purl.org/dc/terms"),
	BARE(NW_NS_CONTENT, "purl.org/rss/1.0/modules/content"),
	BARE(NW_NS_SY, "purl.org/rss/1.0/modules/syndication"),
	BARE(NW_NS_MEDIA, "search.yahoo.com/mrss"),
	BARE(NW_NS_MEDIA, "tools.search.yahoo.com/mrss"),
	BARE(NW_NS_MEDIA, "video.search.yahoo.com/mrss"),
	BARE(NW_NS_MEDIA, "www.rssboard.org/media-rss"),
	BARE(NW_NS_ITUNES, "www.itunes.com/dtds/podcast-1.0.dtd"),
	BARE(NW_NS_ITUNES, "example.com/dtds/podcast-1.0.dtd"),
	BARE(NW_NS_WFW, "wellformedweb.org/CommentAPI"),
	BARE(NW_NS_SLASH, "purl.org/rss/1.0/modules/slash"),
	BARE(NW_NS_THR, "purl.org/syndication/thread/1.0"),
	BARE(NW_NS_GEORSS, "www.georss.org/georss"),
	BARE(NW_NS_GEORSS, "www.georss.org/georss/10"),
	BARE(NW_NS_GEO, "www.w3.org/2003/01/geo/wgs84_pos"),
	BARE(NW_NS_GML, "www.opengis.net/gml"),
	BARE(NW_NS_FEEDBURNER, "rssnamespace.org/feedburner/ext/1.0"),
	BARE(NW_NS_ADMIN, "webns.net/mvcb"),
	BARE(NW_NS_CC, "web.resource.org/cc"),
	BARE(NW_NS_CC, "creativecommons.org/ns"),
	BARE(NW_NS_CREATIVECOMMONS, "backend.userland.com/creativeCommonsRssModule"),
	BARE(NW_NS_CREATIVECOMMONS, "cyber.law.harvard.edu/rss/creativeCommonsRssModule.html"),
	BARE(NW_NS_XLINK, "www.w3.org/1999/xlink"),
	BARE(NW_NS_RSSLINK, "purl.org/rss/1.0/modules/link"),
	BARE(NW_NS_TAXO, "purl.org/rss/1.0/modules/taxonomy"),
	BARE(NW_NS_AG, "purl.org/rss/modules/aggregation"),
	BARE(NW_NS_AG, "purl.org/rss/1.0/modules/aggregation"),
	BARE(NW_NS_CDF, "www.w3.org/TR/NOTE-CDFsubmit.html"),
	BARE(NW_NS_SITEMAP, "www.sitemaps.org/schemas/sitemap/0.9"),
	BARE(NW_NS_SITEMAP, "www.google.com/schemas/sitemap/0.84"),
	BARE(NW_NS_SITEMAP_NEWS, "www.google.com/schemas/sitemap-news/0.9"),
	BARE(NW_NS_SITEMAP_IMAGE, "www.google.com/schemas/sitemap-image/1.1"),
	BARE(NW_NS_SITEMAP_VIDEO, "www.google.com/schemas/sitemap-video/1.1"),
	BARE(NW_NS_PODCAST, "podcastindex.org/namespace/1.0"),
	BARE(NW_NS_PODCAST, "github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"),
	BARE(NW_NS_PSC, "podlove.org/simple-chapters"),
	BARE(NW_NS_GOOGLEPLAY, "www.google.com/schemas/play-podcasts/1.0"),
	BARE(NW_NS_OPENSEARCH, "a9.com/-/spec/opensearch/1.1"),
	BARE(NW_NS_OPENSEARCH, "a9.com/-/spec/opensearchrss/1.0"),
	BARE(NW_NS_YT, "www.youtube.com/xml/schemas/2015"),
	BARE(NW_NS_YT, "gdata.youtube.com/schemas/2007"),
	BARE(NW_NS_APP, "www.w3.org/2007/app"),
	BARE(NW_NS_TOMBSTONES, "purl.org/atompub/tombstones/1.0"),
	BARE(NW_NS_PINGBACK, "madskills.com/public/xml/rss/module/pingback"),
	BARE(NW_NS_TRACKBACK, "madskills.com/public/xml/rss/module/trackback"),
	BARE(NW_NS_SVG, "www.w3.org/2000/svg"),
	BARE(NW_NS_MATHML, "www.w3.org/1998/Math/MathML"),
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
	{NW_NS_TOMBSTONES, "at"},
	{NW_NS_PINGBACK, "pingback"},
	{NW_NS_TRACKBACK, "trackback"},
	{NW_NS_SVG, "svg"},
	{NW_NS_MATHML, "math"},
};

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
		if (nw_str_eq_nocase(uri, uris[i].uri))
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
