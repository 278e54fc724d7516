#ifndef NEWSWIRE_MESSAGE_H
#define NEWSWIRE_MESSAGE_H

#include <stdbool.h>

#include <newswire/article.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What travels on the bus, newswire-bus(7), and where a subscriber begins. */

enum nw_from {
	NW_FROM_NOW,   /* live only, from the next message on */
	NW_FROM_SEQ,   /* everything with seq > options.seq */
	NW_FROM_SINCE, /* everything published at or after options.since_s */
	NW_FROM_LAST,  /* the last options.last messages, then live */
};

/* What is read lies in memory of whoever handed it over. */
struct nw_message {
	struct nw_str key;
	enum nw_kind kind;
	int64_t seq, prev; /* journal numbers; prev: of the message before it under this key */
	int64_t unix_ms;   /* when it was committed */
	struct nw_str id;
	unsigned version;
	struct nw_str json; /* a JSON Feed 1.1 item */
	struct nw_str text; /* the article in the text format */
	bool replayed;
};

#ifdef __cplusplus
}
#endif
#endif
