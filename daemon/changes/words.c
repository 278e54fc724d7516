#include "changes/words.h"

#include <utf8proc.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"

const struct nw_meant *nw_words_meant(const struct nw_reader *reader, struct nw_str key)
{
	static const struct nw_meant nothing = {NW_MEANS_NOTHING, 0};
	const struct nw_meant *meant = nw_map_get(&reader->meanings, key);

	return meant ? meant : &nothing;
}

/* --- letters --- */

static bool is_upper(uint32_t c)
{
	const utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);

	return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

static bool ends_sentence(uint32_t c)
{
	return c == '.' || c == '!' || c == '?' || c == ':' || c == '\n' || c == '"' ||
		c == 0x201c || c == 0xab || c == 0x2026 || c == 0x61f;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Of Arabic and Persian: two bytes each. */
static bool begins_digit(struct nw_str s)
{
	struct nw_str rest = s;
	const uint32_t c = s.n ? nw_utf8_next(&rest) : 0;

	return (c >= '0' && c <= '9') || (c >= 0x660 && c <= 0x669) || (c >= 0x6f0 && c <= 0x6f9);
}

static bool ends_digit(struct nw_str s)
{
	return s.n &&
		(is_digit(s.p[s.n - 1]) || (s.n > 1 && begins_digit(nw_str_from(s, s.n - 2))));
}

/* "1,200", "3.5" and "10:15" are one word each, and so is "1 200" with a space that binds. */
static bool is_within_number(uint32_t c, struct nw_str word, struct nw_str rest)
{
	return (c == '.' || c == ',' || c == ':' || c == 0xa0 || c == 0x202f || c == 0x66b ||
		       c == 0x66c) &&
		ends_digit(word) && begins_digit(rest);
}

/* --- words as they stand --- */

static void look_at(struct nw_word *w)
{
	struct nw_str rest = w->text;
	size_t letters = 0, capitals = 0;

	while (rest.n) {
		const bool is_capital = is_upper(nw_utf8_next(&rest));

		w->is_capital = w->is_capital || (is_capital && !letters);
		capitals += is_capital;
		letters++;
	}
	w->is_loud = letters > 1 && letters == capitals;
}

/* U.S. is US, which "us" is not. */
static bool joins_initials(struct nw_words *words, const struct nw_word *w)
{
	struct nw_word *last = words->n ? &words->v[words->n - 1] : NULL;

	if (!last || w->before != '.' || w->text.n != 1 || !w->is_capital || !last->is_capital ||
		(last->text.n != 1 && last->text.p[last->text.n - 2] != '.'))
		return false;
	last->text.n = (size_t)(w->text.p + w->text.n - last->text.p);
	last->is_loud = true;
	return true;
}

static void negate(struct nw_words *words, struct nw_str text)
{
	if (words->n < NW_WORDS_MAX)
		words->v[words->n++] = (struct nw_word){.text = text,
			.key = NW_STR("not"),
			.kind = NW_WORD_NEGATION,
			.meaning = NW_MEANS_NEGATION,
			.before = ' '};
}

/* "can't" is can and not, "won't" will and not; what is left of "it's" tells nothing. */
static bool joins_english(const struct nw_reader *reader, struct nw_words *words, struct nw_word *w)
{
	static const struct {
		const char *cut, *whole;
	} rows[] = {{"ca", "can"}, {"wo", "will"}, {"sha", "shall"}, {"ai", "is"}};
	struct nw_word *last = words->n ? &words->v[words->n - 1] : NULL;

	if (reader->language->code[0] != 'e' || reader->language->code[1] != 'n')
		return false;
	if (nw_str_eq(w->key, NW_STR("cannot"))) {
		w->key = NW_STR("can");
		w->meaning = NW_MEANS_LITTLE;
		words->v[words->n++] = *w;
		negate(words, w->text);
		return true;
	}
	if (!last || w->before != '\'')
		return false;
	if (nw_str_eq(w->key, NW_STR("s"))) {
		last->text.n = (size_t)(w->text.p + w->text.n - last->text.p);
		return true;
	}
	if (!nw_str_eq(w->key, NW_STR("t")) || !nw_str_ends(last->key, NW_STR("n")))
		return false;
	last->text.n = (size_t)(w->text.p + w->text.n - last->text.p);
	last->key = nw_str_head(last->key, last->key.n - 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (nw_str_eq(last->key, nw_str(rows[i].cut)))
			last->key = nw_str(rows[i].whole);
	}
	last->meaning = NW_MEANS_LITTLE;
	last->kind = NW_WORD_PLAIN;
	negate(words, last->text);
	return true;
}

/* "and" and "so" that Arabic writes as one word with what follows. */
static const struct nw_meant *meant_of(const struct nw_reader *reader, struct nw_word *w)
{
	const struct nw_meant *meant = nw_words_meant(reader, w->key);
	static const char *const before[] = {"و", "ف"};

	for (size_t i = 0; i < 2 && meant->meaning == NW_MEANS_NOTHING; i++) {
		if (w->key.n > 4 && nw_str_starts(w->key, nw_str(before[i])))
			meant = nw_words_meant(reader, nw_str_from(w->key, 2));
	}
	return meant;
}

static void add_word(const struct nw_reader *reader, struct nw_words *words, struct nw_word *w)
{
	look_at(w);
	if (joins_initials(words, w))
		return;
	w->key = nw_changes_fold(reader->arena, w->text);
	w->meaning = meant_of(reader, w)->meaning;
	if (joins_english(reader, words, w))
		return;
	if (w->meaning == NW_MEANS_NEGATION)
		w->kind = NW_WORD_NEGATION;
	words->v[words->n++] = *w;
}

/* --- a text --- */

/* Of a word or two after the first nobody can say. */
static void see_titled(struct nw_words *words)
{
	size_t n = 0, capitals = 0;

	for (size_t i = 1; i < words->n; i++) {
		const struct nw_word *w = &words->v[i];

		if (w->kind == NW_WORD_NUMBER || w->meaning == NW_MEANS_LITTLE || w->begins)
			continue;
		n++;
		capitals += w->is_capital;
	}
	words->is_titled = n > 1 && capitals * 4 > n * 3;
}

/* "No. 5" and "No 10" say no. */
static void see_numbered(const struct nw_reader *reader, struct nw_words *words)
{
	for (size_t i = 0; i + 1 < words->n; i++) {
		struct nw_word *w = &words->v[i];

		if (w->kind == NW_WORD_NEGATION && w->is_capital &&
			nw_str_eq(w->key, NW_STR("no")) && begins_digit(words->v[i + 1].text) &&
			reader->language->code[0] == 'e') {
			w->kind = NW_WORD_PLAIN;
			w->meaning = NW_MEANS_LITTLE;
		}
	}
}

static char written_as(uint32_t c)
{
	if (c == 0x2019)
		return '\'';
	return (char)(' ' < c && c < 0x7f ? c : ' ');
}

static void split_words(const struct nw_reader *reader, struct nw_str text, struct nw_words *words)
{
	struct nw_str rest = text;
	struct nw_word w = {.begins = true, .begins_line = true, .before = ' '};

	while (rest.n && words->n + 2 < NW_WORDS_MAX) {
		const char *at = rest.p;
		const uint32_t c = nw_utf8_next(&rest);

		if (nw_utf8_is_word(c) || is_within_number(c, w.text, rest)) {
			if (!w.text.n)
				w.text.p = at;
			w.text.n += (size_t)(rest.p - at);
			if (rest.n)
				continue;
		}
		if (w.text.n) {
			add_word(reader, words, &w);
			w = (struct nw_word){.before = written_as(c)};
		} else {
			w.before = ' ';
		}
		w.begins = w.begins || ends_sentence(c);
		w.begins_line = w.begins_line || c == '\n';
	}
	words->rest = rest;
}

/* Of initials the key is as they are written: it was not known that more follow. */
static void key_initials(const struct nw_reader *reader, struct nw_words *words)
{
	for (size_t i = 0; i < words->n; i++) {
		struct nw_word *w = &words->v[i];
		char *key;
		size_t n = 0;

		if (!w->is_loud)
			continue;
		key = nw_arena_alloc(reader->arena, w->text.n + 1);
		for (size_t k = 0; k < w->text.n; k++) {
			if (w->text.p[k] != '.')
				key[n++] = w->text.p[k];
		}
		w->key = (struct nw_str){key, n};
	}
}

/* Nothing but capitals: those of initials are not to be told from the rest. */
static bool is_all_loud(const struct nw_words *words)
{
	size_t loud = 0;

	for (size_t i = 0; i < words->n; i++)
		loud += words->v[i].is_loud;
	return loud * 2 > words->n;
}

void nw_words_read(const struct nw_reader *reader, struct nw_str text, struct nw_words *words)
{
	words->n = 0;
	split_words(reader, text, words);
	see_numbered(reader, words);
	nw_words_join_numbers(reader, words);
	nw_words_drop_stamps(reader, text, words);
	see_titled(words);
	if (is_all_loud(words)) {
		for (size_t i = 0; i < words->n; i++)
			words->v[i].is_loud = false;
	}
	key_initials(reader, words);
}
