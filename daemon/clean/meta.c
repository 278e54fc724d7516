#include "clean/meta.h"

#include "base/str.h"

/* Open Graph, Dublin Core, schema.org and what publishing systems add; lower trust is tried first. */
static const struct row {
	const char *name;
	uint8_t field, trust;
} rows[] = {
	{"og:title", NW_META_TITLE, 0},
	{"twitter:title", NW_META_TITLE, 1},
	{"parsely-title", NW_META_TITLE, 2},
	{"sailthru.title", NW_META_TITLE, 2},
	{"dc.title", NW_META_TITLE, 3},
	{"title", NW_META_TITLE, 4},
	{"og:description", NW_META_SUMMARY, 0},
	{"description", NW_META_SUMMARY, 1},
	{"twitter:description", NW_META_SUMMARY, 2},
	{"dc.description", NW_META_SUMMARY, 3},
	{"article:published_time", NW_META_DATE, 0},
	{"article:published", NW_META_DATE, 0},
	{"og:article:published_time", NW_META_DATE, 0},
	{"og:published_time", NW_META_DATE, 0},
	{"article.published", NW_META_DATE, 0},
	{"shareaholic:article_published_time", NW_META_DATE, 1},
	{"vr:published_time", NW_META_DATE, 1},
	{"rnews:datepublished", NW_META_DATE, 1},
	{"parsely-pub-date", NW_META_DATE, 1},
	{"cxenseparse:recs:publishtime", NW_META_DATE, 1},
	{"cxenseparse:publishtime", NW_META_DATE, 1},
	{"datepublished", NW_META_DATE, 1},
	{"sailthru.date", NW_META_DATE, 1},
	{"article_date_original", NW_META_DATE, 1},
	{"originalpublicationdate", NW_META_DATE, 1},
	{"citation_online_date", NW_META_DATE, 1},
	{"citation_publication_date", NW_META_DATE, 1},
	{"publish-date", NW_META_DATE, 1},
	{"publishdate", NW_META_DATE, 1},
	{"publish_date", NW_META_DATE, 1},
	{"pubdate", NW_META_DATE, 1},
	{"publication_date", NW_META_DATE, 1},
	{"date_published", NW_META_DATE, 1},
	{"og:pubdate", NW_META_DATE, 1},
	{"bt:pubdate", NW_META_DATE, 1},
	{"dc.date.issued", NW_META_DATE, 2},
	{"dcterms.issued", NW_META_DATE, 2},
	{"dcterms.date", NW_META_DATE, 2},
	{"dc.date.created", NW_META_DATE, 2},
	{"dcterms.created", NW_META_DATE, 2},
	{"dc.date", NW_META_DATE, 2},
	{"article:post_date", NW_META_DATE, 2},
	{"date", NW_META_DATE, 3},
	{"article:modified_time", NW_META_DATE, NW_META_MODIFIED},
	{"article:modified", NW_META_DATE, NW_META_MODIFIED},
	{"og:updated_time", NW_META_DATE, NW_META_MODIFIED},
	{"dcterms.modified", NW_META_DATE, NW_META_MODIFIED},
	{"article:author", NW_META_AUTHOR, 1},
	{"author", NW_META_AUTHOR, 0},
	{"parsely-author", NW_META_AUTHOR, 1},
	{"sailthru.author", NW_META_AUTHOR, 1},
	{"dc.creator", NW_META_AUTHOR, 1},
	{"dcterms.creator", NW_META_AUTHOR, 1},
	{"cxenseparse:author", NW_META_AUTHOR, 1},
	{"cxense:author", NW_META_AUTHOR, 1},
	{"byl", NW_META_AUTHOR, 1},
	{"citation_author", NW_META_AUTHOR, 1},
	{"article:author:name", NW_META_AUTHOR, 1},
	{"og:site_name", NW_META_SITE, 0},
	{"application-name", NW_META_SITE, 1},
	{"dc.publisher", NW_META_SITE, 2},
	{"publisher", NW_META_SITE, 3},
	{"og:url", NW_META_URL, 0},
	{"twitter:url", NW_META_URL, 1},
	{"og:image", NW_META_IMAGE, 0},
	{"og:image:secure_url", NW_META_IMAGE, 1},
	{"og:image:url", NW_META_IMAGE, 1},
	{"twitter:image", NW_META_IMAGE, 2},
	{"twitter:image:src", NW_META_IMAGE, 2},
	{"article:section", NW_META_SECTION, 0},
	{"parsely-section", NW_META_SECTION, 1},
	{"section", NW_META_SECTION, 2},
	{"og:locale", NW_META_LANGUAGE, 1},
	{"content-language", NW_META_LANGUAGE, 0},
	{"language", NW_META_LANGUAGE, 2},
	{"dc.language", NW_META_LANGUAGE, 2},
	{"inlanguage", NW_META_LANGUAGE, 2},
	{"article:content_tier", NW_META_TIER, 0},
};

static const struct row *find_row(struct nw_str name)
{
	for (size_t i = 0; name.n && i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (nw_str_eq_nocase(name, nw_str(rows[i].name)))
			return &rows[i];
	}
	return NULL;
}

/* Keeps the values in the order of trust; of equals the earlier one first. */
static void add(struct nw_meta *m, const struct row *row, struct nw_str value)
{
	const uint8_t f = row->field;
	uint32_t i = m->n[f];

	if (i == NW_META_MAX)
		return;
	for (; i > 0 && m->trust[f][i - 1] > row->trust; i--) {
		m->trust[f][i] = m->trust[f][i - 1];
		m->values[f][i] = m->values[f][i - 1];
	}
	m->trust[f][i] = row->trust;
	m->values[f][i] = value;
	m->n[f]++;
}

void nw_meta_read(const struct nw_found *found, struct nw_meta *meta)
{
	*meta = (struct nw_meta){0};
	for (uint32_t i = 0; i < found->n[NW_FIND_META]; i++) {
		static const char *const names[] = {"property", "name", "itemprop", "http-equiv"};
		const struct nw_node *e = found->spots[NW_FIND_META][i].node;
		const struct nw_str value = nw_str_trim(nw_node_attr(e, "content"));
		const struct row *row = NULL;

		if (!value.n)
			continue;
		for (size_t k = 0; k < 4 && !row; k++)
			row = find_row(nw_node_attr(e, names[k]));
		if (row)
			add(meta, row, value);
	}
}

struct nw_str nw_meta_first(const struct nw_meta *meta, enum nw_meta_field field)
{
	return meta->n[field] ? meta->values[field][0] : (struct nw_str){0};
}
