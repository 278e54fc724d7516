#ifndef MARKUP_CHECK_H
#define MARKUP_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/utf8.h"
#include "markup/markup.h"

/* What holds of every tree, whatever it was made of; anything else aborts. */
#define must(condition)                                                                 \
	do {                                                                            \
		if (!(condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                        \
		}                                                                       \
	} while (0)

static const struct nw_markup_limits small_limits = {.bytes = (size_t)1 << 20,
	.nodes = 500,
	.depth = 20,
	.attrs = 8,
	.name = 40,
	.expansion = 200};

static inline void check_attrs(const struct nw_node *n, const struct nw_markup_limits *limits)
{
	unsigned n_attrs = 0;

	for (const struct nw_attr *a = n->attrs; a; a = a->next, n_attrs++) {
		must(a->name.n > 0 && a->name.n <= limits->name);
		must(nw_utf8_valid(a->value) == a->value.n);
	}
	must(n_attrs <= limits->attrs);
}

static inline void check_node(const struct nw_node *n, const struct nw_markup_limits *limits)
{
	unsigned depth = 0;

	for (const struct nw_node *p = n->parent; p; p = p->parent, depth++)
		must(p->order < n->order && n->end <= p->end);
	must(depth <= limits->depth);
	if (n->kind == NW_TEXT) {
		must(n->text.n && nw_utf8_valid(n->text) == n->text.n);
		must(!n->children && !n->attrs && n->tag == NW_TAG_NONE);
		must(!n->prev || n->prev->kind == NW_ELEMENT);
	} else {
		must(n->name.n && n->name.n <= limits->name && n->tag != NW_TAG_NONE);
		must(nw_utf8_valid(n->name) == n->name.n && n->tag == nw_tag_find(n->name));
		check_attrs(n, limits);
	}
	must(!n->next || (n->next->prev == n && n->next->order == n->end + 1));
	must(!n->prev || n->prev->next == n);
	must(!n->children || (!n->children->prev && n->children->order == n->order + 1));
	must(!n->last_child || (!n->last_child->next && n->last_child->end == n->end));
	must(!n->children == !n->last_child && (n->children || n->end == n->order));
}

static inline void check_tree(const struct nw_markup *m, const struct nw_markup_limits *limits)
{
	size_t n_nodes = 0;

	must(m->root && !m->root->parent && !m->root->next && m->encoding.n);
	must(m->malformed == (m->damage.text[0] != '\0'));
	for (const struct nw_node *n = m->root; n; n = nw_node_next(n, m->root)) {
		must(n->order == n_nodes++);
		check_node(n, limits);
	}
	must(n_nodes == m->n_nodes && n_nodes <= limits->nodes);
}

/* Writing fails only for want of room, and writes valid UTF-8. */
static inline struct nw_str check_writing(struct nw_arena *a, const struct nw_node *n)
{
	struct nw_buf out;
	struct nw_str s;

	nw_buf_init(&out, (size_t)64 << 20);
	nw_node_write_inside(&out, n);
	must(!out.failed);
	s = nw_arena_str(a, nw_buf_str(&out));
	nw_buf_clear(&out);
	must(nw_utf8_valid(s) == s.n);
	return s;
}

#endif
