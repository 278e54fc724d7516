/* Whether an expression holds for an article, and where it shows. */
#include "tag/eval.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "tag/near.h"

#define FIRST_MOST 1000 /* as parse.c allows */
#define REST_AT ((size_t)256 * 1024)
#define LEAD_WORDS 40 /* the lead goes on to the end of the sentence this word is in */

void nw_eval_init(struct nw_eval *eval, const struct nw_scan *scan)
{
	*eval = (struct nw_eval){
		.scan = scan, .arena = nw_arena_new(), .lead = SIZE_MAX, .places = 1};
}

void nw_eval_clear(struct nw_eval *eval)
{
	nw_arena_free(eval->arena);
	free(eval->word_ends);
}

void nw_eval_rest(struct nw_eval *eval)
{
	if (nw_arena_total(eval->arena) < REST_AT)
		return;
	nw_arena_free(eval->arena);
	eval->arena = nw_arena_new();
}

struct nw_window nw_eval_whole(const struct nw_eval *eval)
{
	return (struct nw_window){
		.fields = NW_FIELD_TEXT, .from = 0, .to = eval->scan->text[NW_FIELD_BODY].n};
}

/* Where the body's n first words end. */
static size_t end_of_words(struct nw_eval *eval, unsigned n)
{
	const struct nw_str body = eval->scan->text[NW_FIELD_BODY];
	struct nw_words words;
	struct nw_word word = {0};

	if (!eval->word_ends)
		eval->word_ends = nw_must_calloc(FIRST_MOST + 1, sizeof(*eval->word_ends));
	if (eval->word_ends[n])
		return eval->word_ends[n];
	nw_words_init(&words, &eval->scan->topics->fold, body);
	for (unsigned i = 0; i < n; i++) {
		if (!nw_words_next(&words, &word))
			word.end = body.n;
	}
	return eval->word_ends[n] = word.end;
}

static size_t end_of_lead(struct nw_eval *eval)
{
	if (eval->lead == SIZE_MAX)
		eval->lead = nw_sentence_end(
			eval->scan->text[NW_FIELD_BODY], end_of_words(eval, LEAD_WORDS));
	return eval->lead;
}

static struct nw_window narrow(struct nw_window w, size_t from, size_t to)
{
	w.fields &= NW_FIELD_BIT(NW_FIELD_BODY);
	w.from = w.from > from ? w.from : from;
	w.to = w.to < to ? w.to : to;
	return w;
}

static struct nw_window field_window(struct nw_eval *eval, unsigned field, struct nw_window w)
{
	if (field == NW_FIELD_LEAD)
		return narrow(w, 0, end_of_lead(eval));
	if (field == NW_FIELD_TITLE || field == NW_FIELD_BODY)
		w.fields &= NW_FIELD_BIT(field);
	else
		w.fields = NW_FIELD_BIT(field);
	return w;
}

static bool is_within(const struct nw_hit *hit, const struct nw_window *w)
{
	if (!(w->fields & NW_FIELD_BIT(hit->field)))
		return false;
	return hit->field != NW_FIELD_BODY || (hit->start >= w->from && hit->end <= w->to);
}

