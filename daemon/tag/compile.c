/* Expressions to numbers, and from each phrase to the lines that ask for it. */
#include "tag/compile.h"

#include <stdlib.h>

#include "base/str.h"
#include "base/utf8.h"
#include "tag/grow.h"
#include "tag/lang.h"

#define WORDS_MOST 16 /* as terms.c allows */
#define JOINED_MOST (8 * NW_WORD_MAX)

struct asked {
	uint32_t phrase, rule;
};

struct compiler {
	struct nw_topics *topics;
	struct nw_stemmer stemmers[NW_STEM_LANGUAGES];
	struct asked *asked;
	size_t n_asked, cap_asked, cap_rules, cap_rule_topic;
	uint32_t rule;   /* the line being compiled; UINT32_MAX: it cannot make a topic fire */
	unsigned fields; /* where its words are looked for */
	bool negated;
	uint32_t *terms; /* of the node being made */
	size_t n_terms, cap_terms;
};

static uint32_t number_of(struct compiler *c, const struct nw_term *term)
{
	switch (term->kind) {
	case NW_TERM_EXACT:
		return nw_vocab_add_exact(&c->topics->vocab, term->folded, term->written);
	case NW_TERM_PREFIX:
		return nw_vocab_add_prefix(&c->topics->vocab, term->folded);
	case NW_TERM_SHAPE:
		return nw_vocab_add_shape(&c->topics->vocab, term->folded);
	case NW_TERM_FOLDED:
	case NW_TERM_STEM:
	default:
		return nw_vocab_add_word(&c->topics->vocab, term->folded);
	}
}

static void add_phrase(struct compiler *c, const uint32_t *numbers, size_t n)
{
	struct nw_phrases *p = &c->topics->phrases;
	const uint32_t phrase = nw_phrases_add(p, numbers, n);

	p->fields[phrase] |= (uint16_t)c->fields;
	NW_GROW(c->terms, c->n_terms, c->cap_terms);
	c->terms[c->n_terms++] = phrase;
	if (c->negated || c->rule == UINT32_MAX)
		return;
	NW_GROW(c->asked, c->n_asked, c->cap_asked);
	c->asked[c->n_asked++] = (struct asked){phrase, c->rule};
}

/* Two words and the hyphen between them as one word. */
static struct nw_term join_terms(const struct nw_term *a, const struct nw_term *b, char *bytes)
{
	struct nw_term joined = *b;

	memcpy(bytes, a->folded.p, a->folded.n);
	memcpy(bytes + a->folded.n, b->folded.p, b->folded.n);
	joined.folded = (struct nw_str){bytes, a->folded.n + b->folded.n};
	bytes += joined.folded.n;
	memcpy(bytes, a->written.p, a->written.n);
	memcpy(bytes + a->written.n, b->written.p, b->written.n);
	joined.written = (struct nw_str){bytes, a->written.n + b->written.n};
	return joined;
}

/*
 * A phrase, and the phrase with each of its hyphens taken to join: what is left
 * of it after `numbers`. At most three hyphens are taken so, eight phrases.
 */
static void add_variants(struct compiler *c, const struct nw_term *t, uint32_t numbers[WORDS_MOST],
	size_t n, unsigned hyphens)
{
	char bytes[JOINED_MOST];
	struct nw_term joined;

	if (!t) {
		add_phrase(c, numbers, n);
		return;
	}
	numbers[n] = number_of(c, t);
	add_variants(c, t->next, numbers, n + 1, hyphens);
	if (!t->tied || !t->next || hyphens == 3 ||
		2 * (t->folded.n + t->next->folded.n + t->written.n + t->next->written.n) >
			sizeof(bytes))
		return;
	joined = join_terms(t, t->next, bytes);
	add_variants(c, &joined, numbers, n, hyphens + 1);
}

static enum nw_script script_of(struct nw_str word)
{
	enum nw_script script = NW_SCRIPT_OTHER;

	while (word.n && script == NW_SCRIPT_OTHER)
		script = nw_script_of(nw_utf8_next(&word));
	return script;
}

/* One language's stems of all words; 0 where one has none. */
static size_t stem_words(struct compiler *c, size_t language, const struct nw_term *terms,
	uint32_t numbers[WORDS_MOST])
{
	size_t n = 0;

	if (!c->stemmers[language].stemmer)
		nw_stemmer_init(&c->stemmers[language], language);
	for (const struct nw_term *t = terms; t; t = t->next) {
		const struct nw_str stem = nw_stemmer_stem(&c->stemmers[language], t->written);

		if (!stem.n)
			return 0;
		numbers[n++] = nw_vocab_add_stem(&c->topics->vocab, language, stem, t->folded);
	}
	return n;
}

/* The words under every stemmer of their script; which of them counts is up to the article. */
static void add_stems(struct compiler *c, const struct nw_term *terms)
{
	const enum nw_script script = script_of(terms->written);
	uint32_t numbers[WORDS_MOST];

	for (size_t i = 0; i < NW_STEM_LANGUAGES; i++) {
		const size_t n =
			nw_stem_has_script(i, script) ? stem_words(c, i, terms, numbers) : 0;

		if (n)
			add_phrase(c, numbers, n);
	}
}

