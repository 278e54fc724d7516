#include "clean/text.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "clean/blocks.h"
#include "clean/measure.h"
#include "clean/phrases.h"
#include "clean/titles.h"

#define TITLE_WORDS 40u
#define FOLDED_TITLE 512
#define STANDFIRST_BLOCKS 30u
#define STANDFIRST_WORDS 35u /* a shorter one is a subtitle */
#define PROMOTION_WORDS 70u
#define PROMOTIONS 3u
#define TAIL_AFTER 0.6    /* of the good words, before a tail marker ends the text */
#define REMARKS_AFTER 0.1 /* the same for one that heads the readers' comments */
#define TAIL_WORDS 40.0   /* and at least so many */
#define TEASER_WORDS 25u  /* the longest */

static double good_of(const struct nw_block *b)
{
	return b->good > 0 ? (double)b->good : 0;
}

static double linked(const struct nw_block *b)
{
	return (double)b->links / (double)b->words;
}

/* The article's blocks begin with the title, when enough comes after that. */
static void find_range(
	const struct nw_page *page, struct nw_body body, uint32_t *from, uint32_t *to)
{
	const struct nw_flat *f = &page->flat[body.at];
	const uint32_t anchor = page->anchor;

	*from = f->from;
	*to = f->to;
	if (anchor == NW_NOWHERE || anchor <= *from || anchor + 1 >= *to)
		return;
	if ((double)(page->blocks[*to].good_before - page->blocks[anchor].good_before) >
		0.3 * nw_good_in(page, body.at))
		*from = anchor;
}

static bool repeats_title(const struct nw_page *page, const struct nw_block *b)
{
	char folded[FOLDED_TITLE];
	struct nw_str text;

	if (b->words >= TITLE_WORDS || b->words < 2)
		return false;
	text = (struct nw_str){folded, nw_fold(b->text, folded, sizeof(folded), false)};
	for (size_t i = 0; i < page->n_titles; i++) {
		if (nw_str_eq(text, page->titles[i]) ||
			(text.n > 15 && nw_str_starts(page->titles[i], text)))
			return true;
	}
	return false;
}

static bool is_list_of_links(const struct nw_block *b, bool named)
{
	if (b->traits & NW_HEADING)
		return linked(b) > 0.9 && b->words > 3;
	if (linked(b) > 0.8 && b->tag != NW_TAG_BLOCKQUOTE &&
		(b->words > 3 || b->tag == NW_TAG_LI || b->tag == NW_TAG_TD))
		return true;
	return b->tag == NW_TAG_LI && linked(b) > 0.6 && !(b->words >= 12 && b->sentence && named);
}

static bool is_kept(const struct nw_page *page, const struct nw_block *b, bool named)
{
	const bool heads_tail =
		b->traits & NW_HEADING && nw_phrase_of(b->text, b->words) & NW_PHRASE_TAIL;

	return b->tag != NW_TAG_H1 && (!b->junk || heads_tail) && !repeats_title(page, b) &&
		!is_list_of_links(b, named);
}

static bool is_short_line(const struct nw_block *b)
{
	return (b->traits & NW_HEADING && b->words <= 12) || (b->words <= 5 && !b->sentence);
}

/* Links to other articles in the middle of one have such headings too: then paragraphs follow. */
static uint32_t find_last_paragraph(const struct nw_page *page, const struct nw_choice *c)
{
	for (uint32_t i = c->n; i-- > 0;) {
		if (page->blocks[c->blocks[i]].good > 0 &&
			page->blocks[c->blocks[i]].words > TEASER_WORDS)
			return i;
	}
	return 0;
}

/* Good words that have to come before a tail marker for it to end the text. */
static double least_before(unsigned phrase, double all)
{
	const double share = phrase & NW_PHRASE_REMARKS ? REMARKS_AFTER : TAIL_AFTER;

	return all * share > TAIL_WORDS ? all * share : TAIL_WORDS;
}

/* Ends the choice at a tail marker, and takes such lines out elsewhere. */
static void stop_at_tail(const struct nw_page *page, struct nw_choice *c)
{
	const uint32_t last = find_last_paragraph(page, c);
	double all = 0, good = 0;
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->n; i++)
		all += good_of(&page->blocks[c->blocks[i]]);
	for (uint32_t i = 0; i < c->n; i++) {
		const struct nw_block *b = &page->blocks[c->blocks[i]];
		const bool is_short = is_short_line(b);
		const unsigned phrase =
			is_short || b->words <= 6 ? nw_phrase_of(b->text, b->words) : 0;

		good += good_of(b);
		if (phrase & NW_PHRASE_TAIL && is_short && good > least_before(phrase, all) &&
			!(b->junk && i < last))
			break;
		if (!(phrase & NW_PHRASE_TAIL) || b->words > 6)
			c->blocks[n++] = c->blocks[i];
	}
	c->n = n;
}

static bool opens(const struct nw_block *b)
{
	return !(b->traits & NW_HEADING) && (b->words >= 12 || b->sentence) && b->good > 0;
}

