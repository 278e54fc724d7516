#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "article/wire.h"
#include "base/str.h"
#include "bus/request.h"

static enum nw_err parse(const char *lines, struct nw_request *r)
{
	const struct nw_str frames[] = {NW_STR("NWREPLAY1"), nw_str(lines)};
	struct nw_error error = {0};
	const enum nw_err err = nw_request_parse(frames, 2, r, &error);

	assert_true(!err == !error.text[0]);
	return err;
}

static void every_name_is_understood(void **state)
{
	struct nw_request r;

	(void)state;
	assert_int_equal(
		parse("from=17\nkeys=topic/libya/,alert/\nbody=none\ncredit=20\n", &r), NW_OK);
	assert_int_equal(r.from, NW_FROM_SEQ);
	assert_int_equal(r.seq, 17);
	assert_int_equal(r.n_prefixes, 2);
	assert_true(nw_str_eq(r.prefixes[1], NW_STR("alert/")));
	assert_true(r.no_text);
	assert_int_equal(r.credit, 20);
	assert_int_equal(parse("since=2020-01-16T10:00:00Z", &r), NW_OK);
	assert_int_equal(r.from, NW_FROM_SINCE);
	assert_int_equal(r.since_ms, 1579168800000);
	assert_int_equal(parse("last=5", &r), NW_OK);
	assert_int_equal(r.from, NW_FROM_LAST);
	assert_int_equal(r.last, 5);
}

static void what_is_not_said_is_everything_with_text(void **state)
{
	struct nw_request r;

	(void)state;
	assert_int_equal(parse("from=1\nkeys=\nbody=text", &r), NW_OK);
	assert_int_equal(r.n_prefixes, 0);
	assert_false(r.no_text);
	assert_int_equal(r.credit, 500);
}

static void requests_that_are_none_are_refused(void **state)
{
	static const struct {
		const char *lines;
		enum nw_err err;
	} rows[] = {
		{"", NW_E_SYNTAX},
		{"\n", NW_E_SYNTAX},
		{"keys=all/", NW_E_SYNTAX},
		{"from", NW_E_SYNTAX},
		{"from=", NW_E_SYNTAX},
		{"from=-1", NW_E_SYNTAX},
		{"from=9223372036854775808", NW_E_SYNTAX},
		{"from=1\r\n", NW_E_SYNTAX},
		{"from=1\n\nkeys=all/", NW_E_SYNTAX},
		{"from=1\nfrom=2", NW_E_SYNTAX},
		{"from=1\nlast=2", NW_E_SYNTAX},
		{"from=1\ncredit=0", NW_E_SYNTAX},
		{"from=1\ncredit=1000000001", NW_E_SYNTAX},
		{"from=1\nbody=html", NW_E_SYNTAX},
		{"from=1\nkeys=,", NW_E_SYNTAX},
		{"from=1\nkeys=Topic/", NW_E_SYNTAX},
		{"from=1\nkeys=topic/%", NW_E_SYNTAX},
		{"from=1\nbookmark=desk", NW_E_UNKNOWN},
		{"cursor=", NW_E_SYNTAX},
		{"cursor=Desk", NW_E_SYNTAX},
		{"cursor=a b", NW_E_SYNTAX},
		{"cursor=../desk", NW_E_SYNTAX},
		{"cursor=a\ncursor=b", NW_E_SYNTAX},
		{"last=0", NW_E_SYNTAX},
		{"last=100001", NW_E_SYNTAX},
		{"since=yesterday", NW_E_SYNTAX},
	};
	struct nw_request r;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (parse(rows[i].lines, &r) != rows[i].err)
			fail_msg("'%s' is not refused as it should be", rows[i].lines);
	}
}

