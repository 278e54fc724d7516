#include "story/changes.h"

#include "base/str.h"
#include "story/common.h"
#include "story/words.h"

#define LEAD_MAX ((size_t)2048)
#define TITLE_MAX ((size_t)512)
#define WORDS_MAX 512 /* of title and lead */
#define LISTED_MAX 192

enum role { PLAIN, COMMON, NUMBER, NAME, NEGATOR };

struct mark {
	struct nw_str text;
	uint32_t hash, stem;
	enum role role;
	bool no_case; /* of a script without capitals: any word may be a name */
	bool is_told; /* it is in a change already */
};

struct version {
	struct mark marks[WORDS_MAX];
	size_t n;
};

/* Hashes of the words of a column of nw_story_languages. */
struct listed {
	uint32_t hashes[LISTED_MAX];
	size_t n;
};

struct lists {
	struct listed common, negators, numbers;
};

/* --- reading --- */

static void list_words(struct listed *listed, const char *text)
{
	struct nw_story_words words;
	struct nw_story_word word;

	nw_story_words_init(&words, nw_str(text));
	while (listed->n < LISTED_MAX && nw_story_words_next(&words, &word))
		listed->hashes[listed->n++] = word.hash;
}

static bool is_listed(const struct listed *listed, uint32_t hash)
{
	for (size_t i = 0; i < listed->n; i++) {
		if (listed->hashes[i] == hash)
			return true;
	}
	return false;
}

/* Of a language that is not known, the first one's: its words are the likeliest. */
static void list_language(struct lists *lists, struct nw_str language)
{
	size_t row = 0;

	for (size_t i = 0; i < nw_story_n_languages; i++) {
		if (nw_str_eq_nocase(nw_str_head(language, 2), nw_str(nw_story_languages[i].code)))
			row = i;
	}
	*lists = (struct lists){0};
	list_words(&lists->common, nw_story_languages[row].words);
	list_words(&lists->negators, nw_story_languages[row].negators);
	list_words(&lists->numbers, nw_story_languages[row].numbers);
}

static bool has_case(struct nw_str text)
{
	const unsigned char c = text.n ? (unsigned char)text.p[0] : 0;

	return c < 0xd6; /* Latin, Greek, Cyrillic, Armenian: below Hebrew and Arabic */
}

static enum role role_of(
	const struct lists *lists, const struct nw_story_word *word, bool capitals_tell)
{
	if (word->is_number || is_listed(&lists->numbers, word->hash))
		return NUMBER;
	if (is_listed(&lists->negators, word->hash))
		return NEGATOR;
	if (word->is_acronym)
		return NAME;
	if (is_listed(&lists->common, word->hash))
		return COMMON;
	return capitals_tell && word->is_capital && !word->begins ? NAME : PLAIN;
}

static void read_marks(
	struct version *version, const struct lists *lists, struct nw_str text, bool capitals_tell)
{
	struct nw_story_words words;
	struct nw_story_word word;

	nw_story_words_init(&words, text);
	while (version->n < WORDS_MAX && nw_story_words_next(&words, &word))
		version->marks[version->n++] = (struct mark){.text = word.text,
			.hash = word.hash,
			.stem = word.stem,
			.role = role_of(lists, &word, capitals_tell),
			.no_case = !has_case(word.text)};
}

static void read_version(
	struct version *version, const struct lists *lists, const struct nw_story_lead *lead)
{
	const struct nw_str title = nw_str_head(lead->title, TITLE_MAX);

	version->n = 0;
	read_marks(version, lists, title, !nw_story_is_titled(title));
	read_marks(version, lists, nw_str_head(lead->lead, LEAD_MAX), true);
}

/* --- comparing --- */

static bool has_word(const struct version *version, const struct mark *mark)
{
	for (size_t i = 0; i < version->n; i++) {
		const struct mark *m = &version->marks[i];

		if (m->hash == mark->hash || (mark->role != NUMBER && m->stem == mark->stem))
			return true;
	}
	return false;
}

static bool is_same_at(const struct version *a, size_t i, const struct version *b, size_t k)
{
	return i < a->n && k < b->n && a->marks[i].hash == b->marks[k].hash;
}

/* They stand in the same place: before the same word or after it; both, for `closely`. */
static bool is_in_place_of(
	const struct version *a, size_t i, const struct version *b, size_t k, bool closely)
{
	const bool before = i > 0 && k > 0 && is_same_at(a, i - 1, b, k - 1);
	const bool after = is_same_at(a, i + 1, b, k + 1);

	return closely ? before && after : before || after;
}

