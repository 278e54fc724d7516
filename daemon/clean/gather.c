#include "clean/gather.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "markup/names.h"

#define NODES_MAX ((size_t)400) /* in an element of a line of text */

struct nw_str nw_gather_head(struct nw_str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return (struct nw_str){s.p, max};
}

/* Words on both sides of it are not one. */
static bool divides(const struct nw_node *e)
{
	return e->tag == NW_TAG_BR || e->tag == NW_TAG_DIV || e->tag == NW_TAG_P ||
		e->tag == NW_TAG_LI;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* mark: what to put between texts of different elements that would run together; 0 for nothing. */
static struct nw_str gather(struct nw_arena *arena, const struct nw_node *e, size_t max, char mark)
{
	char *text = nw_arena_alloc(arena, max + 2 * NODES_MAX); /* room for what is put between */
	size_t n = 0;
	size_t nodes = 0;

	for (const struct nw_node *node = e; node && n < max && nodes < NODES_MAX;
		node = nw_node_next(node, e), nodes++) {
		const struct nw_str part = nw_gather_head(node->text, max - n);

		if (node->kind != NW_TEXT && divides(node))
			text[n++] = ' ';
		if (node->kind != NW_TEXT || !part.n)
			continue;
		if (mark && n && !is_space(text[n - 1]) && !is_space(part.p[0]))
			text[n++] = mark;
		memcpy(text + n, part.p, part.n);
		n += part.n;
	}
	return nw_text_line(arena, (struct nw_str){text, n});
}

struct nw_str nw_gather_element(struct nw_arena *arena, const struct nw_node *e, size_t max)
{
	return gather(arena, e, max, '\0');
}

struct nw_str nw_gather_names(struct nw_arena *arena, const struct nw_node *e, size_t max)
{
	return gather(arena, e, max, '|');
}

struct nw_str nw_gather_value(struct nw_arena *arena, struct nw_str value, size_t max)
{
	const struct nw_str text = nw_text_unescape(arena, nw_gather_head(value, max));

	return nw_arena_str(arena, nw_text_line(arena, text));
}
