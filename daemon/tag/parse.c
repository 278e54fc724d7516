/* Patterns, newswire-topics(7): recursive descent, DEEPEST brackets at most. */
#include "base/arena.h"
#include "base/str.h"
#include "tag/expr.h"
#include "tag/suggest.h"

#define DEEPEST 32
#define UNITS_MOST 2
#define COUNT_MOST 1000

struct parser {
	struct nw_parse *parse;
	struct nw_source *source;
	struct nw_lexer lexer;
	struct nw_token token;
	unsigned depth;
	unsigned units; /* para() and sent() around */
	bool stem, failed;
};

static const struct nw_str field_names[] = {
	[NW_FIELD_TITLE] = {"title", 5},
	[NW_FIELD_BODY] = {"body", 4},
	[NW_FIELD_SITE] = {"site", 4},
	[NW_FIELD_SOURCE] = {"source", 6},
	[NW_FIELD_FEED] = {"feed", 4},
	[NW_FIELD_LANG] = {"lang", 4},
	[NW_FIELD_COUNTRY] = {"country", 7},
	[NW_FIELD_SECTION] = {"section", 7},
	[NW_FIELD_AUTHOR] = {"author", 6},
	[NW_FIELD_URL] = {"url", 3},
	[NW_FIELD_LEAD] = {"lead", 4},
};
#define N_FIELDS (sizeof(field_names) / sizeof(*field_names))

enum nw_field nw_field_named(struct nw_str name)
{
	size_t i = 0;

	while (i < N_FIELDS && !nw_str_eq(field_names[i], name))
		i++;
	return (enum nw_field)i;
}

struct nw_str nw_field_name(enum nw_field field)
{
	return field_names[field];
}

bool nw_expr_is_placed(const struct nw_expr *e)
{
	switch (e->op) {
	case NW_OP_WORDS:
	case NW_OP_NEAR:
	case NW_OP_ONEAR:
		return true;
	case NW_OP_SET:
		return nw_expr_is_placed(e->set->expr);
	case NW_OP_OR:
		for (const struct nw_expr *kid = e->kids; kid; kid = kid->next) {
			if (!nw_expr_is_placed(kid))
				return false;
		}
		return true;
	case NW_OP_AND:
	case NW_OP_NOT:
	case NW_OP_FIELD:
	case NW_OP_ATLEAST:
	case NW_OP_PARA:
	case NW_OP_SENT:
	case NW_OP_FIRST:
	default:
		return false;
	}
}

size_t nw_expr_size(const struct nw_expr *e)
{
	size_t n = e->op == NW_OP_WORDS;

	if (e->op == NW_OP_SET)
		n = e->set->size;
	for (const struct nw_expr *kid = e->kids; kid; kid = kid->next)
		n += nw_expr_size(kid);
	return n;
}

static struct nw_expr *fail(struct parser *p, size_t at, const char *problem)
{
	if (!p->failed && p->token.kind != NW_TOKEN_BAD)
		nw_source_complain(p->source, at, "%s", problem);
	p->failed = true;
	return NULL;
}

static void advance(struct parser *p)
{
	p->token = nw_lex_next(&p->lexer);
}

static struct nw_expr *new_expr(struct parser *p, enum nw_op op, size_t at)
{
	struct nw_expr *e = NW_ARENA_NEW(p->parse->arena, struct nw_expr);

	e->op = op;
	e->at = at;
	return e;
}

/* op over one expression, or several joined by next. */
static struct nw_expr *wrap(struct parser *p, enum nw_op op, unsigned n, struct nw_expr *kids)
{
	struct nw_expr *e;

	if (!kids)
		return NULL;
	e = new_expr(p, op, kids->at);
	e->n = n;
	e->kids = kids;
	return e;
}

static struct nw_expr *read_any(struct parser *p);

/* What stands before a closing bracket; the opening one, at `open`, is taken already. */
static struct nw_expr *read_bracket(struct parser *p, size_t open)
{
	struct nw_expr *e;

	if (++p->depth > DEEPEST)
		return fail(p, open, "brackets too deep; make a set of the inner part");
	e = read_any(p);
	p->depth--;
	if (!e)
		return NULL;
	if (p->token.kind == NW_TOKEN_END)
		return fail(p, open, "bracket not closed; put ')' where the list ends");
	if (p->token.kind != NW_TOKEN_CLOSE)
		return fail(p, p->token.at,
			"words side by side; write a phrase in quotes, or AND or | between them");
	advance(p);
	return e;
}

/* "a b"~5: each word near the one before it. */
static struct nw_expr *spread(struct parser *p, struct nw_expr *phrase, unsigned slop)
{
	struct nw_term *rest = phrase->terms->next;
	struct nw_expr *left = phrase;

