#ifndef NW_STORY_CHANGES_H
#define NW_STORY_CHANGES_H

#include <stdbool.h>

#include <newswire/base.h>

/*
 * What a new version of an article says otherwise, where that matters: numbers, names and
 * negations in its title and lead. Words that were only put differently, in another order
 * or at greater length are no change of these.
 */
enum nw_change_kind { NW_CHANGE_NUMBER, NW_CHANGE_NAME, NW_CHANGE_NEGATION };

/* Words as written; `was` or `is` is empty where there was or is none. */
struct nw_change {
	enum nw_change_kind kind;
	struct nw_str was, is;
};

#define NW_CHANGES_MAX 8
struct nw_changes {
	struct nw_change all[NW_CHANGES_MAX];
	size_t n;     /* numbers first, then names, then negations */
	bool is_more; /* there were more than fit */
};

struct nw_story_lead {
	struct nw_str title;
	struct nw_str lead;     /* the first paragraphs: 2 KB are looked at */
	struct nw_str language; /* "en", "en-GB"; of one not known the words of English count */
};

/* The changes' strings are in those of old and new. */
void nw_story_changes(const struct nw_story_lead *old, const struct nw_story_lead *new,
	struct nw_changes *changes);

#endif
