#include "check.h"

#include "markup/guard.h"

static struct nw_str tag_of(struct nw_arena *a, const char *before, const char *attr, int n)
{
	struct nw_buf out;
	struct nw_str s;

	nw_buf_init(&out, (size_t)1 << 22);
	nw_buf_printf(&out, "%s<a", before);
	for (int i = 0; i < n; i++) {
		nw_buf_printf(&out, " x%d", i);
		nw_buf_add(&out, nw_str(attr));
	}
	nw_buf_add(&out, NW_STR(">b</a>"));
	s = nw_arena_str(a, nw_buf_str(&out));
	nw_buf_clear(&out);
	return s;
}

static void many_attributes_trip_however_they_are_hidden(void **state)
{
	static const struct {
		const char *before, *attr;
	} rows[] = {
		{"", ""},
		{"", "=1"},
		{"", "=\">\""},
		{"", " = '<b>'"},
		{"<!-- <script> ' \" -->", "=\">\""},
		{"<b c=\"", "=1"},
		{"<textarea><!--", "='/>'"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(nw_guard_trips(tag_of(*state, rows[i].before, rows[i].attr, 3000)));
		assert_false(nw_guard_trips(tag_of(*state, rows[i].before, rows[i].attr, 300)));
	}
}

static void words_in_a_value_are_no_attributes(void **state)
{
	struct nw_str s = tag_of(*state, "<p title=\"", "", 3000);

	s = nw_str_head(s, s.n - 6); /* the tag inside the value never ends */
	assert_true(nw_guard_trips(s));
	assert_false(nw_guard_trips(nw_arena_printf(*state, "<p title=\"%*s\">", 9000, "x y z")));
}

static void nested_quotes_are_not_looked_at_for_ever(void **state)
{
	struct nw_buf out;

	(void)state;
	nw_buf_init(&out, (size_t)1 << 22);
	for (int i = 0; i < 100000; i++)
		nw_buf_add(&out, i % 2 ? NW_STR("<a b='<c d=\"") : NW_STR("<a b=\"<c d='"));
	assert_true(nw_guard_trips(nw_buf_str(&out)) || !out.failed);
	nw_buf_clear(&out);
}

static void tag_ends_where_libxml2_ends_it(void **state)
{
	static const struct {
		const char *tag;
		size_t end;
	} rows[] = {
		{"a>", 1},
		{"a b='>' c=\">\">x", 13},
		{"a/>", 1},
		{"a b/>", 3},
		{"a b=c/>", 6},
		{"a \"x>y\">", 4},
		{"a b = >", 6},
		{"a", 1},
		{"a b=\"c>", 7},
	};
	unsigned n;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *p = rows[i].tag;

		assert_int_equal(nw_guard_tag(p, p + strlen(p), &n) - p, rows[i].end);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(many_attributes_trip_however_they_are_hidden),
		test(words_in_a_value_are_no_attributes),
		test(nested_quotes_are_not_looked_at_for_ever),
		test(tag_ends_where_libxml2_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