static int by_number(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The terms found since `from`, sorted and each once, as a node's own. */
static void take_terms(struct compiler *c, size_t from, struct nw_node *node)
{
	const size_t n = c->n_terms - from;

	node->terms = NW_ARENA_ARRAY(c->topics->arena, uint32_t, n);
	if (n) {
		memcpy(node->terms, c->terms + from, n * sizeof(*node->terms));
		qsort(node->terms, n, sizeof(*node->terms), by_number);
	}
	for (size_t i = 0; i < n; i++) {
		if (node->n_terms == 0 || node->terms[node->n_terms - 1] != node->terms[i])
			node->terms[node->n_terms++] = node->terms[i];
	}
	c->n_terms = from;
}

/* Words, and lists and sets of nothing but words: one node of many terms. */
static bool is_words(const struct nw_expr *e)
{
	if (e->op == NW_OP_SET)
		return is_words(e->set->expr);
	for (const struct nw_expr *kid = e->kids; kid; kid = kid->next) {
		if (!is_words(kid))
			return false;
	}
	return e->op == NW_OP_WORDS || e->op == NW_OP_OR;
}

static void add_words(struct compiler *c, const struct nw_expr *e)
{
	uint32_t numbers[WORDS_MOST];

	if (e->op == NW_OP_SET)
		add_words(c, e->set->expr);
	else if (e->op == NW_OP_WORDS)
		add_variants(c, e->terms, numbers, 0, 0);
	if (e->op == NW_OP_WORDS && e->terms->kind == NW_TERM_STEM)
		add_stems(c, e->terms);
	for (const struct nw_expr *kid = e->kids; kid; kid = kid->next)
		add_words(c, kid);
}

static unsigned field_bits(unsigned field)
{
	return NW_FIELD_BIT(field == NW_FIELD_LEAD ? NW_FIELD_BODY : field);
}

static void compile_expr(struct compiler *c, const struct nw_expr *e, struct nw_node *node)
{
	const unsigned fields = c->fields;
	const bool negated = c->negated;
	size_t i = 0;

	if (e->op == NW_OP_SET) {
		compile_expr(c, e->set->expr, node);
		return;
	}
	*node = (struct nw_node){.op = e->op, .n = e->n, .placed = nw_expr_is_placed(e)};
	if (is_words(e)) {
		const size_t from = c->n_terms;

		node->op = NW_OP_WORDS;
		add_words(c, e);
		take_terms(c, from, node);
		return;
	}
	if (e->op == NW_OP_FIELD)
		c->fields = field_bits(e->n);
	if (e->op == NW_OP_NOT)
		c->negated = !negated;
	for (const struct nw_expr *kid = e->kids; kid; kid = kid->next)
		node->n_kids++;
	node->kids = NW_ARENA_ARRAY(c->topics->arena, struct nw_node, node->n_kids);
	node->negates = e->op == NW_OP_NOT;
	for (const struct nw_expr *kid = e->kids; kid; kid = kid->next) {
		compile_expr(c, kid, &node->kids[i]);
		node->negates = node->negates || node->kids[i++].negates;
	}
	c->topics->fields |= c->fields;
	c->fields = fields;
	c->negated = negated;
}

static void add_rule(struct compiler *c, struct nw_rule *r, uint32_t topic)
{
	struct nw_topics *t = c->topics;

	/* NOLINTNEXTLINE(bugprone-sizeof-expression): of pointers */
	NW_GROW(t->rules, t->n_rules, c->cap_rules);
	NW_GROW(t->rule_topic, t->n_rules, c->cap_rule_topic);
	t->rules[t->n_rules] = r;
	t->rule_topic[t->n_rules++] = topic;
}

/* Lines that can make a topic fire are numbered: phrases lead to them. */
static void compile_topic(struct compiler *c, uint32_t topic)
{
	struct nw_topics *t = c->topics;

	for (struct nw_rule *r = t->topics[topic]->rules; r; r = r->next) {
		const bool fires = r->section == NW_SECTION_MATCH ||
			(r->section == NW_SECTION_SCORE && r->points > 0);

		c->rule = UINT32_MAX;
		if (fires) {
			c->rule = (uint32_t)t->n_rules;
			add_rule(c, r, topic);
		}
		c->fields = NW_FIELD_TEXT;
		c->negated = false;
		r->node = NW_ARENA_NEW(t->arena, struct nw_node);
		compile_expr(c, r->expr, r->node);
	}
}

static int by_phrase(const void *a, const void *b)
{
	const struct asked *x = a, *y = b;

	if (x->phrase != y->phrase)
		return x->phrase < y->phrase ? -1 : 1;
	return (x->rule > y->rule) - (x->rule < y->rule);
}

static void index_lines(struct compiler *c)
{
	struct nw_topics *t = c->topics;
	size_t at = 0;

	if (c->n_asked)
		qsort(c->asked, c->n_asked, sizeof(*c->asked), by_phrase);
	t->line_at = NW_ARENA_ARRAY(t->arena, uint32_t, t->phrases.n_nodes + 1);
	t->lines = NW_ARENA_ARRAY(t->arena, uint32_t, c->n_asked);
	for (uint32_t p = 0; p < t->phrases.n_nodes; p++) {
		t->line_at[p] = (uint32_t)at;
		for (; at < c->n_asked && c->asked[at].phrase == p; at++)
			t->lines[at] = c->asked[at].rule;
	}
	t->line_at[t->phrases.n_nodes] = (uint32_t)at;
}

void nw_topics_compile(struct nw_topics *t)
{
	struct compiler c = {.topics = t};

	nw_vocab_init(&t->vocab, t->arena);
	nw_phrases_init(&t->phrases);
	t->fields = NW_FIELD_TEXT;
	for (uint32_t i = 0; i < t->n_topics; i++)
		compile_topic(&c, i);
	nw_phrases_seal(&t->phrases, t->vocab.ids);
	nw_vocab_seal(&t->vocab, t->phrases.first);
	index_lines(&c);
	t->asks_language = t->vocab.has_stems || (t->fields & NW_FIELD_BIT(NW_FIELD_LANG)) != 0;
	for (size_t i = 0; i < NW_STEM_LANGUAGES; i++)
		nw_stemmer_clear(&c.stemmers[i]);
	free(c.asked);
	free(c.terms);
}
