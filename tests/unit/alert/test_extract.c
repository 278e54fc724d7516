#include "rig.h"

#include "alert/extract.h"

/* "text [match] text | second line", as a reader sees it. */
static struct nw_str shown(struct nw_arena *a, const json_t *lines)
{
	struct nw_str s = NW_STR("");

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		s = nw_arena_printf(a, "%.*s%s", NW_ARG(s), i ? " | " : "");
		for (size_t k = 0; k < json_array_size(line); k++) {
			const struct nw_str text = nw_json_get_str(json_array_get(line, k), "text");
			const struct nw_str match =
				nw_json_get_str(json_array_get(line, k), "match");

			s = nw_arena_printf(a, "%.*s%.*s%s%.*s%s", NW_ARG(s), NW_ARG(text),
				match.n ? "[" : "", NW_ARG(match), match.n ? "]" : "");
		}
	}
	return s;
}

static void the_lines_that_show_most_are_chosen_and_marked(void **state)
{
	struct rig *r = *state;
	struct nw_match matches[6] = {{0}};
	struct nw_tag tag = {.name = NW_STR("libya"), .matches = matches};
	const struct {
		const char *word;
		size_t nth;
	} words[] = {{"Sirte", 0}, {"truce", 0}, {"Libya", 0}};
	struct nw_event e;
	json_t *lines;
	size_t n = 0;

	rig_begin(r, "alert a { topics = {libya} send = {\"file:a\"} }\n");
	e = rig_article(r, 1, 1);
	e.body = NW_STR("Nothing is said here of what was asked for at all.\n\n"
			"The port of Sirte was quiet and the truce held, people said.\n\n"
			"Far away, and much later, somebody in Libya said something else.");
	e.tags = &tag;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		matches[n].field = NW_STR("body");
		matches[n].start = nw_str_find(e.body, nw_str(words[i].word));
		matches[n].end = matches[n].start + strlen(words[i].word);
		matches[n].next = &matches[n + 1];
		n++;
	}
	matches[n] = (struct nw_match){.field = NW_STR("body"), .start = 9999, .end = 10000};
	lines = nw_extract_lines(&r->rules->rule[0], &e, NULL, r->arena);
	assert_string_equal(shown(r->arena, lines).p,
		"The port of [Sirte] was quiet and the [truce] held, people said. | "
		"Far away, and much later, somebody in [Libya] said something else.");
	json_decref(lines);
	e.tags = NULL;
	lines = nw_extract_lines(&r->rules->rule[0], &e, NULL, r->arena);
	assert_string_equal(
		shown(r->arena, lines).p, "Nothing is said here of what was asked for at all.");
	json_decref(lines);
}

/* In the title too, where one hit is enough to meet the rule. */
static void all_that_a_query_finds_in_the_body_is_marked(void **state)
{
	struct rig *r = *state;
	struct nw_event e;
	json_t *lines;

	rig_begin(r, "alert a { query = \"Sirte OR market\" send = {\"file:a\"} }\n");
	e = rig_article(r, 1, 1);
	e.title = NW_STR("Market in Sirte shelled");
	e.body = NW_STR("Officials met in the capital and spoke of the budget.\n\n"
			"In Sirte the market was shelled, the hospital of Sirte said.");
	lines = nw_extract_lines(
		&r->rules->rule[0], &e, nw_rules_ask(r->rules, &e, r->arena), r->arena);
	assert_string_equal(shown(r->arena, lines).p,
		"In [Sirte] the [market] was shelled, the hospital of [Sirte] said.");
	json_decref(lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_lines_that_show_most_are_chosen_and_marked, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(
			all_that_a_query_finds_in_the_body_is_marked, rig_setup, rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
