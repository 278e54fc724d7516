#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alert/mime.h"
#include "base/str.h"

static const char *const desk[] = {"Desk <desk@example.org>", "duty@example.org", NULL};

static struct nw_mime usual(void)
{
	return (struct nw_mime){.from = NW_STR("Newswire <wire@example.org>"),
		.to = desk,
		.subject = NW_STR("Ceasefire signed"),
		.key = NW_STR("0123456789abcdef0123456789abcdef"),
		.thread = NW_STR("aaaabbbbccccddddaaaabbbbccccdddd"),
		.rule = NW_STR("libya-flash"),
		.text = NW_STR("Hello\n"),
		.html = NW_STR("<p>Hello</p>"),
		.date_s = 1795294265};
}

static struct nw_buf write_mail(const struct nw_mime *mime)
{
	struct nw_buf out;

	nw_buf_init(&out, (size_t)1 << 20);
	nw_mime_write(&out, mime);
	assert_false(out.failed);
	return out;
}

/* What holds of every message; how many header lines there are, folded ones once. */
static size_t check_lines(const struct nw_buf *mail)
{
	struct nw_str rest = nw_buf_str(mail);
	size_t headers = 0;
	bool in_headers = true;

	assert_true(nw_str_ends(rest, NW_STR("\r\n")));
	for (size_t i = 0; i < rest.n; i++)
		assert_true((unsigned char)rest.p[i] < 0x7f &&
			(rest.p[i] >= ' ' || rest.p[i] == '\r' || rest.p[i] == '\n'));
	while (rest.n) {
		const size_t end = nw_str_find(rest, NW_STR("\r\n"));
		const struct nw_str line = nw_str_head(rest, end);

		assert_true(line.n <= 998);
		assert_int_equal(nw_str_find(line, NW_STR("\n")), line.n);
		assert_int_equal(nw_str_find(line, NW_STR("\r")), line.n);
		in_headers = in_headers && line.n;
		if (in_headers && line.p[0] != ' ')
			headers++;
		rest = nw_str_from(rest, end + 2);
	}
	return headers;
}

static void a_message_is_as_mail_programs_expect(void **state)
{
	const struct nw_mime mime = usual();
	struct nw_buf mail = write_mail(&mime);

	(void)state;
	assert_int_equal(check_lines(&mail), 12);
	assert_non_null(strstr(mail.p, "Date: Sat, 21 Nov 2026 20:51:05 +0000\r\n"));
	assert_non_null(strstr(mail.p, "From: \"Newswire\" <wire@example.org>\r\n"));
	assert_non_null(
		strstr(mail.p, "To: \"Desk\" <desk@example.org>,\r\n <duty@example.org>\r\n"));
	assert_non_null(strstr(mail.p, "Subject: Ceasefire signed\r\n"));
	assert_non_null(
		strstr(mail.p, "Message-ID: <0123456789abcdef0123456789abcdef@example.org>\r\n"));
	assert_non_null(
		strstr(mail.p, "References: <aaaabbbbccccddddaaaabbbbccccdddd@example.org>\r\n"));
	assert_non_null(
		strstr(mail.p, "In-Reply-To: <aaaabbbbccccddddaaaabbbbccccdddd@example.org>\r\n"));
	assert_non_null(strstr(mail.p, "\r\n\r\nSGVsbG8K\r\n--nw-"));
	assert_non_null(strstr(mail.p, "text/html; charset=utf-8"));
	assert_non_null(strstr(mail.p, "--nw-0123456789abcdef0123456789abcdef--\r\n"));
	nw_buf_clear(&mail);
}

static void a_first_message_answers_nothing(void **state)
{
	struct nw_mime mime = usual();
	struct nw_buf mail;

	(void)state;
	mime.is_first = true;
	mail = write_mail(&mime);
	assert_null(strstr(mail.p, "In-Reply-To"));
	assert_non_null(strstr(mail.p, "References: "));
	nw_buf_clear(&mail);
}

