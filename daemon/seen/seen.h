#ifndef NW_SEEN_SEEN_H
#define NW_SEEN_SEEN_H

#include <stdbool.h>

#include "base/hash.h"

/*
 * Have we met this item before? Asked when a feed's items arrive, before any page
 * is fetched. An item is known again by its guid within its feed, or by the
 * canonical form of its link in any feed. All memory is here; what is durable is
 * the journal's affair (store/journal.h), from which this is filled at start.
 */
struct nw_seen;

/*
 * max: identities held, 2 to 2^31; beyond it those longest unused go. An item has one
 * or two identities; each costs about 70 bytes, taken as they come.
 */
struct nw_seen *nw_seen_new(size_t max);
void nw_seen_free(struct nw_seen *seen);
size_t nw_seen_count(const struct nw_seen *seen);

/* What identifies an item; every member but feed may be empty. */
struct nw_seen_item {
	struct nw_str feed; /* the feed's id: guids are unique within it only */
	struct nw_str guid;
	struct nw_str url;            /* canonical (nw_url_canonical) */
	struct nw_str title, content; /* what the feed says; a change of it is an update */
};

enum nw_seen_answer {
	NW_SEEN_NEW,     /* never met */
	NW_SEEN_SAME,    /* met, and it says the same (dates do not count) */
	NW_SEEN_CHANGED, /* met in this feed, and its title, link or content is another now */
	NW_SEEN_COPY,    /* met in another feed or under another guid: one article, seen twice */
};

/* An item's identities as hashes, and what they were found to be. */
struct nw_seen_mark {
	struct nw_hash by_guid, by_url; /* by_url zero when the item has no link */
	struct nw_hash content;
	struct nw_hash article; /* the id of the article: the known one, or the one to give */
	/*
	 * SAME, and so long known that the journal, which keeps the newest max identities,
	 * would lose it: to be written there again.
	 */
	bool is_stale;
	/* What nw_seen_add found, for nw_seen_forget alone. */
	struct nw_hash old_article, old_content; /* of by_guid */
	bool had_guid, had_url;
};

/*
 * Answers, and remembers the item from now on, in any case. A NEW or CHANGED item
 * that comes to nothing must be taken back with nw_seen_forget, so that it is met
 * again. guid, link or else title and content identify, in that order.
 */
enum nw_seen_answer nw_seen_add(
	struct nw_seen *seen, const struct nw_seen_item *item, struct nw_seen_mark *mark);
/* Whether an item with that guid was met in that feed, and which article it is. */
bool nw_seen_find(
	struct nw_seen *seen, struct nw_str feed, struct nw_str guid, struct nw_hash *article);

/*
 * Undoes the nw_seen_add that filled mark: new identities go (those they pushed out do
 * not come back), a changed one gets its old content back. Where the item was added
 * again meanwhile, it will be met again: whatever it says then is CHANGED or NEW.
 */
void nw_seen_forget(struct nw_seen *seen, const struct nw_seen_mark *mark);

/* What the journal knows, at start; oldest first: the newest are kept, and of two alike the later one. */
void nw_seen_restore(struct nw_seen *seen, struct nw_hash identity, struct nw_hash article,
	struct nw_hash content);

#endif