	phrase->terms->next = NULL;
	while (rest) {
		struct nw_term *next = rest->next;
		struct nw_expr *right = new_expr(p, NW_OP_WORDS, phrase->at);

		right->terms = rest;
		rest->next = NULL;
		left->next = right;
		left = wrap(p, NW_OP_NEAR, slop, left);
		rest = next;
	}
	return left;
}

static struct nw_expr *read_words(struct parser *p, bool exact)
{
	const struct nw_term_options options = {.exact = exact, .stem = p->stem};
	const struct nw_token t = p->token;
	struct nw_expr *e = new_expr(p, NW_OP_WORDS, t.at);

	if (t.kind != NW_TOKEN_WORD && t.kind != NW_TOKEN_PHRASE)
		return fail(p, t.at, "'=' stands before a word or a phrase in quotes");
	if (!nw_terms_parse(p->parse, p->source, &t, options, &e->terms)) {
		p->failed = true;
		return NULL;
	}
	advance(p);
	return t.n ? spread(p, e, t.n - 1) : e;
}

static struct nw_expr *read_set(struct parser *p)
{
	struct nw_expr *e = new_expr(p, NW_OP_SET, p->token.at);

	if (p->stem)
		return fail(p, p->token.at, "set in stem(); put stem() into the set");
	e->set = nw_set_get(p->parse, p->source, p->token.at, p->token.text);
	if (!e->set) {
		p->failed = true;
		return NULL;
	}
	advance(p);
	return e;
}

/* "atleast3": the name, and the number after it; 0 when there is none. */
static bool split_call(struct nw_str text, struct nw_str name, unsigned *n)
{
	int64_t value = 0;

	if (!nw_str_starts(text, name))
		return false;
	if (text.n > name.n && !nw_str_int(nw_str_from(text, name.n), 1, COUNT_MOST, &value))
		return false;
	*n = (unsigned)value;
	return true;
}

static const struct call {
	struct nw_str name;
	enum nw_op op;
	bool counts;
} calls[] = {
	{{"para", 4}, NW_OP_PARA, false},
	{{"sent", 4}, NW_OP_SENT, false},
	{{"first", 5}, NW_OP_FIRST, true},
	{{"atleast", 7}, NW_OP_ATLEAST, true},
	{{"stem", 4}, NW_OP_WORDS, false},
};

static struct nw_expr *read_stem(struct parser *p, size_t open)
{
	struct nw_expr *e;

	if (p->stem)
		return fail(p, open, "stem() in stem(); one is enough");
	p->stem = true;
	e = read_bracket(p, open);
	p->stem = false;
	return e;
}

/* Each level looks at every unit of the one around it: deep ones would cost without end. */
static struct nw_expr *read_unit(struct parser *p, enum nw_op op, struct nw_token t)
{
	struct nw_expr *e;

	if (p->units == UNITS_MOST)
		return fail(p, t.at, "para() and sent() three deep; two are enough");
	p->units++;
	e = read_bracket(p, t.end - 1);
	p->units--;
	return wrap(p, op, 0, e);
}

static struct nw_expr *read_call(struct parser *p)
{
	const struct nw_token t = p->token;
	const struct call *call = calls;
	const struct call *const end = calls + sizeof(calls) / sizeof(*calls);
	struct nw_expr *e;
	unsigned n = 0;

	while (call < end && !(split_call(t.text, call->name, &n) && call->counts == (n > 0)))
		call++;
	if (call == end)
		return fail(p, t.at,
			"unknown word before a bracket; there are para(), sent(), stem(), first50(), "
			"atleast3() and field:()");
	advance(p);
	if (call->op == NW_OP_WORDS)
		return read_stem(p, t.end - 1);
	if (call->op == NW_OP_PARA || call->op == NW_OP_SENT)
		return read_unit(p, call->op, t);
	e = read_bracket(p, t.end - 1);
	if (e && call->op == NW_OP_ATLEAST && !nw_expr_is_placed(e))
		return fail(p, t.at,
			"atleast counts words and phrases; it cannot count AND, NOT or fields");
	return wrap(p, call->op, n, e);
}

static struct nw_expr *read_primary(struct parser *p)
{
	const struct nw_token t = p->token;

