#include "clean/titles.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "clean/gather.h"
#include "clean/measure.h"

#define FOLDED 512
#define TITLE_BYTES ((size_t)1000)
#define HEADINGS_TRIED 8u
#define LIKE 0.35 /* the share of words in common from which a heading is the title */

static struct nw_str document_title(const struct nw_page *page)
{
	if (page->found->n[NW_FIND_TITLE] == 0)
		return (struct nw_str){0};
	return nw_gather_element(
		page->arena, page->found->spots[NW_FIND_TITLE][0].node, TITLE_BYTES);
}

static void add_title(struct nw_page *page, struct nw_str title)
{
	char folded[FOLDED];
	struct nw_str text = nw_text_line(page->arena, nw_gather_head(title, TITLE_BYTES));

	text = (struct nw_str){folded, nw_fold(text, folded, sizeof(folded), false)};
	if (!text.n || page->n_titles == NW_TITLES)
		return;
	for (size_t i = 0; i < page->n_titles; i++) {
		if (nw_str_eq(page->titles[i], text))
			return;
	}
	page->titles[page->n_titles++] = nw_arena_str(page->arena, text);
}

void nw_titles_collect(struct nw_page *page, const struct nw_jsonld *ld, const struct nw_meta *meta)
{
	page->n_titles = 0;
	for (uint32_t i = 0; i < meta->n[NW_META_TITLE] && i < 3; i++)
		add_title(page,
			nw_gather_value(page->arena, meta->values[NW_META_TITLE][i], TITLE_BYTES));
	add_title(page, ld->headline);
	add_title(page, document_title(page));
	add_title(page, page->input->feed_title);
}

static void add_summary(struct nw_page *page, struct nw_str summary)
{
	char folded[FOLDED];
	struct nw_str text = nw_gather_value(page->arena, summary, TITLE_BYTES);

	text = (struct nw_str){folded, nw_fold(text, folded, sizeof(folded), false)};
	if (text.n >= NW_LIKE_BYTES && page->n_summaries < NW_SUMMARIES)
		page->summaries[page->n_summaries++] = nw_arena_str(page->arena, text);
}

void nw_summaries_collect(
	struct nw_page *page, const struct nw_jsonld *ld, const struct nw_meta *meta)
{
	page->n_summaries = 0;
	for (uint32_t i = 0; i < meta->n[NW_META_SUMMARY] && i < 2; i++)
		add_summary(page, meta->values[NW_META_SUMMARY][i]);
	add_summary(page, ld->summary);
}

/* Words of a that b has too, and how many each has. Both folded. */
static double likeness(struct nw_str a, struct nw_str b)
{
	struct nw_str rest = a, word;
	size_t common = 0, words_a = 0, words_b = 0;

	for (size_t i = 0; i < b.n; i++)
		words_b += b.p[i] == ' ';
	while (nw_str_cut(&rest, ' ', &word)) {
		struct nw_str others = b, other;
		bool found = false;

		while (!found && nw_str_cut(&others, ' ', &other))
			found = nw_str_eq(word, other);
		common += found;
		words_a++;
	}
	return words_a ? 2 * (double)common / (double)(words_a + words_b + 1) : 0;
}

static double best_likeness(const struct nw_page *page, struct nw_str text)
{
	char folded[FOLDED];
	double best = 0;

	text = (struct nw_str){folded, nw_fold(text, folded, sizeof(folded), false)};
	for (size_t i = 0; i < page->n_titles; i++) {
		const double like = likeness(text, page->titles[i]);

		best = like > best ? like : best;
	}
	return best;
}

/* The <h1> most like the titles the page gives; empty where none is like them. */
static struct nw_str find_heading(const struct nw_page *page)
{
	const struct nw_spot *spots = page->found->spots[NW_FIND_H1];
	struct nw_str best = {0};
	double most = LIKE;

	for (uint32_t i = 0; i < page->found->n[NW_FIND_H1] && i < HEADINGS_TRIED; i++) {
		const struct nw_str text =
			nw_gather_element(page->arena, spots[i].node, TITLE_BYTES);
		const double like = best_likeness(page, text);

		if (like > most) {
			most = like;
			best = text;
		}
	}
	return best;
}

