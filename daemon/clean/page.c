#include "clean/page.h"

#include "base/arena.h"
#include "clean/marks.h"
#include "clean/measure.h"

/* A paragraph shorter than this many words may be anything. */
#define PARAGRAPH_WORDS 8u
/* An element that says it holds the article is believed when it holds this much. */
#define BODY_WORDS 40u

static const uint16_t traits[NW_TAG_N] = {
	[NW_TAG_SCRIPT] = NW_RAW | NW_DROP,
	[NW_TAG_STYLE] = NW_RAW | NW_DROP,
	[NW_TAG_NOSCRIPT] = NW_RAW | NW_DROP,
	[NW_TAG_TEMPLATE] = NW_RAW | NW_DROP,
	[NW_TAG_IFRAME] = NW_RAW | NW_DROP | NW_IMAGE,
	[NW_TAG_OBJECT] = NW_RAW | NW_DROP,
	[NW_TAG_EMBED] = NW_RAW | NW_DROP,
	[NW_TAG_VIDEO] = NW_RAW | NW_DROP | NW_IMAGE,
	[NW_TAG_AUDIO] = NW_RAW | NW_DROP,
	[NW_TAG_CANVAS] = NW_RAW | NW_DROP,
	[NW_TAG_SELECT] = NW_RAW | NW_DROP,
	[NW_TAG_OPTION] = NW_RAW | NW_DROP,
	[NW_TAG_TEXTAREA] = NW_RAW | NW_DROP,
	[NW_TAG_INPUT] = NW_RAW | NW_DROP,
	[NW_TAG_SVG] = NW_RAW | NW_DROP,
	[NW_TAG_MATH] = NW_RAW | NW_DROP,
	[NW_TAG_HEAD] = NW_RAW | NW_DROP,
	[NW_TAG_AMP_AD] = NW_RAW | NW_DROP,
	[NW_TAG_RP] = NW_RAW | NW_DROP,
	[NW_TAG_BUTTON] = NW_DROP,
	[NW_TAG_LABEL] = NW_DROP,
	[NW_TAG_MAP] = NW_DROP,
	[NW_TAG_INS] = NW_DROP,
	[NW_TAG_TIME] = NW_DROP,
	[NW_TAG_FIGCAPTION] = NW_DROP | NW_BLOCK,
	[NW_TAG_DIALOG] = NW_DROP | NW_BLOCK,
	[NW_TAG_MENU] = NW_DROP | NW_BLOCK,
	[NW_TAG_ASIDE] = NW_DROP | NW_SOFT_DROP | NW_BLOCK,
	[NW_TAG_FOOTER] = NW_DROP | NW_SOFT_DROP | NW_BLOCK,
	[NW_TAG_NAV] = NW_DROP | NW_SOFT_DROP | NW_BLOCK,
	[NW_TAG_HTML] = NW_BLOCK,
	[NW_TAG_BODY] = NW_BLOCK | NW_HOLDER,
	[NW_TAG_DIV] = NW_BLOCK | NW_HOLDER,
	[NW_TAG_SECTION] = NW_BLOCK | NW_HOLDER,
	[NW_TAG_ARTICLE] = NW_BLOCK | NW_HOLDER,
	[NW_TAG_MAIN] = NW_BLOCK | NW_HOLDER,
	[NW_TAG_HEADER] = NW_BLOCK | NW_HOLDER,
	[NW_TAG_FORM] = NW_DROP | NW_SOFT_DROP | NW_BLOCK | NW_HOLDER,
	[NW_TAG_CENTER] = NW_BLOCK | NW_HOLDER,
	[NW_TAG_FIELDSET] = NW_BLOCK | NW_HOLDER,
	[NW_TAG_DETAILS] = NW_BLOCK | NW_HOLDER,
	[NW_TAG_TABLE] = NW_BLOCK,
	[NW_TAG_TBODY] = NW_BLOCK | NW_HOLDER,
	[NW_TAG_THEAD] = NW_BLOCK,
	[NW_TAG_TFOOT] = NW_BLOCK,
	[NW_TAG_TR] = NW_BLOCK | NW_HOLDER,
	[NW_TAG_TD] = NW_BLOCK | NW_HOLDER | NW_CELL | NW_LINES,
	[NW_TAG_TH] = NW_BLOCK | NW_CELL | NW_LINES,
	[NW_TAG_CAPTION] = NW_BLOCK,
	[NW_TAG_DL] = NW_BLOCK,
	[NW_TAG_DT] = NW_BLOCK | NW_CELL,
	[NW_TAG_DD] = NW_BLOCK | NW_CELL,
	[NW_TAG_UL] = NW_BLOCK,
	[NW_TAG_OL] = NW_BLOCK,
	[NW_TAG_LI] = NW_BLOCK | NW_LINES,
	[NW_TAG_P] = NW_BLOCK | NW_LINES,
	[NW_TAG_BLOCKQUOTE] = NW_BLOCK | NW_LINES,
	[NW_TAG_PRE] = NW_BLOCK,
	[NW_TAG_FIGURE] = NW_BLOCK,
	[NW_TAG_HR] = NW_BLOCK,
	[NW_TAG_SUMMARY] = NW_BLOCK,
	[NW_TAG_ADDRESS] = NW_BLOCK,
	[NW_TAG_HGROUP] = NW_BLOCK,
	[NW_TAG_H1] = NW_BLOCK | NW_HEADING | NW_LINES,
	[NW_TAG_H2] = NW_BLOCK | NW_HEADING | NW_LINES,
	[NW_TAG_H3] = NW_BLOCK | NW_HEADING | NW_LINES,
	[NW_TAG_H4] = NW_BLOCK | NW_HEADING | NW_LINES,
	[NW_TAG_H5] = NW_BLOCK | NW_HEADING | NW_LINES,
	[NW_TAG_H6] = NW_BLOCK | NW_HEADING | NW_LINES,
	[NW_TAG_AMP_IMG] = NW_BLOCK | NW_IMAGE,
	[NW_TAG_IMG] = NW_IMAGE,
	[NW_TAG_PICTURE] = NW_IMAGE,
	[NW_TAG_A] = NW_INLINE,
	[NW_TAG_SPAN] = NW_INLINE,
	[NW_TAG_EM] = NW_INLINE,
	[NW_TAG_STRONG] = NW_INLINE,
	[NW_TAG_B] = NW_INLINE,
	[NW_TAG_I] = NW_INLINE,
	[NW_TAG_U] = NW_INLINE,
	[NW_TAG_FONT] = NW_INLINE,
	[NW_TAG_SMALL] = NW_INLINE,
	[NW_TAG_SUP] = NW_INLINE,
	[NW_TAG_SUB] = NW_INLINE,
	[NW_TAG_ABBR] = NW_INLINE,
	[NW_TAG_CITE] = NW_INLINE,
	[NW_TAG_Q] = NW_INLINE,
	[NW_TAG_CODE] = NW_INLINE,
	[NW_TAG_MARK] = NW_INLINE,
};

