#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <newswire/clean.h>

#include "base/str.h"

static void check(const char *html, const char *want)
{
	struct nw_arena *arena = nw_arena_new();
	const struct nw_str got = nw_clean_fragment(arena, nw_str(html));

	if (!nw_str_eq(got, nw_str(want)))
		fail_msg("\"%s\" is \"%.*s\", not \"%s\"", html, NW_ARG(got), want);
	nw_arena_free(arena);
}

static void markup_becomes_paragraphs(void **state)
{
	(void)state;
	check("<p>The wall <b>held</b>.</p><p>Nobody was hurt.</p>",
		"The wall held.\n\nNobody was hurt.");
	check("The wall held.<br><br>Nobody was hurt.", "The wall held.\n\nNobody was hurt.");
	check("<h2>Storm</h2>The wall held.<ul><li>one<li>two</ul>",
		"Storm\n\nThe wall held.\n\none\n\ntwo");
	check("Fish &amp; nets&nbsp;lost", "Fish & nets lost");
}

static void plain_text_stays(void **state)
{
	(void)state;
	check("The wall held.", "The wall held.");
	check("", "");
	check(" \n ", "");
}

static void what_is_no_text_is_left_out(void **state)
{
	(void)state;
	check("<p>The wall held.</p><script>alert(1)</script><style>p{}</style>", "The wall held.");
	check("<figure><img src=a.jpg><figcaption>The wall</figcaption></figure><p>It held.</p>",
		"It held.");
	check("<p>The wall held.</p><p>The post <a href=/w>The wall</a> appeared first on <a "
	      "href=/>Coast Daily</a>.</p>",
		"The wall held.");
	check("<p>The wall held.</p><p><a href=/w>Read more</a></p>", "The wall held.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_becomes_paragraphs),
		cmocka_unit_test(plain_text_stays),
		cmocka_unit_test(what_is_no_text_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
