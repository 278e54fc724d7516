#include <newswire/clean.h>

#include "base/arena.h"
#include "base/str.h"
#include "clean/blocks.h"
#include "clean/page.h"
#include "clean/text.h"

#define FRAGMENT_MAX ((size_t)1024 * 1024)

/* What publishing systems add to every item: "The post ... appeared first on ...". */
static bool is_signature(const struct nw_block *b)
{
	return b->words < 60 && nw_str_starts(b->text, NW_STR("The post ")) &&
		nw_str_find(b->text, NW_STR(" appeared first on ")) < b->text.n;
}

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
		if (!page.blocks[i].junk && !is_signature(&page.blocks[i]))
			all.blocks[all.n++] = i;
	}
	return nw_text_join(&page, all);
}
