#ifndef NW_TAG_WORDS_H
#define NW_TAG_WORDS_H

#include "tag/fold.h"

/*
 * The words of a text, in order, each with its place in the text as written. A
 * word is a run of letters, digits and their marks. An apostrophe ends it, and
 * one letter after an apostrophe is part of what was before ("Libya's"). Topics
 * and articles are cut by the same function.
 */
#define NW_WORD_MAX 96 /* bytes when folded; what is longer equals no word */

struct nw_word {
	size_t start, end;    /* bytes in the text */
	uint64_t hash, head;  /* of the folded bytes; the first eight of them */
	struct nw_str folded; /* p is NULL until nw_words_fold; n is always right */
	bool ascii;
};

struct nw_words {
	const struct nw_fold *fold;
	struct nw_str text;
	size_t at;
	size_t block;        /* where the 64 bytes begin that the masks are of; SIZE_MAX: none */
	uint64_t word, high; /* a bit a byte: of a word (all non-ASCII too); not ASCII */
	char bytes[NW_WORD_MAX + 8];
};

void nw_words_init(struct nw_words *w, const struct nw_fold *fold, struct nw_str text);
bool nw_words_next(struct nw_words *w, struct nw_word *word);

/* The word's folded bytes, valid until the next word; empty when it is too long. */
struct nw_str nw_words_fold(struct nw_words *w, struct nw_word *word);

/* How the word is tied to the one after it. */
enum nw_tie {
	NW_TIE_NONE,
	NW_TIE_HYPHEN, /* "cease-fire" */
	NW_TIE_DOT,    /* "U.S": both are single letters */
};
enum nw_tie nw_words_tie(const struct nw_words *w, const struct nw_word *word);

uint64_t nw_word_hash(struct nw_str folded);
uint64_t nw_word_head(struct nw_str folded);

#endif
