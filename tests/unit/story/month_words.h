#ifndef TESTS_UNIT_STORY_MONTH_WORDS_H
#define TESTS_UNIT_STORY_MONTH_WORDS_H

#include "base/buf.h"
#include "base/file.h"

/* What a month is written from (one file a language), and how a line of it becomes a sentence. */
struct words_list {
	struct nw_str *rows;
	size_t n;
};

enum { WORDS_TITLE, WORDS_LATER, WORDS_LEAD, WORDS_FACT, WORDS_NEW, WORDS_PARTS };

struct words_kind {
	struct words_list parts[WORDS_PARTS];
};

enum {
	WORDS_FIRST,
	WORDS_LAST,
	WORDS_PLACE,
	WORDS_COUNTRY,
	WORDS_GROUP,
	WORDS_ORG,
	WORDS_QUOTE,
	WORDS_BACKGROUND,
	WORDS_INTRO,
	WORDS_OUTRO,
	WORDS_LISTS
};

#define WORDS_KINDS 16 /* of events at most; the last one of a file is about nothing new */

struct words {
	struct nw_str language;
	struct words_list lists[WORDS_LISTS];
	struct words_kind kinds[WORDS_KINDS];
	size_t n_kinds;
};

void words_read(
	struct nw_arena *arena, const char *directory, const char *language, struct words *words);

/* Numbers from a seed (splitmix64). */
struct dice {
	uint64_t state;
};
uint64_t dice_roll(struct dice *dice);
size_t dice_below(struct dice *dice, size_t n); /* 0 .. n-1; 0 for n == 0 */
bool dice_chance(struct dice *dice, double p);
double dice_exponential(struct dice *dice, double mean);
struct nw_str dice_pick(struct dice *dice, const struct words_list *list);

/* What $A .. $Z stand for, by letter. */
struct slots {
	struct nw_str of[26];
};

/* {a|b} is one of the two, $X and ${X} the slot. */
void words_write(
	struct nw_buf *out, struct nw_str line, const struct slots *slots, struct dice *dice);

#endif