/* Signs that divide a title from the site's or a section's name. */
static const struct sign {
	const char *text;
	bool sure; /* titles themselves hardly have it */
} signs[] = {
	{" | ", true},
	{"\uff5c", true},
	{" :: ", true},
	{" \u00bb ", true},
	{" \u2022 ", true},
	{" \u00b7 ", true},
	{"\uff1a", false},
	{" - ", false},
	{" \u2013 ", false},
	{" \u2014 ", false},
	{" / ", false},
};

static const struct sign *sign_at(struct nw_str s, size_t i)
{
	for (size_t k = 0; k < sizeof(signs) / sizeof(signs[0]); k++) {
		if (nw_str_starts(nw_str_from(s, i), nw_str(signs[k].text)))
			return &signs[k];
	}
	return NULL;
}

static bool is_same(struct nw_str a, struct nw_str b)
{
	char x[FOLDED], y[FOLDED];

	return nw_str_eq((struct nw_str){x, nw_fold(a, x, sizeof(x), false)},
		(struct nw_str){y, nw_fold(b, y, sizeof(y), false)});
}

/* Part of a title that names the site, as far as one can tell from either. */
static bool is_site_name(struct nw_str part, struct nw_str site)
{
	if (!site.n || !part.n)
		return false;
	return nw_str_find_nocase(part, site) < part.n ||
		(nw_measure(part) <= 3 && nw_str_find_nocase(site, part) < site.n);
}

/* The title up to the last sign, or after the first, where the rest is the site's or a section's. */
static struct nw_str without_site(struct nw_str title, struct nw_str heading, struct nw_str site)
{
	for (size_t i = title.n; i-- > 1;) {
		const struct sign *sign = sign_at(title, i);
		const struct nw_str start = nw_str_trim(nw_str_head(title, i));
		struct nw_str end;

		if (!sign)
			continue;
		end = nw_str_trim(nw_str_from(title, i + strlen(sign->text)));
		if (is_same(start, heading) || is_site_name(end, site))
			return start;
		if (is_same(end, heading) && sign->sure)
			return end;
		if (sign->sure && nw_measure(end) <= 4 && nw_measure(start) >= 3)
			return start;
	}
	return title;
}

/* "Title | Section | Site" has two of them. */
static struct nw_str without_sites(struct nw_str title, struct nw_str heading, struct nw_str site)
{
	for (int i = 0; i < 3; i++) {
		const struct nw_str shorter = without_site(title, heading, site);

		if (shorter.n == title.n)
			break;
		title = shorter;
	}
	return title;
}

/* A title cut short for a place with little room. */
static bool is_cut(struct nw_str title)
{
	return nw_str_ends(title, NW_STR("...")) || nw_str_ends(title, NW_STR("\u2026")) ||
		nw_str_ends(title, NW_STR(":"));
}

struct nw_str nw_title_pick(const struct nw_page *page, const struct nw_jsonld *ld,
	const struct nw_meta *meta, struct nw_str site)
{
	struct nw_arena *a = page->arena;
	struct nw_str heading = find_heading(page), title;

	if (!heading.n && page->anchor != NW_NOWHERE)
		heading = nw_text_line(
			a, nw_gather_head(page->blocks[page->anchor].text, TITLE_BYTES));
	title = nw_gather_value(a, nw_meta_first(meta, NW_META_TITLE), TITLE_BYTES);
	if (title.n) {
		title = without_sites(title, heading.n ? heading : ld->headline, site);
		if (heading.n &&
			(is_cut(title) ||
				(is_same(heading, ld->headline) && nw_str_ends(title, heading))))
			return heading;
		return title;
	}
	if (ld->headline.n || heading.n)
		return heading.n ? heading : ld->headline;
	title = document_title(page);
	if (title.n)
		return without_sites(title, heading, site);
	if (page->found->n[NW_FIND_H1])
		return nw_gather_element(a, page->found->spots[NW_FIND_H1][0].node, TITLE_BYTES);
	return nw_text_line(a, nw_gather_head(page->input->feed_title, TITLE_BYTES));
}
