#include "base/utf8.h"
#include "check.h"

static void every_code_point_survives_writing_and_reading(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		const bool surrogate = c >= 0xd800 && c <= 0xdfff;
		char bytes[4];
		struct nw_str rest = {bytes, nw_utf8_put(c, bytes)};

		if (nw_utf8_valid(rest) != rest.n)
			fail_msg("U+%04X is written as what is not UTF-8", c);
		if (nw_utf8_next(&rest) != (surrogate ? 0xfffd : c) || rest.n)
			fail_msg("U+%04X is read back as another", c);
	}
}

static void what_has_no_utf8_is_written_as_replacement(void **state)
{
	char bytes[4];

	(void)state;
	assert_int_equal(nw_utf8_put(0x110000, bytes), 3);
	assert_memory_equal(bytes, "\xef\xbf\xbd", 3);
	assert_int_equal(nw_utf8_put(UINT32_MAX, bytes), 3);
}

static void the_first_stray_byte_is_found(void **state)
{
	static const struct {
		struct nw_str text;
		size_t valid;
	} cases[] = {
		{{"", 0}, 0},
		{{"plain", 5}, 5},
		{{"a\0b", 3}, 3},
		{{"caf\xc3\xa9", 5}, 5},
		{{"\x80", 1}, 0},             /* a follower alone */
		{{"ab\xc3", 3}, 2},           /* cut off */
		{{"\xc0\xaf", 2}, 0},         /* overlong */
		{{"\xe0\x80\xaf", 3}, 0},     /* overlong */
		{{"\xf0\x8f\xbf\xbf", 4}, 0}, /* overlong */
		{{"\xed\xa0\x80", 3}, 0},     /* a surrogate */
		{{"\xf4\x90\x80\x80", 4}, 0}, /* past U+10FFFF */
		{{"\xf5\x80\x80\x80", 4}, 0},
		{{"12345678\xff", 9}, 8}, /* behind a whole word */
		{{"1234567\xff"
		  "901234567",
			 17},
			7}, /* inside one */
		{{"\xd8\xa7\xd8\xa7\xd8", 5}, 4},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(nw_utf8_valid(cases[i].text), cases[i].valid);
}

static void every_stray_byte_becomes_one_replacement(void **state)
{
	assert_str(nw_utf8_repair(*state,
			   NW_STR("a\xff\xfe"
				  "b")),
		"a\xef\xbf\xbd\xef\xbf\xbd"
		"b");
	assert_str(nw_utf8_repair(*state, NW_STR("\xe2\x82")), "\xef\xbf\xbd\xef\xbf\xbd");
	assert_str(nw_utf8_repair(*state, NW_STR("\xe2\x82\xac\xe2")), "\xe2\x82\xac\xef\xbf\xbd");
}

static void valid_text_is_not_copied(void **state)
{
	const struct nw_str arabic = NW_STR("\xd8\xa3\xd8\xae\xd8\xa8\xd8\xa7\xd8\xb1");

	assert_ptr_equal(nw_utf8_repair(*state, arabic).p, arabic.p);
	assert_ptr_equal(nw_utf8_nfc(*state, arabic).p, arabic.p);
}

static void reading_stray_bytes_always_moves_on(void **state)
{
	struct nw_str rest = NW_STR("\xc3");

	(void)state;
	assert_int_equal(nw_utf8_next(&rest), 0xfffd);
	assert_int_equal(rest.n, 0);
	assert_int_equal(nw_utf8_next(&rest), 0xfffd);
}

static void nfc_composes(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"plain", "plain"}, {"e\xcc\x81", "\xc3\xa9"},
		{"\xe2\x84\xab", "\xc3\x85"},                 /* Angstrom sign */
		{"\xd8\xa7\xd9\x94", "\xd8\xa3"},             /* alef + hamza */
		{"\xe1\x84\x80\xe1\x85\xa1", "\xea\xb0\x80"}, /* Hangul letters */
		{"\xea\xb0\x80\xe1\x86\xa8", "\xea\xb0\x81"}, /* syllable + final */
		{"q\xcc\x87\xcc\xa3", "q\xcc\xa3\xcc\x87"},   /* marks put in order */
		{"s\xcc\xa3\xcc\x87", "\xe1\xb9\xa9"},
		{"\xe0\xa5\x98", "\xe0\xa4\x95\xe0\xa4\xbc"}, /* a composition exclusion */
		{"\xce\xbf\xcf\x8d", "\xce\xbf\xcf\x8d"},
		{"\xef\xac\x81", "\xef\xac\x81"},         /* compatibility forms stay */
		{"\xd1\x8f\xcc\x81", "\xd1\x8f\xcc\x81"}, /* no composed form exists */
		{"\xd8\xb9\xd9\x8e\xd9\x91", "\xd8\xb9\xd9\x8e\xd9\x91"}, /* fatha, shadda */
		{"\xd8\xb9\xd9\x91\xd9\x8e", "\xd8\xb9\xd9\x8e\xd9\x91"},
		{"\xea\xb0\x80\xe1\x86\xa7", "\xea\xb0\x80\xe1\x86\xa7"}, /* a vowel is no final */
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct nw_str once = nw_utf8_nfc(*state, nw_str(cases[i].text));

		assert_str(once, cases[i].want);
		assert_str(nw_utf8_nfc(*state, once), cases[i].want);
	}
}

