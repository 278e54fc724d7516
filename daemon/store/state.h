#ifndef NW_STORE_STATE_H
#define NW_STORE_STATE_H

#include "base/hash.h"
#include <newswire/article.h>

/* What is kept beside the records, durable together with them: see store/journal.h. */

/* What makes an item known again (seen/seen.h), durable in the commit of its article. */
struct nw_identity {
	struct nw_hash identity;
	struct nw_hash article; /* the article's id */
	struct nw_hash content; /* of what the feed said; zero for an identity by URL */
};

/* A feed's memory between visits; saved with the last article of a visit. */
struct nw_feed_state {
	struct nw_str id;                  /* the feed's name in the configuration */
	struct nw_str url;                 /* the one the validators belong to */
	struct nw_str etag, last_modified; /* byte for byte as sent */
	struct nw_hash body;
	struct nw_str state;  /* "ok", "not-modified", "dns" ...: fetch/state.h */
	struct nw_str reason; /* for a person; empty when all is well */
	int64_t state_since_s, last_visit_s, last_ok_s, last_new_s, next_due_s;
	int64_t interval_s;      /* the adaptive interval */
	int64_t failures;        /* in a row */
	int64_t items, articles; /* at the last visit; ever */
	int64_t moved;           /* permanent redirects seen in a row, all to moved_to */
	struct nw_str moved_to;
	struct nw_str title;
};

/*
 * What became of a story with a record, kept for as long as the record: enough to tell
 * again what stories there are. Of a cancel only the article counts, of a story's own record
 * (kind story: it was told that it is closed) only the time.
 */
struct nw_kept_sketch {
	int64_t seq; /* of the record */
	enum nw_kind kind;
	struct nw_hash article, story;
	struct nw_str sketch; /* encoded, for story/sketch.h */
	struct nw_str title, site;
	struct nw_str tags; /* with a space between any two */
	int64_t published_s, seen_s;
	struct nw_hash like; /* the article it joined for; zero: it opened its story */
	int64_t alike;       /* in thousandths; NW_ALIKE_UNKNOWN: an older daemon wrote it */
	bool is_copy;
};
#define NW_ALIKE_UNKNOWN (-1)

#endif
