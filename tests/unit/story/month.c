#include "month.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/str.h"
#include "month_words.h"

#define LANGUAGES 3
#define DAY_S 86400.0
#define DAYS 30
#define MAX_SIZE 150 /* of a story */
#define QUOTES 3
#define AGENCIES 4 /* the first sites of each language */
#define NO_PLAN SIZE_MAX
#define SLOT(event, letter) ((event)->slots.of[(letter) - 'A'])

/* A thing that happened. N rises in what is told later. */
struct event {
	const struct words *words;
	const struct words_kind *kind;
	struct slots slots;
	struct nw_str early_n, later_n, corrected_n;
	uint64_t quotes[QUOTES];
	double start_s; /* since the month began */
	unsigned story, size;
};

/* An article to be, not written yet. */
struct plan {
	double published_s, seen_s;
	uint64_t dice; /* its words */
	size_t event, order;
	size_t original; /* what it is a copy or a version of; NO_PLAN: it is neither */
	enum month_kind kind;
	unsigned version, site;
	bool is_later, is_first;
};

struct month {
	struct nw_arena *arena;
	struct month_options options;
	struct words words[LANGUAGES];
	struct event *events;
	size_t n_events;
	struct plan *plans; /* as planned; `order` says when */
	size_t n_plans, cap_plans;
	size_t *by_time, at;
	struct nw_arena *texts; /* of the article asked for last */
};

/* Paragraphs of a text being written or changed. */
#define PARAGRAPHS 24
struct text {
	struct nw_str title, paragraphs[PARAGRAPHS];
	size_t n;
};

static const unsigned n_sites[LANGUAGES] = {60, 30, 30};

/* --- events --- */

static struct nw_str make_name(struct nw_arena *arena, struct dice *dice, const struct words *words)
{
	const struct nw_str first = dice_pick(dice, &words->lists[WORDS_FIRST]);
	const struct nw_str last = dice_pick(dice, &words->lists[WORDS_LAST]);

	return nw_arena_printf(arena, "%.*s %.*s", NW_ARG(first), NW_ARG(last));
}

static struct nw_str make_day(const struct words *words, double start_s)
{
	static const char *const names[LANGUAGES][7] = {
		{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
		{"يوم الأحد", "يوم الاثنين", "يوم الثلاثاء", "يوم الأربعاء", "يوم الخميس",
			"يوم الجمعة", "يوم السبت"},
	};
	const size_t language = words->language.p[0] == 'e' ? 0
		: words->language.p[0] == 'f'               ? 1
							    : 2;

	return nw_str(names[language][(size_t)(start_s / DAY_S) % 7]); /* the 1st was a Sunday */
}

static void fill_slots(struct month *month, struct event *e, struct dice *dice)
{
	const struct words *words = e->words;
	static const char numbered[] = "NMK";
	static const size_t ranges[] = {190, 400, 38};
	size_t n = 0;

	SLOT(e, 'P') = dice_pick(dice, &words->lists[WORDS_PLACE]);
	SLOT(e, 'Q') = dice_pick(dice, &words->lists[WORDS_PLACE]);
	SLOT(e, 'C') = dice_pick(dice, &words->lists[WORDS_COUNTRY]);
	SLOT(e, 'G') = dice_pick(dice, &words->lists[WORDS_GROUP]);
	SLOT(e, 'H') = dice_pick(dice, &words->lists[WORDS_GROUP]);
	SLOT(e, 'O') = dice_pick(dice, &words->lists[WORDS_ORG]);
	SLOT(e, 'A') = make_name(month->arena, dice, words);
	SLOT(e, 'B') = make_name(month->arena, dice, words);
	SLOT(e, 'D') = make_day(words, e->start_s);
	for (size_t i = 0; numbered[i]; i++) {
		const size_t value = 3 + dice_below(dice, ranges[i]);

		SLOT(e, numbered[i]) = nw_arena_printf(month->arena, "%zu", value);
		n = i == 0 ? value : n;
	}
	e->early_n = nw_arena_printf(month->arena, "%zu", 2 + dice_below(dice, n));
	e->later_n = nw_arena_printf(month->arena, "%zu", n + 1 + dice_below(dice, n));
	e->corrected_n = nw_arena_printf(month->arena, "%zu", n + 1 + dice_below(dice, 9));
	for (size_t i = 0; i < QUOTES; i++)
		e->quotes[i] = dice_roll(dice);
}

/* Another thing of the same sort, in the same country, at about the same time. */
static void liken(struct event *e, const struct event *other, struct dice *dice)
{
	e->words = other->words;
	e->kind = other->kind;
	e->start_s = fmin(
		fmax(other->start_s +
				(dice_chance(dice, 0.5) ? 1 : -1) * dice_exponential(dice, DAY_S),
			0),
		(DAYS - 1) * DAY_S);
}

static struct event *add_event(struct month *month, struct dice *dice, bool is_alone)
{
	struct event *e = &month->events[month->n_events];
	const size_t language = dice_below(dice, 5);
	const struct event *other = NULL;

