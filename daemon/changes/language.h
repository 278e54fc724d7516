#ifndef NW_CHANGES_LANGUAGE_H
#define NW_CHANGES_LANGUAGE_H

#include "base/map.h"

/* What single words of a language mean to a comparison. */
enum nw_meaning {
	NW_MEANS_NOTHING,
	NW_MEANS_NEGATION,
	NW_MEANS_NUMBER,  /* value */
	NW_MEANS_SCALE,   /* value: what it is multiplied by that stands before it */
	NW_MEANS_VAGUE,   /* value: "dozens" */
	NW_MEANS_ARTICLE, /* "a": a number only where another takes its place */
	NW_MEANS_AND,     /* within a number: "et" of "vingt et un" */
	NW_MEANS_LITTLE,  /* an auxiliary, a pronoun, a day, a form of address: never told */
	NW_MEANS_STAMP,   /* "updated": what a line begins with that has only a time */
	NW_MEANS_AGO,
};

struct nw_meant {
	enum nw_meaning meaning;
	double value;
};

struct nw_language {
	const char *code;
	bool names; /* capitals tell them */
	/* Words with a space between, as nw_changes_fold has them. */
	const char *negations, *little, *stamps, *ago;
	const char *numbers; /* "two=2 dozen=*12 dozens=~12 a=?1 and=&" */
};

/* By the code, or else by the text. Never NULL. */
const struct nw_language *nw_changes_language(struct nw_str code, struct nw_str text);
/* The meanings by word; keys and values are in the arena. */
void nw_changes_meanings(
	struct nw_arena *arena, const struct nw_language *language, struct nw_map *meanings);

/* Letters small, digits of other scripts as ASCII, forms of an Arabic letter as one. */
struct nw_str nw_changes_fold(struct nw_arena *arena, struct nw_str s);

#endif
