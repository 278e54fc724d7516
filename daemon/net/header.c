#include "net/header.h"

#include <curl/curl.h>

#include "base/str.h"

#define DAY_S 86400
#define TEXT_BYTES ((size_t)256 * 1024)

#define LITERAL(s)                 \
	{                          \
		(s), sizeof(s) - 1 \
	}

/* Fields that may come several times and then are one list (RFC 9110, section 5.2). */
static const struct {
	struct nw_str name;
	bool is_list;
} rows[NW_N_FIELDS] = {
	[NW_FIELD_LOCATION] = {LITERAL("location"), false},
	[NW_FIELD_CONTENT_TYPE] = {LITERAL("content-type"), false},
	[NW_FIELD_CONTENT_LOCATION] = {LITERAL("content-location"), false},
	[NW_FIELD_CONTENT_LANGUAGE] = {LITERAL("content-language"), true},
	[NW_FIELD_ETAG] = {LITERAL("etag"), false},
	[NW_FIELD_LAST_MODIFIED] = {LITERAL("last-modified"), false},
	[NW_FIELD_CACHE_CONTROL] = {LITERAL("cache-control"), true},
	[NW_FIELD_EXPIRES] = {LITERAL("expires"), false},
	[NW_FIELD_DATE] = {LITERAL("date"), false},
	[NW_FIELD_AGE] = {LITERAL("age"), false},
	[NW_FIELD_RETRY_AFTER] = {LITERAL("retry-after"), false},
	[NW_FIELD_LINK] = {LITERAL("link"), true},
};

void nw_header_init(struct nw_header *header)
{
	*header = (struct nw_header){0};
	nw_buf_init(&header->text, TEXT_BYTES);
}

void nw_header_clear(struct nw_header *header)
{
	nw_buf_clear(&header->text);
}

void nw_header_reset(struct nw_header *header)
{
	struct nw_buf text = header->text;

	nw_buf_empty(&text);
	*header = (struct nw_header){.text = text};
}

/* Digits as a number, 0 when they are not; too many of them are simply very much. */
static bool read_number(struct nw_str text, int64_t *number)
{
	int64_t sum = 0;

	*number = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		if (sum < INT64_MAX / 1000)
			sum = sum * 10 + (text.p[i] - '0');
	}
	*number = sum;
	return text.n > 0;
}

/* A status line begins a response; what an informational one said before is forgotten. */
static void begin_response(struct nw_header *header, struct nw_str line)
{
	const size_t space = nw_str_find(line, NW_STR(" "));
	int64_t status;

	memset(header->fields, 0, sizeof(header->fields));
	header->codings = 0;
	header->length = 0;
	nw_buf_empty(&header->text);
	header->status = 0;
	if (nw_str_int(nw_str_head(nw_str_from(line, space + 1), 3), 100, 999, &status))
		header->status = (int)status;
}

