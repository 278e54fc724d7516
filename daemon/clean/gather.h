#ifndef NW_CLEAN_GATHER_H
#define NW_CLEAN_GATHER_H

#include <newswire/base.h>

#include "markup/markup.h"

/* The first bytes of s, at most max, that end with a whole character. */
struct nw_str nw_gather_head(struct nw_str s, size_t max);

/* Text inside an element, no more than about max bytes of it, as one clean line. */
struct nw_str nw_gather_element(struct nw_arena *arena, const struct nw_node *e, size_t max);

/* The same with "|" where an element begins or ends in the middle of a word: there are two names. */
struct nw_str nw_gather_names(struct nw_arena *arena, const struct nw_node *e, size_t max);

/* An attribute's or another format's text, references in it decoded, as one clean line in the arena. */
struct nw_str nw_gather_value(struct nw_arena *arena, struct nw_str value, size_t max);

#endif
