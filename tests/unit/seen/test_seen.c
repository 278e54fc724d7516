#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "seen/seen.h"

#define ITEM(f, g, u, t)                           \
	(&(struct nw_seen_item){.feed = nw_str(f), \
		.guid = nw_str(g),                 \
		.url = nw_str(u),                  \
		.title = nw_str(t),                \
		.content = NW_STR("content")})

static void an_item_is_new_once(void **state)
{
	struct nw_seen *seen = nw_seen_new(100);
	struct nw_seen_mark mark, again;

	(void)state;
	assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://x/", "t"), &mark), NW_SEEN_NEW);
	assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://x/", "t"), &again), NW_SEEN_SAME);
	assert_true(nw_hash_eq(mark.article, mark.by_url));
	assert_true(nw_hash_eq(mark.article, again.article));
	assert_int_equal(nw_seen_count(seen), 2);
	nw_seen_free(seen);
}

static void link_stands_in_for_a_missing_guid(void **state)
{
	struct nw_seen *seen = nw_seen_new(100);
	struct nw_seen_mark mark;

	(void)state;
	assert_int_equal(nw_seen_add(seen, ITEM("a", "", "http://x/", "t"), &mark), NW_SEEN_NEW);
	assert_int_equal(
		nw_seen_add(seen, ITEM("a", "", "http://x/", "u"), &mark), NW_SEEN_CHANGED);
	assert_int_equal(nw_seen_add(seen, ITEM("a", "", "http://y/", "u"), &mark), NW_SEEN_NEW);
	nw_seen_free(seen);
}

static void title_and_content_stand_in_for_a_missing_link(void **state)
{
	struct nw_seen *seen = nw_seen_new(100);
	struct nw_seen_mark mark;

	(void)state;
	assert_int_equal(nw_seen_add(seen, ITEM("a", "", "", "t"), &mark), NW_SEEN_NEW);
	assert_true(nw_hash_eq(mark.article, mark.by_guid));
	assert_true(nw_hash_eq(mark.by_url, (struct nw_hash){0}));
	assert_int_equal(nw_seen_add(seen, ITEM("a", "", "", "t"), &mark), NW_SEEN_SAME);
	assert_int_equal(nw_seen_add(seen, ITEM("a", "", "", "u"), &mark), NW_SEEN_NEW);
	nw_seen_free(seen);
}

static void title_content_or_link_make_a_change(void **state)
{
	struct nw_seen *seen = nw_seen_new(100);
	struct nw_seen_mark first, mark;
	struct nw_seen_item item = *ITEM("a", "1", "http://x/", "t");

	(void)state;
	assert_int_equal(nw_seen_add(seen, &item, &first), NW_SEEN_NEW);
	item.title = NW_STR("other");
	assert_int_equal(nw_seen_add(seen, &item, &mark), NW_SEEN_CHANGED);
	item.content = NW_STR("other");
	assert_int_equal(nw_seen_add(seen, &item, &mark), NW_SEEN_CHANGED);
	item.url = NW_STR("http://y/");
	assert_int_equal(nw_seen_add(seen, &item, &mark), NW_SEEN_CHANGED);
	assert_true(nw_hash_eq(mark.article, first.article)); /* the id never changes */
	assert_int_equal(nw_seen_add(seen, &item, &mark), NW_SEEN_SAME);
	nw_seen_free(seen);
}

static void guids_are_unique_within_their_feed_only(void **state)
{
	struct nw_seen *seen = nw_seen_new(100);
	struct nw_seen_mark mark;

	(void)state;
	assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://x/", "t"), &mark), NW_SEEN_NEW);
	assert_int_equal(nw_seen_add(seen, ITEM("b", "1", "http://y/", "t"), &mark), NW_SEEN_NEW);
	/* Neither do a feed's name and a guid run into each other. */
	assert_int_equal(nw_seen_add(seen, ITEM("a1", "", "", "t"), &mark), NW_SEEN_NEW);
	assert_int_equal(nw_seen_add(seen, ITEM("", "a1", "", "t"), &mark), NW_SEEN_NEW);
	nw_seen_free(seen);
}

static void a_known_link_in_another_feed_is_a_copy(void **state)
{
	struct nw_seen *seen = nw_seen_new(100);
	struct nw_seen_mark first, mark;

	(void)state;
	assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://x/", "t"), &first), NW_SEEN_NEW);
	assert_int_equal(nw_seen_add(seen, ITEM("b", "9", "http://x/", "u"), &mark), NW_SEEN_COPY);
	assert_true(nw_hash_eq(mark.article, first.article));
	assert_int_equal(nw_seen_add(seen, ITEM("b", "9", "http://x/", "u"), &mark), NW_SEEN_SAME);
	assert_int_equal(
		nw_seen_add(seen, ITEM("b", "9", "http://x/", "v"), &mark), NW_SEEN_CHANGED);
	assert_int_equal(nw_seen_add(seen, ITEM("a", "2", "http://x/", "t"), &mark), NW_SEEN_COPY);
	assert_true(nw_hash_eq(mark.article, first.article));
	nw_seen_free(seen);
}

