#include "base/arena.h"
#include "base/str.h"
#include "markup/markup.h"

/* Finds by local name; a value without namespace beats one with, unless ns is asked for. */
static const struct nw_attr *find_attr(const struct nw_node *n, const char *name)
{
	const struct nw_str want = nw_str(name);
	const struct nw_attr *other = NULL;

	for (const struct nw_attr *a = n->attrs; a; a = a->next) {
		if (!nw_str_eq(a->name, want))
			continue;
		if (a->ns == NW_NS_NONE)
			return a;
		if (!other)
			other = a;
	}
	return other;
}

struct nw_str nw_node_attr(const struct nw_node *n, const char *name)
{
	const struct nw_attr *a = find_attr(n, name);

	return a ? a->value : (struct nw_str){0};
}

bool nw_node_has(const struct nw_node *n, const char *name)
{
	return find_attr(n, name) != NULL;
}

const struct nw_node *nw_node_skip(const struct nw_node *n, const struct nw_node *top)
{
	while (n && n != top && !n->next)
		n = n->parent;
	return !n || n == top ? NULL : n->next;
}

const struct nw_node *nw_node_next(const struct nw_node *n, const struct nw_node *top)
{
	return n->children ? n->children : nw_node_skip(n, top);
}

struct nw_str nw_node_text(struct nw_arena *a, const struct nw_node *n)
{
	struct nw_str first = {0};
	size_t total = 0, texts = 0;
	char *all;

	for (const struct nw_node *i = n; i; i = nw_node_next(i, n)) {
		if (i->kind != NW_TEXT)
			continue;
		if (texts++ == 0)
			first = i->text;
		total += i->text.n;
	}
	if (texts <= 1)
		return first;
	all = nw_arena_alloc(a, total + 1);
	total = 0;
	for (const struct nw_node *i = n; i; i = nw_node_next(i, n)) {
		if (i->kind != NW_TEXT)
			continue;
		memcpy(all + total, i->text.p, i->text.n);
		total += i->text.n;
	}
	return (struct nw_str){all, total};
}
