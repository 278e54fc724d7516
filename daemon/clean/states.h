#ifndef NW_CLEAN_STATES_H
#define NW_CLEAN_STATES_H

#include "clean/jsonld.h"
#include "clean/meta.h"
#include "clean/page.h"

/* What kind of page it is; the title and the number of words of out->body must be known. */
enum nw_page_state nw_state_find(const struct nw_page *page, const struct nw_jsonld *ld,
	const struct nw_meta *meta, const struct nw_cleaned *out);

#endif
