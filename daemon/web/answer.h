#ifndef NW_WEB_ANSWER_H
#define NW_WEB_ANSWER_H

#include "store/reader.h"
#include "web/query.h"
#include "web/server.h"

/* Documents: /v1/articles, /all.atom, /topics/libya.json and their like. */

struct nw_topic_list {
	struct nw_str *names;
	size_t n;
};

struct nw_request_context {
	struct nw_journal_reader *reader;
	struct nw_arena *arena; /* of the request */
	const struct nw_request *request;
	const struct nw_query *query;
	struct nw_str host;                 /* what links begin with */
	const struct nw_topic_list *topics; /* configured */
	int64_t now_s;                      /* Unix seconds */
};

/* The HTTP status to refuse the request with; 0 when it was answered. */
int nw_answer_document(const struct nw_request_context *x, struct nw_connection *connection,
	struct nw_error *error) NW_MUST;

/* The seq after which a place begins; `otherwise` where none was given. */
enum nw_err nw_since_seek(struct nw_journal_reader *reader, const struct nw_since *since,
	int64_t otherwise, int64_t *after, struct nw_error *error) NW_MUST;

#endif
