#ifndef NW_ALERT_CHANGES_H
#define NW_ALERT_CHANGES_H

#include "base/json.h"

/*
 * What a new version of an article says otherwise: numbers, names (words with a capital
 * within a sentence) and negations of title and lead. Other words do not count, nor do the same
 * ones in another order. Scripts without capitals have no names here.
 */
enum nw_change_kind {
	NW_CHANGE_NONE,
	NW_CHANGE_MORE, /* something was added */
	NW_CHANGE_OTHER, /* something was put in the place of something, or a negation came or went */
};

struct nw_version {
	struct nw_str title, lead;
	struct nw_str body; /* of the newer one: where what left the lead may be still */
};

/* *changes: an array of {field, old, new}, most telling first, 4 at most; the caller owns it. */
enum nw_change_kind nw_changes_find(struct nw_arena *arena, const struct nw_version *old,
	const struct nw_version *now, json_t **changes);

/* The part of a body that counts as its lead. */
struct nw_str nw_changes_lead(struct nw_str body);

#endif
