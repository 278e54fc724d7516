#ifndef NW_ALERT_MESSAGE_H
#define NW_ALERT_MESSAGE_H

#include <newswire/base.h>

/*
 * The message a person reads, from a letter's payload. A payload is one JSON object:
 *   rule, incident, transition, state; at (RFC 3339, local to the rule), test (true)
 *   story    {id, title, articles, sources, first}
 *   article  {id, version, url, title, source, feed, country, language, published, seen}
 *   extract  [[{"text": "..."}, {"match": "..."}, ...], ...]   two lines at most
 *   why      [{topic, score, threshold, quotes: [...]}, ...]
 *   sources  [{source, title, url, seen}, ...], more_sources: n
 *   changes  [{field, old, new}, ...]            of updates and corrections
 *   note     "nobody acknowledged within 30 minutes"
 *   items    [{incident, transition, id, title, source, url, published, sources}, ...]
 *            of digests, in the place of article, extract, why and sources; more_items: n
 * Every member may be missing. Of all strings here, controls and bidi overrides are gone.
 */
struct nw_alert_message {
	struct nw_str subject; /* one line, 200 bytes at most */
	struct nw_str text;  /* lines of 78 columns where words allow it; for a terminal, or mail */
	struct nw_str html;  /* a whole document, its CSS in it, nothing from outside it */
	struct nw_str brief; /* 240 characters at most: a notification's */
	/* What a notification has below its title, without the headline: 1,500 bytes at most. */
	struct nw_str notice;
	struct nw_str link; /* of the article; empty, or http and https only */
	struct nw_str
		json; /* the payload with subject, text and brief: what a webhook or program is given */
};

/* All of it is in the arena. NW_E_SYNTAX for a payload that is no JSON object. */
enum nw_err nw_alert_message(struct nw_arena *arena, struct nw_str payload,
	struct nw_alert_message *message, struct nw_error *error) NW_MUST;

#endif
