#include "clean/authors.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "base/url.h"
#include "clean/gather.h"
#include "clean/measure.h"

#define AUTHORS_MAX 16u
#define NAME_WORDS 7u
#define NAME_BYTES ((size_t)120)
#define BYLINE_BYTES ((size_t)400)
#define BYLINE_WORDS 24u
#define BYLINE_SPAN 60u   /* nodes from the first name of a byline to its last */
#define OPENER_NODES 120u /* after the title, in which a "By ..." is looked for */

/* Words before a name in a byline, folded. */
static const char *const openers[] = {"a cura di", "af", "analysis by", "author", "autor", "autore",
	"autorin", "av", "auteur", "by", "da", "di", "door", "od", "por", "par", "przez",
	"report by", "reported by", "story by", "tekst", "text", "text by", "von", "words by",
	"written by", "yazar", "автор", "автор:", "بقلم", "كتب"};

/* Between two names. */
static const char *const joiners[] = {
	" and ", " und ", " et ", " y ", " och ", " og ", " & ", " и ", " ve ", " dan "};

/* What stands where a name should and is none. */
static const char *const no_names[] = {"admin", "administrator", "anonymous", "author", "comments",
	"editor", "follow", "guest", "none", "null", "share", "staff", "undefined", "unknown",
	"user", "webmaster"};

/* After a comma they belong to the name before it. */
static const char *const titles_after[] = {
	"jr", "sr", "md", "m d", "phd", "ph d", "ii", "iii", "esq"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FOLDED_NAME 160

/* Words of what people are, not of what they are called. */
static const char *const offices[] = {"columnist", "contributing", "contributor", "correspondent",
	"corresponsal", "editor", "giornalista", "journalist", "journaliste", "korrespondent",
	"korrespondentin", "muhabir", "newsroom", "periodista", "redacteur", "redactor",
	"redactora", "redakteur", "redakteurin", "reporter", "writer"};

struct names {
	struct nw_arena *arena;
	const char
		*host; /* letters of the site's host and name, to tell its name from a person's */
	const char *site;
	struct nw_author *first, *last;
	uint32_t n;
};

static bool is_listed(struct nw_str folded, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (nw_str_eq(folded, nw_str(list[i])))
			return true;
	}
	return false;
}

static bool has_any(struct nw_str s, const char *bytes)
{
	for (size_t i = 0; i < s.n; i++) {
		if (strchr(bytes, s.p[i]) && s.p[i])
			return true;
	}
	return false;
}

/* "Comment by": the name comes in the next element. */
static bool is_opener(struct nw_str folded)
{
	for (size_t i = 0; i < COUNT(openers); i++) {
		const struct nw_str opener = nw_str(openers[i]);

		if (nw_str_ends(folded, opener) &&
			(folded.n == opener.n || folded.p[folded.n - opener.n - 1] == ' '))
			return true;
	}
	return false;
}

/* "Senior Correspondent", after the name of who it is. */
static bool is_office(struct nw_str folded)
{
	struct nw_str word;

	while (nw_str_cut(&folded, ' ', &word)) {
		if (is_listed(word, offices, COUNT(offices)))
			return true;
	}
	return false;
}

static bool is_name(struct nw_str s, struct nw_str folded)
{
	const uint32_t words = nw_measure(s);

	return folded.n >= 2 && s.n <= NAME_BYTES && words <= NAME_WORDS &&
		!has_any(s, "@<>{}=*:0123456789") && !nw_str_starts(s, NW_STR("//")) &&
		!nw_str_starts_nocase(s, NW_STR("http")) && !is_opener(folded) &&
		!is_listed(folded, offices, COUNT(offices)) &&
		!is_listed(folded, no_names, COUNT(no_names));
}

/* Signs and spaces around a name; the full stop of an initial or a "Jr." stays. */
static struct nw_str bare(struct nw_str s)
{
	while (s.n && strchr(",;:|-/ ", s.p[s.n - 1]))
		s.n--;
	while (s.n && strchr(",.;:|-/ ", s.p[0]))
		s = nw_str_from(s, 1);
	return s;
}

