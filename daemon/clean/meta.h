#ifndef NW_CLEAN_META_H
#define NW_CLEAN_META_H

#include <newswire/base.h>

#include "clean/found.h"

/* What <meta> elements are asked for; of each, values in the order of trust. */
enum nw_meta_field {
	NW_META_TITLE,
	NW_META_SUMMARY,
	NW_META_DATE,
	NW_META_AUTHOR,
	NW_META_SITE,
	NW_META_URL,
	NW_META_IMAGE,
	NW_META_SECTION,
	NW_META_LANGUAGE,
	NW_META_TIER, /* article:content_tier: "free", "locked", "metered" */
	NW_META_N,
};

#define NW_META_MAX 8u     /* values of a field */
#define NW_META_MODIFIED 9 /* trust of a date of change: better than none */

struct nw_meta {
	struct nw_str values[NW_META_N]
			    [NW_META_MAX];     /* as written; in trust, then document order */
	uint8_t trust[NW_META_N][NW_META_MAX]; /* 0 is the most */
	uint32_t n[NW_META_N];
};

void nw_meta_read(const struct nw_found *found, struct nw_meta *meta);

/* The most trusted value; empty where there is none. */
struct nw_str nw_meta_first(const struct nw_meta *meta, enum nw_meta_field field);

#endif
