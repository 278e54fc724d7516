#include "tag/vocab.h"

#include <stdlib.h>

#include "base/str.h"
#include "base/utf8.h"
#include "tag/arabic.h"
#include "tag/grow.h"

/* First byte of a key; what a text's word is looked up with depends on it. */
enum { KEY_WORD = 1, KEY_EXACT, KEY_PREFIX, KEY_SHAPE, KEY_STEM };

#define KEY_MAX 512

void nw_vocab_init(struct nw_vocab *v, struct nw_arena *arena)
{
	*v = (struct nw_vocab){.arena = arena, .mask = 1023};
	v->slots = nw_must_calloc(v->mask + 1, sizeof(*v->slots));
}

void nw_vocab_clear(struct nw_vocab *v)
{
	free(v->entries);
	free(v->slots);
	free(v->prefixes);
	free(v->shapes);
	free(v->first);
	free(v->any);
	*v = (struct nw_vocab){0};
}

/* A word and what is known of it. */
struct lookup {
	struct nw_str word;
	uint64_t hash, head;
};

static struct lookup lookup_of(struct nw_str word)
{
	return (struct lookup){word, nw_word_hash(word), nw_word_head(word)};
}

/* Words of eight bytes and less are all in their head. */
static bool is_entry(const struct nw_vocab_entry *e, char kind, const struct lookup *l)
{
	return e->hash == l->hash && e->head == l->head && e->key.p[0] == kind &&
		e->key.n == l->word.n + 1 &&
		(l->word.n <= 8 || memcmp(e->key.p + 9, l->word.p + 8, l->word.n - 8) == 0);
}

static struct nw_vocab_entry *find_entry(
	const struct nw_vocab *v, char kind, const struct lookup *l)
{
	const uint32_t check = (uint32_t)(l->hash >> 32);

	for (uint32_t at = check & v->mask; v->slots[at].entry; at = (at + 1) & v->mask) {
		struct nw_vocab_entry *e = &v->entries[v->slots[at].entry - 1];

		if (v->slots[at].check == check && is_entry(e, kind, l))
			return e;
	}
	return NULL;
}

static void place_entry(struct nw_vocab *v, uint32_t i)
{
	const uint32_t check = (uint32_t)(v->entries[i].hash >> 32);
	uint32_t at = check & v->mask;

	while (v->slots[at].entry)
		at = (at + 1) & v->mask;
	v->slots[at] = (struct nw_vocab_slot){check, i + 1};
}

static void widen(struct nw_vocab *v)
{
	free(v->slots);
	v->mask = 2 * v->mask + 1;
	v->slots = nw_must_calloc((size_t)v->mask + 1, sizeof(*v->slots));
	for (uint32_t i = 0; i < v->n; i++)
		place_entry(v, i);
}

/* The entry for a word of one kind, new or old; what is longer than any word is cut. */
static struct nw_vocab_entry *intern(struct nw_vocab *v, char kind, struct nw_str word)
{
	const struct lookup l = lookup_of(nw_str_head(word, KEY_MAX));
	struct nw_vocab_entry *e = find_entry(v, kind, &l);
	char *key;

	if (e)
		return e;
	if (2 * (v->n + 1) > v->mask)
		widen(v);
	NW_GROW(v->entries, v->n, v->cap);
	key = nw_arena_alloc(v->arena, l.word.n + 2);
	key[0] = kind;
	memcpy(key + 1, l.word.p, l.word.n);
	v->entries[v->n] =
		(struct nw_vocab_entry){.hash = l.hash, .head = l.head, .key = {key, l.word.n + 1}};
	place_entry(v, v->n);
	return &v->entries[v->n++];
}

static uint32_t number(struct nw_vocab *v, char kind, struct nw_str word)
{
	struct nw_vocab_entry *e = intern(v, kind, word);

	if (!e->id)
		e->id = ++v->ids;
	return e->id;
}

uint32_t nw_vocab_add_word(struct nw_vocab *v, struct nw_str word)
{
	return number(v, KEY_WORD, word);
}

uint32_t nw_vocab_add_exact(struct nw_vocab *v, struct nw_str word, struct nw_str written)
{
	intern(v, KEY_WORD, word)->has_exact = true;
	return number(v, KEY_EXACT, written);
}

uint32_t nw_vocab_add_prefix(struct nw_vocab *v, struct nw_str prefix)
{
	return number(v, KEY_PREFIX, prefix);
}

static void set_head(uint64_t set[1024], uint32_t head)
{
	const uint32_t h = head * 0x9e3779b1U >> 16;

	set[h / 64] |= UINT64_C(1) << (h % 64);
}

static bool has_head(const uint64_t set[1024], uint32_t head)
{
	const uint32_t h = head * 0x9e3779b1U >> 16;

	return set[h / 64] >> (h % 64) & 1;
}

