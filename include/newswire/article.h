#ifndef NEWSWIRE_ARTICLE_H
#define NEWSWIRE_ARTICLE_H

#include <stdbool.h>

#include <newswire/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Why a tag was given: one place that a line of a topic matched. */
struct nw_match {
	struct nw_match *next;
	struct nw_str rule;  /* "libya.topic:12" */
	double points;       /* what the line gave; 0 for match and require lines */
	struct nw_str quote; /* the words as written */
	struct nw_str field; /* "title", "body" ... */
	unsigned paragraph;  /* from 0; of body */
	size_t start, end;   /* byte offsets of the quote in the field */
	unsigned distance;   /* words between, for NEAR; else 0 */
};

struct nw_tag {
	struct nw_tag *next;
	struct nw_str name; /* "libya", "libya/haftar" */
	double score, threshold;
	struct nw_str hash; /* of the topic that gave it, hexadecimal */
	struct nw_match *matches;
};

enum nw_kind {
	NW_KIND_ITEM,
	NW_KIND_UPDATE,
	NW_KIND_CANCEL,
	NW_KIND_STORY,
	NW_KIND_ALERT,
	NW_KIND_HEARTBEAT,
	NW_KIND_HEALTH /* of newswired itself: a feed's state, a reload */
};

/* The story an article is in, as it stood with it. */
struct nw_article_story {
	struct nw_str id; /* 32 hexadecimal digits; empty: not known */
	struct nw_str title;
	unsigned articles, sources; /* sources: independent ones; near-copies count once */
	int64_t first_s;            /* Unix s: when the story began here */
	bool is_new;                /* this article opened it */
	bool is_copy;               /* a near-copy of another one in it */
	unsigned alike; /* percent: how much like what it was joined for; 100: it opened it */
};

/* One article, whole. Strings are empty, lists NULL and moments unknown where not known. */
struct nw_article {
	struct nw_str id; /* 32 hexadecimal digits; never changes */
	enum nw_kind kind;
	unsigned version; /* from 1 */
	struct nw_str url, external_url;
	struct nw_str title, summary, body; /* body: paragraphs joined by "\n\n" */
	struct nw_str image, language, section, wire;
	struct nw_when published, modified;
	const char *date_from; /* where published came from; NULL when unknown */
	bool date_conflict;
	const struct nw_date_candidate *dates;
	const struct nw_author *authors;
	struct nw_str feed, feed_title, source;     /* the feed's id and title; the site's name */
	struct nw_str feed_country, feed_ownership; /* of the publisher, as configured */
	int64_t fetched_ms;                         /* Unix ms */
	bool from_page; /* via: the page, or only the feed's own content */
	unsigned clean_version, quality;
	struct nw_str clean_flags; /* "paywall", ...: the page's state when not ok */
	struct nw_tag *tags;       /* sorted by name */
	struct nw_article_story story;
	bool backfill; /* it was there when the feed was first visited */
};

/*
 * The text format, newswire-text(7). Write gives the whole document, in the arena;
 * read is tolerant and refuses only invalid UTF-8 (NW_E_SYNTAX, with the byte offset
 * in the reason) and an empty document. Reading what was written gives title, date
 * (a day) and body again.
 */
NW_API struct nw_str nw_text_write(struct nw_arena *arena, const struct nw_article *article);
NW_API NW_MUST enum nw_err nw_text_read(struct nw_arena *arena, struct nw_str bytes,
	struct nw_article *article, struct nw_error *error);

#ifdef __cplusplus
}
#endif
#endif
