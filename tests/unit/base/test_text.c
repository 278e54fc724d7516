#include "base/text.h"
#include "base/utf8.h"
#include "check.h"

static void a_line_is_clean(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", ""},
		{"   ", ""},
		{"  two \t\r\n words ", "two words"},
		{"no\xc2\xa0"
		 "break\xe2\x80\xaf"
		 "narrow\xe3\x80\x80wide",
			"no break narrow wide"},
		{"line\xe2\x80\xa8"
		 "separator\xc2\x85next",
			"line separator next"},
		{"soft\xc2\xadhyphen", "softhyphen"},
		{"zero\xe2\x80\x8bwidth\xe2\x80\x8c\xe2\x80\x8d\xe2\x81\xa0\xef\xbb\xbf",
			"zerowidth"},
		{"a \xe2\x80\x8b b", "a b"},
		{"\xe2\x80\x8e\xd8\xa7\xe2\x80\x8f\xd8\x9c", "\xd8\xa7"},
		{"\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9x",
			"x"},
		{"\x01"
		 "a\x1b[1m\x7f\xc2\x9b"
		 "b",
			"a[1mb"},
		{"tag\xf3\xa0\x81\xa1s", "tags"},
		{"e\xcc\x81t\xc3\xa9", "\xc3\xa9t\xc3\xa9"},
		{"e\xe2\x80\x8b\xcc\x81", "\xc3\xa9"}, /* joined once nothing is between */
		{"stray \xff byte", "stray \xef\xbf\xbd byte"},
		{"\xe2\x80\x80"
		 "en quad",
			"en quad"},
		{"emoji \xe2\x9d\xa4\xef\xb8\x8f", "emoji \xe2\x9d\xa4\xef\xb8\x8f"},
		{"1234567 90  345 7 9 1   ", "1234567 90 345 7 9 1"},
		{"12345678  2345678", "12345678 2345678"},
		{"1234567\x7f", "1234567"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct nw_str line = nw_text_line(*state, nw_str(cases[i].text));

		assert_str(line, cases[i].want);
		assert_ptr_equal(nw_text_line(*state, line).p, line.p);
	}
}

static void a_clean_line_is_not_copied(void **state)
{
	static const char *const lines[] = {"A headline, as plain as can be: 100% ASCII",
		"D\xc3\xa9j\xc3\xa0 vu \xe2\x80\x94 \xc3\xa0 Tripoli",
		"\xd8\xb7\xd8\xb1\xd8\xa7\xd8\xa8\xd9\x84\xd8\xb3 \xd8\xa7\xd9\x84\xd8\xba\xd8\xb1\xd8\xa8"};

	for (size_t i = 0; i < COUNT(lines); i++)
		assert_ptr_equal(nw_text_line(*state, nw_str(lines[i])).p, lines[i]);
}

/* The fast path looks at eight bytes at once: every place of a fault is tried. */
static void a_fault_is_seen_wherever_it_stands(void **state)
{
	for (size_t at = 0; at <= 40; at++) {
		char text[64], want[64];

		memset(text, 'x', sizeof(text));
		memcpy(text + at, "  ", 2);
		memset(want, 'x', sizeof(want));
		want[at] = ' ';
		want[41] = '\0';
		assert_str(nw_text_line(*state, (struct nw_str){text, 42}),
			at == 0            ? want + 1
				: at == 40 ? (want[40] = '\0', want)
					   : want);
		text[at] = '\x1f';
		text[at + 1] = 'x';
		assert_int_equal(nw_text_line(*state, (struct nw_str){text, 42}).n, 41);
	}
}

static void paragraphs_stand_apart(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", ""},
		{"\n \r\n\t\n", ""},
		{"one", "one"},
		{"one\ntwo", "one\n\ntwo"},
		{"\n\none\r\n\r\n\r\n  two \rthree\n", "one\n\ntwo\n\nthree"},
		{"a\n\xe2\x80\x8b\nb", "a\n\nb"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct nw_str text = nw_text_paragraphs(*state, nw_str(cases[i].text));

		assert_str(text, cases[i].want);
		assert_str(nw_text_paragraphs(*state, text), cases[i].want);
	}
}

