#ifndef NW_CLEAN_BODY_H
#define NW_CLEAN_BODY_H

#include "clean/page.h"

/* Where the article is. */
struct nw_body {
	uint32_t at; /* flat index of the element that holds it */
	bool named;  /* chosen because it says so itself */
};

/* The block that is the page's title, NW_NOWHERE where none is: sets page->anchor. */
void nw_body_anchor(struct nw_page *page);

/* The element that holds the article; <body> where nothing is better. */
struct nw_body nw_body_find(struct nw_page *page);

#endif
