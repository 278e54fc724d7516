#include "changes/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/text.h"
#include "changes/known.h"

#define SHOWN_WORDS 3 /* around what changed */
#define SHOWN_BYTES 160
#define CHANGES_MAX 4
#define NEAR_WORDS 4 /* between a negation and what it is about */
#define SMALL_WORDS \
	((size_t)3)       /* a stretch of so many on each side is one thing in another's place */
#define LEAD_CUT_BYTES 80 /* less than a lead may be, its text went on */

/* Two versions of one field beside each other. */
struct sides {
	const struct nw_words *old, *now;
	const struct nw_known *known;
	const char *field;
	struct nw_arena *arena;
	json_t *changes;
	enum nw_change_kind kind;
	bool is_cut; /* the old one went on where it ends */
};

/* A stretch of the one in the place of a stretch of the other. */
struct stretch {
	size_t old_from, old_to, now_from, now_to;
};

static const struct nw_word *word_at(const struct nw_words *words, size_t i)
{
	return i < words->n ? &words->v[i] : NULL;
}

static bool is_one_key(const struct nw_word *a, const struct nw_word *b)
{
	return a && b && nw_str_eq(a->key, b->key);
}

static bool is_alone(struct stretch d)
{
	return d.old_to - d.old_from == 1 && d.now_to - d.now_from == 1;
}

/* --- numbers and names --- */

static bool is_number(const struct nw_word *w)
{
	return w->kind == NW_WORD_NUMBER || w->value.n;
}

static bool is_telling(const struct nw_word *w)
{
	return w && w->meaning != NW_MEANS_LITTLE && w->kind != NW_WORD_NEGATION && !w->value.n;
}

/*
 * The two stand in the same place: nothing much else is there, or the same word that tells
 * something is beside both, or both are the first, second ... of as many.
 */
static bool is_in_place(const struct sides *s, struct stretch d, size_t i, size_t k)
{
	const size_t n_old = d.old_to - d.old_from, n_now = d.now_to - d.now_from;
	const struct nw_word *before = i ? &s->old->v[i - 1] : NULL;
	const struct nw_word *after = word_at(s->old, i + 1);

	if (n_old <= SMALL_WORDS && n_now <= SMALL_WORDS)
		return true;
	if (n_old == n_now && n_old <= 2 * SMALL_WORDS && i - d.old_from == k - d.now_from)
		return true;
	return (is_telling(before) && k && is_one_key(before, &s->now->v[k - 1])) ||
		(is_telling(after) && is_one_key(after, word_at(s->now, k + 1)));
}

/* It was there less often than it is now, or the other way round. */
static bool is_gone(const struct sides *s, const struct nw_word *w)
{
	return nw_known_now(s->known, w) < nw_known_old(s->known, w);
}

static bool is_come(const struct sides *s, const struct nw_word *w)
{
	return !nw_known_old(s->known, w);
}

static bool is_other_number(const struct sides *s, struct stretch d, size_t i, size_t k)
{
	const struct nw_word *a = &s->old->v[i], *b = &s->now->v[k];
	const bool is_article = a->value.n || b->value.n;

	if (!is_number(a) || !is_number(b) || (a->value.n && b->value.n) ||
		nw_str_eq(a->value.n ? a->value : a->key, b->value.n ? b->value : b->key))
		return false;
	if (is_article) /* "a man" and "two men", but not "a raid" and "two wounded" */
		return d.old_to - d.old_from == d.now_to - d.now_from &&
			i - d.old_from == k - d.now_from && is_in_place(s, d, i, k) &&
			(a->value.n ? is_come(s, b) : is_gone(s, a));
	if (is_alone(d))
		return true;
	return is_gone(s, a) && is_come(s, b) && is_in_place(s, d, i, k);
}

static bool has_key(const struct nw_words *words, const struct nw_word *w)
{
	for (size_t i = 0; i < words->n; i++) {
		if (nw_known_alike(&words->v[i], w))
			return true;
	}
	return false;
}

/* "UN" and "United Nations" are one name. */
static bool is_abbreviation(
	const struct nw_word *w, const struct nw_words *words, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		const struct nw_word *o = &words->v[i];

		if (!o->is_capital || o->meaning == NW_MEANS_LITTLE)
			continue;
		if (n == w->key.n || o->text.p[0] != w->key.p[n])
			return false;
		n++;
	}
	return w->is_loud && n > 1 && n == w->key.n;
}

static bool are_names(const struct nw_word *a, const struct nw_word *b)
{
	return (a->kind == NW_WORD_NAME || b->kind == NW_WORD_NAME) &&
		(a->kind == NW_WORD_NAME || a->is_maybe) &&
		(b->kind == NW_WORD_NAME || b->is_maybe) && !nw_known_alike(a, b);
}

