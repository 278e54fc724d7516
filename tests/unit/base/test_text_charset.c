#include "base/text.h"
#include "base/utf8.h"
#include "check.h"

static void sets_are_known_by_their_labels(void **state)
{
	static const struct {
		const char *label;
		struct nw_str bytes;
		const char *want;
	} cases[] = {
		{"utf-8", {"caf\xc3\xa9", 5}, "caf\xc3\xa9"},
		{"UTF8",
			{"\xef\xbb\xbf"
			 "a",
				4},
			"a"},
		{" ISO-8859-1 ",
			{"\x93"
			 "caf\xe9\x94",
				6},
			"\xe2\x80\x9c"
			"caf\xc3\xa9\xe2\x80\x9d"},
		{"us-ascii", {"\x80", 1}, "\xe2\x82\xac"},
		{"windows-1251", {"\xcc\xe8\xf0", 3}, "\xd0\x9c\xd0\xb8\xd1\x80"},
		{"windows-1256", {"\xe1\xed\xc8\xed\xc7", 5},
			"\xd9\x84\xd9\x8a\xd8\xa8\xd9\x8a\xd8\xa7"},
		{"iso-8859-6", {"\xe4\xea\xc8", 3}, "\xd9\x84\xd9\x8a\xd8\xa8"},
		{"iso_8859-7", {"\xc1", 1}, "\xce\x91"},
		{"windows-1254", {"\xfe", 1}, "\xc5\x9f"},
		{"ISO-8859-9", {"\xdd\x80", 2}, "\xc4\xb0\xe2\x82\xac"},
		{"windows-1255", {"\xf9\xec\xe5\xed", 4}, "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"},
		{"koi8-r", {"\xcd\xc9\xd2", 3}, "\xd0\xbc\xd0\xb8\xd1\x80"},
		{"gb2312", {"\xd6\xd0\xb9\xfa", 4}, "\xe4\xb8\xad\xe5\x9b\xbd"},
		{"GBK", {"\x81\x30\x81\x30", 4}, "\xc2\x80"}, /* four bytes: gb18030 */
		{"big5", {"\xa4\xa4\xb0\xea", 4}, "\xe4\xb8\xad\xe5\x9c\x8b"},
		{"shift_jis", {"\x87\x40\x93\xfa", 4}, "\xe2\x91\xa0\xe6\x97\xa5"},
		{"x-sjis", {"\xb1", 1}, "\xef\xbd\xb1"},
		{"euc-jp", {"\xad\xa1\xc6\xfc", 4}, "\xe2\x91\xa0\xe6\x97\xa5"},
		{"iso-2022-jp", {"\x1b$BF|\x1b(B!", 9}, "\xe6\x97\xa5!"},
		{"euc-kr", {"\xc7\xd1\x8c\x63", 4}, "\xed\x95\x9c\xeb\x98\xa0"}, /* and cp949 */
		{"ks_c_5601-1987", {"\xc7\xd1", 2}, "\xed\x95\x9c"},
		{"tis-620", {"\xa1", 1}, "\xe0\xb8\x81"},
		{"macintosh", {"\x8e", 1}, "\xc3\xa9"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nw_str utf8;

		if (nw_text_decode(*state, cases[i].bytes, nw_str(cases[i].label), &utf8))
			fail_msg("'%s' is not known", cases[i].label);
		assert_str(utf8, cases[i].want);
	}
}

/* A label in the table whose set the C library lacks would be found here. */
static void every_set_can_be_opened(void **state)
{
	static const char *const labels[] = {"utf-8", "latin1", "cp1250", "cp1251", "cp1253",
		"cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "latin2", "latin3", "latin4",
		"cyrillic", "arabic", "greek", "hebrew", "latin6", "iso-8859-13", "iso-8859-14",
		"iso-8859-15", "iso-8859-16", "windows-874", "koi8-r", "koi8-u", "ibm866",
		"macintosh", "x-mac-cyrillic", "gb18030", "big5", "euc-jp", "iso-2022-jp",
		"shift_jis", "euc-kr"};

	for (size_t i = 0; i < COUNT(labels); i++) {
		struct nw_str utf8;

		if (nw_text_decode(*state, NW_STR("A"), nw_str(labels[i]), &utf8))
			fail_msg("'%s' is not known", labels[i]);
		assert_str(utf8, "A");
	}
}

static void wide_sets_come_in_two_orders(void **state)
{
	static const struct {
		const char *label;
		struct nw_str bytes;
	} cases[] = {
		{"utf-16", {"\xff\xfe<\0a\0", 6}},
		{"utf-16", {"\xfe\xff\0<\0a", 6}},
		{"utf-16", {"<\0a\0", 4}},
		{"utf-16", {"\0<\0a", 4}},
		{"utf-16le", {"<\0a\0", 4}},
		{"utf-16be", {"\0<\0a", 4}},
		{"utf-16be", {"\xff\xfe<\0a\0", 6}}, /* the mark knows better */
		{"utf-32", {"\xff\xfe\0\0<\0\0\0a\0\0\0", 12}},
		{"utf-32", {"\0\0\xfe\xff\0\0\0<\0\0\0a", 12}},
		{"utf-32", {"\0\0\0<\0\0\0a", 8}},
		{"utf-32be", {"\0\0\0<\0\0\0a", 8}},
		{"utf-32le", {"<\0\0\0a\0\0\0", 8}},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nw_str utf8;

		assert_int_equal(
			nw_text_decode(*state, cases[i].bytes, nw_str(cases[i].label), &utf8),
			NW_OK);
		assert_str(utf8, "<a");
	}
}

static void bytes_the_set_does_not_have_are_replaced(void **state)
{
	static const struct {
		const char *label;
		struct nw_str bytes;
		const char *want;
	} cases[] = {
		{"utf-8",
			{"a\xff"
			 "b",
				3},
			"a\xef\xbf\xbd"
			"b"},
		{"euc-kr",
			{"\xff"
			 "a\xc7",
				3},
			"\xef\xbf\xbd"
			"a\xef\xbf\xbd"},
		{"iso-8859-6",
			{"a\xff"
			 "b",
				3},
			"a\xef\xbf\xbd"
			"b"},
		{"utf-16le",
			{"a\0\0\xd8"
			 "b\0",
				6},
			NULL}, /* a surrogate alone */
		{"shift_jis", {"\x81<b>", 4}, "\xef\xbf\xbd<b>"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nw_str utf8;

		assert_int_equal(
			nw_text_decode(*state, cases[i].bytes, nw_str(cases[i].label), &utf8),
			NW_OK);
		assert_int_equal(nw_utf8_valid(utf8), utf8.n);
		if (cases[i].want)
			assert_str(utf8, cases[i].want);
	}
}

/* These sets keep a letter back to see whether a mark follows it. */
static void the_last_letter_is_not_lost(void **state)
{
	struct nw_str utf8;

	assert_int_equal(
		nw_text_decode(*state, NW_STR("xa"), NW_STR("windows-1258"), &utf8), NW_OK);
	assert_str(utf8, "xa");
	assert_int_equal(
		nw_text_decode(*state, NW_STR("\xf9"), NW_STR("windows-1255"), &utf8), NW_OK);
	assert_str(utf8, "\xd7\xa9");
	assert_int_equal(
		nw_text_decode(*state, NW_STR("a\x88\x66"), NW_STR("big5-hkscs"), &utf8), NW_OK);
	assert_str(utf8, "a\xc3\x8a");
}

static void long_texts_are_decoded_whole(void **state)
{
	const size_t n = 100001;
	char *bytes = nw_arena_alloc(*state, n);
	struct nw_str utf8;

	memset(bytes, '\xc7', n);
	for (size_t i = 1; i < n; i += 2)
		bytes[i] = '\xd1';
	assert_int_equal(
		nw_text_decode(*state, (struct nw_str){bytes, n}, NW_STR("euc-kr"), &utf8), NW_OK);
	assert_int_equal(utf8.n, n / 2 * 3 + 3);
	assert_memory_equal(utf8.p + utf8.n - 6, "\xed\x95\x9c\xef\xbf\xbd", 6);
}

static void unknown_labels_are_refused(void **state)
{
	static const char *const labels[] = {"", " ", "no-such-set", "utf-8//TRANSLIT", "../../x",
		"utf 8", "-", "8859-1 latin1",
		"a-label-so-long-that-nobody-could-have-meant-it-as-one"};

	for (size_t i = 0; i < COUNT(labels); i++) {
		struct nw_str utf8;
		const enum nw_err err =
			nw_text_decode(*state, NW_STR("a"), nw_str(labels[i]), &utf8);

		if (err != NW_E_UNKNOWN)
			fail_msg("'%s' is known", labels[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_are_known_by_their_labels),
		cmocka_unit_test(every_set_can_be_opened),
		cmocka_unit_test(wide_sets_come_in_two_orders),
		cmocka_unit_test(bytes_the_set_does_not_have_are_replaced),
		cmocka_unit_test(the_last_letter_is_not_lost),
		cmocka_unit_test(long_texts_are_decoded_whole),
		cmocka_unit_test(unknown_labels_are_refused),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
