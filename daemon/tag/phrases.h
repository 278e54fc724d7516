#ifndef NW_TAG_PHRASES_H
#define NW_TAG_PHRASES_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * Every phrase of every topic as one automaton over word numbers: a node is the
 * words that lead to it, and is at the same time the number of the phrase that
 * ends there. Node 0 is the beginning.
 */
struct nw_phrases {
	uint64_t *keys; /* node and word number, of the edges; a power of two of slots */
	uint32_t *to;   /* 0: the slot is empty */
	uint32_t mask, n_edges;
	uint32_t n_nodes;
	size_t cap_nodes, cap_masks;
	bool *goes_on;    /* a node has edges */
	uint16_t *fields; /* where the phrase that ends here is looked for; 0: none ends here */
	uint32_t *first;  /* word number -> node, from the beginning */
	uint32_t n_first;
};

void nw_phrases_init(struct nw_phrases *p);
void nw_phrases_clear(struct nw_phrases *p);

/* The phrase's number; the same for the same words. */
uint32_t nw_phrases_add(struct nw_phrases *p, const uint32_t *words, size_t n);

/* After the last one: the table of beginnings, for word numbers up to n_words. */
void nw_phrases_seal(struct nw_phrases *p, uint32_t n_words);

/* The node after `node` and a word; 0: none. */
uint32_t nw_phrases_next(const struct nw_phrases *p, uint32_t node, uint32_t word);

#endif
