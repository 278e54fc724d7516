#include "rig.h"

#include "alert/extract.h"
#include "changes/changes.h"

static const struct {
	const char *title, *lead, *new_title, *new_body;
	enum nw_change_kind kind;
	const char *old, *now; /* of the first change */
} rows[] = {
	/* numbers */
	{"Raid kills 12", "Twelve died.", "Raid kills 8", "Twelve died.", NW_CHANGE_OTHER,
		"Raid kills 12", "Raid kills 8"},
	{"Raid kills 12", "12 died.", "Raid kills 8", "12 died.", NW_CHANGE_OTHER, NULL, NULL},
	{"Budget of 1,200 million", "", "Budget of 1,300 million", "", NW_CHANGE_OTHER,
		"Budget of 1,200 million", "Budget of 1,300 million"},
	{"مقتل ١٢ في سرت", "", "مقتل ٨ في سرت", "", NW_CHANGE_OTHER, "مقتل ١٢ في سرت",
		"مقتل ٨ في سرت"},
	{"مقتل 12 في سرت", "", "مقتل ١٢ في سرت", "", NW_CHANGE_NONE, NULL, NULL},
	/* names */
	{"Talks end in Tunis", "They met.", "Talks end in Geneva", "They met.", NW_CHANGE_OTHER,
		"Talks end in Tunis", "Talks end in Geneva"},
	{"a", "The minister, Ali Sadiq, spoke.", "a", "The minister, Omar Sadiq, spoke.",
		NW_CHANGE_OTHER, "The minister, Ali Sadiq, spoke",
		"The minister, Omar Sadiq, spoke"},
	/* negations */
	{"Army says it will withdraw", "", "Army says it will not withdraw", "", NW_CHANGE_OTHER,
		"says it will withdraw", "says it will not withdraw"},
	{"الجيش ينسحب من سرت", "", "الجيش لم ينسحب من سرت", "", NW_CHANGE_OTHER, NULL, NULL},
	{"L'armée se retire", "", "L'armée ne se retire pas", "", NW_CHANGE_OTHER, NULL, NULL},
	/* more is more */
	{"Raid near Hun", "A raid.", "Raid near Hun kills 5", "A raid.", NW_CHANGE_MORE, NULL,
		"Raid near Hun kills 5"},
	{"a raid", "A raid was reported.", "a raid",
		"A raid was reported. The governor, Salem Faraj, confirmed it.", NW_CHANGE_MORE,
		NULL, NULL},
	/* the same in other words, or in another order */
	{"Raid on Sirte kills 12", "x", "In Sirte, a raid killed 12", "x", NW_CHANGE_NONE, NULL,
		NULL},
	{"A truce holds", "x", "The ceasefire is holding", "x", NW_CHANGE_NONE, NULL, NULL},
	{"a", "Haftar met Saleh.", "a", "After days of waiting, Haftar met Saleh.", NW_CHANGE_NONE,
		NULL, NULL},
	{"a", "One. Two.", "a", "One.", NW_CHANGE_NONE, NULL, NULL},
	{"", "", "", "", NW_CHANGE_NONE, NULL, NULL},
};

static void numbers_names_and_negations_count_and_other_words_do_not(void **state)
{
	struct nw_arena *a = nw_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct nw_version old = {
			.title = nw_str(rows[i].title), .lead = nw_str(rows[i].lead)};
		const struct nw_version now = {.title = nw_str(rows[i].new_title),
			.lead = nw_changes_lead(nw_str(rows[i].new_body)),
			.body = nw_str(rows[i].new_body)};
		json_t *changes, *first;
		const enum nw_change_kind kind = nw_changes_find(a, &old, &now, &changes);

		if (kind != rows[i].kind)
			fail_msg("%s / %s: %d", rows[i].title, rows[i].lead, (int)kind);
		assert_int_equal(kind != NW_CHANGE_NONE, json_array_size(changes) > 0);
		first = json_array_get(changes, 0);
		if (rows[i].old)
			assert_string_equal(
				json_string_value(json_object_get(first, "old")), rows[i].old);
		if (rows[i].now)
			assert_string_equal(
				json_string_value(json_object_get(first, "new")), rows[i].now);
		json_decref(changes);
	}
	nw_arena_free(a);
}

static void a_lead_is_cut_at_a_word_and_a_character(void **state)
{
	char text[3000];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[500] = ' ';
	assert_int_equal(nw_changes_lead((struct nw_str){text, sizeof(text)}).n, 500);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 ? '\xa7' : '\xd8';
	assert_int_equal(nw_changes_lead((struct nw_str){text, sizeof(text)}).n % 2, 0);
	assert_int_equal(nw_changes_lead(NW_STR("short")).n, 5);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_names_and_negations_count_and_other_words_do_not),
		cmocka_unit_test(a_lead_is_cut_at_a_word_and_a_character),
		cmocka_unit_test_setup_teardown(
			the_lines_that_show_most_are_chosen_and_marked, rig_setup, rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