/* A name in the very place of another is a correction, though the other stands elsewhere still. */
static bool is_other_name(const struct sides *s, struct stretch d, size_t i, size_t k)
{
	const struct nw_word *a = &s->old->v[i], *b = &s->now->v[k];

	if (!are_names(a, b) || !is_in_place(s, d, i, k) ||
		is_abbreviation(a, s->now, d.now_from, d.now_to) ||
		is_abbreviation(b, s->old, d.old_from, d.old_to))
		return false;
	if (is_alone(d) && !nw_known_was(s->known, b))
		return true;
	if (has_key(s->now, a) || has_key(s->old, b))
		return false;
	return is_alone(d) ? !nw_known_now(s->known, a) : is_come(s, b) && is_gone(s, a);
}

/* --- negations --- */

/* What a negation is about: the next word that says something, or denies it, in its sentence. */
static size_t find_about(const struct nw_words *words, size_t at)
{
	for (size_t i = at + 1; i < words->n && i <= at + NEAR_WORDS; i++) {
		if (words->v[i].begins)
			break;
		if (is_telling(&words->v[i]) || words->v[i].kind == NW_WORD_NEGATION)
			return i;
	}
	return words->n;
}

static size_t count_negations(const struct nw_words *words, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to && i < words->n; i++)
		n += words->v[i].kind == NW_WORD_NEGATION;
	return n;
}

static bool is_negated(const struct nw_words *words, size_t i)
{
	return count_negations(words, i > 3 ? i - 3 : 0, i) > 0;
}

/* One side of a stretch. */
struct side {
	const struct nw_words *words;
	size_t from, to;
};

/* a says of something that it is not so, and b says it without that. */
static bool is_turned(struct side a, struct side b)
{
	if (count_negations(b.words, b.from, b.to))
		return false;
	for (size_t i = a.from; i < a.to; i++) {
		const size_t about = find_about(a.words, i);
		const struct nw_word *w = word_at(a.words, about);

		if (a.words->v[i].kind != NW_WORD_NEGATION || !w)
			continue;
		for (size_t k = b.from; k < b.to + NEAR_WORDS && k < b.words->n; k++) {
			const bool is_same = about >= a.to
				? k >= b.to && is_one_key(&b.words->v[k], w)
				: k < b.to && nw_known_inflected(&b.words->v[k], w);

			if (is_same && !is_negated(b.words, k))
				return true;
		}
	}
	return false;
}

/* --- a stretch --- */

/* Parts of one name, and not names of a list: no comma is between them. */
static bool are_one_name(const struct nw_word *a, const struct nw_word *b)
{
	const char *end = a->text.p + a->text.n;

	return a->kind == NW_WORD_NAME && b->kind == NW_WORD_NAME && b->text.p > end &&
		!memchr(end, ',', (size_t)(b->text.p - end));
}

/* A first name beside a surname that was there says nothing new. */
static bool is_beside_known(const struct sides *s, size_t k)
{
	const struct nw_word *w = &s->now->v[k];
	const struct nw_word *before = k ? w - 1 : NULL, *after = word_at(s->now, k + 1);

	return (before && are_one_name(before, w) && !is_come(s, before)) ||
		(after && are_one_name(w, after) && !is_come(s, after));
}

/* The names are what initials stood for. */
static bool is_spelled_out(const struct sides *s, struct stretch d)
{
	bool is = false;

	for (size_t i = d.old_from; i < d.old_to; i++)
		is = is || is_abbreviation(&s->old->v[i], s->now, d.now_from, d.now_to);
	return is;
}

static bool is_more(const struct sides *s, struct stretch d)
{
	const bool is_spelled = is_spelled_out(s, d);

	for (size_t k = d.now_from; k < d.now_to; k++) {
		const struct nw_word *w = &s->now->v[k];

		if (w->kind == NW_WORD_NUMBER && is_come(s, w))
			return true;
		if (w->kind == NW_WORD_NAME && !is_spelled && !nw_known_was(s->known, w) &&
			!is_beside_known(s, k) && !is_abbreviation(w, s->old, d.old_from, d.old_to))
			return true;
	}
	return false;
}

static bool is_otherwise(const struct sides *s, struct stretch d)
{
	const struct side old = {s->old, d.old_from, d.old_to};
	const struct side now = {s->now, d.now_from, d.now_to};

	for (size_t i = d.old_from; i < d.old_to; i++) {
		for (size_t k = d.now_from; k < d.now_to; k++) {
			if (is_other_number(s, d, i, k) || is_other_name(s, d, i, k))
				return true;
		}
	}
	return is_turned(old, now) || is_turned(now, old);
}

/* What was cut off an old lead is not known: at its end only what is one for one counts. */
static enum nw_change_kind kind_of(const struct sides *s, struct stretch d)
{
	const bool is_end = s->is_cut && d.old_to == s->old->n && d.now_to == s->now->n;

	if (is_end && d.old_to - d.old_from != d.now_to - d.now_from)
		return NW_CHANGE_NONE;
	if (is_otherwise(s, d))
		return NW_CHANGE_OTHER;
	return !is_end && is_more(s, d) ? NW_CHANGE_MORE : NW_CHANGE_NONE;
}

/* --- telling --- */

static struct nw_str cut(struct nw_arena *arena, struct nw_str s)
{
	size_t n = SHOWN_BYTES;

	if (s.n <= n)
		return s;
	while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return nw_arena_printf(arena, "%.*s\xe2\x80\xa6", NW_ARG(nw_str_head(s, n)));
}

