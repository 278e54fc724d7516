#ifndef NW_CLEAN_PAGE_H
#define NW_CLEAN_PAGE_H

#include <stdbool.h>

#include <newswire/clean.h>

#include "clean/found.h"
#include "markup/markup.h"
#include "markup/names.h"

/*
 * A page being cleaned. The tree is laid flat once, in document order, so that
 * every question about what is inside an element is a difference of two sums
 * and every pass is one loop: the whole is linear in the page.
 */

/* What an element's name says of it. */
enum nw_trait {
	NW_RAW = 1 << 0,       /* its inside is no text: script, style, form controls */
	NW_DROP = 1 << 1,      /* never part of an article */
	NW_SOFT_DROP = 1 << 2, /* dropped, unless the article turns out to be inside */
	NW_BLOCK = 1 << 3,
	NW_INLINE = 1 << 4,
	NW_HEADING = 1 << 5,
	NW_CELL = 1 << 6,   /* of a table or a definition list */
	NW_LINES = 1 << 7,  /* <br> in it is a space, not the end of a block */
	NW_HOLDER = 1 << 8, /* may be the container of an article's body */
	NW_IMAGE = 1 << 9,
};

enum { NW_NOWHERE = UINT32_MAX };

#define NW_SUMMARIES 3

/* A node of the flat page; nodes i+1 .. end are inside node i. */
struct nw_flat {
	const struct nw_node *node;
	uint32_t parent, end;
	uint32_t owner; /* the nearest block element, itself included */
	uint16_t tag;
	uint16_t traits;
	uint32_t marks; /* enum nw_mark of marks.h */
	/* Sums over all nodes before this one. */
	uint32_t words, links; /* words of text; those of them inside links */
	uint32_t paras;        /* words of plain paragraphs */
	uint32_t h1s, quotes;  /* <h1>, <blockquote> */
	uint32_t images;       /* pictures and films */
	uint32_t bodies;       /* elements that say they hold the article */
	uint32_t from, to;     /* its blocks, [from, to), where it is a block element */
};

/* A run of text between two block boundaries: a paragraph, a heading, a list item. */
struct nw_block {
	struct nw_str text; /* white space collapsed */
	uint32_t words, links;
	uint32_t at; /* flat index of its element */
	uint16_t tag, traits;
	bool sentence; /* ends as sentences do */
	bool junk;     /* a phrase that is never part of an article */
	float good;    /* what it says for its surroundings being the article; below 0: against */
	float good_before, bad_before; /* sums over the blocks before it */
};

#define NW_TITLES 6 /* og:title, twitter:title, <title> and the headline in JSON-LD */

struct nw_page {
	struct nw_arena *arena;
	const struct nw_clean_input *input;
	const struct nw_node *root;
	struct nw_found *found;
	struct nw_flat *flat; /* n of them and one more that holds the totals */
	uint32_t n, n_texts;
	uint32_t body;     /* flat index of <body> */
	size_t text_bytes; /* of all text: what blocks can need at most */

	struct nw_str titles[NW_TITLES]; /* folded, most trusted first */
	size_t n_titles;
	struct nw_str summaries[NW_SUMMARIES]; /* folded: og:description and its kin */
	size_t n_summaries;

	struct nw_block *blocks; /* n_blocks of them and one more that holds the totals */
	uint32_t n_blocks;
	uint32_t anchor; /* the block that is the title, or NW_NOWHERE */
};

/* Lays the tree flat; its nodes are counted by the limits of markup. */
void nw_page_survey(struct nw_page *page, const struct nw_node *root, size_t n_nodes);

/* Words inside node i, and the same for the other sums. */
static inline uint32_t nw_words_in(const struct nw_page *page, uint32_t i)
{
	return page->flat[page->flat[i].end + 1].words - page->flat[i].words;
}

static inline uint32_t nw_links_in(const struct nw_page *page, uint32_t i)
{
	return page->flat[page->flat[i].end + 1].links - page->flat[i].links;
}

static inline uint32_t nw_paras_in(const struct nw_page *page, uint32_t i)
{
	return page->flat[page->flat[i].end + 1].paras - page->flat[i].paras;
}

static inline uint32_t nw_bodies_in(const struct nw_page *page, uint32_t i)
{
	return page->flat[page->flat[i].end + 1].bodies - page->flat[i].bodies;
}

static inline bool nw_is_inside(const struct nw_page *page, uint32_t i, uint32_t outer)
{
	return outer < i && i <= page->flat[outer].end;
}

#endif
