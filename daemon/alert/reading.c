#include "alert/reading.h"

#include "base/arena.h"
#include "base/str.h"

#define PAGE 64
#define PAGE_BYTES ((size_t)4 << 20)

static void read_record(const struct nw_alert_reading *reading, struct nw_arena *arena,
	const struct nw_record *record)
{
	struct nw_error error = {0};
	struct nw_event event;
	const enum nw_err err = nw_event_read(arena, record, &event, &error);

	if (!err)
		reading->on_event(reading->arg, &event);
	else if (err != NW_E_UNKNOWN)
		reading->on_unreadable(reading->arg, record->seq, &error);
}

enum nw_err nw_alert_read_page(
	struct nw_alert_reading *reading, struct nw_arena *arena, struct nw_error *error)
{
	const struct nw_str prefix = NW_STR("all/");
	const struct nw_journal_query query = {.after = reading->cursor,
		.upto = reading->upto,
		.prefixes = &prefix,
		.n_prefixes = 1,
		.limit = PAGE,
		.bytes = PAGE_BYTES};
	struct nw_record *records;
	size_t n;
	const enum nw_err err = nw_journal_read(
		reading->reader, &query, arena, &records, &n, &reading->cursor, error);

	for (size_t i = 0; !err && i < n; i++)
		read_record(reading, arena, &records[i]);
	return err;
}
