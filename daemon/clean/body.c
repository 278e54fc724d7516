#include "clean/body.h"

#include "base/arena.h"
#include "base/str.h"
#include "clean/blocks.h"
#include "clean/marks.h"
#include "clean/measure.h"

#define ENOUGH 40.0 /* good words that an article has at least */
#define NOTEWORTHY 25.0
#define BAD_WEIGHT 1.5
#define FOLDED_TITLE 512

static bool is_title(const struct nw_page *page, const struct nw_block *b)
{
	char folded[FOLDED_TITLE];
	struct nw_str text = {folded, nw_fold(b->text, folded, sizeof(folded), false)};

	for (size_t i = 0; i < page->n_titles; i++) {
		const struct nw_str title = page->titles[i];

		if (nw_str_eq(text, title))
			return true;
		if (text.n > 12 &&
			(nw_str_starts(text, title) || nw_str_find(title, text) < title.n))
			return true;
	}
	return false;
}

void nw_body_anchor(struct nw_page *page)
{
	uint32_t only = NW_NOWHERE, h1s = 0;

	page->anchor = NW_NOWHERE;
	for (uint32_t i = 0; i < page->n_blocks; i++) {
		const struct nw_block *b = &page->blocks[i];

		if (b->tag != NW_TAG_H1 && (b->tag != NW_TAG_H2 || page->anchor != NW_NOWHERE))
			continue;
		if (b->words >= 2 && is_title(page, b)) {
			page->anchor = i;
			if (b->tag == NW_TAG_H1)
				return;
		}
		if (b->tag == NW_TAG_H1 && b->words >= 3) {
			only = i;
			h1s++;
		}
	}
	if (page->anchor == NW_NOWHERE && h1s == 1)
		page->anchor = only;
}

static bool has_anchor(const struct nw_page *page, uint32_t i)
{
	return page->anchor != NW_NOWHERE && page->flat[i].from <= page->anchor &&
		page->anchor < page->flat[i].to;
}

/* Some of it comes after the title; true where there is none. */
static bool is_after_anchor(const struct nw_page *page, uint32_t i)
{
	return page->anchor == NW_NOWHERE || page->flat[i].to > page->anchor + 1;
}

static double worth(const struct nw_page *page, uint32_t i)
{
	return nw_good_in(page, i) - BAD_WEIGHT * nw_bad_in(page, i);
}

/* Flat indices of some elements, in document order. */
struct list {
	uint32_t *at;
	uint32_t n;
};

/* Elements named as article bodies are, that hold something. */
static struct list find_named(struct nw_page *page)
{
	const uint32_t last = page->flat[page->body].end;
	struct list l = {.at = NW_ARENA_ARRAY(page->arena, uint32_t, page->n)};

	for (uint32_t i = page->body + 1; i <= last; i++) {
		const struct nw_flat *f = &page->flat[i];

		if (f->to > f->from && f->marks & NW_MARK_BODY && f->traits & NW_BLOCK &&
			!(f->marks & NW_MARK_COMMENT) && !(f->traits & NW_HEADING) &&
			f->tag != NW_TAG_P && f->tag != NW_TAG_LI &&
			nw_good_in(page, i) >= NOTEWORTHY)
			l.at[l.n++] = i;
	}
	return l;
}

static double best_good(const struct nw_page *page, struct list l)
{
	double best = 0;

	for (uint32_t i = 0; i < l.n; i++) {
		if (nw_good_in(page, l.at[i]) > best)
			best = nw_good_in(page, l.at[i]);
	}
	return best;
}

static uint32_t pick_named(const struct nw_page *page, struct list l)
{
	const double least = 0.3 * best_good(page, l), all = nw_good_in(page, page->body);

	for (uint32_t i = 0; i < l.n; i++) {
		if (page->flat[l.at[i]].tag == NW_TAG_ARTICLE && has_anchor(page, l.at[i]) &&
			nw_good_in(page, l.at[i]) >= ENOUGH)
			return l.at[i];
	}
	for (uint32_t i = 0; i < l.n; i++) {
		const double good = nw_good_in(page, l.at[i]);

		if (good >= least && good >= ENOUGH && good > 0.12 * all &&
			is_after_anchor(page, l.at[i]))
			return l.at[i];
	}
	return NW_NOWHERE;
}

