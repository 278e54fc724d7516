#ifndef NW_CLEAN_MEASURE_H
#define NW_CLEAN_MEASURE_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * How long a text is, in words. Scripts that write no spaces between words are
 * counted by their characters: two of Chinese or Japanese are a word, four of
 * Thai, Lao, Khmer or Burmese.
 */
uint32_t nw_measure(struct nw_str text);

/* The last sign of the text, closing quotes and brackets aside, ends a sentence. */
bool nw_ends_sentence(struct nw_str text);

/*
 * What two texts of the same words have in common: the words in lower case with
 * one space between; at most cap bytes, whole words only. keep_colon: a colon
 * after a word stays, as it tells "Related: ..." from a sentence.
 */
size_t nw_fold(struct nw_str text, char *out, size_t cap, bool keep_colon);

#endif