static void add_change(
	struct nw_changes *changes, enum nw_change_kind kind, struct nw_str was, struct nw_str is)
{
	for (size_t i = 0; i < changes->n; i++) { /* in title and lead alike */
		if (nw_str_eq(changes->all[i].was, was) && nw_str_eq(changes->all[i].is, is))
			return;
	}
	if (changes->n == NW_CHANGES_MAX)
		changes->is_more = true;
	else
		changes->all[changes->n++] = (struct nw_change){kind, was, is};
}

/* What is gone of a role, and what came in its place. */
static void pair_words(
	struct version *old, struct version *new, enum role role, struct nw_changes *changes)
{
	for (size_t i = 0; i < old->n; i++) {
		struct mark *was = &old->marks[i];

		if (was->role != role || was->is_told || has_word(new, was))
			continue;
		for (size_t k = 0; k < new->n; k++) {
			struct mark *is = &new->marks[k];

			if (is->role != role || is->is_told || has_word(old, is) ||
				!is_in_place_of(old, i, new, k, role == PLAIN) ||
				(role == PLAIN && !(was->no_case && is->no_case)))
				continue;
			was->is_told = is->is_told = true;
			add_change(changes, role == NUMBER ? NW_CHANGE_NUMBER : NW_CHANGE_NAME,
				was->text, is->text);
			break;
		}
	}
}

static size_t find_alone(const struct version *version, const struct version *other, enum role role)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < version->n; i++) {
		const struct mark *m = &version->marks[i];

		if (m->role != role || m->is_told || has_word(other, m))
			continue;
		if (found != SIZE_MAX)
			return SIZE_MAX;
		found = i;
	}
	return found;
}

/* When just one is gone and one is new, wherever they stand. */
static void pair_last(
	struct version *old, struct version *new, enum role role, struct nw_changes *changes)
{
	const size_t i = find_alone(old, new, role), k = find_alone(new, old, role);

	if (i == SIZE_MAX || k == SIZE_MAX)
		return;
	old->marks[i].is_told = new->marks[k].is_told = true;
	add_change(changes, role == NUMBER ? NW_CHANGE_NUMBER : NW_CHANGE_NAME, old->marks[i].text,
		new->marks[k].text);
}

/* The next word that says something; the index of none is n. */
static size_t next_telling(const struct version *version, size_t i)
{
	for (i++; i < version->n; i++) {
		if (version->marks[i].role != COMMON && version->marks[i].role != NEGATOR)
			break;
	}
	return i;
}

static bool is_negated(const struct version *version, size_t i)
{
	for (size_t k = i; k > 0 && k + 3 > i; k--) {
		if (version->marks[k - 1].role == NEGATOR)
			return true;
	}
	return i + 1 < version->n && version->marks[i + 1].role == NEGATOR;
}

/* "sign" and "signed". */
static bool is_one_word(const struct mark *a, const struct mark *b)
{
	return a->stem == b->stem ||
		(a->text.n >= 4 && b->text.n >= 4 &&
			(nw_str_starts_nocase(a->text, b->text) ||
				nw_str_starts_nocase(b->text, a->text)));
}

/* The first negation of a that b says without one: of "did not sign", "signed". */
static struct nw_str find_turned(const struct version *a, const struct version *b)
{
	for (size_t i = 0; i < a->n; i++) {
		const size_t about = next_telling(a, i);

		if (a->marks[i].role != NEGATOR || about == a->n)
			continue;
		for (size_t k = 0; k < b->n; k++) {
			if (is_one_word(&b->marks[k], &a->marks[about]) && !is_negated(b, k))
				return a->marks[i].text;
		}
	}
	return (struct nw_str){0};
}

void nw_story_changes(const struct nw_story_lead *old, const struct nw_story_lead *new,
	struct nw_changes *changes)
{
	struct lists lists;
	struct version was, is;
	struct nw_str gone, come;

	*changes = (struct nw_changes){0};
	list_language(&lists, new->language);
	read_version(&was, &lists, old);
	read_version(&is, &lists, new);
	pair_words(&was, &is, NUMBER, changes);
	pair_last(&was, &is, NUMBER, changes);
	pair_words(&was, &is, NAME, changes);
	pair_last(&was, &is, NAME, changes);
	pair_words(&was, &is, PLAIN, changes);
	gone = find_turned(&was, &is);
	come = find_turned(&is, &was);
	if ((gone.n != 0) != (come.n != 0))
		add_change(changes, NW_CHANGE_NEGATION, gone, come);
}
