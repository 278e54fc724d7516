#include "clean/dates.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "base/when.h"
#include "clean/datetext.h"
#include "clean/gather.h"
#include "clean/marks.h"

#define DAY_S ((int64_t)86400)
#define OLDEST_S ((int64_t)631152000)  /* 1990-01-01: pages are no older */
#define NEWEST_S ((int64_t)4102444800) /* 2100-01-01, where the present is not known */
#define TIMES_TRIED 8u
#define DATES_TRIED 16u
#define TEXT_BYTES 400u /* of an element named as dates are: a line, not a paragraph */
#define DATE_WORDS 40u
#define LINES_NEAR 12u /* blocks before and after the title */

static const char from_jsonld[] = "json-ld", from_meta[] = "meta", from_property[] = "itemprop",
		  from_time[] = "time", from_url[] = "url", from_text[] = "text",
		  from_feed[] = "feed";

struct finder {
	const struct nw_page *page;
	struct nw_date_candidate *first, *last;
	bool month_first;
	struct nw_when url_day; /* what the address names */
};

static void add(struct finder *f, const char *from, struct nw_when when, struct nw_str raw)
{
	struct nw_date_candidate *c = NW_ARENA_NEW(f->page->arena, struct nw_date_candidate);

	*c = (struct nw_date_candidate){.from = from, .when = when};
	c->raw = nw_arena_str(
		f->page->arena, nw_text_line(f->page->arena, nw_gather_head(raw, 200)));
	if (f->last)
		f->last->next = c;
	else
		f->first = c;
	f->last = c;
}

/*
 * A day in text. Where its numbers may be read in either order, the one that the
 * address names too is meant, and none that is yet to come.
 */
static bool find_day(
	const struct finder *f, struct nw_str text, struct nw_when *when, struct nw_str *raw)
{
	const int64_t now_s = f->page->input->now_s;
	struct nw_when other;

	if (!nw_datetext_find(text, f->month_first, when, raw))
		return false;
	if (!nw_datetext_find(text, !f->month_first, &other, raw))
		return true;
	if (other.unix_s == f->url_day.unix_s || (now_s && when->unix_s > now_s + DAY_S))
		*when = other;
	return true;
}

/* A date by itself, as attributes have it; a whole one inside of text otherwise. */
static bool add_value(struct finder *f, const char *from, struct nw_str value)
{
	struct nw_when when;
	struct nw_str raw = value;

	if (!value.n || value.n > 200)
		return false;
	if (!nw_when_parse(value, &when) && !find_day(f, value, &when, &raw))
		return false;
	add(f, from, when, value);
	return true;
}

static struct nw_str date_attribute(const struct nw_node *e)
{
	static const char *const names[] = {"datetime", "content", "data-datetime", "title"};
	struct nw_str value = {0};

	for (size_t i = 0; i < 4 && !value.n; i++)
		value = nw_str_trim(nw_node_attr(e, names[i]));
	return value;
}

static bool add_element(struct finder *f, const char *from, const struct nw_node *e)
{
	struct nw_arena *a = f->page->arena;
	struct nw_str text, raw;
	struct nw_when when;

	if (add_value(f, from, date_attribute(e)))
		return true;
	text = nw_gather_element(a, e, TEXT_BYTES);
	if (!find_day(f, text, &when, &raw))
		return add_value(f, from, text);
	add(f, from, when, raw);
	return true;
}

/* Days of publication; or those of the last change, which are asked when there is no other. */
static void add_meta(struct finder *f, const struct nw_meta *meta, bool modified)
{
	for (uint32_t i = 0; i < meta->n[NW_META_DATE]; i++) {
		if ((meta->trust[NW_META_DATE][i] == NW_META_MODIFIED) == modified)
			(void)add_value(f, from_meta, meta->values[NW_META_DATE][i]);
	}
}

