#include "clean/blocks.h"

#include "base/arena.h"
#include "clean/measure.h"
#include "clean/phrases.h"

/* Blocks as they are found. */
struct reader {
	struct nw_page *page;
	char *text; /* room for all text of the page */
	size_t n, start;
	uint32_t words, links, cap;
};

static bool is_ascii_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The run so far becomes a block of element at. */
static void cut(struct reader *r, uint32_t at)
{
	struct nw_page *page = r->page;
	const struct nw_flat *f = &page->flat[at];
	size_t n = r->n - r->start;

	if (n && r->text[r->n - 1] == ' ')
		n--;
	if (n && r->words && page->n_blocks < r->cap) {
		page->blocks[page->n_blocks++] = (struct nw_block){
			.text = {r->text + r->start, n},
			.words = r->words,
			.links = r->links < r->words ? r->links : r->words,
			.at = at,
			.tag = f->tag,
			.traits = f->traits,
		};
	}
	r->start = r->n;
	r->words = r->links = 0;
}

static void add_space(struct reader *r)
{
	if (r->n > r->start && r->text[r->n - 1] != ' ')
		r->text[r->n++] = ' ';
}

static void add_text(struct reader *r, uint32_t i)
{
	const struct nw_str text = r->page->flat[i].node->text;

	for (size_t k = 0; k < text.n; k++) {
		if (is_ascii_space(text.p[k]))
			add_space(r);
		else
			r->text[r->n++] = text.p[k];
	}
	r->words += nw_words_in(r->page, i);
	r->links += nw_links_in(r->page, i);
}

static void add_break(struct reader *r, uint32_t i)
{
	const uint32_t owner = r->page->flat[i].owner;

	if (r->page->flat[owner].traits & NW_LINES)
		add_space(r);
	else
		cut(r, owner);
}

/* Where a dropped element was, the text around it does not run on. */
static void drop(struct reader *r, uint32_t i)
{
	const struct nw_flat *f = &r->page->flat[i];

	if (f->traits & NW_BLOCK)
		cut(r, r->page->flat[f->parent].owner);
	else if (!(f->traits & NW_RAW))
		add_space(r);
}

/* Ends of elements between node `open`, the last one entered, and node i. */
static uint32_t leave(struct reader *r, uint32_t open, uint32_t i)
{
	struct nw_page *page = r->page;

	while (page->flat[open].end < i) {
		struct nw_flat *f = &page->flat[open];

		if (f->traits & NW_BLOCK) {
			cut(r, open);
			f->to = page->n_blocks;
		}
		open = f->parent;
	}
	return open;
}

static void walk(struct reader *r, enum nw_prune rules)
{
	struct nw_page *page = r->page;
	const uint32_t last = page->flat[page->body].end;
	uint32_t open = page->body;

	page->flat[open].from = 0;
	for (uint32_t i = open + 1; i <= last; i++) {
		struct nw_flat *f = &page->flat[i];

		open = leave(r, open, i);
		f->from = f->to = page->n_blocks;
		if (f->tag == NW_TAG_NONE) {
			add_text(r, i);
		} else if (f->tag == NW_TAG_BR) {
			add_break(r, i);
		} else if (nw_prune(page, i, rules)) {
			drop(r, i);
			i = f->end;
		} else {
			if (f->traits & NW_BLOCK) {
				cut(r, page->flat[f->parent].owner);
				f->from = page->n_blocks;
			}
			open = i;
		}
	}
	while (open != page->body) {
		struct nw_flat *f = &page->flat[open];

		if (f->traits & NW_BLOCK) {
			cut(r, open);
			f->to = page->n_blocks;
		}
		open = f->parent;
	}
	cut(r, page->body);
	page->flat[page->body].to = page->n_blocks;
}

static double score_of(const struct nw_block *b)
{
	const double words = b->words, linked = (double)b->links / words;
	double good = words * (1 - linked);

	if (b->traits & NW_HEADING)
		return 0;
	if (linked > 0.6)
		return -(words < 20 ? words : 20) * 0.6 - 1;
	if (b->traits & NW_CELL)
		return linked < 0.5 ? 0 : -1;
	if (b->words < 6)
		return -1;
	if (b->words < 12 && !b->sentence)
		return -1.5;
	if (b->junk)
		return -words * 0.5;
	if (b->tag == NW_TAG_LI)
		good *= 0.4;
	if (!b->sentence && b->words < 30)
		good *= 0.3;
	return good;
}

static void score(struct nw_page *page)
{
	float good = 0, bad = 0;

	for (uint32_t i = 0; i <= page->n_blocks; i++) {
		struct nw_block *b = &page->blocks[i];

		b->good_before = good;
		b->bad_before = bad;
		if (i == page->n_blocks)
			break;
		b->sentence = nw_ends_sentence(b->text);
		b->junk = nw_phrase_of(b->text, b->words) & NW_PHRASE_JUNK;
		b->good = (float)score_of(b);
		if (b->good > 0)
			good += b->good;
		else
			bad -= b->good;
	}
}

void nw_blocks_read(struct nw_page *page, enum nw_prune rules)
{
	struct reader r = {.page = page, .cap = page->n_texts};

	r.text = nw_arena_alloc(page->arena, page->text_bytes + page->n + 1);
	page->blocks = NW_ARENA_ARRAY(page->arena, struct nw_block, (size_t)page->n_texts + 1);
	page->n_blocks = 0;
	walk(&r, rules);
	score(page);
}
