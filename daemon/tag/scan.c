#include "tag/scan.h"

#include <stdlib.h>

#include "base/str.h"
#include "base/url.h"
#include "tag/grow.h"
#include "tag/lang.h"

#define JOIN_MOST 3          /* words that hyphens make one: "state-of-the" */
#define HITS_MOST (1U << 16) /* in a field; the rest of it is not looked at */

/* A way into a phrase that later words may go on from. */
struct path {
	uint32_t node, word, next; /* where it began, and the word it waits for */
	size_t start;
};

struct pass {
	struct nw_scan *scan;
	enum nw_field field;
	struct nw_words words;
	struct nw_stemmer stemmer;
	struct nw_ids ids;
	struct path *paths, *ahead;
	size_t n_paths, cap_paths, n_ahead, cap_ahead;
};

/* A stretch of the text that may be one word to a phrase. */
struct step {
	uint32_t word, words;
	size_t start, end;
};

static void add_hit(struct pass *p, uint32_t node, struct path from, const struct step *step)
{
	struct nw_scan *s = p->scan;

	if (!(s->topics->phrases.fields[node] & NW_FIELD_BIT(p->field)))
		return;
	NW_GROW(s->hits, s->n_hits, s->cap_hits);
	s->hits[s->n_hits++] = (struct nw_hit){.phrase = node,
		.field = p->field,
		.word = from.word,
		.word_end = step->word + step->words,
		.start = from.start,
		.end = step->end};
}

/* From one place in the automaton by one number. */
static void follow(struct pass *p, struct path from, uint32_t id, const struct step *step)
{
	const struct nw_phrases *phrases = &p->scan->topics->phrases;
	const uint32_t node = nw_phrases_next(phrases, from.node, id);

	if (!node)
		return;
	add_hit(p, node, from, step);
	if (!phrases->goes_on[node])
		return;
	from.node = node;
	from.next = step->word + step->words;
	NW_GROW(p->ahead, p->n_ahead, p->cap_ahead);
	p->ahead[p->n_ahead++] = from;
}

/* From every place that waits for this word, and from the beginning. */
static void follow_all(struct pass *p, const struct step *step)
{
	const struct path begin = {.word = step->word, .start = step->start};

	for (size_t i = 0; i < p->ids.n; i++) {
		follow(p, begin, p->ids.id[i], step);
		for (size_t j = 0; j < p->n_paths; j++) {
			if (p->paths[j].next == step->word)
				follow(p, p->paths[j], p->ids.id[i], step);
		}
	}
	p->ids.n = 0;
}

/* The words that hyphens or dots join to this one, taken together with it. */
static void follow_joined(struct pass *p, const struct nw_word *first, uint32_t index)
{
	const struct nw_vocab *vocab = &p->scan->topics->vocab;
	struct nw_words words = p->words;
	struct nw_word word = *first;
	char folded[JOIN_MOST * NW_WORD_MAX], written[JOIN_MOST * NW_WORD_MAX];
	size_t n_folded = 0, n_written = 0;

	for (uint32_t n = 1; n <= JOIN_MOST; n++) {
		const enum nw_tie tie = nw_words_tie(&words, &word);
		const struct nw_str part = nw_words_fold(&words, &word);
		const size_t size = word.end - word.start;

		if (!part.n || n_written + size > sizeof(written))
			return;
		memcpy(folded + n_folded, part.p, part.n);
		memcpy(written + n_written, words.text.p + word.start, size);
		n_folded += part.n;
		n_written += size;
		if (n > 1) {
			const struct step step = {
				.word = index, .words = n, .start = first->start, .end = word.end};

			nw_vocab_find_joined(vocab, (struct nw_str){folded, n_folded},
				(struct nw_str){written, n_written}, &p->ids);
			follow_all(p, &step);
		}
		if (tie == NW_TIE_NONE || !nw_words_next(&words, &word))
			return;
	}
}

/* Places that wait for a later word stay; the others have been tried. */
static void turn(struct pass *p, uint32_t index)
{
	struct path *const paths = p->paths;
	const size_t cap = p->cap_paths;

	for (size_t i = 0; i < p->n_paths; i++) {
		if (p->paths[i].next > index) {
			NW_GROW(p->ahead, p->n_ahead, p->cap_ahead);
			p->ahead[p->n_ahead++] = p->paths[i];
		}
	}
	p->paths = p->ahead;
	p->cap_paths = p->cap_ahead;
	p->n_paths = p->n_ahead;
	p->ahead = paths;
	p->cap_ahead = cap;
	p->n_ahead = 0;
}

/* Asked of every word: most are followed by a space. */
static bool is_tied(const struct nw_words *words, const struct nw_word *word)
{
	if (word->end >= words->text.n)
		return false;
	switch ((unsigned char)words->text.p[word->end]) {
	case '-':
	case '.':
	case 0xe2:
		return nw_words_tie(words, word) != NW_TIE_NONE;
	default:
		return false;
	}
}

