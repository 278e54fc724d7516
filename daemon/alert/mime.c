#include "alert/mime.h"

#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

/* "=?utf-8?B?" and "?=" leave 63 of the 75 that RFC 2047 allows a word: 45 bytes in base64. */
#define WORD_BYTES 45
#define LINE_BYTES 57 /* of a body: 76 characters in base64 */
#define PLAIN_MAX 200 /* bytes of a value that is written as it is */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void add_base64(struct nw_buf *out, struct nw_str s)
{
	for (size_t i = 0; i < s.n; i += 3) {
		const size_t n = s.n - i < 3 ? s.n - i : 3;
		uint32_t three = 0;

		for (size_t k = 0; k < 3; k++)
			three = three << 8 | (k < n ? (unsigned char)s.p[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			nw_buf_add_c(
				out, (char)(k <= n ? digits[three >> (18 - 6 * k) & 63] : '='));
	}
}

static bool is_plain(struct nw_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	/* What looks encoded already would be decoded. */
	return s.n <= PLAIN_MAX && nw_str_find(s, NW_STR("=?")) == s.n;
}

/* So that a word ends with a whole character. */
static size_t word_end(struct nw_str s)
{
	size_t n = s.n < WORD_BYTES ? s.n : WORD_BYTES;

	while (n < s.n && n > WORD_BYTES - 4 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* Words of a header, as they are or encoded, each on a line of its own then. */
static void add_words(struct nw_buf *out, struct nw_str s)
{
	if (is_plain(s)) {
		nw_buf_add(out, s);
		return;
	}
	while (s.n) {
		const size_t n = word_end(s);

		nw_buf_add(out, NW_STR("=?utf-8?B?"));
		add_base64(out, nw_str_head(s, n));
		nw_buf_add(out, NW_STR("?="));
		s = nw_str_from(s, n);
		if (s.n)
			nw_buf_add(out, NW_STR("\r\n "));
	}
}

static void add_clean(struct nw_buf *out, struct nw_str s)
{
	s = nw_str_head(s, PLAIN_MAX);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] > ' ' && s.p[i] <= '~' && !strchr("<>\"", s.p[i]))
			nw_buf_add_c(out, s.p[i]);
}

/* --- addresses --- */

struct nw_str nw_mime_address(struct nw_str mailbox)
{
	const size_t open = nw_str_find(mailbox, NW_STR("<"));
	const struct nw_str rest = nw_str_from(mailbox, open + 1);

	if (open == mailbox.n)
		return nw_str_trim(mailbox);
	return nw_str_trim(nw_str_head(rest, nw_str_find(rest, NW_STR(">"))));
}

/* A quoted string, or encoded. */
static void add_name(struct nw_buf *out, struct nw_str name)
{
	if (!is_plain(name)) {
		add_words(out, name);
		return;
	}
	nw_buf_add_c(out, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"' || name.p[i] == '\\')
			nw_buf_add_c(out, '\\');
		nw_buf_add_c(out, name.p[i]);
	}
	nw_buf_add_c(out, '"');
}

static void add_mailbox(struct nw_buf *out, struct nw_str mailbox)
{
	struct nw_str name = nw_str_trim(nw_str_head(mailbox, nw_str_find(mailbox, NW_STR("<"))));

	if (name.n == nw_str_trim(mailbox).n)
		name.n = 0;
	if (name.n > 1 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = nw_str_head(nw_str_from(name, 1), name.n - 2);
	if (name.n) {
		add_name(out, name);
		nw_buf_add_c(out, ' ');
	}
	nw_buf_add_c(out, '<');
	add_clean(out, nw_mime_address(mailbox));
	nw_buf_add_c(out, '>');
}

/* <LOCAL@DOMAIN>, the sender's domain. */
static void add_id(struct nw_buf *out, const struct nw_mime *m, struct nw_str local)
{
	const struct nw_str address = nw_mime_address(m->from);
	const struct nw_str domain = nw_str_from(address, nw_str_find(address, NW_STR("@")) + 1);

	nw_buf_add_c(out, '<');
	add_clean(out, local);
	nw_buf_add_c(out, '@');
	add_clean(out, domain.n ? domain : NW_STR("newswire.invalid"));
	nw_buf_add_c(out, '>');
}

/* --- the message --- */

static void add_date(struct nw_buf *out, int64_t unix_s)
{
	static const char days[] = "ThuFriSatSunMonTueWed";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const int64_t s = unix_s > 0 ? unix_s : 0, day = s / 86400, of_day = s % 86400;
	/* Days since 1 March of the year 0, in eras of 400 years: the usual reckoning. */
	const int64_t z = day + 719468, era = z / 146097, doe = z % 146097;
	const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	const int64_t month = mp < 10 ? mp + 2 : mp - 10; /* 0: January */

	nw_buf_printf(out,
		"Date: %.3s, %02" PRId64 " %.3s %04" PRId64 " %02" PRId64 ":%02" PRId64
		":%02" PRId64 " +0000\r\n",
		&days[day % 7 * 3], doy - (153 * mp + 2) / 5 + 1, &months[month * 3],
		yoe + era * 400 + (month < 2), of_day / 3600, of_day / 60 % 60, of_day % 60);
}

static void add_to(struct nw_buf *out, const struct nw_mime *m)
{
	nw_buf_add(out, NW_STR("To: "));
	for (const char *const *to = m->to; *to; to++) {
		if (to != m->to)
			nw_buf_add(out, NW_STR(",\r\n "));
		add_mailbox(out, nw_str(*to));
	}
	nw_buf_add(out, NW_STR("\r\n"));
}

/*
 * The thread's first message need not be there: whoever puts threads together groups those
 * that refer to the same one.
 */
static void add_thread(struct nw_buf *out, const struct nw_mime *m)
{
	nw_buf_add(out, NW_STR("Message-ID: "));
	add_id(out, m, m->key);
	if (!m->is_first) {
		nw_buf_add(out, NW_STR("\r\nIn-Reply-To: "));
		add_id(out, m, m->thread);
	}
	nw_buf_add(out, NW_STR("\r\nReferences: "));
	add_id(out, m, m->thread);
	nw_buf_add(out, NW_STR("\r\n"));
}

static void add_headers(struct nw_buf *out, const struct nw_mime *m)
{
	add_date(out, m->date_s);
	nw_buf_add(out, NW_STR("From: "));
	add_mailbox(out, m->from);
	nw_buf_add(out, NW_STR("\r\n"));
	add_to(out, m);
	nw_buf_add(out, NW_STR("Subject: "));
	add_words(out, m->subject);
	nw_buf_add(out, NW_STR("\r\n"));
	add_thread(out, m);
	/* RFC 3834: whoever is on holiday does not answer. */
	nw_buf_add(out, NW_STR("Auto-Submitted: auto-generated\r\nX-Newswire-Rule: "));
	add_words(out, m->rule);
	nw_buf_add(out, NW_STR("\r\nX-Newswire-Key: "));
	add_clean(out, m->key);
	nw_buf_add(out,
		NW_STR("\r\nMIME-Version: 1.0\r\n"
		       "Content-Type: multipart/alternative; boundary=\"nw-"));
	add_clean(out, m->key);
	nw_buf_add(out, NW_STR("\"\r\n\r\n"));
}

static void add_boundary(struct nw_buf *out, const struct nw_mime *m, const char *end)
{
	nw_buf_add(out, NW_STR("--nw-"));
	add_clean(out, m->key);
	nw_buf_add(out, nw_str(end));
	nw_buf_add(out, NW_STR("\r\n"));
}

static void add_part(
	struct nw_buf *out, const struct nw_mime *m, const char *type, struct nw_str body)
{
	add_boundary(out, m, "");
	nw_buf_printf(out,
		"Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
		type);
	for (; body.n; body = nw_str_from(body, LINE_BYTES)) {
		add_base64(out, nw_str_head(body, LINE_BYTES));
		nw_buf_add(out, NW_STR("\r\n"));
	}
}

void nw_mime_write(struct nw_buf *out, const struct nw_mime *mime)
{
	add_headers(out, mime);
	add_part(out, mime, "text/plain", mime->text);
	if (mime->html.n)
		add_part(out, mime, "text/html", mime->html);
	add_boundary(out, mime, "--");
}