static void references_are_decoded_as_html_does(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"plain & simple", "plain & simple"},
		{"AT&amp;T", "AT&T"},
		{"&lt;b&gt; &quot;&apos;", "<b> \"'"},
		{"&eacute;&Eacute;&euro;&hellip;", "\xc3\xa9\xc3\x89\xe2\x82\xac\xe2\x80\xa6"},
		{"&rsquo;&NewLine;&lpar;&Zcaron;&dollar;", "\xe2\x80\x99\n(\xc5\xbd$"},
		{"&#233;&#xE9;&#Xe9;&#233x", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9x"},
		{"&#150;&#146;&#128;", "\xe2\x80\x93\xe2\x80\x99\xe2\x82\xac"},
		{"&#0;&#xd800;&#1114112;", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"&#99999999999999999999;", "\xef\xbf\xbd"},
		{"&#x1F600;", "\xf0\x9f\x98\x80"},
		{"&eacute &amp &AMP", "\xc3\xa9 & &"},
		{"&notit; &notin; &copy2",
			"\xc2\xacit; \xe2\x88\x89 \xc2\xa9"
			"2"},
		{"&hellip &rsquo", "&hellip &rsquo"}, /* these need the semicolon */
		{"&nonsense; &#; &#x; & &;", "&nonsense; &#; &#x; & &;"},
		{"&amp;lt;", "&lt;"}, /* once, not twice */
		{"&", "&"},
		{"&#", "&#"},
		{"&&amp;", "&&"},
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_str(nw_text_unescape(*state, nw_str(cases[i].text)), cases[i].want);
}

static void text_without_references_is_not_copied(void **state)
{
	const struct nw_str s = NW_STR("no ampersand here");

	assert_ptr_equal(nw_text_unescape(*state, s).p, s.p);
}

static void numbers_stand_for_what_browsers_show(void **state)
{
	(void)state;
	assert_int_equal(nw_text_numbered('A'), 'A');
	assert_int_equal(nw_text_numbered(0x80), 0x20ac);
	assert_int_equal(nw_text_numbered(0x9f), 0x178);
	assert_int_equal(nw_text_numbered(0xa0), 0xa0);
	assert_int_equal(nw_text_numbered(0), 0xfffd);
	assert_int_equal(nw_text_numbered(0xdfff), 0xfffd);
	assert_int_equal(nw_text_numbered(0x110000), 0xfffd);
}

static void names_are_looked_up_by_their_case(void **state)
{
	bool is_legacy;

	(void)state;
	assert_int_equal(nw_text_entity(NW_STR("AElig"), &is_legacy), 0xc6);
	assert_true(is_legacy);
	assert_int_equal(nw_text_entity(NW_STR("alpha"), &is_legacy), 0x3b1);
	assert_false(is_legacy);
	assert_int_equal(nw_text_entity(NW_STR("Alpha"), NULL), 0x391);
	assert_int_equal(nw_text_entity(NW_STR("ALPHA"), NULL), 0);
	assert_int_equal(nw_text_entity(NW_STR("zwnj"), NULL), 0x200c); /* the last one */
	assert_int_equal(nw_text_entity(NW_STR(""), NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_clean),
		cmocka_unit_test(a_clean_line_is_not_copied),
		cmocka_unit_test(a_fault_is_seen_wherever_it_stands),
		cmocka_unit_test(paragraphs_stand_apart),
		cmocka_unit_test(references_are_decoded_as_html_does),
		cmocka_unit_test(text_without_references_is_not_copied),
		cmocka_unit_test(numbers_stand_for_what_browsers_show),
		cmocka_unit_test(names_are_looked_up_by_their_case),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
