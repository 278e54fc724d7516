#ifndef NW_TAG_VOCAB_H
#define NW_TAG_VOCAB_H

#include "tag/stem.h"
#include "tag/words.h"

/*
 * Every word that any topic asks for, as a number from 1: a word as folded, a
 * word as written, a beginning ("libya*"), a shape ("wom?n"), a stem. Filled while
 * topics are compiled, then sealed and only asked. One word of a text may be
 * several of them.
 */
struct nw_vocab_entry {
	uint64_t hash, head; /* of the key's word, as nw_word_hash and nw_word_head */
	struct nw_str key;   /* one byte for the kind, then the word */
	uint32_t id;         /* 0: only there because something is asked for as written */
	bool has_exact;
};

struct nw_vocab_slot {
	uint32_t check; /* bits of the hash, so that most others are passed over at once */
	uint32_t entry; /* and 1; 0: empty */
};

struct nw_vocab_prefix {
	struct nw_str text;
	uint32_t id, parent; /* the longest other prefix of it, plus 1; or 0 */
};

struct nw_vocab_shape {
	uint32_t point; /* '?': any letter */
	uint32_t child, next;
	uint32_t id, id_open; /* the word ends here; it may go on ("*") */
};

struct nw_vocab {
	struct nw_arena *arena;
	struct nw_vocab_entry *entries;
	uint32_t n, ids;
	size_t cap;
	struct nw_vocab_slot *slots; /* a power of two of them */
	uint32_t mask;
	struct nw_vocab_prefix
		*prefixes; /* sorted by bytes, which puts a prefix before what it begins */
	uint32_t n_prefixes;
	struct nw_vocab_shape *shapes;
	uint32_t n_shapes;
	size_t cap_shapes;
	bool has_stems;

	/* Bit sets that answer "surely not" for nearly every word of a text. */
	uint64_t *first, *any; /* by hash: begins a phrase; occurs in one */
	uint32_t set_mask;
	uint64_t head3[1024], head4[1024], stem_head[1024]; /* by the first bytes */
};

/* Numbers a text's word has. */
struct nw_ids {
	uint32_t *id;
	size_t n, cap;
};

void nw_vocab_init(struct nw_vocab *v, struct nw_arena *arena);
void nw_vocab_clear(struct nw_vocab *v);

/* Each gives the number, the same one for the same arguments. Words are folded unless said. */
uint32_t nw_vocab_add_word(struct nw_vocab *v, struct nw_str word);
uint32_t nw_vocab_add_exact(struct nw_vocab *v, struct nw_str word, struct nw_str written);
uint32_t nw_vocab_add_prefix(struct nw_vocab *v, struct nw_str prefix);
uint32_t nw_vocab_add_shape(struct nw_vocab *v, struct nw_str shape);
uint32_t nw_vocab_add_stem(
	struct nw_vocab *v, size_t language, struct nw_str stem, struct nw_str word);

/* begins[id] != 0: a phrase begins with that number. */
void nw_vocab_seal(struct nw_vocab *v, const uint32_t *begins);

/* False when the word surely begins no phrase. Cheap; asked of every word of every text. */
static inline bool nw_vocab_may_begin(const struct nw_vocab *v, const struct nw_word *word)
{
	const uint32_t h = (uint32_t)word->hash & v->set_mask;
	const uint32_t three = ((uint32_t)word->head & 0xffffffU) * 0x9e3779b1U >> 16;
	const uint32_t four = (uint32_t)word->head * 0x9e3779b1U >> 16;

	return !word->ascii || (v->first[h / 64] >> (h % 64) & 1) ||
		(v->head3[three / 64] >> (three % 64) & 1) ||
		(v->head4[four / 64] >> (four % 64) & 1) || v->n_shapes || v->has_stems;
}

/* Appends the numbers of a word that may be folded already; stemmer may be NULL. */
void nw_vocab_find(const struct nw_vocab *v, struct nw_words *words, struct nw_word *word,
	struct nw_stemmer *stemmer, struct nw_ids *ids);

/* The same for two or three words written as one, with what they are together. */
void nw_vocab_find_joined(
	const struct nw_vocab *v, struct nw_str folded, struct nw_str written, struct nw_ids *ids);

#endif
