/* The limits, which all readers share. */
#include "check.h"

#include "markup/tree.h"

static const struct nw_markup_limits tight =
	{.bytes = 4000, .nodes = 20, .depth = 4, .attrs = 2, .name = 8, .expansion = 10};

static struct nw_markup read_xml(struct nw_arena *a, struct nw_str bytes)
{
	struct nw_markup m;

	assert_int_equal(nw_markup_xml(a, bytes, (struct nw_str){0}, &tight, &m, NULL), NW_OK);
	return m;
}

static void deeper_elements_go_and_their_text_stays(void **state)
{
	const struct nw_markup m =
		read_xml(*state, NW_STR("<a><b><c><d>1<e>2<f>3</f></e>4</d></c>5</b></a>"));

	assert_true(m.cut);
	assert_false(m.malformed);
	assert_str(inside(*state, m.root), NW_STR("<b><c><d>1234</d></c>5</b>"));
}

static void attributes_past_the_limit_go(void **state)
{
	const struct nw_markup m = read_xml(*state, NW_STR("<a><b c='1' d='2' e='3'/></a>"));

	assert_true(m.cut);
	assert_str(inside(*state, m.root), NW_STR("<b c=\"1\" d=\"2\"></b>"));
}

static void elements_with_long_names_go_and_their_inside_stays(void **state)
{
	const struct nw_markup m =
		read_xml(*state, NW_STR("<a><averylongname>1<b>2</b></averylongname>3</a>"));

	assert_true(m.cut);
	assert_str(inside(*state, m.root), NW_STR("1<b>2</b>3"));
}

static void nodes_past_the_limit_go(void **state)
{
	struct nw_buf text;
	struct nw_markup m;

	nw_buf_init(&text, 4000);
	nw_buf_add(&text, NW_STR("<a>"));
	for (int i = 0; i < 30; i++)
		nw_buf_add(&text, NW_STR("<b/>"));
	nw_buf_add(&text, NW_STR("</a>"));
	m = read_xml(*state, nw_buf_str(&text));
	assert_true(m.cut);
	assert_false(m.malformed);
	assert_int_equal(m.n_nodes, 20);
	assert_int_equal(m.root->end, 19);
	nw_buf_clear(&text);
}

static void larger_documents_are_refused(void **state)
{
	struct nw_error error = {0};
	struct nw_markup m;
	const struct nw_str bytes = {nw_arena_alloc(*state, 4001), 4001};

	assert_int_equal(
		nw_markup_xml(*state, bytes, (struct nw_str){0}, &tight, &m, &error), NW_E_LIMIT);
	assert_int_equal(
		nw_markup_html(*state, bytes, (struct nw_str){0}, &tight, &m, &error), NW_E_LIMIT);
	assert_int_equal(nw_markup_fragment(*state, bytes, &tight, &m, &error), NW_E_LIMIT);
	assert_true(error.text[0] != '\0');
	assert_null(m.root);
}

static void nothing_is_cut_from_what_fits(void **state)
{
	const struct nw_markup m =
		read_xml(*state, NW_STR("<a><b><c><d e='1' f='2'/></c></b></a>"));

	assert_false(m.cut);
	assert_int_equal(m.n_nodes, 4);
}

static void lines_are_those_of_the_document(void **state)
{
	static const char page[] = "<a>\n<b/>\n<c><![CDATA[\n\nlong enough to be squeezed out\n"
				   "of what libxml2 reads]]></c>\n<d/>\n</a>";
	struct nw_markup m;
	const struct nw_node *n;

	assert_int_equal(nw_markup_xml(*state, nw_str(page), (struct nw_str){0},
				 &nw_markup_default_limits, &m, NULL),
		NW_OK);
	assert_int_equal(m.root->line, 1);
	n = m.root->children->next;
	assert_int_equal(n->line, 2);
	n = n->next->next;
	assert_int_equal(n->line, 3);
	assert_int_equal(n->next->next->line, 7);
}

static void damage_is_named_with_its_line(void **state)
{
	struct nw_markup m;

	assert_int_equal(nw_markup_xml(*state, NW_STR("<a>\n<b>\nQ & A\n</b></a>"),
				 (struct nw_str){0}, &nw_markup_default_limits, &m, NULL),
		NW_OK);
	assert_true(m.malformed);
	assert_int_equal(m.damage.line, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(deeper_elements_go_and_their_text_stays),
		test(attributes_past_the_limit_go),
		test(elements_with_long_names_go_and_their_inside_stays),
		test(nodes_past_the_limit_go),
		test(larger_documents_are_refused),
		test(nothing_is_cut_from_what_fits),
		test(lines_are_those_of_the_document),
		test(damage_is_named_with_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
