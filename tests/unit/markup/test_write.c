#include "check.h"

static void text_and_attributes_are_escaped(void **state)
{
	const struct nw_node *n =
		xml_root(*state, NW_STR("<a><b c='\"&lt;&amp;&gt;'>\"&lt;&amp;&gt;</b></a>"));

	assert_str(inside(*state, n), NW_STR("<b c=\"&quot;&lt;&amp;&gt;\">\"&lt;&amp;&gt;</b>"));
}

static void void_elements_have_no_end_tag(void **state)
{
	const struct nw_node *n = xml_root(*state, NW_STR("<a>1<br/>2<img src='x'/><b/></a>"));

	assert_str(inside(*state, n), NW_STR("1<br>2<img src=\"x\"><b></b>"));
}

static void foreign_elements_close_themselves(void **state)
{
	const struct nw_node *n = xml_root(*state,
		NW_STR("<a><svg xmlns='http://www.w3.org/2000/svg'><path d='M0'/><title>t</title></svg></a>"));

	assert_str(inside(*state, n), NW_STR("<svg><path d=\"M0\"/><title>t</title></svg>"));
}

static void script_is_written_as_it_is(void **state)
{
	const struct nw_node *n =
		fragment_root(*state, NW_STR("<script>a < b && \"</p>\"</script>"));

	assert_str(inside(*state, n), NW_STR("<script>a < b && \"</p>\"</script>"));
}

static void script_that_would_end_early_is_escaped(void **state)
{
	const struct nw_node *n =
		xml_root(*state, NW_STR("<a><script>&lt;/script><![CDATA[<b>]]></script></a>"));

	assert_str(inside(*state, n), NW_STR("<script>&lt;/script&gt;&lt;b&gt;</script>"));
}

static void xml_attributes_keep_their_prefix(void **state)
{
	const struct nw_node *n = xml_root(*state, NW_STR("<a><p xml:lang='ar'>x</p></a>"));

	assert_str(inside(*state, n), NW_STR("<p xml:lang=\"ar\">x</p>"));
}

static void nothing_is_written_past_the_most(void **state)
{
	const struct nw_node *n = xml_root(*state, NW_STR("<a>0123456789</a>"));
	struct nw_buf out;

	nw_buf_init(&out, 4);
	nw_node_write_inside(&out, n);
	assert_true(out.failed);
	nw_buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(text_and_attributes_are_escaped),
		test(void_elements_have_no_end_tag),
		test(foreign_elements_close_themselves),
		test(script_is_written_as_it_is),
		test(script_that_would_end_early_is_escaped),
		test(xml_attributes_keep_their_prefix),
		test(nothing_is_written_past_the_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