/* Stems are asked of words that begin as the topic's word does, with its clitics or without. */
uint32_t nw_vocab_add_stem(
	struct nw_vocab *v, size_t language, struct nw_str stem, struct nw_str word)
{
	char bytes[KEY_MAX];
	const size_t n = stem.n < KEY_MAX - 1 ? stem.n : KEY_MAX - 1;
	struct nw_arabic forms;

	v->has_stems = true;
	nw_arabic_forms(word, &forms);
	set_head(v->stem_head, (uint32_t)nw_word_head(word) & 0xffffffU);
	for (size_t i = 0; i < forms.n; i++)
		set_head(v->stem_head, (uint32_t)nw_word_head(forms.form[i]) & 0xffffffU);
	bytes[0] = (char)('0' + language);
	memcpy(bytes + 1, stem.p, n);
	return number(v, KEY_STEM, (struct nw_str){bytes, n + 1});
}

/* The child of a shape's node for one letter, made if need be. */
static uint32_t shape_child(struct nw_vocab *v, uint32_t node, uint32_t point)
{
	uint32_t at = v->shapes[node].child;

	while (at && v->shapes[at].point != point)
		at = v->shapes[at].next;
	if (at)
		return at;
	NW_GROW(v->shapes, v->n_shapes, v->cap_shapes);
	at = v->n_shapes++;
	v->shapes[at] = (struct nw_vocab_shape){.point = point, .next = v->shapes[node].child};
	v->shapes[node].child = at;
	return at;
}

uint32_t nw_vocab_add_shape(struct nw_vocab *v, struct nw_str shape)
{
	const uint32_t id = number(v, KEY_SHAPE, shape);
	const bool open = nw_str_ends(shape, NW_STR("*"));
	struct nw_str rest = open ? nw_str_head(shape, shape.n - 1) : shape;
	uint32_t node = 0;

	if (!v->n_shapes) {
		NW_GROW(v->shapes, v->n_shapes, v->cap_shapes);
		v->shapes[v->n_shapes++] = (struct nw_vocab_shape){0};
	}
	while (rest.n)
		node = shape_child(v, node, nw_utf8_next(&rest));
	if (open)
		v->shapes[node].id_open = id;
	else
		v->shapes[node].id = id;
	return id;
}

static int by_text(const void *a, const void *b)
{
	const struct nw_vocab_prefix *x = a, *y = b;

	return nw_str_cmp(x->text, y->text);
}

static void seal_prefixes(struct nw_vocab *v)
{
	size_t cap = 0;

	for (uint32_t i = 0; i < v->n; i++) {
		const struct nw_str text = nw_str_from(v->entries[i].key, 1);

		if (v->entries[i].key.p[0] != KEY_PREFIX)
			continue;
		NW_GROW(v->prefixes, v->n_prefixes, cap);
		v->prefixes[v->n_prefixes++] =
			(struct nw_vocab_prefix){.text = text, .id = v->entries[i].id};
		if (text.n < 4)
			set_head(v->head3, (uint32_t)nw_word_head(nw_str_head(text, 3)));
		else
			set_head(v->head4, (uint32_t)nw_word_head(nw_str_head(text, 4)));
	}
	if (v->n_prefixes)
		qsort(v->prefixes, v->n_prefixes, sizeof(*v->prefixes), by_text);
	for (uint32_t i = 1; i < v->n_prefixes; i++) {
		uint32_t parent = i; /* the one before, or what that one goes on from */

		while (parent && !nw_str_starts(v->prefixes[i].text, v->prefixes[parent - 1].text))
			parent = v->prefixes[parent - 1].parent;
		v->prefixes[i].parent = parent;
	}
}

static void set_bit(uint64_t *set, uint32_t bit)
{
	set[bit / 64] |= UINT64_C(1) << (bit % 64);
}

void nw_vocab_seal(struct nw_vocab *v, const uint32_t *begins)
{
	uint32_t bits = 1U << 12;

	while (bits < 16 * v->n && bits < 1U << 22)
		bits *= 2;
	v->set_mask = bits - 1;
	v->first = nw_must_calloc(bits / 64, sizeof(*v->first));
	v->any = nw_must_calloc(bits / 64, sizeof(*v->any));
	for (uint32_t i = 0; i < v->n; i++) {
		const struct nw_vocab_entry *e = &v->entries[i];

		if (e->key.p[0] != KEY_WORD)
			continue;
		set_bit(v->any, (uint32_t)e->hash & v->set_mask);
		if (e->has_exact || begins[e->id])
			set_bit(v->first, (uint32_t)e->hash & v->set_mask);
	}
	seal_prefixes(v);
}

static void push(struct nw_ids *ids, uint32_t id)
{
	NW_GROW(ids->id, ids->n, ids->cap);
	ids->id[ids->n++] = id;
}

