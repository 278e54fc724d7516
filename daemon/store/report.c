#include "store/report.h"

#include "base/arena.h"
#include "base/when.h"

void nw_journal_write_status(struct nw_journal_reader *reader, json_t *object)
{
	int64_t oldest, newest;

	if (nw_journal_bounds(reader, &oldest, &newest, NULL) != NW_OK)
		return;
	nw_json_set_int(object, "oldest", oldest);
	nw_json_set_int(object, "newest", newest);
}

static json_t *cursor_json(const struct nw_cursor *cursor, int64_t newest)
{
	json_t *o = json_object();
	char moved[NW_WHEN_TEXT];

	nw_json_set_str(o, "name", cursor->name);
	nw_json_set_int(o, "seq", cursor->seq);
	nw_json_set_int(o, "behind", newest > cursor->seq ? newest - cursor->seq : 0);
	if (cursor->moved_s)
		nw_json_set_str(o, "moved", nw_str(nw_when_rfc3339(cursor->moved_s, moved)));
	return o;
}

void nw_journal_write_cursors(struct nw_journal_reader *reader, struct nw_buf *json)
{
	struct nw_arena *arena = nw_arena_new();
	json_t *list = json_array();
	struct nw_cursor *cursors;
	int64_t oldest, newest;
	size_t n = 0;

	if (nw_journal_cursors(reader, arena, &cursors, &n, NULL) == NW_OK &&
		nw_journal_bounds(reader, &oldest, &newest, NULL) == NW_OK)
		for (size_t i = 0; i < n; i++)
			nw_json_append(list, cursor_json(&cursors[i], newest));
	nw_json_write(json, list);
	json_decref(list);
	nw_arena_free(arena);
}