static void what_was_forgotten_is_met_again(void **state)
{
	struct nw_seen *seen = nw_seen_new(100);
	struct nw_seen_mark first, mark;

	(void)state;
	assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://x/", "t"), &first), NW_SEEN_NEW);
	nw_seen_forget(seen, &first);
	assert_int_equal(nw_seen_count(seen), 0);
	assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://x/", "t"), &first), NW_SEEN_NEW);
	assert_int_equal(
		nw_seen_add(seen, ITEM("a", "1", "http://y/", "u"), &mark), NW_SEEN_CHANGED);
	nw_seen_forget(seen, &mark);
	assert_int_equal(nw_seen_count(seen), 2);
	assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://x/", "t"), &mark), NW_SEEN_SAME);
	assert_int_equal(
		nw_seen_add(seen, ITEM("a", "1", "http://y/", "u"), &mark), NW_SEEN_CHANGED);
	assert_int_equal(nw_seen_add(seen, ITEM("b", "1", "http://y/", "u"), &mark), NW_SEEN_COPY);
	nw_seen_forget(seen, &mark);
	assert_int_equal(nw_seen_count(seen), 3);
	nw_seen_free(seen);
}

static void a_copy_of_what_was_forgotten_takes_its_place(void **state)
{
	struct nw_seen *seen = nw_seen_new(100);
	struct nw_seen_mark first, copy, mark;

	(void)state;
	assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://x/", "t"), &first), NW_SEEN_NEW);
	assert_int_equal(nw_seen_add(seen, ITEM("b", "9", "http://x/", "u"), &copy), NW_SEEN_COPY);
	nw_seen_forget(seen, &first);
	assert_int_equal(nw_seen_add(seen, ITEM("b", "9", "http://x/", "u"), &mark), NW_SEEN_NEW);
	assert_true(nw_hash_eq(mark.article, first.article));
	nw_seen_forget(seen, &mark);
	assert_int_equal(nw_seen_add(seen, ITEM("b", "9", "http://x/", "u"), &mark), NW_SEEN_NEW);
	nw_seen_free(seen);
}

/* Two changes under way at a time, both come to nothing, in either order: neither is taken as known. */
static void overlapping_changes_are_never_lost(void **state)
{
	struct nw_seen *seen = nw_seen_new(100);
	struct nw_seen_mark first, one, two, mark;

	(void)state;
	for (int order = 0; order < 2; order++) {
		(void)nw_seen_add(seen, ITEM("a", "1", "http://x/", "t"), &first);
		assert_int_equal(
			nw_seen_add(seen, ITEM("a", "1", "http://x/", "u"), &one), NW_SEEN_CHANGED);
		assert_int_equal(
			nw_seen_add(seen, ITEM("a", "1", "http://x/", "v"), &two), NW_SEEN_CHANGED);
		nw_seen_forget(seen, order ? &one : &two);
		nw_seen_forget(seen, order ? &two : &one);
		assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://x/", "u"), &mark),
			NW_SEEN_CHANGED);
		nw_seen_forget(seen, &mark);
		assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://x/", "v"), &mark),
			NW_SEEN_CHANGED);
		nw_seen_forget(seen, &mark);
	}
	nw_seen_free(seen);
}

static void the_journal_brings_everything_back(void **state)
{
	struct nw_seen *before = nw_seen_new(100), *seen = nw_seen_new(100);
	struct nw_seen_mark m, mark;

	(void)state;
	(void)nw_seen_add(before, ITEM("a", "1", "http://x/", "t"), &m);
	nw_seen_restore(seen, m.by_guid, m.article, (struct nw_hash){1, 1}); /* what it once said */
	nw_seen_restore(seen, m.by_guid, m.article, m.content);
	nw_seen_restore(seen, m.by_url, m.article, (struct nw_hash){0});
	assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://x/", "t"), &mark), NW_SEEN_SAME);
	assert_int_equal(nw_seen_add(seen, ITEM("b", "1", "http://x/", "t"), &mark), NW_SEEN_COPY);
	assert_true(nw_hash_eq(mark.article, m.article));
	nw_seen_free(before);
	nw_seen_free(seen);
}

