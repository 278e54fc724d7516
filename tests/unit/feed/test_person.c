/* Authors as the one string that RSS and Dublin Core have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/str.h"
#include "feed/format.h"

static const struct {
	const char *text, *name, *email;
} people[] = {
	{"Amal Haddad", "Amal Haddad", ""},
	{"amal@paper.example", "", "amal@paper.example"},
	{"amal@paper.example (Amal Haddad)", "Amal Haddad", "amal@paper.example"},
	{"Amal Haddad (amal@paper.example)", "Amal Haddad", "amal@paper.example"},
	{"Amal Haddad <amal@paper.example>", "Amal Haddad", "amal@paper.example"},
	{"Amal Haddad &lt;amal@paper.example&gt;", "Amal Haddad", "amal@paper.example"},
	{"\"Haddad, Amal\" <amal@paper.example>", "Haddad, Amal", "amal@paper.example"},
	{"mailto:amal@paper.example", "", "amal@paper.example"},
	{"amal+desk@sub.paper.example?subject=hello (Amal)", "Amal", "amal+desk@sub.paper.example"},
	{"Amal @desk (amal@paper.example)", "Amal @desk", "amal@paper.example"},
	{"Amal (Tripoli) <amal@paper.example>", "Amal (Tripoli)", "amal@paper.example"},
	{"  Amal\n   Haddad ", "Amal Haddad", ""},
	{"@amal", "@amal", ""},
	{"amal@localhost", "amal@localhost", ""},
	{"", "", ""},
};

static void a_name_and_an_address_are_told_apart(void **state)
{
	struct nw_arena *a = nw_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(people) / sizeof(*people); i++) {
		const struct nw_feed_person p = nw_feed_parse_person(a, nw_str(people[i].text));

		if (!nw_str_eq(p.name, nw_str(people[i].name)) ||
			!nw_str_eq(p.email, nw_str(people[i].email)))
			fail_msg("\"%s\" became name \"%.*s\", address \"%.*s\"", people[i].text,
				NW_ARG(p.name), NW_ARG(p.email));
	}
	nw_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_and_an_address_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