/* At the end of an article: where else to read the publisher, and who else worked on it. */
static bool is_promotion(const struct nw_block *b)
{
	static const char *const phrases[] = {"newsletter", "sign up", "signing up",
		"whatsapp channel", "whatsapp kanal", "canal de whatsapp", "canale whatsapp",
		"contributed to this", "first published", "zuerst erschienen", "ist zuerst",
		"follow us", "folgen sie uns", "suivez nous", "síguenos", "seguici su", "siga nos",
		"подписывайтесь", "تابعونا"};
	static const char *const places[] = {
		"twitter", "facebook", "instagram", "whatsapp", "telegram", "youtube"};
	char folded[FOLDED_TITLE];
	const struct nw_str text = {folded, nw_fold(b->text, folded, sizeof(folded), false)};

	if (b->words > PROMOTION_WORDS)
		return false;
	if (nw_str_starts(b->text, NW_STR("\u00a9")))
		return true;
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		if (nw_str_find(text, nw_str(phrases[i])) < text.n)
			return true;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (nw_str_starts(text, NW_STR("follow ")) &&
			nw_str_find(text, nw_str(places[i])) < text.n)
			return true;
	}
	return false;
}

static bool closes(const struct nw_block *b, bool named)
{
	if (b->traits & NW_HEADING)
		return false;
	if (b->good > 0 || b->sentence)
		return true;
	return linked(b) <= 0.3 && b->words >= 3 &&
		(named || b->tag == NW_TAG_LI || b->traits & NW_CELL);
}

/* No headings and scraps before the first paragraph and after the last. */
static void trim(const struct nw_page *page, struct nw_choice *c, bool named)
{
	uint32_t start = 0, promotions = 0;

	while (start < c->n && !opens(&page->blocks[c->blocks[start]]))
		start++;
	if (start < c->n) {
		c->blocks += start;
		c->n -= start;
	}
	while (c->n > 1) {
		const struct nw_block *last = &page->blocks[c->blocks[c->n - 1]];

		if (closes(last, named) && !(promotions < PROMOTIONS && is_promotion(last)))
			break;
		promotions += closes(last, named);
		c->n--;
	}
}

/* Both begin with the same words. */
static bool is_like(const struct nw_page *page, const struct nw_block *b)
{
	char folded[FOLDED_TITLE];
	const size_t n = nw_fold(b->text, folded, sizeof(folded), false);

	for (size_t i = 0; n >= NW_LIKE_BYTES && i < page->n_summaries; i++) {
		if (memcmp(folded, page->summaries[i].p, NW_LIKE_BYTES) == 0)
			return true;
	}
	return false;
}

static bool is_same_start(const struct nw_block *a, const struct nw_block *b)
{
	return nw_str_starts(a->text, nw_str_head(b->text, NW_LIKE_BYTES));
}

/* The standfirst: between the title and the body, what the page describes itself with. */
static uint32_t find_standfirst(const struct nw_page *page, uint32_t from, uint32_t to)
{
	const uint32_t start = page->anchor == NW_NOWHERE ? 0 : page->anchor + 1;

	for (uint32_t i = from; i-- > start && from - i <= STANDFIRST_BLOCKS;) {
		const struct nw_block *b = &page->blocks[i];

		if (b->words < STANDFIRST_WORDS || linked(b) > 0.1 || b->junk ||
			(!is_like(page, b) && (page->anchor == NW_NOWHERE || i > page->anchor + 6)))
			continue;
		for (uint32_t k = from; k < to && k < from + 6; k++) {
			if (is_same_start(&page->blocks[k], b))
				return NW_NOWHERE;
		}
		return i;
	}
	return NW_NOWHERE;
}

struct nw_choice nw_text_choose(struct nw_page *page, struct nw_body body)
{
	struct nw_choice c = {0};
	uint32_t from, to, standfirst;

	find_range(page, body, &from, &to);
	c.blocks = NW_ARENA_ARRAY(page->arena, uint32_t, to - from + 2);
	for (uint32_t i = from; i < to; i++) {
		if (is_kept(page, &page->blocks[i], body.named))
			c.blocks[c.n++] = i;
	}
	stop_at_tail(page, &c);
	trim(page, &c, body.named);
	standfirst = find_standfirst(page, c.n ? c.blocks[0] : from, to);
	if (standfirst != NW_NOWHERE) {
		memmove(c.blocks + 1, c.blocks, c.n * sizeof(*c.blocks));
		c.blocks[0] = standfirst;
		c.n++;
	}
	for (uint32_t i = 0; i < c.n; i++) {
		c.words += page->blocks[c.blocks[i]].words;
		c.good += good_of(&page->blocks[c.blocks[i]]);
	}
	return c;
}

struct nw_str nw_text_join(const struct nw_page *page, struct nw_choice c)
{
	size_t bytes = 0, n = 0;
	char *text;

	for (uint32_t i = 0; i < c.n; i++)
		bytes += page->blocks[c.blocks[i]].text.n + 1;
	text = nw_arena_alloc(page->arena, bytes + 1);
	for (uint32_t i = 0; i < c.n; i++) {
		const struct nw_str line = page->blocks[c.blocks[i]].text;

		memcpy(text + n, line.p, line.n);
		n += line.n;
		text[n++] = '\n';
	}
	return nw_text_paragraphs(page->arena, (struct nw_str){text, n});
}