/* What is listed for long is written again before the newest max are all others. */
static void what_is_still_listed_grows_stale_once_in_a_while(void **state)
{
	struct nw_seen *seen = nw_seen_new(1000);
	struct nw_seen_mark mark;
	int stale = 0, since = 0;

	(void)state;
	assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://x/", "t"), &mark), NW_SEEN_NEW);
	assert_false(mark.is_stale);
	for (int i = 0; i < 5000; i++) {
		char guid[32];

		(void)snprintf(guid, sizeof(guid), "other %d", i);
		assert_int_equal(nw_seen_add(seen, ITEM("b", guid, "", "t"), &mark), NW_SEEN_NEW);
		assert_int_equal(
			nw_seen_add(seen, ITEM("a", "1", "http://x/", "t"), &mark), NW_SEEN_SAME);
		since = mark.is_stale ? 0 : since + 1;
		stale += mark.is_stale;
		assert_true(since <= 250);
		assert_true(nw_hash_eq(mark.article, mark.by_url));
	}
	assert_true(stale >= 19 && stale <= 20);
	assert_int_equal(nw_seen_count(seen), 1000);
	nw_seen_free(seen);
}

static void the_longest_unused_go_first(void **state)
{
	struct nw_seen *seen = nw_seen_new(4); /* two items with two identities each */
	struct nw_seen_mark mark;

	(void)state;
	(void)nw_seen_add(seen, ITEM("a", "1", "http://1/", "t"), &mark);
	(void)nw_seen_add(seen, ITEM("a", "2", "http://2/", "t"), &mark);
	assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://1/", "t"), &mark), NW_SEEN_SAME);
	(void)nw_seen_add(seen, ITEM("a", "3", "http://3/", "t"), &mark);
	assert_int_equal(nw_seen_count(seen), 4);
	assert_int_equal(nw_seen_add(seen, ITEM("a", "1", "http://1/", "t"), &mark), NW_SEEN_SAME);
	assert_int_equal(nw_seen_add(seen, ITEM("a", "2", "http://2/", "t"), &mark), NW_SEEN_NEW);
	nw_seen_free(seen);
}

/* --- against a plain array, newest used first --- */

#define MODEL_MAX 40

struct known {
	struct nw_hash identity, article, content;
};

struct model {
	struct known known[MODEL_MAX + 1];
	size_t n, max;
	uint64_t dice;
};

static uint32_t dice(struct model *m, uint32_t below)
{
	m->dice = m->dice * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(m->dice >> 33) % below;
}

/* Found ones move to the front. */
static struct known *look_up(struct model *m, struct nw_hash identity)
{
	for (size_t i = 0; i < m->n; i++)
		if (nw_hash_eq(m->known[i].identity, identity)) {
			const struct known k = m->known[i];

			memmove(&m->known[1], &m->known[0], i * sizeof(k));
			m->known[0] = k;
			return &m->known[0];
		}
	return NULL;
}

static void keep(struct model *m, struct known k)
{
	if (look_up(m, k.identity)) {
		m->known[0] = k;
		return;
	}
	memmove(&m->known[1], &m->known[0], m->n * sizeof(k));
	m->known[0] = k;
	if (m->n < m->max)
		m->n++;
}

static enum nw_seen_answer answer_of(struct model *m, const struct nw_seen_mark *mark, bool has_url)
{
	const struct nw_hash none = {0};
	struct known *k = look_up(m, mark->by_guid);
	const struct known by_guid = k ? *k : (struct known){0};
	const bool had_guid = k != NULL;
	enum nw_seen_answer answer = NW_SEEN_NEW;
	struct nw_hash article = has_url ? mark->by_url : mark->by_guid;
	bool had_url;

	k = has_url ? look_up(m, mark->by_url) : NULL;
	had_url = k != NULL;
	if (had_guid) {
		article = by_guid.article;
		answer = !nw_hash_eq(by_guid.content, mark->content) ? NW_SEEN_CHANGED
			: had_url || !has_url                        ? NW_SEEN_SAME
								     : NW_SEEN_NEW;
	} else if (had_url) {
		article = k->article;
		answer = NW_SEEN_COPY;
	}
	if (has_url && !had_url)
		keep(m, (struct known){mark->by_url, article, none});
	if (answer != NW_SEEN_SAME)
		keep(m, (struct known){mark->by_guid, article, mark->content});
	assert_true(nw_hash_eq(mark->article, article));
	return answer;
}

