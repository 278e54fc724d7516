#ifndef NW_MARKUP_LOOSE_H
#define NW_MARKUP_LOOSE_H

#include "markup/tree.h"

/*
 * Our own reader, for what libxml2 gives up on and what it must not see. It
 * takes any bytes, in time linear in their number, and never fails: an end tag
 * closes the nearest open element of its name or is ignored, the end of input
 * closes all, what is no markup is text.
 */
enum nw_loose_kind { NW_LOOSE_XML, NW_LOOSE_HTML };

/*
 * utf8 must be valid. *damage is filled with the first thing that needed repair, if any.
 * NW_E_LIMIT where declared entities would add more than limits->expansion.
 */
enum nw_err nw_loose_read(struct nw_tree *t, struct nw_str utf8, enum nw_loose_kind kind,
	struct nw_error *damage) NW_MUST;

#endif