static void words_past_ascii_are_encoded_and_folded(void **state)
{
	struct nw_mime mime = usual();
	struct nw_buf mail;
	const char *at;
	size_t words = 0;

	(void)state;
	mime.subject = NW_STR("\xd9\x88\xd9\x82\xd9\x81 \xd8\xa5\xd8\xb7\xd9\x84\xd8\xa7\xd9\x82 "
			      "\xd8\xa7\xd9\x84\xd9\x86\xd8\xa7\xd8\xb1 \xd9\x81\xd9\x8a "
			      "\xd8\xb7\xd8\xb1\xd8\xa7\xd8\xa8\xd9\x84\xd8\xb3 "
			      "\xd8\xa7\xd9\x84\xd9\x8a\xd9\x88\xd9\x85");
	mail = write_mail(&mime);
	assert_int_equal(check_lines(&mail), 12);
	for (at = mail.p; (at = strstr(at, "=?utf-8?B?")); at++) {
		const char *end = strstr(at, "?=");

		assert_non_null(end);
		assert_true(end + 2 - at <= 75);
		words++;
	}
	assert_int_equal(words, 2);
	nw_buf_clear(&mail);
}

static void no_value_can_begin_a_header(void **state)
{
	static const char *const to[] = {
		"A\r\nBcc: x@evil.example <a@b.example\r\nBcc: y@evil.example>", NULL};
	struct nw_mime mime = usual();
	struct nw_buf mail;

	(void)state;
	mime.to = to;
	mime.from = NW_STR("X\nBcc: z <w@e.example\r\nBcc: q>");
	mime.subject = NW_STR("a\r\nBcc: evil@evil.example\r\n\r\nbody =?utf-8?B?AAAA?=");
	mime.rule = NW_STR("r\nX: y");
	mime.key = NW_STR("k\r\n\r\nx\"y");
	mail = write_mail(&mime);
	assert_int_equal(check_lines(&mail), 12);
	assert_null(strstr(mail.p, "\r\nBcc"));
	assert_null(strstr(mail.p, "\nX: y"));
	nw_buf_clear(&mail);
}

static void an_address_is_found_in_its_brackets(void **state)
{
	(void)state;
	assert_true(nw_str_eq(
		nw_mime_address(NW_STR("Desk <desk@example.org>")), NW_STR("desk@example.org")));
	assert_true(nw_str_eq(nw_mime_address(NW_STR(" a@b.example ")), NW_STR("a@b.example")));
	assert_true(nw_str_eq(nw_mime_address(NW_STR("<a@b.example")), NW_STR("a@b.example")));
}

static void dates_are_right_over_leap_days(void **state)
{
	static const struct {
		int64_t unix_s;
		const char *text;
	} cases[] = {
		{0, "Date: Thu, 01 Jan 1970 00:00:00 +0000"},
		{951782400, "Date: Tue, 29 Feb 2000 00:00:00 +0000"},
		{1709251199, "Date: Thu, 29 Feb 2024 23:59:59 +0000"},
		{1709251200, "Date: Fri, 01 Mar 2024 00:00:00 +0000"},
		{4107542400, "Date: Mon, 01 Mar 2100 00:00:00 +0000"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nw_mime mime = usual();
		struct nw_buf mail;

		mime.date_s = cases[i].unix_s;
		mail = write_mail(&mime);
		assert_non_null(strstr(mail.p, cases[i].text));
		nw_buf_clear(&mail);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_as_mail_programs_expect),
		cmocka_unit_test(a_first_message_answers_nothing),
		cmocka_unit_test(words_past_ascii_are_encoded_and_folded),
		cmocka_unit_test(no_value_can_begin_a_header),
		cmocka_unit_test(an_address_is_found_in_its_brackets),
		cmocka_unit_test(dates_are_right_over_leap_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
