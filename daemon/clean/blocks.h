#ifndef NW_CLEAN_BLOCKS_H
#define NW_CLEAN_BLOCKS_H

#include "clean/page.h"
#include "clean/prune.h"

/*
 * The blocks of the page that pruning leaves, in order, scored; and for every
 * block element which of them are inside it. May be called again with other rules.
 */
void nw_blocks_read(struct nw_page *page, enum nw_prune rules);

static inline double nw_good_in(const struct nw_page *page, uint32_t i)
{
	const struct nw_flat *f = &page->flat[i];

	return (double)page->blocks[f->to].good_before - (double)page->blocks[f->from].good_before;
}

static inline double nw_bad_in(const struct nw_page *page, uint32_t i)
{
	const struct nw_flat *f = &page->flat[i];

	return (double)page->blocks[f->to].bad_before - (double)page->blocks[f->from].bad_before;
}

#endif
