#ifndef NW_CLEAN_DATES_H
#define NW_CLEAN_DATES_H

#include "clean/jsonld.h"
#include "clean/meta.h"
#include "clean/page.h"

/*
 * Every place the page names a day of publication, most trusted first, into
 * out->dates; the first that is neither in the future nor absurd wins and is put
 * first. The title's place in the page must be known (page->anchor).
 */
void nw_dates_read(const struct nw_page *page, const struct nw_jsonld *ld,
	const struct nw_meta *meta, struct nw_str url, struct nw_cleaned *out);

#endif
