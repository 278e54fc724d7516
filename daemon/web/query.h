#ifndef NW_WEB_QUERY_H
#define NW_WEB_QUERY_H

#include <stdbool.h>

#include "article/wire.h"

/*
 * What the target of a request asks for: newswire-http(7). Pure. Strings live in the
 * arena or the target.
 */
#define NW_QUERY_LIMIT 500 /* articles in one document */

enum nw_page {
	NW_PAGE_STREAM,   /* /v1/stream */
	NW_PAGE_ARTICLES, /* /v1/articles */
	NW_PAGE_FEED,     /* /all.atom, /topics/libya.json ... */
};

enum nw_form {
	NW_FORM_ANY, /* of a stream: as its reader says that it accepts */
	NW_FORM_NDJSON,
	NW_FORM_SSE,
	NW_FORM_JSON,
	NW_FORM_ATOM,
};

/* A place in the journal: a seq, or a time in Unix ms. */
struct nw_since {
	bool is_given, is_time;
	int64_t value;
};

struct nw_query {
	enum nw_page page;
	enum nw_form form;
	struct nw_str topic; /* of a feed: "libya/haftar"; empty: all */
	struct nw_str prefixes[NW_WIRE_KEYS_MAX];
	size_t n_prefixes;             /* at least 1 */
	bool has_keys;                 /* they were asked for; else all/ */
	struct nw_since since, before; /* since: after that seq, or at that time and later */
	int64_t limit;                 /* 1 to NW_QUERY_LIMIT */
};

/* The HTTP status to refuse it with, and a reason fit to be sent back; 0 when it is sound. */
int nw_query_parse(struct nw_arena *arena, struct nw_str target, struct nw_query *query,
	struct nw_error *error) NW_MUST;

/* A seq in digits, or a time as RFC 3339 writes it. False for anything else. */
bool nw_since_parse(struct nw_str text, struct nw_since *since);

#endif
