#include "bus/publish.h"

#include "article/wire.h"
#include "base/arena.h"
#include "base/error.h"
#include "rt/loop.h"
#include "rt/metrics.h"
#include "rt/timing.h"

#define PAGE_RECORDS 256
#define PAGE_BYTES ((size_t)1 << 20)
#define BEAT_MAX ((size_t)16 << 20)

enum nw_err nw_publisher_open(struct nw_publisher *publisher, void *xpub,
	struct nw_journal_reader *reader, struct nw_error *error)
{
	struct nw_arena *arena = nw_arena_new();
	struct nw_journal_key *keys;
	enum nw_err err;
	size_t n;

	*publisher = (struct nw_publisher){.xpub = xpub, .reader = reader};
	nw_frames_init(&publisher->frames);
	nw_buf_init(&publisher->json, BEAT_MAX);
	err = nw_journal_last_keys(reader, arena, &keys, &n, error);
	/* The newest seq is taken from the keys themselves: one read, one moment. */
	for (size_t i = 0; !err && i < n; i++)
		nw_lasts_put(&publisher->lasts, keys[i].key, keys[i].prev);
	publisher->after = publisher->lasts.newest;
	nw_arena_free(arena);
	if (err)
		nw_publisher_close(publisher);
	return err;
}

void nw_publisher_close(struct nw_publisher *publisher)
{
	nw_frames_clear(&publisher->frames);
	nw_lasts_clear(&publisher->lasts);
	nw_buf_clear(&publisher->json);
	*publisher = (struct nw_publisher){0};
}

static void publish_to(struct nw_publisher *publisher, void *xpub, const struct nw_record *record,
	const struct nw_journal_key *key)
{
	if (nw_frames_publish(&publisher->frames, xpub, record, key) == NW_SENT_DROPPED)
		nw_count(NW_C_DROPPED, 1);
}

static void publish_record(struct nw_publisher *publisher, const struct nw_record *record)
{
	nw_frames_fill(&publisher->frames, record);
	for (size_t i = 0; i < record->n_keys; i++) {
		const struct nw_journal_key *key = &record->keys[i];

		publish_to(publisher, publisher->xpub, record, key);
		if (publisher->guests)
			publish_to(publisher, publisher->guests, record, key);
		nw_lasts_put(&publisher->lasts, key->key, record->seq);
	}
	nw_count(NW_C_PUBLISHED, record->n_keys);
	nw_time_took(NW_T_PUBLISH, (nw_unix_ms() - record->unix_ms) * 1000000);
}

enum nw_err nw_publisher_page(struct nw_publisher *publisher, bool *more, struct nw_error *error)
{
	const struct nw_journal_query query = {
		.after = publisher->after, .limit = PAGE_RECORDS, .bytes = PAGE_BYTES};
	struct nw_arena *arena = nw_arena_new();
	struct nw_record *records;
	enum nw_err err;
	int64_t next;
	size_t n;

	*more = false;
	err = nw_journal_read(publisher->reader, &query, arena, &records, &n, &next, error);
	if (!err) {
		for (size_t i = 0; i < n; i++)
			publish_record(publisher, &records[i]);
		*more = next > publisher->after;
		publisher->after = next;
	}
	nw_arena_free(arena);
	return err;
}

static void send_beat(
	struct nw_publisher *publisher, void *xpub, struct nw_str key, int64_t now_unix_ms)
{
	const struct nw_message beat = {.key = key,
		.kind = NW_KIND_HEARTBEAT,
		.seq = publisher->after,
		.unix_ms = now_unix_ms,
		.version = 1};

	publisher->beat_bytes += publisher->json.n;
	(void)nw_frames_beat(&publisher->frames, xpub, &beat, nw_buf_str(&publisher->json));
}

enum nw_err nw_publisher_beat(
	struct nw_publisher *publisher, int64_t now_unix_ms, struct nw_error *error)
{
	int64_t newest;
	const enum nw_err err =
		nw_journal_bounds(publisher->reader, &publisher->oldest, &newest, error);

	if (err)
		return err;
	publisher->beat_bytes = 0;
	nw_buf_empty(&publisher->json);
	nw_lasts_write(&publisher->lasts, NULL, publisher->oldest, &publisher->json);
	if (publisher->json.failed)
		return nw_fail(error, NW_E_LIMIT, "more keys than a heartbeat can hold: %zu",
			publisher->lasts.n);
	send_beat(publisher, publisher->xpub, NW_STR(NW_WIRE_HEARTBEAT), now_unix_ms);
	return NW_OK;
}

void nw_publisher_beat_for(
	struct nw_publisher *publisher, const struct nw_right *right, int64_t now_unix_ms)
{
	nw_buf_empty(&publisher->json);
	nw_lasts_write(&publisher->lasts, right, publisher->oldest, &publisher->json);
	if (publisher->guests && !publisher->json.failed)
		send_beat(publisher, publisher->guests, right->beat_key, now_unix_ms);
}
