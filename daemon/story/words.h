#ifndef NW_STORY_WORDS_H
#define NW_STORY_WORDS_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * The words of a text, folded so that two newsrooms' spellings are one: case, accents,
 * Arabic vowel signs and letter forms, digits (UAX #15 compatibility forms). Words of one
 * letter are passed over ("Libya's", "l'accord"), but "U.S." is "US". A letter of a script
 * without spaces is a word together with the one before.
 */
#define NW_STORY_WORD_MAX 64 /* bytes that are compared, folded */

struct nw_story_word {
	struct nw_str text; /* as written */
	uint32_t hash;      /* of the word as folded */
	uint32_t stem;   /* of what of it stays when it is inflected: its beginning, clitics off */
	bool is_capital; /* begins with an upper-case letter */
	bool is_acronym; /* two letters or more, all upper-case */
	bool is_number;  /* digits; 1,000 and 1.000 are 1000 */
	bool begins;     /* a sentence, a line or what is quoted */
};

struct nw_story_words {
	struct nw_str rest;
	uint32_t solo; /* the letter before, where it was one without spaces; else 0 */
	bool begins;   /* so does the next word */
	bool is_loud;  /* the text has no lower-case letter: capitals mean nothing */
	size_t n;      /* bytes used of: */
	char folded[NW_STORY_WORD_MAX + 8];
};

/* Nothing is copied: the text must outlive the words. */
void nw_story_words_init(struct nw_story_words *words, struct nw_str text);
bool nw_story_words_next(struct nw_story_words *words, struct nw_story_word *word);

/* The last word as it was folded, valid until the next. */
struct nw_str nw_story_words_folded(const struct nw_story_words *words);

/* A title written With a Capital on Nearly Every Word: capitals tell no names in it. */
bool nw_story_is_titled(struct nw_str title);

#endif
