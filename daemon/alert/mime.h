#ifndef NW_ALERT_MIME_H
#define NW_ALERT_MIME_H

#include "base/buf.h"

/*
 * A message of e-mail: RFC 5322, with a text and an HTML part (RFC 2046, multipart/alternative,
 * each in base64), words past ASCII by RFC 2047. Pure. Whatever the strings hold, every line is
 * ASCII, ends in CRLF and has 998 bytes at most, and no value can begin a header of its own.
 */
struct nw_mime {
	struct nw_str from;    /* "Desk <desk@example.org>", or the address alone */
	const char *const *to; /* likewise; NULL at the end */
	struct nw_str subject;
	struct nw_str key;    /* makes the Message-ID, and the parts' boundary */
	struct nw_str thread; /* what all mails of one story share: hexadecimal */
	struct nw_str rule;
	struct nw_str text, html;
	int64_t date_s; /* Unix */
	bool is_first;  /* of its thread: an answer to nothing */
};

/* out failed: too large. */
void nw_mime_write(struct nw_buf *out, const struct nw_mime *mime);

/* "Desk <desk@example.org>" -> "desk@example.org"; without brackets the whole, trimmed. */
struct nw_str nw_mime_address(struct nw_str mailbox);

#endif