	*e = (struct event){.story = (unsigned)month->n_events, .size = 1};
	e->words = &month->words[language < 3 ? 0 : language - 2];
	e->start_s = (double)dice_below(dice, (size_t)(DAYS - 3) * 86400);
	e->kind = &e->words->kinds[dice_below(dice, e->words->n_kinds - 1)];
	if (is_alone && dice_chance(dice, 0.3))
		e->kind = &e->words->kinds[e->words->n_kinds - 1];
	if (month->n_events && dice_chance(dice, is_alone ? 0.15 : 0.3))
		other = &month->events[dice_below(dice,
			month->n_events < month->options.stories ? month->n_events
								 : month->options.stories)];
	if (other)
		liken(e, other, dice);
	fill_slots(month, e, dice);
	if (other) {
		SLOT(e, 'C') = SLOT(other, 'C');
		SLOT(e, 'O') = SLOT(other, 'O');
		if (dice_chance(dice, 0.3))
			SLOT(e, 'A') = SLOT(other, 'A');
	}
	month->n_events++;
	return e;
}

/* --- plans --- */

static struct plan *add_plan(struct month *month, struct dice *dice, size_t event)
{
	struct plan *p;

	if (month->n_plans == month->cap_plans) {
		month->cap_plans = month->cap_plans ? month->cap_plans * 2 : 1024;
		month->plans = nw_must_realloc(month->plans, month->cap_plans * sizeof(*p));
	}
	p = &month->plans[month->n_plans];
	*p = (struct plan){
		.event = event, .original = NO_PLAN, .version = 1, .order = month->n_plans};
	p->dice = dice_roll(dice);
	month->n_plans++;
	return p;
}

static unsigned pick_site(const struct month *month, struct dice *dice, size_t event)
{
	const size_t language = (size_t)(month->events[event].words - month->words);

	return (unsigned)(language * 100 + dice_below(dice, n_sites[language]));
}

/* Most are seen within minutes, some much later. */
static double make_delay(struct dice *dice)
{
	return dice_exponential(dice, dice_chance(dice, 0.05) ? 4 * 3600 : 600);
}

/* A new version of an item: it says more, or a number is another, or it is taken back. */
static void plan_version(struct month *month, struct dice *dice, size_t original)
{
	static const struct {
		enum month_kind kind;
		double chance;
	} rows[] = {{MONTH_UPDATE, 0.04}, {MONTH_CORRECTION, 0.02}, {MONTH_CANCEL, 0.004}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct plan *p;

		if (!dice_chance(dice, rows[i].chance))
			continue;
		p = add_plan(month, dice, month->plans[original].event);
		p->original = original;
		p->kind = rows[i].kind;
		p->version = 2;
		p->site = month->plans[original].site;
		p->is_later = month->plans[original].is_later;
		p->published_s = month->plans[original].published_s;
		p->seen_s = month->plans[original].seen_s + 600 + dice_exponential(dice, 3 * 3600);
		return;
	}
}

/* An earlier text of the same phase that is no copy itself; NO_PLAN: there is none. */
static size_t find_original(
	const struct month *month, struct dice *dice, size_t first, const struct plan *p)
{
	for (size_t tries = 0; tries < 8; tries++) {
		const size_t i = first + dice_below(dice, p->order - first);
		const struct plan *other = &month->plans[i];

		if (i < p->order && other->original == NO_PLAN && other->is_later == p->is_later &&
			other->published_s < p->published_s)
			return i;
	}
	return NO_PLAN;
}

static void plan_item(struct month *month, struct dice *dice, size_t event, size_t first)
{
	const double start_s = month->events[event].start_s;
	struct plan *p = add_plan(month, dice, event);
	size_t original = NO_PLAN;

	p->is_first = p->order == first;
	p->site = pick_site(month, dice, event);
	if (!p->is_first)
		p->is_later = dice_chance(dice, 0.35);
	p->published_s = start_s;
	if (p->is_later)
		p->published_s += 14 * 3600 + fmin(dice_exponential(dice, 10 * 3600), 60 * 3600);
	else if (!p->is_first)
		p->published_s += 300 + fmin(dice_exponential(dice, 4 * 3600), 20 * 3600);
	p->seen_s = p->published_s + (p->is_first ? 30 : make_delay(dice));
	if (!p->is_first && dice_chance(dice, 0.55))
		original = find_original(month, dice, first, p);
	if (original != NO_PLAN) {
		p->original = original;
		p->seen_s = fmax(p->seen_s, month->plans[original].seen_s + 60);
	}
	plan_version(month, dice, p->order);
}

static int by_time(const void *a, const void *b, void *plans)
{
	const struct plan *p = &((const struct plan *)plans)[*(const size_t *)a];
	const struct plan *q = &((const struct plan *)plans)[*(const size_t *)b];

	if (p->seen_s != q->seen_s)
		return p->seen_s < q->seen_s ? -1 : 1;
	return p->order < q->order ? -1 : 1;
}

static void plan_all(struct month *month, struct dice *dice)
{
	unsigned items = 0;

	for (unsigned i = 0; i < month->options.stories; i++) {
		struct event *e = add_event(month, dice, false);
		const double size = 2 + exp(2.2 + 0.95 * (dice_exponential(dice, 1) - 0.7));
		const size_t first = month->n_plans;

		e->size = size < MAX_SIZE ? (unsigned)size : MAX_SIZE;
		for (unsigned n = 0; n < e->size; n++)
			plan_item(month, dice, i, first);
		items += e->size;
	}
	for (; items < month->options.items; items++) {
		(void)add_event(month, dice, true);
		plan_item(month, dice, month->n_events - 1, month->n_plans);
	}
	month->by_time = nw_must_calloc(month->n_plans, sizeof(*month->by_time));
	for (size_t i = 0; i < month->n_plans; i++)
		month->by_time[i] = i;
	qsort_r(month->by_time, month->n_plans, sizeof(size_t), by_time, month->plans);
}

struct month *month_new(const struct month_options *options)
{
	static const char *const languages[LANGUAGES] = {"en", "fr", "ar"};
	struct month *month = nw_must_calloc(1, sizeof(*month));
	struct dice dice = {options->seed};

