#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"
#include "changes/changes.h"
#include "pairs.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_names_and_negations_count_and_other_words_do_not),
		cmocka_unit_test(pairs_it_was_not_written_for_are_mostly_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