static void answers_are_those_of_a_plain_array(void **state)
{
	(void)state;
	for (size_t max = 2; max <= MODEL_MAX; max++) {
		struct nw_seen *seen = nw_seen_new(max);
		struct model m = {.max = max, .dice = max};

		for (int i = 0; i < 20000; i++) {
			char feed[8], guid[8], url[16], title[8];
			struct nw_seen_mark mark;
			enum nw_seen_answer answer;

			(void)snprintf(feed, sizeof(feed), "f%u", dice(&m, 3));
			(void)snprintf(guid, sizeof(guid), "%u", dice(&m, 12));
			(void)snprintf(url, sizeof(url), "http://%u/", dice(&m, 20));
			(void)snprintf(title, sizeof(title), "%u", dice(&m, 2));
			if (dice(&m, 4) == 0)
				guid[0] = '\0';
			if (dice(&m, 6) == 0)
				url[0] = '\0';
			answer = nw_seen_add(seen, ITEM(feed, guid, url, title), &mark);
			assert_int_equal(answer, answer_of(&m, &mark, url[0] != '\0'));
			assert_int_equal(nw_seen_count(seen), m.n);
		}
		nw_seen_free(seen);
	}
}

/* Any number of items added and forgotten again, the last first, leave everything as it was. */
static void forgetting_backwards_restores_what_was(void **state)
{
	struct model m = {.dice = 3};
	struct nw_seen *seen = nw_seen_new(10000);
	struct nw_seen_mark marks[200];
	enum nw_seen_answer before[40], after;

	(void)state;
	for (int round = 0; round < 200; round++) {
		const size_t n = dice(&m, 200);
		char guid[8], url[16], title[8];
		size_t count;

		for (unsigned i = 0; i < 40;
			i++) { /* what it would say of each; taken back at once */
			(void)snprintf(guid, sizeof(guid), "%u", i);
			before[i] = nw_seen_add(seen, ITEM("f", guid, "", "0"), &marks[0]);
			nw_seen_forget(seen, &marks[0]);
		}
		count = nw_seen_count(seen);
		for (size_t i = 0; i < n; i++) {
			(void)snprintf(guid, sizeof(guid), "%u", dice(&m, 40));
			(void)snprintf(url, sizeof(url), "http://%u/", dice(&m, 40));
			(void)snprintf(title, sizeof(title), "%u", dice(&m, 3));
			(void)nw_seen_add(
				seen, ITEM("f", guid, dice(&m, 2) ? url : "", title), &marks[i]);
		}
		for (size_t i = n; i-- > 0;)
			nw_seen_forget(seen, &marks[i]);
		assert_int_equal(nw_seen_count(seen), count);
		for (unsigned i = 0; i < 40; i++) {
			(void)snprintf(guid, sizeof(guid), "%u", i);
			after = nw_seen_add(seen, ITEM("f", guid, "", "0"), &marks[0]);
			assert_int_equal(after, before[i]);
			nw_seen_forget(seen, &marks[0]);
		}
		(void)snprintf(guid, sizeof(guid), "%u", dice(&m, 40));
		(void)nw_seen_add(seen, ITEM("f", guid, "", "0"), &marks[0]); /* this one stays */
	}
	nw_seen_free(seen);
}

static void an_item_is_found_by_its_guid_in_its_feed_alone(void **state)
{
	struct nw_seen *seen = nw_seen_new(10);
	struct nw_seen_mark mark;
	struct nw_hash article;

	(void)state;
	(void)nw_seen_add(seen, ITEM("a", "1", "http://x/", "t"), &mark);
	assert_true(nw_seen_find(seen, NW_STR("a"), NW_STR("1"), &article));
	assert_true(nw_hash_eq(article, mark.article));
	assert_false(nw_seen_find(seen, NW_STR("b"), NW_STR("1"), &article));
	assert_false(nw_seen_find(seen, NW_STR("a"), NW_STR("2"), &article));
	assert_false(nw_seen_find(seen, NW_STR("a"), NW_STR(""), &article));
	assert_int_equal(nw_seen_count(seen), 2);
	nw_seen_free(seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_item_is_new_once),
		cmocka_unit_test(link_stands_in_for_a_missing_guid),
		cmocka_unit_test(title_and_content_stand_in_for_a_missing_link),
		cmocka_unit_test(title_content_or_link_make_a_change),
		cmocka_unit_test(guids_are_unique_within_their_feed_only),
		cmocka_unit_test(a_known_link_in_another_feed_is_a_copy),
		cmocka_unit_test(what_was_forgotten_is_met_again),
		cmocka_unit_test(a_copy_of_what_was_forgotten_takes_its_place),
		cmocka_unit_test(overlapping_changes_are_never_lost),
		cmocka_unit_test(the_journal_brings_everything_back),
		cmocka_unit_test(what_is_still_listed_grows_stale_once_in_a_while),
		cmocka_unit_test(an_item_is_found_by_its_guid_in_its_feed_alone),
		cmocka_unit_test(the_longest_unused_go_first),
		cmocka_unit_test(answers_are_those_of_a_plain_array),
		cmocka_unit_test(forgetting_backwards_restores_what_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