	month->options = *options;
	month->arena = nw_arena_new();
	for (size_t i = 0; i < LANGUAGES; i++)
		words_read(month->arena, options->directory, languages[i], &month->words[i]);
	month->events =
		nw_must_calloc((size_t)options->items + options->stories, sizeof(*month->events));
	plan_all(month, &dice);
	return month;
}

void month_free(struct month *month)
{
	if (!month)
		return;
	nw_arena_free(month->texts);
	nw_arena_free(month->arena);
	free(month->events);
	free(month->plans);
	free(month->by_time);
	free(month);
}

/* --- texts --- */

static void raise_first_letter(char *p)
{
	if (*p >= 'a' && *p <= 'z')
		*p = (char)(*p - 'a' + 'A');
}

static struct nw_str write_line(
	struct nw_arena *arena, const struct event *e, struct nw_str line, struct dice *dice)
{
	struct nw_buf out;
	struct nw_str s;

	nw_buf_init(&out, 1 << 16);
	words_write(&out, line, &e->slots, dice);
	if (out.n)
		raise_first_letter(out.p);
	s = nw_arena_str(arena, nw_buf_str(&out));
	nw_buf_clear(&out);
	return s;
}

static void add_paragraph(struct text *text, struct nw_str s)
{
	if (text->n < PARAGRAPHS && s.n)
		text->paragraphs[text->n++] = s;
}

static void insert_paragraph(struct text *text, size_t at, struct nw_str s)
{
	if (text->n == PARAGRAPHS)
		return;
	memmove(text->paragraphs + at + 1, text->paragraphs + at, (text->n - at) * sizeof(s));
	text->paragraphs[at] = s;
	text->n++;
}

/* n of the list in any order, one or two a paragraph. */
static void add_some(struct nw_arena *arena, struct text *text, const struct event *e,
	const struct words_list *list, size_t n, struct dice *dice)
{
	size_t order[64];
	struct nw_str held = {0};

	for (size_t i = 0; i < list->n && i < 64; i++) {
		const size_t j = dice_below(dice, i + 1);

		order[i] = order[j];
		order[j] = i;
	}
	for (size_t i = 0; i < n && i < list->n && i < 64; i++) {
		const struct nw_str s = write_line(arena, e, list->rows[order[i]], dice);

		if (!held.n && dice_chance(dice, 0.4) && i + 1 < n) {
			held = s;
			continue;
		}
		add_paragraph(text,
			held.n ? nw_arena_printf(arena, "%.*s %.*s", NW_ARG(held), NW_ARG(s)) : s);
		held = (struct nw_str){0};
	}
	add_paragraph(text, held);
}

/* The words are the speaker's: the same in every article that has them. */
static void add_quotes(
	struct nw_arena *arena, struct text *text, const struct event *e, struct dice *dice)
{
	static const char *const marks[][2] = {{"“", ",”"}, {"« ", " »,"}, {"«", "»"}};

