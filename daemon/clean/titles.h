#ifndef NW_CLEAN_TITLES_H
#define NW_CLEAN_TITLES_H

#include "clean/jsonld.h"
#include "clean/meta.h"
#include "clean/page.h"

/* What the page says its title is, folded, into page->titles: blocks are compared with these. */
void nw_titles_collect(
	struct nw_page *page, const struct nw_jsonld *ld, const struct nw_meta *meta);

/* The title to show: the heading that shares most words with what the page says. One clean line. */
struct nw_str nw_title_pick(const struct nw_page *page, const struct nw_jsonld *ld,
	const struct nw_meta *meta, struct nw_str site);

#endif
