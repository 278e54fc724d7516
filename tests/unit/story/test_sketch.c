#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"
#include "story/sketch.h"
#include "story/words.h"

static struct nw_sketch sketch_of(const char *title, const char *body, const char *language)
{
	struct nw_sketch sketch;

	nw_sketch_of(
		&(struct nw_sketch_text){nw_str(title), nw_str(body), nw_str(language)}, &sketch);
	return sketch;
}

static void words_are_told_apart_as_written_and_as_meant(void **state)
{
	static const struct {
		const char *text, *want; /* the words as folded */
	} rows[] = {
		{"Libya's Haftar", "libya haftar"},
		{"the U.S. and the U.S-Libya talks", "the us and the us libya talks"},
		{"1,000 and 1.000 and 4.5 and 5.", "1000 and 1000 and 4.5 and 5"},
		{"L'accord signé à Gao", "accord signe gao"},
		{"الهُدنة في ١٢ مدينـة", "الهدنه في 12 مدينه"},
		{"İstanbul ISPARTA", "istanbul isparta"},
		{"", ""},
		{"... -- !", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct nw_story_words words;
		struct nw_story_word word;
		struct nw_buf got;

		nw_buf_init(&got, 1000);
		nw_story_words_init(&words, nw_str(rows[i].text));
		while (nw_story_words_next(&words, &word)) {
			nw_buf_add(&got, got.n ? NW_STR(" ") : NW_STR(""));
			nw_buf_add(&got, nw_story_words_folded(&words));
		}
		assert_string_equal(got.p ? got.p : "", rows[i].want);
		nw_buf_clear(&got);
	}
}

static void the_language_is_that_of_the_words(void **state)
{
	(void)state;
	assert_string_equal(
		sketch_of("", "The talks in Sirte were held by the two", "ar").language, "en");
	assert_string_equal(
		sketch_of("", "Les pourparlers ont eu lieu dans la ville", "en-US").language, "fr");
	assert_string_equal(sketch_of("", "قال المتحدث إن الهدنة في المدينة", "").language, "ar");
	assert_string_equal(sketch_of("Xyzzy", "", "sw-KE").language, "sw");
	assert_string_equal(sketch_of("Xyzzy", "", "").language, "");
}

static void names_and_titles_weigh_more(void **state)
{
	const struct nw_sketch s = sketch_of("Bridge opens",
		"On Monday the mayor saw Derna again, with buses and drivers.", "en");

	(void)state;
	assert_int_equal(nw_term_kind(s.terms[0]), NW_TERM_NAME);
	assert_true(nw_term_in_title(s.terms[1]) && nw_term_in_title(s.terms[2]));
	assert_false(nw_term_in_title(s.terms[3]));
}

static void a_cut_text_is_contained_in_the_whole(void **state)
{
	static char whole[8000], half[4000], other[8000];
	struct nw_sketch a, b, c;
	size_t n = 0, m = 0;

	(void)state;
	for (unsigned i = 0; i < 500; i++) {
		n += (size_t)snprintf(whole + n, sizeof(whole) - n, "word%u ", i * 7919 % 1000);
		m += (size_t)snprintf(other + m, sizeof(other) - m, "term%u ", i * 104729 % 1000);
	}
	memcpy(half, whole, n / 2);
	a = sketch_of("One title", whole, "en");
	b = sketch_of("Another", half, "en");
	c = sketch_of("One title", other, "en");
	assert_true(nw_sketch_containment(&a, &b) > 0.95);
	assert_true(nw_sketch_containment(&b, &a) == nw_sketch_containment(&a, &b));
	assert_true(nw_sketch_containment(&a, &c) == 0);
	assert_true(nw_sketch_containment(&a, &a) == 1);
}

static void a_word_repeated_a_million_times_is_one_run(void **state)
{
	const size_t n = (size_t)8 << 20;
	struct nw_arena *arena = nw_arena_new();
	char *text = nw_arena_alloc(arena, n + 1);
	struct nw_sketch s;

	(void)state;
	for (size_t i = 0; i < n; i += 8)
		memcpy(text + i, "misrata ", 8);
	s = sketch_of(text, text, "");
	assert_int_equal(s.n_runs, 1);
	assert_int_equal(s.n_terms, 1);
	nw_arena_free(arena);
}

static void a_sketch_is_read_as_it_was_written(void **state)
{
	const struct nw_sketch s = sketch_of("Truce signed in Sirte",
		"Commanders of two forces signed a truce on Tuesday, ending 41 days of shelling.",
		"en");
	struct nw_sketch again;
	struct nw_buf out;

	(void)state;
	nw_buf_init(&out, NW_SKETCH_ENCODED_MAX);
	nw_sketch_encode(&s, &out);
	assert_false(out.failed);
	assert_int_equal(nw_sketch_decode(nw_buf_str(&out), &again), NW_OK);
	assert_memory_equal(&s, &again, sizeof(s));
	for (size_t n = 0; n < out.n; n++)
		assert_int_not_equal(
			nw_sketch_decode(nw_str_head(nw_buf_str(&out), n), &again), NW_OK);
	out.p[0] = '2';
	assert_int_equal(nw_sketch_decode(nw_buf_str(&out), &again), NW_E_UNKNOWN);
	nw_buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_told_apart_as_written_and_as_meant),
		cmocka_unit_test(the_language_is_that_of_the_words),
		cmocka_unit_test(names_and_titles_weigh_more),
		cmocka_unit_test(a_cut_text_is_contained_in_the_whole),
		cmocka_unit_test(a_word_repeated_a_million_times_is_one_run),
		cmocka_unit_test(a_sketch_is_read_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
