#ifndef NW_MARKUP_GUARD_H
#define NW_MARKUP_GUARD_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * True where libxml2 (2.9.14) would take quadratic time over a tag: it compares
 * each attribute with all before it. Such documents are left to our own reader.
 * One pass; knows nothing of comments and scripts, so that nothing hides in them.
 */
bool nw_guard_trips(struct nw_str utf8);

/*
 * Where the tag whose name begins at p ends, as libxml2 reads it: at its '>' or
 * "/>", at end, or at the attribute that is one more than NW_GUARD_ATTRS.
 */
#define NW_GUARD_ATTRS 1000
const char *nw_guard_tag(const char *p, const char *end, unsigned *n_attrs);

#endif
