#ifndef NW_CHANGES_WORDS_H
#define NW_CHANGES_WORDS_H

#include "changes/language.h"

/* The words of a title or a lead as a comparison sees them. */
enum nw_word_kind { NW_WORD_PLAIN, NW_WORD_NUMBER, NW_WORD_NAME, NW_WORD_NEGATION };

struct nw_word {
	struct nw_str text;  /* as written; of "can't" the whole, twice: can, not */
	struct nw_str key;   /* what is the same word has; of a number its value */
	struct nw_str value; /* of "a": "1"; else empty */
	enum nw_word_kind kind;
	enum nw_meaning meaning;
	bool begins; /* a sentence or a line */
	bool begins_line;
	bool is_capital, is_loud; /* its first letter, all of at least two */
	char before;              /* what stood before, where it was one character; else ' ' */
	bool is_maybe;            /* a name perhaps: a capital where all have one */
};

#define NW_WORDS_MAX ((size_t)200)
struct nw_words {
	struct nw_word v[NW_WORDS_MAX];
	size_t n;
	struct nw_str rest; /* of the text, when there are more words than fit */
	bool is_titled;     /* nearly every word has a capital */
};

struct nw_reader {
	struct nw_arena *arena;
	const struct nw_language *language;
	struct nw_map meanings;
};

/* Kinds are set but for names, which the caller knows more of. */
void nw_words_read(const struct nw_reader *reader, struct nw_str text, struct nw_words *words);

/* Numbers of several words as one ("twenty-one", "3 million"); in changes/numbers.c. */
void nw_words_join_numbers(const struct nw_reader *reader, struct nw_words *words);
/* Numbers that say when a text was written are none. */
void nw_words_drop_stamps(
	const struct nw_reader *reader, struct nw_str text, struct nw_words *words);

const struct nw_meant *nw_words_meant(const struct nw_reader *reader, struct nw_str key);

#endif
