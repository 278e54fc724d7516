#ifndef NW_TAG_ARABIC_H
#define NW_TAG_ARABIC_H

#include <newswire/base.h>

/*
 * The forms of a folded Arabic word with its clitics taken off: wa and fa, then
 * bi, ka and li, then al; "li" and "al" written together are also read as "al".
 * What is left has three letters at least.
 */
#define NW_ARABIC_FORMS 12

struct nw_arabic {
	struct nw_str form[NW_ARABIC_FORMS];
	size_t n;
	char joined[2][128]; /* where forms that are not a part of the word are written */
	size_t n_joined;
};

/* The word itself is not among them. n == 0 for a word of another script. */
void nw_arabic_forms(struct nw_str word, struct nw_arabic *out);

#endif
