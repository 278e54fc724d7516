#ifndef NW_CHANGES_CHANGES_H
#define NW_CHANGES_CHANGES_H

#include "base/json.h"

/*
 * What a new version of an article says otherwise: numbers (in digits or spelled), names and
 * negations of title and lead. Other words do not count, nor do the same ones in another
 * order, days of the week, months, or the time at which a text says it was updated.
 *
 * Names are words with a capital where a capital tells: within a sentence. At the beginning
 * of one, or in a Title With a Capital on Every Word, a word is a name when lead or body has
 * it within a sentence. Scripts without capitals, and German, have none here.
 *
 * Pure; time is bounded by the text: 200 words of a title and of a lead are laid beside each
 * other, and 64 KB of a body are looked at.
 */
enum nw_change_kind {
	NW_CHANGE_NONE,
	NW_CHANGE_MORE,  /* a number or a name was added */
	NW_CHANGE_OTHER, /* one is in the place of another, or a negation came or went */
};

struct nw_version {
	struct nw_str title, lead; /* the lead as nw_changes_lead gives it */
	struct nw_str body;        /* of the newer one: where what left the lead may be still */
	struct nw_str language;    /* "ar", "en-GB" of the newer one; guessed when not known */
};

/* *changes: an array of {field, old, new}, 4 at most; the caller owns it. */
enum nw_change_kind nw_changes_find(struct nw_arena *arena, const struct nw_version *old,
	const struct nw_version *now, json_t **changes);

/* The part of a body that counts as its lead: 700 bytes at most, whole words. */
struct nw_str nw_changes_lead(struct nw_str body);
#define NW_CHANGES_LEAD ((size_t)700)

#endif
