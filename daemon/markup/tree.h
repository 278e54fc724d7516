#ifndef NW_MARKUP_TREE_H
#define NW_MARKUP_TREE_H

#include "base/buf.h"
#include "markup/markup.h"

/*
 * A tree being grown in document order. Both readers, libxml2's events and our
 * tolerant one, grow it through these verbs, so that the limits are kept here.
 */
struct nw_tree {
	struct nw_arena *arena;
	const struct nw_markup_limits *limits;
	struct nw_node *root;
	struct nw_node *open;      /* the innermost open element; NULL before and after the root */
	struct nw_attr *last_attr; /* of the newest element */
	struct nw_buf text;        /* characters that are no node yet */
	uint32_t text_line;
	unsigned depth, n_attrs;
	size_t n_nodes;
	bool cut;  /* a limit left something out */
	bool full; /* no more nodes are taken: the reader may stop */
};

struct nw_tree_name {
	struct nw_str text; /* must live as long as the tree */
	uint16_t tag, ns;
};

void nw_tree_init(struct nw_tree *t, struct nw_arena *arena, const struct nw_markup_limits *limits,
	size_t text_max);
void nw_tree_clear(struct nw_tree *t); /* what is not in the arena */

/* Opens an element; NULL, and nothing opened, where a limit forbids it. */
struct nw_node *nw_tree_start(struct nw_tree *t, struct nw_tree_name name, uint32_t line);
/* Adds to the element opened last; name and value must live as long as the tree. False: one too many. */
bool nw_tree_attr(struct nw_tree *t, uint16_t ns, struct nw_str name, struct nw_str value);
void nw_tree_text(struct nw_tree *t, struct nw_str text, uint32_t line); /* copies */
void nw_tree_end(struct nw_tree *t); /* closes the open element */
/* Takes what follows the root into it: once more open, until nw_tree_finish. */
void nw_tree_reopen(struct nw_tree *t);

/* Closes what is open and fills root, n_nodes and cut. */
void nw_tree_finish(struct nw_tree *t, struct nw_markup *out);

/* Names that libxml2 hands out are one pointer each: looked up and copied once. */
#define NW_NAME_SLOTS 256
struct nw_names {
	struct {
		const unsigned char *key;
		struct nw_tree_name name;
	} slots[NW_NAME_SLOTS];
};
struct nw_tree_name nw_names_get(
	struct nw_names *names, struct nw_arena *arena, const unsigned char *key);

/* An end tag ends what its start tag opened: which of the levels were kept. */
#define NW_LEVELS 512
struct nw_levels {
	bool kept[NW_LEVELS];
	unsigned n;
};

/*
 * Where the end tag of a raw element begins, given as "</script": that name in any
 * case, and nothing after it that would make it a longer one. text.n: nowhere.
 */
size_t nw_tag_find_end(struct nw_str text, struct nw_str end_tag);

/* What has no content in HTML: <br>, <img> and the like. */
bool nw_tag_is_void(uint16_t tag);

#endif
