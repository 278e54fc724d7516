#include "tag/near.h"

#include <stdlib.h>

#include "base/arena.h"

#define SPANS_MOST 4096 /* of one node: a chain of NEARs would multiply them without end */

void nw_spans_add(struct nw_spans *spans, struct nw_arena *arena, struct nw_span span)
{
	if (spans->n == SPANS_MOST)
		return;
	if (spans->n == spans->cap) {
		const size_t cap = spans->cap ? 2 * spans->cap : 8;
		struct nw_span *more = NW_ARENA_ARRAY(arena, struct nw_span, cap);

		if (spans->n)
			memcpy(more, spans->span, spans->n * sizeof(*more));
		spans->span = more;
		spans->cap = cap;
	}
	spans->span[spans->n++] = span;
}

static int by_start(const void *a, const void *b)
{
	const struct nw_span *x = a, *y = b;

	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	if (x->word != y->word)
		return x->word < y->word ? -1 : 1;
	if (x->word_end != y->word_end)
		return x->word_end < y->word_end ? -1 : 1;
	return (x->between > y->between) - (x->between < y->between);
}

static int by_end(const void *a, const void *b)
{
	const struct nw_span *x = a, *y = b;

	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	if (x->word_end != y->word_end)
		return x->word_end < y->word_end ? -1 : 1;
	return (x->word > y->word) - (x->word < y->word);
}

void nw_spans_sort(struct nw_spans *spans)
{
	size_t kept = 0;

	if (spans->n > 1)
		qsort(spans->span, spans->n, sizeof(*spans->span), by_start);
	for (size_t i = 0; i < spans->n; i++) {
		if (kept == 0 || by_start(&spans->span[kept - 1], &spans->span[i]) != 0)
			spans->span[kept++] = spans->span[i];
	}
	spans->n = kept;
}

static struct nw_span pair(const struct nw_span *first, const struct nw_span *second)
{
	struct nw_span both = *first;

	both.word_end = second->word_end;
	both.end = second->end;
	both.between = second->word - first->word_end;
	return both;
}

/* The first of b that begins at or after a's end; NULL when it is too far. */
static const struct nw_span *after(const struct nw_span *a, const struct nw_spans *b, unsigned most)
{
	size_t lo = 0, hi = b->n;

	while (lo < hi) {
		const size_t middle = lo + (hi - lo) / 2;
		const struct nw_span *s = &b->span[middle];

		if (s->field < a->field || (s->field == a->field && s->word < a->word_end))
			lo = middle + 1;
		else
			hi = middle;
	}
	if (lo == b->n || b->span[lo].field != a->field || b->span[lo].word - a->word_end > most)
		return NULL;
	return &b->span[lo];
}

/* The last of b, sorted by end, that ends at or before a's beginning. */
static const struct nw_span *before(
	const struct nw_span *a, const struct nw_span *b, size_t n, unsigned most)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		const size_t middle = lo + (hi - lo) / 2;

		if (b[middle].field < a->field ||
			(b[middle].field == a->field && b[middle].word_end <= a->word))
			lo = middle + 1;
		else
			hi = middle;
	}
	if (lo == 0 || b[lo - 1].field != a->field || a->word - b[lo - 1].word_end > most)
		return NULL;
	return &b[lo - 1];
}

void nw_spans_near(const struct nw_spans *a, const struct nw_spans *b, unsigned most, bool in_order,
	struct nw_arena *arena, struct nw_spans *out)
{
	struct nw_span *ends;

	if (!a->n || !b->n)
		return;
	ends = NW_ARENA_ARRAY(arena, struct nw_span, b->n);
	memcpy(ends, b->span, b->n * sizeof(*ends));
	qsort(ends, b->n, sizeof(*ends), by_end);
	for (size_t i = 0; i < a->n; i++) {
		const struct nw_span *next = after(&a->span[i], b, most);
		const struct nw_span *last =
			in_order ? NULL : before(&a->span[i], ends, b->n, most);

		if (last)
			nw_spans_add(out, arena, pair(last, &a->span[i]));
		if (next)
			nw_spans_add(out, arena, pair(&a->span[i], next));
	}
	nw_spans_sort(out);
}

size_t nw_spans_disjoint(struct nw_spans *spans)
{
	size_t kept = 0;

	if (spans->n > 1)
		qsort(spans->span, spans->n, sizeof(*spans->span), by_end);
	for (size_t i = 0; i < spans->n; i++) {
		const struct nw_span *last = kept ? &spans->span[kept - 1] : NULL;

		if (!last || last->field != spans->span[i].field ||
			last->word_end <= spans->span[i].word)
			spans->span[kept++] = spans->span[i];
	}
	spans->n = kept;
	return kept;
}
