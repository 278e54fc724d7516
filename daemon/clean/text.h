#ifndef NW_CLEAN_TEXT_H
#define NW_CLEAN_TEXT_H

#include "clean/body.h"

/* An article's text, as a choice among the page's blocks. */
struct nw_choice {
	uint32_t *blocks; /* indices, in order */
	uint32_t n;
	uint32_t words;
	double good; /* of their words, those that speak for an article */
};

/* Blocks of the body that are the article: titles, junk and what follows a tail marker are out. */
struct nw_choice nw_text_choose(struct nw_page *page, struct nw_body body);

/* Their text in the form of newswire-text(7), joined by "\n\n". */
struct nw_str nw_text_join(const struct nw_page *page, struct nw_choice choice);

#endif