/* A phrase does not go on from one paragraph into the next. */
static bool is_cut(const struct nw_words *words, size_t from, size_t to)
{
	return memchr(words->text.p + from, '\n', to - from) != NULL;
}

static void scan_field(struct pass *p, enum nw_field field)
{
	const struct nw_vocab *vocab = &p->scan->topics->vocab;
	struct nw_word word;
	size_t last = 0; /* the end of the word before */
	const size_t full = p->scan->n_hits + HITS_MOST;

	p->field = field;
	p->n_paths = 0;
	nw_words_init(&p->words, &p->scan->topics->fold, p->scan->text[field]);
	for (uint32_t index = 0; p->scan->n_hits < full && nw_words_next(&p->words, &word);
		index++) {
		const bool tied = is_tied(&p->words, &word);
		const size_t before = last;

		last = word.end;
		if (p->n_paths && is_cut(&p->words, before, word.start))
			p->n_paths = 0;
		if (!p->n_paths && !tied && !nw_vocab_may_begin(vocab, &word))
			continue;
		nw_vocab_find(vocab, &p->words, &word, &p->stemmer, &p->ids);
		follow_all(p,
			&(struct step){
				.word = index, .words = 1, .start = word.start, .end = word.end});
		if (tied)
			follow_joined(p, &word, index);
		if (p->n_paths || p->n_ahead)
			turn(p, index);
	}
}

static struct nw_str join_authors(const struct nw_author *authors, struct nw_arena *arena)
{
	static const struct nw_str comma = {", ", 2};
	size_t size = 0, n = 0;
	char *all;

	for (const struct nw_author *a = authors; a; a = a->next)
		size += a->name.n + comma.n;
	all = nw_arena_alloc(arena, size + 1);
	for (const struct nw_author *a = authors; a; a = a->next) {
		if (n) {
			memcpy(all + n, comma.p, comma.n);
			n += comma.n;
		}
		if (a->name.n)
			memcpy(all + n, a->name.p, a->name.n);
		n += a->name.n;
	}
	return (struct nw_str){all, n};
}

static struct nw_str host_of(struct nw_str url)
{
	struct nw_url parts;

	return nw_url_parse(url, &parts) ? parts.host : NW_STR("");
}

static struct nw_str language_of(const struct nw_article *article)
{
	if (article->language.n)
		return article->language;
	return nw_lang_guess(article->body.n ? article->body : article->title);
}

static void gather_fields(
	struct nw_scan *s, const struct nw_article *article, struct nw_arena *arena)
{
	const struct nw_str all[NW_FIELDS] = {
		[NW_FIELD_TITLE] = article->title,
		[NW_FIELD_BODY] = article->body,
		[NW_FIELD_SITE] = host_of(article->url),
		[NW_FIELD_SOURCE] = article->source,
		[NW_FIELD_FEED] = article->feed,
		[NW_FIELD_LANG] =
			s->topics->asks_language ? language_of(article) : article->language,
		[NW_FIELD_COUNTRY] = article->feed_country,
		[NW_FIELD_SECTION] = article->section,
		[NW_FIELD_AUTHOR] = join_authors(article->authors, arena),
		[NW_FIELD_URL] = article->url,
	};

	memcpy(s->text, all, sizeof(all));
}

static int by_place(const void *a, const void *b)
{
	const struct nw_hit *x = a, *y = b;

	if (x->phrase != y->phrase)
		return x->phrase < y->phrase ? -1 : 1;
	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	if (x->word != y->word)
		return x->word < y->word ? -1 : 1;
	return (x->word_end > y->word_end) - (x->word_end < y->word_end);
}

static void sort_hits(struct nw_scan *s)
{
	if (s->n_hits > 1)
		qsort(s->hits, s->n_hits, sizeof(*s->hits), by_place);
	for (uint32_t i = 0; i < s->n_hits; i++) {
		if (i && s->hits[i].phrase == s->hits[i - 1].phrase) {
			s->ranges[s->n_ranges - 1].to++;
			continue;
		}
		NW_GROW(s->ranges, s->n_ranges, s->cap_ranges);
		s->ranges[s->n_ranges++] =
			(struct nw_hit_range){.phrase = s->hits[i].phrase, .from = i, .to = i + 1};
	}
}

void nw_scan_article(struct nw_scan *scan, const struct nw_topics *topics,
	const struct nw_article *article, struct nw_arena *arena)
{
	struct pass p = {.scan = scan};

	*scan = (struct nw_scan){.topics = topics};
	gather_fields(scan, article, arena);
	if (topics->vocab.has_stems)
		nw_stemmer_init(&p.stemmer, nw_stem_language(scan->text[NW_FIELD_LANG]));
	for (unsigned field = 0; field < NW_FIELDS; field++) {
		if (topics->fields & NW_FIELD_BIT(field))
			scan_field(&p, (enum nw_field)field);
	}
	nw_stemmer_clear(&p.stemmer);
	free(p.ids.id);
	free(p.paths);
	free(p.ahead);
	sort_hits(scan);
}

void nw_scan_clear(struct nw_scan *scan)
{
	free(scan->hits);
	free(scan->ranges);
}
