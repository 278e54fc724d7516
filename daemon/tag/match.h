#ifndef NW_TAG_MATCH_H
#define NW_TAG_MATCH_H

#include "tag/verdict.h"

/* What one topic says to an article, asked whether or not it has any hope. */
struct nw_verdict nw_topics_ask(const struct nw_topics *topics, const struct nw_topic *topic,
	const struct nw_article *article);

/* As nw_topics_match, with up to 64 places of each part and not only the one that shows it. */
struct nw_tag *nw_topics_find(
	const struct nw_topics *topics, const struct nw_article *article, struct nw_arena *arena);

#endif
