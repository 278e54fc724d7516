#include <newswire/clean.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/text.h"
#include "base/url.h"
#include "clean/authors.h"
#include "clean/blocks.h"
#include "clean/dates.h"
#include "clean/gather.h"
#include "clean/jsonld.h"
#include "clean/measure.h"
#include "clean/meta.h"
#include "clean/page.h"
#include "clean/states.h"
#include "clean/text.h"
#include "clean/titles.h"
#include "clean/wire.h"

/* When less than this share of the paragraphs is left, the rules went wrong. */
#define SURVIVING 0.12
#define SURVIVING_WORDS 25u
#define BETTER 1.6
#define KICKER_NODES 30u
#define KICKER_WORDS 3u
#define KICKER_BYTES ((size_t)60)
/* The text in JSON-LD is taken when it is long and the page's is less than this share of it. */
#define HIDDEN_SHARE 0.3
#define HIDDEN_WORDS 80u
#define HIDDEN_BYTES ((size_t)200)
#define HIDDEN_QUALITY 40u
#define NODES_MAX ((size_t)300000) /* ten times the largest pages; the rest is cut off */
#define VALUE_BYTES ((size_t)4000) /* of a description; other values are shorter */

/* The text, by the rules given. */
static struct nw_choice extract(struct nw_page *page, enum nw_prune rules, struct nw_body *body)
{
	nw_blocks_read(page, rules);
	nw_body_anchor(page);
	*body = nw_body_find(page);
	return nw_text_choose(page, *body);
}

/* A title and a place that says what it is are good signs; so is text that is most of the page's. */
static unsigned quality_of(const struct nw_page *page, struct nw_body body, struct nw_choice c)
{
	const double all = nw_good_in(page, page->body);
	double quality = 0;

	if (c.n == 0)
		return 0;
	quality += page->anchor != NW_NOWHERE ? 20 : 0;
	quality += body.named || page->flat[body.at].tag == NW_TAG_ARTICLE ? 25 : 10;
	quality += all > 0 ? 35 * (c.good < all ? c.good / all : 1) : 0;
	quality += c.words < 200 ? 0.1 * c.words : 20;
	return (unsigned)quality;
}

static bool is_too_little(const struct nw_page *page, struct nw_choice c)
{
	return c.words < SURVIVING_WORDS || c.words < SURVIVING * page->flat[page->n].paras;
}

/* The text by all rules or, where hardly any was left, without those of names. */
static void read_text(struct nw_page *page, struct nw_cleaned *out)
{
	struct nw_body body, other_body;
	struct nw_choice choice = extract(page, NW_PRUNE_FULL, &body);

	if (is_too_little(page, choice)) {
		const struct nw_page before = *page;
		const struct nw_choice other = extract(page, NW_PRUNE_TAGS, &other_body);

		if (other.words > BETTER * choice.words) {
			choice = other;
			body = other_body;
		} else {
			page->blocks = before.blocks;
			page->n_blocks = before.n_blocks;
			page->anchor = before.anchor;
		}
	}
	out->words = choice.words;
	out->quality = quality_of(page, body, choice);
	out->body = nw_text_join(page, choice);
}

/*
 * A page that shows its text only through a script may still carry it for
 * search engines; elsewhere that copy is cut or runs on, and is not asked.
 */
static void read_hidden_text(
	struct nw_arena *arena, const struct nw_jsonld *ld, struct nw_cleaned *out)
{
	const struct nw_str raw = nw_text_unescape(arena, ld->body);
	const bool is_html = nw_str_find(raw, NW_STR("</")) < raw.n;
	struct nw_str text;
	uint32_t words;

	if (raw.n < HIDDEN_BYTES)
		return;
	words = nw_measure(raw);
	if (words < HIDDEN_WORDS || out->words > HIDDEN_SHARE * words)
		return;
	text = is_html ? nw_clean_fragment(arena, raw) : nw_text_paragraphs(arena, raw);
	out->body = text;
	out->words = nw_measure(text);
	out->quality = HIDDEN_QUALITY;
}

/* The page's own address: the canonical link, else og:url, else where it was found. */
static struct nw_str find_canonical(
	const struct nw_page *page, const struct nw_jsonld *ld, const struct nw_meta *meta)
{
	struct nw_str candidates[4] = {
		{0}, nw_meta_first(meta, NW_META_URL), ld->url, page->input->url};
	const struct nw_found *found = page->found;

	for (uint32_t i = 0; i < found->n[NW_FIND_LINK] && !candidates[0].n; i++) {
		const struct nw_node *link = found->spots[NW_FIND_LINK][i].node;

		if (nw_str_eq_nocase(nw_node_attr(link, "rel"), NW_STR("canonical")))
			candidates[0] = nw_str_trim(nw_node_attr(link, "href"));
	}
	for (size_t i = 0; i < 4; i++) {
		const struct nw_str url =
			nw_url_resolve(page->arena, page->input->url, candidates[i]);

		if (candidates[i].n && nw_url_is_web(url))
			return nw_url_canonical(page->arena, url);
	}
	return (struct nw_str){0};
}

static struct nw_str line_of(struct nw_arena *arena, struct nw_str s)
{
	return nw_gather_value(arena, s, VALUE_BYTES);
}

/* The first that is not empty, as one clean line. */
static struct nw_str either(struct nw_arena *arena, struct nw_str a, struct nw_str b)
{
	return line_of(arena, a.n ? a : b);
}