static uint32_t title_place(const struct nw_page *page)
{
	return page->anchor == NW_NOWHERE ? 0 : page->blocks[page->anchor].at;
}

/* How far from the title: what comes before it counts double. */
static uint32_t distance(uint32_t title, uint32_t at)
{
	return at >= title ? at - title : 2 * (title - at);
}

/* The element nearest to the title but those tried; NW_NOWHERE when all were. */
static uint32_t find_nearest(
	const struct nw_page *page, enum nw_find what, const uint32_t *tried, uint32_t n_tried)
{
	const struct nw_spot *spots = page->found->spots[what];
	const uint32_t title = title_place(page);
	uint32_t best = NW_NOWHERE;

	for (uint32_t i = 0; i < page->found->n[what]; i++) {
		bool again = false;

		for (uint32_t k = 0; k < n_tried; k++)
			again |= tried[k] == i;
		if (!again &&
			(best == NW_NOWHERE ||
				distance(title, spots[i].at) < distance(title, spots[best].at)))
			best = i;
	}
	return best;
}

/* The nearest alone: comments have such dates too. */
static void add_properties(struct finder *f)
{
	const uint32_t i = find_nearest(f->page, NW_FIND_DATE_PROPERTY, NULL, 0);

	if (i != NW_NOWHERE)
		(void)add_element(
			f, from_property, f->page->found->spots[NW_FIND_DATE_PROPERTY][i].node);
}

static void add_times(struct finder *f)
{
	const struct nw_spot *spots = f->page->found->spots[NW_FIND_TIME];
	uint32_t tried[TIMES_TRIED], n_tried = 0;

	while (n_tried < TIMES_TRIED) {
		const uint32_t i = find_nearest(f->page, NW_FIND_TIME, tried, n_tried);

		if (i == NW_NOWHERE || add_element(f, from_time, spots[i].node))
			break;
		tried[n_tried++] = i;
	}
}

static bool add_text(struct finder *f, struct nw_str text)
{
	struct nw_when when;
	struct nw_str raw;

	if (!find_day(f, nw_gather_head(text, TEXT_BYTES), &when, &raw))
		return false;
	add(f, from_text, when, raw);
	return true;
}

/* Elements named as dates are, nearest to the title first. */
static bool add_named(struct finder *f)
{
	const struct nw_spot *spots = f->page->found->spots[NW_FIND_DATE];
	uint32_t tried[DATES_TRIED], n_tried = 0;

	while (n_tried < DATES_TRIED) {
		const uint32_t i = find_nearest(f->page, NW_FIND_DATE, tried, n_tried);

		if (i == NW_NOWHERE)
			break;
		tried[n_tried++] = i;
		if (nw_words_in(f->page, spots[i].at) <= DATE_WORDS &&
			add_text(f, nw_gather_element(f->page->arena, spots[i].node, TEXT_BYTES)))
			return true;
	}
	return false;
}

/* "Title | Site | 28.04.2023" */
static bool add_from_title(struct finder *f)
{
	const struct nw_found *found = f->page->found;
	struct nw_str text;
	size_t i;

	if (!found->n[NW_FIND_TITLE])
		return false;
	text = nw_gather_element(f->page->arena, found->spots[NW_FIND_TITLE][0].node, TEXT_BYTES);
	for (i = text.n; i > 0 && text.p[i - 1] != '|';)
		i--;
	return i > 0 && add_text(f, nw_str_from(text, i));
}

/* Short texts around the title, below it first. */
static void add_nearby(struct finder *f)
{
	const struct nw_page *page = f->page;
	const uint32_t title = title_place(page);
	uint32_t seen = 0;

	for (uint32_t i = title; i < page->n && seen < LINES_NEAR * 4; i++) {
		const struct nw_flat *t = &page->flat[i];

		if (t->tag != NW_TAG_NONE || nw_words_in(page, i) == 0)
			continue;
		seen++;
		if (nw_words_in(page, i) <= 30 && add_text(f, t->node->text))
			return;
	}
	seen = 0;
	for (uint32_t i = title; i-- > 0 && seen < LINES_NEAR;) {
		const struct nw_flat *t = &page->flat[i];

		if (t->tag != NW_TAG_NONE || nw_words_in(page, i) == 0)
			continue;
		seen++;
		if (nw_words_in(page, i) <= 30 && add_text(f, t->node->text))
			return;
	}
}