/* Sorted by swapping neighbours, as libraries do, this would take half an hour. */
static void a_pile_of_marks_takes_linear_time(void **state)
{
	const size_t marks = 500000;
	char *text = nw_arena_alloc(*state, 1 + marks * 2);
	struct nw_str out;

	text[0] = 'a';
	for (size_t i = 0; i < marks; i++)
		memcpy(text + 1 + i * 2, i % 2 ? "\xcc\xa3" : "\xcc\x95", 2);
	out = nw_utf8_nfc(*state, (struct nw_str){text, 1 + marks * 2});
	assert_int_equal(nw_utf8_valid(out), out.n);
	assert_memory_equal(out.p, "\xe1\xba\xa1\xcc\xa3", 5); /* composed with the first below */
	assert_memory_equal(out.p + out.n - 2, "\xcc\x95", 2);
}

/* Texts are normalised in parts; where the seams fall must not show. */
static void a_long_text_is_normalised_as_a_short_one(void **state)
{
	static const char unit[] = "q\xcc\x87\xcc\xa3\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"
				   "e\xcc\x81\xd8\xa7\xd9\x94";
	const struct nw_str once = nw_utf8_nfc(*state, nw_str(unit));

	for (size_t pad = 0; pad < sizeof(unit); pad++) {
		const size_t units = 1000, n = pad + units * (sizeof(unit) - 1);
		char *text = nw_arena_alloc(*state, n);
		struct nw_str got;

		memset(text, 'x', pad);
		for (size_t i = 0; i < units; i++)
			memcpy(text + pad + i * (sizeof(unit) - 1), unit, sizeof(unit) - 1);
		got = nw_utf8_nfc(*state, (struct nw_str){text, n});
		assert_int_equal(got.n, pad + units * once.n);
		for (size_t i = 0; i < units; i++)
			assert_memory_equal(got.p + pad + i * once.n, once.p, once.n);
	}
}

static void white_space_is_unicodes(void **state)
{
	static const uint32_t spaces[] = {' ', '\t', '\n', '\v', '\f', '\r', 0x85, 0xa0, 0x1680,
		0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000};
	static const uint32_t others[] = {0, 0x1c, 'a', 0x200b, 0x200d, 0x2060, 0xfeff, 0x180e};

	(void)state;
	for (size_t i = 0; i < COUNT(spaces); i++)
		assert_true(nw_utf8_is_space(spaces[i]));
	for (size_t i = 0; i < COUNT(others); i++)
		assert_false(nw_utf8_is_space(others[i]));
}

static void words_are_counted_in_any_script(void **state)
{
	static const struct {
		const char *text;
		size_t words;
	} cases[] = {
		{"", 0},
		{"one", 1},
		{" two  words. ", 2},
		{"it's 3.5", 4},
		{"snake_case", 1},
		{"\xd9\x87\xd8\xb0\xd8\xa7 \xd8\xae\xd8\xa8\xd8\xb1", 2},
		{"d\xe2\x80\x99\xc3\xa9t\xc3\xa9", 2},
		{"\xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xa8\xe0\xa5\x8d\xe0\xa4\xa6\xe0\xa5\x80", 1},
		{"\xff\xff", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(nw_utf8_count_words(nw_str(cases[i].text)), cases[i].words);
}

static void columns_are_what_a_terminal_takes(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
	} cases[] = {
		{"", 0}, {"plain", 5}, {"caf\xc3\xa9", 4},
		{"cafe\xcc\x81", 4},                             /* a mark that combines */
		{"\xd9\x84\xd9\x8a\xd8\xa8\xd9\x8a\xd8\xa7", 5}, /* Arabic */
		{"\xe6\x97\xa5\xe6\x9c\xac", 4},                 /* wide */
		{"\xff", 1},                                     /* shown as U+FFFD */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(nw_utf8_columns(nw_str(cases[i].text)), cases[i].columns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_survives_writing_and_reading),
		cmocka_unit_test(what_has_no_utf8_is_written_as_replacement),
		cmocka_unit_test(the_first_stray_byte_is_found),
		cmocka_unit_test(every_stray_byte_becomes_one_replacement),
		cmocka_unit_test(valid_text_is_not_copied),
		cmocka_unit_test(reading_stray_bytes_always_moves_on),
		cmocka_unit_test(nfc_composes),
		cmocka_unit_test(a_pile_of_marks_takes_linear_time),
		cmocka_unit_test(a_long_text_is_normalised_as_a_short_one),
		cmocka_unit_test(white_space_is_unicodes),
		cmocka_unit_test(words_are_counted_in_any_script),
		cmocka_unit_test(columns_are_what_a_terminal_takes),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
