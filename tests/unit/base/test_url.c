#include "base/url.h"
#include "check.h"

static void a_url_is_taken_apart(void **state)
{
	static const struct {
		const char *text, *scheme, *user, *host, *port, *path, *query, *fragment;
	} cases[] = {
		{"http://me:pw@News.example:8080/a/b?x=1?#top", "http", "me:pw", "News.example",
			"8080", "/a/b", "x=1?", "top"},
		{"https://[2001:db8::1]:443", "https", "", "[2001:db8::1]", "443", "", "", ""},
		{"//host/path", "", "", "host", "", "/path", "", ""},
		{"mailto:desk@news.example", "mailto", "", "", "", "desk@news.example", "", ""},
		{"tag:news.example,2024:1", "tag", "", "", "", "news.example,2024:1", "", ""},
		{"a/b:c", "", "", "", "", "a/b:c", "", ""},
		{"1a:b", "", "", "", "", "1a:b", "", ""},
		{"?q#", "", "", "", "", "", "q", ""},
		{"", "", "", "", "", "", "", ""},
		{"http://host:/", "http", "", "host", "", "/", "", ""},
		{"http://a@b@c/", "http", "a@b", "c", "", "/", "", ""},
		{"http://\xd8\xa3.example/\xd8\xa8", "http", "", "\xd8\xa3.example", "",
			"/\xd8\xa8", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nw_url url;

		assert_true(nw_url_parse(nw_str(cases[i].text), &url));
		assert_str(url.scheme, cases[i].scheme);
		assert_str(url.user, cases[i].user);
		assert_str(url.host, cases[i].host);
		assert_str(url.port, cases[i].port);
		assert_str(url.path, cases[i].path);
		assert_str(url.query, cases[i].query);
		assert_str(url.fragment, cases[i].fragment);
	}
}

static void what_cannot_be_a_url_is_refused(void **state)
{
	static const char *const wrong[] = {"http://host/a b", "http://host/\n", " http://host/",
		"http://host:99999/", "http://host:8o/", "http://host:-1/", "http://[::1/",
		"http://[::1]x/", "http://good.example\\@evil.example/", "http://a<b>/", "\x7f"};
	const size_t n = 8 * 1024;
	char *text = nw_arena_alloc(*state, n + 1);
	struct nw_url url;

	for (size_t i = 0; i < COUNT(wrong); i++) {
		if (nw_url_parse(nw_str(wrong[i]), &url))
			fail_msg("'%s' is taken for a URL", wrong[i]);
		assert_int_equal(url.host.n, 0);
	}
	memset(text, 'a', n + 1);
	assert_true(nw_url_parse((struct nw_str){text, n}, &url));
	assert_false(nw_url_parse((struct nw_str){text, n + 1}, &url));
}

static void only_http_with_a_host_is_web(void **state)
{
	(void)state;
	assert_true(nw_url_is_web(NW_STR("https://news.example")));
	assert_true(nw_url_is_web(NW_STR("HTTP://x/")));
	assert_false(nw_url_is_web(NW_STR("https:///path")));
	assert_false(nw_url_is_web(NW_STR("https:path")));
	assert_false(nw_url_is_web(NW_STR("ftp://x/")));
	assert_false(nw_url_is_web(NW_STR("javascript:alert(1)")));
	assert_false(nw_url_is_web(NW_STR("//x/")));
	assert_false(nw_url_is_web(NW_STR("")));
}

/* The examples of RFC 3986, 5.4. */
static void references_resolve_as_the_rfc_has_it(void **state)
{
	static const struct {
		const char *reference, *want;
	} cases[] = {
		{"g:h", "g:h"},
		{"g", "http://a/b/c/g"},
		{"./g", "http://a/b/c/g"},
		{"g/", "http://a/b/c/g/"},
		{"/g", "http://a/g"},
		{"//g", "http://g"},
		{"?y", "http://a/b/c/d;p?y"},
		{"g?y", "http://a/b/c/g?y"},
		{"#s", "http://a/b/c/d;p?q#s"},
		{"g#s", "http://a/b/c/g#s"},
		{"g?y#s", "http://a/b/c/g?y#s"},
		{";x", "http://a/b/c/;x"},
		{"g;x?y#s", "http://a/b/c/g;x?y#s"},
		{"", "http://a/b/c/d;p?q"},
		{".", "http://a/b/c/"},
		{"./", "http://a/b/c/"},
		{"..", "http://a/b/"},
		{"../g", "http://a/b/g"},
		{"../..", "http://a/"},
		{"../../g", "http://a/g"},
		{"../../../g", "http://a/g"},
		{"/./g", "http://a/g"},
		{"/../g", "http://a/g"},
		{"g.", "http://a/b/c/g."},
		{".g", "http://a/b/c/.g"},
		{"g..", "http://a/b/c/g.."},
		{"..g", "http://a/b/c/..g"},
		{"./../g", "http://a/b/g"},
		{"./g/.", "http://a/b/c/g/"},
		{"g/./h", "http://a/b/c/g/h"},
		{"g/../h", "http://a/b/c/h"},
		{"g;x=1/./y", "http://a/b/c/g;x=1/y"},
		{"g;x=1/../y", "http://a/b/c/y"},
		{"g?y/../x", "http://a/b/c/g?y/../x"},
		{"g#s/../x", "http://a/b/c/g#s/../x"},
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_str(nw_url_resolve(*state, NW_STR("http://a/b/c/d;p?q"),
				   nw_str(cases[i].reference)),
			cases[i].want);
}

static void references_come_as_people_write_them(void **state)
{
	static const struct {
		const char *base, *reference, *want;
	} cases[] = {
		{"http://a", "b", "http://a/b"},
		{"http://a?x", "?y", "http://a?y"},
		{"http://a/b", " \n c d\t ", "http://a/c%20d"},
		{"http://a/b", "c\n\td", "http://a/cd"},
		{"", "b/c", "b/c"},
		{"", " http://x/y z ", "http://x/y%20z"},
		{"relative/base", "b", "b"},
		{"tag:news.example,2024:feed", "b", "b"},
		{"mailto:a@b", "#x", "#x"},
		{"http://a/b", "http://host:bad/", "http://host:bad/"},
		{"http://a:bad/", "c", "c"},
		{"http://a/b/c", "//h/../x/./y", "http://h/x/y"},
		{"http://a/b/c", "https://h/p/../q?x#y", "https://h/q?x#y"},
		{"http://a/b", "mailto:x@y", "mailto:x@y"},
		{"http://u@a:81/b/", "c", "http://u@a:81/b/c"},
		{"file:///a/b", "c", "file:///a/c"},
		{"http://a/b?q", "", "http://a/b?q"},
		{"http://a/b#f", "", "http://a/b"},
		{"http://a/b", "data:text/html,a/../b", "data:text/html,a/../b"},
		{"http://a//b//c", "../d", "http://a//b/d"},
		{"http://a/b/../c", "", "http://a/c"},
		{"file:/a/b", "..//c", "file:/.//c"},
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_str(
			nw_url_resolve(*state, nw_str(cases[i].base), nw_str(cases[i].reference)),
			cases[i].want);
}

static void urls_of_one_page_are_equal(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"HTTP://News.Example:80", "http://news.example/"},
		{"https://news.example:443/a#top", "https://news.example/a"},
		{"https://news.example:0443/a", "https://news.example/a"},
		{"http://news.example:443/", "http://news.example:443/"},
		{"http://news.example:/", "http://news.example/"},
		{"http://news.example/a/./b/../c", "http://news.example/a/c"},
		{"http://news.example/..", "http://news.example/"},
		{"http://news.example/%2e%2e/a", "http://news.example/a"},
		{"http://news.example/%7Eme/%c3%a9/%2f", "http://news.example/~me/%C3%A9/%2F"},
		{"http://news.example/\xc3\xa9", "http://news.example/%C3%A9"},
		{"http://news.example/100%", "http://news.example/100%25"},
		{"http://news.example/%zz%7%33", "http://news.example/%25zz%2573"},
		{"http://x/?utm_source=rss&id=5&UTM_Medium=feed&fbclid=x", "http://x/?id=5"},
		{"http://x/?utm_source=rss", "http://x/"},
		{"http://x/?", "http://x/"},
		{"http://x/?a=1&&b=2&", "http://x/?a=1&b=2"},
		{"http://x/?b=2&a=1", "http://x/?b=2&a=1"}, /* order may mean something */
		{"http://x/?gclid=1&at_medium=RSS&at_campaign=K", "http://x/"},
		{"http://x/?cmp=3", "http://x/"},
		{"http://x/?campaign=3&utm=1", "http://x/?campaign=3&utm=1"},
		{"http://me@x/", "http://me@x/"},
		{"http://@x/", "http://x/"},
		{"mailto:Desk@News.example", "mailto:Desk@News.example"},
		{"urn:uuid:ABC", "urn:uuid:ABC"},
		{"http://host/a b", "http://host/a b"},
		{"", ""},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct nw_str once = nw_url_canonical(*state, nw_str(cases[i].text));

		assert_str(once, cases[i].want);
		assert_str(nw_url_canonical(*state, once), cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_url_is_taken_apart),
		cmocka_unit_test(what_cannot_be_a_url_is_refused),
		cmocka_unit_test(only_http_with_a_host_is_web),
		cmocka_unit_test(references_resolve_as_the_rfc_has_it),
		cmocka_unit_test(references_come_as_people_write_them),
		cmocka_unit_test(urls_of_one_page_are_equal),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
