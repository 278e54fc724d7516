#include "alert/changes.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "alert/extract.h"
#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "base/utf8.h"

#define LEAD_BYTES ((size_t)700)
#define KNOWN_BYTES ((size_t)1 << 16)
#define WORDS_MAX ((size_t)200) /* of one field that are laid beside the other's */
#define SHOWN_WORDS 3           /* around what changed */
#define SHOWN_BYTES 160
#define CHANGES_MAX 4

enum word_kind { WORD_PLAIN, WORD_NUMBER, WORD_NAME, WORD_NEGATION };

struct word {
	struct nw_str text, folded;
	enum word_kind kind;
};

struct words {
	struct word v[WORDS_MAX];
	size_t n;
};

/* --- words --- */

/* In the languages that topics are shipped for, and German and Spanish. */
static const char *const negations[] = {"not", "no", "never", "none", "without", "denies", "denied",
	"deny", "isn", "aren", "wasn", "weren", "don", "doesn", "didn", "won", "hasn", "haven",
	"couldn", "cannot", "pas", "jamais", "sans", "aucun", "aucune", "dément", "non", "mai",
	"senza", "nessun", "nessuno", "nicht", "kein", "keine", "keinen", "nie", "ohne", "nunca",
	"sin", "ningún", "لا", "لم", "لن", "ليس", "ليست", "دون", "بدون", "غير", "نفى", "ينفي",
	"تنفي", "не", "нет", "ни", "без", "никогда", "değil", "yok", "hiç", "asla", "yalanladı"};

/* Digits of other scripts as ASCII, letters small. */
static struct nw_str fold(struct nw_arena *arena, struct nw_str s)
{
	char *p = nw_arena_alloc(arena, s.n * 2 + 5), *to = p;
	struct nw_str rest = s;

	while (rest.n) {
		uint32_t c = nw_utf8_next(&rest);

		if ((c >= 0x660 && c <= 0x669) || (c >= 0x6f0 && c <= 0x6f9))
			c = '0' + (c & 0xf);
		to += nw_utf8_put((uint32_t)utf8proc_tolower((utf8proc_int32_t)c), to);
	}
	return (struct nw_str){p, (size_t)(to - p)};
}

static bool has_digit(struct nw_str folded)
{
	for (size_t i = 0; i < folded.n; i++) {
		if (folded.p[i] >= '0' && folded.p[i] <= '9')
			return true;
	}
	return false;
}

static bool is_negation(struct nw_str folded)
{
	for (size_t i = 0; i < sizeof(negations) / sizeof(negations[0]); i++) {
		if (nw_str_eq(folded, nw_str(negations[i])))
			return true;
	}
	return false;
}