/* The words with a few around them, as they are written. */
static struct nw_str show(
	const struct sides *s, const struct nw_words *words, size_t from, size_t to)
{
	const size_t first = from > SHOWN_WORDS ? from - SHOWN_WORDS : 0;
	const size_t end = to + SHOWN_WORDS < words->n ? to + SHOWN_WORDS : words->n;
	struct nw_str text;

	if (first >= end)
		return (struct nw_str){0};
	text.p = words->v[first].text.p;
	text.n = (size_t)(words->v[end - 1].text.p + words->v[end - 1].text.n - text.p);
	return cut(s->arena, nw_text_line(s->arena, text));
}

static void tell(struct sides *s, struct stretch d, enum nw_change_kind kind)
{
	json_t *o;

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

static void judge(struct sides *s, struct stretch d)
{
	const enum nw_change_kind kind = kind_of(s, d);

	if (kind != NW_CHANGE_NONE)
		tell(s, d, kind);
}

/* --- what stands beside what --- */

/* lengths[a][b]: of the longest common subsequence of old from a on and now from b on. */
static uint16_t *measure(const struct nw_words *old, const struct nw_words *now)
{
	const size_t width = now->n + 1;
	uint16_t *lengths = nw_must_calloc((old->n + 1) * width, sizeof(*lengths));

	for (size_t a = old->n; a-- > 0;) {
		for (size_t b = now->n; b-- > 0;) {
			const uint16_t down = lengths[(a + 1) * width + b];
			const uint16_t right = lengths[a * width + b + 1];

			lengths[a * width + b] = is_one_key(&old->v[a], &now->v[b])
				? (uint16_t)(lengths[(a + 1) * width + b + 1] + 1)
				: down > right ? down
					       : right;
		}
	}
	return lengths;
}

/* What lies between the words that both have is judged. */
static void compare(struct sides *s)
{
	const size_t n = s->old->n, m = s->now->n, width = m + 1;
	uint16_t *lengths = measure(s->old, s->now);
	struct stretch d = {0};

	while (d.old_to < n || d.now_to < m) {
		const size_t i = d.old_to, k = d.now_to;

		if (i < n && k < m && is_one_key(&s->old->v[i], &s->now->v[k])) {
			if (d.old_from < i || d.now_from < k)
				judge(s, d);
			d = (struct stretch){i + 1, i + 1, k + 1, k + 1};
		} else if (k == m ||
			(i < n && lengths[(i + 1) * width + k] >= lengths[i * width + k + 1])) {
			d.old_to++;
		} else {
			d.now_to++;
		}
	}
	if (d.old_from < n || d.now_from < m)
		judge(s, d);
	free(lengths);
}

/* The only number that is gone and the only one that came, wherever they stand. */
static bool find_only(const struct sides *s, const struct nw_words *words, bool is_old, size_t *at)
{
	size_t n = 0;

	for (size_t i = 0; i < words->n; i++) {
		const struct nw_word *w = &words->v[i];

		if (w->kind != NW_WORD_NUMBER ||
			(is_old ? nw_known_now(s->known, w) > 0 : !is_come(s, w)))
			continue;
		n += !n || !is_one_key(w, &words->v[*at]);
		*at = i;
	}
	return n == 1;
}

static void compare_numbers(struct sides *s)
{
	size_t i = 0, k = 0;

	if (s->kind != NW_CHANGE_OTHER && !s->is_cut && find_only(s, s->old, true, &i) &&
		find_only(s, s->now, false, &k))
		tell(s, (struct stretch){i, i + 1, k, k + 1}, NW_CHANGE_OTHER);
}

struct nw_str nw_changes_lead(struct nw_str body)
{
	size_t n = NW_CHANGES_LEAD;

	if (body.n <= n)
		return body;
	while (n && body.p[n] != ' ' && body.p[n] != '\n')
		n--;
	if (!n) {
		n = NW_CHANGES_LEAD;
		while (n && ((unsigned char)body.p[n] & 0xc0) == 0x80)
			n--;
	}
	return nw_str_head(body, n);
}

enum nw_change_kind nw_changes_find(struct nw_arena *arena, const struct nw_version *old,
	const struct nw_version *now, json_t **changes)
{
	const struct nw_str all = nw_arena_printf(arena, "%.*s %.*s", NW_ARG(now->title),
		NW_ARG(nw_str_head(now->lead, SHOWN_BYTES)));
	struct nw_known known;
	struct sides s = {.known = &known, .arena = arena, .changes = json_array()};

	nw_known_read(&known, arena, nw_changes_language(now->language, all), old, now);
	for (size_t i = 0; i < NW_FIELDS; i++) {
		s.old = &known.old[i];
		s.now = &known.now[i];
		s.field = i == NW_FIELD_TITLE ? "title" : "lead";
		s.is_cut = i == NW_FIELD_LEAD && old->lead.n + LEAD_CUT_BYTES > NW_CHANGES_LEAD;
		compare(&s);
		compare_numbers(&s);
	}
	nw_known_clear(&known);
	*changes = s.changes;
	return s.kind;
}
