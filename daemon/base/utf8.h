#ifndef NW_BASE_UTF8_H
#define NW_BASE_UTF8_H

#include <stdbool.h>

#include <newswire/base.h>

/* UTF-8 as RFC 3629 has it: no surrogates, no overlong forms, nothing past U+10FFFF. */

/* Offset of the first byte that is not valid; s.n when all are. Fast for ASCII. */
size_t nw_utf8_valid(struct nw_str s);

/* Takes one code point off *rest; U+FFFD (and at least one byte) for what is not valid. */
uint32_t nw_utf8_next(struct nw_str *rest);

/* Writes 1 to 4 bytes; returns how many. A code point that has no UTF-8 is written as U+FFFD. */
size_t nw_utf8_put(uint32_t c, char out[4]);

/* s when valid; else a copy in which every stray byte is U+FFFD. */
struct nw_str nw_utf8_repair(struct nw_arena *a, struct nw_str s);

/* Normalisation form C (UAX #15); s itself when it is ASCII or already in that form. */
struct nw_str nw_utf8_nfc(struct nw_arena *a, struct nw_str s);

bool nw_utf8_is_space(uint32_t c); /* White_Space, NBSP and its kin among them */
bool nw_utf8_is_word(uint32_t c);  /* letter, digit, or a mark that belongs to one */

/* Columns a terminal shows it in: wide letters take two, marks that combine none. */
size_t nw_utf8_columns(struct nw_str s);

/* Words as \w+ would find them: maximal runs of nw_utf8_is_word. */
size_t nw_utf8_count_words(struct nw_str s);

#endif
