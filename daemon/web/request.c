#include "web/request.h"

#include "base/error.h"
#include "base/str.h"

static int refuse(struct nw_error *error, int status, const char *why)
{
	(void)nw_fail(error, NW_E_SYNTAX, "%s", why);
	return status;
}

static bool is_visible(struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
			return false;
	}
	return s.n > 0;
}

/* RFC 9110, 5.6.2. */
static bool is_token(struct nw_str s)
{
	static const struct nw_str others = {"!#$%&'*+-.^_`|~", 15};

	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i], low = (char)(c | 0x20);

		if (!(low >= 'a' && low <= 'z') && !(c >= '0' && c <= '9') &&
			!memchr(others.p, c, others.n))
			return false;
	}
	return s.n > 0;
}

/* "http://host/path": the host there counts (RFC 9112, 3.2.2). */
int nw_request_address(struct nw_request *request, struct nw_str address, struct nw_error *error)
{
	if (address.n > NW_TARGET_MAX)
		return refuse(error, 414, "address longer than 8192 bytes");
	if (!is_visible(address))
		return refuse(error, 400, "address that holds other than visible ASCII characters");
	if (nw_str_starts_nocase(address, NW_STR("http://"))) {
		const struct nw_str rest = nw_str_from(address, 7);
		const size_t slash = nw_str_find(rest, NW_STR("/"));

		request->host = nw_str_head(rest, slash);
		address = slash < rest.n ? nw_str_from(rest, slash) : NW_STR("/");
	}
	if (address.p[0] != '/')
		return refuse(error, 400, "address that does not begin with '/'");
	request->target = address;
	return 0;
}

static const struct {
	const char *name;
	size_t offset;
} headers[] = {
	{"Host", offsetof(struct nw_request, host)},
	{"Accept", offsetof(struct nw_request, accept)},
	{"Last-Event-ID", offsetof(struct nw_request, last_event_id)},
	{"If-None-Match", offsetof(struct nw_request, if_none_match)},
	{"If-Modified-Since", offsetof(struct nw_request, if_modified_since)},
	{"Authorization", offsetof(struct nw_request, authorization)},
};

/* Those that count may stand once only: a second would leave open which one does. */
int nw_request_header(
	struct nw_request *request, struct nw_str name, struct nw_str value, struct nw_error *error)
{
	/* "Transfer-Encoding :" is another's Transfer-Encoding (RFC 9112, 5.1). */
	if (!is_token(name))
		return refuse(error, 400, "header whose name is none");
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct nw_str *slot =
			(struct nw_str *)(void *)((char *)request + headers[i].offset);

		if (!nw_str_eq_nocase(name, nw_str(headers[i].name)))
			continue;
		if (request->given & 1u << i) {
			(void)nw_fail(error, NW_E_SYNTAX, "%s is given twice", headers[i].name);
			return 400;
		}
		request->given |= 1u << i;
		/* The host of a whole address goes before the header's. */
		if (!slot->n)
			*slot = nw_str_trim(value);
	}
	return 0;
}