static void add_name(struct names *names, struct nw_str s)
{
	char folded[FOLDED_NAME], other[FOLDED_NAME];
	struct nw_author *author;
	struct nw_str key;

	s = bare(s);
	key = (struct nw_str){folded, nw_fold(s, folded, sizeof(folded), false)};
	if (names->n == AUTHORS_MAX || !is_name(s, key) || (names->n && is_office(key)))
		return;
	for (const struct nw_author *a = names->first; a; a = a->next) {
		if (nw_str_eq(key,
			    (struct nw_str){other, nw_fold(a->name, other, sizeof(other), false)}))
			return;
	}
	author = NW_ARENA_NEW(names->arena, struct nw_author);
	author->name = nw_arena_str(names->arena, s);
	if (names->last)
		names->last->next = author;
	else
		names->first = author;
	names->last = author;
	names->n++;
}

/* The text after "By" and its like; the text itself where it begins otherwise. */
static struct nw_str without_opener(struct nw_str s)
{
	s = bare(s);
	for (size_t i = 0; i < COUNT(openers); i++) {
		const struct nw_str opener = nw_str(openers[i]);

		if (s.n > opener.n && nw_str_starts_nocase(s, opener) &&
			strchr(" :", s.p[opener.n]))
			return bare(nw_str_from(s, opener.n));
	}
	return s;
}

/* A comma divides "Ann Bell, Carl Dent" and "Ann Bell, Reuters", but not "Bell, Ann" or "Dent, Jr." */
static bool comma_divides(struct nw_str before, struct nw_str after)
{
	char folded[FOLDED_NAME];
	struct nw_str next = nw_str_head(after, nw_str_find(after, NW_STR(",")));

	next = (struct nw_str){folded, nw_fold(next, folded, sizeof(folded), false)};
	return nw_measure(before) >= 2 && next.n &&
		!is_listed(next, titles_after, COUNT(titles_after));
}

/* Length of what divides two names at i, 0 where nothing does. */
static size_t joiner_at(struct nw_str s, size_t i)
{
	const struct nw_str rest = nw_str_from(s, i);

	if (strchr(";|\n", s.p[i]))
		return 1;
	if (s.p[i] == ',')
		return comma_divides(nw_str_head(s, i), nw_str_from(rest, 1));
	for (size_t k = 0; s.p[i] == ' ' && k < COUNT(joiners); k++) {
		if (nw_str_starts_nocase(rest, nw_str(joiners[k])) &&
			nw_measure(nw_str_from(rest, strlen(joiners[k]))) >= 2)
			return strlen(joiners[k]);
	}
	return 0;
}

/* One or several names, as they are written in one place. */
static void add_names(struct names *names, struct nw_str s)
{
	size_t start = 0;

	s = without_opener(nw_gather_value(names->arena, s, BYLINE_BYTES));
	for (size_t i = 0; i <= s.n; i++) {
		const size_t length = i < s.n ? joiner_at(nw_str_from(s, start), i - start) : 1;

		if (!length)
			continue;
		add_name(names, nw_str_head(nw_str_from(s, start), i - start));
		start = i + length;
		i = start - 1;
	}
}

/* Lower-case letters and digits alone, for comparing names that are written apart or together. */
static char *squeeze(struct nw_arena *arena, struct nw_str s)
{
	char *out = nw_arena_alloc(arena, s.n + 8);
	size_t n = nw_fold(s, out, s.n + 7, false), kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (out[i] != ' ')
			out[kept++] = out[i];
	}
	out[kept] = '\0';
	return out;
}

/* A name that is the site's own: "example.org", or found in its host or name. */
static bool is_site(const struct names *names, struct nw_str name)
{
	const char *letters = squeeze(names->arena, name);

	if (strlen(letters) < 2)
		return true;
	if (nw_str_find(name, NW_STR("www.")) < name.n)
		return true;
	return strstr(names->host, letters) || strstr(names->site, letters) ||
		(names->site[0] && strstr(letters, names->site));
}

static bool has_person(const struct names *names)
{
	for (const struct nw_author *a = names->first; a; a = a->next) {
		if (!is_site(names, a->name))
			return true;
	}
	return false;
}

static bool is_domain(struct nw_str name)
{
	return nw_str_find(name, NW_STR(" ")) == name.n && nw_str_find(name, NW_STR(".")) < name.n;
}

/* Beside a person's name the site's is no author: all such ones, or those that are a domain. */
static const struct nw_author *without_sites(struct names *names, bool all)
{
	struct nw_author **at = &names->first;

	if (!has_person(names))
		return names->first;
	while (*at) {
		if (is_site(names, (*at)->name) && (all || is_domain((*at)->name)))
			*at = (*at)->next;
		else
			at = &(*at)->next;
	}
	return names->first;
}

