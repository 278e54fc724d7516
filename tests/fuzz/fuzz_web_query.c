/*
 * An address on the first line and headers on those after it, and what they ask for. What
 * is taken must be such that it can be answered.
 */
#include <stdint.h>
#include <stdlib.h>

#include "article/wire.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "web/host.h"
#include "web/query.h"
#include "web/request.h"
#include "web/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_query(struct nw_str target)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_error error = {0};
	struct nw_query q;
	const int status = nw_query_parse(arena, target, &q, &error);

	require(status == 0 || ((status == 400 || status == 404) && error.text[0]));
	require(status || (q.n_prefixes >= 1 && q.n_prefixes <= NW_WIRE_KEYS_MAX));
	for (size_t i = 0; !status && i < q.n_prefixes; i++)
		require(q.prefixes[i].n && nw_wire_is_prefix(q.prefixes[i]));
	require(status || (q.limit >= 1 && q.limit <= NW_QUERY_LIMIT));
	require(status || (q.since.value >= 0 && q.before.value >= 0));
	require(status || q.page == NW_PAGE_STREAM || q.form == NW_FORM_JSON ||
		q.form == NW_FORM_ATOM);
	nw_arena_free(arena);
}

/* What goes into a link can do no harm there. */
static void check_host(struct nw_str host)
{
	if (!nw_host_is_right(host, "10.0.0.1:7342", false))
		return;
	for (size_t i = 0; i < host.n; i++)
		require(!memchr("\"<>&'/?# \r\n\t", host.p[i], 12));
}

static void check_xml(struct nw_str s)
{
	struct nw_buf out;

	nw_buf_init(&out, 8 * s.n + 1);
	nw_xml_add(&out, s);
	nw_xml_add_address(&out, s);
	for (size_t i = 0; i < out.n; i++) {
		const unsigned char c = (unsigned char)out.p[i];

		require(c != '<' && c != '>' && c != '"' && c != 0x7f);
		require(c >= ' ' || c == '\n' || c == '\t');
	}
	nw_buf_clear(&out);
}

static int read_request(struct nw_str text, struct nw_request *request, struct nw_error *error)
{
	struct nw_str rest = text, line = {0}, name;
	int status;

	(void)nw_str_cut(&rest, '\n', &line);
	status = nw_request_address(request, line, error);
	while (!status && nw_str_cut(&rest, '\n', &line))
		if (nw_str_cut(&line, ':', &name) && line.p)
			status = nw_request_header(request, name, line, error);
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nw_str all = {size ? (const char *)data : "", size};
	struct nw_request request = {0};
	struct nw_error error = {0};
	int status;

	if (size > 65536)
		return 0;
	status = read_request(all, &request, &error);
	require(status == 0 || (status >= 400 && status < 500 && error.text[0]));
	if (status == 0) {
		require(request.target.n && request.target.p[0] == '/');
		require(request.target.n <= NW_TARGET_MAX);
		check_host(request.host);
		check_query(request.target);
	}
	check_query(all);
	check_xml(all);
	return 0;
}