/* The first of a phrase's hits that may be within the window. */
static uint32_t skip_to(
	const struct nw_scan *s, const struct nw_hit_range *range, const struct nw_window *w)
{
	uint32_t lo = range->from, hi = range->to;

	if (w->fields != NW_FIELD_BIT(NW_FIELD_BODY))
		return lo;
	while (lo < hi) {
		const uint32_t middle = lo + (hi - lo) / 2;
		const struct nw_hit *hit = &s->hits[middle];

		if (hit->field < NW_FIELD_BODY ||
			(hit->field == NW_FIELD_BODY && hit->start < w->from))
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

/* False when the rest of a phrase's hits is past the window. */
static bool is_before_end(const struct nw_hit *hit, const struct nw_window *w)
{
	return w->fields != NW_FIELD_BIT(NW_FIELD_BODY) ||
		(hit->field == NW_FIELD_BODY && hit->start < w->to);
}

static void add_range(struct nw_eval *eval, const struct nw_hit_range *range,
	const struct nw_window *w, struct nw_spans *out)
{
	const struct nw_scan *s = eval->scan;

	for (uint32_t i = skip_to(s, range, w); i < range->to; i++) {
		const struct nw_hit *hit = &s->hits[i];

		if (!is_before_end(hit, w))
			return;
		if (is_within(hit, w))
			nw_spans_add(out, eval->arena,
				(struct nw_span){.field = hit->field,
					.word = hit->word,
					.word_end = hit->word_end,
					.start = hit->start,
					.end = hit->end});
	}
}

static size_t first_term(const struct nw_node *node, size_t from, uint32_t phrase)
{
	size_t lo = from, hi = node->n_terms;

	while (lo < hi) {
		const size_t middle = lo + (hi - lo) / 2;

		if (node->terms[middle] < phrase)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

static size_t first_range(const struct nw_scan *s, size_t from, uint32_t phrase)
{
	size_t lo = from, hi = s->n_ranges;

	while (lo < hi) {
		const size_t middle = lo + (hi - lo) / 2;

		if (s->ranges[middle].phrase < phrase)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

/*
 * Calls for each phrase of the node that was found; stops, and is false, when
 * told so. A long list costs no more than the few of it that were found.
 */
static bool each_found(struct nw_eval *eval, const struct nw_node *node,
	bool (*found)(struct nw_eval *eval, const struct nw_hit_range *range, void *arg), void *arg)
{
	const struct nw_scan *s = eval->scan;
	size_t i = 0, at = 0;

	while (at < node->n_terms) {
		i = first_range(s, i, node->terms[at]);
		if (i == s->n_ranges)
			return true;
		if (s->ranges[i].phrase != node->terms[at]) {
			at = first_term(node, at, s->ranges[i].phrase);
			continue;
		}
		if (!found(eval, &s->ranges[i], arg))
			return false;
		i++;
		at++;
	}
	return true;
}

struct gathering {
	const struct nw_window *window;
	struct nw_spans *out;
};

static bool on_found_gather(struct nw_eval *eval, const struct nw_hit_range *range, void *arg)
{
	const struct gathering *g = arg;

	add_range(eval, range, g->window, g->out);
	return true;
}

static bool on_found_ask(struct nw_eval *eval, const struct nw_hit_range *range, void *arg)
{
	const struct nw_scan *s = eval->scan;
	const struct nw_window *w = arg;

	for (uint32_t i = skip_to(s, range, w); i < range->to; i++) {
		if (!is_before_end(&s->hits[i], w))
			return true;
		if (is_within(&s->hits[i], w))
			return false; /* that is all that was asked */
	}
	return true;
}

/* The places of a node that is placed. Recursion is as deep as brackets are. */
static void gather(struct nw_eval *eval, const struct nw_node *node, const struct nw_window *w,
	struct nw_spans *out)
{
	struct gathering g = {w, out};

	if (node->op == NW_OP_WORDS) {
		(void)each_found(eval, node, on_found_gather, &g);
	} else if (node->op == NW_OP_OR) {
		for (size_t i = 0; i < node->n_kids; i++)
			gather(eval, &node->kids[i], w, out);
	} else {
		struct nw_spans a = {0}, b = {0};

		gather(eval, &node->kids[0], w, &a);
		if (!a.n)
			return;
		gather(eval, &node->kids[1], w, &b);
		nw_spans_near(&a, &b, node->n, node->op == NW_OP_ONEAR, eval->arena, out);
	}
	nw_spans_sort(out);
}

/* Every place of any word below a node: where it is worth looking. */
static void gather_leaves(struct nw_eval *eval, const struct nw_node *node,
	const struct nw_window *w, struct nw_spans *out)
{
	struct gathering g = {w, out};

	if (node->op == NW_OP_WORDS)
		(void)each_found(eval, node, on_found_gather, &g);
	for (size_t i = 0; i < node->n_kids; i++)
		gather_leaves(eval, &node->kids[i], w, out);
}

/* The same of the body, where leaves are the places worth looking at. */
static bool find_in_body(struct nw_eval *eval, const struct nw_node *node, struct nw_window w,
	const struct nw_spans *leaves, struct nw_window *unit)
{
	size_t (*const end_of)(struct nw_str text, size_t at) =
		node->op == NW_OP_SENT ? nw_sentence_end : nw_paragraph_end;
	const struct nw_str body = eval->scan->text[NW_FIELD_BODY];
	size_t from = w.from, i = 0;

	while (i < leaves->n) {
		size_t to;

		from = nw_paragraph_start(body, from, leaves->span[i].start);
		to = end_of(body, from);
		nw_eval_rest(eval);
		*unit = narrow(w, from, to);
		if (leaves->span[i].start < to && nw_eval_holds(eval, node->kids, *unit))
			return true;
		while (i < leaves->n && leaves->span[i].start < to)
			i++;
		from = to;
	}
	return false;
}

/*
 * The first paragraph or sentence in which what is within para() or sent() holds.
 * Each is looked at once, and those in which nothing was found are passed over.
 */
static bool find_unit(struct nw_eval *eval, const struct nw_node *node, struct nw_window w,
	struct nw_window *unit)
{
	struct nw_arena *const outer = eval->arena;
	struct nw_spans leaves = {0};
	bool found;

	*unit = w;
	if (!node->negates && !nw_eval_holds(eval, node->kids, w))
		return false; /* nor in any part of it */
	unit->fields = w.fields & NW_FIELD_BIT(NW_FIELD_TITLE);
	if (unit->fields && nw_eval_holds(eval, node->kids, *unit))
		return true;
	if (!(w.fields & NW_FIELD_BIT(NW_FIELD_BODY)))
		return false;
	w = narrow(w, w.from, w.to);
	gather_leaves(eval, node->kids, &w, &leaves);
	nw_spans_sort(&leaves);
	eval->arena = nw_arena_new();
	found = find_in_body(eval, node, w, &leaves, unit);
	nw_arena_free(eval->arena);
	eval->arena = outer;
	return found;
}

static bool holds_any(struct nw_eval *eval, const struct nw_node *node, struct nw_window w)
{
	for (size_t i = 0; i < node->n_kids; i++) {
		if (nw_eval_holds(eval, &node->kids[i], w))
			return true;
	}
	return false;
}

static bool holds_all(struct nw_eval *eval, const struct nw_node *node, struct nw_window w)
{
	for (size_t i = 0; i < node->n_kids; i++) {
		if (!nw_eval_holds(eval, &node->kids[i], w))
			return false;
	}
	return true;
}

bool nw_eval_holds(struct nw_eval *eval, const struct nw_node *node, struct nw_window w)
{
	struct nw_spans spans = {0};
	struct nw_window unit;

	switch (node->op) {
	case NW_OP_WORDS:
		return !each_found(eval, node, on_found_ask, &w);
	case NW_OP_OR:
		return holds_any(eval, node, w);
	case NW_OP_AND:
		return holds_all(eval, node, w);
	case NW_OP_NOT:
		return !nw_eval_holds(eval, node->kids, w);
	case NW_OP_FIELD:
		return nw_eval_holds(eval, node->kids, field_window(eval, node->n, w));
	case NW_OP_FIRST:
		return nw_eval_holds(eval, node->kids, narrow(w, 0, end_of_words(eval, node->n)));
	case NW_OP_PARA:
	case NW_OP_SENT:
		return find_unit(eval, node, w, &unit);
	case NW_OP_ATLEAST:
		gather(eval, node->kids, &w, &spans);
		return nw_spans_disjoint(&spans) >= node->n;
	case NW_OP_NEAR:
	case NW_OP_ONEAR:
	case NW_OP_SET:
	default:
		gather(eval, node, &w, &spans);
		return spans.n > 0;
	}
}

static void first_places(
	struct nw_eval *eval, struct nw_spans *spans, size_t n, struct nw_spans *reasons)
{
	for (size_t i = 0; i < n && i < spans->n; i++)
		nw_spans_add(reasons, eval->arena, spans->span[i]);
}

static void reasons_of_kids(struct nw_eval *eval, const struct nw_node *node, struct nw_window w,
	struct nw_spans *reasons)
{
	for (size_t i = 0; i < node->n_kids; i++) {
		if (node->op == NW_OP_AND || nw_eval_holds(eval, &node->kids[i], w)) {
			nw_eval_reasons(eval, &node->kids[i], w, reasons);
			if (node->op == NW_OP_OR && eval->places == 1)
				return;
		}
	}
}

void nw_eval_reasons(struct nw_eval *eval, const struct nw_node *node, struct nw_window w,
	struct nw_spans *reasons)
{
	struct nw_spans spans = {0};
	struct nw_window unit;

	if (node->placed) {
		gather(eval, node, &w, &spans);
		first_places(eval, &spans, eval->places, reasons);
		return;
	}
	switch (node->op) {
	case NW_OP_FIELD:
		nw_eval_reasons(eval, node->kids, field_window(eval, node->n, w), reasons);
		return;
	case NW_OP_FIRST:
		nw_eval_reasons(
			eval, node->kids, narrow(w, 0, end_of_words(eval, node->n)), reasons);
		return;
	case NW_OP_PARA:
	case NW_OP_SENT:
		if (find_unit(eval, node, w, &unit))
			nw_eval_reasons(eval, node->kids, unit, reasons);
		return;
	case NW_OP_ATLEAST:
		gather(eval, node->kids, &w, &spans);
		(void)nw_spans_disjoint(&spans);
		first_places(
			eval, &spans, node->n > eval->places ? node->n : eval->places, reasons);
		return;
	case NW_OP_NOT: /* what is not there has no place */
		return;
	case NW_OP_AND:
	case NW_OP_OR:
	case NW_OP_WORDS:
	case NW_OP_NEAR:
	case NW_OP_ONEAR:
	case NW_OP_SET:
	default:
		reasons_of_kids(eval, node, w, reasons);
	}
}
