#ifndef NW_TAG_SCAN_H
#define NW_TAG_SCAN_H

#include "tag/compile.h"

/* A phrase found: words [word, word_end) and bytes [start, end) of a field. */
struct nw_hit {
	uint32_t phrase;
	enum nw_field field;
	uint32_t word, word_end;
	size_t start, end;
};

/* The hits of one phrase: hits[from .. to). */
struct nw_hit_range {
	uint32_t phrase;
	uint32_t from, to;
};

struct nw_scan {
	const struct nw_topics *topics;
	struct nw_str text[NW_FIELDS]; /* of each field; empty where none is asked for */
	struct nw_hit *hits;           /* sorted by phrase, field, place */
	size_t n_hits, cap_hits;
	struct nw_hit_range *ranges; /* sorted by phrase */
	size_t n_ranges, cap_ranges;
};

/* One pass over every field of the article that any topic asks for. */
void nw_scan_article(struct nw_scan *scan, const struct nw_topics *topics,
	const struct nw_article *article, struct nw_arena *arena);
void nw_scan_clear(struct nw_scan *scan);

#endif
