#ifndef NW_ALERT_RULE_H
#define NW_ALERT_RULE_H

#include "alert/calendar.h"
#include "alert/event.h"
#include "config/alert.h"
#include <newswire/tag.h>

/*
 * The rules of a configuration made ready: queries compiled, zones read. Immutable; they
 * borrow the configuration, which must outlive them.
 */
struct nw_rule_ready {
	const struct nw_config_alert *config;
	struct nw_zone *zone;
	struct nw_str query; /* the tag that its query gives; empty: it has none */
};

struct nw_rules {
	const struct nw_config *config;
	struct nw_rule_ready *rule; /* in the order of config->alerts, by name */
	size_t n;
	struct nw_topics *queries; /* NULL: no rule has one */
	struct nw_arena *arena;
};

/*
 * Complains, with file, line and column, of topics that are not there, queries that cannot
 * be read and zones that nobody knows; NW_E_SYNTAX then and *rules NULL. Queries may use the
 * sets of config->topics_dir, which is read. topics may be NULL: then none is checked.
 */
enum nw_err nw_rules_compile(const struct nw_config *config, const struct nw_topics *topics,
	const struct nw_complain *complain, struct nw_rules **rules) NW_MUST;
void nw_rules_free(struct nw_rules *rules); /* NULL is fine */

/* The tags that the queries of all rules give an event, for nw_rule_meets. */
struct nw_tag *nw_rules_ask(
	const struct nw_rules *rules, const struct nw_event *event, struct nw_arena *arena);

/* *score: the least of what the rule's topics gave; of a rule of a query alone, the most of any. */
bool nw_rule_meets(const struct nw_rule_ready *rule, const struct nw_event *event,
	const struct nw_tag *asked, double *score);

/* Whether an event has a topic, or one below it. */
bool nw_rule_is_tagged(const struct nw_event *event, struct nw_str topic);

#endif
