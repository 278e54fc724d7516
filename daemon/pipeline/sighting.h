#ifndef NW_PIPELINE_SIGHTING_H
#define NW_PIPELINE_SIGHTING_H

#include <stdbool.h>

#include <newswire/feed.h>

/* By what each item of the document at url may be known again, in its order. */
struct nw_sighting {
	const struct nw_item *item;
	struct nw_str guid;           /* as written; empty where it does not tell items apart */
	struct nw_str url;            /* canonical; likewise */
	struct nw_str link;           /* canonical, in any case */
	bool guid_shared, url_shared; /* of the first item with that guid or link */
	bool repeated;                /* both stood in an item before: one of them is enough */
};
struct nw_sighting *nw_sightings(
	struct nw_arena *arena, const struct nw_feed *feed, struct nw_str url);

#endif
