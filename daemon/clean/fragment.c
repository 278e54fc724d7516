#include <newswire/clean.h>

#include "base/arena.h"
#include "clean/blocks.h"
#include "clean/page.h"
#include "clean/phrases.h"
#include "clean/text.h"

#define FRAGMENT_MAX ((size_t)1024 * 1024)

struct nw_str nw_clean_fragment(struct nw_arena *arena, struct nw_str html)
{
	const struct nw_clean_input input = {0};
	struct nw_page page = {.arena = arena, .input = &input};
	struct nw_choice all = {0};
	struct nw_markup markup;

	if (html.n > FRAGMENT_MAX)
		html.n = FRAGMENT_MAX;
	if (nw_markup_fragment(arena, html, &nw_markup_default_limits, &markup, NULL))
		return (struct nw_str){0};
	nw_page_survey(&page, markup.root, markup.n_nodes);
	nw_blocks_read(&page, NW_PRUNE_TAGS);
	all.blocks = NW_ARENA_ARRAY(arena, uint32_t, page.n_blocks);
	for (uint32_t i = 0; i < page.n_blocks; i++) {
		if (!page.blocks[i].junk)
			all.blocks[all.n++] = i;
	}
	return nw_text_join(&page, all);
}