/* The sums as the survey goes. */
struct survey {
	struct nw_page *page;
	const struct nw_marker *marker;
	struct nw_flat now;
};

static uint32_t add_node(struct survey *s, const struct nw_node *node, uint32_t parent)
{
	struct nw_page *page = s->page;
	const uint32_t i = page->n++;
	struct nw_flat *f = &page->flat[i];
	const struct nw_flat *up = parent == NW_NOWHERE ? NULL : &page->flat[parent];

	*f = s->now;
	f->node = node;
	f->parent = parent;
	f->end = i;
	f->tag = node->tag;
	f->marks = up ? up->marks & NW_MARK_IN_LINK : 0;
	f->owner = up ? up->owner : i;
	if (node->kind == NW_TEXT) {
		const uint32_t words = nw_measure(node->text);

		page->text_bytes += node->text.n + 1;
		page->n_texts++;
		s->now.words += words;
		s->now.links += f->marks & NW_MARK_IN_LINK ? words : 0;
		return i;
	}
	f->traits = traits[f->tag];
	s->now.images += f->traits & NW_IMAGE ? 1 : 0;
	if (f->tag == NW_TAG_HEAD)
		nw_found_note_head(page->found, node, i);
	if (f->traits & NW_BLOCK)
		f->owner = i;
	if (node->attrs && !(f->traits & NW_RAW))
		f->marks |= nw_marker_read(s->marker, node);
	nw_found_note(page->found, node, i, f->marks);
	if (f->tag == NW_TAG_A)
		f->marks |= NW_MARK_IN_LINK;
	if (f->tag == NW_TAG_BODY && !page->body)
		page->body = i;
	s->now.h1s += f->tag == NW_TAG_H1;
	s->now.quotes += f->tag == NW_TAG_BLOCKQUOTE;
	return i;
}