/* Two or three letters, then nothing or a sign. */
static bool is_language(struct nw_str s)
{
	return s.n >= 2 && s.n <= 12 &&
		(s.n <= 3 || s.p[2] == '-' || s.p[2] == '_' || s.p[3] == '-');
}

/* A language tag in lower case with hyphens: "en_US" is "en-us". */
static struct nw_str language_tag(struct nw_arena *arena, struct nw_str s)
{
	char *tag = nw_arena_alloc(arena, s.n + 1);

	for (size_t i = 0; i < s.n; i++) {
		tag[i] = nw_lower(s.p[i]);
		if (tag[i] == '_')
			tag[i] = '-';
	}
	return (struct nw_str){tag, s.n};
}

static struct nw_str find_language(
	const struct nw_page *page, const struct nw_jsonld *ld, const struct nw_meta *meta)
{
	const struct nw_str candidates[] = {nw_node_attr(page->root, "lang"),
		nw_node_attr(page->root, "xml:lang"), nw_meta_first(meta, NW_META_LANGUAGE),
		ld->language};

	for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
		const struct nw_str tag = nw_str_trim(candidates[i]);

		if (is_language(tag))
			return language_tag(page->arena, tag);
	}
	return (struct nw_str){0};
}

/* The short line above the title that is named as sections are. */
static struct nw_str find_kicker(const struct nw_page *page)
{
	const struct nw_spot *spots = page->found->spots[NW_FIND_SECTION];
	const uint32_t title = page->anchor == NW_NOWHERE ? 0 : page->blocks[page->anchor].at;

	for (uint32_t i = page->found->n[NW_FIND_SECTION]; i-- > 0;) {
		const uint32_t words = nw_words_in(page, spots[i].at);

		if (spots[i].at < title && title - spots[i].at <= KICKER_NODES && words >= 1 &&
			words <= KICKER_WORDS)
			return nw_gather_element(page->arena, spots[i].node, KICKER_BYTES);
	}
	return (struct nw_str){0};
}

static void read_details(struct nw_page *page, const struct nw_jsonld *ld,
	const struct nw_meta *meta, struct nw_cleaned *out)
{
	struct nw_arena *a = page->arena;
	const struct nw_str image = either(a, nw_meta_first(meta, NW_META_IMAGE), ld->image);

	out->canonical = find_canonical(page, ld, meta);
	out->language = find_language(page, ld, meta);
	out->site = either(a, nw_meta_first(meta, NW_META_SITE), ld->site);
	out->section = either(a, nw_meta_first(meta, NW_META_SECTION), ld->section);
	if (!out->section.n)
		out->section = find_kicker(page);
	out->summary = either(a, nw_meta_first(meta, NW_META_SUMMARY), ld->summary);
	if (image.n)
		out->image = nw_url_resolve(
			a, page->input->url.n ? page->input->url : out->canonical, image);
	out->title = nw_title_pick(page, ld, meta, out->site);
	out->authors = nw_authors_read(page, ld, meta, out->site, out->canonical);
	out->wire = nw_wire_find(out->authors, out->body);
	nw_dates_read(page, ld, meta, out->canonical.n ? out->canonical : page->input->url, out);
	out->state = nw_state_find(page, ld, meta, out);
}

/* Text has hardly any control characters, but for UTF-16, in which every other byte may be zero. */
static bool is_binary(struct nw_str bytes)
{
	const struct nw_str head = nw_str_head(bytes, 4096);
	size_t controls = 0, zeros = 0;

	for (size_t i = 0; i < head.n; i++) {
		const unsigned char c = (unsigned char)head.p[i];

		zeros += c == 0;
		controls += c < ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r';
	}
	return controls - zeros > head.n / 16 || (zeros > head.n / 16 && zeros < head.n / 3);
}

enum nw_err nw_clean_html(struct nw_arena *arena, const struct nw_clean_input *input,
	struct nw_cleaned *out, struct nw_error *error)
{
	struct nw_page page = {.arena = arena, .input = input};
	struct nw_markup_limits limits = nw_markup_default_limits;
	struct nw_markup markup;
	struct nw_jsonld ld;
	struct nw_meta meta;
	enum nw_err err;

	*out = (struct nw_cleaned){0};
	if (!nw_str_trim(input->body).n)
		return nw_fail(error, NW_E_SYNTAX, "empty document; a page has at least a text");
	if (is_binary(input->body))
		return nw_fail(error, NW_E_SYNTAX, "no page: the bytes are not those of a text");
	limits.nodes = NODES_MAX;
	err = nw_markup_html(arena, input->body, input->content_type, &limits, &markup, error);
	if (err)
		return err;
	nw_page_survey(&page, markup.root, markup.n_nodes);
	nw_jsonld_read(arena, page.found, &ld);
	nw_meta_read(page.found, &meta);
	nw_titles_collect(&page, &ld, &meta);
	nw_summaries_collect(&page, &ld, &meta);
	read_text(&page, out);
	read_hidden_text(arena, &ld, out);
	read_details(&page, &ld, &meta, out);
	return NW_OK;
}

const char *nw_page_state_name(enum nw_page_state state)
{
	static const char *const names[] = {
		[NW_PAGE_OK] = "ok",
		[NW_PAGE_PAYWALL] = "paywall",
		[NW_PAGE_CONSENT] = "consent",
		[NW_PAGE_BOT_CHECK] = "bot-check",
		[NW_PAGE_SOFT_404] = "soft-404",
		[NW_PAGE_TOO_SHORT] = "too-short",
	};

	return names[state];
}
