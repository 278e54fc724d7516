#ifndef NW_CLEAN_WIRE_H
#define NW_CLEAN_WIRE_H

#include <newswire/clean.h>

/*
 * The news agency credited: among the authors, in brackets in the first line
 * ("TRIPOLI (Reuters) - ...") or at the end of the last ("... said. (dpa)"). Its
 * usual name, a constant; empty where none is credited.
 */
struct nw_str nw_wire_find(const struct nw_author *authors, struct nw_str body);

#endif
