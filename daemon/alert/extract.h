#ifndef NW_ALERT_EXTRACT_H
#define NW_ALERT_EXTRACT_H

#include "alert/rule.h"
#include "base/json.h"

/* What of an article a message shows. The caller owns what it is given. */

/* Bytes of a string, whole characters, with "…" where something was cut. */
struct nw_str nw_extract_cut(struct nw_arena *arena, struct nw_str s, size_t max);
/* One line, as base/text.h has it, that may begin or end with a space. */
struct nw_str nw_extract_piece(struct nw_arena *arena, struct nw_str s);

/*
 * "extract" and "why" of alert/message.h, from the tags that made the rule meet. Two lines of
 * the body in which most of what matched stands; its beginning where nothing did.
 */
json_t *nw_extract_lines(const struct nw_rule_ready *rule, const struct nw_event *event,
	const struct nw_tag *asked, struct nw_arena *arena);
json_t *nw_extract_why(const struct nw_rule_ready *rule, const struct nw_event *event,
	const struct nw_tag *asked, struct nw_arena *arena);

#endif
