/* Six strings with NUL between them as a mail: from, to, subject, rule, text and HTML. */
#include <stdlib.h>

#include "alert/mime.h"
#include "base/arena.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAIL_MAX ((size_t)1 << 22)

enum { FROM, TO, SUBJECT, RULE, TEXT, HTML, PARTS };

static const char *const headers[] = {"Date", "From", "To", "Subject", "Message-ID", "In-Reply-To",
	"References", "Auto-Submitted", "X-Newswire-Rule", "X-Newswire-Key", "MIME-Version",
	"Content-Type"};

#define N_HEADERS (sizeof(headers) / sizeof(headers[0]))

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* Up to its CRLF; no CR or LF by itself, nothing past ASCII, no control. */
static struct nw_str take_line(struct nw_str *rest)
{
	const size_t n = nw_str_find(*rest, NW_STR("\r\n"));
	const struct nw_str line = nw_str_head(*rest, n);

	must(n < rest->n && n <= 998);
	for (size_t i = 0; i < n; i++)
		must(line.p[i] >= ' ' && line.p[i] <= '~');
	*rest = nw_str_from(*rest, n + 2);
	return line;
}

/* Each of ours once, and no other, whatever the strings say. */
static void check_headers(struct nw_str *rest, bool is_first)
{
	unsigned seen[N_HEADERS] = {0};
	struct nw_str line;

	while ((line = take_line(rest)).n) {
		const struct nw_str name = nw_str_head(line, nw_str_find(line, NW_STR(":")));
		size_t i = 0;

		if (line.p[0] == ' ') {
			must(nw_str_trim(line).n >
				0); /* of blanks alone it would end the headers */
			continue;
		}
		while (i < N_HEADERS && !nw_str_eq(name, nw_str(headers[i])))
			i++;
		must(i < N_HEADERS && !seen[i]++);
	}
	for (size_t i = 0; i < N_HEADERS; i++)
		must(seen[i] == 1 ||
			(is_first && !seen[i] &&
				nw_str_eq(nw_str(headers[i]), NW_STR("In-Reply-To"))));
}

static unsigned char value_of(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = strchr(digits, c);

	must(c && at);
	return (unsigned char)(at - digits);
}

/* Lines of base64 up to the boundary: what was given, byte for byte. */
static void check_part(
	struct nw_str *rest, const char *type, struct nw_str body, struct nw_str boundary)
{
	struct nw_str line = take_line(rest);

	must(nw_str_starts(line, NW_STR("Content-Type: ")) &&
		nw_str_find(line, nw_str(type)) < line.n);
	must(nw_str_eq(take_line(rest), NW_STR("Content-Transfer-Encoding: base64")));
	must(!take_line(rest).n);
	while (!nw_str_starts(line = take_line(rest), boundary)) {
		must(line.n && line.n % 4 == 0 && line.n <= 76);
		for (size_t i = 0; i < line.n; i += 4) {
			uint32_t three = 0;
			size_t n = line.p[i + 2] == '=' ? 1 : line.p[i + 3] == '=' ? 2 : 3;

			for (size_t k = 0; k < 4; k++)
				three = three << 6 | (k <= n ? value_of(line.p[i + k]) : 0U);
			for (size_t k = 0; k < n; k++, body = nw_str_from(body, 1))
				must(body.n &&
					(unsigned char)body.p[0] == (three >> (16 - 8 * k) & 255));
		}
	}
	must(!body.n);
	if (nw_str_find(line, NW_STR("--nw-")) == 0 &&
		nw_str_eq(nw_str_from(line, boundary.n), NW_STR("--")))
		must(!rest->n);
}

static void check_mail(struct nw_str mail, const struct nw_mime *m)
{
	const struct nw_str boundary = NW_STR("--nw-0123456789abcdef");

	check_headers(&mail, m->is_first);
	must(nw_str_eq(take_line(&mail), boundary));
	check_part(&mail, "text/plain", m->text, boundary);
	if (m->html.n)
		check_part(&mail, "text/html", m->html, boundary);
	must(!mail.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_str rest = {(const char *)data, size}, part[PARTS] = {{0}};
	struct nw_arena *arena = nw_arena_new();
	const char *to[] = {NULL, "desk@example.org", NULL};
	struct nw_mime mime = {.key = NW_STR("0123456789abcdef"), .thread = NW_STR("00ff")};
	struct nw_buf out;

	for (size_t i = 0; i + 1 < PARTS && nw_str_cut(&rest, 0, &part[i]); i++)
		;
	part[HTML] = rest;
	to[0] = nw_arena_str(arena, part[TO]).p;
	mime.from = part[FROM];
	mime.to = to;
	mime.subject = part[SUBJECT];
	mime.rule = part[RULE];
	mime.text = part[TEXT];
	mime.html = part[HTML];
	mime.date_s = (int64_t)size * 86399;
	mime.is_first = size % 2;
	nw_buf_init(&out, MAIL_MAX);
	nw_mime_write(&out, &mime);
	must(out.failed == (out.n == 0) && out.n <= size * 4 + 4096);
	if (!out.failed)
		check_mail(nw_buf_str(&out), &mime);
	nw_buf_clear(&out);
	nw_arena_free(arena);
	return 0;
}
