#ifndef NW_CLI_FEED_JSON_H
#define NW_CLI_FEED_JSON_H

#include <newswire/feed.h>

#include "base/json.h"

/*
 * The object "newswire-feed/1": names as in newswire/feed.h, times as RFC 3339
 * UTC, what the feed does not say left out. Since most feeds have one text of an
 * item and not two, an entry without a summary repeats its content there.
 */
json_t *nw_feed_json(const struct nw_feed *feed);

/* The author a byline would name: the first with a name, else the first. NULL: none. */
const struct nw_feed_person *nw_feed_byline(const struct nw_feed_person *authors);

#endif
