#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"
#include "pipeline/internal.h"

/* Two items of one document, and by what each is known. */
static const struct {
	const char *name;
	struct {
		const char *guid, *link;
		bool guid_is_link;
		const char *known_guid, *known_url;
	} item[2];
} rows[] = {
	{"both tell them apart",
		{{"1", "http://a/1", false, "1", "http://a/1"},
			{"2", "http://a/2", false, "2", "http://a/2"}}},
	{"one guid for all is none",
		{{"site", "http://a/1", false, "", "http://a/1"},
			{"site", "http://a/2", false, "", "http://a/2"}}},
	{"one link for all is none",
		{{"1", "http://a/#1", false, "1", ""}, {"2", "http://a/#2", false, "2", ""}}},
	{"the same item twice is the same",
		{{"1", "http://a/1", false, "1", "http://a/1"},
			{"1", "http://a/1", false, "1", "http://a/1"}}},
	{"a guid that is a link stands in for one",
		{{"http://a/1", "", true, "http://a/1", "http://a/1"}, {"2", "", false, "2", ""}}},
	{"a link to the feed itself is none",
		{{"1", "http://a/feed#", false, "1", ""}, {"2", "http://a/feed", false, "2", ""}}},
	{"nothing is nothing", {{"", "", false, "", ""}, {"", "", false, "", ""}}},
};

static void each_item_is_known_by_what_tells_it_apart(void **state)
{
	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		struct nw_arena *arena = nw_arena_new();
		struct nw_item items[2] = {{.next = &items[1]}};
		const struct nw_feed feed = {.items = items, .n_items = 2};
		const struct nw_sighting *s;

		for (size_t i = 0; i < 2; i++) {
			items[i].id = nw_str(rows[r].item[i].guid);
			items[i].link = nw_str(rows[r].item[i].link);
			items[i].guid_is_link = rows[r].item[i].guid_is_link;
		}
		s = nw_sightings(arena, &feed, NW_STR("http://a/feed"));
		for (size_t i = 0; i < 2; i++) {
			if (!nw_str_eq(s[i].guid, nw_str(rows[r].item[i].known_guid)) ||
				!nw_str_eq(s[i].url, nw_str(rows[r].item[i].known_url)))
				fail_msg("%s: item %zu: guid '%.*s' url '%.*s'", rows[r].name, i,
					NW_ARG(s[i].guid), NW_ARG(s[i].url));
		}
		assert_false(s[0].repeated);
		assert_int_equal(s[1].repeated,
			strcmp(rows[r].name, "the same item twice is the same") == 0);
		nw_arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_item_is_known_by_what_tells_it_apart),
	};

	return cmocka_run_group_tests_name("pipeline/sighting", tests, NULL, NULL);
}
