#ifndef NW_TAG_FOLD_H
#define NW_TAG_FOLD_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * When two spellings are one word: NFKC and case folding (UAX #15, UAX #44),
 * combining marks off, Arabic harakat and tatweel off, its alef, yeh, kaf and teh
 * marbuta forms made one, dotted and dotless i one, digits ASCII. Marks that
 * are letters (Devanagari vowels, kana voicing) stay.
 */
#define NW_FOLD_TABLE 0x2100 /* scripts with cases or vowel marks are below this */
#define NW_FOLD_MAX 32       /* code points one may become: U+FDFA has 18 */

enum {
	NW_FOLD_BREAK = 0, /* ends a word */
	NW_FOLD_DROP = 1,  /* stands in a word and is not compared */
	NW_FOLD_MANY = 2,  /* becomes several, or is not in the table */
};

struct nw_fold {
	uint16_t to[NW_FOLD_TABLE]; /* one of the above, or the one code point it becomes */
};

void nw_fold_init(struct nw_fold *fold);

/* As the table's entries, for any code point. */
uint32_t nw_fold_kind(const struct nw_fold *fold, uint32_t c);

/* What c becomes; 0 for NW_FOLD_BREAK and NW_FOLD_DROP. */
size_t nw_fold_point(uint32_t c, uint32_t out[NW_FOLD_MAX]);

/* A letter of a script written without spaces: a word by itself. */
bool nw_fold_is_solo(uint32_t c);

bool nw_fold_is_apostrophe(uint32_t c);
bool nw_fold_is_hyphen(uint32_t c);

#endif
