#ifndef NW_MARKUP_GUESS_H
#define NW_MARKUP_GUESS_H

#include <newswire/base.h>

/*
 * The character set that bytes which are not UTF-8, and of which nothing else is
 * known, are most likely in, by which bytes are frequent; empty where it could
 * be any Western one. Knows the sets in which whole words are not ASCII: Cyrillic,
 * Arabic, Greek, Hebrew, Thai, Chinese, Japanese, Korean.
 */
struct nw_str nw_guess_charset(struct nw_str bytes);

#endif
