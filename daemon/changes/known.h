#ifndef NW_CHANGES_KNOWN_H
#define NW_CHANGES_KNOWN_H

#include "changes/changes.h"
#include "changes/words.h"

/* The words of two versions, which of them are names, and where else each stands. */
enum { NW_FIELD_TITLE, NW_FIELD_LEAD, NW_FIELDS };

struct nw_known {
	struct nw_words *old, *now; /* NW_FIELDS each */
	struct nw_reader reader;
	struct nw_map counts; /* by key */
};

void nw_known_read(struct nw_known *known, struct nw_arena *arena,
	const struct nw_language *language, const struct nw_version *old,
	const struct nw_version *now);
void nw_known_clear(struct nw_known *known); /* what is not in the arena */

/* How often title and lead of the old one, title and body of the new one have it. */
size_t nw_known_old(const struct nw_known *known, const struct nw_word *w);
size_t nw_known_now(const struct nw_known *known, const struct nw_word *w);

/* Whether title or lead of the old one has it, or one alike. */
bool nw_known_was(const struct nw_known *known, const struct nw_word *w);

/* "Libya" and "Libyan". */
bool nw_known_alike(const struct nw_word *a, const struct nw_word *b);
/* "sign" and "signed": forms of one word, as far as their beginning tells. */
bool nw_known_inflected(const struct nw_word *a, const struct nw_word *b);

#endif
