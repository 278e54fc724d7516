#ifndef NW_CLEAN_FOUND_H
#define NW_CLEAN_FOUND_H

#include <stdbool.h>

#include <newswire/base.h>

#include "markup/markup.h"

/* Elements that tell of an article rather than being it, met while the tree is laid flat. */
enum nw_find {
	NW_FIND_META,
	NW_FIND_LINK,  /* <link rel=...> */
	NW_FIND_LD,    /* scripts of JSON-LD */
	NW_FIND_TITLE, /* <title> */
	NW_FIND_H1,
	NW_FIND_DATE_PROPERTY,   /* itemprop=datePublished */
	NW_FIND_TIME,            /* <time> */
	NW_FIND_DATE,            /* named as dates are */
	NW_FIND_AUTHOR_PROPERTY, /* itemprop or rel=author */
	NW_FIND_BYLINE,          /* named as bylines are */
	NW_FIND_SECTION,
	NW_FIND_PAYWALL,
	NW_FIND_N,
};

#define NW_FOUND_MAX 128u /* of a kind: a page that has more tells nothing new with them */

struct nw_spot {
	const struct nw_node *node;
	uint32_t at; /* flat index; of the element met before, for what is in <head> */
};

struct nw_found {
	struct nw_spot spots[NW_FIND_N][NW_FOUND_MAX];
	uint32_t n[NW_FIND_N];
};

/* Sorts the element into the lists it belongs to; marks as the marker read them. */
void nw_found_note(
	struct nw_found *found, const struct nw_node *element, uint32_t at, uint32_t marks);

/* The same for everything inside <head>. */
void nw_found_note_head(struct nw_found *found, const struct nw_node *head, uint32_t at);

#endif
