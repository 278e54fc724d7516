#include "tag/verdict.h"

#include "base/arena.h"
#include "base/str.h"

static bool holds(struct nw_eval *eval, const struct nw_rule *r)
{
	return nw_eval_holds(eval, r->node, nw_eval_whole(eval));
}

/* With the words of the title alone, and not without any. */
static bool holds_in_title(struct nw_eval *eval, const struct nw_rule *r)
{
	struct nw_window title = nw_eval_whole(eval), nothing = title;

	title.fields = NW_FIELD_BIT(NW_FIELD_TITLE);
	nothing.fields = 0;
	return nw_eval_holds(eval, r->node, title) && !nw_eval_holds(eval, r->node, nothing);
}

/* What a line that holds is worth: double in the title. */
static double worth(struct nw_eval *eval, const struct nw_rule *r)
{
	return holds_in_title(eval, r) ? 2 * r->points : r->points;
}

struct nw_verdict nw_verdict_of(struct nw_eval *eval, const struct nw_topic *topic)
{
	struct nw_verdict v = {0};

	for (const struct nw_rule *r = topic->rules; r; r = r->next) {
		const bool held = holds(eval, r);

		nw_eval_rest(eval);
		switch (r->section) {
		case NW_SECTION_SCORE:
			v.score += held ? worth(eval, r) : 0;
			break;
		case NW_SECTION_MATCH:
			v.matched = v.matched || held;
			break;
		case NW_SECTION_REQUIRE:
			if (!held && !v.missing)
				v.missing = r;
			break;
		case NW_SECTION_EXCLUDE:
			if (held && !v.barred)
				v.barred = r;
			break;
		case NW_SECTION_TESTS:
		case NW_SECTIONS:
		default:
			break;
		}
	}
	v.fires = (v.matched || (topic->has_score && v.score >= topic->score)) && !v.missing &&
		!v.barred;
	return v;
}

/* Empty lines stand between paragraphs. */
static unsigned paragraph_of(struct nw_str body, size_t at)
{
	unsigned n = 0;

	for (size_t i = 0; i < at;) {
		const size_t end = nw_paragraph_end(body, i);

		if (end > at)
			break;
		n += end > i + 1; /* the line was not empty */
		i = end;
	}
	return n;
}

static struct nw_match *new_match(struct nw_eval *eval, struct nw_arena *arena,
	const struct nw_rule *r, const struct nw_span *span)
{
	const struct nw_str text = eval->scan->text[span->field];
	struct nw_match *m = NW_ARENA_NEW(arena, struct nw_match);

	m->rule = nw_arena_str(arena, r->place);
	m->quote =
		nw_arena_str(arena, (struct nw_str){text.p + span->start, span->end - span->start});
	m->field = nw_field_name(span->field);
	m->paragraph = span->field == NW_FIELD_BODY ? paragraph_of(text, span->start) : 0;
	m->start = span->start;
	m->end = span->end;
	m->distance = span->between;
	return m;
}

/* In the title, where a line counts double, the reason shown is there too. */
static struct nw_match **add_matches(struct nw_eval *eval, const struct nw_rule *r,
	struct nw_arena *arena, struct nw_match **tail)
{
	const bool in_title = holds_in_title(eval, r);
	struct nw_window window = nw_eval_whole(eval);
	struct nw_spans reasons = {0};
	double points = 0;

	if (r->section == NW_SECTION_SCORE)
		points = in_title ? 2 * r->points : r->points;
	if (in_title && eval->places == 1)
		window.fields = NW_FIELD_BIT(NW_FIELD_TITLE);
	nw_eval_reasons(eval, r->node, window, &reasons);
	for (size_t i = 0; i < reasons.n; i++) {
		*tail = new_match(eval, arena, r, &reasons.span[i]);
		(*tail)->points = i == 0 ? points : 0;
		tail = &(*tail)->next;
	}
	return tail;
}

struct nw_match *nw_verdict_matches(
	struct nw_eval *eval, const struct nw_topic *topic, struct nw_arena *arena)
{
	struct nw_match *first = NULL, **tail = &first;

	for (const struct nw_rule *r = topic->rules; r; r = r->next) {
		if (r->section != NW_SECTION_EXCLUDE && holds(eval, r))
			tail = add_matches(eval, r, arena, tail);
		nw_eval_rest(eval);
	}
	return first;
}
