#ifndef NW_MARKUP_MARKUP_H
#define NW_MARKUP_MARKUP_H

#include <stdbool.h>

#include <newswire/base.h>

#include "markup/names.h"

/*
 * XML or HTML bytes as a slim tree in the arena, built from libxml2's SAX
 * events: no libxml2 object outlives the parse. Every limit on markup is here.
 *
 * Element names that the code asks for are an enum (nw_tag_id); names are in
 * lower case in HTML and as written, without prefix, in XML. Text nodes are
 * decoded UTF-8; adjacent ones are joined.
 */
enum nw_node_kind { NW_ELEMENT, NW_TEXT };

struct nw_attr {
	const struct nw_attr *next;
	uint16_t ns;         /* enum nw_ns_id of names.h; 0 in HTML and without a prefix */
	struct nw_str name;  /* HTML: lower case; XML: local name */
	struct nw_str value; /* references resolved */
};

struct nw_node {
	enum nw_node_kind kind;
	uint16_t tag;       /* enum nw_tag_id of names.h; NW_TAG_OTHER for the rest; 0 for text */
	uint16_t ns;        /* enum nw_ns_id of names.h; 0 in HTML */
	uint32_t line;      /* from 1 */
	uint32_t order;     /* position in document order, from 0: nodes of one tree differ */
	struct nw_str name; /* element: its name */
	struct nw_str text; /* text: its characters */
	const struct nw_attr *attrs;
	struct nw_node *parent, *children, *last_child, *next, *prev;
	uint32_t
		end; /* order of the last node inside: a is inside b when b.order < a.order <= b.end */
};

struct nw_markup_limits {
	size_t bytes;     /* of the document */
	size_t nodes;     /* elements and texts; what comes after them is left out */
	unsigned depth;   /* deeper elements are dropped, their text kept in the deepest one */
	unsigned attrs;   /* per element, 256 at most; the rest is dropped */
	size_t name;      /* bytes; an element with a longer one is dropped, its inside kept */
	size_t expansion; /* bytes that references to declared entities may add in all */
};

/* 16 MiB, 1 M nodes, 256 deep, 64 attributes, names of 256 bytes, 64 KiB of expansion. */
extern const struct nw_markup_limits nw_markup_default_limits;

struct nw_markup {
	struct nw_node *root; /* the document element; never NULL on success */
	size_t n_nodes;
	struct nw_str encoding; /* the character set it was read as, lower case: "utf-8" */
	bool malformed;         /* it needed repair */
	struct nw_error damage; /* the first thing that did, when malformed */
	bool cut;               /* a limit left something out */
};

/*
 * content_type: the HTTP header's value or empty; its charset is weighed after
 * RFC 7303: BOM, then HTTP, then the declaration in the document, then UTF-8. A set
 * that leaves bytes without meaning loses to valid UTF-8; stray bytes in UTF-8 are
 * read as windows-1252.
 *
 * XML is read strictly first; what fails is read again tolerantly: anything before
 * the prolog trimmed, control characters dropped, stray '&' and '<' and unclosed
 * elements made good, undeclared prefixes taken for what they usually are, truncated
 * input ended. HTML's entities are always known. DTDs are never fetched, external
 * entities never read; a declared entity stands for its text, in which nothing is
 * expanded again. NW_E_LIMIT: too large, or past limits->expansion; NW_E_SYNTAX:
 * not one element in it.
 */
enum nw_err nw_markup_xml(struct nw_arena *a, struct nw_str bytes, struct nw_str content_type,
	const struct nw_markup_limits *limits, struct nw_markup *out,
	struct nw_error *error) NW_MUST;

/*
 * A page, with what HTML implies (html, body, closed paragraphs) as far as libxml2
 * knows it; a root of html in any case, if an empty one. Character set: BOM, HTTP,
 * meta charset or http-equiv in the first 4 KiB, else UTF-8 where the bytes are valid,
 * else what pages in the language of <html lang> were written in, else windows-1252.
 * Comments and processing instructions are dropped; script and style elements keep
 * their text. An attribute without a value has an empty one. NW_E_LIMIT: too large.
 */
enum nw_err nw_markup_html(struct nw_arena *a, struct nw_str bytes, struct nw_str content_type,
	const struct nw_markup_limits *limits, struct nw_markup *out,
	struct nw_error *error) NW_MUST;

/*
 * An HTML fragment, as feeds carry it in text; the root is a synthetic body around
 * it, and nothing else is implied. NW_E_LIMIT: too large.
 */
enum nw_err nw_markup_fragment(struct nw_arena *a, struct nw_str utf8,
	const struct nw_markup_limits *limits, struct nw_markup *out,
	struct nw_error *error) NW_MUST;

/*
 * The attribute's value, whatever its namespace (one without comes first); empty
 * when missing: nw_node_has tells the two apart. An XML name as it is written in
 * the document's case.
 */
struct nw_str nw_node_attr(const struct nw_node *n, const char *name);
bool nw_node_has(const struct nw_node *n, const char *name);

/* All text inside, in order, in the arena (a view where it is a single text node). */
struct nw_str nw_node_text(struct nw_arena *a, const struct nw_node *n);

/* Next node in document order within top: a walk without recursion. NULL at the end. */
const struct nw_node *nw_node_next(const struct nw_node *n, const struct nw_node *top);
/* The same, but not into n. */
const struct nw_node *nw_node_skip(const struct nw_node *n, const struct nw_node *top);

/* The inside of top as HTML (or XML for elements that HTML does not know), escaped, attributes quoted. */
struct nw_buf;
void nw_node_write_inside(struct nw_buf *out, const struct nw_node *top);

/*
 * For programs, first thing: libxml2 ends the process when memory is out, as all else does.
 * By itself it gives half a document for a whole one, and 2.9.14 may read on for ever.
 */
void nw_markup_need_memory(void);

#endif
