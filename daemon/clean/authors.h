#ifndef NW_CLEAN_AUTHORS_H
#define NW_CLEAN_AUTHORS_H

#include "clean/jsonld.h"
#include "clean/meta.h"
#include "clean/page.h"

/* Who wrote it: JSON-LD, else meta; where these name nobody but the site itself, the byline. */
const struct nw_author *nw_authors_read(const struct nw_page *page, const struct nw_jsonld *ld,
	const struct nw_meta *meta, struct nw_str site, struct nw_str url);

#endif
