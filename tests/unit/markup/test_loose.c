/* What hostile documents are made of, much of each: every reader ends, within the limits. */
#include "check.h"

#define SIZE ((size_t)256 << 10)

static const char *const units[] = {"<", "<a", "<a ", "<!--", "<!", "<?", "</", "</a>", "<a b=\"",
	"<a b=\"<a c='", "<a b=\"<a>\" ", "<a b=", "<a/", "<div>", "<b><i>", "<p>",
	"<table><tr><td>", "<ul><li>", "<script>", "<script></scrip", "<style><!--", "<textarea>",
	"<![CDATA[", "<![CDATA[]]>", "<!DOCTYPE ", "<!DOCTYPE a [", "<!DOCTYPE a [<!ENTITY b \"",
	"&", "&a", "&#1", "&lt;", "<html>", "<body a=b>", "<item>", "<rss><channel><item><title>",
	"<a xmlns:b=\"c\">", "<br>", "\xc3", "\xd8\xa7", "\x01", "]]>", "<b><p></b>",
	"<svg><path/>", "<select><option>"};

static struct nw_str repeat(struct nw_arena *a, const char *unit)
{
	const size_t n = strlen(unit);
	char *p = nw_arena_alloc(a, SIZE);

	for (size_t i = 0; i < SIZE; i++)
		p[i] = unit[i % n];
	return (struct nw_str){p, SIZE};
}

static void repeated_constructs_end(void **state)
{
	const struct nw_markup_limits *limits = &nw_markup_default_limits;

	(void)state;
	for (size_t i = 0; i < COUNT(units); i++) {
		struct nw_arena *a = nw_arena_new();
		const struct nw_str bytes = repeat(a, units[i]);
		struct nw_markup m;
		enum nw_err err = nw_markup_xml(a, bytes, (struct nw_str){0}, limits, &m, NULL);

		assert_true(err == NW_OK || err == NW_E_SYNTAX);
		err = nw_markup_html(a, bytes, (struct nw_str){0}, limits, &m, NULL);
		assert_int_equal(err, NW_OK);
		err = nw_markup_fragment(a, bytes, limits, &m, NULL);
		assert_int_equal(err, NW_OK);
		nw_arena_free(a);
	}
}

static void unmatched_end_tags_in_the_deep_end(void **state)
{
	struct nw_buf text;
	struct nw_markup m;

	nw_buf_init(&text, 4 * SIZE);
	for (int i = 0; i < 5000; i++)
		nw_buf_add(&text, NW_STR("<b>"));
	for (int i = 0; i < 200000; i++)
		nw_buf_add(&text, NW_STR("</i>"));
	nw_buf_add(&text, NW_STR("end"));
	assert_int_equal(nw_markup_html(*state, nw_buf_str(&text), (struct nw_str){0},
				 &nw_markup_default_limits, &m, NULL),
		NW_OK);
	assert_true(m.cut);
	assert_str(nw_node_text(*state, m.root), NW_STR("end"));
	nw_buf_clear(&text);
}

static void every_prefix_of_a_document_is_read(void **state)
{
	static const char document[] =
		"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a \"b\">]><!-- c --><rss "
		"xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><item><dc:title a=\"1\" "
		"b='2'>&a; &amp; &#65;</dc:title><![CDATA[d]]><br/><?e f?></item></channel></rss>";
	struct nw_markup m;

	for (size_t n = 0; n < sizeof(document); n++) {
		/* of the exact size, so that a byte too far is seen */
		char *copy = nw_arena_alloc(*state, n ? n : 1);
		const struct nw_str bytes = {copy, n};

		memcpy(copy, document, n);
		if (nw_markup_xml(*state, bytes, (struct nw_str){0}, &nw_markup_default_limits, &m,
			    NULL) == NW_OK)
			assert_non_null(m.root);
		assert_int_equal(nw_markup_html(*state, bytes, (struct nw_str){0},
					 &nw_markup_default_limits, &m, NULL),
			NW_OK);
		assert_int_equal(
			nw_markup_fragment(*state, bytes, &nw_markup_default_limits, &m, NULL),
			NW_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeated_constructs_end),
		test(unmatched_end_tags_in_the_deep_end),
		test(every_prefix_of_a_document_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
