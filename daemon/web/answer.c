#include "web/answer.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/when.h"
#include "store/current.h"
#include "web/date.h"
#include "web/document.h"

#define DOCUMENT_BYTES ((size_t)8 << 20) /* of records, and the one that goes past it */
#define DOCUMENT_MAX \
	((size_t)512 << 20) /* one record at its largest, and every byte of it escaped */
#define SETTLED_S 60
#define DATE_MAX 64

static const struct {
	const char *type;
	void (*write)(struct nw_buf *out, const struct nw_document *document);
} forms[] = {
	[NW_FORM_JSON] = {"application/feed+json; charset=utf-8", nw_document_json},
	[NW_FORM_ATOM] = {"application/atom+xml; charset=utf-8", nw_document_atom},
};

enum nw_err nw_since_seek(struct nw_journal_reader *reader, const struct nw_since *since,
	int64_t otherwise, int64_t *after, struct nw_error *error)
{
	*after = since->is_given ? since->value : otherwise;
	if (since->is_given && since->is_time)
		return nw_journal_seek_time(reader, since->value, after, error);
	return NW_OK;
}

/* --- which topics there are --- */

static bool is_configured(const struct nw_topic_list *topics, struct nw_str topic)
{
	for (size_t i = 0; i < topics->n; i++) {
		const struct nw_str name = topics->names[i];

		if (nw_str_eq(name, topic) ||
			(nw_str_starts(name, topic) && name.p[topic.n] == '/'))
			return true;
	}
	return false;
}

/* A topic is known when it is configured, or anything was ever published under it. */
static int find_topic(const struct nw_request_context *x, struct nw_error *error)
{
	const struct nw_query *q = x->query;
	bool is_known;

	if (!q->topic.n || is_configured(x->topics, q->topic))
		return 0;
	if (nw_journal_has_key(x->reader, q->prefixes[0], &is_known, error))
		return 503;
	if (is_known)
		return 0;
	(void)nw_fail(error, NW_E_UNKNOWN,
		"no such topic: none by that name is configured, and nothing was published under it");
	return 404;
}

/* --- addresses --- */

static struct nw_str self_address(const struct nw_request_context *x)
{
	return nw_arena_printf(
		x->arena, "http://%.*s%.*s", NW_ARG(x->host), NW_ARG(x->request->target));
}

/* What the document is, in whatever form and page: the id of an Atom feed is made of it. */
static struct nw_str document_id(const struct nw_request_context *x)
{
	const struct nw_str prefix = x->query->prefixes[0];

	return nw_arena_printf(x->arena, "http://%.*s/#%.*s", NW_ARG(x->host), NW_ARG(prefix));
}

static struct nw_str join_keys(const struct nw_request_context *x)
{
	struct nw_str keys = x->query->prefixes[0];

	for (size_t i = 1; i < x->query->n_prefixes; i++)
		keys = nw_arena_printf(
			x->arena, "%.*s,%.*s", NW_ARG(keys), NW_ARG(x->query->prefixes[i]));
	return keys;
}

/* Keys need no percent-encoding; since is carried over as the seq that it led to. */
static struct nw_str next_address(const struct nw_request_context *x, int64_t after, int64_t before)
{
	const struct nw_query *q = x->query;
	struct nw_str next;

	if (q->page != NW_PAGE_ARTICLES || !before)
		return NW_STR("");
	next = nw_arena_printf(x->arena,
		"http://%.*s/v1/articles?before=%" PRId64 "&limit=%" PRId64, NW_ARG(x->host),
		before, q->limit);
	if (after)
		next = nw_arena_printf(x->arena, "%.*s&since=%" PRId64, NW_ARG(next), after);
	if (q->has_keys)
		next = nw_arena_printf(
			x->arena, "%.*s&keys=%.*s", NW_ARG(next), NW_ARG(join_keys(x)));
	return next;
}

static struct nw_str title_of(const struct nw_request_context *x)
{
	const struct nw_query *q = x->query;
	struct nw_str what = NW_STR("all");

	if (q->topic.n)
		what = q->topic;
	else if (q->has_keys)
		what = join_keys(x);
	return nw_arena_printf(x->arena, "newswire: %.*s", NW_ARG(what));
}

