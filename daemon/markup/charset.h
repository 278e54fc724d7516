#ifndef NW_MARKUP_CHARSET_H
#define NW_MARKUP_CHARSET_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * Which character set a document is in, after RFC 7303 (XML) and the WHATWG's
 * order for HTML, and its characters as UTF-8 that is always valid.
 */
struct nw_charset {
	struct nw_str utf8; /* without a BOM */
	struct nw_str name; /* as it was read, lower case */
	bool repaired;      /* bytes were not legal, or the set named was not the one */
};

void nw_charset_read(struct nw_arena *a, struct nw_str bytes, struct nw_str content_type,
	bool is_html, struct nw_charset *out);

/* What windows-1252 has at 0x80 to 0x9f, where people write it instead of ISO 8859-1 and Unicode. */
uint32_t nw_charset_1252(unsigned char byte);

/* Valid UTF-8 as it is; else a copy in which each stray byte is read as windows-1252. */
struct nw_str nw_charset_repair(struct nw_arena *a, struct nw_str s);

#endif