static bool is_capital(struct nw_str word)
{
	struct nw_str rest = word;
	const utf8proc_category_t category =
		utf8proc_category((utf8proc_int32_t)nw_utf8_next(&rest));

	return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

/* What stands before a word that begins a sentence. */
static bool ends_sentence(uint32_t c)
{
	return c == '.' || c == '!' || c == '?' || c == ':' || c == '\n' || c == 0x201c ||
		c == 0xab || c == '"' || c == 0x2026;
}

static bool is_between_digits(uint32_t c, struct nw_str word, struct nw_str rest)
{
	return (c == '.' || c == ',') && word.n && rest.n && word.p[word.n - 1] >= '0' &&
		word.p[word.n - 1] <= '9' && rest.p[0] >= '0' && rest.p[0] <= '9';
}

static void add_word(struct nw_arena *arena, struct words *words, struct nw_str text, bool is_first)
{
	struct word *w = &words->v[words->n++];

	*w = (struct word){.text = text, .folded = fold(arena, text)};
	if (has_digit(w->folded))
		w->kind = WORD_NUMBER;
	else if (is_negation(w->folded))
		w->kind = WORD_NEGATION;
	else if (!is_first && text.n > 1 && is_capital(text))
		w->kind = WORD_NAME;
}

/* "1,200" and "3.5" are one word each. */
static void read_words(struct nw_arena *arena, struct nw_str text, struct words *words)
{
	struct nw_str rest = text, word = {0};
	bool is_first = true;

	words->n = 0;
	while (words->n < WORDS_MAX) {
		const char *at = rest.p;
		const bool is_end = !rest.n;
		const uint32_t c = is_end ? '\n' : nw_utf8_next(&rest);

		if (nw_utf8_is_word(c) || is_between_digits(c, word, rest)) {
			if (!word.n)
				word.p = at;
			word.n += (size_t)(rest.p - at);
			continue;
		}
		if (word.n) {
			add_word(arena, words, word, is_first);
			is_first = false;
			word = (struct nw_str){0};
		}
		is_first = is_first || ends_sentence(c);
		if (is_end)
			return;
	}
}

/* A title in Capitals Of Every Word has no names that could be told from the rest. */
static void doubt_names(struct words *words)
{
	size_t names = 0;

	for (size_t i = 0; i < words->n; i++)
		names += words->v[i].kind == WORD_NAME;
	for (size_t i = 0; names * 3 > words->n * 2 && i < words->n; i++) {
		if (words->v[i].kind == WORD_NAME)
			words->v[i].kind = WORD_PLAIN;
	}
}

/* --- which of them count --- */

/* How often a text has a word. */
static size_t count_of(const struct nw_map *map, struct nw_str folded)
{
	return (size_t)(uintptr_t)nw_map_get(map, folded);
}

static void put_words(struct nw_map *map, const struct words *words)
{
	for (size_t i = 0; i < words->n; i++) {
		const struct nw_str word = words->v[i].folded;

		/* NOLINTNEXTLINE(performance-no-int-to-ptr): a number, never followed */
		(void)nw_map_put(map, word, (void *)(uintptr_t)(count_of(map, word) + 1));
	}
}

/* Every word of what a body begins with. */
static void put_text(struct nw_arena *arena, struct nw_map *map, struct nw_str text)
{
	struct words *words = NW_ARENA_NEW(arena, struct words);
	struct nw_str rest = nw_str_head(text, KNOWN_BYTES);

	while (rest.n) {
		read_words(arena, rest, words);
		put_words(map, words);
		if (words->n < WORDS_MAX)
			return;
		rest = nw_str_from(rest,
			(size_t)(words->v[WORDS_MAX - 1].text.p - rest.p) +
				words->v[WORDS_MAX - 1].text.n);
	}
}

static size_t count_negations(const struct words *words)
{
	size_t n = 0;

	for (size_t i = 0; i < words->n; i++)
		n += words->v[i].kind == WORD_NEGATION;
	return n;
}

/* --- what stands beside what --- */

struct sides {
	const struct words *old, *now;
	const struct nw_map *old_known, *now_known; /* how often each text has a word */
	bool negated;                               /* a negation came or went */
	const char *field;
	struct nw_arena *arena;
	json_t *changes;
	enum nw_change_kind kind;
};

/* A stretch of the one in the place of a stretch of the other. */
struct stretch {
	size_t old_from, old_to, now_from, now_to;
};

/* It is there less often than it was. */
static bool is_gone(const struct sides *s, const struct word *w)
{
	if (w->kind == WORD_NEGATION)
		return s->negated;
	return w->kind != WORD_PLAIN &&
		count_of(s->now_known, w->folded) < count_of(s->old_known, w->folded);
}

/* It was not there at all. */
static bool is_come(const struct sides *s, const struct word *w)
{
	if (w->kind == WORD_NEGATION)
		return s->negated;
	return w->kind != WORD_PLAIN && !count_of(s->old_known, w->folded);
}

static bool has_negation(const struct sides *s, struct stretch d)
{
	bool found = false;

	for (size_t i = d.old_from; i < d.old_to; i++)
		found = found || s->old->v[i].kind == WORD_NEGATION;
	for (size_t i = d.now_from; i < d.now_to; i++)
		found = found || s->now->v[i].kind == WORD_NEGATION;
	return found && s->negated;
}

/* One number where there was another, wherever else the two stand. */
static bool is_other_number(const struct sides *s, struct stretch d)
{
	return d.old_to - d.old_from == 1 && d.now_to - d.now_from == 1 &&
		s->old->v[d.old_from].kind == WORD_NUMBER &&
		s->now->v[d.now_from].kind == WORD_NUMBER;
}

static enum nw_change_kind kind_of(const struct sides *s, struct stretch d)
{
	bool gone = false, come = false;

	for (size_t i = d.old_from; i < d.old_to; i++)
		gone = gone || is_gone(s, &s->old->v[i]);
	for (size_t i = d.now_from; i < d.now_to; i++)
		come = come || is_come(s, &s->now->v[i]);
	if ((gone && come) || has_negation(s, d) || is_other_number(s, d))
		return NW_CHANGE_OTHER;
	return come ? NW_CHANGE_MORE : NW_CHANGE_NONE;
}

/* The words with a few around them, as they are written. */
static struct nw_str show(const struct sides *s, const struct words *words, size_t from, size_t to)
{
	const size_t first = from > SHOWN_WORDS ? from - SHOWN_WORDS : 0;
	const size_t end = to + SHOWN_WORDS < words->n ? to + SHOWN_WORDS : words->n;
	struct nw_str text;

	if (first >= end)
		return (struct nw_str){0};
	text.p = words->v[first].text.p;
	text.n = (size_t)(words->v[end - 1].text.p + words->v[end - 1].text.n - text.p);
	return nw_extract_cut(s->arena, nw_extract_piece(s->arena, text), SHOWN_BYTES);
}

static void judge(struct sides *s, struct stretch d)
{
	const enum nw_change_kind kind = kind_of(s, d);
	json_t *o;

	if (kind == NW_CHANGE_NONE)
		return;
	if (kind > s->kind)
		s->kind = kind;
	if (json_array_size(s->changes) == CHANGES_MAX)
		return;
	o = json_object();
	nw_json_set_str(o, "field", nw_str(s->field));
	if (kind == NW_CHANGE_OTHER)
		nw_json_set_str(o, "old", show(s, s->old, d.old_from, d.old_to));
	nw_json_set_str(o, "new", show(s, s->now, d.now_from, d.now_to));
	nw_json_append(s->changes, o);
}

/* The longest common subsequence of the two; what lies between its words is judged. */
static void compare(struct sides *s)
{
	const size_t n = s->old->n, m = s->now->n, width = m + 1;
	uint16_t *length = nw_must_calloc((n + 1) * width, sizeof(*length));
	struct stretch d = {0};
	size_t i = 0, k = 0;

	for (size_t a = n; a-- > 0;) {
		for (size_t b = m; b-- > 0;) {
			const uint16_t down = length[(a + 1) * width + b];
			const uint16_t right = length[a * width + b + 1];

			length[a * width + b] = nw_str_eq(s->old->v[a].folded, s->now->v[b].folded)
				? (uint16_t)(length[(a + 1) * width + b + 1] + 1)
				: down > right ? down
					       : right;
		}
	}
	while (i < n || k < m) {
		if (i < n && k < m && nw_str_eq(s->old->v[i].folded, s->now->v[k].folded)) {
			d.old_to = i;
			d.now_to = k;
			if (d.old_from < i || d.now_from < k)
				judge(s, d);
			i++;
			k++;
			d = (struct stretch){i, i, k, k};
		} else if (k == m ||
			(i < n && length[(i + 1) * width + k] >= length[i * width + k + 1])) {
			i++;
		} else {
			k++;
		}
	}
	d.old_to = n;
	d.now_to = m;
	if (d.old_from < n || d.now_from < m)
		judge(s, d);
	free(length);
}

struct nw_str nw_changes_lead(struct nw_str body)
{
	size_t n = LEAD_BYTES;

	if (body.n <= n)
		return body;
	while (n && body.p[n] != ' ' && body.p[n] != '\n')
		n--;
	if (!n) {
		n = LEAD_BYTES;
		while (n && ((unsigned char)body.p[n] & 0xc0) == 0x80)
			n--;
	}
	return nw_str_head(body, n);
}

enum nw_change_kind nw_changes_find(struct nw_arena *arena, const struct nw_version *old,
	const struct nw_version *now, json_t **changes)
{
	const struct {
		const char *field;
		struct nw_str old, now;
	} rows[] = {{"title", old->title, now->title},
		{"lead", nw_changes_lead(old->lead), nw_changes_lead(now->lead)}};
	struct words *words = NW_ARENA_ARRAY(arena, struct words, 4);
	struct nw_map old_known = {0}, now_known = {0};
	struct sides s = {.old_known = &old_known,
		.now_known = &now_known,
		.arena = arena,
		.changes = json_array()};

	put_text(arena, &now_known, now->body);
	for (size_t i = 0; i < 2; i++) {
		read_words(arena, rows[i].old, &words[2 * i]);
		read_words(arena, rows[i].now, &words[2 * i + 1]);
		doubt_names(&words[2 * i]);
		doubt_names(&words[2 * i + 1]);
		put_words(&old_known, &words[2 * i]);
	}
	put_words(&now_known, &words[1]);
	for (size_t i = 0; i < 2; i++) {
		s.old = &words[2 * i];
		s.now = &words[2 * i + 1];
		s.field = rows[i].field;
		s.negated = count_negations(s.old) != count_negations(s.now);
		compare(&s);
	}
	nw_map_clear(&old_known);
	nw_map_clear(&now_known);
	*changes = s.changes;
	return s.kind;
}