/* --- whether the reader has it --- */

/* RFC 9110, 13.1.2: any of the list, weak or not, or "*". */
static bool has_tag(struct nw_str header, struct nw_str tag)
{
	struct nw_str rest = header, one;

	while (header.n && nw_str_cut(&rest, ',', &one)) {
		one = nw_str_trim(one);
		if (nw_str_starts(one, NW_STR("W/")))
			one = nw_str_from(one, 2);
		if (nw_str_eq(one, tag) || nw_str_eq(one, NW_STR("*")))
			return true;
	}
	return false;
}

static bool is_unchanged(const struct nw_request *request, struct nw_str tag, int64_t modified_s)
{
	struct nw_when when;

	if (request->if_none_match.n)
		return has_tag(request->if_none_match, tag);
	return request->if_modified_since.n && request->if_modified_since.n < DATE_MAX &&
		nw_when_parse(request->if_modified_since, &when) && modified_s <= when.unix_s;
}

/*
 * A date has whole seconds, and articles may share one, or come a little after the time
 * they bear: one that says it was changed within the last minute claims less than it could.
 */
static int64_t modified_s(const struct nw_current *page, int64_t now_s)
{
	const int64_t newest_s = page->n ? page->records[0].unix_ms / 1000 : 0;

	return newest_s > now_s - SETTLED_S ? now_s - SETTLED_S : newest_s;
}

static void send_document(const struct nw_request_context *x, struct nw_connection *c,
	struct nw_buf *body, int64_t modified)
{
	char hex[NW_HASH_HEX + 1], date[NW_HTTP_DATE];
	struct nw_answer answer = {.status = 200, .type = forms[x->query->form].type};
	struct nw_str tag;

	nw_hash_hex(nw_hash128(nw_buf_str(body)), hex);
	tag = nw_arena_printf(x->arena, "\"%s\"", hex);
	answer.fields[0].name = "ETag";
	answer.fields[0].value = tag.p;
	answer.fields[1].name = "Last-Modified";
	answer.fields[1].value = nw_http_date(modified, date);
	answer.fields[2].name = "Cache-Control";
	answer.fields[2].value = "no-cache";
	if (is_unchanged(x->request, tag, modified))
		answer.status = 304;
	nw_connection_answer(c, &answer, body);
}

static enum nw_err read_page(const struct nw_request_context *x, struct nw_current *page,
	int64_t *after, struct nw_error *error)
{
	const struct nw_query *q = x->query;
	struct nw_current_query query = {.prefixes = q->prefixes,
		.n_prefixes = q->n_prefixes,
		.limit = (size_t)q->limit,
		.bytes = DOCUMENT_BYTES};
	enum nw_err err = nw_since_seek(x->reader, &q->since, 0, &query.after, error);

	if (!err)
		err = nw_since_seek(x->reader, &q->before, 0, &query.before, error);
	/* Earlier than a time is up to the last seq before it; before seq 0 is nothing, not no end. */
	if (q->before.is_time || (q->before.is_given && !query.before))
		query.before++;
	*after = query.after;
	return err ? err : nw_journal_current(x->reader, &query, x->arena, page, error);
}

int nw_answer_document(const struct nw_request_context *x, struct nw_connection *connection,
	struct nw_error *error)
{
	struct nw_document document = {.title = title_of(x), .id = document_id(x)};
	struct nw_current page;
	struct nw_buf body;
	int64_t after;
	int status = find_topic(x, error);

	if (status)
		return status;
	if (read_page(x, &page, &after, error))
		return 503;
	document.self = self_address(x);
	document.next = next_address(x, after, page.next);
	document.records = page.records;
	document.n = page.n;
	nw_buf_init(&body, DOCUMENT_MAX);
	forms[x->query->form].write(&body, &document);
	if (body.failed)
		status = 500;
	else
		send_document(x, connection, &body, modified_s(&page, x->now_s));
	nw_buf_clear(&body);
	if (status)
		(void)nw_fail(error, NW_E_LIMIT, "document too large: ask for fewer with limit=");
	return status;
}
