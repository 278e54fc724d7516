#include "check.h"

#include "markup/refs.h"

static struct nw_str resolve(struct nw_arena *a, const char *text)
{
	struct nw_refs r = {.arena = a, .left = 100};

	return nw_refs_resolve(&r, nw_str(text));
}

static void references_become_their_characters(void **state)
{
	static const char *const rows[][2] = {
		{"&lt;&gt;&amp;&quot;&apos;", "<>&\"'"},
		{"&eacute;&nbsp;&hellip;", "\xc3\xa9\xc2\xa0\xe2\x80\xa6"},
		{"&#65;&#x42;&#X43;", "ABC"},
		{"&#8212;", "\xe2\x80\x94"},
		{"&#146;", "\xe2\x80\x99"},
		{"&#x1F600;", "\xf0\x9f\x98\x80"},
		{"&amp;lt;", "&lt;"},
		{"a&amp;b", "a&b"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_str(resolve(*state, rows[i][0]), nw_str(rows[i][1]));
}

static void what_is_no_reference_stays(void **state)
{
	static const char *const rows[] = {"&", "&&", "& lt;", "&lt", "&bogus;", "&#;", "&#x;",
		"&#y;", "?a=1&copy=2", "&;", "&lt&gt"};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_str(resolve(*state, rows[i]), nw_str(rows[i]));
}

static void numbers_of_no_character_vanish(void **state)
{
	assert_str(resolve(*state, "a&#0;b&#8;c&#xFFFE;d&#xD800;e&#x110000;f&#99999999999;g"),
		NW_STR("abcdefg"));
}

static void text_without_references_is_not_copied(void **state)
{
	const char *text = "nothing here";

	assert_ptr_equal(resolve(*state, text).p, text);
}

static void first_declaration_counts(void **state)
{
	struct nw_refs r = {.arena = *state, .left = 100};

	nw_refs_declare(&r, NW_STR("town"), NW_STR("Derna"));
	nw_refs_declare(&r, NW_STR("town"), NW_STR("Sirte"));
	assert_str(nw_refs_resolve(&r, NW_STR("&town;")), NW_STR("Derna"));
	assert_int_equal(r.left, 95);
}

static void xml_own_entities_cannot_be_declared_anew(void **state)
{
	struct nw_refs r = {.arena = *state, .left = 100};

	nw_refs_declare(&r, NW_STR("amp"), NW_STR("other"));
	assert_str(nw_refs_resolve(&r, NW_STR("&amp;")), NW_STR("&"));
}

static void expansion_stops_at_its_limit(void **state)
{
	struct nw_refs r = {.arena = *state, .left = 9};

	nw_refs_declare(&r, NW_STR("a"), NW_STR("1234"));
	assert_str(nw_refs_resolve(&r, NW_STR("&a;&a;")), NW_STR("12341234"));
	assert_false(r.over);
	assert_str(nw_refs_resolve(&r, NW_STR("&a;")), NW_STR(""));
	assert_true(r.over);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(references_become_their_characters),
		test(what_is_no_reference_stays),
		test(numbers_of_no_character_vanish),
		test(text_without_references_is_not_copied),
		test(first_declaration_counts),
		test(xml_own_entities_cannot_be_declared_anew),
		test(expansion_stops_at_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
