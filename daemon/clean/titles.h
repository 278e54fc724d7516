#ifndef NW_CLEAN_TITLES_H
#define NW_CLEAN_TITLES_H

#include "clean/jsonld.h"
#include "clean/meta.h"
#include "clean/page.h"

/* What the page says its title is, folded, into page->titles: blocks are compared with these. */
void nw_titles_collect(
	struct nw_page *page, const struct nw_jsonld *ld, const struct nw_meta *meta);

/* Its descriptions of itself, folded, into page->summaries: often they are the standfirst. */
void nw_summaries_collect(
	struct nw_page *page, const struct nw_jsonld *ld, const struct nw_meta *meta);

/* A text and a description that agree in this many bytes from the start are the same. */
#define NW_LIKE_BYTES 40u

/* The title to show: the heading that shares most words with what the page says. One clean line. */
struct nw_str nw_title_pick(const struct nw_page *page, const struct nw_jsonld *ld,
	const struct nw_meta *meta, struct nw_str site);

#endif
