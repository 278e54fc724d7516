#include "check.h"

static void attribute_without_a_namespace_comes_first(void **state)
{
	const struct nw_node *n = xml_root(*state,
		NW_STR("<a xmlns:x='http://www.w3.org/1999/xlink' xml:lang='fr' x:href='1' href='2'/>"));

	assert_str(nw_node_attr(n, "href"), NW_STR("2"));
	assert_str(nw_node_attr(n, "lang"), NW_STR("fr"));
}

static void missing_attribute_differs_from_an_empty_one(void **state)
{
	const struct nw_node *n = xml_root(*state, NW_STR("<a b=''/>"));

	assert_true(nw_node_has(n, "b"));
	assert_false(nw_node_has(n, "c"));
	assert_int_equal(nw_node_attr(n, "b").n, 0);
	assert_int_equal(nw_node_attr(n, "c").n, 0);
}

static void text_is_all_there_is_inside_in_order(void **state)
{
	const struct nw_node *n = xml_root(*state, NW_STR("<a>1<b>2<c>3</c></b>4<d/></a>"));

	assert_str(nw_node_text(*state, n), NW_STR("1234"));
	assert_str(nw_node_text(*state, n->last_child), NW_STR(""));
	assert_str(nw_node_text(*state, n->children), NW_STR("1"));
}

static void lone_text_is_not_copied(void **state)
{
	const struct nw_node *n = xml_root(*state, NW_STR("<a><b>text</b></a>"));

	assert_ptr_equal(nw_node_text(*state, n).p, n->children->children->text.p);
}

static void walk_ends_where_it_began(void **state)
{
	const struct nw_node *root = xml_root(*state, NW_STR("<a><b><c/></b><d/></a>"));
	const struct nw_node *b = root->children;
	unsigned n = 0;

	for (const struct nw_node *i = b; i; i = nw_node_next(i, b))
		n++;
	assert_int_equal(n, 2);
	assert_null(nw_node_skip(b, b));
	assert_ptr_equal(nw_node_skip(b, root), b->next);
	assert_null(nw_node_skip(root, root));
	assert_null(nw_node_next(b->next, root));
}

static void order_and_end_tell_what_is_inside(void **state)
{
	const struct nw_node *a = xml_root(*state, NW_STR("<a><b><c/>x</b><d/></a>"));
	const struct nw_node *b = a->children, *c = b->children, *d = b->next;

	assert_true(b->order < c->order && c->order <= b->end);
	assert_false(b->order < d->order && d->order <= b->end);
	assert_int_equal(a->end, d->order);
	assert_int_equal(b->end, b->last_child->order);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(attribute_without_a_namespace_comes_first),
		test(missing_attribute_differs_from_an_empty_one),
		test(text_is_all_there_is_inside_in_order),
		test(lone_text_is_not_copied),
		test(walk_ends_where_it_began),
		test(order_and_end_tell_what_is_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