static bool may_have(const struct nw_vocab *v, uint64_t hash)
{
	const uint32_t bit = (uint32_t)hash & v->set_mask;

	return v->any[bit / 64] >> (bit % 64) & 1;
}

static void find_other(const struct nw_vocab *v, char kind, struct nw_str word, struct nw_ids *ids)
{
	const struct lookup l = lookup_of(word);
	const struct nw_vocab_entry *e = word.n < KEY_MAX ? find_entry(v, kind, &l) : NULL;

	if (e)
		push(ids, e->id);
}

/* The last prefix that is not after the word begins it, or is begun by one that does. */
static void find_prefixes(const struct nw_vocab *v, struct nw_str word, struct nw_ids *ids)
{
	uint32_t lo = 0, hi = v->n_prefixes;

	while (lo < hi) {
		const uint32_t middle = lo + (hi - lo) / 2;

		if (nw_str_cmp(v->prefixes[middle].text, word) <= 0)
			lo = middle + 1;
		else
			hi = middle;
	}
	for (; lo; lo = v->prefixes[lo - 1].parent) {
		if (nw_str_starts(word, v->prefixes[lo - 1].text))
			push(ids, v->prefixes[lo - 1].id);
	}
}

/* Recursion is as deep as a word is long, NW_WORD_MAX at most. */
static void find_shapes(
	const struct nw_vocab *v, uint32_t node, struct nw_str rest, struct nw_ids *ids)
{
	uint32_t point;

	if (v->shapes[node].id_open)
		push(ids, v->shapes[node].id_open);
	if (rest.n == 0) {
		if (v->shapes[node].id)
			push(ids, v->shapes[node].id);
		return;
	}
	point = nw_utf8_next(&rest);
	for (uint32_t at = v->shapes[node].child; at; at = v->shapes[at].next) {
		if (v->shapes[at].point == point || v->shapes[at].point == '?')
			find_shapes(v, at, rest, ids);
	}
}

/* What a folded word, whole or without its clitics, is by itself. */
static const struct nw_vocab_entry *find_folded(
	const struct nw_vocab *v, const struct lookup *l, struct nw_ids *ids)
{
	const uint32_t head = (uint32_t)l->head;
	const struct nw_vocab_entry *e = may_have(v, l->hash) ? find_entry(v, KEY_WORD, l) : NULL;

	if (e && e->id)
		push(ids, e->id);
	if (has_head(v->head4, head) || has_head(v->head3, head & 0xffffffU))
		find_prefixes(v, l->word, ids);
	if (v->n_shapes)
		find_shapes(v, 0, l->word, ids);
	return e;
}

static void find_stem(const struct nw_vocab *v, const struct nw_arabic *forms, struct nw_str word,
	struct nw_str written, struct nw_stemmer *stemmer, struct nw_ids *ids)
{
	bool may = has_head(v->stem_head, (uint32_t)nw_word_head(word) & 0xffffffU);
	char bytes[1 + sizeof(stemmer->bytes)];
	struct nw_str stem;

	for (size_t i = 0; i < forms->n && !may; i++)
		may = has_head(v->stem_head, (uint32_t)nw_word_head(forms->form[i]) & 0xffffffU);
	if (!may)
		return;
	stem = nw_stemmer_stem(stemmer, written);
	if (!stem.n)
		return;
	bytes[0] = (char)('0' + stemmer->language);
	memcpy(bytes + 1, stem.p, stem.n);
	find_other(v, KEY_STEM, (struct nw_str){bytes, stem.n + 1}, ids);
}

void nw_vocab_find(const struct nw_vocab *v, struct nw_words *words, struct nw_word *word,
	struct nw_stemmer *stemmer, struct nw_ids *ids)
{
	const struct lookup l = {nw_words_fold(words, word), word->hash, word->head};
	const struct nw_str written = {words->text.p + word->start, word->end - word->start};
	const struct nw_vocab_entry *e;
	struct nw_arabic forms = {.n = 0};

	if (!l.word.n)
		return;
	e = find_folded(v, &l, ids);
	if (e && e->has_exact)
		find_other(v, KEY_EXACT, written, ids);
	if (!word->ascii)
		nw_arabic_forms(l.word, &forms);
	for (size_t i = 0; i < forms.n; i++) {
		const struct lookup form = lookup_of(forms.form[i]);

		(void)find_folded(v, &form, ids);
	}
	if (v->has_stems && stemmer && stemmer->stemmer)
		find_stem(v, &forms, l.word, written, stemmer, ids);
}

void nw_vocab_find_joined(
	const struct nw_vocab *v, struct nw_str folded, struct nw_str written, struct nw_ids *ids)
{
	const struct lookup l = lookup_of(folded);
	const struct nw_vocab_entry *e;

	if (!folded.n)
		return;
	e = find_folded(v, &l, ids);
	if (e && e->has_exact)
		find_other(v, KEY_EXACT, written, ids);
}
