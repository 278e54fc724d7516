#include "check.h"

static void every_name_finds_its_own_id(void **state)
{
	(void)state;
	for (unsigned id = NW_TAG_OTHER + 1; id < NW_TAG_N; id++) {
		const struct nw_str name = nw_tag_name((enum nw_tag_id)id);

		assert_true(name.n > 0);
		assert_int_equal(nw_tag_find(name), id);
	}
}

static void names_are_found_in_any_case(void **state)
{
	(void)state;
	assert_int_equal(nw_tag_find(NW_STR("pubDate")), NW_TAG_PUBDATE);
	assert_int_equal(nw_tag_find(NW_STR("TITLE")), NW_TAG_TITLE);
	assert_int_equal(nw_tag_find(NW_STR("in-reply-to")), NW_TAG_IN_REPLY_TO);
}

static void names_nobody_asks_for_are_other(void **state)
{
	(void)state;
	assert_int_equal(nw_tag_find(NW_STR("")), NW_TAG_OTHER);
	assert_int_equal(nw_tag_find(NW_STR("titl")), NW_TAG_OTHER);
	assert_int_equal(nw_tag_find(NW_STR("titles")), NW_TAG_OTHER);
	assert_int_equal(nw_tag_find(NW_STR("a-name-longer-than-any-of-ours")), NW_TAG_OTHER);
	assert_int_equal(nw_tag_name(NW_TAG_OTHER).n, 0);
	assert_int_equal(nw_tag_name(NW_TAG_N).n, 0);
}

static void uris_are_compared_as_people_write_them(void **state)
{
	static const struct {
		const char *uri;
		enum nw_ns_id ns;
	} rows[] = {
		{"http://www.w3.org/2005/Atom", NW_NS_ATOM10},
		{"http://www.w3.org/2005/atom/", NW_NS_ATOM10},
		{" https://www.w3.org/2005/Atom ", NW_NS_ATOM10},
		{"http://purl.org/rss/1.0/", NW_NS_RSS10},
		{"http://purl.org/rss/1.0", NW_NS_RSS10},
		{"http://www.w3.org/1999/02/22-rdf-syntax-ns", NW_NS_RDF},
		{"http://www.itunes.com/DTDs/PodCast-1.0.dtd", NW_NS_ITUNES},
		{"http://search.yahoo.com/mrss", NW_NS_MEDIA},
		{"http://example.org/unknown", NW_NS_OTHER},
		{"", NW_NS_NONE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(nw_ns_find(nw_str(rows[i].uri)), rows[i].ns);
}

static void unknown_uri_behind_a_usual_prefix_is_forgiven(void **state)
{
	const struct nw_str unknown = NW_STR("http://example.org/media");

	(void)state;
	assert_int_equal(nw_ns_bound(NW_STR("media"), unknown), NW_NS_MEDIA);
	assert_int_equal(nw_ns_bound(NW_STR("m"), unknown), NW_NS_OTHER);
	assert_int_equal(nw_ns_bound(NW_STR(""), unknown), NW_NS_NONE);
	assert_int_equal(
		nw_ns_bound(NW_STR("dc"), NW_STR("http://www.w3.org/2005/Atom")), NW_NS_ATOM10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_finds_its_own_id),
		cmocka_unit_test(names_are_found_in_any_case),
		cmocka_unit_test(names_nobody_asks_for_are_other),
		cmocka_unit_test(uris_are_compared_as_people_write_them),
		cmocka_unit_test(unknown_uri_behind_a_usual_prefix_is_forgiven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
