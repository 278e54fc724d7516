#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "article/wire.h"
#include "base/str.h"

static const struct nw_message item = {
	.kind = NW_KIND_ITEM,
	.seq = 42,
	.prev = 41,
	.unix_ms = 1700000000000,
	.id = {"0123456789abcdef0123456789abcdef", 32},
	.version = 1,
};

static void header_is_one_line_of_seven_words(void **state)
{
	struct nw_buf out;

	(void)state;
	nw_buf_init(&out, 256);
	nw_wire_write_header(&out, &item);
	assert_string_equal(
		out.p, "NW1 item 42 41 1700000000000 0123456789abcdef0123456789abcdef v1");
	nw_buf_clear(&out);
}

static void header_is_read_as_it_was_written(void **state)
{
	struct nw_message m = {0};
	struct nw_buf out;

	(void)state;
	nw_buf_init(&out, 256);
	nw_wire_write_header(&out, &item);
	assert_int_equal(nw_wire_read_header(nw_buf_str(&out), &m, NULL), NW_OK);
	assert_int_equal(m.kind, NW_KIND_ITEM);
	assert_int_equal(m.seq, 42);
	assert_int_equal(m.prev, 41);
	assert_int_equal(m.unix_ms, 1700000000000);
	assert_true(nw_str_eq(m.id, item.id));
	assert_int_equal(m.version, 1);
	nw_buf_clear(&out);
}

static void dash_stands_for_no_id(void **state)
{
	struct nw_message m = {.kind = NW_KIND_HEARTBEAT, .seq = 7, .version = 1};
	struct nw_buf out;

	(void)state;
	nw_buf_init(&out, 256);
	nw_wire_write_header(&out, &m);
	assert_string_equal(out.p, "NW1 heartbeat 7 0 0 - v1");
	assert_int_equal(nw_wire_read_header(nw_buf_str(&out), &m, NULL), NW_OK);
	assert_int_equal(m.id.n, 0);
	nw_buf_clear(&out);
}

static void headers_that_are_none_are_refused(void **state)
{
	static const struct {
		const char *frame;
		enum nw_err err;
	} rows[] = {
		{"", NW_E_SYNTAX},
		{"NW1", NW_E_SYNTAX},
		{"XX1 item 1 0 1 a v1", NW_E_SYNTAX},
		{"NW2 item 1 0 1 a v1", NW_E_UNKNOWN},
		{"NW1 rumour 1 0 1 a v1", NW_E_UNKNOWN},
		{"NW1 item -1 0 1 a v1", NW_E_SYNTAX},
		{"NW1 item 01 0 1 a v1", NW_E_SYNTAX},
		{"NW1 item 9223372036854775808 0 1 a v1", NW_E_SYNTAX},
		{"NW1 item 1 0 1 a", NW_E_SYNTAX},
		{"NW1 item 1 0 1 a 1", NW_E_SYNTAX},
		{"NW1 item 1 0 1 a v1 more", NW_E_SYNTAX},
		{"NW1 item 1 0 1  v1", NW_E_SYNTAX},
		{"NW1 item 1 0 1 a\nb v1", NW_E_SYNTAX},
	};
	struct nw_error error;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nw_message m = {.seq = 5};

		error = (struct nw_error){0};
		if (nw_wire_read_header(nw_str(rows[i].frame), &m, &error) != rows[i].err)
			fail_msg("'%s' is not refused as it should be", rows[i].frame);
		/* Another kind's numbers are told: it is passed over, not missed. */
		assert_int_equal(
			m.seq, nw_str_starts(nw_str(rows[i].frame), NW_STR("NW1 rumour")) ? 1 : 5);
		assert_true(error.text[0]);
	}
}

static void kinds_have_names_and_names_kinds(void **state)
{
	enum nw_kind kind;

	(void)state;
	for (int i = NW_KIND_ITEM; i <= NW_KIND_HEARTBEAT; i++) {
		assert_true(nw_kind_parse(nw_str(nw_kind_name((enum nw_kind)i)), &kind));
		assert_int_equal(kind, i);
	}
	assert_false(nw_kind_parse(NW_STR("Item"), &kind));
}

static void keys_end_in_a_slash_and_have_no_empty_part(void **state)
{
	static const char *const good[] = {
		"all/", "topic/libya/", "topic/libya/haftar/", "a.b_c-1/"};
	static const char *const bad[] = {"", "/", "all", "/all/", "all//", "topic/Libya/",
		"topic/a b/", "topic/\xc3\xa9/", "*"};
	char longest[NW_WIRE_KEY_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(nw_wire_is_key(nw_str(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(nw_wire_is_key(nw_str(bad[i])));
	memset(longest, 'a', sizeof(longest));
	longest[NW_WIRE_KEY_MAX - 1] = '/';
	assert_true(nw_wire_is_key((struct nw_str){longest, NW_WIRE_KEY_MAX}));
	longest[NW_WIRE_KEY_MAX - 1] = 'a';
	longest[NW_WIRE_KEY_MAX] = '/';
	assert_false(nw_wire_is_key((struct nw_str){longest, NW_WIRE_KEY_MAX + 1}));
}

static void any_beginning_of_a_key_may_be_asked_for(void **state)
{
	(void)state;
	assert_true(nw_wire_is_prefix(NW_STR("")));
	assert_true(nw_wire_is_prefix(NW_STR("topic")));
	assert_true(nw_wire_is_prefix(NW_STR("topic/lib")));
	assert_true(nw_wire_is_prefix(NW_STR(NW_WIRE_HEARTBEAT)));
	assert_false(nw_wire_is_prefix(NW_STR("/topic")));
	assert_false(nw_wire_is_prefix(NW_STR("topic//")));
	assert_false(nw_wire_is_prefix(NW_STR("topic/ ")));
}

static void names_of_cursors_are_short_and_plain(void **state)
{
	static const char *const bad[] = {"", "Desk", "a b", "a/b", "..\n", "\xc3\xa9"};
	char name[NW_WIRE_NAME_MAX + 1];

	(void)state;
	memset(name, 'a', sizeof(name));
	assert_true(nw_wire_is_name(NW_STR("desk-2.a_b")));
	assert_true(nw_wire_is_name((struct nw_str){name, NW_WIRE_NAME_MAX}));
	assert_false(nw_wire_is_name((struct nw_str){name, sizeof(name)}));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(nw_wire_is_name(nw_str(bad[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_is_one_line_of_seven_words),
		cmocka_unit_test(header_is_read_as_it_was_written),
		cmocka_unit_test(dash_stands_for_no_id),
		cmocka_unit_test(headers_that_are_none_are_refused),
		cmocka_unit_test(kinds_have_names_and_names_kinds),
		cmocka_unit_test(keys_end_in_a_slash_and_have_no_empty_part),
		cmocka_unit_test(any_beginning_of_a_key_may_be_asked_for),
		cmocka_unit_test(names_of_cursors_are_short_and_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
