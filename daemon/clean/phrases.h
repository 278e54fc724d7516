#ifndef NW_CLEAN_PHRASES_H
#define NW_CLEAN_PHRASES_H

#include <newswire/base.h>

/* What a line of a page is known to be by the words it begins with. */
enum nw_phrase {
	NW_PHRASE_TAIL =
		1 << 0, /* heads what comes after an article: "Related", "Leave a comment" */
	NW_PHRASE_JUNK = 1 << 1,    /* never part of one: "Advertisement", "Sign up for ..." */
	NW_PHRASE_REMARKS = 1 << 3, /* heads the readers' comments */
	NW_PHRASE_WHOLE = 1 << 2,   /* in the table: it must be the whole line */
};

/* enum nw_phrase bits; 0 for lines over 60 words, and for empty ones. */
unsigned nw_phrase_of(struct nw_str line, uint32_t words);

/* The table, sorted by text, for the test that it is. */
struct nw_phrase_row {
	const char *text; /* folded, see measure.h */
	unsigned is;
};
extern const struct nw_phrase_row nw_phrases[];
extern const size_t nw_n_phrases;

#endif
