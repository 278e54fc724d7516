#ifndef NW_WEB_XML_H
#define NW_WEB_XML_H

#include "base/buf.h"

/*
 * Any bytes as character data or as an attribute's value between double quotes:
 * escaped, invalid UTF-8 as U+FFFD, without what XML 1.0 cannot hold and without
 * the other controls.
 */
void nw_xml_add(struct nw_buf *out, struct nw_str s);

/* An address as an attribute's value: what RFC 3987 does not allow in one is percent-encoded. */
void nw_xml_add_address(struct nw_buf *out, struct nw_str address);

#endif