static void more_is_a_frame_of_its_own(void **state)
{
	const struct nw_str more = NW_STR("MORE 250"), bad = NW_STR("MORE all"),
			    other = NW_STR("LESS 3");
	const struct nw_str three[] = {NW_STR("NWREPLAY1"), NW_STR("from=1"), NW_STR("from=1")};
	struct nw_request r;

	(void)state;
	assert_int_equal(nw_request_parse(&more, 1, &r, NULL), NW_OK);
	assert_int_equal(r.asked, NW_ASKED_MORE);
	assert_int_equal(r.credit, 250);
	assert_int_equal(nw_request_parse(&bad, 1, &r, NULL), NW_E_SYNTAX);
	assert_int_equal(nw_request_parse(&other, 1, &r, NULL), NW_E_UNKNOWN);
	assert_int_equal(nw_request_parse(three, 1, &r, NULL), NW_E_UNKNOWN);
	assert_int_equal(nw_request_parse(three, 3, &r, NULL), NW_E_UNKNOWN);
	assert_int_equal(nw_request_parse(three, 0, &r, NULL), NW_E_UNKNOWN);
}

static void a_cursor_begins_a_replay_alone_or_beside_another_start(void **state)
{
	struct nw_request r;

	(void)state;
	assert_int_equal(parse("cursor=desk-2.a_b", &r), NW_OK);
	assert_int_equal(r.asked, NW_ASKED_REPLAY);
	assert_int_equal(r.from, NW_FROM_NOW);
	assert_true(nw_str_eq(r.cursor, NW_STR("desk-2.a_b")));
	assert_int_equal(parse("last=3\ncursor=desk", &r), NW_OK);
	assert_int_equal(r.from, NW_FROM_LAST);
	assert_true(nw_str_eq(r.cursor, NW_STR("desk")));
}

static void an_ack_names_its_cursor_and_a_seq(void **state)
{
	static const char *const bad[] = {"ACK desk", "ACK desk ", "ACK desk x", "ACK desk -1",
		"ACK desk 1 2", "ACK  1", "ACK desk\n1", "ACK D 1", "ACK ", "ACK desk 1\n",
		"ACK desk 9223372036854775808"};
	const struct nw_str good = NW_STR("ACK desk 41");
	struct nw_request r;

	(void)state;
	assert_int_equal(nw_request_parse(&good, 1, &r, NULL), NW_OK);
	assert_int_equal(r.asked, NW_ASKED_ACK);
	assert_true(nw_str_eq(r.cursor, NW_STR("desk")));
	assert_int_equal(r.seq, 41);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct nw_str frame = nw_str(bad[i]);

		if (nw_request_parse(&frame, 1, &r, NULL) != NW_E_SYNTAX)
			fail_msg("'%s' is not refused as it should be", bad[i]);
	}
}

static void names_of_cursors_are_limited(void **state)
{
	char lines[128] = "cursor=";
	struct nw_request r;

	(void)state;
	memset(lines + 7, 'a', NW_WIRE_NAME_MAX);
	assert_int_equal(parse(lines, &r), NW_OK);
	lines[7 + NW_WIRE_NAME_MAX] = 'a';
	assert_int_equal(parse(lines, &r), NW_E_SYNTAX);
}

static void size_and_number_of_keys_are_limited(void **state)
{
	char lines[NW_REQUEST_BYTES + 16] = "from=1\nkeys=a/";
	struct nw_request r;

	(void)state;
	for (int i = 1; i < NW_WIRE_KEYS_MAX; i++)
		memcpy(lines + strlen(lines), ",a/", 4);
	assert_int_equal(parse(lines, &r), NW_OK);
	memcpy(lines + strlen(lines), ",a/", 4);
	assert_int_equal(parse(lines, &r), NW_E_LIMIT);
	memset(lines, '\n', sizeof(lines) - 1);
	assert_int_equal(parse(lines, &r), NW_E_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_is_understood),
		cmocka_unit_test(what_is_not_said_is_everything_with_text),
		cmocka_unit_test(requests_that_are_none_are_refused),
		cmocka_unit_test(more_is_a_frame_of_its_own),
		cmocka_unit_test(a_cursor_begins_a_replay_alone_or_beside_another_start),
		cmocka_unit_test(an_ack_names_its_cursor_and_a_seq),
		cmocka_unit_test(names_of_cursors_are_limited),
		cmocka_unit_test(size_and_number_of_keys_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