/* A named element around the one picked, where it adds nothing bad. */
static uint32_t widen_named(const struct nw_page *page, struct list l, uint32_t best)
{
	for (uint32_t i = 0; i < l.n && l.at[i] < best; i++) {
		if (nw_is_inside(page, best, l.at[i]) &&
			worth(page, l.at[i]) >= worth(page, best) * 0.97)
			return l.at[i];
	}
	return best;
}

/* The nearest element around i that is of a kind; NW_NOWHERE where none is. */
static uint32_t find_around(const struct nw_page *page, uint32_t i, uint16_t tag)
{
	do
		i = page->flat[i].parent;
	while (i != NW_NOWHERE && page->flat[i].tag != tag);
	return i;
}

/* A body in several pieces of one class, with advertisements between, is all inside one element. */
static uint32_t join_pieces(const struct nw_page *page, struct list l, uint32_t best)
{
	const struct nw_str name = nw_node_attr(page->flat[best].node, "class");
	const uint32_t article = find_around(page, best, NW_TAG_ARTICLE);
	uint32_t first = best, last = page->flat[best].end, i = best;

	if (article == NW_NOWHERE || !name.n)
		return best;
	for (uint32_t k = 0; k < l.n; k++) {
		const uint32_t piece = l.at[k];

		if (!nw_is_inside(page, piece, article) || nw_is_inside(page, best, piece) ||
			nw_is_inside(page, piece, best) ||
			!nw_str_eq(nw_node_attr(page->flat[piece].node, "class"), name))
			continue;
		first = piece < first ? piece : first;
		last = page->flat[piece].end > last ? page->flat[piece].end : last;
	}
	while (i > first || page->flat[i].end < last)
		i = page->flat[i].parent;
	return i;
}

static struct list find_articles(struct nw_page *page)
{
	const uint32_t last = page->flat[page->body].end;
	struct list l = {.at = NW_ARENA_ARRAY(page->arena, uint32_t, page->n)};

	for (uint32_t i = page->body + 1; i <= last; i++) {
		if (page->flat[i].tag == NW_TAG_ARTICLE && page->flat[i].to > page->flat[i].from &&
			nw_good_in(page, i) >= ENOUGH)
			l.at[l.n++] = i;
	}
	return l;
}

static uint32_t pick_article(const struct nw_page *page, struct list l)
{
	const double least = 0.4 * best_good(page, l), all = nw_good_in(page, page->body);

	for (uint32_t i = 0; i < l.n; i++) {
		if (has_anchor(page, l.at[i]))
			return l.at[i];
	}
	for (uint32_t i = 0; i < l.n; i++) {
		const double good = nw_good_in(page, l.at[i]);

		if (is_after_anchor(page, l.at[i]) && good >= least && good > 0.2 * all)
			return l.at[i];
	}
	return page->body;
}

/* The block element around block element i. */
static uint32_t around(const struct nw_page *page, uint32_t i)
{
	const uint32_t parent = page->flat[i].parent;

	return parent == NW_NOWHERE ? NW_NOWHERE : page->flat[parent].owner;
}

/* Each block's good words count for the four elements around it, less for each further out. */
static float *concentrate(struct nw_page *page)
{
	float *sums = NW_ARENA_ARRAY(page->arena, float, page->n);
	const uint32_t start = page->anchor == NW_NOWHERE ? 0 : page->anchor;

	for (uint32_t b = start; b < page->n_blocks; b++) {
		uint32_t i = page->blocks[b].at;
		float weight = 1;

		if (page->blocks[b].good <= 0)
			continue;
		if (!(page->flat[i].traits & NW_HOLDER) || page->flat[i].tag == NW_TAG_TD)
			i = around(page, i);
		for (int up = 0; up < 4 && i != NW_NOWHERE; up++) {
			sums[i] += page->blocks[b].good * weight;
			weight *= 0.6F;
			i = around(page, i);
		}
	}
	return sums;
}

