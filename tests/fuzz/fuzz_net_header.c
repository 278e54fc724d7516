/* Each line of the input is a line of a response's header. */
#include <stdlib.h>

#include "base/str.h"
#include "net/header.h"

#define NOW ((int64_t)1700000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void check_field(struct nw_str value)
{
	must(value.n <= NW_FIELD_BYTES);
	must(nw_str_trim(value).n == value.n);
	for (size_t i = 0; i < value.n; i++)
		must((unsigned char)value.p[i] >= ' ' || value.p[i] == '\t');
}

static void check(const struct nw_header *header)
{
	struct nw_http_response r = {0};

	must(header->status == 0 || (header->status >= 100 && header->status <= 999));
	must(!header->is_whole || header->status >= 200);
	must(header->length >= 0);
	for (int i = 0; i < NW_N_FIELDS; i++)
		check_field(nw_header_field(header, (enum nw_field)i));
	nw_header_judge(header, NOW, &r);
	must(r.max_age_s >= -1);
	must(r.retry_after_s >= 0 && r.retry_after_s <= 86400);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_str rest = {(const char *)data, size};
	enum nw_header_err err = NW_HEADER_OK;
	struct nw_header header;
	size_t end;

	nw_header_init(&header);
	while (rest.n && err == NW_HEADER_OK) {
		end = nw_str_find(rest, NW_STR("\n"));
		err = nw_header_line(&header, nw_str_head(rest, end + 1));
		rest = nw_str_from(rest, end + 1);
	}
	must(err != NW_HEADER_OK || (header.bytes == size && header.lines <= NW_HEADER_LINES));
	check(&header);
	nw_header_reset(&header);
	check(&header);
	nw_header_clear(&header);
	return 0;
}
