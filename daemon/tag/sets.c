/* NAME.set files: [name], then its alternatives, a list a line. */
#include "base/arena.h"
#include "base/str.h"
#include "tag/suggest.h"
#include "tag/topic.h"

#define DEEPEST 16    /* sets within sets */
#define SETS_MOST 256 /* that a misspelt name is compared with */

static bool is_name(struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_')
			return false;
	}
	return s.n > 0;
}

static struct nw_set *begin_set(
	struct nw_parse *parse, struct nw_source *source, struct nw_str name)
{
	const size_t at = (size_t)(name.p - source->text.p);
	const struct nw_set *other = nw_map_get(&parse->names, name);
	struct nw_set *set = NW_ARENA_NEW(parse->arena, struct nw_set);

	if (!is_name(name)) {
		nw_source_complain(source, at, "set's name is not a-z, 0-9, '-' and '_': '%.*s'",
			NW_ARG(name));
	} else if (other) {
		int line, column;

		nw_source_place(other->source, other->at, &line, &column);
		nw_source_complain(source, at,
			"set '%.*s' is there already, at %.*s:%d; join the two", NW_ARG(name),
			NW_ARG(other->source->name), line);
	}
	*set = (struct nw_set){.next = parse->sets, .name = name, .source = source, .at = at};
	parse->sets = set;
	(void)nw_map_put(&parse->names, name, set);
	return set;
}

void nw_sets_read(struct nw_parse *parse, struct nw_source *source)
{
	struct nw_lines lines = {.source = source};
	struct nw_set *set = NULL;
	struct nw_str name;
	size_t at, end;

	while (nw_lines_next(&lines, &at, &end)) {
		if (nw_lines_header(source, at, end, &name)) {
			set = begin_set(parse, source, name);
			set->body = set->end = end;
		} else if (set) {
			set->end = end;
		} else {
			nw_source_complain(
				source, at, "line before the first set; put its [name] above it");
			return;
		}
	}
}

/* Every line is a list of alternatives, and the lines together are one. */
static struct nw_expr *parse_lines(struct nw_parse *parse, struct nw_set *set)
{
	struct nw_lines lines = {.source = set->source, .at = set->body};
	struct nw_expr *any = NW_ARENA_NEW(parse->arena, struct nw_expr), **tail = &any->kids;
	bool bad = false;
	size_t at, end;

	any->op = NW_OP_OR;
	any->at = set->body;
	while (nw_lines_next(&lines, &at, &end) && at < set->end) {
		nw_lines_join(&lines, &end);
		*tail = nw_expr_parse(parse, set->source, at, end);
		if (*tail)
			tail = &(*tail)->next;
		else
			bad = true;
	}
	if (!bad && !any->kids) {
		nw_source_complain(set->source, set->at, "set '%.*s' is empty", NW_ARG(set->name));
		bad = true;
	}
	return bad ? NULL : any;
}

static void complain_unknown(
	struct nw_parse *parse, struct nw_source *source, size_t at, struct nw_str name)
{
	struct nw_str names[SETS_MOST], near;
	size_t n = 0;

	for (const struct nw_set *s = parse->sets; s && n < SETS_MOST; s = s->next)
		names[n++] = s->name;
	near = nw_suggest(name, names, n);
	if (near.n)
		nw_source_complain(source, at, "unknown set '@%.*s'; do you mean '@%.*s'?",
			NW_ARG(name), NW_ARG(near));
	else
		nw_source_complain(source, at,
			"unknown set '@%.*s'; write [%.*s] and its names into a .set file",
			NW_ARG(name), NW_ARG(name));
}

static unsigned level_of(const struct nw_expr *e)
{
	unsigned level = e->op == NW_OP_SET ? e->set->level + 1 : 0;

	for (const struct nw_expr *kid = e->kids; kid; kid = kid->next) {
		const unsigned inner = level_of(kid);

		level = inner > level ? inner : level;
	}
	return level;
}

/* What is made of a set follows the sets in it, however they are written. */
static void check_set(struct nw_set *set)
{
	const char *problem = NULL;

	set->level = level_of(set->expr);
	set->size = nw_expr_size(set->expr);
	if (set->level > DEEPEST)
		problem = "sets within sets, too deep; put their names into fewer sets";
	else if (set->size > NW_EXPR_MOST)
		problem = "too many names in a set and the sets in it";
	if (!problem)
		return;
	nw_source_complain(set->source, set->at, "%s: '%.*s'", problem, NW_ARG(set->name));
	set->expr = NULL;
}

static void parse_set(struct nw_parse *parse, struct nw_set *set)
{
	set->state = NW_SET_OPEN;
	if (++parse->depth > DEEPEST)
		nw_source_complain(set->source, set->at,
			"sets within sets, too deep; put their names into fewer sets: '%.*s'",
			NW_ARG(set->name));
	else
		set->expr = parse_lines(parse, set);
	parse->depth--;
	if (set->expr)
		check_set(set);
	set->state = set->expr ? NW_SET_DONE : NW_SET_BAD;
}

struct nw_set *nw_set_get(
	struct nw_parse *parse, struct nw_source *source, size_t at, struct nw_str name)
{
	struct nw_set *set = nw_map_get(&parse->names, name);

	if (!set) {
		complain_unknown(parse, source, at, name);
		return NULL;
	}
	if (set->state == NW_SET_OPEN) {
		nw_source_complain(source, at, "set '@%.*s' has itself in it", NW_ARG(name));
		return NULL;
	}
	if (set->state == NW_SET_NEW)
		parse_set(parse, set);
	return set->state == NW_SET_DONE ? set : NULL;
}