static void lay_flat(struct survey *s, const struct nw_node *root)
{
	struct nw_page *page = s->page;
	const struct nw_node *node = root;
	uint32_t parent = NW_NOWHERE;

	for (;;) {
		const uint32_t i = add_node(s, node, parent);

		if (node->children && !(page->flat[i].traits & NW_RAW)) {
			parent = i;
			node = node->children;
			continue;
		}
		while (node != root && !node->next) {
			page->flat[parent].end = page->n - 1;
			parent = page->flat[parent].parent;
			node = node->parent;
		}
		if (node == root)
			break;
		node = node->next;
	}
	page->flat[0].end = page->n - 1;
	page->flat[page->n] = s->now;
}

/* A text that stands where a paragraph would: after a line break. */
static bool is_bare_paragraph(const struct nw_flat *f)
{
	const struct nw_node *before = f->node->prev;

	return f->tag == NW_TAG_NONE && before && before->tag == NW_TAG_BR;
}

static void sum_paragraphs(struct nw_page *page)
{
	uint32_t paras = 0;

	for (uint32_t i = 0; i < page->n; i++) {
		struct nw_flat *f = &page->flat[i];

		f->paras = paras;
		if (f->tag == NW_TAG_P || is_bare_paragraph(f)) {
			const uint32_t words = nw_words_in(page, i);

			paras += words >= PARAGRAPH_WORDS ? words : 0;
		}
	}
	page->flat[page->n].paras = paras;
}

/* A body by its name alone may be a teaser's: it must hold paragraphs, and no comments. */
static bool is_body(const struct nw_page *page, uint32_t i)
{
	const struct nw_flat *f = &page->flat[i];

	if (!(f->marks & NW_MARK_BODY) || f->marks & NW_MARK_COMMENT)
		return false;
	return (f->tag == NW_TAG_DIV || f->tag == NW_TAG_SECTION || f->tag == NW_TAG_ARTICLE ||
		       f->tag == NW_TAG_MAIN) &&
		nw_paras_in(page, i) >= BODY_WORDS;
}

static void sum_bodies(struct nw_page *page)
{
	uint32_t bodies = 0;

	for (uint32_t i = 0; i < page->n; i++) {
		struct nw_flat *f = &page->flat[i];

		f->bodies = bodies;
		if (f->parent != NW_NOWHERE)
			f->marks |= page->flat[f->parent].marks & NW_MARK_IN_BODY;
		if (is_body(page, i)) {
			f->marks |= NW_MARK_IN_BODY;
			bodies++;
		}
	}
	page->flat[page->n].bodies = bodies;
}

void nw_page_survey(struct nw_page *page, const struct nw_node *root, size_t n_nodes)
{
	struct survey s = {.page = page, .marker = nw_marker_new(page->arena)};

	page->root = root;
	page->found = NW_ARENA_NEW(page->arena, struct nw_found);
	page->flat = NW_ARENA_ARRAY(page->arena, struct nw_flat, n_nodes + 1);
	lay_flat(&s, root);
	sum_paragraphs(page);
	sum_bodies(page);
}