static bool has_controls(struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		const unsigned char c = (unsigned char)s.p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

static void keep(struct nw_header *header, enum nw_field field, struct nw_str value)
{
	const struct nw_str before = nw_header_field(header, field);
	struct nw_buf *text = &header->text;
	size_t at;

	if (before.n && !rows[field].is_list)
		return;
	if (value.n + before.n + 2 > NW_FIELD_BYTES || has_controls(value))
		return;
	/* Writing moves the buffer, so room for all of it is made before anything is borrowed. */
	at = text->n;
	if (text->max - at < value.n + before.n + 2)
		return;
	if (before.n) {
		char copy[NW_FIELD_BYTES];

		memcpy(copy, before.p, before.n);
		nw_buf_add(text, (struct nw_str){copy, before.n});
		nw_buf_add(text, NW_STR(", "));
	}
	nw_buf_add(text, value);
	header->fields[field].at = at;
	header->fields[field].n = text->n - at;
}

/* Codings that transform: each is a stage that can blow bytes up before we see any. */
static unsigned count_codings(struct nw_str list)
{
	struct nw_str coding;
	unsigned n = 0;

	while (nw_str_cut(&list, ',', &coding)) {
		coding = nw_str_trim(coding);
		if (coding.n && !nw_str_eq_nocase(coding, NW_STR("identity")) &&
			!nw_str_eq_nocase(coding, NW_STR("chunked")))
			n++;
	}
	return n;
}

static void take_field(struct nw_header *header, struct nw_str line)
{
	const size_t colon = nw_str_find(line, NW_STR(":"));
	const struct nw_str name = nw_str_trim(nw_str_head(line, colon));
	const struct nw_str value = nw_str_trim(nw_str_from(line, colon + 1));

	if (colon == line.n || value.n == 0)
		return;
	if (nw_str_eq_nocase(name, NW_STR("content-encoding")) ||
		nw_str_eq_nocase(name, NW_STR("transfer-encoding")))
		header->codings += count_codings(value);
	if (nw_str_eq_nocase(name, NW_STR("content-length")))
		(void)read_number(value, &header->length);
	for (int i = 0; i < NW_N_FIELDS; i++) {
		if (nw_str_eq_nocase(name, rows[i].name)) {
			keep(header, (enum nw_field)i, value);
			return;
		}
	}
}

enum nw_header_err nw_header_line(struct nw_header *header, struct nw_str line)
{
	header->bytes += line.n;
	header->lines++;
	if (header->bytes > NW_HEADER_BYTES || header->lines > NW_HEADER_LINES)
		return NW_HEADER_TOO_LARGE;
	if (header->is_whole)
		return NW_HEADER_OK; /* trailers tell us nothing */
	if (nw_str_starts_nocase(line, NW_STR("HTTP/"))) {
		begin_response(header, line);
		return NW_HEADER_OK;
	}
	if (nw_str_trim(line).n == 0) {
		header->is_whole = header->status >= 200;
		return NW_HEADER_OK;
	}
	if (line.p[0] != ' ' && line.p[0] != '\t')
		take_field(header, line);
	return header->codings > 1 ? NW_HEADER_CODINGS : NW_HEADER_OK;
}

struct nw_str nw_header_field(const struct nw_header *header, enum nw_field field)
{
	const size_t n = header->fields[field].n;

	return n ? (struct nw_str){header->text.p + header->fields[field].at, n} : NW_STR("");
}

/* HTTP's three forms of a date (RFC 9110, section 5.6.7) and what resembles them; 0: none. */
static int64_t read_date(struct nw_str text)
{
	char copy[64];
	time_t when;

	if (text.n == 0 || text.n >= sizeof(copy))
		return 0;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	when = curl_getdate(copy, NULL);
	return when > 0 ? (int64_t)when : 0;
}

/* The value of max-age (RFC 9111, section 5.2.2.1), quoted or not; -1 when there is none. */
static int64_t read_max_age(struct nw_str directives)
{
	const struct nw_str name = NW_STR("max-age=");
	struct nw_str directive, value;
	int64_t seconds;

	while (nw_str_cut(&directives, ',', &directive)) {
		directive = nw_str_trim(directive);
		if (!nw_str_starts_nocase(directive, name))
			continue;
		value = nw_str_from(directive, name.n);
		if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
			value = (struct nw_str){value.p + 1, value.n - 2};
		if (read_number(value, &seconds))
			return seconds;
	}
	return -1;
}

void nw_header_judge(
	const struct nw_header *header, int64_t now_s, struct nw_http_response *response)
{
	const int64_t date = read_date(nw_header_field(header, NW_FIELD_DATE));
	const int64_t expires = read_date(nw_header_field(header, NW_FIELD_EXPIRES));
	const struct nw_str later = nw_header_field(header, NW_FIELD_RETRY_AFTER);
	int64_t age, skew, wait;

	(void)read_number(nw_header_field(header, NW_FIELD_AGE), &age);
	/* Only the difference of two of the peer's own moments means anything on our clock. */
	skew = date ? now_s - age - date : 0;

	response->max_age_s = read_max_age(nw_header_field(header, NW_FIELD_CACHE_CONTROL));
	if (response->max_age_s > 0)
		response->max_age_s = age < response->max_age_s ? response->max_age_s - age : 0;
	response->expires_s = expires ? expires + skew : 0;
	if (!read_number(later, &wait)) {
		wait = read_date(later);
		wait = wait ? wait + skew - now_s : 0;
	}
	response->retry_after_s = wait < 0 ? 0 : wait > DAY_S ? DAY_S : wait;
}