static bool is_byline(const struct nw_page *page, const struct nw_spot *spot)
{
	return spot->at >= page->body && nw_words_in(page, spot->at) <= BYLINE_WORDS &&
		nw_words_in(page, spot->at) > 0;
}

static uint32_t title_place(const struct nw_page *page)
{
	return page->anchor == NW_NOWHERE ? page->body : page->blocks[page->anchor].at;
}

/* Elements that say they name an author, of both kinds, in document order. */
static uint32_t list_bylines(const struct nw_page *page, struct nw_spot *list)
{
	const struct nw_found *found = page->found;
	const enum nw_find kinds[] = {NW_FIND_AUTHOR_PROPERTY, NW_FIND_BYLINE};
	uint32_t at[COUNT(kinds)] = {0}, n = 0;

	for (;;) {
		const struct nw_spot *next = NULL;
		size_t from = 0;

		for (size_t k = 0; k < COUNT(kinds); k++) {
			const struct nw_spot *spot = &found->spots[kinds[k]][at[k]];

			if (at[k] < found->n[kinds[k]] && (!next || spot->at < next->at)) {
				next = spot;
				from = k;
			}
		}
		if (!next)
			return n;
		at[from]++;
		if (is_byline(page, next) && (n == 0 || list[n - 1].at != next->at))
			list[n++] = *next;
	}
}

/* The first of the byline: the nearest from the title on, else the last before it. */
static uint32_t find_byline(const struct nw_page *page, const struct nw_spot *list, uint32_t n)
{
	const uint32_t title = title_place(page);

	for (uint32_t i = 0; i < n; i++) {
		if (list[i].at >= title)
			return i;
	}
	return n ? n - 1 : 0;
}

/* All names that stand together in the byline found; of elements inside another the inner ones. */
static void add_bylines(struct names *names, const struct nw_page *page)
{
	struct nw_spot *list =
		NW_ARENA_ARRAY(names->arena, struct nw_spot, (size_t)2 * NW_FOUND_MAX);
	const uint32_t n = list_bylines(page, list), first = find_byline(page, list, n);

	for (uint32_t i = first; i < n && list[i].at - list[first].at <= BYLINE_SPAN; i++) {
		if (i + 1 < n && nw_is_inside(page, list[i + 1].at, list[i].at))
			continue;
		add_names(names, nw_gather_names(names->arena, list[i].node, BYLINE_BYTES));
	}
}

/* A short line near the title that begins with "By" or its like. */
static void add_opened(struct names *names, const struct nw_page *page)
{
	const uint32_t title = title_place(page);

	for (uint32_t i = title; i < page->n && i - title < OPENER_NODES && !names->n; i++) {
		const struct nw_flat *f = &page->flat[i];
		struct nw_str text, name;

		if (!(f->traits & (NW_BLOCK | NW_INLINE)) || nw_words_in(page, i) > BYLINE_WORDS ||
			nw_words_in(page, i) < 3)
			continue;
		text = nw_gather_element(names->arena, f->node, BYLINE_BYTES);
		name = without_opener(text);
		if (name.n < bare(text).n && !has_any(name, "!?0123456789"))
			add_names(names, name);
	}
}

const struct nw_author *nw_authors_read(const struct nw_page *page, const struct nw_jsonld *ld,
	const struct nw_meta *meta, struct nw_str site, struct nw_str url)
{
	struct names names = {.arena = page->arena};
	struct names named;
	struct nw_url parts;

	names.site = squeeze(page->arena, site);
	names.host =
		squeeze(page->arena, nw_url_parse(url, &parts) ? parts.host : (struct nw_str){0});
	for (const struct nw_author *a = ld->authors; a; a = a->next)
		add_names(&names, a->name);
	for (uint32_t i = 0; !names.n && i < meta->n[NW_META_AUTHOR]; i++)
		add_names(&names, meta->values[NW_META_AUTHOR][i]);
	if (has_person(&names))
		return without_sites(&names, false);
	named = (struct names){.arena = page->arena, .host = names.host, .site = names.site};
	add_bylines(&named, page);
	if (!has_person(&named)) {
		named.first = named.last = NULL;
		named.n = 0;
		add_opened(&named, page);
	}
	if (has_person(&named))
		return without_sites(&named, true);
	return names.first ? names.first : named.first;
}
