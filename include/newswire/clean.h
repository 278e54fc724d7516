#ifndef NEWSWIRE_CLEAN_H
#define NEWSWIRE_CLEAN_H

#include <stdbool.h>

#include <newswire/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of page it turned out to be. */
enum nw_page_state {
	NW_PAGE_OK,
	NW_PAGE_PAYWALL,   /* a beginning only, the rest is for sale */
	NW_PAGE_CONSENT,   /* a consent wall instead of the article */
	NW_PAGE_BOT_CHECK, /* a captcha or "checking your browser" */
	NW_PAGE_SOFT_404,  /* "not found" with status 200 */
	NW_PAGE_TOO_SHORT, /* hardly any text */
};

struct nw_clean_input {
	struct nw_str body; /* the page's bytes */
	struct nw_str url;  /* where it was; relative links resolve against it; may be empty */
	struct nw_str content_type; /* the HTTP header's value, or empty */
	struct nw_str feed_title;   /* what the feed said, or empty */
	struct nw_when feed_date;   /* what the feed said, or unknown */
	int64_t now_s;              /* Unix seconds: later dates are not believed; 0: any date is */
};

struct nw_cleaned {
	enum nw_page_state state;
	struct nw_str title;
	struct nw_str body; /* paragraphs as newswire-text(7) has them, joined by "\n\n" */
	struct nw_when date;
	const char *date_from;                 /* of the candidate that won; NULL when none */
	const struct nw_date_candidate *dates; /* all of them; the winner first */
	bool date_conflict;                    /* two trusted ones name different days */
	const struct nw_author *authors;
	struct nw_str canonical, site, language, section, image, summary;
	struct nw_str wire; /* the agency credited: "Reuters"; or empty */
	unsigned words;     /* in body */
	unsigned quality;   /* 0-100: how sure the cleaner is of the body */
};

#define NW_CLEAN_VERSION 1 /* grows when the same page gives other bytes */

/*
 * Cleans one article page held in memory; a pure function of its input. All
 * results live in the arena. NW_E_SYNTAX when it is no HTML at all, NW_E_LIMIT
 * past 16 MiB; of a page of more than 300,000 nodes the beginning is read.
 */
NW_API NW_MUST enum nw_err nw_clean_html(struct nw_arena *arena, const struct nw_clean_input *input,
	struct nw_cleaned *out, struct nw_error *error);

/*
 * The text of an HTML fragment (a feed's own summary or content) as paragraphs,
 * in the form of nw_cleaned.body. Never fails: what is too large is cut.
 */
NW_API struct nw_str nw_clean_fragment(struct nw_arena *arena, struct nw_str html);

/* "ok", "paywall", "consent", "bot-check", "soft-404", "too-short". */
NW_API const char *nw_page_state_name(enum nw_page_state state);

#ifdef __cplusplus
}
#endif
#endif
