#ifndef NW_MARKUP_NEST_H
#define NW_MARKUP_NEST_H

#include "markup/tree.h"

/*
 * What may stand inside what, for documents whose end tags cannot be relied on.
 * Each answers how many of the open elements, from the innermost, are to be closed.
 */

/* Before this element is opened: an <item> ends the one before it, an <li> too. */
unsigned nw_nest_before(const struct nw_node *open, struct nw_tree_name name, bool is_html);
/* For an end tag; 0 where it ends nothing that is open. */
unsigned nw_nest_end(const struct nw_node *open, struct nw_tree_name name);

#endif
