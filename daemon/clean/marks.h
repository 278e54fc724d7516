#ifndef NW_CLEAN_MARKS_H
#define NW_CLEAN_MARKS_H

#include <stdbool.h>

#include <newswire/base.h>

#include "markup/markup.h"

/* What an element's class, id and other attributes say of it. */
enum nw_mark {
	NW_MARK_STRONG = 1 << 0,  /* no part of the article, whatever its size */
	NW_MARK_SURE = 1 << 1,    /* so even on a list item or a piece of a line */
	NW_MARK_WEAK = 1 << 2,    /* no part of it when short or mostly links */
	NW_MARK_PROFILE = 1 << 3, /* of an author, or a row of teasers: out under 150 words */
	NW_MARK_COMMENT = 1 << 4, /* readers' comments */
	NW_MARK_AREA = 1 << 5,    /* a place for several of a thing */
	NW_MARK_CONSENT = 1 << 6, /* cookies and privacy */
	NW_MARK_MANAGER = 1 << 7, /* a known consent manager */
	NW_MARK_EMBED = 1 << 8,   /* another site's post */
	NW_MARK_DATE = 1 << 9,    /* may hold the day of publication */
	NW_MARK_BYLINE = 1 << 10, /* may hold the author's name */
	NW_MARK_PRIVACY = 1 << 11,
	NW_MARK_MODAL = 1 << 12,
	NW_MARK_PAYWALL = 1 << 13,
	NW_MARK_FIRST_COMMENT = 1 << 14, /* its first word is one of NW_MARK_COMMENT */
	NW_MARK_BODY = 1 << 15,          /* says that it holds the article */
	NW_MARK_HIDDEN = 1 << 16,
	NW_MARK_ROLE = 1 << 17,    /* an ARIA role that no article has */
	NW_MARK_SECTION = 1 << 18, /* may name the section of the site */
	NW_MARK_IN_LINK = 1 << 19, /* inside <a>; set by the survey */
	NW_MARK_IN_BODY = 1 << 20, /* inside an element marked BODY; set by the survey */
	NW_MARK_CAPTION = 1 << 21, /* of a picture */
	NW_MARK_MEDIA = 1 << 22,   /* a picture or film with what belongs to it */
};

/* The words known, ready to be asked for. */
struct nw_marker;
struct nw_marker *nw_marker_new(struct nw_arena *arena);
uint32_t nw_marker_read(const struct nw_marker *marker, const struct nw_node *element);

#endif
