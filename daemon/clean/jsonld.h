#ifndef NW_CLEAN_JSONLD_H
#define NW_CLEAN_JSONLD_H

#include <newswire/clean.h>

#include "clean/found.h"

/*
 * What the page's JSON-LD (schema.org's NewsArticle and its kin) says of the
 * article. The first article with a date counts; strings are in the arena, one
 * clean line each.
 */
struct nw_jsonld {
	struct nw_str headline, published, section, language, image, summary, site, url;
	struct nw_str body; /* its text where given, as written: lines, or HTML */
	const struct nw_author *authors;
	bool is_article; /* the type was one of articles */
	bool not_free;   /* isAccessibleForFree is false */
	int rank;
};

void nw_jsonld_read(struct nw_arena *arena, const struct nw_found *found, struct nw_jsonld *out);

#endif
