/* What is wrong with a topic though each of its lines can be read. */
#include "base/str.h"
#include "tag/topic.h"

/* Whether it holds for an article in which none of its words occurs. */
static bool needs_nothing(const struct nw_expr *e)
{
	switch (e->op) {
	case NW_OP_NOT:
		return !needs_nothing(e->kids);
	case NW_OP_AND:
		for (const struct nw_expr *kid = e->kids; kid; kid = kid->next) {
			if (!needs_nothing(kid))
				return false;
		}
		return true;
	case NW_OP_OR:
		for (const struct nw_expr *kid = e->kids; kid; kid = kid->next) {
			if (needs_nothing(kid))
				return true;
		}
		return false;
	case NW_OP_FIELD:
	case NW_OP_PARA:
	case NW_OP_SENT:
	case NW_OP_FIRST:
		return needs_nothing(e->kids);
	case NW_OP_SET:
		return needs_nothing(e->set->expr);
	case NW_OP_WORDS:
	case NW_OP_NEAR:
	case NW_OP_ONEAR:
	case NW_OP_ATLEAST:
	default:
		return false;
	}
}

/* Whether words of the title can make it hold, so that it may count double. */
static bool holds_in_title(const struct nw_expr *e)
{
	switch (e->op) {
	case NW_OP_WORDS:
	case NW_OP_NEAR:
	case NW_OP_ONEAR:
	case NW_OP_ATLEAST:
		return true;
	case NW_OP_NOT:
	case NW_OP_FIRST:
		return false;
	case NW_OP_FIELD:
		return e->n == NW_FIELD_TITLE && holds_in_title(e->kids);
	case NW_OP_SET:
		return holds_in_title(e->set->expr);
	case NW_OP_AND:
	case NW_OP_OR:
	case NW_OP_PARA:
	case NW_OP_SENT:
	default:
		for (const struct nw_expr *kid = e->kids; kid; kid = kid->next) {
			if (holds_in_title(kid))
				return true;
		}
		return false;
	}
}

double nw_topic_most(const struct nw_topic *topic)
{
	double most = 0;

	for (const struct nw_rule *r = topic->rules; r; r = r->next) {
		if (r->section == NW_SECTION_SCORE && r->points > 0)
			most += holds_in_title(r->expr) ? 2 * r->points : r->points;
	}
	return most;
}

/* para(NOT x) and its like ask for a paragraph that has nothing to be found by. */
static void check_units(struct nw_source *source, const struct nw_expr *e)
{
	if ((e->op == NW_OP_PARA || e->op == NW_OP_SENT) && needs_nothing(e->kids))
		nw_source_complain(source, e->at,
			"%s() of nothing but NOT; name a word that must be in it",
			e->op == NW_OP_PARA ? "para" : "sent");
	for (const struct nw_expr *kid = e->kids; kid; kid = kid->next)
		check_units(source, kid);
}

static void check_rule(struct nw_topic *topic, const struct nw_rule *r)
{
	const bool fires =
		r->section == NW_SECTION_MATCH || (r->section == NW_SECTION_SCORE && r->points > 0);

	check_units(topic->source, r->expr);
	if (fires && needs_nothing(r->expr))
		nw_source_complain(topic->source, r->at,
			"line holds for nearly every article; add a word that must be there");
	else if (r->section == NW_SECTION_EXCLUDE && needs_nothing(r->expr))
		nw_source_complain(topic->source, r->at,
			"line excludes nearly every article; what must be there goes to [require]");
}

void nw_topic_lint(struct nw_topic *topic)
{
	const struct nw_rule *scored = NULL, *matched = NULL;
	size_t size = 0;

	for (const struct nw_rule *r = topic->rules; r; r = r->next) {
		check_rule(topic, r);
		size += nw_expr_size(r->expr);
		if (r->section == NW_SECTION_SCORE && !scored)
			scored = r;
		if (r->section == NW_SECTION_MATCH)
			matched = r;
	}
	if (size > 10 * NW_EXPR_MOST)
		nw_source_complain(topic->source, 0,
			"topic's lines name more than %zu words with their sets",
			10 * NW_EXPR_MOST);
	if (!scored && !matched)
		nw_source_complain(topic->source, 0,
			"topic can never fire; it needs lines in [match], or a score and lines in [score]");
	else if (scored && !topic->has_score)
		nw_source_complain(topic->source, scored->at,
			"no score to reach; put 'score N' above the sections");
	else if (topic->has_score && nw_topic_most(topic) < topic->score)
		nw_source_complain(topic->source, topic->score_at,
			"score %g cannot be reached: all lines together give %g at most",
			topic->score, nw_topic_most(topic));
}
