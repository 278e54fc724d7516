#ifndef NW_TAG_SUGGEST_H
#define NW_TAG_SUGGEST_H

#include <newswire/base.h>

/* The name that was most likely meant: the nearest one, two typing errors away at most; or empty. */
struct nw_str nw_suggest(struct nw_str typed, const struct nw_str *names, size_t n);

#endif