	switch (t.kind) {
	case NW_TOKEN_OPEN:
		advance(p);
		return read_bracket(p, t.at);
	case NW_TOKEN_WORD:
	case NW_TOKEN_PHRASE:
		return read_words(p, false);
	case NW_TOKEN_EXACT:
		advance(p);
		if (p->stem)
			return fail(p, t.at, "'=' in stem(); choose one");
		return read_words(p, true);
	case NW_TOKEN_SET:
		return read_set(p);
	case NW_TOKEN_CALL:
		return read_call(p);
	case NW_TOKEN_FIELD:
		return fail(p, t.at, "field within NEAR; put it before: title:(a NEAR b)");
	case NW_TOKEN_CLOSE:
		return fail(p, t.at,
			p->depth ? "nothing in the brackets"
				 : "bracket closed that was not opened");
	case NW_TOKEN_END:
		return fail(p, t.at, "pattern ends too soon; a word or a phrase is missing");
	case NW_TOKEN_OR:
	case NW_TOKEN_AND:
	case NW_TOKEN_NOT:
	case NW_TOKEN_NEAR:
	case NW_TOKEN_ONEAR:
	case NW_TOKEN_BAD:
	default:
		return fail(p, t.at, "operator with nothing before it; quote it if it is a word");
	}
}

static struct nw_expr *read_near(struct parser *p)
{
	struct nw_expr *left = read_primary(p);

	while (left && (p->token.kind == NW_TOKEN_NEAR || p->token.kind == NW_TOKEN_ONEAR)) {
		const struct nw_token t = p->token;
		struct nw_expr *right;

		advance(p);
		right = read_primary(p);
		if (!right)
			return NULL;
		if (!nw_expr_is_placed(left) || !nw_expr_is_placed(right))
			return fail(p, t.at,
				"NEAR stands between words, phrases and lists of them; AND, NOT, "
				"fields and counts cannot be near anything");
		left->next = right;
		left = wrap(p, t.kind == NW_TOKEN_NEAR ? NW_OP_NEAR : NW_OP_ONEAR, t.n, left);
	}
	return left;
}

static struct nw_expr *read_field(struct parser *p)
{
	const struct nw_token t = p->token;
	enum nw_field field;

	if (t.kind != NW_TOKEN_FIELD)
		return read_near(p);
	field = nw_field_named(t.text);
	if ((size_t)field == N_FIELDS) {
		struct nw_str near = nw_suggest(t.text, field_names, N_FIELDS);

		nw_source_complain(p->source, t.at,
			"unknown field '%.*s'%s%.*s%s; there are title, lead, body, site, source, feed, "
			"lang, country, section, author and url",
			NW_ARG(t.text), near.n ? ", do you mean '" : "", NW_ARG(near),
			near.n ? "'" : "");
		p->failed = true;
		return NULL;
	}
	advance(p);
	if (p->token.kind == NW_TOKEN_FIELD)
		return fail(p, p->token.at, "field within a field; choose one");
	return wrap(p, NW_OP_FIELD, (unsigned)field, read_near(p));
}

static struct nw_expr *read_not(struct parser *p)
{
	const size_t at = p->token.at;
	struct nw_expr *e;

	if (p->token.kind != NW_TOKEN_NOT)
		return read_field(p);
	advance(p);
	if (p->token.kind == NW_TOKEN_NOT)
		return fail(p, p->token.at, "NOT twice; leave both out");
	e = wrap(p, NW_OP_NOT, 0, read_field(p));
	if (e)
		e->at = at;
	return e;
}

/* "a AND b", and "a NOT b" for "a AND NOT b". *several: there was more than one. */
static struct nw_expr *read_and(struct parser *p, bool *several)
{
	struct nw_expr *first = read_not(p), *last = first;

	*several = false;
	while (last && (p->token.kind == NW_TOKEN_AND || p->token.kind == NW_TOKEN_NOT)) {
		if (p->token.kind == NW_TOKEN_AND)
			advance(p);
		last->next = read_not(p);
		last = last->next;
		*several = true;
	}
	if (!last)
		return NULL;
	return *several ? wrap(p, NW_OP_AND, 0, first) : first;
}

static struct nw_expr *read_any(struct parser *p)
{
	bool several, mixed;
	struct nw_expr *first = read_and(p, &several), *last = first;

	mixed = several;
	while (last && p->token.kind == NW_TOKEN_OR) {
		const size_t at = p->token.at;

		advance(p);
		last->next = read_and(p, &several);
		last = last->next;
		if (last && (mixed || several))
			return fail(p, at,
				"AND and OR mixed; put brackets round what belongs together");
	}
	if (!last)
		return NULL;
	return first->next ? wrap(p, NW_OP_OR, 0, first) : first;
}

struct nw_expr *nw_expr_parse(
	struct nw_parse *parse, struct nw_source *source, size_t at, size_t end)
{
	struct parser p = {.parse = parse,
		.source = source,
		.lexer = {.source = source, .at = at, .end = end}};
	struct nw_expr *e;

	advance(&p);
	e = read_any(&p);
	if (e && p.token.kind == NW_TOKEN_CLOSE)
		return fail(&p, p.token.at, "bracket closed that was not opened");
	if (e && p.token.kind != NW_TOKEN_END)
		return fail(&p, p.token.at,
			"words side by side; write a phrase in quotes, or AND or | between them");
	return p.failed ? NULL : e;
}
