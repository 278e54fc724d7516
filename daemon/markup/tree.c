#include "markup/tree.h"

#include "base/arena.h"
#include "base/str.h"

const struct nw_markup_limits nw_markup_default_limits = {
	.bytes = (size_t)16 << 20,
	.nodes = (size_t)1 << 20,
	.depth = 256,
	.attrs = 64,
	.name = 256,
	.expansion = (size_t)64 << 10,
};

void nw_tree_init(struct nw_tree *t, struct nw_arena *arena, const struct nw_markup_limits *limits,
	size_t text_max)
{
	*t = (struct nw_tree){.arena = arena, .limits = limits};
	nw_buf_init(&t->text, text_max);
}

void nw_tree_clear(struct nw_tree *t)
{
	nw_buf_clear(&t->text);
}

static bool take_node(struct nw_tree *t)
{
	if (t->n_nodes >= t->limits->nodes || t->n_nodes >= UINT32_MAX) {
		t->full = t->cut = true;
		return false;
	}
	return true;
}

static struct nw_node *append(struct nw_tree *t, enum nw_node_kind kind, uint32_t line)
{
	struct nw_node *n = NW_ARENA_NEW(t->arena, struct nw_node), *parent = t->open;

	n->kind = kind;
	n->line = line;
	n->order = n->end = (uint32_t)t->n_nodes++;
	if (!parent)
		return n;
	n->parent = parent;
	n->prev = parent->last_child;
	if (n->prev)
		n->prev->next = n;
	else
		parent->children = n;
	parent->last_child = n;
	return n;
}

static void settle_text(struct nw_tree *t)
{
	if (t->text.n == 0)
		return;
	if (t->open && take_node(t))
		append(t, NW_TEXT, t->text_line)->text =
			nw_arena_str(t->arena, nw_buf_str(&t->text));
	t->cut |= t->text.failed;
	nw_buf_empty(&t->text);
}

struct nw_node *nw_tree_start(struct nw_tree *t, struct nw_tree_name name, uint32_t line)
{
	struct nw_node *n;

	if (t->depth >= t->limits->depth || name.text.n > t->limits->name) {
		t->cut = true;
		return NULL;
	}
	settle_text(t);
	if (!take_node(t))
		return NULL;
	if (!t->open && t->root)
		nw_tree_reopen(t);
	n = append(t, NW_ELEMENT, line);
	n->name = name.text;
	n->tag = name.tag;
	n->ns = name.ns;
	if (!t->root)
		t->root = n;
	t->open = n;
	t->depth++;
	t->last_attr = NULL;
	t->n_attrs = 0;
	return n;
}

bool nw_tree_attr(struct nw_tree *t, uint16_t ns, struct nw_str name, struct nw_str value)
{
	struct nw_attr *attr;

	if (t->n_attrs >= t->limits->attrs || name.n > t->limits->name) {
		t->cut = true;
		return false;
	}
	attr = NW_ARENA_NEW(t->arena, struct nw_attr);
	*attr = (struct nw_attr){.ns = ns, .name = name, .value = value};
	if (t->last_attr)
		t->last_attr->next = attr;
	else
		t->open->attrs = attr;
	t->last_attr = attr;
	t->n_attrs++;
	return true;
}

void nw_tree_text(struct nw_tree *t, struct nw_str text, uint32_t line)
{
	if (!t->open || text.n == 0)
		return;
	if (t->text.n == 0)
		t->text_line = line;
	nw_buf_add(&t->text, text);
}

void nw_tree_end(struct nw_tree *t)
{
	settle_text(t);
	if (!t->open)
		return;
	t->open->end = (uint32_t)(t->n_nodes - 1);
	t->open = t->open->parent;
	t->depth--;
}

void nw_tree_reopen(struct nw_tree *t)
{
	settle_text(t);
	t->open = t->root;
	t->depth = t->root != NULL;
}

void nw_tree_finish(struct nw_tree *t, struct nw_markup *out)
{
	while (t->open)
		nw_tree_end(t);
	if (t->root)
		t->root->end = (uint32_t)(t->n_nodes - 1);
	out->root = t->root;
	out->n_nodes = t->n_nodes;
	out->cut = t->cut;
}

static struct nw_tree_name name_of(struct nw_arena *arena, const unsigned char *key)
{
	const struct nw_str text = nw_str((const char *)key);
	const enum nw_tag_id tag = nw_tag_find(text);
	const struct nw_str usual = nw_tag_name(tag);

	return (struct nw_tree_name){
		.text = nw_str_eq(text, usual) ? usual : nw_arena_str(arena, text),
		.tag = (uint16_t)tag,
	};
}

struct nw_tree_name nw_names_get(
	struct nw_names *names, struct nw_arena *arena, const unsigned char *key)
{
	const size_t at =
		(size_t)((uintptr_t)key * UINT64_C(0x9e3779b97f4a7c15) >> 56) % NW_NAME_SLOTS;

	if (names->slots[at].key != key) {
		names->slots[at].key = key;
		names->slots[at].name = name_of(arena, key);
	}
	return names->slots[at].name;
}

static bool ends_name(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '/' || c == '>';
}

size_t nw_tag_find_end(struct nw_str text, struct nw_str end_tag)
{
	const char *p = text.p, *end = text.p + text.n;

	for (; p < end && (p = memchr(p, '<', (size_t)(end - p))); p++) {
		const struct nw_str rest = {p, (size_t)(end - p)};

		if (rest.n > end_tag.n && nw_str_starts_nocase(rest, end_tag) &&
			ends_name(p[end_tag.n]))
			return (size_t)(p - text.p);
	}
	return text.n;
}

bool nw_tag_is_void(uint16_t tag)
{
	static const uint16_t voids[] = {NW_TAG_AREA, NW_TAG_BASE, NW_TAG_BASEFONT, NW_TAG_BR,
		NW_TAG_COL, NW_TAG_EMBED, NW_TAG_FRAME, NW_TAG_HR, NW_TAG_IMG, NW_TAG_INPUT,
		NW_TAG_ISINDEX, NW_TAG_KEYGEN, NW_TAG_LINK, NW_TAG_META, NW_TAG_PARAM,
		NW_TAG_SOURCE, NW_TAG_TRACK, NW_TAG_WBR};

	for (size_t i = 0; i < sizeof(voids) / sizeof(*voids); i++)
		if (voids[i] == tag)
			return true;
	return false;
}
