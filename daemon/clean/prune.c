#include "clean/prune.h"

#include "clean/marks.h"

/* An element with more than this share of the page's paragraphs is never dropped for its name. */
#define MOST 0.35
#define COMMENTS_MOST 0.8
#define HIDDEN_MOST 0.5
/* A hidden part of the body with more words than this is the article behind a paywall. */
#define HIDDEN_WORDS 80u
/* What a weak name drops: */
#define WEAK_WORDS 12u
#define WEAK_LINKS 0.5
#define PROFILE_WORDS 150u
#define MEDIA_WORDS 60u
#define BYLINE_WORDS 12u
#define DATE_WORDS 10u

/* The share of the page's paragraph words that is inside i. */
static double share_of(const struct nw_page *page, uint32_t i)
{
	const uint32_t all = page->flat[page->n].paras;

	return all ? (double)nw_paras_in(page, i) / all : 0;
}

static bool has_h1(const struct nw_page *page, uint32_t i)
{
	return page->flat[page->flat[i].end + 1].h1s > page->flat[i].h1s;
}

static bool has_quote(const struct nw_page *page, uint32_t i)
{
	return page->flat[page->flat[i].end + 1].quotes > page->flat[i].quotes;
}

static bool has_image(const struct nw_page *page, uint32_t i)
{
	return page->flat[page->flat[i].end + 1].images > page->flat[i].images;
}

/* A picture with its caption. */
static bool is_media(const struct nw_page *page, uint32_t i)
{
	const struct nw_flat *f = &page->flat[i];

	if (f->tag != NW_TAG_FIGURE && !(f->marks & NW_MARK_MEDIA && has_image(page, i)))
		return false;
	return nw_words_in(page, i) < MEDIA_WORDS && !has_quote(page, i) && !has_h1(page, i) &&
		f->tag != NW_TAG_P && f->tag != NW_TAG_LI;
}

/* A byline or a date, as a line of its own. */
static bool is_signature(const struct nw_page *page, uint32_t i)
{
	const struct nw_flat *f = &page->flat[i];
	const uint32_t words = nw_words_in(page, i);

	return (f->marks & NW_MARK_BYLINE && words <= BYLINE_WORDS) ||
		(f->marks & NW_MARK_DATE && words <= DATE_WORDS);
}

/* Part of a line of text: what it is called matters little. */
static bool is_in_line(const struct nw_page *page, const struct nw_flat *f)
{
	if (!(f->traits & NW_INLINE))
		return false;
	if (f->tag == NW_TAG_A)
		return true;
	switch (page->flat[f->parent].tag) {
	case NW_TAG_P:
	case NW_TAG_LI:
	case NW_TAG_TD:
	case NW_TAG_BLOCKQUOTE:
	case NW_TAG_H2:
	case NW_TAG_H3:
	case NW_TAG_H4:
	case NW_TAG_EM:
	case NW_TAG_STRONG:
	case NW_TAG_B:
	case NW_TAG_I:
	case NW_TAG_SPAN:
	case NW_TAG_A:
		return true;
	default:
		return false;
	}
}

static bool is_hidden(const struct nw_page *page, uint32_t i)
{
	const struct nw_flat *f = &page->flat[i];

	if (!(f->marks & NW_MARK_HIDDEN))
		return false;
	if (f->marks & NW_MARK_IN_BODY && nw_paras_in(page, i) > HIDDEN_WORDS)
		return false;
	return share_of(page, i) < HIDDEN_MOST;
}

static bool is_consent_manager(const struct nw_page *page, uint32_t i)
{
	const uint32_t marks = page->flat[i].marks, box = NW_MARK_PRIVACY | NW_MARK_MODAL;

	return (marks & NW_MARK_MANAGER || (marks & box) == box) && !nw_bodies_in(page, i) &&
		!has_h1(page, i);
}

static bool is_comments(const struct nw_page *page, uint32_t i)
{
	const struct nw_flat *f = &page->flat[i];

	if (!(f->marks & NW_MARK_COMMENT) || f->tag == NW_TAG_P ||
		!(f->marks & (NW_MARK_FIRST_COMMENT | NW_MARK_AREA)))
		return false;
	return share_of(page, i) < COMMENTS_MOST && !nw_bodies_in(page, i);
}

/* Lines and list items bear names of what they mention: only the sure words count there. */
static bool is_strong(const struct nw_flat *f)
{
	if (!(f->marks & NW_MARK_STRONG))
		return false;
	switch (f->tag) {
	case NW_TAG_P:
	case NW_TAG_SPAN:
	case NW_TAG_EM:
	case NW_TAG_STRONG:
	case NW_TAG_B:
	case NW_TAG_I:
	case NW_TAG_A:
	case NW_TAG_LI:
	case NW_TAG_TD:
	case NW_TAG_TR:
		return f->marks & NW_MARK_SURE;
	default:
		return true;
	}
}

static bool is_weak(const struct nw_page *page, uint32_t i)
{
	const struct nw_flat *f = &page->flat[i];
	const uint32_t words = nw_words_in(page, i);

	if (!(f->marks & NW_MARK_WEAK) || f->traits & (NW_HEADING | NW_CELL) ||
		f->tag == NW_TAG_TR || f->tag == NW_TAG_LI || f->tag == NW_TAG_TBODY ||
		f->tag == NW_TAG_P)
		return false;
	return words < WEAK_WORDS || nw_links_in(page, i) > WEAK_LINKS * words ||
		(f->marks & NW_MARK_PROFILE && words < PROFILE_WORDS);
}

bool nw_prune(const struct nw_page *page, uint32_t i, enum nw_prune rules)
{
	const struct nw_flat *f = &page->flat[i];
	const uint32_t marks = f->marks;

	if (f->traits & NW_DROP)
		return !(f->traits & NW_SOFT_DROP) ||
			!(nw_bodies_in(page, i) || share_of(page, i) > MOST);
	if (is_hidden(page, i) || marks & NW_MARK_ROLE)
		return true;
	if (f->tag == NW_TAG_BODY || f->tag == NW_TAG_HTML || f->tag == NW_TAG_ARTICLE ||
		f->tag == NW_TAG_MAIN)
		return false;
	if (f->tag != NW_TAG_FIGURE && !(marks & ~((uint32_t)NW_MARK_IN_LINK | NW_MARK_IN_BODY)))
		return false;
	if (is_consent_manager(page, i))
		return true;
	if (marks & NW_MARK_CAPTION && rules == NW_PRUNE_FULL && f->tag != NW_TAG_A &&
		nw_words_in(page, i) < MEDIA_WORDS && !has_h1(page, i))
		return true;
	if (is_in_line(page, f))
		return false;
	if (is_comments(page, i))
		return true;
	if (rules == NW_PRUNE_TAGS || nw_bodies_in(page, i) || share_of(page, i) > MOST)
		return false;
	if (marks & NW_MARK_CONSENT)
		return true;
	if (marks & NW_MARK_EMBED && has_quote(page, i))
		return false;
	return is_strong(f) || is_weak(page, i) || is_media(page, i) ||
		(f->tag == NW_TAG_P && is_signature(page, i));
}
