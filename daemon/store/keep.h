#ifndef NW_STORE_KEEP_H
#define NW_STORE_KEEP_H

#include "base/buf.h"
#include <newswire/base.h>

/*
 * How long a record is kept, by the tags that it went out under. A tag is under the rule
 * that names it or most of it: "libya/" is for libya and libya/haftar. A record is kept for
 * as long as the longest of its tags says, or those of an earlier version of the article: what
 * corrects an article, or takes it back, stays for as long as what it is of.
 */
#define NW_KEEPS_MAX 64
#define NW_KEEP_TAG 208 /* as long as any key */

struct nw_keep {
	char tag[NW_KEEP_TAG]; /* with its slash at the end */
	int64_t keep_s;        /* 0: for ever */
};

struct nw_keeps {
	int64_t keep_s; /* of whatever no rule is for; 0: for ever */
	size_t n;
	struct nw_keep v[NW_KEEPS_MAX];
};

/* A rule more, for a tag without its slash; the caller sees to it that there is room for both. */
void nw_keeps_add(struct nw_keeps *keeps, struct nw_str tag, int64_t keep_s);

/* Of a record, by its column `keys`. */
int64_t nw_keeps_ask(const struct nw_keeps *keeps, struct nw_str lines);

/*
 * The column `keys` holds after the record's own keys, and an empty line, the names of those
 * that earlier versions went out under and this one does not, and all/ for one that had no tag.
 * Adds what follows from the
 * column of the version before to that of the new one, which has no such part yet.
 */
void nw_keep_inherit(struct nw_buf *lines, struct nw_str before);

#endif
