#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"
#include "changes/changes.h"
#include "pairs_later.h"

static enum nw_change_kind find(struct nw_arena *a, const struct pair *p, json_t **changes)
{
	const struct nw_version old = {.title = nw_str(p->title), .lead = nw_str(p->lead)};
	const struct nw_version now = {.title = nw_str(p->new_title),
		.lead = nw_changes_lead(nw_str(p->new_lead)),
		.body = nw_str(p->new_lead),
		.language = nw_str(p->language)};

	return nw_changes_find(a, &old, &now, changes);
}

/* How many are not as a reader would have them; each is named. */
static size_t count_wrong(const struct pair *rows, size_t n)
{
	struct nw_arena *a = nw_arena_new();
	size_t wrong = 0;

	for (size_t i = 0; i < n; i++) {
		json_t *changes;
		const enum nw_change_kind kind = find(a, &rows[i], &changes);

		assert_int_equal(kind != NW_CHANGE_NONE, json_array_size(changes) > 0);
		json_decref(changes);
		if (kind == rows[i].kind)
			continue;
		wrong++;
		print_message("%s: %d, not %d: %s / %s -> %s / %s\n", rows[i].language, (int)kind,
			(int)rows[i].kind, rows[i].title, rows[i].lead, rows[i].new_title,
			rows[i].new_lead);
	}
	nw_arena_free(a);
	return wrong;
}

static void numbers_names_and_negations_count_and_other_words_do_not(void **state)
{
	(void)state;
	assert_int_equal(count_wrong(pairs, sizeof(pairs) / sizeof(pairs[0])), 0);
}

static void pairs_it_was_not_written_for_are_mostly_right(void **state)
{
	const size_t n = sizeof(later) / sizeof(later[0]), wrong = count_wrong(later, n);

	(void)state;
	print_message("%zu of %zu wrong\n", wrong, n);
	assert_true(wrong * 25 <= n); /* names in scripts without capitals are not known */
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

/* As a reader is told: a few words around what changed, as they are written. */
static void old_and_new_words_are_shown_with_those_around_them(void **state)
{
	static const struct {
		struct pair pair;
		const char *field, *old, *now;
	} rows[] = {
		{{"en", OTHER, "Raid kills 12", "x", "Raid kills 8", "x"}, "title", "Raid kills 12",
			"Raid kills 8"},
		{{"en", OTHER, "a", "The minister, Ali Sadiq, spoke.", "a",
			 "The minister, Omar Sadiq, spoke."},
			"lead", "The minister, Ali Sadiq, spoke",
			"The minister, Omar Sadiq, spoke"},
		{{"en", OTHER, "Army says it will withdraw", "", "Army says it will not withdraw",
			 ""},
			"title", "says it will withdraw", "says it will not withdraw"},
		{{"en", MORE, "Raid near Hun", "x", "Raid near Hun kills 5", "x"}, "title", NULL,
			"Raid near Hun kills 5"},
	};
	struct nw_arena *a = nw_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *changes, *o;

		assert_int_equal(find(a, &rows[i].pair, &changes), rows[i].pair.kind);
		o = json_array_get(changes, 0);
		assert_string_equal(json_string_value(json_object_get(o, "field")), rows[i].field);
		assert_string_equal(json_string_value(json_object_get(o, "new")), rows[i].now);
		if (rows[i].old)
			assert_string_equal(
				json_string_value(json_object_get(o, "old")), rows[i].old);
		else
			assert_null(json_object_get(o, "old"));
		json_decref(changes);
	}
	nw_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_names_and_negations_count_and_other_words_do_not),
		cmocka_unit_test(old_and_new_words_are_shown_with_those_around_them),
		cmocka_unit_test(a_lead_is_cut_at_a_word_and_a_character),
		cmocka_unit_test(pairs_it_was_not_written_for_are_mostly_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
