#ifndef NEWSWIRE_FEED_H
#define NEWSWIRE_FEED_H

#include <stdbool.h>

#include <newswire/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Any feed document as a list of items: RSS 0.9x/1.0/2.0, Atom 0.3/1.0, CDF,
 * JSON Feed 1.0/1.1, news sitemaps. Everything lives in the arena. Strings are empty and
 * lists NULL where the feed says nothing. Titles are plain text or inline HTML;
 * summary, content, description and rights are HTML fragments with their links
 * made absolute.
 */
struct nw_feed_link {
	struct nw_feed_link *next;
	struct nw_str rel, href, type, title, hreflang, length;
};

struct nw_feed_category {
	struct nw_feed_category *next;
	struct nw_str term, scheme, label;
};

struct nw_feed_person {
	struct nw_feed_person *next;
	struct nw_str name, email, url;
};

struct nw_feed_enclosure {
	struct nw_feed_enclosure *next;
	struct nw_str url, type, length;
};

/* A date as written and as understood; when.precision tells whether it was. */
struct nw_feed_date {
	struct nw_str raw;
	struct nw_when when;
};

struct nw_feed_source {
	struct nw_str title, link, id;
};

struct nw_item {
	struct nw_item *next;
	struct nw_str id;  /* guid or atom:id exactly as written; may be empty */
	bool guid_is_link; /* link was taken from the guid */
	struct nw_str title, link;
	struct nw_str title_text; /* the title as one line of plain text, whatever it was */
	struct nw_feed_date published, updated;
	struct nw_str summary, content, content_type, content_src;
	struct nw_feed_person *authors;
	struct nw_str language, rights, comments, image, thumbnail;
	struct nw_feed_category *categories;
	struct nw_feed_link *links;
	struct nw_feed_enclosure *enclosures;
	struct nw_feed_source source;
	int line; /* where the item begins in the document */
};

/* An item that the publisher took back: at:deleted-entry, RFC 6721. */
struct nw_feed_deletion {
	struct nw_feed_deletion *next;
	struct nw_str id; /* of the item, exactly as written */
	struct nw_feed_date when;
	struct nw_str comment; /* why, as one line; may be empty */
};

struct nw_feed {
	const char *format; /* "rss20", "atom10", "json11" ...; a constant */
	struct nw_str encoding;
	bool malformed; /* it needed repair */
	bool cut;       /* a limit left something out */
	struct nw_str title, description, link, id, language;
	struct nw_str title_text; /* the title as one line of plain text */
	struct nw_feed_date updated, published;
	struct nw_feed_person *authors;
	struct nw_str rights, generator, image, new_location;
	struct nw_feed_category *categories;
	struct nw_feed_link *links;
	struct {
		struct nw_str domain, port, path, registerprocedure, protocol;
	} cloud;
	struct nw_str ttl; /* as written; minutes in RSS */

	/* What the feed asks of those who poll it. */
	int64_t poll_every_s; /* from ttl, sy:updatePeriod and updateFrequency; 0: not said */
	uint32_t skip_hours;  /* bit h: not in that hour, UTC */
	uint32_t skip_days;   /* bit d: not on that day, 0 is Sunday */

	struct nw_item *items; /* in document order */
	size_t n_items;
	struct nw_feed_deletion *deletions; /* in document order */
	size_t n_deletions;
};

struct nw_feed_limits {
	size_t bytes; /* of the document */
	size_t items; /* and deletions; the rest is left out, and cut says so */
};

/* What came with the bytes; every member but body may be empty. */
struct nw_feed_input {
	struct nw_str body;
	struct nw_str url;          /* of the document; links are made absolute against it */
	struct nw_str content_type; /* HTTP header values */
	struct nw_str content_location;
	struct nw_str content_language;
};

/* 32 MiB, 10,000 items. */
extern NW_API const struct nw_feed_limits nw_feed_default_limits;

/*
 * Reads a feed out of memory. Damage is repaired where whole items can be saved
 * and told by malformed. body may go at once. Errors: NW_E_SYNTAX not markup or
 * JSON, NW_E_UNKNOWN no feed (the reason says what it looks like: "a web page"),
 * NW_E_LIMIT. Sources: RSS 2.0, RFC 4287, RFC 7303, JSON Feed 1.1.
 */
NW_API NW_MUST enum nw_err nw_feed_parse(struct nw_arena *arena, const struct nw_feed_input *input,
	const struct nw_feed_limits *limits, struct nw_feed *feed, struct nw_error *error);

#ifdef __cplusplus
}
#endif
#endif
