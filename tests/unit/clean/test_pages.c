/*
 * Real pages, where the data is there: what is read off them is held to the
 * quality this had when it was last made better, so that a change that helps one
 * page is seen to cost ten others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <newswire/clean.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/when.h"

#define PAGES NW_SOURCE "/../shared/data/pages"
#define WINDOW 4 /* words */

/* Hashes of all runs of four words: two texts are compared by what they share of these. */
struct bag {
	uint64_t *hashes;
	size_t n;
};

/* Sums over the pages of a set. */
struct tally {
	double precision, recall;
	size_t pages, titles, dates;
	size_t titled, dated; /* pages whose title and day are known */
};

static int by_value(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static bool next_word(struct nw_str *rest, struct nw_str *word)
{
	struct nw_str at = *rest;

	while (rest->n && !nw_utf8_is_word(nw_utf8_next(&at)))
		*rest = at;
	*word = *rest;
	for (at = *rest; at.n && nw_utf8_is_word(nw_utf8_next(&at));)
		*rest = at;
	word->n -= rest->n;
	return word->n > 0;
}

static struct bag bag_of(struct nw_arena *arena, struct nw_str text)
{
	struct bag bag = {.hashes = NW_ARENA_ARRAY(arena, uint64_t, text.n + 1)};
	uint64_t last[WINDOW] = {0};
	struct nw_str word;
	size_t words = 0;

	while (next_word(&text, &word)) {
		memmove(last, last + 1, sizeof(last) - sizeof(last[0]));
		last[WINDOW - 1] = nw_hash64(word);
		if (++words >= WINDOW)
			bag.hashes[bag.n++] =
				nw_hash64((struct nw_str){(char *)last, sizeof(last)});
	}
	if (words && words < WINDOW)
		bag.hashes[bag.n++] = nw_hash64((struct nw_str){(char *)last, sizeof(last)});
	qsort(bag.hashes, bag.n, sizeof(bag.hashes[0]), by_value);
	return bag;
}

static size_t count_common(struct bag a, struct bag b)
{
	size_t common = 0;

	for (size_t i = 0, k = 0; i < a.n && k < b.n;) {
		if (a.hashes[i] == b.hashes[k]) {
			common++;
			i++;
			k++;
		} else if (a.hashes[i] < b.hashes[k]) {
			i++;
		} else {
			k++;
		}
	}
	return common;
}

/* The same words in the same order; case of ASCII and signs aside. */
static bool is_same_words(struct nw_str a, struct nw_str b)
{
	struct nw_str x, y;
	bool more_a, more_b;

	do {
		more_a = next_word(&a, &x);
		more_b = next_word(&b, &y);
		if (more_a != more_b || (more_a && !nw_str_eq_nocase(x, y)))
			return false;
	} while (more_a);
	return true;
}

static struct nw_str read_page(struct nw_arena *arena, const char *set, const char *id)
{
	const size_t cap = (size_t)16 << 20;
	char *bytes = nw_arena_alloc(arena, cap);
	const struct nw_str command =
		nw_arena_printf(arena, "gzip -dc '" PAGES "/%s/pages/%s.html.gz'", set, id);
	FILE *f = popen(command.p, "r"); /* NOLINT(cert-env33-c): a developer's own files */
	size_t n;

	assert_non_null(f);
	n = fread(bytes, 1, cap, f);
	assert_int_equal(pclose(f), 0);
	return (struct nw_str){bytes, n};
}

static void score_page(
	struct nw_arena *arena, struct nw_str page, const json_t *truth, struct tally *tally)
{
	const struct nw_clean_input input = {.body = page};
	const struct bag want = bag_of(arena, nw_json_get_str(truth, "articleBody"));
	const struct nw_str title = nw_json_get_str(truth, "title"),
			    date = nw_json_get_str(truth, "date");
	char day[NW_WHEN_TEXT] = "";
	struct nw_cleaned got;
	struct bag bag;
	double common;

	assert_int_equal(nw_clean_html(arena, &input, &got, NULL), NW_OK);
	bag = bag_of(arena, got.body);
	common = (double)count_common(bag, want);
	tally->pages++;
	tally->precision += bag.n ? common / (double)bag.n : 0;
	tally->recall += want.n ? common / (double)want.n : 1;
	tally->titled += title.n > 0;
	tally->titles += title.n && is_same_words(title, got.title);
	if (got.date.precision != NW_WHEN_UNKNOWN)
		(void)nw_when_day(got.date, day);
	tally->dated += date.n > 0;
	tally->dates += date.n && nw_str_eq(date, nw_str(day));
}

/* False where the data is not there. */
static bool score_set(const char *set, struct tally *tally)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_str bytes;
	json_t *truth, *page;
	const char *id;
	const bool found =
		nw_file_read(arena, nw_arena_printf(arena, PAGES "/%s/truth.json", set).p,
			(size_t)64 << 20, &bytes, NULL) == NW_OK;

	*tally = (struct tally){0};
	if (found) {
		assert_int_equal(nw_json_parse(bytes, &truth, NULL), NW_OK);
		json_object_foreach(truth, id, page)
		{
			struct nw_arena *own = nw_arena_new();

			score_page(own, read_page(own, set, id), page, tally);
			nw_arena_free(own);
		}
		json_decref(truth);
		tally->precision /= (double)tally->pages;
		tally->recall /= (double)tally->pages;
	}
	nw_arena_free(arena);
	return found;
}

static double f1_of(const struct tally *t)
{
	return 2 * t->precision * t->recall / (t->precision + t->recall);
}

static void text_is_as_good_as_it_was(void **state)
{
	struct tally t;

	(void)state;
	if (!score_set("body", &t))
		skip();
	print_message("%zu pages, F1 %.4f\n", t.pages, f1_of(&t));
	assert_true(f1_of(&t) > 0.983);
}

static void titles_and_days_are_as_good_as_they_were(void **state)
{
	struct tally t;

	(void)state;
	if (!score_set("meta", &t))
		skip();
	print_message("%zu pages, F1 %.4f, titles %zu of %zu, days %zu of %zu\n", t.pages,
		f1_of(&t), t.titles, t.titled, t.dates, t.dated);
	assert_true(f1_of(&t) > 0.963);
	assert_true((double)t.titles > 0.86 * (double)t.titled);
	assert_true((double)t.dates > 0.98 * (double)t.dated);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_as_good_as_it_was),
		cmocka_unit_test(titles_and_days_are_as_good_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
