#ifndef NW_MARKUP_REFS_H
#define NW_MARKUP_REFS_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * References: numeric ones, HTML's names, and what the document itself declares.
 * A declared entity stands for its text: the markup and the declared references
 * in it are not read again, so that nothing multiplies, and what declarations
 * may add to the document in all is bounded.
 */
struct nw_entity {
	struct nw_entity *next;
	struct nw_str name, value;
};

struct nw_refs {
	struct nw_arena *arena;
	struct nw_entity *declared;
	size_t n_declared;
	size_t left; /* bytes that declared entities may still add */
	bool over;   /* they wanted more */
};

/* The first declaration of a name is the one that counts (XML 1.0, 4.2); so do the first 64 names. */
void nw_refs_declare(struct nw_refs *r, struct nw_str name, struct nw_str value);

/* s starts at '&'. XML's own five ("&amp;"): how long it is, and what it stands for; 0 for any other. */
size_t nw_refs_own(struct nw_str s, char *c);

/* Adds what "&name;" stands for; false where nobody knows it. */
bool nw_refs_named(struct nw_refs *r, struct nw_str name, struct nw_buf *out);

/* text with its references resolved; what is none stays as it is. */
void nw_refs_decode(struct nw_refs *r, struct nw_str text, struct nw_buf *out);

/* The same in the arena, or text itself where it has none. */
struct nw_str nw_refs_resolve(struct nw_refs *r, struct nw_str text);

#endif
