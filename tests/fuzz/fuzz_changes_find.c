/*
 * Any two texts may be laid beside each other: a text says nothing otherwise than itself, nor
 * than itself in other digits; what is told are fields, with what is new in UTF-8 of so many
 * bytes, and is the same when it is asked again. The first line is the language, the next the
 * old title, the next the new one; half of the rest is the old body.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"
#include "changes/changes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_shown(const json_t *changes)
{
	require(json_array_size(changes) <= 4);
	for (size_t i = 0; i < json_array_size(changes); i++) {
		const json_t *o = json_array_get(changes, i);
		const struct nw_str field = nw_json_get_str(o, "field");
		const struct nw_str now = nw_json_get_str(o, "new");
		const struct nw_str old = nw_json_get_str(o, "old");

		require(nw_str_eq(field, NW_STR("title")) || nw_str_eq(field, NW_STR("lead")));
		require(now.n <= 600 && old.n <= 600 && old.n + now.n > 0);
		require(nw_utf8_valid(now) == now.n && nw_utf8_valid(old) == old.n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_str rest = nw_utf8_repair(arena, (struct nw_str){(const char *)data, size});
	struct nw_version old = {0}, now = {0};
	enum nw_change_kind kind, again;
	json_t *changes, *same;

	if (nw_str_cut(&rest, '\n', &now.language) && nw_str_cut(&rest, '\n', &old.title) &&
		nw_str_cut(&rest, '\n', &now.title)) {
		size_t half = rest.n / 2;

		while (half && ((unsigned char)rest.p[half] & 0xc0) == 0x80)
			half--;
		old.body = nw_str_head(rest, half);
		now.body = nw_str_from(rest, half);
	}
	old.language = now.language;
	old.lead = nw_changes_lead(old.body);
	now.lead = nw_changes_lead(now.body);
	kind = nw_changes_find(arena, &old, &now, &changes);
	require((kind != NW_CHANGE_NONE) == (json_array_size(changes) > 0));
	check_shown(changes);
	again = nw_changes_find(arena, &old, &now, &same);
	require(again == kind && json_equal(changes, same));
	json_decref(same);
	require(nw_changes_find(arena, &now, &now, &same) == NW_CHANGE_NONE);
	json_decref(same);
	json_decref(changes);
	nw_arena_free(arena);
	return 0;
}
