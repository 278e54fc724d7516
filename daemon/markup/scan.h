#ifndef NW_MARKUP_SCAN_H
#define NW_MARKUP_SCAN_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * Reads one start tag from any bytes. What it looks at twice is bounded, so that
 * all tags of a document together take linear time whatever they are:
 * - a tag with no end before the next '<' is text when it is short, else ends there;
 * - once a quote or a tag ran to the end of the document, each tag ends at its first '>'.
 */
#define NW_SCAN_ATTRS 256

struct nw_scan {
	const char *end;    /* of the document */
	const char *close;  /* the next '>' at or after any place already read; NULL: not known */
	bool no_quotes;     /* a quote or a tag has run to the end */
	unsigned attrs_max; /* at most NW_SCAN_ATTRS */
	struct nw_str name; /* of the tag read last */
	struct {
		struct nw_str name, value; /* as written */
	} attrs[NW_SCAN_ATTRS];
	unsigned n_attrs;
	bool is_empty;  /* "/>" */
	bool is_broken; /* needed repair */
	bool is_cut;    /* had more attributes */
};

/* at is a name's first byte, after '<'. What follows the tag, or NULL: it is none. */
const char *nw_scan_tag(struct nw_scan *s, const char *at);

#endif
