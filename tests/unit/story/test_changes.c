#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/str.h"
#include "story/changes.h"

struct row {
	const char *language, *old_title, *old_lead, *new_title, *new_lead;
	const char *want; /* "kind was>is" each, joined by "; " */
};

static void write_changes(const struct nw_changes *changes, char *out, size_t size)
{
	static const char *const kinds[] = {"number", "name", "negation"};
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < changes->n; i++) {
		const struct nw_change *c = &changes->all[i];

		n += (size_t)snprintf(out + n, size - n, "%s%s %.*s>%.*s", i ? "; " : "",
			kinds[c->kind], NW_ARG(c->was), NW_ARG(c->is));
	}
}

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];
		struct nw_changes changes;
		char got[1024];

		nw_story_changes(&(struct nw_story_lead){nw_str(r->old_title), nw_str(r->old_lead),
					 nw_str(r->language)},
			&(struct nw_story_lead){
				nw_str(r->new_title), nw_str(r->new_lead), nw_str(r->language)},
			&changes);
		write_changes(&changes, got, sizeof(got));
		assert_string_equal(got, r->want);
	}
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(*(rows)))

static void numbers_that_changed_are_told(void **state)
{
	static const struct row rows[] = {
		{"en", "Blast kills 12 in Derna", "At least 12 people died.",
			"Blast kills 14 in Derna", "At least 14 people died.", "number 12>14"},
		{"en", "Three dead in crash", "", "Five dead in crash", "", "number Three>Five"},
		{"en", "Budget of 1,200 million", "", "Budget of 1,500 million", "",
			"number 1,200>1,500"},
		{"en", "Rate at 4.5 percent", "", "Rate at 4.25 percent", "", "number 4.5>4.25"},
		{"en", "A fee of 1,000 dinars", "", "A fee of 1000 dinars", "", ""},
		{"en", "Boat sinks", "It left with 80 aboard; 30 are missing.", "Boat sinks",
			"It left with 85 aboard; 41 are missing.", "number 80>85; number 30>41"},
		{"fr", "Douze morts à Gao", "", "Treize blessés à Gao, douze morts", "", ""},
		{"fr", "Un raid fait 12 morts", "", "Un raid fait 15 morts", "", "number 12>15"},
		{"ar", "مقتل 12 شخصا في درنة", "", "مقتل ١٥ شخصا في درنة", "", "number 12>١٥"},
		{"ar", "مقتل 12 شخصا في درنة", "", "مقتل ١٢ شخصا في درنة", "", ""},
	};

	(void)state;
	CHECK(rows);
}

static void names_that_changed_are_told(void **state)
{
	static const struct row rows[] = {
		{"en", "Court jails former minister", "The court in Sirte sentenced Omar Haddad.",
			"Court jails former minister",
			"The court in Misrata sentenced Omar Haddad.", "name Sirte>Misrata"},
		{"en", "Truce signed, says UN", "", "Truce signed, says AU", "", "name UN>AU"},
		{"en", "Envoy arrives", "The envoy met Leila Farouk.", "Envoy arrives",
			"The envoy met Leila Farouk. She also saw Peter Brandt.", ""},
		{"en", "Libya's army advances", "", "Army of Libya advances", "", ""},
		{"fr", "Le ministre rencontre Salif Keïta", "", "Le ministre rencontre Salif Touré",
			"", "name Keïta>Touré"},
		{"ar", "محكمة في سرت تسجن الوزير", "", "محكمة في مصراتة تسجن الوزير", "",
			"name سرت>مصراتة"},
	};

	(void)state;
	CHECK(rows);
}

static void negations_that_came_or_went_are_told(void **state)
{
	static const struct row rows[] = {
		{"en", "Commander signed the truce", "", "Commander did not sign the truce", "",
			"negation >not"},
		{"en", "The port will not reopen", "", "The port will reopen", "", "negation not>"},
		{"en", "He didn't sign it", "", "He did sign it", "", "negation didn>"},
		{"en", "The port will not reopen today", "", "The port stays shut, no reopening",
			"", ""},
		{"fr", "Le port rouvrira lundi", "", "Le port ne rouvrira pas lundi", "",
			"negation >ne"},
		{"ar", "القائد وقع الهدنة", "", "القائد لم يوقع الهدنة", "", ""},
		{"ar", "الميناء سيفتح غدا", "", "الميناء لن سيفتح غدا", "", "negation >لن"},
	};

	(void)state;
	CHECK(rows);
}

static void other_words_are_no_change(void **state)
{
	static const struct row rows[] = {
		{"en", "Fighting halts around Sirte", "Guns fell silent on Monday.",
			"Calm returns to Sirte", "The guns were silent on Monday.", ""},
		{"en", "", "", "", "", ""},
		{"", "One", "", "Two three", "", ""},
		{"en", "Talks", "", "Talks Held In Geneva By Both Sides", "", ""},
	};

	(void)state;
	CHECK(rows);
}

/* As many as there is room for; the rest is only said to be there. */
static void many_changes_are_cut(void **state)
{
	struct nw_changes changes;

	(void)state;
	nw_story_changes(
		&(struct nw_story_lead){
			NW_STR("ox 11 ape 12 cat 13 dog 14 eel 15 fox 16 gnu 17 hen 18 ibis 19 jay 20"),
			{0}, NW_STR("en")},
		&(struct nw_story_lead){
			NW_STR("ox 21 ape 22 cat 23 dog 24 eel 25 fox 26 gnu 27 hen 28 ibis 29 jay 30"),
			{0}, NW_STR("en")},
		&changes);
	assert_int_equal(changes.n, NW_CHANGES_MAX);
	assert_true(changes.is_more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_that_changed_are_told),
		cmocka_unit_test(names_that_changed_are_told),
		cmocka_unit_test(negations_that_came_or_went_are_told),
		cmocka_unit_test(other_words_are_no_change),
		cmocka_unit_test(many_changes_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
