#ifndef NW_CLEAN_PRUNE_H
#define NW_CLEAN_PRUNE_H

#include "clean/page.h"

/* How much of the rules to use. */
enum nw_prune {
	NW_PRUNE_FULL,
	NW_PRUNE_TAGS, /* what class and id say is not listened to */
};

/* Element i and all inside it is no part of the article. */
bool nw_prune(const struct nw_page *page, uint32_t i, enum nw_prune rules);

#endif
