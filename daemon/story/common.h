#ifndef NW_STORY_COMMON_H
#define NW_STORY_COMMON_H

#include <newswire/base.h>

/*
 * Words that say nothing of a text but its language: articles, pronouns, prepositions,
 * auxiliaries, and what reporters always say. A row a language.
 */
struct nw_story_language {
	char code[4];
	const char *words; /* folded as story/words.h does, a blank between any two */
};

extern const struct nw_story_language nw_story_languages[];
extern const size_t nw_story_n_languages;

/* The languages a word is common in, a bit a row. */
struct nw_story_common {
	uint32_t *hashes; /* 0: empty */
	uint16_t *languages;
	size_t mask;
};

void nw_story_common_init(struct nw_story_common *common, struct nw_arena *arena);
uint16_t nw_story_common_in(const struct nw_story_common *common, uint32_t hash);

#endif