/* The United States alone writes the month first. */
static bool writes_month_first(struct nw_str language)
{
	return nw_str_eq_nocase(language, NW_STR("en-us"));
}

static bool is_plausible(const struct nw_when *when, int64_t now_s)
{
	const int64_t newest = now_s ? now_s + DAY_S : NEWEST_S;

	return when->unix_s >= OLDEST_S && when->unix_s <= newest;
}

/* Two moments that people would give one day, wherever they are. */
static bool is_same_day(const struct nw_when *a, const struct nw_when *b)
{
	char x[NW_WHEN_TEXT], y[NW_WHEN_TEXT];
	const int64_t apart = a->unix_s > b->unix_s ? a->unix_s - b->unix_s : b->unix_s - a->unix_s;

	if (strcmp(nw_when_day(*a, x), nw_when_day(*b, y)) == 0)
		return true;
	return a->precision == NW_WHEN_SECOND && b->precision == NW_WHEN_SECOND &&
		apart < DAY_S / 2;
}

static bool is_trusted(const struct nw_date_candidate *c)
{
	return c->from == from_jsonld || c->from == from_meta || c->from == from_property;
}

/* The first plausible one; of the same day, one that knows the time as well is better. */
static struct nw_date_candidate *choose(const struct finder *f, int64_t now_s)
{
	struct nw_date_candidate *winner = f->first;

	while (winner && !is_plausible(&winner->when, now_s))
		winner = winner->next;
	if (!winner || winner->when.precision == NW_WHEN_SECOND)
		return winner;
	for (struct nw_date_candidate *c = winner->next; c; c = c->next) {
		if (c->when.precision == NW_WHEN_SECOND && is_same_day(&c->when, &winner->when))
			return c;
	}
	return winner;
}

static void put_first(struct finder *f, struct nw_date_candidate *winner)
{
	struct nw_date_candidate *before = f->first;

	if (before == winner)
		return;
	while (before->next != winner)
		before = before->next;
	before->next = winner->next;
	winner->next = f->first;
	f->first = winner;
}

void nw_dates_read(const struct nw_page *page, const struct nw_jsonld *ld,
	const struct nw_meta *meta, struct nw_str url, struct nw_cleaned *out)
{
	struct finder f = {.page = page, .month_first = writes_month_first(out->language)};
	struct nw_date_candidate *winner;
	struct nw_str raw = {0};

	(void)nw_dateurl_find(url, &f.url_day, &raw);
	(void)add_value(&f, from_jsonld, ld->published);
	add_meta(&f, meta, false);
	add_properties(&f);
	add_times(&f);
	if (f.url_day.precision != NW_WHEN_UNKNOWN)
		add(&f, from_url, f.url_day, raw);
	if (!f.first && !add_from_title(&f) && !add_named(&f))
		add_nearby(&f);
	if (!f.first)
		add_meta(&f, meta, true);
	if (page->input->feed_date.precision != NW_WHEN_UNKNOWN)
		add(&f, from_feed, page->input->feed_date, (struct nw_str){0});
	winner = choose(&f, page->input->now_s);
	if (winner) {
		put_first(&f, winner);
		out->date = winner->when;
		out->date_from = winner->from;
	}
	out->dates = f.first;
	for (struct nw_date_candidate *c = f.first; winner && c; c = c->next) {
		c->disagrees = !is_same_day(&winner->when, &c->when);
		out->date_conflict |= c->disagrees && is_trusted(winner) && is_trusted(c);
	}
}
