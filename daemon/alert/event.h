#ifndef NW_ALERT_EVENT_H
#define NW_ALERT_EVENT_H

#include <stdbool.h>

#include <newswire/article.h>

#include "store/journal.h"

/*
 * One record of the journal as rules see it. Every string has been through base/text.h: no
 * control or bidi character of the outside is in any. The body keeps its paragraphs, and its
 * bytes are the journal's, since the offsets of the matches count in them.
 */
struct nw_event_story {
	struct nw_str id;           /* 32 hexadecimal digits; empty: none */
	unsigned articles, sources; /* sources: independent ones */
	bool is_new, is_copy;       /* this article opened it; is a near-copy of one in it */
	unsigned alike; /* percent: how sure it is that it belongs there; 100 where not said */
	struct nw_str title;
	int64_t first_s; /* when its first report was seen; 0: not known */
};

struct nw_event {
	enum nw_kind kind; /* ITEM, UPDATE or CANCEL */
	int64_t seq, unix_ms;
	unsigned version;
	struct nw_str id, url, title, summary, body, source, feed, country, language, section;
	const struct nw_author *authors;
	struct nw_when published;
	struct nw_when first_published; /* what its first version said, where this is another */
	bool backfill;                  /* or its first version was */
	const struct nw_tag *tags;      /* with score, threshold and matches */
	struct nw_event_story story;
};

/*
 * Reads what article/encode.h wrote; all is in the arena. NW_E_UNKNOWN for a kind that
 * no rule looks at, NW_E_SYNTAX for a record that is no article. What is missing is empty.
 */
enum nw_err nw_event_read(struct nw_arena *arena, const struct nw_record *record,
	struct nw_event *event, struct nw_error *error) NW_MUST;

#endif