	for (size_t i = 0; i < QUOTES; i++) {
		struct dice fixed = {e->quotes[i]};
		const struct nw_str line = dice_pick(&fixed, &e->words->lists[WORDS_QUOTE]);
		const struct nw_str said = write_line(arena, e, line, &fixed);
		const size_t language = e->words->language.p[0] == 'e' ? 0
			: e->words->language.p[0] == 'f'               ? 1
								       : 2;
		static const char *const says[3][3] = {{"$A said", "said $A", "$B told reporters"},
			{"a dit $A", "a déclaré $A", "selon $B"},
			{"قال $A", "بحسب $A", "كما قال $B"}};
		const struct nw_str who =
			write_line(arena, e, nw_str(says[language][dice_below(dice, 3)]), dice);

		if (dice_chance(dice, 0.35))
			add_paragraph(text,
				nw_arena_printf(arena, "%s%.*s%s %.*s.", marks[language][0],
					NW_ARG(said), marks[language][1], NW_ARG(who)));
	}
}

static void add_dateline(
	struct nw_arena *arena, struct text *text, const struct event *e, const struct plan *p)
{
	static const char *const agencies[AGENCIES] = {
		"Meridian", "NWP", "Continental", "Atlas News"};
	const unsigned day = 1 + (unsigned)(p->published_s / DAY_S);

	if (text->n)
		text->paragraphs[0] =
			nw_arena_printf(arena, "%.*s, %u/3 (%s) - %.*s", NW_ARG(SLOT(e, 'P')), day,
				agencies[p->site % AGENCIES], NW_ARG(text->paragraphs[0]));
}

/* A report in words of its own. */
static void write_report(
	struct nw_arena *arena, const struct event *told, const struct plan *p, struct text *text)
{
	struct event event = *told;
	struct event *e = &event;
	struct dice dice = {p->dice};
	const struct words_list *parts = e->kind->parts;

	if (dice_chance(&dice, 0.2))
		SLOT(e, 'N') = told->early_n; /* the first counts differ */
	if (p->is_later || p->kind == MONTH_CORRECTION)
		SLOT(e, 'N') = p->is_later ? told->later_n : told->corrected_n;
	text->title = write_line(
		arena, e, dice_pick(&dice, &parts[p->is_later ? WORDS_LATER : WORDS_TITLE]), &dice);
	if (p->is_later)
		add_some(arena, text, e, &parts[WORDS_NEW], 2 + dice_below(&dice, 2), &dice);
	add_paragraph(text, write_line(arena, e, dice_pick(&dice, &parts[WORDS_LEAD]), &dice));
	add_some(arena, text, e, &parts[WORDS_FACT], (p->is_later ? 1 : 3) + dice_below(&dice, 3),
		&dice);
	add_quotes(arena, text, e, &dice);
	add_some(arena, text, e, &e->words->lists[WORDS_BACKGROUND], dice_below(&dice, 3), &dice);
	if (p->site % 100 < AGENCIES || dice_chance(&dice, 0.2))
		add_dateline(arena, text, e, p);
	if (p->kind == MONTH_UPDATE)
		add_some(arena, text, e, &parts[WORDS_FACT], 2, &dice);
}

static struct nw_str drop_words(struct nw_arena *arena, struct nw_str s, struct dice *dice)
{
	struct nw_str word;
	struct nw_buf out;

