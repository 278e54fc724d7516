/* Words and phrases of a pattern taken apart as the words of a text are. */
#include "base/str.h"
#include "base/utf8.h"
#include "tag/expr.h"
#include "tag/lang.h"

#include "base/arena.h"

#define TERMS_MOST 16
#define STEM_LEAST 3 /* letters before a wildcard */

struct reading {
	struct nw_parse *parse;
	struct nw_source *source;
	struct nw_term_options options;
	struct nw_term **tail;
	size_t n;
};

static size_t count_letters(struct nw_str s)
{
	size_t n = 0;

	while (s.n)
		n += nw_utf8_next(&s) != '?';
	return n;
}

static size_t offset_of(const struct reading *r, const char *p)
{
	return (size_t)(p - r->source->text.p);
}

/* Letters of two scripts in one word are a trap: they look like another word. */
static bool check_script(struct reading *r, struct nw_str word)
{
	enum nw_script seen = NW_SCRIPT_OTHER;

	for (struct nw_str rest = word; rest.n;) {
		const char *p = rest.p;
		const enum nw_script script = nw_script_of(nw_utf8_next(&rest));

		if (script == NW_SCRIPT_OTHER)
			continue;
		if (seen != NW_SCRIPT_OTHER && script != seen) {
			nw_source_complain(r->source, offset_of(r, p),
				"letters of two scripts in one word: '%.*s'; type it again in one script",
				NW_ARG(word));
			return false;
		}
		seen = script;
	}
	return true;
}

static bool add_term(struct reading *r, struct nw_term term)
{
	struct nw_term *copy;

	if (!check_script(r, term.written))
		return false;
	if (++r->n > TERMS_MOST) {
		nw_source_complain(r->source, offset_of(r, term.written.p),
			"phrase of more than %d words; use NEAR between shorter ones", TERMS_MOST);
		return false;
	}
	copy = NW_ARENA_NEW(r->parse->arena, struct nw_term);
	*copy = term;
	copy->folded = nw_arena_str(r->parse->arena, term.folded);
	*r->tail = copy;
	r->tail = &copy->next;
	return true;
}

static bool refuse_wildcard(struct reading *r, const char *p, struct nw_str word)
{
	if (r->options.exact || r->options.stem)
		nw_source_complain(r->source, offset_of(r, p),
			"wildcard in %s; write the word without it",
			r->options.exact ? "an exact word" : "stem()");
	else
		nw_source_complain(r->source, offset_of(r, p),
			"wildcard needs %d letters before it: '%.*s'", STEM_LEAST, NW_ARG(word));
	return false;
}

/* A word with '?' in it, and perhaps a '*' after it. */
static bool add_shape(struct reading *r, struct nw_str written)
{
	char folded[NW_WORD_MAX + 8];
	size_t n = 0;

	for (struct nw_str rest = written; rest.n;) {
		const char *p = rest.p;
		const uint32_t c = nw_utf8_next(&rest);
		uint32_t points[NW_FOLD_MAX] = {c};
		const bool wild = c == '?' || (c == '*' && !rest.n);
		const size_t count = wild ? 1 : nw_fold_point(c, points);

		if (count == 0 && nw_fold_kind(r->parse->fold, c) == NW_FOLD_BREAK) {
			nw_source_complain(r->source, offset_of(r, p),
				"'?' stands for one letter within a word; nothing else may be in it");
			return false;
		}
		for (size_t i = 0; i < count && n < NW_WORD_MAX; i++)
			n += nw_utf8_put(points[i], folded + n);
	}
	if (r->options.exact || r->options.stem || n > NW_WORD_MAX ||
		count_letters((struct nw_str){folded, n}) < STEM_LEAST)
		return refuse_wildcard(r, written.p, written);
	return add_term(r,
		(struct nw_term){.folded = {folded, n}, .written = written, .kind = NW_TERM_SHAPE});
}

static enum nw_term_kind kind_of(const struct reading *r, bool open)
{
	if (open)
		return NW_TERM_PREFIX;
	if (r->options.exact)
		return NW_TERM_EXACT;
	return r->options.stem ? NW_TERM_STEM : NW_TERM_FOLDED;
}

/* A '*' anywhere but right after the last word of the part. */
static bool check_stars(struct reading *r, struct nw_str part)
{
	const size_t star = nw_str_find(part, NW_STR("*"));
	struct nw_str before = nw_str_head(part, star);
	uint32_t c = 0;

	if (star == part.n)
		return true;
	for (struct nw_str rest = before; rest.n;)
		c = nw_utf8_next(&rest);
	for (struct nw_str rest = nw_str_from(part, star + 1); rest.n;) {
		if (nw_fold_kind(r->parse->fold, nw_utf8_next(&rest)) != NW_FOLD_BREAK)
			c = 0;
	}
	if (nw_fold_kind(r->parse->fold, c) != NW_FOLD_BREAK)
		return true;
	nw_source_complain(r->source, offset_of(r, part.p + star),
		"'*' stands at the end of a word: '%.*s'", NW_ARG(part));
	return false;
}

/* What stands between two spaces: one word mostly, several where it is cut ("al-Watiya"). */
static bool add_part(struct reading *r, struct nw_str part)
{
	struct nw_words words;
	struct nw_word word;

	if (nw_str_find(part, NW_STR("?")) < part.n)
		return add_shape(r, part);
	if (!check_stars(r, part))
		return false;
	nw_words_init(&words, r->parse->fold, part);
	while (nw_words_next(&words, &word)) {
		const struct nw_str written = {part.p + word.start, word.end - word.start};
		const bool open = word.end < part.n && part.p[word.end] == '*';
		const struct nw_str folded = nw_words_fold(&words, &word);

		if (!folded.n) {
			nw_source_complain(r->source, offset_of(r, written.p), "word too long");
			return false;
		}
		if (open &&
			(r->options.exact || r->options.stem || count_letters(folded) < STEM_LEAST))
			return refuse_wildcard(r, part.p + word.end, written);
		if (!add_term(r,
			    (struct nw_term){.folded = folded,
				    .written = written,
				    .kind = kind_of(r, open),
				    .tied = nw_words_tie(&words, &word) == NW_TIE_HYPHEN}))
			return false;
	}
	return true;
}

bool nw_terms_parse(struct nw_parse *parse, struct nw_source *source, const struct nw_token *t,
	struct nw_term_options options, struct nw_term **terms)
{
	struct reading r = {.parse = parse, .source = source, .options = options, .tail = terms};
	size_t at = 0;

	*terms = NULL;
	while (at < t->text.n) {
		size_t n = 0;

		while (at + n < t->text.n && t->text.p[at + n] != ' ' && t->text.p[at + n] != '\t')
			n++;
		if (n && !add_part(&r, (struct nw_str){t->text.p + at, n}))
			return false;
		at += n + 1;
	}
	if (!*terms)
		nw_source_complain(
			source, t->at, "nothing to look for: no word in '%.*s'", NW_ARG(t->text));
	return *terms != NULL;
}
