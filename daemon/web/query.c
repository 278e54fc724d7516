#include "web/query.h"

#include "article/wire.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/when.h"

#define LIMIT_OTHERWISE 50
#define TIME_MAX 64

#define ON(page) (1u << (page))

static int refuse(struct nw_error *error, const char *why)
{
	(void)nw_fail(error, NW_E_SYNTAX, "%s", why);
	return 400;
}

/* --- percent-encoding --- */

static int digit(char c)
{
	const char low = (char)(c | 0x20);

	if (c >= '0' && c <= '9')
		return c - '0';
	return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/*
 * False for a '%' without two digits, and for what would be a NUL. A '+' stays one:
 * nothing here has spaces, and times have '+'.
 */
static bool decode(struct nw_arena *arena, struct nw_str s, struct nw_str *decoded)
{
	char *p = nw_arena_alloc(arena, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int high, low;

		if (s.p[i] != '%') {
			p[n++] = s.p[i];
			continue;
		}
		high = i + 2 < s.n ? digit(s.p[i + 1]) : -1;
		low = i + 2 < s.n ? digit(s.p[i + 2]) : -1;
		if (high < 0 || low < 0 || high + low == 0)
			return false;
		p[n++] = (char)(high * 16 + low);
		i += 2;
	}
	*decoded = (struct nw_str){p, n};
	return true;
}

/* --- parameters --- */

bool nw_since_parse(struct nw_str text, struct nw_since *since)
{
	struct nw_when when;

	*since = (struct nw_since){.is_given = true};
	if (nw_str_int(text, 0, INT64_MAX - 1, &since->value))
		return text.p[0] != '-';
	since->is_time = true;
	/* A day alone and the many other forms of dates would be guesses. */
	if (text.n > TIME_MAX || text.n < 11 || (text.p[10] | 0x20) != 't' ||
		!nw_when_parse(text, &when) || when.unix_s > NW_WHEN_LAST_S)
		return false;
	since->value = when.unix_s > 0 ? when.unix_s * 1000 : 0;
	return true;
}

static int read_keys(struct nw_str value, struct nw_query *q, struct nw_error *error)
{
	struct nw_str rest = value, prefix;

	q->has_keys = true;
	while (nw_str_cut(&rest, ',', &prefix)) {
		if (q->n_prefixes == NW_WIRE_KEYS_MAX)
			return refuse(error, "more than 64 keys: ask in several requests");
		if (!prefix.n || !nw_wire_is_prefix(prefix))
			return refuse(error,
				"keys holds what begins no key: write keys=topic/libya/,"
				"topic/ceasefire/ or leave keys out for everything");
		q->prefixes[q->n_prefixes++] = prefix;
	}
	return 0;
}

static int read_since(struct nw_str value, struct nw_query *q, struct nw_error *error)
{
	if (nw_since_parse(value, &q->since))
		return 0;
	return refuse(error,
		"since is neither a seq nor a time: write since=42 or "
		"since=2026-11-20T10:00:00Z");
}

static int read_before(struct nw_str value, struct nw_query *q, struct nw_error *error)
{
	if (nw_since_parse(value, &q->before))
		return 0;
	return refuse(error,
		"before is neither a seq nor a time: write before=42 or "
		"before=2026-11-20T10:00:00Z");
}

static int read_limit(struct nw_str value, struct nw_query *q, struct nw_error *error)
{
	if (nw_str_int(value, 1, NW_QUERY_LIMIT, &q->limit))
		return 0;
	return refuse(error, "limit is no number from 1 to 500");
}

static int read_format(struct nw_str value, struct nw_query *q, struct nw_error *error)
{
	q->form = nw_str_eq(value, NW_STR("sse")) ? NW_FORM_SSE : NW_FORM_NDJSON;
	if (q->form == NW_FORM_SSE || nw_str_eq(value, NW_STR("ndjson")))
		return 0;
	return refuse(error, "format is neither sse nor ndjson");
}

static const struct {
	const char *name;
	unsigned pages;
	int (*read)(struct nw_str value, struct nw_query *q, struct nw_error *error);
} parameters[] = {
	{"keys", ON(NW_PAGE_STREAM) | ON(NW_PAGE_ARTICLES), read_keys},
	{"since", ON(NW_PAGE_STREAM) | ON(NW_PAGE_ARTICLES), read_since},
	{"before", ON(NW_PAGE_ARTICLES), read_before},
	{"limit", ON(NW_PAGE_ARTICLES) | ON(NW_PAGE_FEED), read_limit},
	{"format", ON(NW_PAGE_STREAM), read_format},
};

#define N_PARAMETERS (sizeof(parameters) / sizeof(parameters[0]))

static int say_unknown(const struct nw_query *q, struct nw_error *error)
{
	static const char *const known[] = {
		[NW_PAGE_STREAM] = "unknown parameter; known are keys, since, format",
		[NW_PAGE_ARTICLES] = "unknown parameter; known are keys, since, before, limit",
		[NW_PAGE_FEED] = "unknown parameter; known is limit",
	};

	return refuse(error, known[q->page]);
}

static int read_parameter(struct nw_arena *arena, struct nw_str part, struct nw_query *q,
	unsigned *given, struct nw_error *error)
{
	struct nw_str value = part, name;

	if (!nw_str_cut(&value, '=', &name) || !value.p)
		return refuse(error, "parameter without '='");
	for (size_t i = 0; i < N_PARAMETERS; i++) {
		if (!nw_str_eq(name, nw_str(parameters[i].name)) ||
			!(parameters[i].pages & ON(q->page)))
			continue;
		if (*given & 1u << i) {
			(void)nw_fail(error, NW_E_SYNTAX, "%s is given twice", parameters[i].name);
			return 400;
		}
		*given |= 1u << i;
		if (!decode(arena, value, &value))
			return refuse(error, "'%' without two hexadecimal digits after it");
		return parameters[i].read(value, q, error);
	}
	return say_unknown(q, error);
}

/* --- the path --- */

static const struct {
	const char *path;
	enum nw_page page;
	enum nw_form form;
} pages[] = {
	{"/v1/stream", NW_PAGE_STREAM, NW_FORM_ANY},
	{"/v1/articles", NW_PAGE_ARTICLES, NW_FORM_JSON},
	{"/all.atom", NW_PAGE_FEED, NW_FORM_ATOM},
	{"/all.json", NW_PAGE_FEED, NW_FORM_JSON},
};

/* "/topics/libya/haftar.atom": the topic is what makes topic/libya/haftar/ a key. */
static bool read_topic(struct nw_arena *arena, struct nw_str path, struct nw_query *q)
{
	static const struct nw_str folder = {"/topics/", 8};
	struct nw_str key;

	if (!nw_str_starts(path, folder))
		return false;
	q->page = NW_PAGE_FEED;
	q->form = nw_str_ends(path, NW_STR(".atom")) ? NW_FORM_ATOM : NW_FORM_JSON;
	if (q->form == NW_FORM_JSON && !nw_str_ends(path, NW_STR(".json")))
		return false;
	path = nw_str_from(path, folder.n);
	if (path.n <= 5)
		return false;
	q->topic = nw_str_head(path, path.n - 5);
	key = nw_arena_printf(arena, "topic/%.*s/", NW_ARG(q->topic));
	q->prefixes[q->n_prefixes++] = key;
	return nw_wire_is_key(key);
}

static int read_path(
	struct nw_arena *arena, struct nw_str path, struct nw_query *q, struct nw_error *error)
{
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (nw_str_eq(path, nw_str(pages[i].path))) {
			q->page = pages[i].page;
			q->form = pages[i].form;
			return 0;
		}
	}
	if (read_topic(arena, path, q))
		return 0;
	(void)nw_fail(error, NW_E_UNKNOWN,
		"no such page; there are /v1/stream, /v1/articles, /all.atom, /all.json, "
		"/topics/NAME.atom and /topics/NAME.json");
	return 404;
}

int nw_query_parse(struct nw_arena *arena, struct nw_str target, struct nw_query *query,
	struct nw_error *error)
{
	struct nw_str rest = target, path, part;
	unsigned given = 0;
	int status;

	*query = (struct nw_query){.limit = LIMIT_OTHERWISE};
	if (!nw_str_cut(&rest, '?', &path) || !decode(arena, path, &path))
		return refuse(error, "'%' without two hexadecimal digits after it");
	status = read_path(arena, path, query, error);
	while (!status && nw_str_cut(&rest, '&', &part))
		if (part.n)
			status = read_parameter(arena, part, query, &given, error);
	if (!status && !query->n_prefixes)
		query->prefixes[query->n_prefixes++] = NW_STR("all/");
	return status;
}