	nw_buf_init(&out, 1 << 16);
	while (nw_str_cut(&s, ' ', &word)) {
		if (dice_chance(dice, 0.03))
			continue;
		nw_buf_add(&out, word);
		nw_buf_add_c(&out, ' ');
	}
	s = nw_arena_str(arena, nw_str_trim(nw_buf_str(&out)));
	nw_buf_clear(&out);
	return s;
}

/* What publishers do to a wire text: another title, cut, something of their own around it. */
static void change_copy(
	struct nw_arena *arena, const struct event *e, const struct plan *p, struct text *text)
{
	struct dice dice = {p->dice};
	const struct words_list *lists = e->words->lists;

	if (dice_chance(&dice, 0.5))
		text->title = write_line(arena, e,
			dice_pick(&dice, &e->kind->parts[p->is_later ? WORDS_LATER : WORDS_TITLE]),
			&dice);
	if (dice_chance(&dice, 0.5) && text->n > 2)
		text->n = 2 + dice_below(&dice, text->n - 2);
	if (dice_chance(&dice, 0.2)) {
		for (size_t i = 0; i < text->n; i++)
			text->paragraphs[i] = drop_words(arena, text->paragraphs[i], &dice);
	}
	if (dice_chance(&dice, 0.15))
		insert_paragraph(text, 1,
			write_line(arena, e, dice_pick(&dice, &lists[WORDS_BACKGROUND]), &dice));
	if (dice_chance(&dice, 0.25))
		add_dateline(arena, text, e, p);
	if (dice_chance(&dice, 0.25))
		insert_paragraph(text, 0, dice_pick(&dice, &lists[WORDS_INTRO]));
	if (dice_chance(&dice, 0.25))
		add_paragraph(text, dice_pick(&dice, &lists[WORDS_OUTRO]));
}

/* A version has the words of the version before; that may itself be a copy. */
static void write_text(
	const struct month *month, struct nw_arena *arena, const struct plan *p, struct text *text)
{
	const struct event *e = &month->events[p->event];
	struct plan base = *p;

	if (p->version > 1) {
		base = month->plans[p->original];
		base.kind = p->kind;
	}
	if (base.original == NO_PLAN) {
		write_report(arena, e, &base, text);
		return;
	}
	{
		struct plan source = month->plans[base.original];

		source.kind = base.kind;
		write_report(arena, e, &source, text);
		change_copy(arena, e, &base, text);
	}
}

static struct nw_str join_text(struct nw_arena *arena, const struct text *text)
{
	struct nw_buf out;
	struct nw_str s;

	nw_buf_init(&out, 1 << 20);
	for (size_t i = 0; i < text->n; i++) {
		nw_buf_add(&out, i ? NW_STR("\n\n") : NW_STR(""));
		nw_buf_add(&out, text->paragraphs[i]);
	}
	s = nw_arena_str(arena, nw_buf_str(&out));
	nw_buf_clear(&out);
	return s;
}

bool month_next(struct month *month, struct month_article *article)
{
	const struct plan *p, *item;
	const struct event *e;
	struct text text = {0};

	nw_arena_free(month->texts);
	month->texts = nw_arena_new();
	*article = (struct month_article){0};
	if (month->at == month->n_plans)
		return false;
	p = &month->plans[month->by_time[month->at++]];
	item = p->version > 1 ? &month->plans[p->original] : p;
	e = &month->events[p->event];
	if (p->kind != MONTH_CANCEL)
		write_text(month, month->texts, p, &text);
	*article = (struct month_article){.kind = p->kind,
		.version = p->version,
		.title = text.title,
		.body = join_text(month->texts, &text),
		.language = e->words->language,
		.site = nw_arena_printf(month->texts, "site%u.example", p->site),
		.published_s = MONTH_START_S + (int64_t)p->published_s,
		.seen_s = MONTH_START_S + (int64_t)p->seen_s,
		.story = e->story,
		.size = e->size,
		.is_first = item->is_first,
		.is_copy = item->original != NO_PLAN,
		.is_later = p->is_later};
	article->url = nw_arena_printf(
		month->texts, "https://%.*s/%zu", NW_ARG(article->site), item->order);
	nw_hash_hex(nw_hash128(article->url), article->id);
	return true;
}

size_t month_count(size_t all)
{
	return getenv("NW_MONTHS") || all < 3 ? all : 3;
}