static uint32_t find_densest(struct nw_page *page, uint32_t scope)
{
	const float *sums = concentrate(page);
	uint32_t best = scope;
	double most = 0;

	for (uint32_t i = scope; i <= page->flat[scope].end; i++) {
		double bad, density;

		if (sums[i] <= 0 || !(page->flat[i].traits & NW_BLOCK))
			continue;
		bad = nw_bad_in(page, i) / (nw_good_in(page, i) + nw_bad_in(page, i) + 1e-9);
		density = (double)sums[i] * (1 - (bad < 0.9 ? bad : 0.9));
		if (density > most) {
			most = density;
			best = i;
		}
	}
	return best;
}

static uint32_t count_articles(const struct nw_page *page, struct list l, uint32_t i)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < l.n && n < 2; k++)
		n += nw_is_inside(page, l.at[k], i);
	return n;
}

/* May the article reach as far as i? */
static bool is_one_article(const struct nw_page *page, struct list articles, uint32_t i)
{
	return page->flat[page->flat[i].end + 1].h1s - page->flat[i].h1s <= 1 &&
		count_articles(page, articles, i) <= 1;
}

/* Climbs from the densest element while that adds much more good than bad. */
static uint32_t climb(
	const struct nw_page *page, struct list articles, uint32_t best, uint32_t scope)
{
	for (uint32_t i = best; i != scope;) {
		i = page->flat[i].parent;
		if (i == NW_NOWHERE || i <= page->body || !is_one_article(page, articles, i) ||
			(page->anchor == NW_NOWHERE && scope == page->body))
			break;
		if (page->flat[i].traits & NW_BLOCK &&
			worth(page, i) > worth(page, best) * 1.12 + 20 &&
			worth(page, i) > 0.5 * nw_good_in(page, i) &&
			(page->flat[i].from <= page->anchor ||
				page->anchor < page->flat[best].from))
			best = i;
	}
	return best;
}

/* One or two steps more, where what is added is less than what is there. */
static uint32_t settle(const struct nw_page *page, uint32_t best, uint32_t scope)
{
	while (best != scope) {
		const uint32_t up = around(page, best);
		const uint32_t further = up > page->body ? around(page, up) : up;

		if (worth(page, up) > worth(page, best) * 1.08 + 15 &&
			nw_good_in(page, up) < nw_good_in(page, best) * 2.5)
			best = up;
		else if (up != scope && worth(page, further) > worth(page, best) * 1.3 + 30 &&
			nw_good_in(page, further) < nw_good_in(page, best) * 2.2)
			best = further;
		else
			break;
	}
	return best;
}

/* Down again, while one element inside holds nearly all of it. */
static uint32_t narrow(const struct nw_page *page, uint32_t best)
{
	const uint32_t last = page->flat[best].end;

	for (uint32_t i = best + 1; i <= last && i <= page->flat[best].end;) {
		const struct nw_flat *f = &page->flat[i];

		if (f->to > f->from && f->traits & NW_HOLDER && f->tag != NW_TAG_TD &&
			nw_good_in(page, i) > 0.97 * nw_good_in(page, best)) {
			best = i;
			i++;
		} else if (f->traits & NW_BLOCK) {
			i = f->end + 1;
		} else {
			i++;
		}
	}
	return best;
}

struct nw_body nw_body_find(struct nw_page *page)
{
	const struct list named = find_named(page);
	uint32_t best = named.n ? pick_named(page, named) : NW_NOWHERE;
	const bool is_named = best != NW_NOWHERE;

	if (is_named) {
		best = join_pieces(page, named, widen_named(page, named, best));
	} else {
		const struct list articles = find_articles(page);
		const uint32_t scope = pick_article(page, articles);

		best = find_densest(page, scope);
		best = settle(page, climb(page, articles, best, scope), scope);
	}
	return (struct nw_body){narrow(page, best), is_named};
}
