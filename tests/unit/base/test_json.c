#include "base/json.h"
#include "check.h"

static void assert_json(const json_t *value, const char *want)
{
	struct nw_buf out;

	nw_buf_init(&out, 1 << 20);
	nw_json_write(&out, value);
	assert_false(out.failed);
	assert_str(nw_buf_str(&out), want);
	nw_buf_clear(&out);
}

static void a_value_is_written_as_it_was_read(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"{\"z\":1,\"a\":[true,null,-2.5],\"m\":{}}", NULL},
		{" [ 1 , 2 ] ", "[1,2]"},
		{"\"a\\/b\\u00e9\"", "\"a/b\xc3\xa9\""},
		{"\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\""},
		{"7", NULL},
		{"\xef\xbb\xbf{}", "{}"},
		{"\"\\u0000\\u001F\\u007F\\u009B\"", NULL},
		{"{\"a\":1,\"a\":2}", "{\"a\":2}"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nw_error e = {0};
		json_t *value;

		if (nw_json_parse(nw_str(cases[i].text), &value, &e))
			fail_msg("%s: %s", cases[i].text, e.text);
		assert_json(value, cases[i].want ? cases[i].want : cases[i].text);
		json_decref(value);
	}
}

static void what_is_not_json_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *text;
		int line;
	} cases[] = {
		{"", 1},
		{"{\n\"a\":1,\n}", 3},
		{"[1,2", 1},
		{"{} x", 1},
		{"\"\xff\"", 1},
		{"<rss/>", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nw_error e = {0};
		json_t *value;

		assert_int_equal(nw_json_parse(nw_str(cases[i].text), &value, &e), NW_E_SYNTAX);
		assert_null(value);
		assert_int_equal(e.line, cases[i].line);
		assert_memory_equal(e.text, "not valid JSON: ", 16);
	}
}

static void depth_has_a_limit(void **state)
{
	char text[400];
	struct nw_error e = {0};
	json_t *value;

	(void)state;
	for (size_t depth = 63; depth <= 66; depth++) {
		enum nw_err err;

		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		err = nw_json_parse((struct nw_str){text, depth * 2}, &value, &e);
		assert_int_equal(err, depth <= 64 ? NW_OK : NW_E_LIMIT);
		json_decref(value);
	}
	assert_int_equal(e.line, 1);
	assert_int_equal(e.column, 65);
	assert_string_equal(e.text, "nested deeper than 64 levels");
}

static void brackets_in_strings_have_no_depth(void **state)
{
	char text[300];
	json_t *value;

	(void)state;
	memset(text, '[', sizeof(text));
	memcpy(text, "\"\\\"", 3);
	text[sizeof(text) - 1] = '"';
	assert_int_equal(nw_json_parse((struct nw_str){text, sizeof(text)}, &value, NULL), NW_OK);
	json_decref(value);
}

static void members_keep_their_order(void **state)
{
	json_t *object = json_object(), *array = json_array();

	(void)state;
	nw_json_set_str(object, "title", NW_STR("Storm"));
	nw_json_set_str(object, "empty", NW_STR(""));
	nw_json_set_int(object, "seq", INT64_MAX);
	nw_json_append(array, nw_json_str(NW_STR("")));
	nw_json_append(array, json_null());
	nw_json_set(object, "all", array);
	nw_json_set_int(object, "seq", -1);
	assert_json(object, "{\"title\":\"Storm\",\"seq\":-1,\"all\":[\"\",null]}");
	json_decref(object);
}

static void strings_are_made_valid(void **state)
{
	json_t *value = nw_json_str(NW_STR("a\xff\xc3\0b"));

	(void)state;
	assert_json(value, "\"a\xef\xbf\xbd\xef\xbf\xbd\\u0000b\"");
	json_decref(value);
	value = nw_json_str(nw_str(NULL));
	assert_json(value, "\"\"");
	json_decref(value);
}

static void members_are_got_by_type(void **state)
{
	json_t *object;

	(void)state;
	assert_int_equal(nw_json_parse(NW_STR("{\"s\":\"x\\u0000y\",\"n\":5,\"r\":1.5,\"o\":{}}"),
				 &object, NULL),
		NW_OK);
	assert_true(nw_str_eq(nw_json_get_str(object, "s"), NW_STR("x\0y")));
	assert_int_equal(nw_json_get_str(object, "n").n, 0);
	assert_int_equal(nw_json_get_str(object, "none").n, 0);
	assert_int_equal(nw_json_get_str(NULL, "s").n, 0);
	assert_int_equal(nw_json_get_int(object, "n", -1), 5);
	assert_int_equal(nw_json_get_int(object, "s", -1), -1);
	assert_int_equal(nw_json_get_int(object, "r", -1), -1);
	json_decref(object);
}

static void a_buffer_too_small_says_so(void **state)
{
	json_t *value = nw_json_str(NW_STR("longer than ten bytes"));
	struct nw_buf out;

	(void)state;
	nw_buf_init(&out, 10);
	nw_json_write(&out, value);
	assert_true(out.failed);
	nw_buf_clear(&out);
	json_decref(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_written_as_it_was_read),
		cmocka_unit_test(what_is_not_json_is_refused_with_its_place),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(brackets_in_strings_have_no_depth),
		cmocka_unit_test(members_keep_their_order),
		cmocka_unit_test(strings_are_made_valid),
		cmocka_unit_test(members_are_got_by_type),
		cmocka_unit_test(a_buffer_too_small_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
