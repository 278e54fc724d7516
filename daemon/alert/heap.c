#include "alert/incident.h"
#include "base/arena.h"

static void put(struct nw_heap *h, size_t i, struct nw_incident *incident)
{
	h->v[i] = incident;
	incident->at[h->which] = i;
}

static void sift(struct nw_heap *h, size_t i)
{
	struct nw_incident *incident = h->v[i];

	for (; i > 0 && h->is_before(incident, h->v[(i - 1) / 2]); i = (i - 1) / 2)
		put(h, i, h->v[(i - 1) / 2]);
	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < h->n && h->is_before(h->v[child + 1], h->v[child]))
			child++;
		if (child >= h->n || !h->is_before(h->v[child], incident))
			break;
		put(h, i, h->v[child]);
		i = child;
	}
	put(h, i, incident);
}

void nw_heap_add(struct nw_heap *heap, struct nw_incident *incident)
{
	if (heap->n == heap->cap) {
		heap->cap = heap->cap ? heap->cap * 2 : 64;
		/* NOLINTNEXTLINE(bugprone-sizeof-expression): of pointers */
		heap->v = nw_must_realloc(heap->v, heap->cap * sizeof(*heap->v));
	}
	put(heap, heap->n++, incident);
	sift(heap, incident->at[heap->which]);
}

void nw_heap_fix(struct nw_heap *heap, struct nw_incident *incident)
{
	sift(heap, incident->at[heap->which]);
}

void nw_heap_remove(struct nw_heap *heap, struct nw_incident *incident)
{
	const size_t i = incident->at[heap->which];
	struct nw_incident *last = heap->v[--heap->n];

	if (last == incident)
		return;
	put(heap, i, last);
	sift(heap, i);
}
