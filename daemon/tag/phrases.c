#include "tag/phrases.h"

#include <stdlib.h>

#include "tag/grow.h"

static uint32_t add_node(struct nw_phrases *p)
{
	const uint32_t n = p->n_nodes;

	NW_GROW(p->goes_on, n, p->cap_nodes);
	NW_GROW(p->fields, n, p->cap_masks);
	p->goes_on[n] = false;
	p->fields[n] = 0;
	return p->n_nodes++;
}

void nw_phrases_init(struct nw_phrases *p)
{
	*p = (struct nw_phrases){.mask = 1023};
	p->keys = nw_must_calloc(p->mask + 1, sizeof(*p->keys));
	p->to = nw_must_calloc(p->mask + 1, sizeof(*p->to));
	(void)add_node(p);
}

void nw_phrases_clear(struct nw_phrases *p)
{
	free(p->keys);
	free(p->to);
	free(p->goes_on);
	free(p->fields);
	free(p->first);
	*p = (struct nw_phrases){0};
}

static uint32_t slot_of(const struct nw_phrases *p, uint64_t key)
{
	uint32_t at = (uint32_t)((key * 0x9e3779b97f4a7c15U) >> 32) & p->mask;

	while (p->to[at] && p->keys[at] != key)
		at = (at + 1) & p->mask;
	return at;
}

static void widen(struct nw_phrases *p)
{
	uint64_t *const keys = p->keys;
	uint32_t *const to = p->to;
	const uint32_t mask = p->mask;

	p->mask = 2 * mask + 1;
	p->keys = nw_must_calloc((size_t)p->mask + 1, sizeof(*p->keys));
	p->to = nw_must_calloc((size_t)p->mask + 1, sizeof(*p->to));
	for (uint32_t i = 0; i <= mask; i++) {
		if (to[i]) {
			const uint32_t at = slot_of(p, keys[i]);

			p->keys[at] = keys[i];
			p->to[at] = to[i];
		}
	}
	free(keys);
	free(to);
}

static uint64_t key_of(uint32_t node, uint32_t word)
{
	return (uint64_t)node << 32 | word;
}

uint32_t nw_phrases_next(const struct nw_phrases *p, uint32_t node, uint32_t word)
{
	if (node == 0 && p->first)
		return word < p->n_first ? p->first[word] : 0;
	return p->to[slot_of(p, key_of(node, word))];
}

uint32_t nw_phrases_add(struct nw_phrases *p, const uint32_t *words, size_t n)
{
	uint32_t node = 0;

	for (size_t i = 0; i < n; i++) {
		const uint64_t key = key_of(node, words[i]);
		uint32_t at = slot_of(p, key);

		if (!p->to[at]) {
			if (2 * ++p->n_edges > p->mask) {
				widen(p);
				at = slot_of(p, key);
			}
			p->keys[at] = key;
			p->to[at] = add_node(p);
			p->goes_on[node] = true;
		}
		node = p->to[at];
	}
	return node;
}

void nw_phrases_seal(struct nw_phrases *p, uint32_t n_words)
{
	p->n_first = n_words + 1;
	p->first = nw_must_calloc(p->n_first, sizeof(*p->first));
	for (uint32_t i = 0; i <= p->mask; i++) {
		if (p->to[i] && p->keys[i] >> 32 == 0)
			p->first[(uint32_t)p->keys[i]] = p->to[i];
	}
}
