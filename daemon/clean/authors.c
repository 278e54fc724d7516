#include "clean/authors.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "base/utf8.h"
#include "clean/measure.h"

#define AUTHORS_MAX 16u
#define NAME_WORDS 7u
#define NAME_BYTES ((size_t)120)
#define BYLINE_BYTES ((size_t)400)
#define BYLINES_TRIED 8u

/* Words before a name in a byline, folded. */
static const char *const openers[] = {"a cura di", "af", "author", "autor", "autore", "autorin",
	"av", "auteur", "by", "da", "di", "door", "od", "por", "par", "przez", "report by",
	"reported by", "story by", "tekst", "text", "text by", "von", "words by", "written by",
	"yazar", "автор", "автор:", "بقلم", "كتب"};

/* Between two names. */
static const char *const joiners[] = {
	" and ", " und ", " et ", " y ", " och ", " og ", " & ", " и ", " ve ", " dan "};

/* What stands where a name should and is none. */
static const char *const no_names[] = {"admin", "administrator", "anonymous", "author", "comments",
	"editor", "follow", "guest", "none", "null", "share", "staff", "undefined", "unknown",
	"user", "webmaster"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FOLDED_NAME 160

struct names {
	struct nw_arena *arena;
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

static bool is_name(struct nw_str s, struct nw_str folded)
{
	const uint32_t words = nw_measure(s);

	return folded.n >= 2 && s.n <= NAME_BYTES && words <= NAME_WORDS &&
		!has_any(s, "@/<>{}=") && !nw_str_starts_nocase(s, NW_STR("http")) &&
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
	if (names->n == AUTHORS_MAX || !is_name(s, key))
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

/* Length of what divides two names at i, 0 where nothing does. A comma may be part of a name. */
static size_t joiner_at(struct nw_str s, size_t i)
{
	const struct nw_str rest = nw_str_from(s, i);

	if (strchr(";|\n", s.p[i]))
		return 1;
	if (s.p[i] == ',')
		return nw_measure(nw_str_head(s, i)) >= 2 && nw_measure(rest) >= 2;
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

	s = without_opener(nw_text_line(names->arena, nw_text_unescape(names->arena, s)));
	if (s.n > BYLINE_BYTES)
		return;
	for (size_t i = 0; i <= s.n; i++) {
		const size_t length = i < s.n ? joiner_at(nw_str_from(s, start), i - start) : 1;

		if (!length)
			continue;
		add_name(names, nw_str_head(nw_str_from(s, start), i - start));
		start = i + length;
		i = start - 1;
	}
}

static void add_elements(struct names *names, const struct nw_page *page, enum nw_find what)
{
	const struct nw_spot *spots = page->found->spots[what];

	for (uint32_t i = 0; i < page->found->n[what] && i < BYLINES_TRIED; i++) {
		struct nw_str text = nw_node_attr(spots[i].node, "content");

		if (!text.n)
			text = nw_node_text(names->arena, spots[i].node);
		if (text.n <= BYLINE_BYTES)
			add_names(names, text);
	}
}

const struct nw_author *nw_authors_read(const struct nw_page *page, const struct nw_jsonld *ld,
	const struct nw_meta *meta, struct nw_str site)
{
	struct names names = {.arena = page->arena};

	(void)site;
	for (const struct nw_author *a = ld->authors; a; a = a->next)
		add_names(&names, a->name);
	for (uint32_t i = 0; !names.n && i < meta->n[NW_META_AUTHOR]; i++)
		add_names(&names, meta->values[NW_META_AUTHOR][i]);
	if (!names.n)
		add_elements(&names, page, NW_FIND_AUTHOR_PROPERTY);
	if (!names.n)
		add_elements(&names, page, NW_FIND_BYLINE);
	return names.first;
}
