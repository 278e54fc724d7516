/* Numbers among the words of a text: what they are worth, and which of them say nothing. */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "changes/words.h"

#define DIGITS_MAX 24
#define STAMP_WORDS 10 /* after "updated" */
#define DATELINE_BYTES ((size_t)90)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t count_digits(struct nw_str s)
{
	size_t n = 0;

	while (n < s.n && is_digit(s.p[n]))
		n++;
	return n;
}

/* --- digits --- */

/* A group of three after a comma, an apostrophe or a space; after a full stop where not English. */
static bool is_group(struct nw_str rest, bool stop_groups, size_t before)
{
	const char c = rest.p[0];
	const size_t sign = c == ',' || c == '.' ? 1 : (unsigned char)c == 0xe2 ? 3 : 2;

	return before <= 3 && count_digits(nw_str_from(rest, sign)) == 3 &&
		(c != '.' || stop_groups);
}

/* "1,200" and "1.200,5": false for what is no number, as "10:15" and "21st" are none. */
static bool read_digits(const struct nw_reader *reader, struct nw_str s, double *value)
{
	const bool stop_groups =
		reader->language->code[0] != 'e' || reader->language->code[1] != 'n';
	char text[DIGITS_MAX + 2];
	size_t n = 0, before = 0;
	bool is_fraction = false;

	for (struct nw_str rest = s; rest.n;) {
		const unsigned char c = (unsigned char)rest.p[0];

		if (n == DIGITS_MAX)
			return false;
		if (is_digit((char)c)) {
			text[n++] = (char)c;
			before++;
			rest = nw_str_from(rest, 1);
			continue;
		}
		if (is_fraction || (c != '.' && c != ',' && c < 0x80) || !before)
			return false;
		if (!is_group(rest, stop_groups, before)) {
			text[n++] = '.';
			is_fraction = true;
		}
		before = 0;
		rest = nw_str_from(rest, c < 0x80 ? 1 : c == 0xe2 ? 3 : 2);
		if (!rest.n || !is_digit(rest.p[0]))
			return false;
	}
	text[n] = '\0';
	*value = strtod(text, NULL);
	return n > 0;
}

/* --- numbers of several words --- */

/* What was read of one so far: "two hundred" is 200, of which the last part is 200. */
struct number {
	double whole, last; /* whole: with the thousands that are settled; last: the part before */
	double part;        /* under a thousand, still growing */
	size_t first, end;
	bool is_begun;
	bool is_grouped; /* three digits may follow, as after the 1 of "1 200" */
};

/* "twenty" takes "one", "one hundred" takes "five"; "two" does not take "three". */
static bool takes(const struct nw_reader *reader, const struct number *n, double value)
{
	if (!n->is_begun)
		return true;
	if (reader->language->code[0] == 'a' && n->last < 10) /* units go before tens there */
		return value >= 10 && value < 100;
	return (value < 10 && fmod(n->last, 10) == 0 && n->last >= 20) ||
		(value < 100 && fmod(n->last, 100) == 0 && n->last >= 100) ||
		(value < 1000 && n->last >= 1000);
}

static void scale(struct number *n, double by)
{
	if (by >= 1000) {
		n->whole += (n->part > 0 ? n->part : 1) * by;
		n->part = 0;
		n->last = by;
	} else if (n->last > 0 && n->last < by && n->part >= n->last) {
		n->part += n->last * by - n->last; /* "four twenties", "two hundreds" */
		n->last *= by;
	} else {
		n->part += by;
		n->last = by;
	}
}

static bool is_beside(const struct nw_word *w)
{
	return w->before == ' ' || w->before == '-';
}

/* Whether w goes on with the number, which it then is part of. */
static bool goes_on(const struct nw_reader *reader, struct number *n, const struct nw_word *w)
{
	const struct nw_meant *meant = nw_words_meant(reader, w->key);
	double value;

	if (n->is_begun && (!is_beside(w) || w->begins))
		return false;
	if (n->is_begun && meant->meaning == NW_MEANS_NOTHING && nw_str_starts(w->key, NW_STR("و")))
		meant = nw_words_meant(reader, nw_str_from(w->key, 2));
	if (meant->meaning == NW_MEANS_SCALE && (n->is_begun || meant->value < 1000)) {
		scale(n, meant->value);
	} else if (meant->meaning == NW_MEANS_SCALE) {
		n->whole = n->last = meant->value;
	} else if ((meant->meaning == NW_MEANS_NUMBER ||
			   (meant->meaning == NW_MEANS_ARTICLE && n->is_begun)) &&
		takes(reader, n, meant->value)) {
		n->part += meant->value;
		n->last = meant->value;
	} else if (n->is_grouped && w->before == ' ' && w->key.n == 3 &&
		count_digits(w->key) == 3 && read_digits(reader, w->key, &value)) {
		n->part = n->last = n->part * 1000 + value;
	} else if (!n->is_begun && read_digits(reader, w->key, &value)) {
		n->part = n->last = value;
		n->is_grouped = w->key.n <= 3 && count_digits(w->key) == w->key.n &&
			nw_str_eq(nw_str(reader->language->code), NW_STR("fr"));
	} else {
		return false;
	}
	n->is_begun = true;
	return true;
}

static bool is_and(const struct nw_reader *reader, const struct nw_words *words, size_t i)
{
	return i < words->n && nw_words_meant(reader, words->v[i].key)->meaning == NW_MEANS_AND;
}

/* From the word on; false: it begins none. An article counts when a scale is after it. */
static bool read_number(
	const struct nw_reader *reader, const struct nw_words *words, size_t at, struct number *n)
{
	*n = (struct number){.first = at, .end = at};
	if (words->v[at].meaning == NW_MEANS_ARTICLE && at + 1 < words->n &&
		words->v[at + 1].meaning == NW_MEANS_SCALE && is_beside(&words->v[at + 1])) {
		n->part = n->last = 1;
		n->is_begun = true;
		n->end = at + 1;
	}
	while (n->end < words->n) {
		const size_t next = n->end + (n->is_begun && is_and(reader, words, n->end));

		if (next == words->n || !goes_on(reader, n, &words->v[next]))
			break;
		n->end = next + 1;
	}
	return n->end > at;
}

static void set_number(struct nw_word *w, struct nw_str key)
{
	w->kind = NW_WORD_NUMBER;
	w->key = key;
}

static bool has_digit(struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (is_digit(s.p[i]))
			return true;
	}
	return false;
}

static void mark_single(const struct nw_reader *reader, struct nw_word *w)
{
	const struct nw_meant *meant = nw_words_meant(reader, w->key);

	if (meant->meaning == NW_MEANS_VAGUE)
		set_number(w, nw_arena_printf(reader->arena, "~%.15g", meant->value));
	else if (meant->meaning == NW_MEANS_ARTICLE)
		w->value = NW_STR("1");
	else if (has_digit(w->key))
		w->kind = NW_WORD_NUMBER;
}

void nw_words_join_numbers(const struct nw_reader *reader, struct nw_words *words)
{
	size_t kept = 0;

	for (size_t i = 0; i < words->n; kept++) {
		struct nw_word w = words->v[i];
		struct number n;

		if (read_number(reader, words, i, &n)) {
			const struct nw_str last = words->v[n.end - 1].text;

			w.text.n = (size_t)(last.p + last.n - w.text.p);
			set_number(&w, nw_arena_printf(reader->arena, "%.15g", n.whole + n.part));
			i = n.end;
		} else {
			mark_single(reader, &w);
			i++;
		}
		words->v[kept] = w;
	}
	words->n = kept;
}

/* --- when it was written --- */

static bool is_clock(struct nw_str key)
{
	return nw_str_find(key, NW_STR(":")) < key.n;
}

static bool is_ago(const struct nw_reader *reader, const struct nw_word *w)
{
	struct nw_str rest = nw_str(reader->language->ago), word;

	while (nw_str_cut(&rest, ' ', &word)) {
		if (nw_str_eq(word, w->key))
			return true;
	}
	return false;
}

static void drop(struct nw_word *w)
{
	if (w->kind == NW_WORD_NUMBER) {
		w->kind = NW_WORD_PLAIN;
		w->meaning = NW_MEANS_LITTLE;
	}
}

/* "Updated 21 November 2026 at 10:15", "Publié il y a 2 heures", "Last updated ...". */
static bool begins_stamp(const struct nw_words *words, size_t i)
{
	return words->v[i].meaning == NW_MEANS_STAMP &&
		(words->v[i].begins || (i && words->v[i - 1].begins));
}

/* To the line's end. */
static void drop_line(const struct nw_reader *reader, struct nw_words *words, size_t at)
{
	size_t end = at + 1;
	bool tells_time = false;

	for (; end < words->n && end - at <= STAMP_WORDS && !words->v[end].begins_line; end++) {
		const struct nw_word *w = &words->v[end];

		tells_time = tells_time || is_clock(w->key) || is_ago(reader, w) ||
			(w->kind == NW_WORD_NUMBER && w->key.n == 4 && w->key.p[0] == '2' &&
				w->key.p[1] == '0');
	}
	for (size_t i = at; tells_time && i < end; i++)
		drop(&words->v[i]);
}

/* "SIRTE, Nov 21 (Agency) - " */
static void drop_dateline(struct nw_str text, struct nw_words *words)
{
	static const char *const ends[] = {") - ", ") \xe2\x80\x93 ", ") \xe2\x80\x94 ", ") -- "};
	const struct nw_str head = nw_str_head(text, DATELINE_BYTES);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		const size_t end = nw_str_find(head, nw_str(ends[i]));

		for (size_t k = 0; end < head.n && k < words->n; k++) {
			if (words->v[k].text.p < text.p + end)
				drop(&words->v[k]);
		}
	}
}

void nw_words_drop_stamps(
	const struct nw_reader *reader, struct nw_str text, struct nw_words *words)
{
	drop_dateline(text, words);
	for (size_t i = 0; i < words->n; i++) {
		if (begins_stamp(words, i))
			drop_line(reader, words, i);
	}
}
